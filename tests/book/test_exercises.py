"""A wrong answer is never accepted, a right one never refused, and what is said is true."""

import functools
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest
from right_answers import RIGHT
from scipy.special import expit
from sklearn.metrics import mean_squared_error

import mlcore
from mlcore.book import exercises
from mlcore.book.checker.general import without_a_loop
from mlcore.book.checker.repair import Changed, Repair
from mlcore.book.checker.running import Here
from mlcore.book.exercises import (
    CHAPTERS,
    EXERCISES,
    check,
    grade,
    hint,
    misconceptions,
    progress,
    solution,
    stub,
)

every_exercise = pytest.mark.parametrize("name", EXERCISES)
every_mistake = pytest.mark.parametrize(
    ("name", "label"), [(e.name, label) for e in EXERCISES.values() for label in e.mistakes]
)
REPAIRS = [name for name, e in EXERCISES.items() if isinstance(e, Repair)]
every_repair = pytest.mark.parametrize("name", REPAIRS)
every_right_answer = pytest.mark.parametrize(
    ("name", "style"), [(name, style) for name, styles in RIGHT.items() for style in styles]
)


@pytest.fixture(autouse=True)
def _new_notebook(monkeypatch):
    """Each test is a reader who has just opened the chapter."""
    monkeypatch.setattr(exercises, "_verdicts", {})
    monkeypatch.setattr(exercises, "_hints_opened", exercises.Counter())


def written(source, name):
    """The function that a cell defines."""
    cell = {"np": np}
    exec(source, cell)
    return cell[name]


# --- What is right and what is wrong ---------------------------------------------------------


@every_mistake
def test_a_known_mistake_is_refused_with_its_own_sentence(name, label):
    mistake, sentence = EXERCISES[name].mistakes[label]
    verdict = grade(name, mistake)
    assert not verdict.accepted
    if Here(mistake).loops is False:
        sentence = without_a_loop(sentence)
    assert (verdict.mistake, verdict.message) == (label, sentence)


@pytest.mark.parametrize("name", [e.name for e in EXERCISES.values() if e.variants])
def test_whatever_its_numbers_are_a_mistake_has_its_name(name):
    for label, functions in EXERCISES[name].variants.items():
        assert {grade(name, function).mistake for function in functions} == {label}


def test_a_loop_is_asked_for_and_so_is_none():
    by_hand, at_once = RIGHT["predict_loop"]["indices"], RIGHT["predict"]["dot"]
    assert grade("predict", by_hand).mistake == grade("predict_loop", at_once).mistake
    assert "there is no loop" in grade("predict_loop", at_once).message
    assert "you go through them in a loop" in grade("predict", by_hand).message


def from_an_outer_loop(value):
    return lambda X, w, b: [value(row, w) + b for row in X]


AT_ONCE = {
    "dot": from_an_outer_loop(np.dot),
    "dot of the row": from_an_outer_loop(lambda row, w: row.dot(w)),
    "matrix product": from_an_outer_loop(lambda row, w: row @ w),
    "sum of products": from_an_outer_loop(lambda row, w: np.sum(row * w)),
    "Python's sum of NumPy's products": from_an_outer_loop(lambda row, w: sum(row * w)),
    "einsum": from_an_outer_loop(lambda row, w: np.einsum("i,i", row, w)),
    "a column at a time": lambda X, w, b: sum(X[:, j] * w[j] for j in range(len(w))) + b,
}


@pytest.mark.parametrize("style", AT_ONCE)
def test_by_hand_means_without_numpy_inside_the_loop(style):
    verdict = grade("predict_loop", AT_ONCE[style])
    assert not verdict.accepted
    assert "inside your loop NumPy multiplies or adds up a whole row" in verdict.message


def test_by_hand_numpy_may_hold_the_numbers_and_tell_their_shape():
    def function(X, w, b):
        predictions = np.zeros(np.shape(X)[0])
        for i in range(X.shape[0]):
            for j in range(np.size(w)):
                predictions[i] += X[i, j] * w[j]
        return np.array([prediction + b for prediction in predictions.tolist()])

    assert grade("predict_loop", function).accepted


def line_through_means(above, below):
    def function(x, y):
        u, v = x - x.mean(), y - y.mean()
        w = above(u, v) / below(u)
        return w, y.mean() - w * x.mean()

    return function


def share(above, below):
    return lambda p, t: 1 - above(t - p) / below(t - t.mean())


