"""Every public function meets every wrong argument, and every form of a right one.

`VALID` holds one good call of each. In the first half each of its arguments in turn is
replaced by whatever is wrong for such an argument; the error must name the argument, say what
came and say what was wanted. In the second half the same numbers arrive in every form.
"""

import copy
import inspect
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from robustness import campaign
from scipy.sparse import csr_array

from mlcore import (
    classification,
    datasets,
    features,
    gradient_descent,
    linear_regression,
    losses,
    softmax,
)
from mlcore._arguments import every_class, finite
from mlcore._tables import at

MODULES = (classification, features, gradient_descent, linear_regression, losses, softmax)
PUBLIC = {name: getattr(module, name) for module in MODULES for name in module.__all__}

X = np.array([[1.0, 5.0], [2.0, 3.0], [4.0, 4.0], [3.0, 1.0], [6.0, 2.0], [5.0, 7.0]])
Y = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0])
OTHER = np.array([2.0, 7.0, 1.0, 8.0, 2.0, 8.0])
SCORES = np.array([2.0, -1.0, 0.0, 3.0, -2.0, 1.0])
ROWS_OF_SCORES = np.array([[1.0, 0.0, 2.0], [-1.0, 3.0, 0.0], [0.0, 0.0, 0.0], [2.0, 1.0, 4.0]])
BINARY = np.array([1, 0, 0, 1, 1, 0])
CALLED = np.array([1, 0, 1, 1, 0, 0])
THREE = np.array([0, 1, 2, 2, 1, 0])
START = np.array([[4.0, 2.0], [1.0, 3.0]])


def slope(point):
    return 2 * point


def slope_on_rows(point, rows):
    return point * len(rows)


def square(point):
    return np.sum(point**2)


def rng():
    return np.random.default_rng(0)


PAIR = {"predictions": Y, "targets": OTHER}
DESCENT = {"start": START, "learning_rate": 0.25, "n_steps": 3, "momentum": 0.5}
VALID = {
    "predict": {"X": X, "w": np.array([2.0, 1.0]), "b": np.array(3.0)},
    "fit_linear_regression": {"X": X, "y": Y},
    **dict.fromkeys(losses.__all__, PAIR),
    "huber": PAIR | {"delta": 2.0},
    "huber_gradient": PAIR | {"delta": 2.0},
    "gradient_descent": DESCENT | {"gradient": slope},
    "stochastic_gradient_descent": DESCENT
    | {"gradient": slope_on_rows, "n": 5, "batch_size": 2, "rng": rng()},
    "minibatches": {"n": 5, "batch_size": 2, "rng": rng()},
    "numerical_gradient": {"f": square, "point": START},
    "check_gradient": {"f": square, "gradient": slope, "point": START},
    "learning_rate_limit": {"X": X},
    "sigmoid": {"scores": SCORES},
    "binary_cross_entropy": {"scores": SCORES, "labels": BINARY},
    "binary_cross_entropy_gradient": {"scores": SCORES, "labels": BINARY},
    "fit_logistic_regression": {"X": X, "labels": BINARY, "l2": 0.5},
    "classify": {"probabilities": np.array([0.25, 0.5, 0.75, 1.0]), "threshold": 0.5},
    "confusion_matrix": {"predictions": THREE[::-1], "labels": THREE, "n_classes": 3},
    "accuracy": {"predictions": CALLED, "labels": BINARY},
    "precision": {"predictions": CALLED, "labels": BINARY},
    "recall": {"predictions": CALLED, "labels": BINARY},
    "roc_curve": {"scores": SCORES, "labels": BINARY},
    "roc_auc": {"scores": SCORES, "labels": BINARY},
    "calibration_curve": {
        "probabilities": np.array([0.25, 0.5, 0.75, 1.0]),
        "labels": BINARY[:4],
        "n_bins": 3,
    },
    "softmax": {"scores": ROWS_OF_SCORES},
    "log_softmax": {"scores": ROWS_OF_SCORES},
    "one_hot": {"labels": THREE, "n_classes": 3},
    "cross_entropy": {"scores": ROWS_OF_SCORES, "labels": THREE[:4]},
    "cross_entropy_gradient": {"scores": ROWS_OF_SCORES, "labels": THREE[:4]},
    "fit_softmax_regression": {"X": X, "labels": THREE, "n_classes": 3, "l2": 0.5},
    "standardize": {"X": X},
    "polynomial_features": {"x": Y, "degree": 3},
    "train_test_split": {"X": X, "y": Y, "test_share": 0.5, "rng": rng()},
}
names = pytest.mark.parametrize("name", VALID)


