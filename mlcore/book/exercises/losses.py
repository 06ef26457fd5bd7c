"""Exercises of chapter 2: from a single miss to losses that can stand an outlier."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from mlcore import losses as core
from mlcore._arguments import Array
from mlcore.book.checker.answers import same
from mlcore.book.checker.exercise import Chapter, Function
from mlcore.book.checker.repair import repair

chapter = Chapter("losses")


def pairs(rng: np.random.Generator) -> tuple[Array, Array]:
    """Predictions and targets of two to eight birds."""
    n = int(rng.integers(2, 9))
    targets = rng.normal(2, 3, size=n).round(1)
    return (targets + rng.normal(0.3, 2, size=n)).round(1), targets


PAIRS = {
    "one bird": ([3.0], [1.0]),
    "two birds": ([3.0, 5.0], [1.0, 6.0]),
    "a perfect fit": ([1.0, -2.0, 4.0], [1.0, -2.0, 4.0]),
    "misses that cancel": ([3.0, 1.0], [1.0, 3.0]),
    "whole numbers": ([1, 4, 6, 2], [2, 3, 9, 2]),
    "negative numbers": ([-1.0, -4.0, 0.5], [-2.5, 1.0, 3.0]),
    "three misses alike": ([4.0, 5.0, 6.0], [2.0, 3.0, 4.0]),
    "an outlier": ([1.0, 2.0, 3.0, 4.0, 5.0], [1.5, 2.0, 2.0, 4.0, 100.0]),
    "grams": ([3750.0, 4100.0, 5200.0], [3700.0, 4300.0, 5650.0]),
}

chapter.exercise(
    core.residuals,
    cases=PAIRS,
    random=pairs,
    hints=(
        "A residual is positive where the prediction is too high. Which of the two do you "
        "subtract?",
        "Arrays of the same shape are subtracted entry by entry: there is no need for a loop.",
    ),
    mistakes={
        "wrong way round": (
            lambda predictions, targets: targets - predictions,
            "You subtracted the prediction from the target. In this book a residual is prediction "
            "minus target, positive where the prediction is too high.",
        ),
        "targets not subtracted": (
            lambda predictions, targets: predictions,
            "You return the predictions: subtract the targets from them.",
        ),
        "absolute values": (
            lambda predictions, targets: np.abs(predictions - targets),
            "You took absolute values. A residual keeps its sign: it says to which side the "
            "prediction is off.",
        ),
        "squares": (
            lambda predictions, targets: (predictions - targets) ** 2,
            "You squared the misses. A residual is the miss itself.",
        ),
        "sum": (
            lambda predictions, targets: np.sum(predictions - targets),
            "You added the residuals up. Each bird has one of its own.",
        ),
        "mean": (
            lambda predictions, targets: np.mean(predictions - targets),
            "You took the mean of the residuals. Each bird has one of its own.",
        ),
        "from the mean": (
            lambda predictions, targets: predictions - np.mean(targets),
            "You subtracted the mean of the targets. Each prediction is compared with its own "
            "target.",
        ),
        "of the targets": (
            lambda predictions, targets: targets - np.mean(targets),
            "You compared the targets with their mean. A residual compares a prediction with its "
            "target.",
        ),
        "added": (
            lambda predictions, targets: predictions + targets,
            "You added. A miss is a difference.",
        ),
        "relative": (
            lambda predictions, targets: (predictions - targets) / targets,
            "You divided by the target. A residual stays in the unit of the target.",
        ),
        "all pairs": (
            lambda predictions, targets: predictions[:, np.newaxis] - targets,
            "You compared every prediction with every target. The first belongs to the first, the "
            "second to the second: the result has the shape (n,).",
        ),
        "writes into predictions": (
            lambda predictions, targets: np.subtract(predictions, targets, out=predictions),
            "The residuals are right, but you wrote them over the predictions: `-=` changes the "
            "array that was handed in. Make a new one with `predictions - targets`.",
        ),
    },
)

chapter.exercise(
    core.mse,
    cases=PAIRS,
    random=pairs,
    hints=(
        "Three steps: the misses, their squares, the mean of those.",
        "The misses are `predictions - targets`; `** 2` squares each of them.",
        "`np.mean(...)` adds up and divides by how many there are.",
    ),
    mistakes={
        "sum for mean": (
            lambda predictions, targets: np.sum((predictions - targets) ** 2),
            "You added the squares up but did not divide by how many there are.",
        ),
        "half": (
            lambda predictions, targets: np.mean((predictions - targets) ** 2) / 2,
            "You have a factor 1/2 in front. Some books do, to get rid of a 2 in the slope; this "
            "one does not: a mean is a mean.",
        ),
        "half of the sum": (
            lambda predictions, targets: np.sum((predictions - targets) ** 2) / 2,
            "You added the squares up and took half. Divide by how many there are instead.",
        ),
        "n - 1": (
            lambda predictions, targets: (
                np.sum((predictions - targets) ** 2) / np.float64(len(targets) - 1)
            ),
            "You divided by n - 1. That belongs to the variance of a sample; the mean of n "
            "squares divides by n.",
        ),
        "divided twice": (
            lambda predictions, targets: np.mean((predictions - targets) ** 2) / len(targets),
            "You divided by n twice: `np.mean` does it already.",
        ),
        "root": (
            lambda predictions, targets: np.sqrt(np.mean((predictions - targets) ** 2)),
            "You took the square root at the end. That is the RMSE, in the unit of the target; "
            "the MSE stays squared.",
        ),
        "root of the sum": (
            lambda predictions, targets: np.sqrt(np.sum((predictions - targets) ** 2)),
            "You took the root of the sum (`np.linalg.norm` does that). The MSE is the mean of the "
            "squares, without a root.",
        ),
        "square of the mean": (
            lambda predictions, targets: np.mean(predictions - targets) ** 2,
            "You squared the mean of the misses. There they have already cancelled: square each "
            "miss first, then take the mean.",
        ),
        "square of the sum": (
            lambda predictions, targets: np.sum(predictions - targets) ** 2,
            "You squared the sum of the misses. There they have already cancelled: square each "
            "miss first.",
        ),
        "not squared": (
            lambda predictions, targets: np.mean(predictions - targets),
            "You did not square the misses: too high and too low cancel.",
        ),
        "absolute values": (
            lambda predictions, targets: np.mean(np.abs(predictions - targets)),
            "You took absolute values. That is the MAE; the MSE squares the misses.",
        ),
        "doubled": (
            lambda predictions, targets: np.mean((predictions - targets) * 2),
            "You multiplied the misses by 2. A square is `** 2`.",
        ),
        "^ for **": (
            lambda predictions, targets: np.mean((predictions - targets) ^ 2),
            "In Python `^` is not a power: it compares bits, and refuses decimal numbers. Write "
            "`** 2`.",
        ),
        "difference of the squares": (
            lambda predictions, targets: np.mean(predictions**2 - targets**2),
            "You squared first and subtracted then. Subtract first, and square the miss.",
        ),
        "added": (
            lambda predictions, targets: np.mean((predictions + targets) ** 2),
            "You added predictions and targets. A miss is their difference.",
        ),
        "power swapped": (
            lambda predictions, targets: np.mean(2.0 ** (predictions - targets)),
            "You raised 2 to the power of the miss. A square is the miss to the power of 2: "
            "`(predictions - targets) ** 2`.",
        ),
        "only the targets squared": (
            lambda predictions, targets: np.mean(predictions - targets**2),
            "You squared the targets only: put round brackets around the difference.",
        ),
        "one per bird": (
            lambda predictions, targets: (predictions - targets) ** 2,
            "You return one square per bird. A loss is a single number: take their mean.",
        ),
        "only the first": (
            lambda predictions, targets: (predictions[0] - targets[0]) ** 2,
            "You used the first bird only: is `return` inside the loop, or is there an index such "
            "as `[0]`?",
        ),
        "only the last": (
            lambda predictions, targets: (predictions[-1] - targets[-1]) ** 2,
            "Only the last bird is left in your result: does the loop overwrite the total in each "
            "round? Add to it with `+=`.",
        ),
        "only the last, divided": (
            lambda predictions, targets: (predictions[-1] - targets[-1]) ** 2 / len(targets),
            "The loop overwrites the total in each round, so that only the last bird is left. Add "
            "to it with `+=`.",
        ),
        "divided in every round": (
            lambda predictions, targets: _divided_in_every_round((predictions - targets) ** 2),
            "You divide by n inside the loop, in every round. Add all squares up first and divide "
            "once, after the loop.",
        ),
        "first skipped": (
            lambda predictions, targets: (
                np.sum((predictions[1:] - targets[1:]) ** 2) / len(targets)
            ),
            "You left out the first bird: Python counts from 0.",
        ),
        "last skipped": (
            lambda predictions, targets: (
                np.sum((predictions[:-1] - targets[:-1]) ** 2) / len(targets)
            ),
            "You left out the last bird: `range(n)` already stops before n.",
        ),
        "relative": (
            lambda predictions, targets: np.mean(((predictions - targets) / targets) ** 2),
            "You divided each miss by its target. The MSE takes the misses as they are.",
        ),
        "spread of the misses": (
            lambda predictions, targets: np.var(predictions - targets),
            "You took the variance of the misses, which forgives a model that is wrong by the "
            "same amount everywhere. Take the mean of the squares.",
        ),
        "spread of the targets": (
            lambda predictions, targets: np.var(targets),
            "You measured the targets from their mean. Measure them from the predictions.",
        ),
        "median": (
            lambda predictions, targets: np.median((predictions - targets) ** 2),
            "You took the median of the squares. MSE stands for the mean.",
        ),
        "largest": (
            lambda predictions, targets: np.max((predictions - targets) ** 2),
            "You took the largest square. MSE stands for the mean.",
        ),
        "sign in front": (
            lambda predictions, targets: -np.mean((predictions - targets) ** 2),
            "Your result is negative. A mean of squares never is: where does the minus come from?",
        ),
        "all pairs": (
            lambda predictions, targets: np.mean((predictions[:, np.newaxis] - targets) ** 2),
            "You compared every prediction with every target: a column (n, 1) minus a vector (n,) "
            "is a table. The giveaway: a perfect fit does not give 0.",
        ),
    },
)


def _divided_in_every_round(squares: Array) -> float:
    total = 0.0
    for square in squares:
        total = (total + square) / len(squares)
    return total


def rmse(predictions: Array, targets: Array) -> float:
    """Root mean squared error: a typical miss, in the unit of the target."""
    return core.mse(predictions, targets) ** 0.5


chapter.exercise(
    rmse,
    cases=PAIRS,
    random=pairs,
    hints=(
        "The name says it, read from the right: error, squared, mean, root.",
        "You have the first three already: it is the `mse`. `** 0.5` or `np.sqrt` takes the root.",
    ),
    mistakes={
        "no root": (
            core.mse,
            "You did not take the root: this is the MSE, in squared grams. The root brings it "
            "back to grams.",
        ),
        "root of each square": (
            lambda predictions, targets: np.mean(np.sqrt((predictions - targets) ** 2)),
            "You took the root before the mean. The root of a square is the absolute value, so "
            "this is the MAE: take the mean first.",
        ),
        "root of the sum": (
            lambda predictions, targets: np.sqrt(np.sum((predictions - targets) ** 2)),
            "You took the root of the sum. Divide the sum by n first.",
        ),
        "n outside the root": (
            lambda predictions, targets: (
                np.sqrt(np.sum((predictions - targets) ** 2)) / len(targets)
            ),
            "You divided by n after the root. Divide first: the mean is under the root.",
        ),
        "half under the root": (
            lambda predictions, targets: np.sqrt(core.mse(predictions, targets) / 2),
            "There is a factor 1/2 under your root. The mean of the squares has none.",
        ),
        "halved": (
            lambda predictions, targets: core.mse(predictions, targets) / 2,
            "You halved the MSE. The root is the power 0.5, `** 0.5`. Python reads `** 1/2` as the "
            "power 1, divided by 2: write `** (1/2)`.",
        ),
        "squared again": (
            lambda predictions, targets: core.mse(predictions, targets) ** 2,
            "You squared the MSE. The root undoes the squares: `** 0.5`.",
        ),
        "n - 1": (
            lambda predictions, targets: np.sqrt(
                np.sum((predictions - targets) ** 2) / np.float64(len(targets) - 1)
            ),
            "You divided by n - 1. The mean of n squares divides by n.",
        ),
        "spread of the misses": (
            lambda predictions, targets: np.std(predictions - targets),
            "You took the standard deviation of the misses, which forgives a model that is wrong "
            "by the same amount everywhere. Do not subtract the mean of the misses.",
        ),
        "added": (
            lambda predictions, targets: np.sqrt(np.mean((predictions + targets) ** 2)),
            "You added predictions and targets. A miss is their difference.",
        ),
        "not squared": (
            lambda predictions, targets: np.sqrt(np.mean(predictions - targets)),
            "You did not square the misses, so they cancel, and their mean may be negative.",
        ),
        "root of a signed mean": (
            lambda predictions, targets: abs(np.mean(predictions - targets)),
            "The misses cancelled before they were squared. Square each miss, then take the mean.",
        ),
        "relative": (
            lambda predictions, targets: (
                np.sqrt(core.mse(predictions, targets)) / abs(np.mean(targets))
            ),
            "You divided by the mean of the targets. The RMSE keeps the unit of the target.",
        ),
    },
)

chapter.exercise(
    core.mae,
    cases=PAIRS,
    random=pairs,
    hints=(
        "Like the MSE, with the size of each miss in place of its square.",
        "`np.abs` takes away the sign, entry by entry. Do it before the mean.",
    ),
    mistakes={
        "signed misses": (
            lambda predictions, targets: np.mean(predictions - targets),
            "You took the mean of signed misses: too high and too low cancel. Take the absolute "
            "values first.",
        ),
        "absolute value of the mean": (
            lambda predictions, targets: np.abs(np.mean(predictions - targets)),
            "You took the absolute value at the end. There the misses have already cancelled: "
            "take it of each miss.",
        ),
        "sum for mean": (
            lambda predictions, targets: np.sum(np.abs(predictions - targets)),
            "You added the sizes up but did not divide by how many there are.",
        ),
        "half": (
            lambda predictions, targets: np.mean(np.abs(predictions - targets)) / 2,
            "You have a factor 1/2 in front. A mean has none.",
        ),
        "n - 1": (
            lambda predictions, targets: (
                np.sum(np.abs(predictions - targets)) / np.float64(len(targets) - 1)
            ),
            "You divided by n - 1. The mean of n sizes divides by n.",
        ),
        "squares": (
            lambda predictions, targets: np.mean((predictions - targets) ** 2),
            "You squared the misses. That is the MSE; the MAE takes their absolute values.",
        ),
        "root of the mean square": (
            lambda predictions, targets: np.sqrt(np.mean((predictions - targets) ** 2)),
            "You computed the RMSE. It has the same unit, but large misses weigh more in it.",
        ),
        "median": (
            lambda predictions, targets: np.median(np.abs(predictions - targets)),
            "You took the median of the sizes. The M in MAE is the mean.",
        ),
        "largest": (
            lambda predictions, targets: np.max(np.abs(predictions - targets)),
            "You took the largest size. The M in MAE is the mean.",
        ),
        "added": (
            lambda predictions, targets: np.mean(np.abs(predictions + targets)),
            "You added predictions and targets. A miss is their difference.",
        ),
        "sizes of the predictions only": (
            lambda predictions, targets: np.mean(np.abs(predictions) - targets),
            "You took the absolute values of the predictions. Take those of the differences: the "
            "brackets belong around `predictions - targets`.",
        ),
        "difference of the sizes": (
            lambda predictions, targets: np.mean(np.abs(predictions) - np.abs(targets)),
            "You took absolute values before subtracting. Subtract first.",
        ),
        "relative": (
            lambda predictions, targets: np.mean(np.abs((predictions - targets) / targets)),
            "You divided each miss by its target. The MAE keeps the unit of the target.",
        ),
        "around the mean": (
            lambda predictions, targets: np.mean(np.abs(targets - np.mean(targets))),
            "You measured the targets from their mean. Measure them from the predictions.",
        ),
        "one per bird": (
            lambda predictions, targets: np.abs(predictions - targets),
            "You return one size per bird. A loss is a single number: take their mean.",
        ),
        "only the first": (
            lambda predictions, targets: np.abs(predictions[0] - targets[0]),
            "You used the first bird only: is `return` inside the loop, or is there an index such "
            "as `[0]`?",
        ),
        "only the last": (
            lambda predictions, targets: np.abs(predictions[-1] - targets[-1]),
            "Only the last bird is left in your result: does the loop overwrite the total in each "
            "round? Add to it with `+=`.",
        ),
        "only the last, divided": (
            lambda predictions, targets: np.abs(predictions[-1] - targets[-1]) / len(targets),
            "The loop overwrites the total in each round, so that only the last bird is left. Add "
            "to it with `+=`.",
        ),
        "first skipped": (
            lambda predictions, targets: (
                np.sum(np.abs(predictions[1:] - targets[1:])) / len(targets)
            ),
            "You left out the first bird: Python counts from 0.",
        ),
        "last skipped": (
            lambda predictions, targets: (
                np.sum(np.abs(predictions[:-1] - targets[:-1])) / len(targets)
            ),
            "You left out the last bird: `range(n)` already stops before n.",
        ),
        "negative misses only": (
            lambda predictions, targets: np.mean(np.maximum(targets - predictions, 0)),
            "You counted only the predictions that are too low. Too high is a miss as well.",
        ),
        "signs of the misses": (
            lambda predictions, targets: np.mean(np.sign(predictions - targets)),
            "You took the signs of the misses. Take their sizes: `np.abs`.",
        ),
        "positive misses only": (
            lambda predictions, targets: np.mean(np.maximum(predictions - targets, 0)),
            "You counted only the predictions that are too high. Too low is a miss as well.",
        ),
        "all pairs": (
            lambda predictions, targets: np.mean(np.abs(predictions[:, np.newaxis] - targets)),
            "You compared every prediction with every target: a column (n, 1) minus a vector (n,) "
            "is a table. The giveaway: a perfect fit does not give 0.",
        ),
    },
)


def best_constant(targets: Array, loss: str) -> float:
    """The one number that, predicted for everybody, has the smallest loss.

    The loss is "mse" or "mae".
    """
    return float(np.mean(targets) if loss == "mse" else np.median(targets))


def _loss_of_constant(constant: Any, targets: Array, loss: str) -> dict[str, Any]:
    """What counts of a constant is its loss: between two middle targets all are equally good."""
    if np.ndim(constant) or isinstance(constant, bool | np.bool_):
        raise TypeError("not a number")
    measure: Callable[..., float] = core.mse if loss == "mse" else core.mae
    return {f"the {loss} of the constant": measure(np.full(len(targets), float(constant)), targets)}


chapter.exercise(
    best_constant,
    view=_loss_of_constant,
    cases={
        "one bird, mse": ([4.0], "mse"),
        "one bird, mae": ([4.0], "mae"),
        "three birds, mse": ([5.0, 1.0, 3.5], "mse"),
        "three birds, mae": ([5.0, 1.0, 3.5], "mae"),
        "an outlier, mse": ([3.0, 2.0, 100.0, 1.0, 4.0], "mse"),
        "an outlier, mae": ([3.0, 2.0, 100.0, 1.0, 4.0], "mae"),
        "whole numbers, mse": ([7, 1, 2, 2], "mse"),
        "whole numbers, mae": ([7, 1, 2, 3], "mae"),
        "one value three times, mae": ([1.0, 1.0, 1.0, 5.0, 6.0, 8.5], "mae"),
        "four birds, mae": ([4.0, 9.0, 2.0, 4.5], "mae"),
        "most of them alike, mae": ([2.0, 2.0, 9.0, 2.0, -8.0, -8.5], "mae"),
        "most of them alike, mse": ([2.0, 2.0, 9.0, 2.0, -8.0, -8.5], "mse"),
    },
    random=lambda rng: (
        rng.normal(1, 4, size=rng.integers(3, 9)).round(1),
        str(rng.choice(["mse", "mae"])),
    ),
    hints=(
        "Try it on five numbers with pencil and paper: move the constant up a little. Which "
        "misses grow, which shrink, and by how much?",
        "For the MSE the pulls of all targets balance in their mean. For the MAE each target "
        "pulls equally hard, so as many must lie above as below.",
        "The number with as many above as below is the median: `np.median` finds it in any order.",
    ),
    mistakes={
        "losses swapped": (
            lambda targets, loss: np.median(targets) if loss == "mse" else np.mean(targets),
            "You have swapped the two: the mean is best for the MSE, the median for the MAE.",
        ),
        "nothing for the MAE": (
            lambda targets, loss: np.mean(targets) if loss == "mse" else None,
            "For the MAE your function returns nothing: it needs a second branch.",
        ),
        "nothing for the MSE": (
            lambda targets, loss: np.median(targets) if loss == "mae" else None,
            "For the MSE your function returns nothing: it needs a second branch.",
        ),
        "always the mean": (
            lambda targets, loss: np.mean(targets),
            "You return the mean for both losses. For the MAE one outlier would drag it away: "
            'there another number is better. (The name of the loss is "mae", in small letters.)',
        ),
        "always the median": (
            lambda targets, loss: np.median(targets),
            "You return the median for both losses. For the MSE it can be beaten. (The name of "
            'the loss is "mse", in small letters.)',
        ),
        "not sorted": (
            lambda targets, loss: np.mean(targets) if loss == "mse" else targets[len(targets) // 2],
            "You took the entry in the middle of the list, but the list is not sorted.",
        ),
        "not sorted, the middle two": (
            lambda targets, loss: (
                np.mean(targets)
                if loss == "mse"
                else (targets[(len(targets) - 1) // 2] + targets[len(targets) // 2]) / 2
            ),
            "You took the entries in the middle of the list, but the list is not sorted.",
        ),
        "middle between the extremes": (
            lambda targets, loss: (
                np.mean(targets) if loss == "mse" else (np.min(targets) + np.max(targets)) / 2
            ),
            "For the MAE you took the middle between smallest and largest. Take the number with "
            "as many targets above as below.",
        ),
        "always the middle between the extremes": (
            lambda targets, loss: (np.min(targets) + np.max(targets)) / 2,
            "You took the middle between smallest and largest: two birds decide, and all others "
            "have no say.",
        ),
        "most frequent": (
            lambda targets, loss: np.mean(targets) if loss == "mse" else _most_frequent(targets),
            "For the MAE you took the most frequent target. Take the number with as many targets "
            "above as below.",
        ),
        "loss of the constant": (
            lambda targets, loss: (
                np.var(targets) if loss == "mse" else np.mean(np.abs(targets - np.median(targets)))
            ),
            "You return how large the smallest loss is. Wanted is the constant that reaches it.",
        ),
        "mean of the sizes": (
            lambda targets, loss: np.mean(targets) if loss == "mse" else np.mean(np.abs(targets)),
            "For the MAE you took the mean of the absolute values. It is the median of the "
            "targets themselves.",
        ),
        "median of the different values": (
            lambda targets, loss: (
                np.mean(targets) if loss == "mse" else np.median(np.unique(targets))
            ),
            "You counted equal targets once (a set does that). Each bird counts.",
        ),
        "root of the mean square": (
            lambda targets, loss: (
                np.sqrt(np.mean(targets.astype(float) ** 2))
                if loss == "mse"
                else np.median(targets)
            ),
            "For the MSE you took the root of the mean square. It is the mean of the targets.",
        ),
        "sum": (
            lambda targets, loss: np.sum(targets) if loss == "mse" else np.median(targets),
            "For the MSE you took the sum. Divide by how many there are.",
        ),
        "zero": (
            lambda targets, loss: 0.0,
            "You return 0 whatever the targets are.",
        ),
        "largest": (
            lambda targets, loss: np.max(targets),
            "You return the largest target. The best constant lies in the midst of them.",
        ),
        "smallest": (
            lambda targets, loss: np.min(targets),
            "You return the smallest target. The best constant lies in the midst of them.",
        ),
    },
)


def _most_frequent(values: Array) -> Any:
    different, counts = np.unique(values, return_counts=True)
    return different[np.argmax(counts)]


def _by_size(
    near: Callable[..., Array], far: Callable[..., Array]
) -> Callable[[Array, Array, float], float]:
    """A Huber-like loss: one formula for misses up to delta, another one for the others."""

    def loss(predictions: Array, targets: Array, delta: float = 1.0) -> float:
        miss = predictions - targets
        size = np.abs(miss)
        return float(np.mean(np.where(size <= delta, near(size, delta), far(size, delta))))

    return loss


def _square(size: Array, delta: float) -> Array:
    return size**2


def _straight(size: Array, delta: float) -> Array:
    return 2 * delta * size - delta**2


chapter.exercise(
    core.huber,
    task="A miss r counts r**2 up to delta, and 2 * delta * abs(r) - delta**2 beyond it.",
    cases={
        "one small miss": ([1.5], [1.0], 1.0),
        "one large miss": ([4.0], [1.0], 1.0),
        "two birds": ([3.0, 5.0], [1.0, 5.5], 1.0),
        "a miss of exactly delta": ([3.0, 1.0], [1.0, 1.5], 2.0),
        "a perfect fit": ([1.0, -2.0, 4.0], [1.0, -2.0, 4.0], 1.0),
        "all too low": ([0.0, 1.0, 2.0], [4.0, 1.5, 2.25], 1.5),
        "a small delta": ([1.0, 2.0, 3.0], [1.5, 2.0, 1.0], 0.25),
        "a large delta": ([1.0, 2.0, 3.0], [1.5, 2.0, 1.0], 10.0),
        "whole numbers": ([1, 4, 6, 2], [2, 3, 9, 2], 2),
        "an outlier": ([1.0, 2.0, 3.0, 4.0], [1.5, 1.0, 3.0, 104.0], 1.0),
        "grams": ([3750.0, 4100.0, 5200.0], [3700.0, 4300.0, 5150.0], 100.0),
        "a miss of a kilogram": ([4200.0, 4100.0], [3200.0, 4300.0], 250.0),
    },
    random=lambda rng: (*pairs(rng), round(float(rng.uniform(0.5, 3)), 1)),
    hints=(
        "Take the size of each miss first: `sizes = np.abs(predictions - targets)`.",
        "Two formulas, and `np.where(sizes <= delta, ..., ...)` picks one for each miss.",
        "Then take the mean, as for every loss in this book. Check at a miss of exactly delta: "
        "both formulas have to give delta squared.",
    ),
    mistakes={
        "half of it": (
            lambda predictions, targets, delta=1.0: core.huber(predictions, targets, delta) / 2,
            "Your loss is half of this book's. Huber wrote it with a factor 1/2; here no loss has "
            "one.",
        ),
        "half of the squares only": (
            _by_size(lambda size, delta: size**2 / 2, _straight),
            "You halved the squares but not the straight part, so that the two do not meet at "
            "delta.",
        ),
        "half of the straight part only": (
            _by_size(_square, lambda size, delta: delta * (size - delta / 2)),
            "You halved the straight part but not the squares, so that the two do not meet at "
            "delta.",
        ),
        "delta squared forgotten": (
            _by_size(_square, lambda size, delta: 2 * delta * size),
            "Your straight part lacks `- delta**2`, so that the loss jumps at delta.",
        ),
        "plain size": (
            _by_size(_square, lambda size, delta: size),
            "Large misses count with their plain size. They have to count with slope 2 * delta, "
            "so that the two parts meet without a kink.",
        ),
        "size times delta": (
            _by_size(_square, lambda size, delta: delta * size),
            "Large misses count delta times their size, so that the loss jumps at delta: they "
            "count `2 * delta * abs(r) - delta**2`.",
        ),
        "sign forgotten": (
            lambda predictions, targets, delta=1.0: np.mean(
                np.where(
                    predictions - targets <= delta,
                    (predictions - targets) ** 2,
                    _straight(predictions - targets, delta),
                )
            ),
            "You compared the signed miss with delta, so every prediction that is too low counts "
            "as a small miss. Compare its absolute value.",
        ),
        "absolute value only in the comparison": (
            lambda predictions, targets, delta=1.0: np.mean(
                np.where(
                    np.abs(predictions - targets) <= delta,
                    (predictions - targets) ** 2,
                    _straight(predictions - targets, delta),
                )
            ),
            "You compared the absolute value with delta, but the straight part still uses the "
            "signed miss.",
        ),
        "parts swapped": (
            _by_size(_straight, _square),
            "You have swapped the two parts: small misses are squared, large ones are straight.",
        ),
        "delta left out": (
            lambda predictions, targets, delta=1.0: core.huber(predictions, targets, 1.0),
            "You do not use delta: your loss is that for delta = 1.",
        ),
        "delta is always 500": (
            lambda predictions, targets, delta=1.0: core.huber(predictions, targets, 500.0),
            "You use 500 for every delta: that was a choice for penguins in grams. Use the `delta` "
            "that is handed in.",
        ),
        "only the comparison uses delta": (
            _by_size(_square, lambda size, delta: 2 * size - 1),
            "You use delta in the comparison, but the straight part is that for delta = 1.",
        ),
        "delta squared in the comparison": (
            lambda predictions, targets, delta=1.0: np.mean(
                np.where(
                    (predictions - targets) ** 2 <= delta,
                    (predictions - targets) ** 2,
                    _straight(np.abs(predictions - targets), delta),
                )
            ),
            "You compared the square of the miss with delta. Compare its size.",
        ),
        "misses cut off": (
            _by_size(_square, lambda size, delta: delta**2 + 0 * size),
            "You cut large misses off at delta, so that an outlier could go as far as it likes "
            "for free. Beyond delta the loss goes on growing, in a straight line.",
        ),
        "one decision for all": (
            lambda predictions, targets, delta=1.0: (
                np.mean((predictions - targets) ** 2)
                if np.max(np.abs(predictions - targets)) <= delta
                else np.mean(_straight(np.abs(predictions - targets), delta))
            ),
            "You decided once for all misses. Each miss is small or large by itself.",
        ),
        "sum for mean": (
            lambda predictions, targets, delta=1.0: (
                core.huber(predictions, targets, delta) * len(targets)
            ),
            "You added up but did not divide by how many there are.",
        ),
        "one per bird": (
            lambda predictions, targets, delta=1.0: np.where(
                np.abs(predictions - targets) <= delta,
                (predictions - targets) ** 2,
                _straight(np.abs(predictions - targets), delta),
            ),
            "You return one number per bird. A loss is a single number: take the mean.",
        ),
        "added": (
            lambda predictions, targets, delta=1.0: core.huber(predictions, -targets, delta),
            "You added predictions and targets. A miss is their difference.",
        ),
        "straight part the wrong way round": (
            _by_size(_square, lambda size, delta: delta**2 - 2 * delta * size),
            "You subtracted the wrong way round in the straight part: it is `2 * delta * size - "
            "delta**2`.",
        ),
        "delta squared twice": (
            _by_size(_square, lambda size, delta: 2 * delta * size - 2 * delta**2),
            "You subtracted delta squared twice in the straight part, so that the loss jumps at "
            "delta.",
        ),
        "delta not squared": (
            _by_size(_square, lambda size, delta: 2 * delta * size - delta),
            "You subtracted delta itself in the straight part. Subtract its square, so that the "
            "two parts meet at delta.",
        ),
        "squares doubled": (
            _by_size(lambda size, delta: size * 2, _straight),
            "You doubled the small misses. A square is `** 2`.",
        ),
        "always squares": (
            lambda predictions, targets, delta=1.0: np.mean((predictions - targets) ** 2),
            "You square all misses: this is the MSE. Beyond delta the straight part takes over.",
        ),
        "always straight": (
            lambda predictions, targets, delta=1.0: np.mean(
                _straight(np.abs(predictions - targets), delta)
            ),
            "You use the straight part for all misses. Up to delta they are squared.",
        ),
        "delta squared added": (
            _by_size(_square, lambda size, delta: 2 * delta * size + delta**2),
            "You added delta squared in the straight part. Subtract it, so that the two parts "
            "meet at delta.",
        ),
    },
)


# --- The repair shop -------------------------------------------------------------------------


def choose_degree(x: Array, y: Array, n_train: int, degrees: Array) -> tuple[Any, ...]:
    """Fit a polynomial of each degree to the first n_train birds, and choose by the others.

    Return the degree whose MSE on held-out birds is the smallest, and that MSE of each degree.
    """
    losses = []
    for degree in degrees:
        curve = np.polyfit(x[:n_train], y[:n_train], degree)
        misses = np.polyval(curve, x[n_train:]) - y[n_train:]
        losses.append(np.mean(misses**2))
    return degrees[np.argmin(losses)], losses


def _bent(rng: np.random.Generator) -> tuple[Any, ...]:
    """Birds on a bent line, some of them held out, and degrees to choose from.

    None has x = 0: all powers of a bird fitted alone would be 0, and LAPACK prints complaints.
    """
    n_train = int(rng.integers(6, 9))
    n = n_train + int(rng.integers(3, 6))
    x = (rng.permutation(np.r_[-12.0:0.0, 1.0:13.0])[:n] / 8).round(3)
    y = (1 - x + 2 * x**2 + rng.normal(0, 1, size=n)).round(1)
    return x, y, n_train, np.arange(int(rng.integers(2, 5)))


BENT = np.array([-1.5, 1.0, 0.75, -0.5, 1.5, 0.5, 2.0, -1.0, -2.0, 1.25, 0.25, -0.25])
CHANCE = np.array([2.0, -1.0, 1.0, 0.0, -2.0, 1.0, 0.0, 2.0, 1.0, -1.0, 0.0, 3.0])
UP_TO_5 = np.arange(6)


def _halves_agree(run: Function) -> bool:
    """The loss on all held-out birds is the mean of that on one half and on the other."""
    one, other = np.r_[:6, 6:9], np.r_[:6, 9:12]
    halves = [run(BENT[rows], CHANCE[rows], 6, UP_TO_5[:3])[1] for rows in (one, other)]
    return same(np.mean(halves, axis=0), run(BENT, CHANCE, 6, UP_TO_5[:3])[1])


repair(
    chapter,
    choose_degree,
    faults={
        "judged on the birds of the fit": {
            "x[n_train:]) - y[n_train:]": "x[:n_train]) - y[:n_train]"
        }
    },
    tests={
        "there is a loss for each degree": lambda run: (
            len(run(BENT, CHANCE, 6, UP_TO_5[:3])[1]) == 3
        ),
        "a parabola is recognised": lambda run: run(BENT, BENT**2, 6, UP_TO_5[:3])[0] == 2,
        "the loss of all held-out birds is the mean of that of two halves": _halves_agree,
        "with other held-out birds, the losses are others": lambda run: (
            not same(
                run(BENT, CHANCE, 6, UP_TO_5[:3])[1],
                run(BENT, np.r_[CHANCE[:6], -CHANCE[6:]], 6, UP_TO_5[:3])[1],
            )
        ),
        "where all is chance, the highest degree does not win": lambda run: (
            run(BENT, CHANCE, 6, UP_TO_5)[0] < 5
        ),
    },
    cases={
        "six birds, four of them to fit": (
            [0.0, 1.0, 2.0, -1.0, 0.5, 1.5],
            [1.0, 2.0, 1.5, -1.0, 1.0, 2.5],
            4,
            [0, 1, 2],
        ),
        "whole numbers": ([0, 1, -2, -1, 2, 3], [1, 2, 7, 1, 3, 8], 4, [0, 1, 2]),
        "all of it chance": (BENT.tolist(), CHANCE.tolist(), 6, [0, 1, 2, 3]),
        "degrees in another order": (BENT.tolist(), (BENT - BENT**2).round(1).tolist(), 7, [1, 0]),
    },
    random=_bent,
    hints=(
        "Begin with what must be so: on birds of pure chance a curve has nothing to follow, and a "
        "high degree should not win. Try it with `degrees = np.arange(6)`.",
        "Is anything learnt from the held-out birds, or judged by the others? Change a mass "
        "after the first n_train: which numbers should change, and which do?",
        "For each of the two slices in the loop, say aloud which birds it holds.",
    ),
    symptoms={
        "a smaller one preferred": (
            {"np.argmin(losses)": "np.argmax(np.array(losses) < 1.5 * np.min(losses))"},
            "A smaller degree is preferred by a rule of thumb, but the losses still come from the "
            "birds of the fit.",
        ),
        "the highest left out": (
            {"in degrees:": "in degrees[:-1]:"},
            "The highest degree is left out, and now the one below it wins.",
        ),
        "judged on some of the fit": (
            {
                "x[:n_train]) - y[:n_train]": (
                    "x[n_train // 2 : n_train]) - y[n_train // 2 : n_train]"
                )
            },
            "The birds that judge are fewer, but all of them were in the fit.",
        ),
    },
    new_faults={
        "trained on the test birds": (
            {"x[:n_train], y[:n_train]": "x, y"},
            "Now the curve is fitted to all birds, also to those that judge it.",
        ),
        "sum for mean": (
            {"np.mean(misses": "np.sum(misses"},
            "A sum of squares grows with the number of birds. Wanted is the mean.",
        ),
        "signs not squared": (
            {"misses**2": "misses"},
            "The misses are not squared any more, so they cancel.",
        ),
    },
)


def search_line(x: Array, y: Array, weights: Array, biases: Array) -> tuple[float, float, float]:
    """Try each weight with each bias; return weight, bias and MSE of the best line."""
    losses = np.zeros((len(weights), len(biases)))
    for i, w in enumerate(weights):
        for j, b in enumerate(biases):
            misses = w * x + b - y
            losses[i, j] = np.mean(misses**2)
    i, j = np.unravel_index(np.argmin(losses), losses.shape)
    return weights[i], biases[j], losses[i, j]


def _grid(rng: np.random.Generator) -> tuple[Array, Array, Array, Array]:
    """Birds, and weights and biases to try, in a large unit or in a smaller one."""
    n = int(rng.integers(4, 8))
    x = rng.normal(1, 1, size=n).round(2)
    weights, biases = np.arange(-1.0, 4.0) / 2, np.arange(-2.0, 2.0) / 4
    y = (rng.normal() * x + rng.normal(0, 0.3, size=n)).round(2)
    unit = rng.choice([1, 10])
    return x, unit * y, unit * weights, unit * biases


TRIED = np.array([0.0, 1.0, 2.0, 4.0]), np.array([1.0, 2.2, 3.1, 4.6])
BY_HALVES = np.array([0.0, 0.5, 1.0]), np.array([0.5, 1.0, 1.5, 2.0])


def _its_own_loss(run: Function) -> bool:
    w, b, loss = run(*TRIED, *BY_HALVES)
    return same(loss, np.mean((w * TRIED[0] + b - TRIED[1]) ** 2))


repair(
    chapter,
    search_line,
    faults={
        "whole numbers for losses": {"len(biases)))\n": "len(biases)), dtype=int)\n"},
    },
    tests={
        "a line that is among those tried is learnt by heart": lambda run: all(
            same(run(TRIED[0], w * TRIED[0] + b, *BY_HALVES), (w, b, 0.0))
            for w, b in itertools.product(*BY_HALVES)
        ),
        "in another order, the birds give the same line": lambda run: same(
            run(*TRIED, *BY_HALVES), run(TRIED[0][::-1], TRIED[1][::-1], *BY_HALVES)
        ),
        "the loss is that of the line that is returned": _its_own_loss,
        "measured in a smaller unit, it is the same line": lambda run: same(
            run(TRIED[0], 100 * TRIED[1], 100 * BY_HALVES[0], 100 * BY_HALVES[1])[:2],
            tuple(100 * part for part in run(*TRIED, *BY_HALVES)[:2]),
        ),
    },
    cases={
        "four birds": (
            [0.0, 1.0, 2.0, 4.0],
            [1.0, 2.2, 3.1, 4.6],
            [0.0, 0.5, 1.0],
            [0.5, 1.0, 1.5, 2.0],
        ),
        "whole numbers": ([0, 1, 3], [2, 3, 9], [0, 1, 2, 3], [0, 1, 2]),
        "one weight": ([1.0, 2.0], [0.4, 1.1], [0.5], [-0.5, 0.0, 0.25]),
        "millimetres and kilograms": (
            [181.0, 195.0, 210.0, 230.0],
            [3.75, 3.8, 4.3, 5.7],
            [0.03, 0.04, 0.05],
            [-5.9, -5.0, -4.1, -2.0],
        ),
        "millimetres and grams": (
            [181.0, 195.0, 210.0, 230.0],
            [3152.0, 3845.0, 4601.0, 5589.0],
            [30.0, 40.0, 50.0],
            [-5900.0, -5000.0, -4100.0, -2000.0],
        ),
    },
    random=_grid,
    hints=(
        "Work the MSE of the line that is returned out by hand. Is it the loss that is returned?",
        "Give the masses in grams, then in kilograms, weights and biases with them. The same line "
        "should win.",
        "Print `losses` inside the function. What kind of numbers are they? A table that is made "
        "with `dtype=int` cuts off the decimals of all that is put into it.",
    ),
    symptoms={
        "larger numbers": (
            {
                "= np.mean(misses**2)": "= 1000 * np.mean(misses**2)",
                "biases[j], losses[i, j]": "biases[j], losses[i, j] / 1000",
            },
            "A thousand times as large, less is cut off; cut off it still is.",
        ),
        "rounded": (
            {"= np.mean(misses**2)": "= np.round(np.mean(misses**2))"},
            "Rounding loses less than cutting off, but the digits after the point are still lost.",
        ),
        "the root": (
            {"= np.mean(misses**2)": "= np.sqrt(np.mean(misses**2))"},
            "The digits after the point are still lost, and the root of an MSE is no MSE.",
        ),
        "worked out anew": (
            {
                "return weights[i], biases[j], losses[i, j]": (
                    "return weights[i], biases[j], np.mean((weights[i] * x + biases[j] - y) ** 2)"
                )
            },
            "The loss of the line is right now, but the line was chosen by losses that are not.",
        ),
    },
    new_faults={
        "sum for mean": (
            {"np.mean(misses**2)": "np.sum(misses**2)"},
            "A sum of squares grows with the number of birds. Wanted is the mean.",
        ),
        "root": (
            {"np.mean(misses**2)": "np.sqrt(np.mean(misses**2))"},
            "There is a root too many: it chooses the same line, but it is no MSE.",
        ),
        "the largest loss": (
            {"np.argmin(losses)": "np.argmax(losses)"},
            "It chooses the line with the largest loss.",
        ),
    },
)


def leave_out(x: Array, y: Array, degree: int, n_groups: int) -> list[Any]:
    """Cross-validate a polynomial of a degree; bird i belongs to group i % n_groups.

    Return a list: for each group the MSE, on its birds, of a curve fitted to all the others.
    """
    group = np.arange(len(y)) % n_groups
    losses = []
    for k in range(n_groups):
        curve = np.polyfit(x[group != k], y[group != k], degree)
        misses = np.polyval(curve, x[group == k]) - y[group == k]
        losses.append(np.mean(misses**2))
    return losses


def _grouped(rng: np.random.Generator) -> tuple[Any, ...]:
    """Birds on a bent line, a degree, and groups that are not all of one size."""
    n_groups = int(rng.integers(3, 6))
    x, y, _, _ = _bent(rng)
    return x, y, int(rng.integers(0, 3)), n_groups


def _curves_ignore_whom_they_are_judged_by(run: Function) -> bool:
    """A bird left out alone and made heavier: the square of its miss has the curvature 2."""
    n, heavier = len(BENT), 3 * np.eye(len(BENT))[4]
    more, same_mass, less = (run(BENT, CHANCE + change * heavier, 1, n)[4] for change in (1, 0, -1))
    return same(more - 2 * same_mass + less, 2 * 3**2)


repair(
    chapter,
    leave_out,
    faults={
        "trained on the test birds": {"x[group != k], y[group != k]": "x, y"},
    },
    tests={
        "there is a loss for each group": lambda run: len(run(BENT, CHANCE, 1, 5)) == 5,
        "a parabola is recognised": lambda run: np.allclose(run(BENT, BENT**2, 2, 4), 0),
        "with twice the masses, the losses are four times as large": lambda run: same(
            run(BENT, 2 * CHANCE, 2, 4), 4 * np.array(run(BENT, CHANCE, 2, 4))
        ),
        "where all is chance, a high degree does not win": lambda run: (
            np.mean(run(BENT, CHANCE[::-1], 5, 6)) > np.mean(run(BENT, CHANCE[::-1], 0, 6))
        ),
        "a bird made 3 heavier, alone in its group, is missed by 3 more": (
            _curves_ignore_whom_they_are_judged_by
        ),
    },
    cases={
        "six birds in three groups": (
            [0.0, 1.0, 2.0, -1.0, 0.5, 1.5],
            [1.0, 2.0, 1.5, -1.0, 1.0, 2.5],
            1,
            3,
        ),
        "whole numbers, groups of unlike size": (
            [0, 1, -2, -1, 2, 3, 4],
            [1, 2, 7, 1, 3, 8, 9],
            1,
            3,
        ),
        "each bird left out once": (BENT.tolist(), CHANCE.tolist(), 2, 12),
        "the mean of the others": ([3.0, 1.0, 2.0, 5.0], [1.0, 2.0, 4.0, 8.0], 0, 2),
    },
    random=_grouped,
    hints=(
        "Begin with what must be so: on birds of pure chance a curve has nothing to follow, and a "
        "high degree should not win. Try it with the degrees 0 and 5.",
        "Leave each bird out alone, `n_groups = len(y)`, and make one bird 3 heavier. Its curve "
        "should not notice.",
        "Say aloud which birds each of the two lines in the loop holds. Who learns, who judges?",
    ),
    symptoms={
        "a lower degree": (
            {"y, degree)": "y, max(degree - 1, 0))"},
            "A lower degree learns less by heart, but its birds still judge what they taught.",
        ),
        "a loss made larger": (
            {"np.mean(misses**2)": "1.5 * np.mean(misses**2)"},
            "A factor makes the loss larger, and no more honest.",
        ),
        "judged by all": (
            {"x[group == k]) - y[group == k]": "x) - y"},
            "All birds judge now, and all of them still teach.",
        ),
        "taught by the group": (
            {"polyfit(x, y": "polyfit(x[group == k], y[group == k]"},
            "Fewer birds teach now, but those are the very ones that judge.",
        ),
    },
    new_faults={
        "learner and judge exchanged": (
            {
                "x[group != k], y[group != k]": "x[group == k], y[group == k]",
                "x[group == k]) - y[group == k]": "x[group != k]) - y[group != k]",
            },
            "You fit to the group, and judge by the others: exchange `==` and `!=`.",
        ),
        "judged by the others": (
            {"x[group == k]) - y[group == k]": "x[group != k]) - y[group != k]"},
            "Those who teach are right now, but the same birds judge.",
        ),
        "taught by one group": (
            {
                "x[group != k], y[group != k]": (
                    "x[group == (k + 1) % n_groups], y[group == (k + 1) % n_groups]"
                )
            },
            "A single group teaches now. All the others should.",
        ),
        "sum for mean": (
            {"np.mean(misses": "np.sum(misses"},
            "A sum of squares grows with the number of birds. Wanted is the mean.",
        ),
        "groups in a row": (
            {"np.arange(len(y)) % n_groups": "np.arange(len(y)) * n_groups // len(y)"},
            "Neighbours are in one group now. Bird i belongs to group `i % n_groups`.",
        ),
    },
)
