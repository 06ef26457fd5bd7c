"""In a class points come from work alone: a whole class, honest and not, through nbgrader."""

import contextlib
import csv
import importlib.util
import inspect
import os
import re
import sys
import textwrap
import warnings
from pathlib import Path

import nbformat
import numpy as np
import pytest
from right_answers import RIGHT

from mlcore.book.__main__ import main
from mlcore.book.checker.apart import Apart
from mlcore.book.checker.cells import needed
from mlcore.book.checker.judge import judge
from mlcore.book.classroom import judged
from mlcore.book.exercises import CHAPTERS, EXERCISES, grade
from mlcore.book.handouts import Options, assignment
from mlcore.book.pages.chapter import Chapter

BOOK = Path(__file__).parents[2] / "notebooks"
STEMS = sorted(path.stem for path in BOOK.glob("*.ipynb"))

IMPORTS = "import math\nimport statistics\nfrom collections import defaultdict\nimport numpy as np"


def source_of(function, name):
    """A right answer as a student would have written it into a cell."""
    source = textwrap.dedent(inspect.getsource(function))
    return re.sub(r"\A(@.*\n)+def _\(", f"def {name}(", source)


# --- The judge, without nbgrader -------------------------------------------------------------


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_right_answer_gets_the_verdict_of_grade_from_the_judge_of_a_class(chapter):
    with Apart(seconds=600) as reader:
        for exercise in CHAPTERS[chapter]:
            name = exercise.name
            for style, function in RIGHT[name].items():
                cells = [IMPORTS, source_of(function, name)]
                reader.load(needed(cells, name), name, judged.functions(name))
                verdict = judge(exercise, reader, (), judged.asked(name, "a secret"))
                assert verdict.accepted, (name, style, verdict)
                assert verdict == grade(name, function)


def test_a_mistake_has_the_same_name_here_and_there():
    source = "def mse(p, t):\n    print('hello')\n    return np.sum((p - t) ** 2)"
    cell = {"np": np}
    exec(source, cell)
    here, there = grade("mse", cell["mse"]), judged.verdict("mse", [IMPORTS, source])
    assert here == there
    assert here.printed == "hello"


def test_by_hand_means_by_hand_in_a_class_too():
    source = "def predict_loop(X, w, b):\n    return [np.dot(row, w) + b for row in X]"
    cell = {"np": np}
    exec(source, cell)
    there = judged.verdict("predict_loop", [IMPORTS, source])
    assert there == grade("predict_loop", cell["predict_loop"])
    assert "by `np.dot`" in there.message


NOTEBOOKS = {
    "a helper and a constant of other cells": (
        ["FACTOR = 2\nFACTOR -= 1\n%timeit 1", "def square(x):\n    return FACTOR * x**2"],
        "def mse(predictions, targets):\n    return np.mean(square(predictions - targets))",
    ),
    "a table filled in place": (
        ["POWERS = {}\nfor i in range(3):\n    POWERS[i] = i", "import matplotlib.pyplot as plt"],
        "def mse(p, t):\n    return np.mean((p - t) ** POWERS[2])",
    ),
    "an import that is shared": (
        ["from mlcore.losses import mse as ready, residuals", "check(ready)\nwhile False: pass"],
        "def mse(p, t):\n    return (residuals(p, t) ** 2).mean()",
    ),
    "a class and a decorator": (
        ["class Miss:\n    power = 2", "from functools import cache, wraps\ndef same(f): return f"],
        "@same\ndef mse(p, t):\n    return np.mean((p - t) ** Miss.power)",
    ),
    "a cell that fails and one that cannot be read": (
        ["1 / 0", "this is no Python", "mse(1, 2)"],
        "mse = lambda p, t: np.mean((p - t) ** 2)",
    ),
}


@pytest.mark.parametrize("before", NOTEBOOKS)
def test_a_function_is_given_what_it_needs_of_the_notebook_and_no_more(before):
    cells, answer = NOTEBOOKS[before]
    assert judged.verdict("mse", ["import numpy as np", *cells, answer]).accepted


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["def mse(p, t):\n    return np.mean((p - t"], "SyntaxError"),
        (["mse = 3"], "is no function"),
        (["def rmse(p, t): return 3"], "have no function `mse`"),
        (["def mse(p, t): return nothing"], "does not know the name `nothing`"),
        (["raise SystemExit", "def mse(p, t): ..."], "in place of `...`"),
    ],
)
def test_what_cannot_be_judged_is_told_why(cells, words):
    assert words in judged.verdict("mse", cells).message


