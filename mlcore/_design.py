"""How the fits see X: a few rows at a time, in whitened coordinates.

Whitening is a linear change of variables after which the features are uncorrelated and of
equal size, whatever their units, so that the loss is a round bowl and not a narrow valley:
the best of all preconditioners that know X alone. Its textbook form, with a column of ones
in A:

    A = np.column_stack([np.ones(len(X)), X])
    _, singular_values, V = np.linalg.svd(A, full_matrices=False)
    T = 2 * np.sqrt(len(X)) * V.T / singular_values

It holds A and as large a factor of it in memory, and loses digits to features far from 0. So
here the examples are added up block by block, into ``X.T @ X`` where that is exact enough and
into the R of a QR factorization where it is not, and no fit ever holds a second X. A lazy
array (Dask) counts as a single block, because it brings blocks of its own.

The steps are named as in G. H. Golub & C. F. Van Loan, Matrix Computations, 2013 ("GVL").
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from mlcore._arguments import Array, is_lazy

BLOCK = 2**18  # numbers: 2 MB, so that a block is still in the cache when it is used again
TINY = np.nextafter(0, 1)


class Design:
    """The examples, in the coordinates u of ``parameters = whitening @ u`` (GVL, chapter 11.5).

    Let A be a column of ones for the bias and then the features. With T for the whitening,
    ``T.T @ (A.T @ A / 4n + penalty) @ T`` is the identity. Directions in which nothing varies
    are left out.
    """

    def __init__(self, X: Any, l2: float = 0.0) -> None:
        self.X, self.l2, (self.n, d) = X, l2, X.shape
        self.block_rows = self.n if is_lazy(X) else max(BLOCK // d, 4 * d)
        self.centre, self.unit = np.zeros(d), np.ones(d)
        self.standardized = self.compensated = False
        factors = self._factors_of_gram()
        if factors is None:
            self._standardize()
            factors = self._factors_of_gram()
        if factors is None:
            self.compensated, factors = True, self._factors_by_qr()
        mean, scale, singular_values, V = factors
        T = 2 * np.sqrt(self.n) * V / singular_values / scale[:, np.newaxis]
        T = np.block([[np.full((1, 1), 2.0), -mean @ T], [np.zeros((d, 1)), T]])
        # Rotated so that the penalty too is diagonal (GVL, chapter 8.7).
        self.penalty = np.append(0, 2 * l2 / self.unit / self.unit)
        self.penalty_eigenvalues, rotation = np.linalg.eigh((T.T * self.penalty) @ T)
        self.whitening: Array = T @ rotation

    def blocks(self, *others: Any) -> Iterator[tuple[Any, ...]]:
        """The features of a few examples, and the same rows of the other arrays."""
        for first in range(0, self.n, self.block_rows):
            rows = slice(first, first + self.block_rows)
            Z = self.X[rows].astype(np.float64, copy=False)
            Z = (Z - self.centre) / self.unit if self.standardized else Z
            yield Z, *(values[rows] for values in others)

    def scores(self, Z: Any, parameters: Array) -> Any:
        """``A @ parameters`` for a block: bias first, then weights."""
        # Transposed, the few classes stand first, and BLAS multiplies half as fast again.
        return (parameters[1:].T @ Z.T).T + parameters[0]

    def transposed_product(self, Z: Any, slopes: Any) -> Any:
        """``A.T @ slopes``: slopes in the scores become slopes in the parameters."""
        product = compensated_product if self.compensated else np.matmul
        return np.concatenate([column_sums(slopes)[np.newaxis], product(slopes.T, Z).T])

    def parameters(self, u: Array) -> tuple[Array, Array]:
        """The weights and the bias at a point, in the units of X."""
        bias, *weights = self.whitening @ u
        w = (np.array(weights).T / self.unit).T
        return w, bias - self.centre @ w

    def _factors_of_gram(self) -> tuple[Array, ...] | None:
        # The normal equations (GVL, chapter 5.3), columns scaled to equal length (6.1): fast,
        # and exact enough unless a column is far from 0 or close to the others.
        sums, gram = np.split(
            total(np.concatenate([column_sums(Z)[np.newaxis], Z.T @ Z]) for (Z,) in self.blocks()),
            [1],
        )
        squares, mean = np.diag(gram), sums[0] / self.n
        out_of_range = (squares < 1e-200) | (squares == np.inf)
        gram = gram - self.n * np.outer(mean, mean)
        if np.any(self.X[:, out_of_range]) or not np.all(np.diag(gram) >= 1e-4 * squares):
            return None
        gram = gram + np.diag(8 * self.n * (self.l2 / self.unit / self.unit) + out_of_range)
        scale = np.sqrt(np.diag(gram))
        eigenvalues, V = np.linalg.eigh(gram / np.outer(scale, scale))
        return (mean, scale, np.sqrt(eigenvalues), V) if eigenvalues[0] > 1e-5 else None

    def _standardize(self) -> None:
        low, high = (np.asarray(end(self.X, axis=0), np.float64) for end in (np.min, np.max))
        half = np.maximum(np.where(high > low, high / 2 - low / 2, 1), np.sqrt(self.l2))
        # Powers of two, and a centre of few digits: so this rounds very little (GVL, chapter 3.5).
        self.unit = power_of_two(np.maximum(half, TINY))
        centre = np.rint((high / 2 + low / 2) / self.unit * 2**10) / 2**10 * self.unit
        self.centre = np.where(high > low, centre, low)
        self.standardized = True

    def _factors_by_qr(self) -> tuple[Array, ...]:
        # The penalty as rows of its own, ridge regression (GVL, chapter 6.1), then R updated by
        # one block of rows after the other (6.5). Nothing is squared, so that directions are
        # told apart down to the last digits.
        mean = total(column_sums(Z) for (Z,) in self.blocks()) / self.n
        R = np.diag(np.sqrt(8 * self.n) * (np.sqrt(self.l2) / self.unit))
        for (Z,) in self.blocks():
            R = np.asarray(np.linalg.qr(np.concatenate([R, Z - mean]))[1])
        length = np.sqrt(np.sum(R**2, axis=0))
        scale = np.where(length > 0, length, 1)
        _, singular_values, Vt = np.linalg.svd(R / scale)
        # Rank: what varies no more than by the rounding of the features is none (GVL, chapter 5.4).
        rounding = np.sqrt(self.n) * np.finfo(self.X.dtype).eps * (length > 0) / scale
        noise = Vt * rounding * (1 + np.abs(self.centre) / self.unit)
        tolerance = 4 * np.sqrt(np.sum(noise**2, axis=1))
        kept = singular_values > tolerance
        return mean, scale, singular_values[kept], Vt[kept].T


def total(terms: Iterable[Any]) -> Array:
    """The sum over the blocks, as numbers in memory."""
    result: Array = np.asarray(sum(terms))
    return result


def column_sums(values: Any) -> Any:
    """As a product with ones, which is faster than `numpy.sum` along the longer axis."""
    return np.ones_like(values[:, 0] if values.ndim == 2 else values) @ values


def compensated_product(A: Any, B: Any) -> Any:
    """``A @ B``, rounded 2**18 times less: the high parts multiply without rounding.

    K. Ozaki, T. Ogita, S. Oishi & S. M. Rump, Error-free transformations of matrix
    multiplication, 2012, doi:10.1007/s11075-011-9478-1.
    """
    high_A, high_B = high_part(A), high_part(B)
    return high_A @ high_B + (high_A @ (B - high_B) + (A - high_A) @ B)


def high_part(values: Any) -> Any:
    """The values rounded to 18 bits of the largest."""
    unit = np.maximum(power_of_two(np.max(np.abs(values))) / 2**18, TINY)
    return np.rint(values / unit) * unit


def power_of_two(size: Any) -> Any:
    """The largest power of two up to a size (1/2 for 0): to divide by it rounds nothing."""
    return np.ldexp(1.0, np.frexp(size)[1] - 1)
