"""Which way is down, and how far?

The gradient says how the loss changes when a parameter does. Stepping against it, again
and again, makes the loss smaller; that is how every model in this book, and every neural
network, is trained. Chapter 3, ``notebooks/03_gradient_descent.ipynb``.
"""

from __future__ import annotations  # naming np.random in a signature would load it

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mlcore._arguments import (
    Array,
    array,
    finite,
    function,
    generator,
    matrix,
    number,
    numbers,
    room,
    whole,
)

__all__ = [
    "check_gradient",
    "gradient_descent",
    "learning_rate_limit",
    "minibatches",
    "numerical_gradient",
    "stochastic_gradient_descent",
]


def gradient_descent(
    gradient: Callable[[Array], ArrayLike],
    start: ArrayLike,
    learning_rate: float,
    n_steps: int,
    momentum: float = 0.0,
) -> Array:
    r"""Step against the slope again and again; return every point visited.

    Parameters
    ----------
    gradient : callable
        ``gradient(point)`` is the slope of the loss in each parameter, with the shape of
        the point.
    start : array_like, any shape
        The parameters to begin with.
    learning_rate : float
        The length of a step per unit of slope, above 0.
    n_steps : int
        How many steps to take, at least 0.
    momentum : float
        The share of the last step's velocity that is kept, from 0 (none) to below 1.

    Returns
    -------
    ndarray, shape (n_steps + 1, ...)
        The training history: ``path[0]`` is the start, ``path[-1]`` the last point.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of its range, the gradient has another shape than the point,
        or the descent diverges: the learning rate is too large.

    Notes
    -----
    .. math:: v_{t+1} = \mu v_t + \nabla L(w_t), \qquad w_{t+1} = w_t - \eta v_{t+1}

    ``velocity = momentum * velocity + gradient(point)`` and then
    ``point = point - learning_rate * velocity``; without momentum the velocity is the
    gradient. A. Cauchy, Methode generale pour la resolution des systemes d'equations
    simultanees, 1847; B. T. Polyak, Some methods of speeding up the convergence of
    iteration methods, 1964.

    Examples
    --------
    The slope of ``w**2`` is ``2 * w``; each step of rate 1/4 halves the distance to 0:

    >>> gradient_descent(lambda w: 2 * w, start=8.0, learning_rate=0.25, n_steps=3)
    array([8., 4., 2., 1.])

    A gradient is a sum over the examples, so it can be added up anywhere; here for ``y = 2x``,
    two examples in one place and two in another:

    >>> places = [([[1.0], [2.0]], [2.0, 4.0]), ([[3.0], [4.0]], [6.0, 8.0])]
    >>> def slope(w):
    ...     return sum(np.transpose(X) @ (2 / 4 * (X @ w - y)) for X, y in places)
    >>> gradient_descent(slope, start=[0.0], learning_rate=0.05, n_steps=2)
    array([[0.   ],
           [1.5  ],
           [1.875]])

    The places may be the machines of a cluster. Where X and y are Dask arrays
    (``pip install "mlbyhand[scale]"``), the line that trains every model in the book sends the
    weights to the examples, and only sums come back::

        def slope(w):
            return np.asarray(X.T @ mse_gradient(predict(X, w, b), y))
    """
    function(gradient=gradient)
    learning_rate = number(0, above=True, learning_rate=learning_rate)
    momentum = number(0, 1, below=True, momentum=momentum)
    path = [array(start=start).copy()]
    n_steps = whole(0, n_steps=n_steps)
    room(path[0], n_steps=n_steps)
    velocity = np.zeros_like(path[0])
    with np.errstate(all="ignore"):
        for step in range(1, n_steps + 1):
            velocity = momentum * velocity + _slope(gradient, path[-1])
            point = path[-1] - learning_rate * velocity
            if not np.isfinite(point).all():
                raise ValueError(
                    f"gradient_descent diverged in step {step}: learning_rate is "
                    f"{learning_rate:g}, wanted a smaller one (or a gradient that is finite there)"
                )
            path.append(point)
    return np.stack(path)