CANCELLED = [
    ("r_squared", share(lambda m: (m**2).sum(), lambda s: s.mean() ** 2), "squared the sum or"),
    ("r_squared", share(lambda m: (m**2).mean(), lambda s: s.sum() ** 2), "squared the sum or"),
    ("r_squared", share(lambda m: (m**2).sum(), np.sum), "you did not square the distances"),
    ("r_squared", share(lambda m: (m**2).mean(), np.mean), "you did not square the distances"),
    ("r_squared", share(np.sum, np.sum), "you did not square the distances"),
    ("r_squared", share(lambda m: m.sum() ** 2, np.var), "Above the line you squared the sum or"),
    ("fit_line", line_through_means(lambda u, v: u.mean() * v.mean(), np.var), "mean of products"),
    ("fit_line", line_through_means(lambda u, v: u.sum() * v.sum(), np.var), "mean of products"),
    ("fit_line", line_through_means(np.dot, lambda u: u.sum() ** 2), "the square of the mean of u"),
    ("fit_line", line_through_means(np.dot, np.sum), "divided by the sum or the mean of u"),
    ("fit_line", line_through_means(np.dot, np.var), "divided a sum by a mean"),
]


@pytest.mark.parametrize(("name", "function", "said"), CANCELLED)
def test_where_distances_from_a_mean_cancel_the_place_is_named(name, function, said):
    verdict = grade(name, function)
    assert said in verdict.message
    assert "nan" not in verdict.message


@every_right_answer
def test_a_right_answer_is_accepted_in_whatever_style_it_is_written(name, style):
    assert grade(name, RIGHT[name][style]).accepted


@every_exercise
def test_a_right_answer_in_float32_is_accepted(name):
    assert grade(name, InFloat32(written(solution(name), name))).accepted


class InFloat32:
    def __init__(self, answer):
        self.answer = answer

    def __call__(self, *args):
        return self.answer(*(a.astype(np.float32) if decimal(a) else a for a in args))


def decimal(arg):
    return isinstance(arg, np.ndarray) and arg.dtype.kind == "f"


@every_exercise
def test_every_exercise_is_tried_with_four_styles_and_more(name):
    assert len(RIGHT[name]) >= 4


@every_exercise
def test_the_solution_stands_alone_and_is_accepted(name):
    assert grade(name, written(solution(name), name)).accepted


@every_exercise
def test_a_solution_imports_nothing_that_it_is_given(name):
    imported = re.findall(r"^from .* import (.*)$", solution(name).partition("def ")[0], re.M)
    assert not set(", ".join(imported).split(", ")) & set(EXERCISES[name].parameters)


@every_exercise
def test_the_books_own_answer_is_refused_and_named(name):
    right = EXERCISES[name].right
    for handed_in in (right, lambda *args: right(*args), functools.partial(right)):  # noqa: PLW0108
        verdict = grade(name, handed_in)
        assert (verdict.accepted, verdict.mistake) == (False, "not own work")
        assert "the book's own" in verdict.message or "own table" in verdict.message


def imports_inside(p, t):
    from mlcore import losses as ready  # noqa: PLC0415

    return ready.mse(p, t)


def looks_it_up(p, t):
    return getattr(sys.modules["mlcore.losses"], "mse")(p, t)  # noqa: B009 (that is the trick)


class Caller:
    def __call__(self, p, t):
        return helper(p, t)


def helper(p, t):
    return imports_inside(p, t)


def reads_frames(p, t):
    frame = sys._getframe()
    while "question" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["question"].wanted


BORROWED = [
    ("mse", imports_inside, "the book's own `mse`"),
    ("mse", looks_it_up, "the book's own"),
    ("mse", Caller(), "the book's own `mse`"),
    ("mse", lambda p, t, f=mlcore.losses.mse: 1 * f(p, t), "the book's own `mse`"),
    ("mse", lambda p, t: EXERCISES["mae"] and np.mean((p - t) ** 2), "the checker's own table"),
    ("predict_loop", lambda X, w, b: list(mlcore.linear_regression.predict(X, w, b)), "`predict`"),
    ("mse", mean_squared_error, "`sklearn`"),
    ("mse", lambda p, t: float(mean_squared_error(p, t)), "`sklearn`"),
    ("sigmoid", expit, "`scipy`"),
    ("sigmoid", lambda scores: 0 + expit(scores), "`scipy`"),
    ("mse", reads_frames, "the checker's memory"),
]


@pytest.mark.parametrize(("name", "function", "words"), BORROWED)
def test_what_is_not_own_work_is_refused_however_it_is_dressed(name, function, words):
    verdict = check(function, name)
    assert not verdict.accepted
    assert words in verdict.message