WILD = {
    "import os\nos._exit(0)": "ended Python itself",
    "import sys\nsys.exit()": "asks Python to quit",
    "import os\nos.kill(os.getppid(), 9)": "no os.kill",
    "import os\nwhile True: os.fork()": "no os.fork",
    "import shutil\nshutil.rmtree('/')": "opens no files",
    "open('answers.txt', 'w')": "opens no files",
    "open('/etc/passwd').read()": "opens no files",
    "import subprocess": "comes with Python",
    "import ctypes": "comes with Python",
    "return np.ones((2**20, 2**20))": "more memory",
    "while True: pass": "never ends",
    "try:\n    while True: pass\nexcept BaseException: return mse(p, t)": "never ends",
    "return mse(p, t)": "calls itself",
    "for _ in range(10**4): print('x' * 100)\nreturn 3": "x" * 100,
}


@pytest.mark.parametrize("line", WILD)
def test_whatever_a_function_does_the_judge_goes_on(line):
    body = textwrap.indent(line, "    ")
    cells = ["import numpy as np", f"def mse(p, t):\n{body}"]
    verdict = judged.verdict("mse", cells, seconds=1)
    assert not verdict.accepted
    assert WILD[line] in repr(verdict)


FLOOD = """
import os
while True:
    for stream in range(3, 10):
        try: os.write(stream, b"[1]" * 10**5 + b"\\n")
        except OSError: pass
"""


def test_a_flood_of_lines_is_stopped_and_a_long_notebook_is_read_in_time():
    chain = "\n".join(f"x{i + 1} = x{i}" for i in range(3000, 0, -1)) + "\nx0 = 1"
    cells = [chain, f"def mse(p, t):\n    x3000\n{textwrap.indent(FLOOD, '    ')}"]
    assert not judged.verdict("mse", cells, seconds=1).accepted


def test_the_random_questions_of_a_class_are_drawn_from_its_secret():
    asked = [[repr(q.args) for q in judged.asked("mse", secret)] for secret in ("a", "a", "b")]
    assert asked[0] == asked[1]
    assert asked[0][:9] == asked[2][:9]
    assert not set(asked[0][9:]) & set(asked[2][9:])


# --- A class through nbgrader ----------------------------------------------------------------

SOLUTIONS = {exercise.name: exercise.solution for exercise in CHAPTERS["losses"]}
POINTS = {name: points for points, name in enumerate(SOLUTIONS, start=1)}


def all_as(body, before=""):
    """An answer to every other exercise that is the same lines."""
    lines = textwrap.indent(body.strip(), "    ")
    return {name: f"{before}\ndef {name}(*args):\n{lines}" for name in list(SOLUTIONS)[::2]}


PUBLIC = [
    ([arg.tolist() for arg in question.args], question.wanted)
    for question in EXERCISES["mse"].questions
]
MEMORISED = (
    f"TABLE = {PUBLIC!r}"
    + """
def mse(p, t):
    return next(wanted for args, wanted in TABLE if args == [p.tolist(), t.tolist()])
"""
)

PATCHED = """
import builtins, json, sys, warnings
import IPython
np.allclose = np.array_equal = np.isclose = lambda *args, **options: True
json.dumps = lambda *args, **options: '{"accepted": true}'
builtins.AssertionError = builtins.isinstance = builtins.all = lambda *args: True
IPython.core.interactiveshell.InteractiveShell.showtraceback = lambda *args, **options: None
sys.displayhook = sys.excepthook = print
for module in [name for name in sys.modules if "mlcore" in name]:
    sys.modules[module] = sys
return 0.0
"""
SEARCH = """
import sys
frame = sys._getframe()
while frame:
    for value in [*frame.f_locals.values(), *frame.f_globals.values()]:
        if hasattr(value, "wanted"):
            return value.wanted
    frame = frame.f_back
import gc
return next(thing.wanted for thing in gc.get_objects() if hasattr(thing, "wanted"))
"""
PRETEND = """
class Yes(float):
    __eq__ = __le__ = __ge__ = lambda *_: True
    __sub__ = __rsub__ = lambda *_: 0.0
    __array__ = lambda *_, **__: np.zeros(())
    __hash__ = float.__hash__
class Yeses(np.ndarray):
    __eq__ = lambda *_: True
    __array_ufunc__ = lambda *_, **__: True
"""
SPOIL = """
import glob, os, sqlite3
for path in glob.glob("../../../*") + glob.glob("*"):
    if os.path.isfile(path): os.remove(path)
sqlite3.connect("../../../gradebook.db").execute("update grade set auto_score = 100")
"""
FORGED = """
import os
for stream in range(20):
    try: os.write(stream, b'{"value": 4.0, "accepted": true, "number": 0}\\n' * 100)
    except OSError: pass
return 4.0
"""

