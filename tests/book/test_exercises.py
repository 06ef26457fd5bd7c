"""A wrong answer is never accepted, a right one never refused, and what is said is true."""

import functools
import gc
import importlib.util
import itertools
import math
import random
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import mean_squared_error

import mlcore
from mlcore.book import exercises
from mlcore.book.checker import judge
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

right_answers = importlib.util.module_from_spec(
    spec := importlib.util.spec_from_file_location(
        "right_answers", Path(__file__).with_name("right_answers.py")
    )
)
spec.loader.exec_module(right_answers)
RIGHT = right_answers.RIGHT

every_exercise = pytest.mark.parametrize("name", EXERCISES)
every_mistake = pytest.mark.parametrize(
    ("name", "label"), [(e.name, label) for e in EXERCISES.values() for label in e.mistakes]
)
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


@every_exercise
@pytest.mark.parametrize("body", ["pass", "return", "return ...", "raise NotImplementedError()"])
def test_other_ways_to_leave_an_answer_blank_are_not_attempted_either(name, body):
    blank = written(stub(name).replace("    ...", f"    {body}"), name)
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
    assert len(EXERCISES[name].mistakes) >= (9 if name == "predict_one" else 10)


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
    head = stub(name).removesuffix("    ...\n")
    assert head in solution(name)
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


# --- Mistakes that can be made anywhere ------------------------------------------------------


def printed(p, t):
    print(np.mean((p - t) ** 2))  # noqa: T201


def no_return(p, t):
    np.mean((p - t) ** 2)


def remembered(p, t, seen=[]):  # noqa: B006 (that is the mistake)
    seen.extend((p - t) ** 2)
    return sum(seen) / len(seen)


def sorts_its_input(p, t):
    t.sort()
    p.sort()
    return np.mean(np.abs(p - t))