def test_the_line_that_shows_it_is_shown():
    assert grade("mse", imports_inside).evidence == "return ready.mse(p, t)"


def test_what_an_earlier_exercise_asked_for_may_be_used():
    assert grade("rmse", lambda p, t: np.sqrt(mlcore.losses.mse(p, t))).accepted
    assert not grade("mse", lambda p, t: mlcore.losses.huber(p, t, np.inf)).accepted


class Agreeable(float):
    def __eq__(self, other):
        return True

    def __float__(self):
        return 4.0

    __hash__ = float.__hash__


class AgreeableArray(np.ndarray):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return np.zeros(self.shape)

    def __array__(self, *args, **kwargs):
        return np.array(4.0)

    __hash__ = None


def later(p, t, answer=[0.0]):  # noqa: B006 (that is the trick)
    answer[0] = np.mean((p - t) ** 2)
    return answer


PRETENDING = [
    lambda p, t: Agreeable(-1),
    lambda p, t: np.array(-1.0).view(AgreeableArray),
    lambda p, t: type("Always", (), {"__eq__": lambda *_: True})(),
    lambda p, t: type("float", (), {"__class__": float, "__eq__": lambda *_: True})(),
    later,
]


@pytest.mark.parametrize("function", PRETENDING)
def test_an_answer_that_pretends_counts_for_what_it_holds(function):
    assert not grade("mse", function).accepted


def test_an_answer_is_kept_as_it_was_when_it_was_returned():
    notes = []

    def function(p, t):
        notes.append(0.0)
        return notes

    assert not grade("residuals", function).accepted


def test_silencing_the_warning_does_not_silence_the_overflow():
    def silent(scores):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return 1 / (1 + np.exp(-scores))

    def deaf(scores):
        with np.errstate(all="ignore"):
            return 1 / (1 + np.exp(-scores))

    assert {grade("sigmoid", silent).mistake, grade("sigmoid", deaf).mistake} == {"overflow"}


@every_exercise
def test_the_stub_is_not_attempted(name):
    verdict = check(written(stub(name), name))
    assert not verdict.attempted
    assert not verdict.accepted
    assert verdict.mistake is None


@every_repair
@pytest.mark.parametrize("style", ["words", "names"])
def test_a_program_that_does_what_it_did_is_not_mended_whatever_was_changed(name, style):
    program = stub(name)
    _, docstring, rest = program.split('"""')
    changed = {
        "words": program.replace(docstring, "Mended."),
        "names": program.replace(rest, re.sub(r"\bnp\b", "numpy", rest)),
    }[style]
    verdict = check(written(f"import numpy\n{changed}", name))
    assert not verdict.attempted
    assert verdict.message.startswith("It does what it did when you found it.")


@every_exercise
@pytest.mark.parametrize("body", ["pass", "return", "return ...", "raise NotImplementedError()"])
def test_other_ways_to_leave_an_answer_blank_are_not_attempted_either(name, body):
    blank = written(f"{EXERCISES[name].head}    {body}\n", name)
    assert not check(blank).attempted


# --- How the exercises are declared ----------------------------------------------------------


def test_every_chapter_has_five_exercises_or_more():
    assert list(CHAPTERS) == [
        "linear_regression",
        "losses",
        "gradient_descent",
        "classification",
        "softmax",
    ]
    assert min(map(len, CHAPTERS.values())) >= 5


def test_no_two_exercises_have_the_same_name():
    assert len(EXERCISES) == sum(map(len, CHAPTERS.values()))


@every_exercise
def test_every_exercise_but_the_first_warm_up_knows_ten_mistakes_and_more(name):
    wanted = {"predict_one": 9} | dict.fromkeys(REPAIRS, 5)
    assert len(EXERCISES[name].mistakes) >= wanted.get(name, 10)


@every_exercise
def test_an_exercise_has_two_to_four_hints_and_a_case_with_whole_numbers(name):
    assert 2 <= len(EXERCISES[name].hints) <= 4
    args = [arg for question in EXERCISES[name].questions for arg in question.args]
    whole = any(np.asarray(arg).dtype.kind == "i" for arg in args if not callable(arg))
    # What is measured in fractions may be scaled in place, column by column.
    assert whole or name == "standardize_both"


@every_exercise
def test_no_table_of_inputs_is_square_in_all_questions(name):
    shapes = [a.shape for q in EXERCISES[name].questions for a in q.args if np.ndim(a) == 2]
    assert not shapes or any(rows != columns for rows, columns in shapes)
    assert any(rows < columns for rows, columns in shapes) or name not in {"predict", "softmax"}


