"""How heavy is a penguin with a 200 mm flipper?

A linear model multiplies every feature by its weight and adds a bias. Fitting finds the
weights and the bias that make the squared misses smallest. Chapter 1,
``notebooks/01_linear_regression.ipynb``.
"""

import numpy as np
from numpy.typing import ArrayLike

from mlcore._arguments import Array, array, finite, matrix, same_rows, vector
from mlcore._design import Design, power_of_two, total

__all__ = ["fit_linear_regression", "predict"]


@finite
def predict(X: ArrayLike, w: ArrayLike, b: ArrayLike) -> Array:
    r"""Multiply each feature by its weight, add them up, add the bias.

    Parameters
    ----------
    X : array_like, shape (n, d)
        One row per example, one column per feature.
    w : array_like, shape (d,) or (d, k)
        One weight per feature, in the unit of the prediction per unit of the feature; or
        one column of weights for each of k classes.
    b : float or array_like, shape (k,)
        The bias: what is predicted where every feature is 0, in the unit of the
        prediction; or one for each of k classes.

    Returns
    -------
    ndarray, shape (n,) or (n, k)
        One prediction per example; for classes, one score per example and class.

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit together, or a value is not a finite real number.

    Notes
    -----
    .. math:: \hat{y}_i = \sum_{j=1}^{d} x_{ij} w_j + b

    ``X @ w + b``.

    Examples
    --------
    >>> predict([[1.0, 2.0], [3.0, 4.0]], w=[10.0, 1.0], b=5.0)  # 1 * 10 + 2 * 1 + 5, ...
    array([17., 39.])
    """
    X, w, b = matrix(X=X), array(w=w), array(b=b)
    if w.ndim not in (1, 2) or len(w) != X.shape[1]:
        raise ValueError(
            f"w has shape {w.shape} but X has shape {X.shape}: wanted one weight for each of "
            f"the {X.shape[1]} features"
        )
    if b.shape != w.shape[1:]:
        wanted = "a single number" if w.ndim == 1 else f"one for each of the {w.shape[1]} classes"
        raise ValueError(f"b has shape {b.shape} but w has shape {w.shape}: wanted {wanted}")
    return (X @ w + b).astype(X.dtype)


@finite
def fit_linear_regression(X: ArrayLike, y: ArrayLike) -> tuple[Array, float]:
    r"""The weights and the bias whose squared misses are the smallest.

    Parameters
    ----------
    X : array_like, shape (n, d)
        One row per example, one column per feature.
    y : array_like, shape (n,)
        The targets.

    Returns
    -------
    w : ndarray, shape (d,)
        One weight per feature, in the unit of the target per unit of the feature.
    b : float
        The bias, in the unit of the target.

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit together, or a value is not a finite real number.

    Notes
    -----
    .. math:: \min_{w,\, b} \; \frac{1}{n} \sum_{i=1}^{n} (x_i \cdot w + b - y_i)^2

    Least squares on standardized features. Where columns depend on each other many weights
    fit equally well; the answer is then the one with the smallest weights on the
    standardized features. A.-M. Legendre, 1805; C. F. Gauss, 1809.

    Examples
    --------
    >>> w, b = fit_linear_regression([[1.0], [2.0], [3.0]], [3.0, 5.0, 7.0])  # y = 2x + 1
    >>> w.round(6), round(b, 6)
    (array([2.]), 1.0)
    """
    X, y = matrix(X=X), vector(y=y)
    same_rows(X=X, y=y)
    low, high = np.float64(np.min(y)) / 2, np.float64(np.max(y)) / 2
    design, unit = Design(X), power_of_two(high - low)
    middle = np.trunc((low + high) / 8 / unit) * unit * 8  # 0, unless all targets are far from it
    u = np.zeros(design.whitening.shape[1])
    for _ in range(2):  # then once more for what rounding missed: iterative improvement
        parameters = design.whitening @ u
        missed = total(
            design.transposed_product(Z, (targets - middle) / unit - design.scores(Z, parameters))
            for Z, targets in design.blocks(y)
        )
        u += design.whitening.T @ missed / (4 * design.n)
    w, b = design.parameters(u)
    return (unit * w).astype(X.dtype), float(unit * b + middle)