def median_of_a_sorted_list(targets, loss):
    return np.mean(targets) if loss == "mse" else targets[(len(targets) - 1) // 2]


def only_one_row(X, w, b):
    return np.array([X[0] @ w + b] * len(X))


def only_one_feature(X, w, b):
    return X[:, 0] * w[0] + b * 1.0 if X.shape[1] == 1 else X[:, 1] * w[0] + 7


def without_negative_numbers(p, t):
    return np.mean(np.abs(np.abs(p) - np.abs(t)))


def calls_itself(p, t):
    return calls_itself(p, t)


WHATEVER = [
    ("mse", lambda p, t: 2 * np.mean((p - t) ** 2), "twice"),
    ("mae", lambda p, t: 2 * np.mean(np.abs(p - t)), "twice"),
    ("rmse", lambda p, t: np.sqrt(np.mean((p - t) ** 2)) / 2, "half"),
    ("r_squared", lambda p, t: 2 * mlcore.losses.r_squared(p, t), "twice"),
    ("recall", lambda p, t: -mlcore.classification.recall(p, t), "sign"),
    ("predict", lambda X, w, b: len(X) * (X @ w + b), "times n"),
    ("predict", lambda X, w, b: (X @ w + b) / len(X), "over n"),
    ("huber", lambda p, t, d: len(p) / 2 * mlcore.losses.huber(p, t, d), "times n/2"),
    ("precision", lambda p, y: 100 * mlcore.classification.precision(p, y), "percent"),
    ("sigmoid", lambda z: 1 - mlcore.classification.sigmoid(z), "sign of the score"),
    ("precision", lambda p, y: 1 - mlcore.classification.precision(p, y), "share of false alarms"),
    ("predict_one", lambda x, w, b: (w * x + b) ** 2, "square"),
    ("predict_one", lambda x, w, b: round(w * x + b), "rounded"),
    ("predict_one", lambda x, w, b: int(w * x + b), "cut"),
    ("predict_one", lambda x, w, b: abs(w * x + b), "absolute"),
    ("predict_one", lambda x, w, b: [w * x + b], "array of one"),
    ("predict_one", lambda x, w, b: w * x + b + 3, "offset"),
    ("predict_one", lambda x, w, b: 1.5 * (w * x + b), "factor"),
    ("predict_one", lambda x, w, b: 42, "stuck"),
    ("slope", lambda f, x, h: 0, "stuck"),
    ("slope", lambda f, x, h: ((x + h) ** 2 - (x - h) ** 2) / (2 * h), "argument not used"),
    ("residuals", lambda p, t: (p - t)[:, np.newaxis], "column"),
    ("residuals", lambda p, t: [p - t], "row"),
    ("residuals", lambda p, t: (p - t)[::-1], "reversed"),
    ("residuals", lambda p, t: (p - t)[0], "first answer only"),
    ("residuals", lambda p, t: (p - t)[-1], "last answer only"),
    ("residuals", lambda p, t: np.cumsum(p - t), "running total"),
    ("one_hot", lambda y, k: np.eye(k)[y].ravel(), "flattened"),
    ("mse_gradient", lambda p, t: 2 * (p[:-1] - t[:-1]) / (len(t) - 1), "last example skipped"),
    ("fit_line", lambda x, y: np.polyfit(x, y, 1)[0], "first part only"),
    ("fit_line", lambda x, y: np.polyfit(x, y, 1)[1], "last part only"),
    ("fit_line", lambda x, y: tuple(np.polyfit(y, x, 1)), "arguments swapped"),
    ("huber", lambda p, t, d: mlcore.losses.huber(p[:1], t[:1], d), "first example only"),
    ("huber", lambda p, t, d: mlcore.losses.huber(p[-1:], t[-1:], d), "last example only"),
    ("predict", only_one_row, "first example only"),
    ("predict", only_one_feature, "first column only"),
    ("best_constant", median_of_a_sorted_list, "sorted"),
    ("mae", without_negative_numbers, "signs lost"),
    ("mse", printed, "printed"),
    ("mse", no_return, "returns None"),
    ("mse", lambda p, t: ((a - b) ** 2 for a, b in zip(p, t, strict=True)), "generator"),
    ("mse", lambda p, t: np.mean, "function"),
    ("mse", lambda p, t: "2.5", "type"),
    ("mse", lambda p, t: {"mse": 2.5}, "type"),
    ("fit_line", lambda x, y: 3.0, "type"),
    ("minibatches", lambda n, size, rng: n, "type"),
    ("predict_class", lambda scores: scores, "shape"),
    ("residuals", lambda p, t: p[:, np.newaxis] - t[np.newaxis] * 1.5, "shape"),
    ("mse", lambda p, t: math.nan, "not finite"),
    ("mse", lambda p, t: np.mean((p - t) ** 2) + random.random(), "undecided"),
    ("mse", remembered, "undecided"),
    ("mae", sorts_its_input, "writes to its input"),
    ("mse", lambda p: 0, "arguments"),
    ("mse", lambda p, t: 1 / 0, "error"),
    ("mse", lambda p, t: prediction - t, "error"),  # noqa: F821 (that is the mistake)
    ("mse", calls_itself, "error"),
    ("mse", lambda p, t: sys.exit(), "error"),
    ("mse", lambda p, t: np.mean((p - t) ** 2) + 0 * np.log(np.sum(0 * p)), "not finite"),
    ("mae", lambda p, t: np.where(True, np.mean(abs(p - t)), np.log(0.0 * p[0])), "warning"),
]


@pytest.mark.parametrize(("name", "function", "label"), WHATEVER)
def test_a_mistake_of_a_general_kind_is_recognised(name, function, label):
    verdict = grade(name, function)
    assert not verdict.accepted
    assert verdict.mistake == label


TWO_AT_ONCE = [
    ("mse", lambda p, t: np.sum(p - t), {"not squared", "sum for mean"}),
    ("mse", lambda p, t: -np.sum((p - t) ** 2), {"sum for mean", "sign in front"}),
    ("mae", lambda p, t: np.sum(p - t), {"signed misses"}),
    ("mse_gradient", lambda p, t: 2 * (t - p), {"sign", "not divided by n"}),
    ("mse_gradient", lambda p, t: (t - p) / len(t), {"sign", "2 lost"}),
    ("softmax", lambda z: np.exp(z) / np.sum(np.exp(z), axis=0), {"down the columns, not shifted"}),
    ("one_step", lambda p, s, rate: 2 * (p + rate * s), {"uphill"}),
    (
        "binary_cross_entropy",
        lambda z, y: -np.sum(np.log(1 / (1 + np.exp(-z[y == 1])))),
        {"label 1 only", "label 1 only, from the scores", "sum for mean", "not finite"},
    ),
    (
        "cross_entropy_gradient",
        lambda z, y: np.eye(z.shape[1])[y] - mlcore.softmax.softmax(z),
        {"sign", "not divided by n"},
    ),
]


@pytest.mark.parametrize(("name", "function", "labels"), TWO_AT_ONCE)
def test_of_several_mistakes_one_that_is_there_is_named(name, function, labels):
    verdict = grade(name, function)
    assert not verdict.accepted
    assert verdict.mistake in labels


def test_what_cannot_be_named_gets_its_smallest_example():
    verdict = grade("mse", lambda p, t: np.mean(np.abs(p - t) ** 3))
    assert verdict.mistake is None
    assert verdict.message.startswith("1 of 17 answers are right.")
    assert verdict.example == "`mse(np.array([3.0]), np.array([1.0]))` gives 8, wanted 4."


def test_the_example_can_be_typed_into_a_cell():
    verdict = grade("predict", lambda X, w, b: X @ w)
    call, got = re.match(r"`(.*)` gives (.*), wanted", verdict.example).groups()
    assert eval(call, {"np": np, "predict": lambda X, w, b: X @ w}).tolist() == eval(got)


# --- Whatever the function does --------------------------------------------------------------


def endless(p, t):
    while True:
        pass


def stubborn(p, t):
    while True:
        try:  # noqa: SIM105
            math.sqrt(2)
        except:  # noqa: E722 (that is what makes it stubborn)
            pass


def patient(p, t):
    while True:
        try:  # noqa: SIM105
            math.sqrt(2)
        except Exception:
            pass


has_alarms = hasattr(signal, "setitimer")


@pytest.mark.parametrize(
    "loop",
    [
        endless,
        patient,
        lambda p, t: [x for x in itertools.count() if x < 0],
        pytest.param(
            stubborn,
            marks=pytest.mark.skipif(not has_alarms, reason="this platform has no alarm signal"),
        ),
        pytest.param(
            lambda p, t: time.sleep(1000),
            marks=pytest.mark.skipif(not has_alarms, reason="this platform has no alarm signal"),
        ),
    ],
)
def test_an_endless_loop_is_stopped(loop, monkeypatch):
    monkeypatch.setattr(judge, "SECONDS", 0.3)
    start = time.monotonic()
    assert grade("mse", loop).mistake == "endless"
    assert time.monotonic() - start < 30


def test_an_endless_loop_is_stopped_where_there_are_no_alarms(monkeypatch):
    monkeypatch.setattr(judge, "SECONDS", 0.3)
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(grade("mse", endless)))
    thread.start()
    thread.join(timeout=60)
    assert [verdict.mistake for verdict in verdicts] == ["endless"]