def call(name, **changes):
    """The good call, with some of its arguments changed."""
    return PUBLIC[name](**copy.deepcopy(VALID[name]) | changes)


def test_every_argument_of_every_public_function_is_in_the_table():
    parameters = {
        name: set(inspect.signature(function).parameters) for name, function in PUBLIC.items()
    }
    assert {name: set(arguments) for name, arguments in VALID.items()} == parameters


# What is wrong for an argument: what it is called, the value, the error, what the error quotes.

ANY_SHAPE = ["sigmoid scores", "gradient_descent start", "stochastic_gradient_descent start"]
ANY_SHAPE += ["numerical_gradient point", "check_gradient point"]
MORE_AXES = [*ANY_SHAPE, "softmax scores", "log_softmax scores", "train_test_split X"]
RANGES = {
    "learning_rate": (0, -0.1),
    "momentum": (-0.1, 1, 1.5),
    "delta": (0, -1.0),
    "threshold": (-0.1, 1.5),
    "test_share": (0, 1, -0.5, 1.5, 2, 1e308, 0.01, 0.99),
    "l2": (-0.1, -1, 1e101),
    "n_steps": (-1,),
    "n": (0, -1),
    "batch_size": (0, -1, 6),
    "degree": (0, -1),
    "n_classes": (0, -1, 2**24 + 1),
    "n_bins": (0, -1, 2**24 + 1),
}


def wrong_arrays(name, argument, good):
    """Everything that an array of numbers may not be."""
    yield from no_arrays(argument)
    yield "empty", np.empty((0, *good.shape[1:])), ValueError, "is empty (shape (0"
    yield "masked", np.ma.masked_array(good), TypeError, f"{argument} is a masked array"
    if f"{name} {argument}" not in ANY_SHAPE and good.ndim > 0:
        yield "one number", 1.0, ValueError, "shape ()"
    if len([value for value in VALID[name].values() if isinstance(value, np.ndarray)]) > 1:
        fewer = (
            np.zeros(1) if argument == "b" else good[..., :-1] if name == "predict" else good[:-1]
        )
        yield "fewer", fewer, ValueError, str(fewer.shape)
    if name != "train_test_split":  # which only moves rows, of whatever kind
        yield from no_numbers(argument, good)
        if f"{name} {argument}" not in MORE_AXES:
            yield from no_vectors(argument, good)
        if good.dtype.kind == "i":
            yield from no_classes(name, argument, good)


def no_arrays(argument):
    """What is no array of anything."""
    wanted = "wanted an array of real numbers"
    yield "None", None, TypeError, f"{argument} is None"
    yield "a dict", {"a": 1.0}, TypeError, f"is a dict, {wanted}: list({argument}.values())"
    yield "a set", {1.0, 2.0}, TypeError, f"is a set, {wanted}: sorted({argument})"
    yield "a generator", (x for x in "12"), TypeError, f"is a generator, {wanted}: list({argument})"
    yield "a map", map(float, "12"), TypeError, f"is a map, {wanted}: list({argument})"
    yield "a function", slope, TypeError, f"{argument} is <function slope"
    wanted, sparse = "wanted a plain array", csr_array(np.eye(2))
    yield "sparse", sparse, TypeError, f"is a csr_array, {wanted}: {argument}.toarray()"
    yield "tensor", Tensor(), TypeError, f"requires grad, {wanted}: {argument}.detach()"
    yield "tensors", [Tensor()], TypeError, "is a list that NumPy cannot read (no numpy for you)"
    masked = np.ma.array([1.0, 999.0], mask=[0, 1])
    yield "masked in a list", [masked], TypeError, f"{argument}[0] is a masked array"
    yield "in tuples", ([[1.0], (2.0, masked)],), TypeError, f"{argument}[0][1][1] is a masked"
    yield "masked entry", [1.0, np.ma.masked], TypeError, f"{argument}[1] is a masked array"
    yield "ragged", [[1.0], [1.0, 2.0]], ValueError, "is a list whose rows have different lengths"


class Tensor:
    """Like one of PyTorch that records what is done to it, and must be asked to stop."""

    requires_grad = True

    def __array__(self, *_, **__):
        raise RuntimeError("no numpy for you")


