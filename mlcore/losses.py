"""How wrong is a line?

A loss turns all the misses of a model into one number. Training makes this number go down.
Each loss is a mean over the examples, without a factor 1/2, and is followed by its slope
in every prediction. Chapter 2, ``notebooks/02_losses.ipynb``.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mlcore._arguments import Array, finite, mean, number, vectors

__all__ = [
    "huber",
    "huber_gradient",
    "mae",
    "mae_gradient",
    "mse",
    "mse_gradient",
    "r_squared",
    "residuals",
]


@finite
def residuals(predictions: ArrayLike, targets: ArrayLike) -> Array:
    """Prediction minus target: how far each prediction is off, and to which side.

    Parameters
    ----------
    predictions, targets : array_like, shape (n,)
        Both in the unit of the target.

    Returns
    -------
    ndarray, shape (n,)
        In the unit of the target; positive where the prediction is too high, 0 where it
        is perfect.

    Raises
    ------
    ValueError, TypeError
        If the shapes differ, or a value is not a finite real number.

    Notes
    -----
    Many statistics books subtract the other way round (target minus prediction); the
    squares and absolute values are the same.

    Examples
    --------
    >>> residuals([3.0, 5.0], [1.0, 6.0])
    array([ 2., -1.])
    """
    predictions, targets = vectors(predictions=predictions, targets=targets)
    return predictions - targets


def _residuals(predictions: ArrayLike, targets: ArrayLike) -> Any:
    """`residuals` in float64: the square of an ordinary float32 need not be one."""
    predictions, targets = vectors(predictions=predictions, targets=targets)
    return np.subtract(predictions, targets, dtype=np.float64)


@finite
def mse(predictions: ArrayLike, targets: ArrayLike) -> float:
    r"""Mean squared error: the average of the squared misses.

    Parameters
    ----------
    predictions, targets : array_like, shape (n,)
        Both in the unit of the target.

    Returns
    -------
    float
        In the squared unit of the target, at least 0; 0 only for perfect predictions.

    Raises
    ------
    ValueError, TypeError
        If the shapes differ, a value is not a finite real number, or the square of a miss
        is too large to be represented.

    Notes
    -----
    .. math:: \frac{1}{n} \sum_{i=1}^{n} (\hat{y}_i - y_i)^2

    ``1/n * sum((prediction - target) ** 2)``. Books that write ``1/(2n)`` have half this
    loss and half its gradient, hence the same minimum and twice the learning rate.
    A.-M. Legendre, Nouvelles methodes pour la determination des orbites des cometes, 1805.

    Examples
    --------
    >>> mse([3.0, 5.0], [1.0, 6.0])  # (2**2 + 1**2) / 2
    2.5
    """
    return mean(_residuals(predictions, targets) ** 2)


@finite
def mse_gradient(predictions: ArrayLike, targets: ArrayLike) -> Array:
    r"""Slope of `mse` in each prediction; negative where the prediction is too low.

    Parameters
    ----------
    predictions, targets : array_like, shape (n,)
        Both in the unit of the target.

    Returns
    -------
    ndarray, shape (n,)
        In the unit of the target, with the 1/n inside; 0 where the prediction is perfect.

    Raises
    ------
    ValueError, TypeError
        If the shapes differ, or a value is not a finite real number.

    Notes
    -----
    .. math:: \frac{2}{n} (\hat{y}_i - y_i)

    ``2/n * (prediction - target)``. For predictions ``X @ w + b`` the slope in the weights
    is ``X.T @ mse_gradient(predictions, targets)`` and the slope in the bias its sum.

    Examples
    --------
    >>> mse_gradient([3.0, 5.0], [1.0, 6.0])
    array([ 2., -1.])
    """
    misses = residuals(predictions, targets)
    return 2 * misses / len(misses)


@finite
def mae(predictions: ArrayLike, targets: ArrayLike) -> float:
    r"""Mean absolute error: the average size of a miss.

    Parameters
    ----------
    predictions, targets : array_like, shape (n,)
        Both in the unit of the target.

    Returns
    -------
    float
        In the unit of the target, at least 0; 0 only for perfect predictions.

    Raises
    ------
    ValueError, TypeError
        If the shapes differ, or a value is not a finite real number.

    Notes
    -----
    .. math:: \frac{1}{n} \sum_{i=1}^{n} |\hat{y}_i - y_i|

    ``1/n * sum(abs(prediction - target))``. The constant that makes it smallest is the
    median. R. J. Boscovich, De litteraria expeditione per pontificiam ditionem, 1757.

    Examples
    --------
    >>> mae([3.0, 5.0], [1.0, 6.0])  # (2 + 1) / 2
    1.5
    """
    return mean(np.abs(_residuals(predictions, targets)))


@finite
def mae_gradient(predictions: ArrayLike, targets: ArrayLike) -> Array:
    r"""Slope of `mae` in each prediction: every miss pulls equally hard, near or far.

    Parameters
    ----------
    predictions, targets : array_like, shape (n,)
        Both in the unit of the target.

    Returns
    -------
    ndarray, shape (n,)
        Without unit: 1/n where the prediction is too high, -1/n where it is too low, and
        0 at the kink, where the prediction is perfect.

    Raises
    ------
    ValueError, TypeError
        If the shapes differ, or a value is not a finite real number.

    Notes
    -----
    .. math:: \frac{1}{n} \operatorname{sign}(\hat{y}_i - y_i)

    ``1/n * sign(prediction - target)``. At the kink any slope from -1/n to 1/n would do
    (a subgradient); 0 is the one that lets a perfect fit rest.

    Examples
    --------
    >>> mae_gradient([3.0, 5.0], [1.0, 6.0])
    array([ 0.5, -0.5])
    """
    misses = residuals(predictions, targets)
    return np.sign(misses) / len(misses)


@finite
def huber(predictions: ArrayLike, targets: ArrayLike, delta: float = 1.0) -> float:
    r"""Huber loss: squares the small misses and counts the large ones only by their size.

    Parameters
    ----------
    predictions, targets : array_like, shape (n,)
        Both in the unit of the target.
    delta : float
        The size of miss, in the unit of the target, from which a miss is large; above 0.

    Returns
    -------
    float
        In the squared unit of the target, at least 0; 0 only for perfect predictions.

    Raises
    ------
    ValueError, TypeError
        If the shapes differ, a value is not a finite real number, or `delta` is not above 0.

    Notes
    -----
    .. math::

        \frac{1}{n} \sum_{i=1}^{n} \begin{cases}
        r_i^2 & |r_i| \le \delta \\ 2 \delta |r_i| - \delta^2 & |r_i| > \delta
        \end{cases}

    The mean of ``r**2`` where ``abs(r) <= delta`` and of ``2*delta*abs(r) - delta**2``
    elsewhere, with ``r = prediction - target``. Like all losses here it has no factor 1/2:
    it is twice Huber's own, and equals `mse` when no miss is larger than `delta`.
    P. J. Huber, Robust estimation of a location parameter, 1964, doi:10.1214/aoms/1177703732.

    Examples
    --------
    >>> huber([3.0, 5.0], [1.0, 6.0])  # (2 * 1 * 2 - 1**2 + 1**2) / 2
    2.0
    """
    delta = number(0, above=True, delta=delta)
    sizes = np.abs(_residuals(predictions, targets))
    near = np.minimum(sizes, delta)
    # size**2 where near is the size, and 2 * delta * size - delta**2 where it is delta
    return mean(near * (2 * sizes - near))


@finite
def huber_gradient(predictions: ArrayLike, targets: ArrayLike, delta: float = 1.0) -> Array:
    """Slope of `huber` in each prediction: that of `mse`, but no steeper than at `delta`.

    Parameters
    ----------
    predictions, targets : array_like, shape (n,)
        Both in the unit of the target.
    delta : float
        The size of miss, in the unit of the target, from which a miss is large; above 0.

    Returns
    -------
    ndarray, shape (n,)
        In the unit of the target, with the 1/n inside; 0 where the prediction is perfect.

    Raises
    ------
    ValueError, TypeError
        If the shapes differ, a value is not a finite real number, or `delta` is not above 0.

    Notes
    -----
    ``2/n * clip(prediction - target, -delta, delta)``.

    Examples
    --------
    >>> huber_gradient([3.0, 5.0], [1.0, 6.0])
    array([ 1., -1.])
    """
    delta = number(0, above=True, delta=delta)
    misses = residuals(predictions, targets)
    return 2 * np.clip(misses, -delta, delta) / len(misses)


@finite
def r_squared(predictions: ArrayLike, targets: ArrayLike) -> float:
    r"""Coefficient of determination: the share of the spread that the model explains.

    Parameters
    ----------
    predictions, targets : array_like, shape (n,)
        Both in the unit of the target.

    Returns
    -------
    float
        Without unit, at most 1; 1 for perfect predictions, 0 for a model no better than
        the mean of the targets, negative for a worse one.

    Raises
    ------
    ValueError, TypeError
        If the shapes differ, a value is not a finite real number, or all targets are
        equal, so that there is no spread to explain.

    Notes
    -----
    .. math:: 1 - \frac{\sum_i (\hat{y}_i - y_i)^2}{\sum_i (y_i - \bar{y})^2}

    ``1 - sum((prediction - target)**2) / sum((target - mean(targets))**2)``.
    S. Wright, Correlation and causation, 1921.

    Examples
    --------
    >>> r_squared([1.0, 2.0, 4.0], [1.0, 2.0, 3.0])  # 1 - (0 + 0 + 1) / (1 + 0 + 1)
    0.5
    """
    predictions, targets = vectors(predictions=predictions, targets=targets)
    if np.min(targets) == np.max(targets):
        raise ValueError(
            f"targets are all {float(targets[0])!r}, wanted at least two different values: "
            "without spread there is nothing to explain"
        )
    spread = targets - np.mean(targets, dtype=np.float64)
    spread = spread - np.mean(spread)  # what rounding the mean has left
    unit = np.max(np.abs(spread))  # in this unit no square of the spread is too large or too small
    misses = _residuals(predictions, targets) / unit
    return 1 - float(np.mean(misses**2) / np.mean((spread / unit) ** 2))
