"""Does every hostile call get a right answer or a clear error?

    python tests/benchmarks/robustness.py [calls per function] [function ...]

Hypothesis draws a good call of a public function and spoils up to two of its arguments:
extreme numbers, other types, other shapes, other things altogether. Then one law holds: the
call ends soon, warns of nothing, writes to no argument, and either returns what exact
arithmetic (fractions, mpmath, counting) finds, or raises a ValueError or TypeError that names
an argument and says what was wanted. A call in which nothing is spoilt is answered.

The default of 10,000 calls of each function takes a while; a few of them are made in every
test run, by tests/test_arguments.py.
"""

import faulthandler
import itertools
import re
import sys
import time
import warnings
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real

import mpmath
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import optimize, sparse

from mlcore import (
    classification,
    features,
    gradient_descent,
    linear_regression,
    losses,
    softmax,
)

MODULES = (linear_regression, losses, gradient_descent, classification, softmax, features)
PUBLIC = {name: getattr(module, name) for module in MODULES for name in module.__all__}
EXACT = mpmath.mp.clone()
EXACT.dps = 40


# Good arguments.

# Whose reciprocals are floats too: smaller ones come in spoilt arguments.
ordinary = st.floats(-100, 100).map(lambda number: number if abs(number) > 1e-100 else 0.0)
moderate = st.one_of(ordinary, st.integers(-9, 9).map(float))
counts = st.integers(1, 6)
seeds = st.integers(0, 9).map(np.random.default_rng)


def vectors(*elements):
    """Vectors of the same length."""
    return counts.flatmap(lambda n: st.tuples(*(arrays(float, n, elements=e) for e in elements)))


def tables(rows=counts):
    """Matrices of up to three columns, one row per example."""
    shapes = st.tuples(rows, st.integers(1, 3))
    return shapes.flatmap(lambda shape: arrays(float, shape, elements=moderate))


def labels(n, k, each=False):
    """Labels 0..k-1 of n examples; with `each`, every one of them occurs."""
    drawn = arrays(int, n, elements=st.integers(0, k - 1))
    return drawn.map(lambda values: np.append(range(k), values[k:])) if each else drawn


def beside(table, rows, *others):
    """A table, and for its rows one thing more."""
    return table.flatmap(lambda X: st.tuples(st.just(X), rows(X), *others))


def call(names, values, **others):
    """Keyword arguments: some drawn together, others each for itself."""
    return st.tuples(values, st.fixed_dictionaries(others)).map(
        lambda both: dict(zip(names.split(), both[0], strict=True)) | both[1]
    )


def alone(**others):
    return st.fixed_dictionaries(others)


def weights(X):
    one = st.tuples(arrays(float, X.shape[1], elements=moderate), moderate)
    many = st.integers(1, 3).flatmap(
        lambda k: st.tuples(
            arrays(float, (X.shape[1], k), elements=moderate), arrays(float, k, elements=moderate)
        )
    )
    return one | many


SLOPES = [lambda p, *_: 2 * p, lambda p, *_: p - 3, lambda p, *_: 0 * p, lambda p, *_: -p]
VALUES = [lambda p: np.sum(p**2), lambda p: np.sum((p - 6) * p / 2), lambda p: 7.0]
SLOPES_OF_VALUES = SLOPES[:3]
points = arrays(float, st.sampled_from([(), (1,), (3,), (2, 2)]), elements=moderate)
descent = {
    "gradient": st.sampled_from(SLOPES),
    "start": points,
    "learning_rate": st.floats(0.001, 2),
    "n_steps": st.integers(0, 6),
    "momentum": st.floats(0, 0.9),
}
pairs = vectors(moderate, moderate)
spread = pairs.map(lambda pair: (np.append(pair[0], 0), np.append(pair[1], pair[1][0] + 1)))
binary = vectors(moderate, st.integers(0, 1))
both_binary = binary.map(lambda pair: (np.append(pair[0], [0, 1]), np.append(pair[1], [0, 1])))
decisions = vectors(st.integers(0, 1), st.integers(0, 1)).map(
    lambda pair: (np.append(pair[0], 1), np.append(pair[1], 1))
)
multiclass = beside(tables(), lambda scores: labels(len(scores), scores.shape[1]))
batches = counts.flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))
penalties = st.sampled_from([0, 1e-3, 0.1, 10.0])


