"""Adelie or Chinstrap?

The sigmoid squashes a score into a probability, and cross-entropy says how surprised the
model is by the true label. Its slope in the score is "probability minus label".
Chapter 4, ``notebooks/04_classification.ipynb``.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    vector,
    whole,
)
from mlcore._design import Design
from mlcore._newton import newton_cg

__all__ = [
    "accuracy",
    "binary_cross_entropy",
    "binary_cross_entropy_gradient",
    "calibration_curve",
    "classify",
    "confusion_matrix",
    "fit_logistic_regression",
    "precision",
    "recall",
    "roc_auc",
    "roc_curve",
    "sigmoid",
]


@finite
def sigmoid(scores: ArrayLike) -> Array:
    r"""Squash scores into probabilities: 0 becomes 1/2, large ones approach 1.

    Parameters
    ----------
    scores : array_like, any shape
        Any finite numbers: the logarithm of the odds.

    Returns
    -------
    ndarray of the same shape, or float
        Between 0 and 1; ``sigmoid(z) + sigmoid(-z)`` is exactly 1.

    Raises
    ------
    ValueError, TypeError
        If a score is not a finite real number.

    Notes
    -----
    .. math:: \sigma(z) = \frac{1}{1 + e^{-z}}

    ``1 / (1 + exp(-z))``, written with ``exp(-abs(z))``, which cannot overflow.
    P.-F. Verhulst, Recherches mathematiques sur la loi d'accroissement de la population,
    1845.

    Examples
    --------
    >>> sigmoid(0.0)
    0.5
    >>> sigmoid([-1000.0, 1000.0])
    array([0., 1.])
    """
    scores = array(scores=scores)
    e = np.exp(-np.abs(scores))
    small = e / (1 + e)
    return np.where(scores >= 0, 1 - small, small)


@finite
def binary_cross_entropy(scores: ArrayLike, labels: ArrayLike) -> float:
    r"""Mean surprise at the true labels of two classes.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Raw scores (log-odds of class 1), not probabilities.
    labels : array_like, shape (n,)
        0 or 1.

    Returns
    -------
    float
        In nats, at least 0; near 0 where every score is far on the side of its label, and
        log 2 = 0.693 for a model that always says one half.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, a score is not a finite real number, or a label is not 0 or 1.

    Notes
    -----
    .. math::

        -\frac{1}{n} \sum_{i=1}^{n} \left( y_i \log p_i + (1 - y_i) \log (1 - p_i) \right), \qquad
        p_i = \sigma(z_i)

    ``-1/n * sum(y * log(p) + (1 - y) * log(1 - p))`` with ``p = sigmoid(score)``, written
    as ``log(1 + exp(-score))`` for label 1 and ``log(1 + exp(score))`` for label 0, where
    neither logarithm can meet 0. I. J. Good, Rational decisions, 1952.

    Examples
    --------
    >>> round(binary_cross_entropy([0.0, 0.0], [0, 1]), 4)
    0.6931
    """
    scores, labels = _scores_and_labels(scores, labels)
    return mean(np.logaddexp(0, np.where(labels == 1, -scores, scores), dtype=np.float64))


@finite
def binary_cross_entropy_gradient(scores: ArrayLike, labels: ArrayLike) -> Array:
    r"""Slope of `binary_cross_entropy` in each score: probability minus label.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Raw scores (log-odds of class 1), not probabilities.
    labels : array_like, shape (n,)
        0 or 1.

    Returns
    -------
    ndarray, shape (n,)
        Between -1/n and 1/n; negative where the score is too low.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, a score is not a finite real number, or a label is not 0 or 1.

    Notes
    -----
    .. math:: \frac{1}{n} (\sigma(z_i) - y_i)

    ``1/n * (sigmoid(score) - label)``. For scores ``X @ w + b`` the slope in the weights is
    ``X.T @ binary_cross_entropy_gradient(scores, labels)``.

    Examples
    --------
    >>> binary_cross_entropy_gradient([0.0, 0.0], [0, 1])
    array([ 0.25, -0.25])
    """
    scores, labels = _scores_and_labels(scores, labels)
    return (sigmoid(scores) - labels.astype(scores.dtype)) / len(labels)


def _scores_and_labels(scores: ArrayLike, labels: ArrayLike) -> tuple[Array, Labels]:
    scores, labels = vector(scores=scores), classes(2, labels=labels)
    same_rows(scores=scores, labels=labels)
    return scores, labels


@finite
def fit_logistic_regression(
    X: ArrayLike, labels: ArrayLike, l2: float = 0.0
) -> tuple[Array, float]:
    """The weights and the bias with the smallest mean surprise at the labels.

    Parameters
    ----------
    X : array_like, shape (n, d)
        One row per example, one column per feature.
    labels : array_like, shape (n,)
        0 or 1, at least one of each.
    l2 : float
        The price of large weights, 0 to 1e100: ``l2 * sum(w**2)`` is added to the loss. The
        bias is free.

    Returns
    -------
    w : ndarray, shape (d,)
        One weight per feature, in log-odds per unit of the feature.
    b : float
        The bias, in log-odds.

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit together, a value is not a finite real number, a label is
        not 0 or 1 or only one of them occurs, `l2` is not 0 to 1e100, or no loss is the smallest:
        where a boundary separates the classes and `l2` is 0, larger weights always lower it.

    Notes
    -----
    The minimum of ``binary_cross_entropy(X @ w + b, labels) + l2 * sum(w**2)``, found by
    Newton's method: the step is the slope divided by the curvature, ``X.T @ (X * p * (1 - p))``.
    Where columns depend on each other and `l2` is 0, many weights fit equally well; the
    answer is then the one with the smallest weights on the standardized features.
    scikit-learn's ``C`` is ``1 / (2 * n * l2)``. J. Berkson, Application of the logistic
    function to bio-assay, 1944, doi:10.1080/01621459.1944.10500699; A. Albert & J. A. Anderson,
    On the existence of maximum likelihood estimates in logistic regression models, 1984,
    doi:10.1093/biomet/71.1.1.

    Examples
    --------
    Among the three examples at 0 the odds of a 1 are 1 to 2, among those at 1 they are 2 to 1:

    >>> w, b = fit_logistic_regression([[0], [0], [0], [1], [1], [1]], [0, 0, 1, 0, 1, 1])
    >>> np.exp([b, w[0] + b]).round(6)
    array([0.5, 2. ])
    """
    X, labels, l2 = matrix(X=X), every_class(2, labels=labels), number(0, 1e100, l2=l2)
    same_rows(X=X, labels=labels)
    w, b = newton_cg(Design(X, l2), labels, (), _loss_and_gradient, _hessian_product)
    return w.astype(X.dtype), float(b)


def _loss_and_gradient(scores: Array, labels: Labels) -> tuple[Array, Array, Array]:
    # `sigmoid` and `binary_cross_entropy` again, but both from a single exponential.
    sides = 2.0 * labels - 1
    against = -sides * scores
    e = np.exp(-np.abs(against))
    surprised = np.where(against >= 0, 1, e) / (1 + e)  # the probability of the other label
    return np.sum(np.maximum(against, 0) + np.log1p(e)), -sides * surprised, surprised


def _hessian_product(probabilities: Array, direction: Array) -> Array:
    return probabilities * (1 - probabilities) * direction


def classify(probabilities: ArrayLike, threshold: float = 0.5) -> Labels:
    """Decide: class 1 from the threshold on, class 0 below it.

    Parameters
    ----------
    probabilities : array_like, shape (n,)
        Of class 1, between 0 and 1. Not raw scores.
    threshold : float
        Between 0 and 1.

    Returns
    -------
    ndarray of int, shape (n,)
        0 or 1.

    Raises
    ------
    ValueError, TypeError
        If a probability or the threshold is not between 0 and 1.

    Notes
    -----
    One half is only a habit: the threshold belongs to the costs of the two mistakes.

    Examples
    --------
    >>> classify([0.2, 0.5, 0.9])
    array([0, 1, 1])
    """
    probabilities = _between_0_and_1(probabilities)
    return (probabilities >= number(0, 1, threshold=threshold)).astype(np.intp)


def _between_0_and_1(probabilities: ArrayLike) -> Array:
    values: Array = vector(probabilities=probabilities)
    if np.min(values) < 0 or np.max(values) > 1:
        raise ValueError(
            f"probabilities run from {np.min(values)} to {np.max(values)}, "
            "wanted numbers between 0 and 1 (scores go through sigmoid first)"
        )
    return values


def confusion_matrix(
    predictions: ArrayLike, labels: ArrayLike, n_classes: int = 2
) -> NDArray[np.intp]:
    """Count, for each true class, which classes were predicted.

    Parameters
    ----------
    predictions, labels : array_like, shape (n,)
        Whole numbers 0..n_classes-1: predicted and true classes.
    n_classes : int
        The number of classes, at least 2. It is not guessed from the labels, which may
        lack one.

    Returns
    -------
    ndarray of int, shape (n_classes, n_classes)
        Row: true class; column: predicted class. All on the diagonal is perfect.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, or a class is not a whole number 0..n_classes-1.

    Examples
    --------
    >>> confusion_matrix([1, 0, 1, 1], [1, 0, 0, 1])
    array([[1, 1],
           [0, 2]])
    """
    n_classes = whole(2, MOST_CLASSES, n_classes=n_classes)
    predictions, labels = _two_labelings(predictions, labels, n_classes)
    room(np.arange(n_classes), n_classes=n_classes)
    counts = np.bincount(n_classes * labels + predictions, minlength=n_classes**2)
    return counts.reshape(n_classes, n_classes)


def _two_labelings(
    predictions: ArrayLike, labels: ArrayLike, n_classes: int | None = None
) -> tuple[Labels, Labels]:
    predictions = classes(n_classes, predictions=predictions)
    labels = classes(n_classes, labels=labels)
    same_rows(predictions=predictions, labels=labels)
    return predictions, labels


def accuracy(predictions: ArrayLike, labels: ArrayLike) -> float:
    """The share of the predictions that are right.

    Parameters
    ----------
    predictions, labels : array_like, shape (n,)
        Whole numbers from 0: predicted and true classes.

    Returns
    -------
    float
        Between 0 and 1; 1 is perfect.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, or a class is not a whole number of at least 0.

    Examples
    --------
    >>> accuracy([1, 0, 1, 1], [1, 0, 0, 1])
    0.75
    """
    predictions, labels = _two_labelings(predictions, labels)
    return float(np.mean(predictions == labels))


def precision(predictions: ArrayLike, labels: ArrayLike) -> float:
    """Of the examples that were called 1, the share that are 1.

    Parameters
    ----------
    predictions, labels : array_like, shape (n,)
        0 or 1: predicted and true classes.

    Returns
    -------
    float
        Between 0 and 1; 1 means no false alarm.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, a class is not 0 or 1, or nothing was called 1, so that
        there is nothing to take a share of.

    Notes
    -----
    ``true positives / (true positives + false positives)``.

    Examples
    --------
    >>> round(precision([1, 0, 1, 1], [1, 0, 0, 1]), 4)
    0.6667
    """
    (_, false_positives), (_, true_positives) = confusion_matrix(predictions, labels)
    if true_positives + false_positives == 0:
        raise ValueError("predictions hold no 1, wanted at least one: precision would be 0/0")
    return float(true_positives / (true_positives + false_positives))


def recall(predictions: ArrayLike, labels: ArrayLike) -> float:
    """Of the examples that are 1, the share that were called 1.

    Parameters
    ----------
    predictions, labels : array_like, shape (n,)
        0 or 1: predicted and true classes.

    Returns
    -------
    float
        Between 0 and 1; 1 means none was missed.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, a class is not 0 or 1, or no label is 1, so that there is
        nothing to take a share of.

    Notes
    -----
    ``true positives / (true positives + false negatives)``; also called sensitivity, or
    true positive rate.

    Examples
    --------
    >>> recall([1, 0, 1, 1], [1, 0, 0, 1])
    1.0
    """
    (_, _), (false_negatives, true_positives) = confusion_matrix(predictions, labels)
    if true_positives + false_negatives == 0:
        raise ValueError("labels hold no 1, wanted at least one: recall would be 0/0")
    return float(true_positives / (true_positives + false_negatives))


def roc_curve(scores: ArrayLike, labels: ArrayLike) -> tuple[Array, Array, Array]:
    """What every possible threshold would give: false alarms against catches.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Scores or probabilities of class 1.
    labels : array_like, shape (n,)
        0 or 1, at least one of each.

    Returns
    -------
    false_positive_rate, true_positive_rate : ndarray, shape (m + 1,)
        Shares of the 0s and of the 1s that are called 1; both rise from 0 to 1. The curve
        of a perfect model passes through (0, 1), that of a coin lies on the diagonal.
    thresholds : ndarray, shape (m + 1,)
        The m different scores, falling, after an infinite one that calls nothing 1.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, a score is not a finite real number, or the labels are not
        0 and 1 with both present.

    Notes
    -----
    W. W. Peterson, T. G. Birdsall & W. C. Fox, The theory of signal detectability, 1954.

    Examples
    --------
    >>> false_alarms, catches, thresholds = roc_curve([0.1, 0.4, 0.8], [0, 0, 1])
    >>> false_alarms, catches
    (array([0. , 0. , 0.5, 1. ]), array([0., 1., 1., 1.]))
    """
    scores, labels = _both_kinds(scores, labels)
    thresholds = np.unique(scores)[::-1]
    rates = [
        np.append(0, np.searchsorted(np.sort(-scores[labels == label]), -thresholds, "right"))
        / np.sum(labels == label)
        for label in (0, 1)
    ]
    return rates[0], rates[1], np.append(np.inf, thresholds).astype(scores.dtype)


def _both_kinds(scores: ArrayLike, labels: ArrayLike) -> tuple[Array, Labels]:
    values, kinds = _scores_and_labels(scores, labels)
    if np.min(kinds) == np.max(kinds):
        raise ValueError(f"labels are all {kinds[0]}, wanted at least one 0 and one 1")
    return values, kinds


def roc_auc(scores: ArrayLike, labels: ArrayLike) -> float:
    r"""The chance that a 1 has a higher score than a 0, a tie counting half.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Scores or probabilities of class 1; only their order counts.
    labels : array_like, shape (n,)
        0 or 1, at least one of each.

    Returns
    -------
    float
        Between 0 and 1; 1 is perfect, one half is what a coin gets, and 0 means that the order
        is the wrong way round.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, a score is not a finite real number, or the labels are not
        0 and 1 with both present.

    Notes
    -----
    .. math::

        \frac{1}{n_1 n_0} \sum_{y_i = 1} \sum_{y_j = 0}
        \left( [z_i > z_j] + \tfrac{1}{2} [z_i = z_j] \right)

    It is also the area under `roc_curve`. The pairs are counted in whole numbers, by place in the
    sorted scores of the 0s, so that only the last division is rounded. H. B. Mann & D. R.
    Whitney, On a test of whether one of two random variables is stochastically larger than the
    other, 1947, doi:10.1214/aoms/1177730491; J. A. Hanley & B. J. McNeil, The meaning and use of
    the area under a receiver operating characteristic (ROC) curve, 1982,
    doi:10.1148/radiology.143.1.7063747.

    Examples
    --------
    Of the four pairs of a 1 and a 0, the 1 is ahead in three, and level in one:

    >>> roc_auc([0.1, 0.4, 0.4, 0.8], [0, 1, 0, 1])
    0.875
    """
    scores, labels = _both_kinds(scores, labels)
    ones, zeros = np.sort(scores[labels == 1]), np.sort(scores[labels == 0])
    # Zeros below a 1, and zeros not above it: a tie is in the second count only.
    halves = sum(int(np.sum(np.searchsorted(zeros, ones, side))) for side in ("left", "right"))
    return halves / (2 * len(ones) * len(zeros))


def calibration_curve(
    probabilities: ArrayLike, labels: ArrayLike, n_bins: int = 5
) -> tuple[Array, Array, Labels]:
    """What was promised against what was found: of those called 0.8, the share that are 1.

    Parameters
    ----------
    probabilities : array_like, shape (n,)
        Of class 1, between 0 and 1. Not raw scores.
    labels : array_like, shape (n,)
        0 or 1.
    n_bins : int
        Into how many bins of equal width 0 to 1 is cut. A probability on the edge of two bins
        belongs to the lower one.

    Returns
    -------
    promised : ndarray, shape (m,)
        The mean probability in each of the m bins that are not empty, rising.
    found : ndarray, shape (m,)
        The share of 1s in each of them; in a calibrated model as much as was promised, but for
        chance.
    counts : ndarray of int, shape (m,)
        How many examples each of them holds: the fewer, the more is chance.

    Raises
    ------
    ValueError, TypeError
        If the lengths differ, a probability is not between 0 and 1, a label is not 0 or 1, or
        `n_bins` is not a whole number of at least 1.

    Notes
    -----
    scikit-learn's function of this name hands back the first two the other way round, and no
    counts. A. H. Murphy & R. L. Winkler, Reliability of subjective probability forecasts of
    precipitation and temperature, 1977, doi:10.2307/2346866.

    Examples
    --------
    >>> calibration_curve([0.1, 0.3, 0.8, 0.9], [0, 0, 1, 0], n_bins=2)
    (array([0.2 , 0.85]), array([0. , 0.5]), array([2, 2]))
    """
    probabilities, labels = _between_0_and_1(probabilities), classes(2, labels=labels)
    same_rows(probabilities=probabilities, labels=labels)
    n_bins = whole(1, MOST_CLASSES, n_bins=n_bins)
    edges = np.linspace(0, 1, n_bins + 1)[1:-1]
    _, bins = np.unique(np.searchsorted(edges, probabilities), return_inverse=True)
    counts = np.bincount(bins)
    promised = np.bincount(bins, probabilities) / counts
    return promised.astype(probabilities.dtype), np.bincount(bins, labels) / counts, counts
