"""How the fits see X: a few rows at a time, in coordinates where the valley is round.

Whatever a fit needs to know about its examples is a sum over them, and a sum can be added
up block by block. So no fit ever holds a second X. A lazy array (Dask) counts as a single
block, because it brings blocks of its own.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from mlcore._arguments import Array, is_lazy

BLOCK = 2**18  # numbers: 2 MB, so that a block is still in the cache when it is used again
TINY = np.nextafter(0, 1)


class Design:
    """The examples, in coordinates where the loss is a round bowl and not a narrow valley.

    Let A be a column of ones for the bias and then the features. T is chosen so that
    ``T.T @ (A.T @ A / 4n + penalty) @ T`` is the identity: with parameters ``T @ u`` every
    direction of u counts the same, whatever the units and the correlations of the features.
    Directions in which nothing varies are left out.
    """

    def __init__(self, X: Any, l2: float = 0.0) -> None:
        self.X, self.l2, (self.n, d) = X, l2, X.shape
        self.height = self.n if is_lazy(X) else max(BLOCK // d, 4 * d)
        self.centre, self.spread, self.moved, self.careful = np.zeros(d), np.ones(d), False, False
        root = self._root_of_products()
        if root is None:
            self._move()
            root = self._root_of_products()
        if root is None:
            self.careful, root = True, self._root_by_rotations()
        mean, scale, sizes, directions = root
        T = 2 * np.sqrt(self.n) * directions / sizes / scale[:, np.newaxis]
        T = np.block([[np.full((1, 1), 2.0), -mean @ T], [np.zeros((d, 1)), T]])
        # Turned so that the penalty too has the same curvature in every direction but its own.
        self.penalty = np.append(0, 2 * l2 / self.spread / self.spread)
        self.share, turn = np.linalg.eigh((T.T * self.penalty) @ T)
        self.T: Array = T @ turn

    def blocks(self, *others: Any) -> Iterator[tuple[Any, ...]]:
        """The features of a few examples, and the same rows of the other arrays."""
        for first in range(0, self.n, self.height):
            rows = slice(first, first + self.height)
            Z = self.X[rows].astype(np.float64, copy=False)
            Z = (Z - self.centre) / self.spread if self.moved else Z
            yield Z, *(values[rows] for values in others)

    def scores(self, Z: Any, parameters: Array) -> Any:
        """``A @ parameters`` for a block: bias first, then weights."""
        return Z @ parameters[1:] + parameters[0]

    def pull_back(self, Z: Any, slopes: Any) -> Any:
        """``A.T @ slopes``: slopes in the scores become slopes in the parameters."""
        product = exact_product if self.careful else np.matmul
        return np.concatenate([column_sums(slopes)[np.newaxis], product(Z.T, slopes)])

    def reach(self, step: Array) -> float:
        """The largest change of a score that a step makes."""
        change = self.T @ step
        return max(float(np.max(np.abs(self.scores(Z, change)))) for (Z,) in self.blocks())

    def parameters(self, u: Array) -> tuple[Array, Array]:
        """The weights and the bias at a point, in the units of X."""
        bias, *weights = self.T @ u
        w = (np.array(weights).T / self.spread).T
        return w, bias - self.centre @ w

    def _root_of_products(self) -> tuple[Array, ...] | None:
        # Fast, and exact enough unless a column is far from 0 or close to the others.
        sums, gram = np.split(
            total(np.concatenate([column_sums(Z)[np.newaxis], Z.T @ Z]) for (Z,) in self.blocks()),
            [1],
        )
        squares, mean = np.diag(gram), sums[0] / self.n
        lost = (squares < 1e-200) | (squares == np.inf)
        gram = gram - self.n * np.outer(mean, mean)
        if np.any(self.X[:, lost]) or not np.all(np.diag(gram) >= 1e-4 * squares):
            return None
        gram = gram + np.diag(8 * self.n * (self.l2 / self.spread / self.spread) + lost)
        scale = np.sqrt(np.diag(gram))
        squares, directions = np.linalg.eigh(gram / np.outer(scale, scale))
        return (mean, scale, np.sqrt(squares), directions) if squares[0] > 1e-5 else None

    def _move(self) -> None:
        low, high = (np.asarray(end(self.X, axis=0), np.float64) for end in (np.min, np.max))
        half = np.maximum(np.where(high > low, high / 2 - low / 2, 1), np.sqrt(self.l2))
        # And a centre of few digits: so moving and scaling round very little.
        self.spread = power_of_two(np.maximum(half, TINY))
        centre = np.rint((high / 2 + low / 2) / self.spread * 2**10) / 2**10 * self.spread
        self.centre = np.where(high > low, centre, low)
        self.moved = True

    def _root_by_rotations(self) -> tuple[Array, ...]:
        # Nothing is squared here, so that directions are told apart down to the last digits.
        mean = total(column_sums(Z) for (Z,) in self.blocks()) / self.n
        R = np.diag(np.sqrt(8 * self.n) * (np.sqrt(self.l2) / self.spread))
        for (Z,) in self.blocks():
            R = np.asarray(np.linalg.qr(np.concatenate([R, Z - mean]))[1])
        length = np.sqrt(np.sum(R**2, axis=0))
        scale = np.where(length > 0, length, 1)
        _, sizes, directions = np.linalg.svd(R / scale)
        # Where the features vary no more than by their own rounding there is no direction.
        digits = np.sqrt(self.n) * np.finfo(self.X.dtype).eps * (length > 0) / scale
        noise = directions * digits * (1 + np.abs(self.centre) / self.spread)
        kept = sizes > 4 * np.sqrt(np.sum(noise**2, axis=1))
        return mean, scale, sizes[kept], directions[kept].T


def total(terms: Iterable[Any]) -> Array:
    """The sum over the blocks, as numbers in memory."""
    result: Array = np.asarray(sum(terms))
    return result


def column_sums(values: Any) -> Any:
    """As a product with ones, which is faster than `numpy.sum` along the longer axis."""
    return np.ones_like(values[:, 0] if values.ndim == 2 else values) @ values


def exact_product(Z: Any, slopes: Any) -> Any:
    """``Z @ slopes``, rounded 2**18 times less: the leading bits multiply without rounding."""
    leading_Z, leading = leading_bits(Z), leading_bits(slopes)
    return leading_Z @ leading + (leading_Z @ (slopes - leading) + (Z - leading_Z) @ slopes)


def leading_bits(values: Any) -> Any:
    """The values rounded to 18 bits of the largest."""
    unit = np.maximum(power_of_two(np.max(np.abs(values))) / 2**18, TINY)
    return np.rint(values / unit) * unit


def power_of_two(size: Any) -> Any:
    """The largest power of two up to a size (1/2 for 0): to divide by it rounds nothing."""
    return np.ldexp(1.0, np.frexp(size)[1] - 1)