def no_numbers(argument, good):
    """What has an entry that is no number which float64 can hold."""

    def ending_in(entry, kind=object):
        values = good.astype(kind).ravel()
        values[-1] = entry
        return values.reshape(good.shape)

    first, last = (argument + at(n * end - end for n in good.shape) for end in (0, 1))
    yield "strings", good.astype(str), TypeError, f"{first} is '"
    yield "text", "abc", TypeError, f"{argument} is 'abc'"
    yield "bytes", b"abc", TypeError, f"{argument} is b'abc'"
    yield "complex", good + 0j, TypeError, "holds complex128"
    yield "dates", good.astype("M8[s]"), TypeError, "holds datetime64[s]"
    yield "records", np.zeros(3, "i4,f8"), TypeError, "holds [('f0'"
    for entry in ("abc", 1j, slope, np.datetime64(0, "s"), np.timedelta64(1, "s")):
        yield f"an entry {entry!r}", ending_in(entry), TypeError, f"{last} is {entry!r:.14}"
    yield "a gap", ending_in(None), TypeError, f"{last} is None, "
    for number in (np.nan, np.inf, -np.inf):
        yield str(number), ending_in(number, float), ValueError, f"{last} is {number}"
    yield "a Decimal NaN", ending_in(Decimal("sNaN")), ValueError, f"{last} is nan"
    for number in (10**400, -(10**400), Decimal("1e400")):
        yield f"an entry {number}", ending_in(number), ValueError, "inf: wanted whole numbers up to"
    lost = "which would be rounded to 90071992547409"
    for number in (2**53 + 1, -(2**53) - 1, Fraction(2**53 + 3), np.uint64(2**63 + 1)):
        yield f"an entry {number!r}", ending_in(number), ValueError, f"{last} is {number!r}, "
    yield "beside floats", ending_in(2**53 + 1).tolist(), ValueError, lost
    for kind in (np.int64, np.uint64):
        yield f"long {kind}", np.full(good.shape, 2**53 + 1, kind), ValueError, lost


def no_vectors(argument, good):
    """What has an axis too many."""
    yield "a column", good[..., np.newaxis], ValueError, f"has shape {(*good.shape, 1)}"
    if good.ndim == 1 and argument not in ("w", "b"):
        yield "one column", good[:, np.newaxis], ValueError, f", as {argument}.ravel()"
        column = good[:, np.newaxis].tolist()
        yield "one in lists", column, ValueError, f", as np.asarray({argument}).ravel()"


def no_classes(name, argument, good):
    """What is no column of classes that are counted from 0."""
    beyond = 2**24 if name == "accuracy" else 3
    for number in (-1.0, 0.5, 1 - 1e-15, float(beyond)):
        came = f"{argument}[{len(good) - 1}] is {number}, wanted whole"
        yield f"{number}", np.append(good[:-1], number), ValueError, came
    names = np.array(["Adelie", "Gentoo"])[good % 2]
    yield "names", names, TypeError, f"np.unique({argument}, return_inverse=True)[1] makes them"
    yield "one-hot", np.eye(3)[good], ValueError, f"of one-hot rows: {argument}.argmax(axis=1)"
    if good.max() == 1 and name != "accuracy":
        yield "1 and 2", good + 1, ValueError, f"wanted whole numbers 0..1: {argument} - 1 makes"
        yield "-1 and 1", 2 * good - 1, ValueError, f"0..1: ({argument} + 1) / 2 makes them so"


def wrong_numbers(name, argument, good):
    """Everything that a single number may not be."""
    for number in RANGES[argument]:
        yield str(number), number, ValueError, f"is {number!r}"
    second = np.timedelta64(1, "s")
    for value in ("0.5", None, True, [good], [[1], [1, 2]], np.array([good]), 1j, {}, b"1", second):
        if not (name == "fit_softmax_regression" and argument == "n_classes" and value is None):
            yield f"{value!r}", value, TypeError, f"is {value!r}"
    if argument in ("learning_rate", "delta"):
        yield "long", 2**53 + 1, ValueError, "is 9007199254740993, which would be rounded to"
    came = "is masked" if isinstance(good, int) else "is a masked array"
    yield "masked", np.ma.masked, TypeError, came
    for number in (np.nan, np.inf, -np.inf):
        error = TypeError if isinstance(good, int) else ValueError
        yield str(number), number, error, f"is {number}"
    yield "huge", 10**400, ValueError, f"is {10**400}"
    yield "a tenth", good + 0.1 if isinstance(good, int) else 10.0**400j, TypeError, "is "


def wrong_others(good):
    """Everything that a function or a generator of random numbers may not be."""
    for value in (None, 0, "f", [good], np.random if callable(good) else np.random.RandomState(0)):
        yield f"{value!r}", value, TypeError, f"is {value!r}"


