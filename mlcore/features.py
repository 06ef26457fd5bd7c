"""What goes into the model?

Three small preparations of the features: put them on one scale, bend a line into a curve,
and keep some examples aside to see whether the model has learned or memorised. Used in
all chapters.
"""

from __future__ import annotations  # naming np.random in a signature would load it

import numpy as np
from numpy.typing import ArrayLike

from mlcore._arguments import (
    Array,
    finite,
    generator,
    matrix,
    number,
    numbers,
    room,
    rows,
    same_rows,
    vector,
    whole,
)
from mlcore._tables import holds_numbers

__all__ = ["polynomial_features", "standardize", "train_test_split"]


@finite
def standardize(X: ArrayLike) -> tuple[Array, Array, Array]:
    r"""Shift every feature to mean 0 and divide it by its standard deviation.

    Parameters
    ----------
    X : array_like, shape (n, d)
        One row per example; each column in a unit of its own.

    Returns
    -------
    scaled : ndarray, shape (n, d)
        ``(X - mean) / scale``, without unit: standard deviations away from the mean.
    mean : ndarray, shape (d,)
        The mean of each column, in its unit.
    scale : ndarray, shape (d,)
        The standard deviation of each column, in its unit; 1 for a constant column, which
        so becomes a column of zeros.

    Raises
    ------
    ValueError, TypeError
        If `X` has not two axes, or a value is not a finite real number.

    Notes
    -----
    .. math::

        \frac{x_{ij} - \bar{x}_j}{s_j}, \qquad
        s_j^2 = \frac{1}{n} \sum_{i=1}^{n} (x_{ij} - \bar{x}_j)^2

    The standard deviation divides by n. New examples are put on the same scale by
    ``(X_new - mean) / scale`` with the *old* mean and scale; taking those from the test
    data would let the model peek at them.

    Examples
    --------
    >>> scaled, mean, scale = standardize([[1.0, 200.0], [3.0, 400.0]])
    >>> scaled
    array([[-1., -1.],
           [ 1.,  1.]])
    >>> mean, scale
    (array([  2., 300.]), array([  1., 100.]))
    """
    X = matrix(X=X)
    mean = np.mean(X, axis=0, dtype=np.float64).astype(X.dtype)
    constant = np.min(X, axis=0) == np.max(X, axis=0)
    mean = np.where(constant, X[0], mean)
    spread = X - mean
    spread -= np.mean(spread, axis=0, dtype=np.float64).astype(X.dtype)  # what rounding has left
    # In units of the largest deviation no square can be too large or too small.
    unit = np.max(np.abs(spread), axis=0) + constant
    scale = unit * np.sqrt(np.mean((spread / unit) ** 2, axis=0, dtype=np.float64)) + constant
    return spread / scale.astype(X.dtype), mean, scale.astype(X.dtype)


@finite
def polynomial_features(x: ArrayLike, degree: int) -> Array:
    r"""The powers of one feature, as columns: a linear model in them draws a curve.

    Parameters
    ----------
    x : array_like, shape (n,)
        One number per example.
    degree : int
        The highest power, at least 1.

    Returns
    -------
    ndarray, shape (n, degree)
        The columns ``x, x**2, ..., x**degree``, each in a power of the unit of `x`.
        There is no column of ones, because the model has a bias of its own.

    Raises
    ------
    ValueError, TypeError
        If `x` is not a vector of finite real numbers, `degree` is not a whole number of
        at least 1, or a power is too large to be represented.

    Notes
    -----
    .. math:: x, \; x^2, \; \dots, \; x^{\text{degree}}

    High powers of raw units are badly scaled: `standardize` them before gradient descent.

    Examples
    --------
    >>> polynomial_features([1.0, 2.0, 3.0], degree=3)
    array([[ 1.,  1.,  1.],
           [ 2.,  4.,  8.],
           [ 3.,  9., 27.]])
    """
    x, degree = vector(x=x), whole(1, degree=degree)
    room(x, degree=degree)
    return np.stack([x**power for power in range(1, degree + 1)], axis=1)


def train_test_split(
    X: ArrayLike, y: ArrayLike, test_share: float, rng: np.random.Generator
) -> tuple[Array, Array, Array, Array]:
    """Shuffle the examples and keep a share of them aside, to test the model on later.

    Parameters
    ----------
    X : array_like, shape (n, d) or (n,)
        One row per example.
    y : array_like, shape (n,)
        The target or the label of each example. Both may hold anything, also names, dates and
        missing values, because the rows are only moved.
    test_share : float
        The share of the examples to keep aside, between 0 and 1; rounded to whole
        examples.
    rng : numpy.random.Generator
        Decides who goes where; the same seed gives the same split.

    Returns
    -------
    X_train, X_test, y_train, y_test : ndarray
        Every example is in exactly one part, its row of `X` still beside its `y`. Numbers
        in `X` become floats; `y` stays of its kind.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, an argument is no array, `test_share` leaves one of the parts
        empty, or `rng` is not a Generator.

    Examples
    --------
    >>> X_train, X_test, y_train, y_test = train_test_split(
    ...     [[1], [2], [3], [4]], [10, 20, 30, 40], test_share=0.25, rng=np.random.default_rng(0)
    ... )
    >>> X_train.shape, X_test.shape
    ((3, 1), (1, 1))
    """
    table, y = rows(X=X), rows(y=y)
    same_rows(X=table, y=y)
    X = numbers(X=X) if holds_numbers(table) else table
    n, share = len(y), number(0, 1, wanted="a share of the examples", test_share=test_share)
    n_test = round(share * n)
    if not 0 < n_test < n:
        raise ValueError(
            f"test_share is {test_share!r}, which keeps {n_test} of {n} examples aside, "
            "wanted at least one example in each part"
        )
    order = generator(rng).permutation(n)
    train, test = order[n_test:], order[:n_test]
    return X[train], X[test], y[train], y[test]