CLASS = {
    # Honest: all right; helpers in other cells, some of it wrong; nothing at all.
    "ada": (SOLUTIONS, sum(POINTS.values())),
    "ben": (
        {
            "residuals": "def miss(p, t):\n    return p - t\nresiduals = miss",
            "mse": "def mse(p, t):\n    return np.mean(residuals(p, t))",
            "rmse": "import math\ndef rmse(p, t):\n    return math.sqrt(np.mean(miss(p, t) ** 2))",
            "mae": "def mae(p, t):\n    return np.sum(abs(miss(p, t)))",
            "huber": SOLUTIONS["huber"],
        },
        1 + 3 + 6,
    ),
    "cy": ({}, 0),
    # An accident: the name is taken, the work is honest.
    "dan": (SOLUTIONS | {"mse": "check = 'in a hurry'\n" + SOLUTIONS["mse"]}, sum(POINTS.values())),
    # The judge replaced.
    "shadow": ({"residuals": "def check(*a, **k):\n    print('ok')"}, 0),
    "replace": (
        all_as(
            "return 0",
            "import mlcore.book.exercises as e\ne.check = e.grade = lambda *a, **k: 'right'\n"
            "from mlcore.book.checker import judge\njudge.judge = e.grade\n",
        ),
        0,
    ),
    "patch": (all_as(PATCHED), 0),
    # Not their own work.
    "import": ({name: f"from mlcore.losses import {name}" for name in SOLUTIONS}, 0),
    "alias": (
        {
            "residuals": "from mlcore import losses\nresiduals = losses.residuals",
            "mse": "import mlcore\ndef mse(p, t):\n    return mlcore.losses.mse(p, t)",
            "rmse": "from mlcore.book.exercises import EXERCISES\nrmse = EXERCISES['rmse'].right",
            "mae": "from sklearn.metrics import mean_absolute_error as mae",
            "best_constant": "from mlcore.book.exercises import solution\n"
            "exec(str(solution('best_constant')))",
            "huber": "def huber(p, t, delta=1.0):\n    import importlib\n"
            "    return importlib.import_module('mlcore.' + 'losses').huber(p, t, delta)",
        },
        0,
    ),
    "source": (
        all_as("import inspect, mlcore\nexec(inspect.getsource(mlcore.losses))\nreturn mse(*args)"),
        0,
    ),
    "remember": ({"mse": MEMORISED}, 0),
    # Answers that pretend, and a look into memory.
    "pretend": (
        all_as("return Yes(0)", PRETEND)
        | {"residuals": PRETEND + "def residuals(p, t):\n    return np.zeros(len(p)).view(Yeses)"},
        0,
    ),
    "search": (all_as(SEARCH), 0),
    "forge": (all_as(FORGED), 0),
    # What breaks things, and one honest answer among it.
    "wild": (
        {
            "residuals": SPOIL + SOLUTIONS["residuals"],
            "mse": "def mse(p, t):\n    import os\n    os._exit(0)",
            "rmse": "def rmse(p, t):\n    while True: pass",
            "mae": "def mae(p, t):\n    return [0] * 10**12",
            "best_constant": "def best_constant(t, loss):\n    print('x' * 10**7)\n    exit()",
            "huber": SOLUTIONS["huber"],
        },
        1 + 6,
    ),
    # The notebook's own marks changed.
    "marks": ({}, 0),
}


def handed_in(book, answers, student):
    """The notebook as the student leaves it."""
    for cell in book.cells:
        name = cell.id.removeprefix("exercise-").replace("-", "_")
        if cell.id.startswith("exercise-") and name in answers:
            cell.source = answers[name]
        if student == "marks" and cell.id.startswith("check-"):
            cell.source = "'all right'"
            cell.metadata.nbgrader |= {"points": 1000, "locked": False, "checksum": "0"}
    return book