def _slope(gradient: Callable[[Array], ArrayLike], point: Array) -> Array:
    slope: Array = numbers(**{"gradient(point)": gradient(point.copy())})
    if slope.shape != point.shape:
        raise ValueError(
            f"gradient(point) has shape {slope.shape} but the point has shape {point.shape}, "
            "wanted one slope for each parameter"
        )
    return np.asarray(slope, dtype=point.dtype)


def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """Deal n examples, shuffled, into batches: one epoch of training.

    Parameters
    ----------
    n : int
        The number of examples, at least 1.
    batch_size : int
        The examples in a batch, from 1 to n; the last batch holds the rest.
    rng : numpy.random.Generator
        Decides the order.

    Returns
    -------
    list of ndarray of int
        Row numbers; each of 0..n-1 is in exactly one batch.

    Raises
    ------
    ValueError, TypeError
        If an argument is out of its range, or `rng` is not a Generator.

    Examples
    --------
    >>> [len(rows) for rows in minibatches(10, batch_size=4, rng=np.random.default_rng(0))]
    [4, 4, 2]
    """
    n = whole(1, n=n)
    batch_size = whole(1, n, batch_size=batch_size)
    room(n=n)
    order = generator(rng).permutation(n)
    return [order[first : first + batch_size] for first in range(0, n, batch_size)]


def stochastic_gradient_descent(
    gradient: Callable[[Array, NDArray[np.intp]], ArrayLike],
    start: ArrayLike,
    learning_rate: float,
    n_steps: int,
    n: int,
    batch_size: int,
    rng: np.random.Generator,
    momentum: float = 0.0,
) -> Array:
    """Gradient descent that looks at one minibatch of the examples in each step.

    Parameters
    ----------
    gradient : callable
        ``gradient(point, rows)`` is the slope of the loss on those rows of the data, with
        the shape of the point.
    start, learning_rate, n_steps, momentum
        As in `gradient_descent`.
    n, batch_size, rng
        As in `minibatches`: one shuffled epoch follows another until all steps are taken.

    Returns
    -------
    ndarray, shape (n_steps + 1, ...)
        The training history: ``path[0]`` is the start, ``path[-1]`` the last point.

    Raises
    ------
    ValueError, TypeError
        As `gradient_descent` and `minibatches`.

    Notes
    -----
    The mean slope over a random batch is on average the slope over all examples.
    H. Robbins & S. Monro, A stochastic approximation method, 1951,
    doi:10.1214/aoms/1177729586.

    Examples
    --------
    The mean of four numbers, two at a time:

    >>> y = np.array([1.0, 2.0, 3.0, 6.0])
    >>> path = stochastic_gradient_descent(
    ...     lambda point, rows: 2 * np.mean(point - y[rows]),
    ...     start=0.0, learning_rate=0.01, n_steps=1000, n=4, batch_size=2,
    ...     rng=np.random.default_rng(0),
    ... )
    >>> round(float(path[-1]), 1)
    3.0
    """
    function(gradient=gradient)
    n = whole(1, n=n)
    batches = _epochs(n, whole(1, n, batch_size=batch_size), generator(rng))
    return gradient_descent(
        lambda point: gradient(point, next(batches)), start, learning_rate, n_steps, momentum
    )