def fitted(k):
    """A table in which each of k classes has an example."""
    return beside(tables(st.integers(k, 8)), lambda X: labels(len(X), k, each=True))


GOOD = {
    "predict": beside(tables(), weights).map(
        lambda both: {"X": both[0], "w": both[1][0], "b": np.array(both[1][1])}
    ),
    "fit_linear_regression": call(
        "X y", beside(tables(), lambda X: arrays(float, len(X), elements=moderate))
    ),
    **dict.fromkeys(losses.__all__, call("predictions targets", pairs)),
    "huber": call("predictions targets", pairs, delta=st.floats(0.01, 100)),
    "huber_gradient": call("predictions targets", pairs, delta=st.floats(0.01, 100)),
    "r_squared": call("predictions targets", spread),
    "gradient_descent": alone(**descent),
    "minibatches": call("n batch_size", batches, rng=seeds),
    "stochastic_gradient_descent": call("n batch_size", batches, rng=seeds, **descent),
    "numerical_gradient": alone(f=st.sampled_from(VALUES), point=points),
    "check_gradient": call(
        "f gradient", st.sampled_from([*zip(VALUES, SLOPES_OF_VALUES, strict=True)]), point=points
    ),
    "learning_rate_limit": alone(X=tables()),
    "sigmoid": alone(scores=points),
    "binary_cross_entropy": call("scores labels", binary),
    "binary_cross_entropy_gradient": call("scores labels", binary),
    "fit_logistic_regression": call("X labels", fitted(2), l2=penalties),
    "classify": alone(
        probabilities=arrays(float, counts, elements=st.floats(0, 1)), threshold=st.floats(0, 1)
    ),
    "confusion_matrix": st.integers(2, 4).flatmap(
        lambda k: call(
            "predictions labels",
            vectors(st.integers(0, k - 1), st.integers(0, k - 1)),
            n_classes=st.just(k),
        )
    ),
    "accuracy": call("predictions labels", vectors(st.integers(0, 5), st.integers(0, 5))),
    "precision": call("predictions labels", decisions),
    "recall": call("predictions labels", decisions),
    "roc_curve": call("scores labels", both_binary),
    "roc_auc": call("scores labels", both_binary),
    "calibration_curve": call(
        "probabilities labels",
        vectors(st.floats(0, 1), st.integers(0, 1)),
        n_bins=st.integers(1, 12),
    ),
    "softmax": alone(scores=tables()),
    "log_softmax": alone(scores=tables()),
    "one_hot": st.integers(1, 4).flatmap(
        lambda k: alone(labels=labels(counts, k), n_classes=st.just(k))
    ),
    "cross_entropy": call("scores labels", multiclass),
    "cross_entropy_gradient": call("scores labels", multiclass),
    "fit_softmax_regression": st.integers(2, 3).flatmap(
        lambda k: call("X labels", fitted(k), n_classes=st.sampled_from([k, None]), l2=penalties)
    ),
    "standardize": alone(X=tables()),
    "polynomial_features": alone(
        x=arrays(float, counts, elements=moderate), degree=st.integers(1, 6)
    ),
    "train_test_split": call(
        "X y",
        beside(tables(st.integers(2, 6)), lambda X: arrays(float, len(X), elements=moderate)),
        test_share=st.just(0.5),
        rng=seeds,
    ),
}


# Spoilt ones.


class Unreadable:
    """An object that refuses to become an array."""

    def __array__(self, *_, **__):
        raise ValueError("no")


