"""How the fits find the smallest loss: Newton's method, on a few rows of X at a time.

Whatever a fit needs to know about its examples is a sum over them, and a sum can be added
up block by block. So no fit ever holds a second X. A lazy array (Dask) counts as a single
block, because it brings blocks of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from mlcore._arguments import Array, is_lazy

BLOCK = 2**18  # numbers: 2 MB, so that a block is still in the cache when it is used again


def blocks(X: Any, *others: Any) -> Iterator[tuple[Any, ...]]:
    """The same few rows of each array, until all rows have come by."""
    n, d = X.shape
    height = n if is_lazy(X) else max(BLOCK // d, 1)
    for first in range(0, n, height):
        yield tuple(values[first : first + height] for values in (X, *others))


def total(terms: Iterable[Any]) -> Array:
    """The sum over the blocks, as numbers in memory."""
    result: Array = np.asarray(sum(terms))
    return result


def centre_and_spread(X: Any) -> tuple[Array, Array]:
    """The mean of each column, and its mean distance to the first row (1 if constant)."""
    # Measured from the first row a constant column is exactly 0, and nothing is squared.
    first = np.asarray(X[0], dtype=np.float64)
    sums = total(
        np.stack([np.sum(rows - first, axis=0), np.sum(np.abs(rows - first), axis=0)])
        for (rows,) in blocks(X)
    )
    return first + sums[0] / len(X), np.where(sums[1] > 0, sums[1] / len(X), 1)


def designs(X: Any, centre: Array, spread: Array, *others: Any) -> Iterator[tuple[Any, ...]]:
    """Blocks of the centred and scaled features, with a last column of ones for the bias."""
    for rows, *rest in blocks(X, *others):
        scaled = (rows - centre) / spread
        yield np.concatenate([scaled, np.ones_like(scaled[:, :1])], axis=1), *rest


def round_coordinates(X: Any, centre: Array, spread: Array, penalty: Array) -> Array:
    """The map T that makes the curvature ``T.T @ (A.T @ A / 4n + penalty) @ T`` 1 all round.

    A is the whole design. In coordinates u, with parameters ``T @ u``, the loss starts out
    as a round bowl, whatever the units and the correlations of the features. Directions
    in which nothing varies, because columns depend on each other, are left out.
    """
    gram = total(A.T @ A for (A,) in designs(X, centre, spread))
    curvature = gram / (4 * len(X)) + np.diag(penalty)
    scale = np.sqrt(np.diag(curvature))
    scale = np.where(scale > 0, scale, 1)
    values, vectors = np.linalg.eigh(curvature / np.outer(scale, scale))
    kept = values > 1e-12
    result: Array = vectors[:, kept] / np.sqrt(values[kept]) / scale[:, np.newaxis]
    return result


def newton(
    evaluate: Callable[[Array], tuple[float, Array, Any]],
    solve: Callable[[Any, Array], Array],
    start: Array,
) -> Array:
    """Step by slope over curvature, halving what goes too far, until nothing changes.

    ``evaluate(point)`` gives the loss, its slope and its curvature, and ``solve`` divides
    a slope by a curvature. The coordinates are round ones: a step of length 1 changes the
    scores by about 1.
    """
    point, step, smallest = start, np.zeros_like(start), np.inf
    for _ in range(100):
        loss, slope, curvature = evaluate(point - step)
        if loss > smallest * (1 + 1e-13):
            step = step / 2
            continue
        point, smallest = point - step, loss
        step = solve(curvature, slope)
        if np.max(np.abs(step)) < 1e-8:
            return point - step
        if np.sum(step * slope) < 1e-13 * np.sum(step**2):
            break  # a long way to go, and nearly flat already: the loss falls for ever
    raise ValueError(
        "labels are separated by a boundary in X but for ties, so that larger weights always "
        "lower the loss and there are no best ones: wanted l2 > 0 (or a larger l2)"
    )


def conjugate_gradients(curve: Callable[[Array], Array], slope: Array) -> Array:
    """The step whose product with the curvature is the slope, the closer the smaller it is."""
    step, rest = np.zeros_like(slope), slope
    direction, size = rest, float(np.sum(rest**2))
    goal = size * min(0.01, size)
    for _ in range(50):
        if size <= goal:
            break
        bend = curve(direction)
        length = size / np.sum(direction * bend)
        step, rest = step + length * direction, rest - length * bend
        size, before = float(np.sum(rest**2)), size
        direction = rest + size / before * direction
    return step


def refuse_separated(loss: float, n: int) -> None:
    """A single example on the wrong side has a loss of at least log 2."""
    if loss * n < np.log(2):
        raise ValueError(
            "labels are separated perfectly by a boundary in X, so that larger weights always "
            "lower the loss and there are no best ones: wanted l2 > 0"
        )