def wrong_arguments():
    for name, arguments in VALID.items():
        for argument, good in arguments.items():
            if isinstance(good, np.ndarray):
                wrong = wrong_arrays(name, argument, good)
            elif isinstance(good, int | float):
                wrong = wrong_numbers(name, argument, good)
            else:
                wrong = wrong_others(good)
            for what, *case in wrong:
                yield pytest.param(name, argument, *case, id=f"{name}-{argument}-{what[:20]}")


@pytest.mark.parametrize(("name", "argument", "value", "error", "came"), [*wrong_arguments()])
def test_a_wrong_argument_is_refused_by_its_name(name, argument, value, error, came):
    with pytest.raises(error) as caught:
        call(name, **{argument: value})
    assert caught.type is error
    assert re.search(rf"\b{argument}\b.*wanted", str(caught.value))
    assert came in str(caught.value)


NAN = np.array([[1.0, 2.0], [np.nan, 4.0]])
SENTENCES = [
    ("sigmoid", {"scores": []}, "scores is empty (shape (0,)), wanted at least one number"),
    ("sigmoid", {"scores": "a"}, "scores is 'a', wanted real numbers"),
    ("sigmoid", {"scores": np.inf}, "scores is inf, wanted finite numbers only"),
    ("softmax", {"scores": NAN}, "scores[1, 0] is nan, wanted finite numbers only"),
    ("softmax", {"scores": 3}, "scores has shape (), wanted (..., k): one score per class"),
    (
        "sigmoid",
        {"scores": np.ma.masked_array([1.0])},
        "scores is a masked array, wanted a plain one without gaps",
    ),
    (
        "sigmoid",
        {"scores": ([1.0], [1.0, 2.0])},
        "scores is a tuple whose rows have different lengths, wanted a regular array of numbers",
    ),
    (
        "classify",
        {"probabilities": [[0.5]]},
        "probabilities has shape (1, 1), wanted (n,): one number per example, "
        "as np.asarray(probabilities).ravel()",
    ),
    (
        "classify",
        {"probabilities": [1.5, 0.5]},
        "probabilities run from 0.5 to 1.5, wanted numbers between 0 and 1 "
        "(scores go through sigmoid first)",
    ),
    (
        "standardize",
        {"X": [1.0, 2.0]},
        "X has shape (2,), wanted two axes: one row per example, one column per feature or class",
    ),
    (
        "mse",
        {"predictions": [[1.0], [2.0]], "targets": [1.0, 2.0]},
        "predictions has shape (2, 1) but targets has shape (2,): wanted both (n,), "
        "one number per example, as np.asarray(predictions).ravel()",
    ),
    (
        "mse",
        {"predictions": Y, "targets": Y[:, np.newaxis]},
        "predictions has shape (6,) but targets has shape (6, 1): wanted both (n,), "
        "one number per example, as targets.ravel()",
    ),
    (
        "predict",
        {"X": [[1.0, 2.0], [3.0, None]]},
        "X[1, 1] is None, a missing value: wanted real numbers only",
    ),
    (
        "fit_softmax_regression",
        {"labels": THREE + 1, "n_classes": None},
        "labels hold no 0, wanted each of 0..3 at least once (labels - 1 makes them so): "
        "without an example the bias of a class falls for ever",
    ),
    (
        "fit_softmax_regression",
        {"labels": THREE + 1},
        "labels[2] is 3.0, wanted whole numbers 0..2: labels - 1 makes them so",
    ),
    (
        "fit_logistic_regression",
        {"labels": ["Adelie", "Gentoo"]},
        "labels[0] is 'Adelie', wanted whole numbers 0..1: "
        "np.unique(labels, return_inverse=True)[1] makes them of names",
    ),
    (
        "mse",
        {"predictions": [2**53 + 1], "targets": [2**53]},
        "predictions[0] is 9007199254740993, which would be rounded to 9007199254740992: "
        "wanted whole numbers up to 2**53, or larger ones that need no more digits",
    ),
    (
        "train_test_split",
        {"test_share": 2},
        "test_share is 2, wanted a share of the examples of at least 0 and at most 1",
    ),
    ("train_test_split", {"X": 2}, "X has shape (), wanted one row for each example"),
    (
        "confusion_matrix",
        {"n_classes": 2**24},
        "n_classes is 16777216, for which the result would take 2,251,800 GB of memory, "
        "wanted a smaller one",
    ),
    (
        "one_hot",
        {"labels": np.zeros(2**20), "n_classes": 2**24},
        "n_classes is 16777216, for which the result would take 140,737 GB of memory, "
        "wanted a smaller one",
    ),
    (
        "polynomial_features",
        {"degree": 10**15},
        "degree is 1000000000000000, for which the result would take 48,000,000 GB of memory, "
        "wanted a smaller one",
    ),
    (
        "gradient_descent",
        {"n_steps": 10**15},
        "n_steps is 1000000000000000, for which the result would take 32,000,000 GB of memory, "
        "wanted a smaller one",
    ),
    (
        "minibatches",
        {"n": 10**15},
        "n is 1000000000000000, for which the result would take 8,000,000 GB of memory, "
        "wanted a smaller one",
    ),
    (
        "fit_linear_regression",
        {"y": [1.0, 2.0]},
        "X has shape (6, 2) but y has shape (2,): wanted one row for each example in both",
    ),
    (
        "predict",
        {"w": [1.0]},
        "w has shape (1,) but X has shape (6, 2): wanted one weight for each of the 2 features",
    ),
    (
        "predict",
        {"b": [1.0]},
        "b has shape (1,) but w has shape (2,): wanted a single number",
    ),
    (
        "predict",
        {"w": np.ones((2, 3))},
        "b has shape () but w has shape (2, 3): wanted one for each of the 3 classes",
    ),
    ("one_hot", {"labels": [0, 3]}, "labels[1] is 3.0, wanted whole numbers 0..2"),
    ("accuracy", {"labels": [0, -1]}, "labels[1] is -1.0, wanted whole numbers 0..16777215"),
    ("precision", {"labels": [0.5]}, "labels[0] is 0.5, wanted whole numbers 0..1"),
    (
        "precision",
        {"predictions": 0 * BINARY},
        "predictions hold no 1, wanted at least one: precision would be 0/0",
    ),
    (
        "recall",
        {"labels": 0 * BINARY},
        "labels hold no 1, wanted at least one: recall would be 0/0",
    ),
    (
        "roc_curve",
        {"scores": [2.0], "labels": [1]},
        "labels are all 1, wanted at least one 0 and one 1",
    ),
    (
        "roc_auc",
        {"labels": 0 * BINARY},
        "labels are all 0, wanted at least one 0 and one 1",
    ),
    (
        "calibration_curve",
        {"probabilities": SCORES[:4]},
        "probabilities run from -1.0 to 3.0, wanted numbers between 0 and 1 "
        "(scores go through sigmoid first)",
    ),
    (
        "calibration_curve",
        {"labels": BINARY},
        "probabilities has shape (4,) but labels has shape (6,): "
        "wanted one row for each example in both",
    ),
    ("calibration_curve", {"n_bins": 2.5}, "n_bins is 2.5, wanted a whole number of at least 1"),
    (
        "fit_logistic_regression",
        {"labels": 0 * BINARY},
        "labels hold no 1, wanted each of 0..1 at least once: "
        "without an example the bias of a class falls for ever",
    ),
    (
        "fit_logistic_regression",
        {"l2": -1},
        "l2 is -1, wanted a finite number of at least 0 and at most 1e+100",
    ),
    ("huber", {"delta": 0.0}, "delta is 0.0, wanted a finite number above 0"),
    (
        "classify",
        {"threshold": 2},
        "threshold is 2, wanted a finite number of at least 0 and at most 1",
    ),
    (
        "gradient_descent",
        {"momentum": 1},
        "momentum is 1, wanted a finite number of at least 0 and below 1",
    ),
    ("numerical_gradient", {"f": lambda _: None}, "f(point) is None, wanted a finite number"),
    ("gradient_descent", {"n_steps": -1}, "n_steps is -1, wanted a whole number of at least 0"),
    ("gradient_descent", {"n_steps": 0.5}, "n_steps is 0.5, wanted a whole number of at least 0"),
    ("minibatches", {"batch_size": 9}, "batch_size is 9, wanted a whole number of at most 5"),
    (
        "minibatches",
        {"rng": 0},
        "rng is 0, wanted a numpy Generator such as np.random.default_rng(0)",
    ),
    ("check_gradient", {"gradient": 3.0}, "gradient is 3.0, wanted a function"),
    (
        "gradient_descent",
        {"gradient": lambda _: [1.0]},
        "gradient(point) has shape (1,) but the point has shape (2, 2), "
        "wanted one slope for each parameter",
    ),
    (
        "gradient_descent",
        {"learning_rate": 1e308},
        "gradient_descent diverged in step 1: learning_rate is 1e+308, "
        "wanted a smaller one (or a gradient that is finite there)",
    ),
    (
        "train_test_split",
        {"test_share": 0.01},
        "test_share is 0.01, which keeps 0 of 6 examples aside, "
        "wanted at least one example in each part",
    ),
    (
        "r_squared",
        {"predictions": [3.0], "targets": [2.0]},
        "targets are all 2.0, wanted at least two different values: "
        "without spread there is nothing to explain",
    ),
]