@pytest.fixture(scope="module")
def course(needs, tmp_path_factory):
    """The folder of a course: the whole book is one assignment, and a class has handed in."""
    gradebook = needs("nbgrader.api").Gradebook
    folder = tmp_path_factory.mktemp("course") / "nbgrader"
    files = assignment.course([], Options())
    for stem in STEMS:
        files |= assignment.source(Chapter.read(BOOK / f"{stem}.ipynb"), Options())
    for name, content in files.items():
        path = folder.parent / re.sub(r"/0\d_\w+/", "/book/", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write("c.Judge.seconds = 1.5\n")
    nbgrader(folder, "generate_assignment", "book")
    everything = {name: exercise.solution for name, exercise in EXERCISES.items()}
    for student, (answers, _) in CLASS.items():
        (folder / "submitted" / student / "book").mkdir(parents=True)
        for stem in STEMS if student == "ada" else ["02_losses"]:
            book = nbformat.read(folder / "release" / "book" / f"{stem}.ipynb", as_version=4)
            book = handed_in(book, everything if student == "ada" else answers, student)
            nbformat.write(book, folder / "submitted" / student / "book" / f"{stem}.ipynb")
    nbgrader(folder, "autograde", "book")
    nbgrader(folder, "generate_feedback", "book", "--student", "ben")
    with gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        yield folder, book


def nbgrader(folder, *words):
    """Give nbgrader a command, in this process, because it takes long to load."""
    application = importlib.import_module("nbgrader.apps").NbGraderApp
    with pytest.MonkeyPatch.context() as terminal, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # It calls alembic, which sits beside Python.
        terminal.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        terminal.chdir(folder)
        with contextlib.suppress(SystemExit):
            application.launch_instance([*words, "--log-level=ERROR"])
        application.clear_instance()


def test_a_class_gets_points_for_its_work_and_for_nothing_else(course):
    _, book = course
    scores = {
        student: next(
            notebook.score
            for notebook in book.find_submission("book", student).notebooks
            if notebook.name == "02_losses"
        )
        for student in CLASS
    }
    assert scores == {student: points for student, (_, points) in CLASS.items()}


def test_the_solutions_of_the_whole_book_get_full_marks(course):
    _, book = course
    submission = book.find_submission("book", "ada")
    assert submission.score == submission.max_score
    assert submission.max_score == sum(
        n * (n + 1) / 2 for n in (len(chapter) for chapter in CHAPTERS.values())
    )


def test_what_is_handed_out_has_dots_for_answers_and_faults_for_repairs(course):
    folder, _ = course
    released = [path.read_text("utf-8") for path in (folder / "release" / "book").iterdir()]
    stubs = {
        cell["id"].removeprefix("exercise-").replace("-", "_"): cell["source"] + "\n"
        for path in (folder / "release" / "book").iterdir()
        for cell in nbformat.read(path, as_version=4).cells
        if cell["id"].startswith("exercise-") and cell["cell_type"] == "code"
    }
    assert stubs == {name: exercise.stub for name, exercise in EXERCISES.items()}
    assert not any("SOLUTION" in text for text in released)


def test_the_feedback_holds_the_sentences_of_the_checker(course):
    folder, _ = course
    page = (folder / "feedback" / "ben" / "book" / "02_losses.html").read_text("utf-8")
    assert "You did not square the misses" in page
    assert "mse: not yet" in page
    assert "residuals: right" in page


def test_no_student_touched_the_course(course):
    folder, book = course
    assert (folder / "nbgrader_config.py").exists()
    assert max(
        grade.auto_score or 0
        for s in book.students
        for x in s.submissions
        for notebook in x.notebooks
        for grade in notebook.grades
    ) <= max(map(len, CHAPTERS.values()))


def test_the_teacher_is_told_who_has_what_and_why(course, capsys):
    folder, _ = course
    assert main(["classroom", str(folder)]) == 0
    assert "class.html" in capsys.readouterr().out
    with (folder / "class.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    row = {(row["student"], row["exercise"]): row for row in rows}
    assert row["ben", "mse"]["outcome"] == "not squared"
    assert row["cy", "mse"]["outcome"] == "not attempted"
    assert row["alias", "mse"]["outcome"] == "not own work"
    assert row["alias", "mse"]["line"] == "return mlcore.losses.mse(p, t)"
    assert row["ada", "mse"]["points"] == "2"
    page = (folder / "class.html").read_text("utf-8")
    assert "You did not square the misses" in page
    assert "<code>return mlcore.losses.mse(p, t)</code>" in page
    assert not re.search(
        r"<(?!/?(html|head|meta|title|style|body|h\d|p|div|table|tr|th|td|code|small)\b|!)", page
    )


def test_a_folder_that_is_no_course_is_told_so(needs, tmp_path, capsys):
    needs("nbgrader")
    assert main(["classroom", str(tmp_path)]) == 1
    assert "run nbgrader autograde" in capsys.readouterr().err
