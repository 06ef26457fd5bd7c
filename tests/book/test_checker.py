"""The machine that judges: it names what is wrong, whatever it is given, and is never broken."""

import gc
import itertools
import math
import random
import re
import signal
import sys
import threading
import time

import numpy as np
import pytest
from right_answers import RIGHT

import mlcore
from mlcore.book.checker import judge
from mlcore.book.exercises import EXERCISES, check, grade

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


def deals_by_a_seed_of_its_own(n, size, rng):
    rng.random()
    order = np.random.default_rng(0).permutation(n)
    return [order[first : first + size] for first in range(0, n, size)]


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
    ("residuals", lambda p, t: (p - t)[:1], "first answer only, in a list"),
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
    ("minibatches", deals_by_a_seed_of_its_own, "argument not used"),
    ("predict_class", lambda scores: scores, "the scores themselves"),
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


def returns_in_the_first_round(p, t):
    for prediction, target in zip(p, t, strict=True):
        return (prediction - target) ** 2
    return 0.0


def test_only_a_function_with_a_loop_is_asked_for_a_return_in_it():
    looped = grade("mse", returns_in_the_first_round)
    indexed = grade("mse", lambda p, t: (p[0] - t[0]) ** 2)
    assert looped.mistake == indexed.mistake == "only the first"
    assert "is `return` inside the loop" in looped.message
    assert "loop" not in indexed.message
    assert "index such as `[0]`" in indexed.message


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


def test_numbers_are_called_right_only_where_all_of_them_are():
    def kept_from_zero_and_overflowing(scores, labels):
        p = 1 / (1 + np.exp(-scores))
        return -np.mean(np.log(np.where(labels == 1, p, 1 - p) + 1e-8 * (1 + p)))

    verdict = grade("binary_cross_entropy", kept_from_zero_and_overflowing)
    assert not verdict.accepted
    assert "numbers are right" not in verdict.message


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