@pytest.mark.parametrize(("name", "wrong", "sentence"), SENTENCES)
def test_every_error_is_one_clear_sentence(name, wrong, sentence):
    with pytest.raises((TypeError, ValueError)) as caught:
        call(name, **wrong)
    assert str(caught.value) == sentence


def test_an_overflow_is_told_with_the_names_of_function_and_arguments():
    @finite
    def doubled(first, second=1.0):
        local = 2 * np.array([first, second])
        return local, 0.0

    sentence = (
        "doubled overflowed: first, second hold numbers whose result is too large to be "
        "represented, wanted smaller ones (rescale them)"
    )
    for arguments in [(1e308,), (1.0, 1e308)]:
        with pytest.raises(ValueError, match=re.escape(sentence)):
            doubled(*arguments)
    assert doubled(1.0)[0].tolist() == [2, 2]


RETURNED = {
    "None": (None, TypeError),
    "text": ("1", TypeError),
    "complex": (1j, TypeError),
    "two numbers": ([1.0, 2.0], (TypeError, ValueError)),
    "a ragged list": ([[1.0], [1.0, 2.0]], (TypeError, ValueError)),
    "no number": ([], (TypeError, ValueError)),
    "nan": (np.nan, ValueError),
    "masked": (np.ma.masked, TypeError),
}
"""What a function of the caller may not return for a point that is a single number."""