TINY = [0.0, -0.0, 5e-324, -1e-310, 1e-160, 1e-30]
NEARLY_WHOLE = [0.5, 1 - 2**-53, 1 + 2**-52, 2.0**24 + 1, 2.0**53 + 2]
HUGE = [1e30, 3e38, -1e154, 1e155, 1e300, 1.7e308, -1.7e308]
NOT_FINITE = [np.nan, np.inf, -np.inf]
FLOATS = ["f2", "f4", ">f4", ">f8", "g"]
KINDS = [*FLOATS, "i1", "u1", ">i4", "i8", "u8", "?", "O", "U9", "S9", "c16", "M8[s]"]
FORMS = [
    np.ndarray.tolist,
    np.asfortranarray,
    np.ndarray.ravel,
    np.transpose,
    np.ma.masked_array,
    np.asmatrix,
    lambda a: a[::-1],
    lambda a: a[::2],
    lambda a: a[:0],
    lambda a: a[:1],
    lambda a: a[..., np.newaxis],
    lambda a: a[np.newaxis],
    lambda a: np.concatenate([a, a]),
    lambda a: np.broadcast_to(a.flat[0], a.shape),
    lambda a: a.view([("number", a.dtype)]),
    lambda a: memoryview(np.ascontiguousarray(a)),
    lambda a: [*map(Fraction, a.ravel())],
    lambda a: [*map(Decimal, a.ravel().astype(float))],
    lambda a: iter(a.tolist()),
    lambda a: [np.ma.masked_less(row, 0) for row in a],
    lambda a: (np.ma.masked, *a[1:]),
    lambda a: dict(enumerate(a)),
    lambda a: sparse.csr_array(np.atleast_2d(a.astype(float))),
    lambda a: a.ravel()[:, np.newaxis],
    lambda a: np.eye(4)[np.abs(a.astype(int)) % 4],
    lambda a: a + 1,
    lambda a: 2 * a - 1,
    lambda a: np.array(["Adelie", "Gentoo"])[np.abs(a.astype(int)) % 2],
]
# Entries of a table of objects; those that are numbers are floats too, but for the long ones.
ENTRIES = [True, 2, 2**53 + 1, -(2**63) - 1, 10**20, 10**400, Fraction(1, 2), Fraction(2**60 + 2)]
ENTRIES += [Decimal("0.25"), Decimal("NaN"), Decimal(10**30), np.float32(1.5), np.uint64(2**63 + 1)]
ENTRIES += [None, "1", b"1", 1j, np.datetime64(0, "s"), np.timedelta64(1, "s"), np.ma.masked, {}]
FINE = [Fraction(1, 2), Decimal(1), np.longdouble(2), 2.5]
NUMBERS = [*FINE, -1, 0, True, 1j, 10**30, 10**400]
TEXTS = ["", "1", "abc", b"1"]
CONTAINERS = [(), {}, {1.0}, range(3), [None], [[]], [[1], [1, 2]], [[1.0, 2.0]]]
ARRAYS = [np.array("x"), np.float32(1), np.ma.masked, np.zeros((2, 0)), np.zeros((1, 1, 1))]
OTHERS = [None, ..., NotImplemented, object(), slice, print, Unreadable(), [Unreadable()]]
RANDOM = [np.random, np.random.RandomState(0)]
TIMES = [np.datetime64(0, "s"), np.timedelta64(1, "s")]
FUNCTIONS = [
    lambda *_: None,
    lambda p, *_: np.nan * p,
    lambda p, *_: "1",
    lambda p, *_: [p, p],
    lambda p, *_: p**9 * 1e99,
]
extremes = st.sampled_from([*TINY, *NEARLY_WHOLE, *HUGE, *NOT_FINITE])
WRONG = [*NUMBERS, *TEXTS, *CONTAINERS, *ARRAYS, *OTHERS, *RANDOM, *TIMES, *FUNCTIONS]
junk = st.sampled_from(WRONG)


