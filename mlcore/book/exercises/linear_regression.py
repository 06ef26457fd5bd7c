"""Exercises of chapter 1: from one bird to the best weights for several features."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mlcore import linear_regression as core
from mlcore import losses
from mlcore._arguments import Array
from mlcore.book.checker.answers import same
from mlcore.book.checker.exercise import Chapter
from mlcore.book.checker.repair import repair

chapter = Chapter("linear_regression")


def predict_one(x: float, w: float, b: float) -> float:
    """The prediction for one bird with one feature: weight times feature, plus bias."""
    return w * x + b


chapter.exercise(
    predict_one,
    cases={
        "a bird of 2 with weight 3 and bias 1": (2.0, 3.0, 1.0),
        "nothing measured": (0.0, 3.0, 4.0),
        "a 200 mm flipper": (200.0, 50.0, -5872.0),
        "whole numbers": (4, 2, 7),
        "a negative weight": (1.5, -2.0, 0.5),
    },
    random=lambda rng: tuple(rng.normal(0, 3, size=3).round(1).tolist()),
    hints=(
        "Say it in words first: multiply the feature by its weight, then add the bias.",
        "In Python: `w * x`, and then the bias. Put `return` in front of it.",
    ),
    mistakes={
        "bias left out": (
            lambda x, w, b: w * x,
            "You multiplied, but the bias is missing: add `b`.",
        ),
        "bias subtracted": (
            lambda x, w, b: w * x - b,
            "You subtracted the bias. A model adds it; a bias that lowers is a negative number.",
        ),
        "weight and bias swapped": (
            lambda x, w, b: b * x + w,
            "You multiplied by the bias and added the weight: it is the other way round.",
        ),
        "bias multiplied too": (
            lambda x, w, b: w * (x + b),
            "You added the bias before multiplying, so it is multiplied by the weight as well. "
            "Multiply first, then add.",
        ),
        "everything added": (
            lambda x, w, b: w + x + b,
            "You added all three. The feature is multiplied by its weight.",
        ),
        "everything multiplied": (
            lambda x, w, b: w * x * b,
            "You multiplied all three. The bias is added.",
        ),
        "weight added inside": (
            lambda x, w, b: (w + b) * x,
            "You added weight and bias and multiplied by their sum. Only the weight is "
            "multiplied by the feature.",
        ),
        "feature divided": (
            lambda x, w, b: x / w + b,
            "You divided by the weight. A weight says how much each unit of the feature is worth: "
            "multiply.",
        ),
        "negative predictions cut": (
            lambda x, w, b: max(w * x + b, 0.0),
            "You do not let a prediction go below 0. A line does: leave the cut out.",
        ),
    },
)


def predict_loop(X: Array, w: Array, b: float) -> list[float]:
    """One prediction per row of X, with loops: each feature times its weight, plus the bias.

    Use plain Python, without NumPy, and return a list.
    """
    predictions = []
    for row in X:
        prediction = b
        for feature, weight in zip(row, w, strict=True):
            prediction = prediction + weight * feature
        predictions.append(prediction)
    return predictions


def _tables(rng: np.random.Generator) -> tuple[Array, Array, float]:
    """X, w and b, with more or fewer birds than features but never as many."""
    n, d = rng.choice(8, size=2, replace=False) + 1
    X, w = rng.normal(0, 3, size=(n, d)).round(1), rng.normal(0, 3, size=d).round(1)
    return X, w, round(rng.normal(0, 3), 1)


TABLES = {
    "two birds, one feature": ([[1.0], [2.0]], [3.0], 0.5),
    "one bird, three features": ([[1.0, 2.0, 4.0]], [10.0, 1.0, 0.5], 5.0),
    "three birds, two features": ([[1.0, 2.0], [3.0, 4.0], [0.0, 0.0]], [10.0, -1.0], 5.0),
    "whole numbers": ([[1, 2, 0], [3, 4, -1]], [10, 1, 2], 5),
    "two birds alike": ([[2.0, 0.5, 1.0], [2.0, 0.5, 1.0]], [1.0, 4.0, -3.0], -1.5),
    "grams and millimetres": ([[190.0, 18.7], [221.0, 14.3], [200.0, 17.0]], [48.0, 9.5], -5700.0),
}
PREDICTION_MISTAKES = {
    "bias left out": (
        lambda X, w, b: X @ w,
        "You added up features times weights, but the bias is missing: add `b`, once per row.",
    ),
    "bias only": (
        lambda X, w, b: np.full(len(X), float(b)),
        "You return the bias for every row: the features, each times its weight, are missing.",
    ),
    "bias subtracted": (
        lambda X, w, b: X @ w - b,
        "You subtracted the bias. A model adds it; a bias that lowers is a negative number.",
    ),
    "bias once per feature": (
        lambda X, w, b: np.sum(X * w + b, axis=1),
        "You added the bias once for every feature. It belongs to the row: add it once, after "
        "the features are added up.",
    ),
    "bias multiplied by the weights": (
        lambda X, w, b: (X + b) @ w,
        "You added the bias to the features, so it is multiplied by the weights as well. Add it "
        "at the end.",
    ),
    "bias added to the weights": (
        lambda X, w, b: X @ (w + b),
        "You added the bias to each weight, so it is multiplied by the features. Add it at the "
        "end.",
    ),
    "bias multiplied": (
        lambda X, w, b: X @ w * b,
        "You multiplied by the bias. It is added.",
    ),
    "first feature only": (
        lambda X, w, b: X[:, 0] * w[0] + b,
        "You used the first feature only. Every feature counts, each times its own weight.",
    ),
    "last feature left out": (
        lambda X, w, b: X[:, :-1] @ w[:-1] + b,
        "You left out the last feature: `range(d)` already stops before d.",
    ),
    "first feature left out": (
        lambda X, w, b: X[:, 1:] @ w[1:] + b,
        "You left out the first feature: Python counts from 0.",
    ),
    "last feature only": (
        lambda X, w, b: X[:, -1] * w[-1] + b,
        "Only the last feature is left in your result: does the loop overwrite it in each round? "
        "Add to it.",
    ),
    "weights reversed": (
        lambda X, w, b: X @ w[::-1] + b,
        "You gave the first feature the last weight: features and weights go in the same order.",
    ),
    "first weight for all": (
        lambda X, w, b: X.sum(axis=1) * w[0] + b,
        "You used the first weight for every feature. Each feature has its own.",
    ),
    "weights left out": (
        lambda X, w, b: X.sum(axis=1) + b,
        "You added up the features without their weights. Multiply each by its weight first.",
    ),
    "weights added": (
        lambda X, w, b: (X + w).sum(axis=1) + b,
        "You added the weights to the features. Each feature is multiplied by its weight.",
    ),
    "mean of the products": (
        lambda X, w, b: np.mean(X * w, axis=1) + b,
        "You took the mean of the products. A prediction is their sum.",
    ),
    "products not added up": (
        lambda X, w, b: X * w + b,
        "You multiplied each feature by its weight, but did not add the products up: `*` keeps "
        "them apart. You get one number per feature, wanted one per row.",
    ),
    "added down the columns": (
        lambda X, w, b: (X * w).sum(axis=0) + b,
        "You added up down the columns, over the birds. A prediction adds up along a row, over "
        "the features.",
    ),
    "one sum for all": (
        lambda X, w, b: np.sum(X * w) + b,
        "You added up the whole table into one number. Each row has a prediction of its own.",
    ),
}

chapter.exercise(
    predict_loop,
    reference=core.predict,
    form=(
        True,
        "The numbers are right, but there is no loop. Here each prediction is to be built up by "
        "hand, in plain Python; the next exercise leaves that to NumPy.",
    ),
    by_hand="The numbers are right, but inside your loop NumPy multiplies or adds up a whole row "
    "at once (by `np.dot`, `np.sum`, `@`, or `row * w`). Here that is to be done by hand: a second "
    "loop multiplies one feature by one weight at a time.",
    cases=TABLES,
    random=_tables,
    hints=(
        "You need a loop in a loop: the outer one goes over the rows of `X`, the inner one over "
        "the features of a row.",
        "Start each row with `prediction = b`, and add `weight * feature` for each of its "
        "features.",
        "`for feature, weight in zip(row, w):` walks through both lists side by side. After the "
        "inner loop, `append` the prediction to a list; after the outer one, return the list.",
    ),
    mistakes=PREDICTION_MISTAKES
    | {
        "total not set back": (
            lambda X, w, b: np.cumsum(X @ w) + b,
            "The total of one row is carried into the next: set it back to the bias at the start "
            "of every row.",
        ),
        "appended in the inner loop": (
            lambda X, w, b: (np.cumsum(X * w, axis=1) + b).ravel(),
            "You append in the inner loop, after every feature. Append once per row, when all its "
            "features are added up.",
        ),
        "returned too early": (
            lambda X, w, b: (X @ w + b)[:1],
            "You return after the first row: `return` stands inside the loop, where it ends the "
            "function in the first round.",
        ),
        "predictions of one row only": (
            lambda X, w, b: (X @ w + b)[-1],
            "You return the prediction of the last row only: collect all of them in a list.",
        ),
    },
)

chapter.exercise(
    core.predict,
    task="Use NumPy, without a loop. X has shape (n, d), w has shape (d,), the result (n,).",
    form=(
        False,
        "The numbers are right, but you go through them in a loop. Here NumPy shall do that: "
        "`X @ w` multiplies and adds up for all rows at once.",
    ),
    cases=TABLES,
    random=_tables,
    hints=(
        "`X * w` multiplies each feature by its weight, but keeps the products apart. Something "
        "has to add them up along each row.",
        "The matrix product does both: `X @ w` has shape (n,), one number per row.",
        "The bias is one number; NumPy adds it to every entry: `X @ w + b`.",
    ),
    mistakes=PREDICTION_MISTAKES
    | {
        "column": (
            lambda X, w, b: X @ w[:, np.newaxis] + b,
            "Your predictions stand in a column of shape (n, 1). With `w` of shape (d,), `X @ w` "
            "has shape (n,). It matters: a column minus a vector is a whole table.",
        ),
        "weights on the left": (
            lambda X, w, b: w @ X + b,
            "You wrote `w @ X`, and the shapes (d,) and (n, d) do not fit. Rows times weights is "
            "`X @ w`.",
        ),
        "X transposed": (
            lambda X, w, b: X.T @ w + b,
            "You transposed `X`, so that its rows are features, and the shapes (d, n) and (d,) do "
            "not fit. Use `X @ w`.",
        ),
        "ones on the other side": (
            lambda X, w, b: np.column_stack([X, np.ones(len(X))]) @ np.append(b, w),
            "You gave X a column of ones on the right, but put the bias in front of the weights. "
            "The bias belongs to the ones.",
        ),
        "table of all products": (
            lambda X, w, b: np.multiply.outer(X @ w, w) + b,
            "You made a table of all products. Wanted is one number per row: `X @ w`.",
        ),
        "signs lost": (
            lambda X, w, b: np.abs(X @ w) + b,
            "You took absolute values. A feature with a negative weight lowers the prediction.",
        ),
    },
)


def fit_line(x: Array, y: Array) -> tuple[float, float]:
    """The weight and the bias of the best line through one feature, as (w, b).

    Measure x and y from their means. The best weight is the mean of the products of the two,
    divided by the mean of the squares of x; the best line goes through both means.
    """
    u, v = x - np.mean(x), y - np.mean(y)
    w = np.mean(u * v) / np.mean(u**2)
    return w, np.mean(y) - w * np.mean(x)


def _cloud(rng: np.random.Generator) -> tuple[Array, Array]:
    """Feature and target of some birds, not on a line."""
    n = int(rng.integers(4, 9))
    x = rng.normal(2, 2, size=n).round(1)
    return x, (1.5 * x - 3 + rng.normal(0, 1.5, size=n)).round(1)


def _slope(x: Array, y: Array) -> float:
    return float(fit_line(x, y)[0])


def _line(x: Array, y: Array, w: float) -> tuple[float, float]:
    """The line of this slope through the means."""
    return w, float(np.mean(y) - w * np.mean(x))


TOTALS: tuple[Callable[[Array], Any], ...] = (np.sum, np.mean, sum)
"""Ways to make one number of many, which readers mix up."""


def _squared(total: Callable[[Array], Any]) -> Callable[[Array], Any]:
    """First added up, then squared."""
    return lambda values: total(values) ** 2


def _negated(total: Callable[[Array], Any]) -> Callable[[Array], Any]:
    """Of the differences the other way round."""
    return lambda values: total(-values)


def _of_squares(total: Callable[[Array], Any]) -> Callable[[Array], Any]:
    """First squared, then added up."""
    return lambda values: total(values**2)


PRODUCTS_ADDED = [lambda u, v: np.mean(u * v), lambda u, v: np.sum(u * v)]
SUMS_MULTIPLIED = [lambda u, v: np.mean(u) * np.mean(v), lambda u, v: np.sum(u) * np.sum(v)]


def _sloped(above: Callable[[Array, Array], Any], below: Callable[[Array], Any]) -> Any:
    """Through the means a line, of a slope that is made from the distances from them."""

    def fit(x: Array, y: Array) -> tuple[float, float]:
        u, v = x - np.mean(x), y - np.mean(y)
        return _line(x, y, above(u, v) / below(u))

    return fit


chapter.exercise(
    fit_line,
    variants={
        "square of the mean below": [
            _sloped(above, _squared(total))
            for above in (*PRODUCTS_ADDED, *SUMS_MULTIPLIED)
            for total in TOTALS
        ],
        "distances below not squared": [
            _sloped(above, total)
            for above in (*PRODUCTS_ADDED, *SUMS_MULTIPLIED)
            for total in TOTALS
        ],
    },
    cases={
        "three birds on a line": ([1.0, 2.0, 3.0], [3.0, 5.0, 7.0]),
        "four birds": ([1.0, 2.0, 3.0, 6.0], [2.0, 1.0, 4.0, 5.0]),
        "whole numbers": ([0, 1, 5, 2], [3, 1, 0, 1]),
        "birds alike": ([1.0, 1.0, 4.0, 4.0, 2.0], [2.0, 2.0, 1.0, 3.0, 7.0]),
        "flippers and grams": ([181.0, 195.0, 210.0, 230.0], [3750.0, 3800.0, 4300.0, 5700.0]),
    },
    random=_cloud,
    hints=(
        "Begin with both means, and with the distances from them: `u = x - np.mean(x)`, and `v` "
        "in the same way from `y`.",
        "The weight is one fraction: `np.mean(u * v)` over `np.mean(u**2)`.",
        "The line goes through the two means: mean of y = w * mean of x + b. Solve that for b.",
    ),
    mistakes={
        "correlation": (
            lambda x, y: (
                np.corrcoef(x, y)[0, 1],
                np.mean(y) - np.corrcoef(x, y)[0, 1] * np.mean(x),
            ),
            "Your weight is the correlation, which has no unit. Divide by the mean square of x "
            "alone, and not by the spreads of both.",
        ),
        "x from y": (
            lambda x, y: _line(x, y, np.cov(x, y)[0, 1] / np.var(y, ddof=1)),
            "You divided by the mean square of y, which fits x from y. Divide by that of x.",
        ),
        "upside down": (
            lambda x, y: _line(x, y, np.var(x) / np.cov(x, y, ddof=0)[0, 1]),
            "Your fraction is upside down: the products go on top, the squares of x below.",
        ),
        "n - 1 above or below only": (
            lambda x, y: _line(x, y, np.cov(x, y)[0, 1] / np.var(x)),
            "You divided once by n and once by n - 1 (`np.cov` does that). Use the same for both.",
        ),
        "square of the mean below": (
            lambda x, y: _line(
                x,
                y,
                np.mean((x - np.mean(x)) * (y - np.mean(y))) / np.mean(x - np.mean(x)) ** 2,
            ),
            "You divided by the square of the mean of u, which is 0 but for rounding: distances "
            "from a mean cancel. Square first, then take the mean: `np.mean(u**2)`.",
        ),
        "distances below not squared": (
            _sloped(lambda u, v: np.mean(u * v), np.mean),
            "You divided by the sum or the mean of u, which is 0 but for rounding: distances from "
            "a mean cancel. Square first, then take the mean: `np.mean(u**2)`.",
        ),
        "means multiplied": (
            _sloped(lambda u, v: np.mean(u) * np.mean(v), lambda u: np.mean(u**2)),
            "Your weight is 0 but for rounding. Is the mean of u multiplied by the mean of v? Both "
            "are 0, for distances from a mean cancel: the mean of products is not the product of "
            "the means. Multiply bird by bird, then take the mean: `np.mean(u * v)`.",
        ),
        "mean over sum": (
            lambda x, y: _line(x, y, _slope(x, y) / len(x)),
            "For the weight you divided a mean by a sum. Take the sum of both, or the mean of "
            "both.",
        ),
        "sum over mean": (
            lambda x, y: _line(x, y, _slope(x, y) * len(x)),
            "For the weight you divided a sum by a mean. Take the sum of both, or the mean of "
            "both.",
        ),
        "root below": (
            lambda x, y: _line(x, y, np.cov(x, y, ddof=0)[0, 1] / np.std(x)),
            "You divided by the standard deviation of x. Divide by its square, the mean of `u**2`.",
        ),
        "means not subtracted": (
            lambda x, y: _line(x, y, np.mean(x * y) / np.mean(x**2)),
            "You did not measure x and y from their means before multiplying.",
        ),
        "through the origin": (
            lambda x, y: (np.mean(x * y) / np.mean(x**2), 0.0),
            "You fitted a line through the origin. Measure x and y from their means, and compute "
            "a bias.",
        ),
        "ratio of the means": (
            lambda x, y: (np.mean(y) / np.mean(x), 0.0),
            "You divided one mean by the other. That line goes through the middle, but its slope "
            "is not fitted to the birds.",
        ),
        "end points": (
            lambda x, y: _line(x, y, (y[-1] - y[0]) / (x[-1] - x[0])),
            "You took the slope from the first bird to the last. All birds have a say.",
        ),
        "bias with the wrong sign": (
            lambda x, y: (_slope(x, y), _slope(x, y) * np.mean(x) - np.mean(y)),
            "The weight is right, the bias has the wrong sign: it is the mean of y minus w times "
            "the mean of x.",
        ),
        "bias added": (
            lambda x, y: (_slope(x, y), np.mean(y) + _slope(x, y) * np.mean(x)),
            "The weight is right. For the bias, subtract w times the mean of x, do not add it.",
        ),
        "bias is the mean": (
            lambda x, y: (_slope(x, y), np.mean(y)),
            "The weight is right. The mean of y would be the bias only if the mean of x were 0: "
            "subtract w times that mean.",
        ),
        "bias from the first bird": (
            lambda x, y: (_slope(x, y), y[0] - _slope(x, y) * x[0]),
            "The weight is right, but you drew the line through the first bird. The best line "
            "goes through the two means.",
        ),
        "bias and weight swapped": (
            lambda x, y: (np.mean(y) - _slope(x, y) * np.mean(x), _slope(x, y)),
            "You return the bias first. The order is `w, b`.",
        ),
    },
)


def fit_normal_equations(X: Array, y: Array) -> tuple[Array, float]:
    """The weights and the bias whose squared misses are the smallest, as (w, b).

    Give X a column of ones, so that the bias is one more weight, and solve the normal
    equations A.T @ A @ p = A.T @ y for p, all parameters, with np.linalg.solve.
    """
    A = np.column_stack([X, np.ones(len(X))])
    p = np.linalg.solve(A.T @ A, A.T @ y)
    return p[:-1], p[-1]


def _several(rng: np.random.Generator) -> tuple[Array, Array]:
    """More birds than parameters, not in a plane."""
    d = int(rng.integers(1, 4))
    X = rng.normal(1, 2, size=(d + int(rng.integers(3, 7)), d)).round(1)
    return X, (X @ rng.normal(0, 2, size=d) + rng.normal(4, 1, size=len(X))).round(1)


def _solved(A: Array, y: Array) -> Array:
    return np.linalg.solve(A.T @ A, A.T @ y)


def _with_ones(X: Array) -> Array:
    return np.column_stack([X, np.ones(len(X))])


chapter.exercise(
    fit_normal_equations,
    reference=core.fit_linear_regression,
    cases={
        "three birds on a line": ([[1.0], [2.0], [3.0]], [3.0, 5.0, 7.0]),
        "four birds": ([[1.0], [2.0], [3.0], [6.0]], [2.0, 1.0, 4.0, 5.0]),
        "four birds, two features": (
            [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [4.0, 1.0]],
            [1.0, 4.0, 2.0, 6.0],
        ),
        "whole numbers": ([[1, 0], [2, 3], [0, 1], [4, 1], [1, 1]], [3, 1, 4, 1, 5]),
        "two birds alike": ([[1.0, 2.0], [1.0, 2.0], [3.0, 0.0], [2.0, 5.0]], [1.0, 3.0, 2.0, 0.0]),
        "flipper and bill": (
            [[181.0, 18.7], [195.0, 18.0], [210.0, 14.1], [230.0, 15.3], [222.0, 14.8]],
            [3750.0, 3800.0, 4300.0, 5700.0, 5200.0],
        ),
    },
    random=_several,
    hints=(
        "The bias is a weight whose feature is always 1. `np.column_stack([X, np.ones(len(X))])` "
        "puts that column on the right.",
        "With this table A the normal equations are a square system: `A.T @ A` on the left and "
        "`A.T @ y` on the right. `np.linalg.solve(left, right)` solves it.",
        "The last of the numbers you get is the bias, the others are the weights: `[:-1]` and "
        "`[-1]`.",
    ),
    mistakes={
        "no column of ones": (
            lambda X, y: (_solved(X, y), 0.0),
            "You fitted without a bias, so that the plane must go through the origin. Give `X` a "
            "column of ones.",
        ),
        "last weight taken for the bias": (
            lambda X, y: (_solved(X, y)[:-1], _solved(X, y)[-1]),
            "You split off the last weight as the bias, but there was no column of ones: you gave "
            "away a real weight.",
        ),
        "ones on the other side": (
            lambda X, y: (
                _solved(np.column_stack([np.ones(len(X)), X]), y)[:-1],
                _solved(np.column_stack([np.ones(len(X)), X]), y)[-1],
            ),
            "Your column of ones stands first, so the first number is the bias, and not the last.",
        ),
        "bias taken from the front": (
            lambda X, y: (_solved(_with_ones(X), y)[1:], _solved(_with_ones(X), y)[0]),
            "Your column of ones stands last, so the last number is the bias, and not the first.",
        ),
        "not split": (
            lambda X, y: _solved(_with_ones(X), y),
            "The numbers are right, but weights and bias are still in one array: return "
            "`p[:-1], p[-1]`.",
        ),
        "bias and weights swapped": (
            lambda X, y: (_solved(_with_ones(X), y)[-1], _solved(_with_ones(X), y)[:-1]),
            "You return the bias first. The order is `w, b`.",
        ),
        "bias in an array": (
            lambda X, y: (_solved(_with_ones(X), y)[:-1], _solved(_with_ones(X), y)[-1:]),
            "Your bias is an array with one number: `[-1]` takes the number, `[-1:]` an array.",
        ),
        "bias kept among the weights": (
            lambda X, y: (_solved(_with_ones(X), y), _solved(_with_ones(X), y)[-1]),
            "Your bias is right, but it is also still the last of the weights: cut it off with "
            "`[:-1]`.",
        ),
        "system not solved": (
            lambda X, y: ((_with_ones(X).T @ y)[:-1], (_with_ones(X).T @ y)[-1]),
            "You computed `A.T @ y`, the right side, but did not solve the system.",
        ),
        "divided entry by entry": (
            lambda X, y: (
                (_with_ones(X).T @ y / np.diag(_with_ones(X).T @ _with_ones(X)))[:-1],
                (_with_ones(X).T @ y / np.diag(_with_ones(X).T @ _with_ones(X)))[-1],
            ),
            "You divided by the diagonal of `A.T @ A`. The features share their work: the whole "
            "system has to be solved.",
        ),
        "multiplied, not solved": (
            lambda X, y: (
                (_with_ones(X).T @ _with_ones(X) @ _with_ones(X).T @ y)[:-1],
                (_with_ones(X).T @ _with_ones(X) @ _with_ones(X).T @ y)[-1],
            ),
            "You multiplied by `A.T @ A`. It has to be undone: solve the system.",
        ),
        "one feature at a time": (
            lambda X, y: (
                np.array([_slope(x, y) for x in X.T]),
                float(np.mean(y) - np.mean(X, axis=0) @ [_slope(x, y) for x in X.T]),
            ),
            "You fitted each feature by itself. Features that go together must be fitted together.",
        ),
        "bias is the mean": (
            lambda X, y: (_solved(_with_ones(X), y)[:-1], np.mean(y)),
            "The weights are right. The mean of y would be the bias only if all features had "
            "mean 0.",
        ),
        "centred, and the bias forgotten": (
            lambda X, y: (_solved(_with_ones(X), y)[:-1], 0.0),
            "The weights are right, but the bias is 0. If you subtracted the means before, the "
            "bias is `np.mean(y) - np.mean(X, axis=0) @ w`.",
        ),
        "ridge": (
            lambda X, y: (
                np.linalg.solve(
                    _with_ones(X).T @ _with_ones(X) + np.eye(X.shape[1] + 1), _with_ones(X).T @ y
                )[:-1],
                np.linalg.solve(
                    _with_ones(X).T @ _with_ones(X) + np.eye(X.shape[1] + 1), _with_ones(X).T @ y
                )[-1],
            ),
            "You added 1 to the diagonal of `A.T @ A`. That is another model (ridge), which keeps "
            "the weights small; plain least squares adds nothing.",
        ),
    },
)


def r_squared(predictions: Array, targets: Array) -> float:
    """Coefficient of determination: the share of the spread that the model explains.

    1 minus the mean of the squared misses over the mean of the squared distances of the
    targets from their mean.
    """
    misses = predictions - targets
    spread = targets - np.mean(targets)
    return 1 - np.mean(misses**2) / np.mean(spread**2)


SQUARES_ADDED = [_of_squares(total) for total in TOTALS]
ADDED = [*TOTALS, *(_negated(total) for total in TOTALS)]
ADDED_AND_SQUARED = [_squared(total) for total in TOTALS]


def _compared(above: Callable[[Array], Any], below: Callable[[Array], Any]) -> Any:
    """1 minus something of the misses over something of the distances from the mean."""
    return lambda predictions, targets: (
        1 - above(predictions - targets) / below(targets - np.mean(targets))
    )


def _square_spread(values: Array) -> float:
    return float(np.sum((values - np.mean(values)) ** 2))


def _correlation(predictions: Array, targets: Array) -> float:
    spreads = _square_spread(predictions) * _square_spread(targets)
    products = np.sum((predictions - np.mean(predictions)) * (targets - np.mean(targets)))
    return float(products / np.sqrt(spreads)) if spreads else 0.0


chapter.exercise(
    r_squared,
    reference=losses.r_squared,
    variants={
        "square of the sum below": [
            _compared(above, below)
            for above in (*SQUARES_ADDED, *ADDED, *ADDED_AND_SQUARED)
            for below in ADDED_AND_SQUARED
        ],
        "distances below not squared": [
            _compared(above, below)
            for above in (*SQUARES_ADDED, *ADDED, *ADDED_AND_SQUARED)
            for below in TOTALS
        ],
        "square of the sum above": [
            _compared(above, below) for above in ADDED_AND_SQUARED for below in SQUARES_ADDED
        ],
        "misses not squared": [
            _compared(above, below) for above in ADDED for below in SQUARES_ADDED
        ],
    },
    cases={
        "two birds": ([2.0, 4.0], [1.0, 5.0]),
        "three birds": ([1.0, 2.0, 4.0], [1.0, 2.0, 3.0]),
        "a perfect fit": ([1.0, 2.0, 4.0], [1.0, 2.0, 4.0]),
        "the mean for all": ([2.0, 2.0, 2.0], [1.0, 2.0, 3.0]),
        "worse than the mean": ([5.0, -1.0, 0.0], [1.0, 2.0, 3.0]),
        "whole numbers": ([1, 4, 6, 6], [2, 3, 5, 9]),
        "all too high": ([11.0, 12.0, 14.0, 13.0], [1.0, 2.0, 4.0, 2.0]),
        "grams": ([3750.0, 4100.0, 5200.0], [3700.0, 4300.0, 5400.0]),
    },
    random=_cloud,
    hints=(
        "Two means are compared: the squared misses of the model, and the squared misses of the "
        "rule that predicts the mean for everybody.",
        "The second mean is `np.mean((targets - np.mean(targets)) ** 2)`.",
        "Their ratio is the share that is *not* explained. What is explained is 1 minus it.",
    ),
    mistakes={
        "share not explained": (
            lambda predictions, targets: 1 - r_squared(predictions, targets),
            "You return the share that is *not* explained. Take 1 minus it.",
        ),
        "added": (
            lambda predictions, targets: 2 - r_squared(predictions, targets),
            "You added the ratio to 1. It is 1 *minus* the ratio.",
        ),
        "misses not squared": (
            lambda predictions, targets: (
                1 - np.sum(predictions - targets) / _square_spread(targets)
            ),
            "You did not square the misses: too high and too low cancel.",
        ),
        "misses added": (
            lambda predictions, targets: (
                1 - np.sum((predictions + targets) ** 2) / _square_spread(targets)
            ),
            "You added predictions and targets. A miss is their difference.",
        ),
        "standard deviation below": (
            lambda predictions, targets: (
                1 - np.mean((predictions - targets) ** 2) / np.std(targets)
            ),
            "You divided by the standard deviation. Divide by its square, the variance: squares "
            "against squares.",
        ),
        "upside down": (
            lambda predictions, targets: 1 - 1 / (1 - r_squared(predictions, targets)),
            "Your fraction is upside down: the misses go on top, the spread of the targets below.",
        ),
        "minus one": (
            lambda predictions, targets: -r_squared(predictions, targets),
            "You computed the ratio minus 1. It is 1 minus the ratio.",
        ),
        "predictions for targets below": (
            lambda predictions, targets: (
                1
                - np.sum((predictions - targets) ** 2)
                / np.sum((predictions - np.mean(targets)) ** 2)
            ),
            "Below the line you measured the predictions from the mean. Measure the targets.",
        ),
        "square of the sum below": (
            lambda predictions, targets: (
                1 - np.sum((predictions - targets) ** 2) / np.sum(targets - np.mean(targets)) ** 2
            ),
            "Below the line you squared the sum or the mean of the distances, which is 0 but for "
            "rounding: distances from a mean cancel. Square each first, then take the mean.",
        ),
        "distances below not squared": (
            _compared(np.sum, np.sum),
            "Below the line you did not square the distances from the mean, and without squares "
            "they cancel: their sum and their mean are 0 but for rounding.",
        ),
        "square of the sum above": (
            _compared(_squared(np.sum), lambda spread: np.sum(spread**2)),
            "Above the line you squared the sum or the mean of the misses, in which too high and "
            "too low cancel. Square each first, then take the mean.",
        ),
        "spread of the predictions": (
            lambda predictions, targets: (
                1 - np.sum((predictions - targets) ** 2) / _square_spread(predictions)
            ),
            "You divided by the spread of the predictions. Divide by that of the targets; or are "
            "the two swapped?",
        ),
        "mean of the predictions": (
            lambda predictions, targets: (
                1
                - np.sum((predictions - targets) ** 2)
                / np.sum((targets - np.mean(predictions)) ** 2)
            ),
            "You measured the targets from the mean of the predictions. Use their own mean.",
        ),
        "mean not subtracted": (
            lambda predictions, targets: (
                1 - np.sum((predictions - targets) ** 2) / np.sum(targets**2)
            ),
            "You divided by the sum of the squared targets. Subtract their mean first.",
        ),
        "squared correlation": (
            lambda predictions, targets: _correlation(predictions, targets) ** 2,
            "You computed the squared correlation. It does not notice predictions that are all "
            "too high or all too small; compare the misses with the spread.",
        ),
        "correlation": (
            _correlation,
            "You computed the correlation. It does not notice predictions that are all too high; "
            "compare the misses with the spread.",
        ),
        "spread of predictions over spread of targets": (
            lambda predictions, targets: _square_spread(predictions) / _square_spread(targets),
            "You compared the spread of the predictions with that of the targets. A model can "
            "spread in the same way and still be wrong: use its misses.",
        ),
        "roots compared": (
            lambda predictions, targets: 1 - np.sqrt(1 - r_squared(predictions, targets)),
            "You compared square roots (standard deviations). Compare the squares themselves.",
        ),
        "absolute misses": (
            lambda predictions, targets: (
                1
                - np.sum(np.abs(predictions - targets)) / np.sum(np.abs(targets - np.mean(targets)))
            ),
            "You added up absolute values. R squared compares squares.",
        ),
        "mean over sum": (
            lambda predictions, targets: 1 - (1 - r_squared(predictions, targets)) / len(targets),
            "You divided a mean by a sum. Take the sum of both, or the mean of both.",
        ),
        "sum over mean": (
            lambda predictions, targets: 1 - (1 - r_squared(predictions, targets)) * len(targets),
            "You divided a sum by a mean (`np.var` is a mean). Take the sum of both, or the mean "
            "of both.",
        ),
        "n - 1 below": (
            lambda predictions, targets: (
                1 - (1 - r_squared(predictions, targets)) * (len(targets) - 1) / len(targets)
            ),
            "You divided once by n and once by n - 1. Use the same for both.",
        ),
        "never below zero": (
            lambda predictions, targets: max(0.0, r_squared(predictions, targets)),
            "You do not let R squared go below 0. A model that is worse than the mean deserves a "
            "negative one.",
        ),
        "percent": (
            lambda predictions, targets: 100 * r_squared(predictions, targets),
            "You return a percentage. Wanted is the share itself, at most 1.",
        ),
    },
)


# --- The repair shop -------------------------------------------------------------------------


def fit_and_score(X: Array, y: Array) -> tuple[Array, float, float]:
    """Fit the best w (d,) and b to X (n, d) and y (n,); return w, b and R squared."""
    A = np.column_stack([X, np.ones(len(X))])
    weights = np.linalg.solve(A.T @ A, A.T @ y)
    w, b = weights[:-1], weights[-1]
    misses = X @ w + b - y
    spread = y - np.mean(y)
    score = 1 - np.sum(misses**2) / np.sum(spread**2)
    return w, b, score


def _flock(rng: np.random.Generator) -> tuple[Array, Array]:
    """More birds than features, near a plane."""
    d = int(rng.integers(1, 4))
    n = d + int(rng.integers(3, 7))
    X = rng.normal(1, 2, size=(n, d)).round(1)
    return X, (X @ rng.normal(0, 2, size=d) + rng.normal(1, 1, size=n)).round(1)


ON_A_LINE = np.array([[1.0], [2.0], [4.0], [5.0]]), np.array([4.0, 7.0, 13.0, 16.0])
NEAR_A_LINE = np.array([[1.0], [2.0], [4.0], [5.0]]), np.array([2.0, 7.0, 5.0, 16.0])

repair(
    chapter,
    fit_and_score,
    faults={
        "a column against a row": {
            "    weights = np.linalg": "    y = y.reshape(-1, 1)\n    weights = np.linalg",
            "weights[:-1], weights[-1]": "weights[:-1, 0], weights[-1, 0]",
        }
    },
    tests={
        "birds on a line are learnt by heart": lambda run: same(run(*ON_A_LINE)[:2], ([3.0], 1.0)),
        "in another order, the birds give the same line": lambda run: same(
            run(*NEAR_A_LINE)[:2], run(*(part[::-1] for part in NEAR_A_LINE))[:2]
        ),
        "on its own birds it beats the mean": lambda run: run(*NEAR_A_LINE)[2] > 0,
        "for birds on a line, R squared is 1": lambda run: same(run(*ON_A_LINE)[2], 1.0),
        "with every bird twice, R squared is the same": lambda run: same(
            run(*NEAR_A_LINE)[2], run(*(np.repeat(part, 2, axis=0) for part in NEAR_A_LINE))[2]
        ),
    },
    cases={
        "four birds, one feature": ([[1.0], [2.0], [4.0], [5.0]], [2.0, 7.0, 5.0, 16.0]),
        "five birds on a line": ([[1.0], [2.0], [4.0], [5.0], [9.0]], [4.0, 7.0, 13.0, 16.0, 28.0]),
        "whole numbers": ([[1, 0], [0, 1], [2, 2], [3, 1], [0, 4]], [1, 3, 2, 7, 4]),
        "hundreds of millimetres and kilograms": (
            [[1.81, 1.87], [1.95, 1.74], [2.10, 1.42], [2.30, 1.59], [1.86, 2.06]],
            [3.75, 3.8, 4.3, 5.7, 3.65],
        ),
    },
    random=_flock,
    hints=(
        "Learn a handful by heart: birds on the line y = 3x + 1. Are the weight and the bias "
        "right? Then the fault comes after them.",
        "Beat the baseline: on the birds that it was fitted to, no best line is worse than the "
        "mean. Which part of R squared can have become too large?",
        "Look at shapes. Print `misses.shape` inside the function: how many misses should n "
        "birds have? (A list of n numbers minus a column, of shape (n, 1), is a table of all "
        "differences, n by n.)",
    ),
    symptoms={
        "mean for sum": (
            {"np.sum(misses**2) / np.sum(spread**2)": "np.mean(misses**2) / np.mean(spread**2)"},
            "A mean hides how many misses there are. Print `misses.shape`.",
        ),
        "alarm turned off": (
            {"return w, b, score": "return w, b, max(score, 0.0)"},
            "An R squared below 0 was the alarm, and you have turned it off.",
        ),
        "one line of the table": (
            {"b - y\n": "b - y[0]\n"},
            "You take the first bird's mass from every prediction. Each has a bird of its own.",
        ),
    },
    new_faults={
        "bias lost": (
            {"misses = X @ w + b - y": "misses = X @ w - y"},
            "The predictions in the misses have lost their bias.",
        ),
        "weights in a column": (
            {"return w, b": "return w[:, np.newaxis], b"},
            "R squared is right, but w comes out as a column. Wanted is its shape (d,).",
        ),
        "spread from 0": (
            {"spread = y - np.mean(y)": "spread = y"},
            "The spread is measured from 0 now, and not from the mean.",
        ),
    },
)


def fit_in_order(x: Array, y: Array) -> tuple[float, float, Array]:
    """Put birds in order of their flippers x (n,), and fit a line to their masses y (n,).

    Return w, b and the misses, prediction minus mass, in that order.
    """
    order = np.argsort(x)
    x, y = x[order], y[order]
    u, v = x - np.mean(x), y - np.mean(y)
    w = np.mean(u * v) / np.mean(u**2)
    b = np.mean(y) - w * np.mean(x)
    return w, b, w * x + b - y


def _different(rng: np.random.Generator) -> tuple[Array, Array]:
    """Birds of which no two have the same flippers."""
    n = int(rng.integers(4, 9))
    x = rng.permutation(np.arange(1.0, 30.0))[:n] / 2
    return x, (rng.normal() * x + rng.normal(0, 2, size=n)).round(1)


SHUFFLED = np.array([4.0, 1.0, 5.0, 2.0])

repair(
    chapter,
    fit_in_order,
    faults={
        "masses sorted apart from their birds": {
            "    order = np.argsort(x)\n": "",
            "x[order], y[order]": "np.sort(x), np.sort(y)",
        }
    },
    tests={
        "the misses cancel": lambda run: same(np.sum(run(SHUFFLED, SHUFFLED**2)[2]), 0.0),
        "birds on a rising line are learnt by heart": lambda run: same(
            run(SHUFFLED, 3 * SHUFFLED + 1), (3.0, 1.0, np.zeros(4))
        ),
        "birds on a falling line are learnt by heart": lambda run: same(
            run(SHUFFLED, 9 - 2 * SHUFFLED), (-2.0, 9.0, np.zeros(4))
        ),
        "in another order, the same birds give the same line": lambda run: same(
            run(SHUFFLED, SHUFFLED**2), run(SHUFFLED[::-1], SHUFFLED[::-1] ** 2)
        ),
        "with the masses dealt to other birds, it is another line": lambda run: (
            not same(run(SHUFFLED, SHUFFLED**2), run(SHUFFLED, SHUFFLED[::-1] ** 2))
        ),
    },
    cases={
        "three birds": ([3.0, 1.0, 2.0], [1.0, 4.0, 2.0]),
        "birds in order": ([1.0, 2.0, 3.0, 6.0], [2.0, 1.0, 4.0, 5.0]),
        "whole numbers": ([5, 0, 2, 1], [0, 3, 1, 1]),
        "a falling line": ([5.0, 2.0, 8.0, 1.0], [-1.0, 5.0, -7.0, 7.0]),
        "flippers and kilograms": ([210.0, 181.0, 230.0, 195.0], [4.3, 3.75, 5.7, 3.8]),
    },
    random=_different,
    hints=(
        "Learn a handful by heart: four birds on a rising line. It does. And four birds on a "
        "falling line, `y = 9 - 2 * x`?",
        "Deal the masses to other birds, `fit_in_order(x, y[::-1])`. Should the line change? "
        "Does it?",
        "Look at the data: print the first row of x and y before they are put in order, and look "
        "for that bird afterwards. (`np.argsort(x)` gives the places of the birds from the "
        "shortest flipper on, and `y[places]` takes them in that order.)",
    ),
    symptoms={
        "turned round": (
            {"np.sort(y)": "np.sort(y)[::-1]"},
            "Now falling lines come out right, and rising ones do not.",
        ),
        "one of the two": (
            {"np.sort(x), np.sort(y)": "np.sort(x), y"},
            "The flippers are put in order and the masses are not, so the rows are torn apart as "
            "before.",
        ),
        "misses of other birds": (
            {"w * x + b - y": "w * np.sort(x) + b - y", "np.sort(x), np.sort(y)": "x, y"},
            "The line is right, but each miss is taken between two different birds.",
        ),
    },
    new_faults={
        "in order of the masses": (
            {"np.argsort(x)": "np.argsort(y)"},
            "Flippers and masses stay together, but the birds come in order of their masses.",
        ),
        "not put in order": (
            {"x[order], y[order]": "x, y"},
            "The line is right, but the misses are to come in order of the flippers.",
        ),
        "order of the order": (
            {"y[order]": "y[np.argsort(order)]"},
            "The masses are put in another order than the flippers. One order serves both.",
        ),
    },
)