@pytest.mark.parametrize(("value", "error"), RETURNED.values(), ids=RETURNED)
@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("gradient_descent", "gradient"),
        ("stochastic_gradient_descent", "gradient"),
        ("check_gradient", "gradient"),
        ("check_gradient", "f"),
        ("numerical_gradient", "f"),
    ],
)
def test_what_a_function_returns_is_checked_like_an_argument(name, argument, value, error):
    point = {key: 1.0 for key in ("start", "point") if key in VALID[name]}
    with pytest.raises(error, match=rf"(?=.*\b{argument}\b).*wanted"):
        call(name, **point, **{argument: lambda *_: value})


def test_a_number_beyond_float64_is_refused_like_infinity():
    with np.errstate(over="ignore"):
        beyond = np.ldexp(np.longdouble(1), [0, 2000])
    with pytest.raises(ValueError, match=r"^start\[1\] is inf, wanted finite numbers only$"):
        call("gradient_descent", start=beyond)


HUGE = np.array([1e308, -1e308, 1.5e308, 1.0, -1.5e308, 1e308])
OVERFLOWS = {
    "predict": {"X": X * 1e307, "w": [9.0, 9.0]},
    "residuals": {"predictions": HUGE, "targets": -HUGE},
    "mse": {"predictions": HUGE},
    "mse_gradient": {"predictions": HUGE},
    "mae": {"predictions": HUGE, "targets": -HUGE},
    "mae_gradient": {"predictions": HUGE, "targets": -HUGE},
    "huber": {"predictions": HUGE, "delta": 1e300},
    "huber_gradient": {"predictions": HUGE, "delta": 1e308},
    "r_squared": {"predictions": HUGE, "targets": -HUGE},
    "log_softmax": {"scores": HUGE},
    "polynomial_features": {"x": HUGE},
    "standardize": {"X": [[1e308], [1e308], [1.5e308]]},
    "learning_rate_limit": {"X": X * 1e300},
}


@pytest.mark.parametrize(("name", "arguments"), OVERFLOWS.items())
def test_an_answer_too_large_for_a_float_is_refused_and_never_inf(name, arguments):
    (largest, *_) = arguments
    with pytest.raises(ValueError, match=rf"\b{largest}\b.*wanted"):
        call(name, **arguments)


# The second half: the same numbers in every form.


def same(result, expected, **tolerance):
    """The same numbers, in the same kinds of containers."""
    assert type(result) is type(expected)
    if isinstance(expected, tuple | list):
        for one, other in zip(result, expected, strict=True):
            same(one, other, **tolerance)
    else:
        kept = np.asarray(result, float) if np.asarray(result).dtype.kind == "O" else result
        np.testing.assert_allclose(kept, expected, **tolerance)


def reshaped(name, form):
    """The good call with every array in another form."""
    return {
        key: form(value)
        for key, value in copy.deepcopy(VALID[name]).items()
        if isinstance(value, np.ndarray)
    }


