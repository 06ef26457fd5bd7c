"""Which of K?

Softmax turns K scores into K probabilities that sum to one, and cross-entropy says how
surprised the model is by the true class. Its slope in the scores is "probability minus
one-hot". Chapter 5, ``notebooks/05_softmax.ipynb``.
"""

import numpy as np
from numpy.typing import ArrayLike

from mlcore._arguments import (
    MOST_CLASSES,
    Array,
    Labels,
    array,
    classes,
    every_class,
    finite,
    matrix,
    mean,
    number,
    room,
    same_rows,
    whole,
)
from mlcore._design import Design
from mlcore._newton import newton_cg

__all__ = [
    "cross_entropy",
    "cross_entropy_gradient",
    "fit_softmax_regression",
    "log_softmax",
    "one_hot",
    "softmax",
]


@finite
def softmax(scores: ArrayLike) -> Array:
    r"""Turn scores into probabilities: positive, in the same order, with sum 1.

    Parameters
    ----------
    scores : array_like, shape (..., k)
        Any finite numbers; the classes are on the last axis.

    Returns
    -------
    ndarray, shape (..., k)
        Between 0 and 1; each row sums to 1.

    Raises
    ------
    ValueError, TypeError
        If a score is not a finite real number, or there is no axis of classes.

    Notes
    -----
    .. math:: p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}

    ``exp(z) / sum(exp(z))``. Adding a number to all scores of a row changes nothing, so the
    largest is subtracted first: then no exponential is above 1, and none overflows.
    J. S. Bridle, Training stochastic model recognition algorithms as networks can lead to
    maximum mutual information estimation of parameters, 1989.

    Examples
    --------
    >>> softmax([0.0, 0.0])
    array([0.5, 0.5])
    >>> softmax([1000.0, 0.0])
    array([1., 0.])
    """
    scores = _scores(scores)
    exponentials = _exp_difference(scores, np.max(scores, axis=-1, keepdims=True))
    return exponentials / np.sum(exponentials, axis=-1, keepdims=True)