@every_exercise
def test_the_right_answers_are_finite_and_come_without_a_warning(name):
    for question in EXERCISES[name].questions:
        answer = EXERCISES[name].ask(EXERCISES[name].right, question.args)
        assert answer.error is None
        assert not answer.warned
        assert "nan" not in repr(answer.value)


@every_exercise
def test_stub_and_solution_have_the_head_of_one_function(name):
    head = EXERCISES[name].head
    assert head in solution(name)
    assert head in stub(name)
    assert name in REPAIRS or stub(name) == f"{head}    ...\n"
    assert max(map(len, solution(name).splitlines())) <= 100
    assert not re.search(r"_arguments|\bcore\.|np\.float64|np\.intp", solution(name))


@every_exercise
def test_what_is_said_is_kind_and_ends_with_a_full_stop(name):
    exercise = EXERCISES[name]
    said = [*exercise.hints, *(sentence for _, sentence in exercise.mistakes.values())]
    for sentence in said:
        assert re.search(r"[.?)]$", sentence)
        assert not re.search(r"\b(simply|obviously|just|trivial|clearly|of course)\b", sentence)
        assert sentence.count("`") % 2 == 0


# --- In the notebook -------------------------------------------------------------------------


def mse(predictions, targets):
    return np.sum((predictions - targets) ** 2)


def test_the_functions_name_finds_the_exercise():
    assert check(mse).mistake == "sum for mean"
    assert check(mse, "mae").exercise == "mae"


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda p, t: 0, "no exercise of this name"),
        (mse(np.array([1.0]), np.array([2.0])), "without brackets"),
        ("mse", "without brackets"),
        (None, "without brackets"),
    ],
)
def test_what_is_no_answer_to_any_exercise_is_told_so(function, words):
    assert words in check(function).message


def test_a_misspelt_name_is_recognised():
    assert '"softmax"' in check(mse, "sofmax").message


def test_points_are_lost_by_an_error_that_says_why():
    with pytest.raises(AssertionError, match="did not divide by how many"):
        check(mse, points=3)
    with pytest.raises(AssertionError, match="not attempted"):
        check(written(stub("mse"), "mse"), points=3)
    assert check(RIGHT["mse"]["vectorised"], "mse", points=3).accepted


def test_grade_knows_its_exercises():
    with pytest.raises(ValueError, match="exercise is 'mss', wanted one of predict_one"):
        grade("mss", mse)


def test_hints_open_one_after_another_and_then_begin_anew():
    texts = [hint("mse").text for _ in EXERCISES["mse"].hints]
    assert texts[-1].endswith('Now `solution("mse")` is left.')
    assert [text.splitlines()[0] for text in texts] == list(EXERCISES["mse"].hints)
    assert hint(mse).title == "Hint 1 of 3 for mse"


def test_progress_follows_the_last_check_of_each_exercise():
    assert progress().title == f"0 of {len(CHAPTERS['linear_regression'])} right"
    check(mse)
    assert progress().text.splitlines()[:2] == ["residuals: not checked", "mse: not yet"]
    check(RIGHT["mse"]["vectorised"], "mse")
    assert progress().title == f"1 of {len(CHAPTERS['losses'])} right"
    assert progress("softmax").title == f"0 of {len(CHAPTERS['softmax'])} right"
    with pytest.raises(ValueError, match="chapter is 'loss', wanted one of"):
        progress("loss")


def test_a_verdict_is_a_status_in_html_with_nothing_of_the_reader_unescaped():
    page = grade("mse", lambda p, t: "<script>")._repr_html_()
    assert "role='status'" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_verdict_reads_the_same_every_time():
    assert len({repr(check(mse)) for _ in range(3)}) == 1
    assert repr(check(mse)).startswith("mse: not yet. You added the squares up")


# --- Repairs ---------------------------------------------------------------------------------


@every_repair
def test_a_program_to_be_mended_is_short_and_runs_and_its_first_tests_do_not_all_fail(name):
    repair = EXERCISES[name]
    assert 7 <= len(repair.stub.splitlines()) <= 15
    assert not repair.failed(repair.answer)
    failed = repair.failed(repair.found)
    assert 0 < len(failed) < len(repair.tests)
    for question in repair.questions:
        assert repair.ask(repair.found, question.args).error is None


def test_where_learner_and_judge_are_exchanged_only_the_checker_speaks(capfd):
    mistake, _ = EXERCISES["leave_out"].mistakes["learner and judge exchanged"]
    said = grade("leave_out", mistake).message
    assert "fit to the group, and judge by the others" in said
    assert capfd.readouterr() == ("", "")