def read_only(values):
    values = values.copy()
    values.flags.writeable = False
    return values


def whole_numbers(dtype):
    def form(values):
        info = (0, 1) if dtype is bool else (np.iinfo(dtype).min, np.iinfo(dtype).max)
        fits = (values == np.rint(values)).all() and info[
            0
        ] <= values.min() <= values.max() <= info[1]
        return values.astype(dtype) if fits else values

    return form


def nested_tuple(values):
    return tuple(map(nested_tuple, values)) if values.ndim > 0 else values.item()


FORMS = {
    "a list": np.ndarray.tolist,
    "a tuple": nested_tuple,
    "a list of arrays": lambda values: list(values) if values.ndim > 0 else values,
    "objects": lambda values: values.astype(object),
    "fractions": np.vectorize(Fraction, otypes="O"),
    "decimals in lists": lambda values: np.vectorize(Decimal, otypes="O")(values * 1.0).tolist(),
    "read-only": read_only,
    "in columns": lambda values: values.copy(order="F"),
    "every second": lambda values: (
        np.repeat(values.ravel(), 2)[::2].reshape(values.shape)
        if values.ndim < 2
        else np.repeat(np.repeat(values, 2, axis=0), 2, axis=1)[::2, ::2]
    ),
    "backwards": lambda values: np.flip(np.flip(values).copy()),
    "big-endian": lambda values: values.astype(values.dtype.newbyteorder(">")),
    "float16": lambda values: values.astype(np.float16),
    "long double": lambda values: values.astype(np.longdouble),
    "int64": whole_numbers(np.int64),
    "int8": whole_numbers(np.int8),
    "uint8": whole_numbers(np.uint8),
    "bool": whole_numbers(bool),
}


@names
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_same_numbers_in_another_form_give_the_same_answer(name, form):
    same(call(name, **reshaped(name, form)), call(name), rtol=1e-12, atol=1e-12)


TABLES = {
    "plain": lambda table: table,
    "nullable": lambda table: table.convert_dtypes(),
    "of pyarrow": lambda table: table.convert_dtypes(dtype_backend="pyarrow"),
    "of objects": lambda table: table.astype({0: object}),
}


@names
@pytest.mark.parametrize("form", TABLES.values(), ids=TABLES)
def test_a_table_of_pandas_gives_the_answer_of_its_numbers(name, form, needs):
    pd, _ = needs("pandas"), needs("pyarrow")

    def framed(values):
        if values.ndim == 0:
            return values
        table = form(pd.DataFrame(values))
        return table if values.ndim == 2 else table[0]

    same(call(name, **reshaped(name, framed)), call(name), rtol=1e-12, atol=1e-12)


def test_what_pandas_knows_is_understood_or_named_with_its_place(needs):
    pd, _ = needs("pandas"), needs("pyarrow")
    birds = pd.DataFrame({"mass": [3.5, 4.0, 5.5], "sex": ["f", "m", "f"], "year": [1, 2, 2]})
    dummies = pd.get_dummies(birds)
    numbers = [[3.5, 1, 1, 0], [4.0, 2, 0, 1], [5.5, 2, 1, 0]]
    same(features.standardize(dummies), features.standardize(numbers), rtol=0)
    moved = features.train_test_split(dummies, birds["sex"], 1 / 3, rng())
    assert (moved[0].dtype, {*moved[2], *moved[3]}) == (np.float64, {"f", "m"})
    for column, value, came in [
        ("sex", "m", r"X\[0, 1\] is 'f', wanted real numbers"),
        ("year", None, r"X\[2, 1\] is <NA>, a missing value: wanted real numbers only"),
        ("year", 2**53 + 1, r"X\[2, 1\] is 9007199254740993, which would be rounded to"),
    ]:
        table = birds[["mass", column]].astype({} if column == "sex" else {"year": "Int64"})
        table.loc[2, column] = value
        with pytest.raises((TypeError, ValueError), match=came):
            features.standardize(table)
    with pytest.raises(ValueError, match=r"X\[0, 1\] is 9007199254740993, which would"):
        features.standardize(pd.DataFrame({"size": [0.5, 1.0], "id": [2**53 + 1, 2]}))


KINDS = [np.float16, np.float32, np.longdouble, np.array, Fraction, Decimal]


@names
@pytest.mark.parametrize("kind", KINDS)
def test_a_single_number_of_another_kind_gives_the_same_answer(name, kind):
    single = {key: kind(value) for key, value in VALID[name].items() if type(value) is float}
    same(call(name, **single), call(name))