@st.composite
def spoil(draw, value):
    """Something else in the place of a good value."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if isinstance(value, np.ndarray):
            how = draw(st.sampled_from(["numbers", "entries", "kind", "form", "form", "junk"]))
            if how == "numbers":
                value = value.astype(float)
                for number in draw(st.lists(extremes, min_size=1, max_size=3)):
                    value[draw(st.sampled_from([*np.ndindex(value.shape)]))] = number
                return value.astype(draw(st.sampled_from(["f8", "f8", "f4"])))
            if how == "entries":
                value = value.astype(object)
                for place in draw(
                    st.lists(st.sampled_from([*np.ndindex(value.shape)]), max_size=3)
                ):
                    value[place] = draw(st.sampled_from(ENTRIES))
                return value.tolist() if draw(st.booleans()) else value
            if how == "kind":
                return value.astype(draw(st.sampled_from(KINDS)))
            if how == "form" and value.ndim > 0:
                return draw(st.sampled_from(FORMS))(value)
        if isinstance(value, int | float) and draw(st.booleans()):
            return draw(extremes | st.integers(-3, 9) | st.floats(-1, 2))
        return draw(junk)


@st.composite
def calls(draw, name):
    """Keyword arguments, and the names of those that were spoilt."""
    arguments = draw(GOOD[name])
    spoilt = draw(st.lists(st.sampled_from(sorted(arguments)), max_size=2, unique=True))
    return arguments | {key: draw(spoil(arguments[key])) for key in spoilt}, spoilt


# What is right. `eps` is the rounding of the precision that came, `tiny` its smallest number.


def exact(values):
    """The same numbers as fractions, flat."""
    flat = np.ravel(np.asarray(values, object))
    flat = [n.item() if isinstance(n, np.integer) else n for n in flat]
    return [Fraction(n) if isinstance(n, Rational) else Fraction(float(n)) for n in flat]


def near(values, expected, room):
    """Whether numbers lie within the room that rounding needs around the exact ones."""
    rooms = room if isinstance(room, list) else itertools.repeat(room)
    assert len(np.ravel(values)) == len(expected)
    for value, goal, space in zip(exact(values), expected, rooms, strict=False):
        assert abs(value - Fraction(goal)) <= Fraction(space), (float(value), float(goal))


def rounded(values, expected, eps, tiny, ulps=4):
    """Whether numbers are the exact ones but for a few roundings."""
    near(
        values,
        expected,
        [abs(goal) * Fraction(ulps * eps) + Fraction(2 * tiny) for goal in expected],
    )


def misses(predictions, targets):
    return [p - t for p, t in zip(exact(predictions), exact(targets), strict=True)]


def mean(numbers):
    return sum(numbers) / len(numbers)


def right_predict(result, X, w, b, **precision):
    X, w, b = np.asarray(X, float), np.asarray(w, float), np.asarray(b, float)
    for k in range(b.size):
        column, bias = exact(w if w.ndim == 1 else w[:, k]), exact(b)[k]
        scores = result if w.ndim == 1 else result[:, k]
        terms = [[x * c for x, c in zip(exact(row), column, strict=True)] + [bias] for row in X]
        room = [
            sum(map(abs, row)) * Fraction(8 * precision["eps"]) + Fraction(8 * precision["tiny"])
            for row in terms
        ]
        near(scores, [sum(row) for row in terms], room)
    assert result.shape == (len(X), *b.shape)


def right_residuals(result, predictions, targets, **precision):
    rounded(result, misses(predictions, targets), **precision)


def right_mse(result, predictions, targets, **precision):
    rounded(result, [mean([m**2 for m in misses(predictions, targets)])], **precision, ulps=8)


def right_mse_gradient(result, predictions, targets, **precision):
    r = misses(predictions, targets)
    rounded(result, [2 * m / len(r) for m in r], **precision)


def right_mae(result, predictions, targets, **precision):
    rounded(result, [mean([*map(abs, misses(predictions, targets))])], **precision, ulps=8)


def right_mae_gradient(result, predictions, targets, **precision):
    r = misses(predictions, targets)
    rounded(result, [Fraction((m > 0) - (m < 0), len(r)) for m in r], **precision)


def right_huber(result, predictions, targets, delta, eps, tiny):
    r, delta = [*map(abs, misses(predictions, targets))], Fraction(float(delta))
    goal = mean([m**2 if m <= delta else 2 * delta * m - delta**2 for m in r])
    near(result, [goal], goal * Fraction(8 * eps) + Fraction(4 * tiny) * (1 + max(r)))


def right_huber_gradient(result, predictions, targets, delta, **precision):
    r, delta = misses(predictions, targets), Fraction(float(delta))
    rounded(result, [2 * max(-delta, min(m, delta)) / len(r) for m in r], **precision)


def right_r_squared(result, predictions, targets, eps, tiny):
    t = exact(targets)
    deviations = [x - mean(t) for x in t]
    share = mean([m**2 for m in misses(predictions, targets)]) / mean([s**2 for s in deviations])
    lost = Fraction(100 * eps) + Fraction(100 * tiny) / max(map(abs, deviations))
    near(result, [1 - share], lost * (1 + share))


def right_gradient_descent(path, gradient, start, learning_rate, n_steps, momentum, eps, tiny):
    rate, keep = float(learning_rate), float(momentum)
    assert path.shape == (n_steps + 1, *np.shape(start))
    point, velocity = np.asarray(start, float), 0.0
    for step, visited in enumerate(path):
        np.testing.assert_allclose(
            visited, point, rtol=1e3 * eps, atol=tiny + 1e3 * eps * np.max(np.abs(path))
        )
        if step == n_steps:
            break
        velocity = keep * velocity + np.asarray(gradient(point), float)
        point = point - rate * velocity


def right_minibatches(result, n, batch_size, rng, **_):
    assert sorted(np.concatenate(result)) == [*range(n)]
    assert [len(rows) for rows in result[:-1]] == [batch_size] * (len(result) - 1)
    assert 1 <= len(result[-1]) <= batch_size


def right_stochastic_gradient_descent(path, n, batch_size, rng, **arguments):
    right_gradient_descent(path, **arguments)


def slope_of(f, point):
    return SLOPES_OF_VALUES[VALUES.index(f)](np.asarray(point, float))


def right_numerical_gradient(result, f, point, **_):
    assert np.shape(result) == np.shape(point)
    if f not in VALUES:
        return
    point = np.asarray(point, float)
    largest = max(np.max(np.abs(point)), 1)
    # What rounding leaves of the difference of two values, over twice the step.
    lost = 1e-10 * largest**2 / np.minimum(np.maximum(np.abs(point), 1), largest)
    assert (np.abs(result - slope_of(f, point)) <= lost + 1e-8 * largest).all()


def right_check_gradient(result, f, gradient, point, **_):
    assert 0 <= result <= 2
    sizes = np.abs(np.asarray(point, float))
    if f in VALUES and sizes.min() > 1e-3 and sizes.max() < 1e3:
        claimed, slope = gradient(np.asarray(point, float)), slope_of(f, point)
        if np.max(np.abs(slope)) > 1e-3:
            expected = np.max(np.abs(claimed - slope)) / max(
                np.max(np.abs(claimed)), np.max(np.abs(slope))
            )
            assert abs(result - expected) < 1e-3


def right_learning_rate_limit(result, X, **_):
    columns = [*map(exact, np.asarray(X, float).T), [Fraction(1)] * len(X)]
    curvatures = [2 * mean([x * x for x in column]) for column in columns]
    room = 1 + Fraction(1, 10**9)
    assert 2 / sum(curvatures) / room <= Fraction(result) <= 2 / max(curvatures) * room


def fraction(number):
    """The exact value of a number of mpmath; below the smallest float it counts as 0."""
    vanishes = abs(number) < EXACT.mpf(2) ** -1200
    return Fraction(0) if vanishes else Fraction(*mpmath.libmp.to_rational(number._mpf_))


def odds_to_probabilities(scores):
    return [fraction(1 / (1 + EXACT.exp(-EXACT.mpf(float(z))))) for z in np.ravel(scores)]


def right_sigmoid(result, scores, **precision):
    rounded(result, odds_to_probabilities(scores), **precision)
    assert np.shape(result) == np.shape(scores)


def right_binary_cross_entropy(result, scores, labels, **precision):
    signed = [EXACT.mpf(float(z)) * (1 - 2 * int(y)) for z, y in zip(scores, labels, strict=True)]
    surprises = [max(z, 0) + EXACT.log1p(EXACT.exp(-abs(z))) for z in signed]
    rounded(result, [mean([*map(fraction, surprises)])], **precision, ulps=8)


def right_binary_cross_entropy_gradient(result, scores, labels, eps, tiny):
    chances = odds_to_probabilities(scores)
    goal = [(p - int(y)) / len(chances) for p, y in zip(chances, labels, strict=True)]
    near(result, goal, Fraction(4 * eps) / len(goal))


def right_classify(result, probabilities, threshold, eps, **_):
    for called, p in zip(result, exact(probabilities), strict=True):
        assert (
            called == (p >= Fraction(float(threshold))) or abs(p - Fraction(float(threshold))) < eps
        )


def right_confusion_matrix(result, predictions, labels, n_classes=2, **_):
    pairs = Counter(zip(map(int, labels), map(int, predictions), strict=True))
    assert [
        [pairs[row, column] for column in range(n_classes)] for row in range(n_classes)
    ] == result.tolist()


def right_accuracy(result, predictions, labels, **_):
    hits = [int(p) == int(y) for p, y in zip(predictions, labels, strict=True)]
    assert result == sum(hits) / len(hits)


def right_precision(result, predictions, labels, **_):
    called = [int(y) for p, y in zip(predictions, labels, strict=True) if p == 1]
    assert result == sum(called) / len(called)


def right_recall(result, predictions, labels, **_):
    right_precision(result, labels, predictions)


def right_roc_curve(result, scores, labels, **_):
    scores, labels = np.asarray(scores, float), np.asarray(labels, int)
    assert result[2].tolist() == [np.inf, *sorted(set(scores.tolist()), reverse=True)]
    for false_alarms, catches, threshold in zip(*result, strict=True):
        assert false_alarms == np.mean(scores[labels == 0] >= threshold)
        assert catches == np.mean(scores[labels == 1] >= threshold)


def right_roc_auc(result, scores, labels, **_):
    of = [[s for s, y in zip(exact(scores), labels, strict=True) if int(y) == k] for k in (0, 1)]
    wins = [Fraction(int(one > zero) + int(one >= zero), 2) for zero in of[0] for one in of[1]]
    assert result == float(mean(wins))


def right_calibration_curve(result, probabilities, labels, n_bins=5, **precision):
    bins = {}
    for p, y in zip(exact(probabilities), labels, strict=True):
        edges = [Fraction(float(edge)) for edge in np.linspace(0, 1, int(n_bins) + 1)[1:-1]]
        bins.setdefault(sum(p > edge for edge in edges), []).append((p, int(y)))
    inside = [list(zip(*bins[k], strict=True)) for k in sorted(bins)]
    rounded(result[0], [mean(promised) for promised, _ in inside], **precision)
    assert result[1].tolist() == [sum(found) / len(found) for _, found in inside]
    assert result[2].tolist() == [len(found) for _, found in inside]


def log_probabilities(scores):
    """Of each class in each row, in exact arithmetic."""
    for row in np.asarray(scores, float).reshape(-1, np.shape(scores)[-1]):
        z = [EXACT.mpf(float(score)) for score in row]
        rest = EXACT.log(sum(EXACT.exp(score - max(z)) for score in z))
        yield [score - max(z) - rest for score in z]


def right_softmax(result, scores, eps, tiny):
    logs = [x for row in log_probabilities(scores) for x in row]
    goal = [fraction(EXACT.exp(x)) for x in logs]
    # The exponent is rounded, and that counts as often as it is large.
    room = [
        p * Fraction(eps) * (8 + 2 * min(-fraction(x), 2000)) + Fraction(2 * tiny)
        for p, x in zip(goal, logs, strict=True)
    ]
    near(result, goal, room)


def right_log_softmax(result, scores, eps, tiny):
    goal = [fraction(x) for row in log_probabilities(scores) for x in row]
    near(result, goal, [Fraction(4 * eps) * (1 - x) for x in goal])


def right_one_hot(result, labels, n_classes, **_):
    assert result.tolist() == [[float(int(y) == k) for k in range(n_classes)] for y in labels]


def right_cross_entropy(result, scores, labels, eps, tiny):
    rows = log_probabilities(scores)
    surprises = [-fraction(row[int(y)]) for row, y in zip(rows, labels, strict=True)]
    near(result, [mean(surprises)], Fraction(8 * eps) * (1 + mean(surprises)))


def right_cross_entropy_gradient(result, scores, labels, eps, tiny):
    slopes = [
        (fraction(EXACT.exp(x)) - (k == int(y))) / len(labels)
        for row, y in zip(log_probabilities(scores), labels, strict=True)
        for k, x in enumerate(row)
    ]
    near(result, slopes, Fraction(16 * eps) / len(labels))


def right_standardize(result, X, eps, tiny):
    scaled, centre, scale = result
    for column, row, middle, unit in zip(
        np.asarray(X, float).T, scaled.T, centre, scale, strict=True
    ):
        x = exact(column)
        largest = max(map(abs, x))
        near(middle, [mean(x)], Fraction(8 * eps) * largest + Fraction(tiny))
        if min(x) == max(x):
            assert (middle, unit, *row) == (column[0], 1, *(0 * column))
            continue
        deviation = EXACT.sqrt(
            EXACT.mpf(1) * (v := mean([(t - mean(x)) ** 2 for t in x])).numerator / v.denominator
        )
        lost = Fraction(100 * eps) * (1 + largest / fraction(deviation)) + Fraction(
            4 * tiny
        ) / fraction(deviation)
        near(unit, [fraction(deviation)], lost * fraction(deviation))
        near(row, [(t - mean(x)) / fraction(deviation) for t in x], lost * len(x))


def right_polynomial_features(result, x, degree, **precision):
    powers = [number**power for number in exact(x) for power in range(1, degree + 1)]
    rounded(result, powers, **precision, ulps=8)


def right_train_test_split(result, X, y, test_share, rng, **_):
    def examples(X, y):
        X = np.reshape(np.asarray(X, object), (len(y), -1))
        y = np.reshape(np.asarray(y, object), (len(y), -1))
        return sorted([[written(entry) for entry in row] for row in np.concatenate([X, y], axis=1)])

    X_train, X_test, y_train, y_test = result
    assert sorted(examples(X_train, y_train) + examples(X_test, y_test)) == examples(X, y)
    assert len(y_test) == round(float(test_share) * len(y))


def written(entry):
    """One entry of a table of anything; of a number, its value."""
    return repr(float(entry) if isinstance(entry, Real | Decimal | np.bool) else entry)


# The fits: no slope is left where they end.


def in_round_units(X):
    """The features shifted to mean 0 and scaled to size 1, as exactly as floats can."""
    X = np.asarray(X, float)
    centred = X / 2 - np.mean(X / 2, axis=0)
    scale = np.max(np.abs(centred), axis=0)
    scale[scale == 0] = 1
    return centred / scale, scale * 2


def lost_digits(X, w, b, eps):
    """How far rounding alone may move a score."""
    return 100 * eps * np.max(np.abs(X) @ np.abs(w) + np.abs(b))


def right_fit_linear_regression(result, X, y, eps, tiny):
    (w, b), (scaled, _) = result, in_round_units(X)
    X, y = np.asarray(X, float), np.asarray(y, float)
    unit = np.max(np.abs(y)) or 1.0
    # As good as the least squares that gives up every direction below a ten-millionth.
    best = y / unit - np.mean(y / unit)
    best = best - scaled @ np.linalg.lstsq(scaled, best, rcond=1e-7)[0]
    ours = (X @ w + b - y) / unit
    lost = (lost_digits(X, w, b, eps) + 4 * tiny * np.max(1 + np.sum(np.abs(X), axis=1))) / unit
    assert np.linalg.norm(ours) <= np.linalg.norm(best) * (1 + 1e-6) + len(y) * (lost + 100 * eps)


def right_slopes(X, misses, w, b, l2, eps):
    """Whether the loss is flat in every weight and in the bias, or bends up so much that it
    could fall no further than by a millionth of a millionth."""
    scaled, scale = in_round_units(X)
    stiffness = np.sqrt(2 * float(l2)) / scale
    slopes = scaled.T @ misses / len(X) + (stiffness * (2 * float(l2)) ** 0.5 * w.T).T
    lost = lost_digits(np.asarray(X, float), w, b, eps)
    assert (np.abs(slopes.T) <= 1e-6 * (1 + stiffness) + lost).all()
    assert (np.abs(np.mean(misses, axis=0)) <= 1e-6 + lost).all()


def right_fit_logistic_regression(result, X, labels, l2, eps, tiny):
    w, b = result
    chances = np.array([*map(float, odds_to_probabilities(np.asarray(X, float) @ w + b))])
    right_slopes(X, chances - np.asarray(labels, float), w, b, l2, eps)


def right_fit_softmax_regression(result, X, labels, n_classes, l2, eps, tiny):
    W, b = result
    rows = log_probabilities(np.asarray(X, float) @ W + b)
    chances = np.array([[float(EXACT.exp(x)) for x in row] for row in rows])
    assert W.shape[1] == (n_classes or max(map(int, labels)) + 1)
    right_slopes(X, chances - np.eye(W.shape[1])[np.asarray(labels, int)], W, b, l2, eps)


def separable(X, labels):
    """Whether some scores put no example on a wrong side and at least one on its right side."""
    scaled, _ = in_round_units(X)
    A = np.column_stack([scaled, np.ones(len(scaled))])
    k, y = max(labels) + 1, np.asarray(labels, int)
    margins = [
        np.concatenate([row * ((c == y[i]) - (1.0 * (c == other))) for c in range(k)])
        for i, row in enumerate(A)
        for other in range(k)
        if other != y[i]
    ]
    found = optimize.linprog(
        -np.sum(margins, axis=0),
        A_ub=-np.array(margins),
        b_ub=np.zeros(len(margins)),
        bounds=(-1, 1),
    )
    return found.fun < -1e-7


# The law.


def refused(name, arguments, spoilt, error):
    """Whether the error is clear, and was called for."""
    sentence = str(error)
    assert type(error) in (TypeError, ValueError), repr(error)
    assert "wanted" in sentence, sentence
    assert any(re.search(rf"(?<!\w){key}(?!\w)", sentence) for key in arguments), sentence
    if not spoilt:
        assert "separated" in sentence, sentence
        assert arguments["l2"] == 0
        assert separable(arguments["X"], arguments["labels"])


def precision_of(arguments):
    """The rounding and the smallest number of the least precise array."""
    kinds = {np.asarray(value).dtype.type for value in arguments.values() if not callable(value)}
    info = np.finfo(np.float32 if np.float32 in kinds else np.float64)
    return {"eps": float(info.eps), "tiny": float(info.smallest_subnormal)}


def hold(name, arguments, spoilt):
    """One call of one function."""
    plain = {key: value for key, value in arguments.items() if type(value) is np.ndarray}
    before = {key: value.tobytes() for key, value in plain.items()}
    begun = time.process_time()
    try:
        result = PUBLIC[name](**arguments)
    except (TypeError, ValueError) as error:
        refused(name, arguments, spoilt, error)
    else:
        assert time.process_time() - begun < 5
        assert not any(map(masked, arguments.values())), "used what was masked"
        with np.errstate(all="ignore"):
            RIGHT[name](result, **arguments, **precision_of(arguments))
    assert {key: value.tobytes() for key, value in plain.items()} == before


def masked(value):
    """Whether a masked array is there, or in there."""
    if isinstance(value, list | tuple):
        return any(map(masked, value))
    return isinstance(value, np.ma.MaskedArray)


RIGHT = {name: globals()[f"right_{name}"] for name in PUBLIC}


def campaign(name, n, **options):
    """Make n calls of a function."""

    @settings(max_examples=n, deadline=None, suppress_health_check=[*HealthCheck], **options)
    @given(calls(name))
    def law(call):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            hold(name, *call)

    law()


def main(n="10000", *names):
    """Make n calls of each function, and print how many seconds they took."""
    for name in names or PUBLIC:
        faulthandler.dump_traceback_later(3600, exit=True)
        begun = time.perf_counter()
        campaign(name, int(n), database=None)
        print(f"{name:30} {n:>6} calls {time.perf_counter() - begun:7.1f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