@finite
def log_softmax(scores: ArrayLike) -> Array:
    r"""The logarithms of the softmax probabilities, exact also where those round to 0.

    Parameters
    ----------
    scores : array_like, shape (..., k)
        Any finite numbers; the classes are on the last axis.

    Returns
    -------
    ndarray, shape (..., k)
        In nats, at most 0; 0 for a class that is certain.

    Raises
    ------
    ValueError, TypeError
        If a score is not a finite real number, there is no axis of classes, or two scores
        are too far apart for their difference to be represented.

    Notes
    -----
    .. math:: \log p_k = z_k - \log \sum_j e^{z_j}

    ``z - log(sum(exp(z)))``. With the largest score subtracted first its own exponential is 1,
    beside which those of the others lose their digits: they are added up alone, and
    ``log(1 + sum)`` is taken by `numpy.log1p`. So the logarithm of a probability that rounds to
    1 is right as well.

    Examples
    --------
    >>> log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    scores = _scores(scores)
    largest = np.max(scores, axis=-1, keepdims=True)
    is_other = np.arange(scores.shape[-1]) != np.argmax(scores, axis=-1, keepdims=True)
    others = is_other * _exp_difference(scores.astype(np.float64, copy=False), largest)
    logs = scores - largest - np.log1p(np.sum(others, axis=-1, keepdims=True))
    return logs.astype(scores.dtype)


def _exp_difference(scores: Array, largest: Array) -> Array:
    """``exp(scores - largest)``, of whose digits a rounded difference would lose the last."""
    whole, top = np.rint(scores), np.rint(largest)  # the difference of whole numbers is exact
    return np.exp(whole - top) * np.exp((scores - whole) - (largest - top))


def _scores(scores: ArrayLike) -> Array:
    values: Array = array(scores=scores)
    if values.ndim == 0:
        raise ValueError(f"scores has shape {values.shape}, wanted (..., k): one score per class")
    return values


def one_hot(labels: ArrayLike, n_classes: int) -> Array:
    """Write each label as a row of zeros with a single one in its own column.

    Parameters
    ----------
    labels : array_like, shape (n,)
        Whole numbers 0..n_classes-1.
    n_classes : int
        The number of columns, at least 1. It is not guessed from the labels, which may
        lack a class.

    Returns
    -------
    ndarray, shape (n, n_classes)
        0.0 or 1.0: the probabilities of somebody who knows the answer.

    Raises
    ------
    ValueError, TypeError
        If a label is not a whole number 0..n_classes-1.

    Examples
    --------
    >>> one_hot([2, 0], n_classes=3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    n_classes = whole(1, MOST_CLASSES, n_classes=n_classes)
    labels = classes(n_classes, labels=labels)
    room(labels, n_classes=n_classes)
    return (labels[:, np.newaxis] == np.arange(n_classes)).astype(np.float64)


@finite
def cross_entropy(scores: ArrayLike, labels: ArrayLike) -> float:
    r"""Mean surprise at the true classes.

    Parameters
    ----------
    scores : array_like, shape (n, k)
        Raw scores, one per example and class; not probabilities.
    labels : array_like, shape (n,)
        The true classes, 0..k-1.

    Returns
    -------
    float
        In nats, at least 0; near 0 where the true class always scores far above the
        others, and log k for a model that finds all k classes equally likely.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, a score is not a finite real number, a label is not a whole
        number 0..k-1, or two scores of a row are too far apart for their difference to be
        represented.

    Notes
    -----
    .. math:: -\frac{1}{n} \sum_{i=1}^{n} \log p_{i, y_i}

    ``-1/n * sum(one_hot * log_softmax)``: the one-hot row picks the logarithm of the
    probability that the true class was given.

    Examples
    --------
    >>> round(cross_entropy([[0.0, 0.0, 0.0]], [2]), 4)  # log 3
    1.0986
    """
    scores, labels = _scores_and_labels(scores, labels)
    scores = scores.astype(np.float64, copy=False)  # the loss is one, also that of float32
    surprises = -one_hot(labels, scores.shape[1]) * log_softmax(scores)
    return mean(np.sum(surprises, axis=1))


@finite
def cross_entropy_gradient(scores: ArrayLike, labels: ArrayLike) -> Array:
    r"""Slope of `cross_entropy` in each score: probability minus one-hot, divided by n.

    Parameters
    ----------
    scores : array_like, shape (n, k)
        Raw scores, one per example and class; not probabilities.
    labels : array_like, shape (n,)
        The true classes, 0..k-1.

    Returns
    -------
    ndarray, shape (n, k)
        Between -1/n and 1/n; each row sums to 0: what one class gains the others lose.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, a score is not a finite real number, or a label is not a
        whole number 0..k-1.

    Notes
    -----
    .. math:: \frac{1}{n} (p_{ik} - [k = y_i])

    ``1/n * (softmax(scores) - one_hot(labels))``. For scores ``X @ W + b`` the slope in the
    weights is ``X.T @ cross_entropy_gradient(scores, labels)``.

    Examples
    --------
    >>> cross_entropy_gradient([[0.0, 0.0]], [1])
    array([[ 0.5, -0.5]])
    """
    scores, labels = _scores_and_labels(scores, labels)
    targets = one_hot(labels, scores.shape[1]).astype(scores.dtype)
    return (softmax(scores) - targets) / len(labels)


def _scores_and_labels(scores: ArrayLike, labels: ArrayLike) -> tuple[Array, Labels]:
    scores, labels = matrix(scores=scores), classes(labels=labels)
    same_rows(scores=scores, labels=labels)
    return scores, labels


@finite
def fit_softmax_regression(
    X: ArrayLike, labels: ArrayLike, n_classes: int | None = None, l2: float = 0.0
) -> tuple[Array, Array]:
    """The weights and the biases with the smallest mean surprise at the true classes.

    Parameters
    ----------
    X : array_like, shape (n, d)
        One row per example, one column per feature.
    labels : array_like, shape (n,)
        The true classes, 0..k-1, each at least once.
    n_classes : int, optional
        The number of classes k, at least 2; without it the largest label plus one.
    l2 : float
        The price of large weights, 0 to 1e100: ``l2 * sum(W**2)`` is added to the loss. The
        biases are free.

    Returns
    -------
    W : ndarray, shape (d, k)
        One weight per feature and class, in nats per unit of the feature.
    b : ndarray, shape (k,)
        One bias per class, in nats.
        A number added to all weights of a feature changes no probability; the ones returned
        are those whose sum over the classes is 0, as is that of the biases.

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit together, a value is not a finite real number, a label is
        not a whole number 0..k-1 or one of these never occurs, `l2` is not 0 to 1e100, or no loss
        is the smallest: where boundaries separate the classes and `l2` is 0, larger weights
        always lower it.

    Notes
    -----
    The minimum of ``cross_entropy(X @ W + b, labels) + l2 * sum(W**2)``, found by Newton's
    method; the curvature is too large to be written down, so each step is found from its
    products with a few directions (conjugate gradients). Where columns depend on each other
    and `l2` is 0, many weights fit equally well; the answer is then the one with the
    smallest weights on the standardized features. scikit-learn's ``C`` is
    ``1 / (2 * n * l2)``. D. Bohning, Multinomial logistic regression algorithm, 1992,
    doi:10.1007/BF00048682; J. Nocedal & S. J. Wright, Numerical Optimization, 2006, chapter 7.

    Examples
    --------
    Of the four examples at 0 two are of class 0, of those at 1 only one; the weights are
    logarithms of ratios.

    >>> X, labels = [[0], [0], [0], [0], [1], [1], [1], [1]], [0, 0, 1, 2, 0, 1, 1, 2]
    >>> W, b = fit_softmax_regression(X, labels)
    >>> softmax([b, W[0] + b]).round(6)
    array([[0.5 , 0.25, 0.25],
           [0.25, 0.5 , 0.25]])
    """
    n_classes = None if n_classes is None else whole(2, MOST_CLASSES, n_classes=n_classes)
    X, labels, l2 = matrix(X=X), every_class(n_classes, labels=labels), number(0, 1e100, l2=l2)
    same_rows(X=X, labels=labels)
    shape = (n_classes or int(np.max(labels)) + 1,)
    W, b = newton_cg(Design(X, l2), labels, shape, _loss_and_gradient, _hessian_product)
    return W.astype(X.dtype), b.astype(X.dtype)


def _loss_and_gradient(scores: Array, labels: Labels) -> tuple[Array, Array, Array]:
    targets = one_hot(labels, scores.shape[1])
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = np.sum(exponentials, axis=1, keepdims=True)
    wrong = exponentials / sums * (1 - targets)
    slopes = wrong - targets * np.sum(wrong, axis=1, keepdims=True)
    return np.sum(np.log(sums)) - np.sum(targets * shifted), slopes, exponentials / sums


def _hessian_product(probabilities: Array, direction: Array) -> Array:
    mean = np.einsum("ij,ij->i", probabilities, direction)
    return probabilities * (direction - mean[:, np.newaxis])