@names
def test_a_memory_mapped_array_gives_the_same_answer(name, tmp_path):
    def mapped(values):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.npy"
        np.save(path, values)
        return np.load(path, mmap_mode="r")

    same(call(name, **reshaped(name, mapped)), call(name), rtol=1e-12)


DOUBLE = {
    "numerical_gradient": "a difference quotient needs all the digits",
    "one_hot": "whole numbers have no precision to keep",
    "roc_curve": "its rates are shares of whole numbers",
    "calibration_curve": "what was found are shares of whole numbers",
}


@names
def test_float32_stays_float32_and_a_single_number_is_a_python_float(name):
    result = call(name, **reshaped(name, lambda values: values.astype(np.float32)))
    same(result, call(name), rtol=2e-6, atol=2e-6)
    parts = result if isinstance(result, tuple | list) else (result,)
    kinds = {type(part) if np.ndim(part) == 0 else part.dtype for part in parts}
    assert kinds <= {float, np.dtype(np.float32), np.dtype(np.intp)} or name in DOUBLE


@names
def test_no_argument_is_written_to_or_handed_back(name):
    arguments = copy.deepcopy(VALID[name])
    arrays = {key: value for key, value in arguments.items() if isinstance(value, np.ndarray)}
    before = {key: value.tobytes() for key, value in arrays.items()}
    result = PUBLIC[name](**arguments)
    assert {key: value.tobytes() for key, value in arrays.items()} == before
    parts = result if isinstance(result, tuple | list) else (result,)
    assert not any(np.shares_memory(part, value) for part in parts for value in arrays.values())


def test_many_threads_get_the_answers_of_one():
    expected = {name: call(name) for name in VALID}
    with ThreadPoolExecutor(8) as threads:
        for name, result in threads.map(lambda name: (name, call(name)), [*VALID] * 20):
            same(result, expected[name], rtol=0)


def test_every_public_function_can_be_sent_to_another_process():
    for function in [*PUBLIC.values(), datasets.load_penguins, datasets.load_digits]:
        assert pickle.loads(pickle.dumps(function)) is function


@pytest.mark.parametrize("name", ["gradient_descent", "stochastic_gradient_descent"])
def test_a_function_that_writes_to_its_point_does_no_harm(name):
    def vandal(point, *_):
        answer = 2 * point
        point[:] = np.nan
        return answer

    same(call(name, gradient=vandal), call(name, gradient=lambda point, *_: 2 * point))


# Arrays of other libraries, whose values may be spread over many machines.


class Lazy(np.lib.mixins.NDArrayOperatorsMixin):
    """An array that NumPy's functions work on, and into which nobody may look."""

    def __init__(self, hidden):
        self.hidden = hidden

    shape = property(lambda self: self.hidden.shape)
    ndim = property(lambda self: self.hidden.ndim)
    size = property(lambda self: self.hidden.size)
    dtype = property(lambda self: self.hidden.dtype)

    def __len__(self):
        return len(self.hidden)

    def astype(self, dtype, copy=True):
        return Lazy(self.hidden.astype(dtype, copy=copy))

    def __getitem__(self, where):
        return Lazy(self.hidden[where])

    def __array_function__(self, function, _, args, kwargs):
        return Lazy(function(*map(shown, args), **{key: shown(kwargs[key]) for key in kwargs}))

    def __array_ufunc__(self, function, method, *args, **kwargs):
        return Lazy(getattr(function, method)(*map(shown, args), **kwargs))

    def __array__(self, *_, **__):
        raise AssertionError("somebody looked")

    __bool__ = __float__ = __int__ = __array__


def shown(value):
    return value.hidden if isinstance(value, Lazy) else value


ELEMENTWISE = ["predict", "residuals", "mse_gradient", "mae_gradient", "huber_gradient", "sigmoid"]
ELEMENTWISE += ["binary_cross_entropy_gradient", "softmax", "log_softmax"]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_lazy_array_is_worked_on_without_looking_at_its_values(name):
    result = call(name, **reshaped(name, Lazy))
    assert isinstance(result, Lazy)
    same(result.hidden, call(name), rtol=1e-15)


def test_lazy_labels_are_taken_at_their_word():
    for labels in (np.array([0.0, 1.0]), np.array([0.0, 7.0])):
        assert every_class(2, labels=Lazy(labels)).dtype == np.intp


# Both halves at once, drawn by chance.


@names
def test_a_hostile_call_gets_a_right_answer_or_a_clear_error(name):
    campaign(name, 40)