@pytest.mark.parametrize("function", [endless, RIGHT["mse"]["plain loop"], calls_itself])
def test_tracing_and_alarms_are_left_as_they_were_found(function, monkeypatch):
    monkeypatch.setattr(judge, "SECONDS", 0.2)
    gc.collect()  # an alarm inside somebody's finalizer would be reported as lost
    before = sys.gettrace(), has_alarms and signal.getsignal(signal.SIGALRM), sys.stdout
    grade("mse", function)
    assert before == (
        sys.gettrace(),
        has_alarms and signal.getsignal(signal.SIGALRM),
        sys.stdout,
    )
    assert not has_alarms or signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_tracer_that_is_already_there_sees_the_function():
    seen = set()

    def tracer(frame, event, arg):
        seen.add(frame.f_code.co_name)

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        grade("mse", no_return)
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)
    assert "no_return" in seen


def interrupted(p, t):
    raise KeyboardInterrupt


def quits(p, t):
    raise SystemExit


class Hostile:
    def __array__(self, *args, **kwargs):
        raise RuntimeError

    def __eq__(self, other):
        raise RuntimeError

    def __repr__(self):
        raise RuntimeError

    def __len__(self):
        raise RuntimeError

    __hash__ = None


class HostileError(Exception):
    def __str__(self):
        raise RuntimeError


def hostile_error(p, t):
    raise HostileError


def infinite_list():
    items = []
    items.append(items)
    return items


STRANGE = [
    lambda p, t: Hostile(),
    lambda p, t: (Hostile(), Hostile()),
    lambda p, t: infinite_list(),
    lambda p, t: iter(int, 1),
    lambda p, t: "x" * 10**6,
    lambda p, t: np.zeros((300, 300, 30)),
    lambda p, t: [[1, 2], [3]],
    lambda p, t: [None, 1],
    lambda p, t: 1j,
    lambda *args: 1e308 * np.ones(3),
    lambda *args: -1e308,
    lambda p, t: np.datetime64("2009-01-01"),
    lambda p, t: 10**400,
    lambda p, t: {p.size},
    lambda p, t: p.__setitem__(slice(None), 0),
    lambda p, t: np.ma.masked_array(p, mask=True),
    lambda p, t: b"\xff",
    lambda p, t: type,
    lambda *args: args,
    interrupted,
    quits,
    hostile_error,
    print,
    np.mean,
    len,
    Hostile,
]


@pytest.mark.parametrize("name", ["mse", "residuals", "fit_line", "minibatches", "best_constant"])
@pytest.mark.parametrize("function", STRANGE)
def test_check_never_raises_and_never_says_more_than_a_screenful(name, function):
    verdict = check(function, name)
    assert not verdict.accepted
    assert len(repr(verdict)) < 1500
    assert len(verdict._repr_html_()) < 3000


def test_the_readers_arrays_are_never_changed():
    question = EXERCISES["mae"].questions[3]
    before = [arg.copy() for arg in question.args]
    grade("mae", sorts_its_input)
    assert all(map(np.array_equal, question.args, before))


def test_prints_are_kept_apart_and_cut(capsys):
    verdict = grade("mse", lambda p, t: [print("penguin") for _ in range(10**4)])  # noqa: T201
    assert capsys.readouterr().out == ""
    assert verdict.printed.startswith("penguin\npenguin")
    assert len(verdict.printed) <= judge.CHARACTERS + 1


def test_a_check_takes_a_moment_and_not_a_minute():
    fastest = min(timed(check, RIGHT["mse"]["vectorised"], "mse") for _ in range(5))
    assert fastest < 0.3
    assert min(timed(check, RIGHT["train"]["plain loop"], "train") for _ in range(3)) < 1.5


def timed(function, *args):
    start = time.process_time()
    function(*args)
    return time.process_time() - start


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
    assert progress().title == "0 of 6 right"
    check(mse)
    assert progress().text.splitlines()[:2] == ["residuals: not checked", "mse: not yet"]
    check(RIGHT["mse"]["vectorised"], "mse")
    assert progress().title == "1 of 6 right"
    assert progress("softmax").title == "0 of 6 right"
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