def _epochs(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    while True:
        yield from minibatches(n, batch_size, rng)


@finite
def numerical_gradient(f: Callable[[Array], float], point: ArrayLike) -> Array:
    r"""The slope of f in each parameter, measured: a small step up against one down.

    Parameters
    ----------
    f : callable
        ``f(point)`` is a number, such as the loss of the parameters in the point.
    point : array_like, any shape
        The parameters.

    Returns
    -------
    ndarray, shape of the point
        The change of f per unit of each parameter.

    Raises
    ------
    ValueError, TypeError
        If `f` does not return a finite number, or the point is not finite.

    Notes
    -----
    .. math:: \frac{\partial f}{\partial x_j} \approx \frac{f(x + h e_j) - f(x - h e_j)}{2h}

    Central difference ``(f(x + h) - f(x - h)) / (2h)`` with ``h = 1e-5 * max(1, abs(x))``:
    its error falls with h**2, and rounding grows with 1/h.
    W. H. Press et al., Numerical Recipes, 3rd ed., section 5.7.

    Examples
    --------
    >>> numerical_gradient(lambda w: w[0] ** 2 + 3 * w[1], [2.0, 5.0]).round(6)
    array([4., 3.])
    """
    function(f=f)
    point = np.asarray(array(point=point), dtype=np.float64)
    slopes = np.zeros_like(point)
    for i in np.ndindex(point.shape):
        below, above = point.copy(), point.copy()
        step = 1e-5 * max(1.0, abs(float(point[i])))
        below[i] -= step
        above[i] += step
        slopes[i] = (_value(f, above) - _value(f, below)) / (above[i] - below[i])
    return slopes


def _value(f: Callable[[Array], float], point: Array) -> float:
    named: dict[str, Any] = {"f(point)": f(point)}
    return number(**named)


@finite
def check_gradient(
    f: Callable[[Array], float], gradient: Callable[[Array], ArrayLike], point: ArrayLike
) -> float:
    r"""How far a gradient is from the slope of f as it is measured.

    Parameters
    ----------
    f : callable
        ``f(point)`` is a number, such as the loss of the parameters in the point.
    gradient : callable
        ``gradient(point)`` claims to be the slope of f in each parameter.
    point : array_like, any shape
        Where to compare the two.

    Returns
    -------
    float
        Their largest difference as a share of the largest slope: below 1e-7 for a gradient
        that is right, unless f has a kink or is nearly flat there.

    Raises
    ------
    ValueError, TypeError
        If `f` does not return a finite number, or the gradient has another shape than the
        point.

    Notes
    -----
    .. math:: \frac{\max_j |g_j - m_j|}{\max_j \max(|g_j|, |m_j|)}

    ``max(abs(gradient - measured)) / max(abs(gradient), abs(measured))``, and 0 where both
    are 0.

    Examples
    --------
    >>> check_gradient(lambda w: w**2, lambda w: 2 * w, 3.0) < 1e-8
    True
    >>> round(check_gradient(lambda w: w**2, lambda w: w, 3.0), 3)  # forgot the 2
    0.5
    """
    function(gradient=gradient)
    point = np.asarray(array(point=point), dtype=np.float64)
    measured = numerical_gradient(f, point)
    claimed = array(**{"gradient(point)": _slope(gradient, point)})
    steepest = max(np.max(np.abs(claimed)), np.max(np.abs(measured)))
    return float(np.max(np.abs(claimed - measured)) / steepest) if steepest > 0 else 0.0


@finite
def learning_rate_limit(X: ArrayLike) -> float:
    r"""The learning rate from which gradient descent on `mse` of ``X @ w + b`` diverges.

    Parameters
    ----------
    X : array_like, shape (n, d)
        The features, as the model sees them: scaled or not.

    Returns
    -------
    float
        ``2 / curvature``, where the curvature is the largest one of the loss in any
        direction of the weights and the bias. Below it every step shortens the way to the
        minimum, above it the steepest direction overshoots further each time.

    Raises
    ------
    ValueError, TypeError
        If `X` has not two axes, or a value is not a finite real number.

    Notes
    -----
    .. math::

        \frac{2}{\lambda_{\max}}, \qquad
        \lambda_{\max} \text{ the largest eigenvalue of } \frac{2}{n} A^\top A

    The curvature of the mean squared error is ``2/n * A.T @ A``, with A the features and a
    column of ones for the bias; its largest eigenvalue is the largest curvature.
    Y. Nesterov, Introductory Lectures on Convex Optimization, 2004, section 2.1.5.

    Examples
    --------
    For one feature -1 and 1 every direction has curvature 2:

    >>> learning_rate_limit([[-1.0], [1.0]])
    1.0
    """
    X = matrix(X=X)
    A = np.concatenate([X, np.ones_like(X[:, :1])], axis=1).astype(np.float64)
    curvature = array(**{"X.T @ X": np.asarray(2 / len(A) * (A.T @ A))})
    return float(2 / np.linalg.eigvalsh(curvature)[-1])