@every_repair
def test_a_repair_is_told_which_tests_it_passes_and_the_first_that_it_fails(name):
    repair = EXERCISES[name]
    failed = repair.failed(repair.found)
    told = repr(grade(name, repair.found))
    assert f"It passes {len(repair.tests) - len(failed)} of the {len(repair.tests)} tests" in told
    assert told.endswith(f"The first that it fails: {failed[0]}.")
    _, *_, right = RIGHT[name].values()
    assert repr(grade(name, right)).endswith(f"It passes all {len(repair.tests)} tests.")


@every_repair
def test_a_repair_knows_symptoms_which_fail_a_test_that_failed_and_new_faults(name):
    repair = EXERCISES[name]
    before = repair.failed(repair.found)
    said = [sentence for _, sentence in repair.mistakes.values()]
    assert sum(sentence.startswith("That treats the symptom") for sentence in said) >= 2
    assert sum("there is a new one" in sentence for sentence in said) >= 2
    for label, (program, sentence) in repair.mistakes.items():
        if sentence.startswith("That treats the symptom"):
            assert set(repair.failed(program)) & set(before), label


@every_repair
def test_nothing_in_a_program_or_its_hints_says_where_the_fault_is(name):
    repair = EXERCISES[name]
    assert "#" not in repair.stub
    assert "fault" not in repair.stub
    for fault in repair.faults:
        assert fault not in " ".join(repair.hints)


def test_what_is_wrong_for_a_reason_of_its_own_is_told_by_its_tests():
    found = written(stub("fit_and_score"), "fit_and_score")
    mended = EXERCISES["fit_and_score"].answer

    def instead(*parts):
        return lambda X, y: tuple(new(X, y) for new in parts)

    def of(program, part):
        return lambda X, y: program(X, y)[part]

    still = instead(of(mended, 0), of(mended, 1), lambda X, y: found(X, y)[2] - 1)
    new = instead(of(mended, 0), lambda X, y: mended(X, y)[1] + 1, of(mended, 2))
    both = instead(of(mended, 0), lambda X, y: mended(X, y)[1] + 1, of(found, 2))
    other = instead(of(mended, 0), of(mended, 1), lambda X, y: mended(X, y)[2] ** 3)
    verdicts = [grade("fit_and_score", program) for program in (still, new, both, other)]
    assert [verdict.mistake for verdict in verdicts] == [
        "still there",
        "new fault",
        "fault and new fault",
        "something else",
    ]


def test_a_new_fault_that_meets_the_old_one_by_luck_passes_no_test_more():
    swapped = stub("search_line").replace("i, j = np.unravel", "j, i = np.unravel")
    assert grade("search_line", written(swapped, "search_line")).mistake == "still there"


def test_a_change_that_does_not_fit_its_program_is_not_made():
    with pytest.raises(ValueError, match="stands 0 times"):
        _ = Changed(EXERCISES["fit_and_score"].answer, {"no such line": ""}).source


def test_source_is_shown_in_colour_and_as_plain_text():
    assert repr(solution("mse")) == str(solution(mse))
    assert solution("mse")._repr_markdown_().startswith("```python\nfrom mlcore.losses import")
    assert stub(mse)._repr_markdown_().endswith("    ...\n```")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_teachers_page_has_a_row_for_every_mistake(chapter):
    rows = [row.split(" | ") for row in misconceptions(chapter).splitlines() if row[:1] == "|"]
    assert {len(row) for row in rows} == {4}
    told = {row[3].removesuffix(" |") for row in rows}
    for exercise in CHAPTERS[chapter]:
        assert {sentence for _, sentence in exercise.mistakes.values()} <= told


def test_the_question_on_the_teachers_page_reveals_the_mistake():
    row = next(row for row in misconceptions("losses").splitlines() if "sum for mean" in row)
    call, got, wanted = re.search(r"`mse(.*)` \| gives (.*), wanted ([^ ]*) ", row).groups()
    predictions, targets = map(np.array, eval(call))
    assert mse(predictions, targets) == pytest.approx(float(got), rel=1e-5)
    assert mlcore.losses.mse(predictions, targets) == pytest.approx(float(wanted), rel=1e-5)


def test_the_exercises_load_neither_a_notebook_nor_a_figure():
    code = "import sys, mlcore.book.exercises; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert not loaded & {"IPython", "matplotlib", "ipywidgets", "scipy", "mlcore.book.figures"}
