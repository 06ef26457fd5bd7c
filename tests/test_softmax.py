"""K classes: by hand, by law, against mpmath, SciPy and scikit-learn."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special
from sklearn import metrics
from sklearn.linear_model import LogisticRegression

from mlcore.classification import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    fit_logistic_regression,
    sigmoid,
)
from mlcore.datasets import load_digits
from mlcore.features import train_test_split
from mlcore.linear_regression import predict
from mlcore.softmax import (
    cross_entropy,
    cross_entropy_gradient,
    fit_softmax_regression,
    log_softmax,
    one_hot,
    softmax,
)


def tables(elements):
    """Scores of up to five examples and five classes."""
    return st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
        lambda shape: arrays(float, shape, elements=elements)
    )


def with_labels(scores):
    """Each table of scores with a label for each of its rows."""
    return scores.flatmap(
        lambda table: st.tuples(
            st.just(table),
            arrays(int, len(table), elements=st.integers(0, table.shape[1] - 1)),
        )
    )


moderate, huge = st.floats(-30, 30), st.floats(-8e307, 8e307)

# Softmax.


def test_softmax_by_hand():
    scores = [0, math.log(2), math.log(5)]
    np.testing.assert_allclose(softmax(scores), [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)
    np.testing.assert_allclose(np.exp(log_softmax(scores)), [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)


def test_equal_scores_give_equal_probabilities():
    assert softmax([[7, 7, 7, 7]]).tolist() == [[0.25] * 4]
    assert log_softmax([3.0]).tolist() == [0]


@given(tables(huge))
def test_probabilities_are_positive_and_sum_to_1_for_any_scores(scores):
    probabilities = softmax(scores)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-15)
    assert (
        probabilities.max(axis=1)
        == np.take_along_axis(probabilities, scores.argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
    ).all()


@given(tables(st.integers(-30, 30).map(float)), st.integers(-1000, 1000))
def test_a_number_added_to_all_scores_changes_nothing(scores, shift):
    assert (softmax(scores + shift) == softmax(scores)).all()
    assert (log_softmax(scores + shift) == log_softmax(scores)).all()


@given(tables(huge))
def test_each_row_is_alone_and_every_layout_is_read_alike(scores):
    alone = np.array([softmax(row) for row in scores])
    np.testing.assert_array_equal(softmax(scores), alone)
    np.testing.assert_array_equal(softmax(scores[np.newaxis])[0], alone)
    np.testing.assert_array_equal(log_softmax(scores[np.newaxis])[0], log_softmax(scores))


@given(tables(moderate))
def test_scipy_finds_the_same(scores):
    np.testing.assert_allclose(softmax(scores), special.softmax(scores, axis=-1), rtol=1e-13)
    np.testing.assert_allclose(
        log_softmax(scores), special.log_softmax(scores, axis=-1), rtol=1e-12, atol=1e-12
    )


@given(arrays(float, 3, elements=st.floats(-1e5, 1e5)))
def test_mpmath_finds_the_same_far_into_the_tails(scores):
    with mpmath.workdps(350):  # a probability may be nearer to 1 than by 1e-300
        powers = [mpmath.exp(mpmath.mpf(float(z))) for z in scores]
        exact = [mpmath.log(power / sum(powers)) for power in powers]
        np.testing.assert_allclose(
            log_softmax(scores), [float(x) for x in exact], rtol=1e-13, atol=1e-300
        )
        np.testing.assert_allclose(
            softmax(scores), [float(mpmath.exp(x)) for x in exact], rtol=1e-9, atol=1e-300
        )


@given(st.floats(-700, 700))
def test_two_classes_are_the_sigmoid_of_the_difference(z):
    assert softmax([0, z])[1] == pytest.approx(sigmoid(z), rel=1e-14)
    assert cross_entropy([[0, z]], [1]) == pytest.approx(binary_cross_entropy([z], [1]), rel=1e-14)
    slopes = cross_entropy_gradient([[0, z]], [1])[0]
    expected = binary_cross_entropy_gradient([z], [1])[0]
    np.testing.assert_allclose(slopes, [-expected, expected], atol=1e-15)


# One-hot.


def test_one_hot_has_a_single_one_in_the_column_of_the_label():
    assert one_hot([2, 0], n_classes=3).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert one_hot([0], n_classes=1).tolist() == [[1]]


@given(arrays(int, st.integers(1, 9), elements=st.integers(0, 4)), st.integers(5, 8))
def test_one_hot_does_not_guess_the_number_of_classes(labels, n_classes):
    rows = one_hot(labels, n_classes)
    assert rows.shape == (len(labels), n_classes)
    assert (rows.argmax(axis=1) == labels).all()
    assert set(rows.sum(axis=1)) == {1}
    assert (rows == np.eye(n_classes)[labels]).all()


# Cross-entropy.


def test_cross_entropy_is_the_mean_surprise():
    scores = [[0, math.log(2), math.log(5)]] * 2
    expected = (math.log(8) + math.log(8 / 5)) / 2
    assert cross_entropy(scores, [0, 2]) == pytest.approx(expected, rel=1e-15)
    assert cross_entropy(np.zeros((3, 7)), [0, 5, 6]) == pytest.approx(math.log(7), rel=1e-15)


def test_the_slope_is_probability_minus_one_hot_over_n():
    slopes = cross_entropy_gradient([[0, math.log(3)], [0, 0]], [1, 0])
    np.testing.assert_allclose(slopes, [[1 / 8, -1 / 8], [-1 / 4, 1 / 4]], rtol=1e-14)


@given(with_labels(tables(moderate)))
def test_what_one_class_gains_the_others_lose(pair):
    slopes = cross_entropy_gradient(*pair)
    np.testing.assert_allclose(slopes.sum(axis=1), 0, atol=1e-15)
    assert (np.abs(slopes) <= 1 / len(slopes)).all()
    assert (np.take_along_axis(slopes, pair[1][:, np.newaxis], axis=1) <= 0).all()


@given(with_labels(tables(huge)))
def test_cross_entropy_is_at_least_0_for_any_scores(pair):
    assert cross_entropy(*pair) >= 0
    assert np.isfinite(cross_entropy_gradient(*pair)).all()


@given(with_labels(tables(st.floats(-15, 15))))
def test_scikit_learn_calls_it_log_loss(pair):
    scores, labels = np.column_stack([pair[0], np.zeros(len(pair[0]))]), pair[1]
    theirs = metrics.log_loss(labels, softmax(scores), labels=range(scores.shape[1]))
    assert cross_entropy(scores, labels) == pytest.approx(theirs, rel=1e-8)


def test_float32_surprises_are_summed_in_float64():
    scores = np.tile(np.float32([0.1, 0.3]), (1_000_001, 1))
    one = cross_entropy(scores[:1], [1])
    assert cross_entropy(scores, np.ones(1_000_001)) == pytest.approx(one, rel=1e-9)


def test_a_sure_and_wrong_model_pays_its_margin():
    assert cross_entropy([[1000.0, 0.0]], [1]) == 1000
    assert cross_entropy([[1000.0, 0.0]], [0]) == 0


# Fitting.

LABELS = np.arange(90) % 3
CLOUDS = np.random.default_rng(0).normal(size=(90, 2)) * [1, 10]
CLOUDS += np.array([[0, 0], [1, 5], [-1, 9]])[LABELS]


def test_one_yes_or_no_feature_gives_the_shares_of_its_groups():
    X, labels = [[0]] * 4 + [[1]] * 8, [0, 0, 1, 2, 0, 1, 1, 1, 1, 2, 2, 2]
    W, b = fit_softmax_regression(X, labels)
    np.testing.assert_allclose(
        softmax(predict([[0], [1]], W, b)), [[1 / 2, 1 / 4, 1 / 4], [1 / 8, 1 / 2, 3 / 8]]
    )


def test_an_example_far_out_on_the_right_side_changes_nothing_and_overflows_nothing():
    X, labels = [[0]] * 4 + [[1]] * 8, [0, 0, 1, 2, 0, 1, 1, 1, 1, 2, 2, 2]
    far = fit_softmax_regression([*X, [1e5], [-1e5]], [*labels, 1, 0])
    for parameters, moved in zip(fit_softmax_regression(X, labels), far, strict=True):
        np.testing.assert_allclose(moved, parameters, rtol=1e-6)


@pytest.mark.parametrize("l2", [0.0, 1e-3, 1.0, 100.0])
def test_at_the_fit_the_slope_is_zero(l2):
    W, b = fit_softmax_regression(CLOUDS, LABELS, l2=l2)
    slopes = cross_entropy_gradient(predict(CLOUDS, W, b), LABELS)
    np.testing.assert_allclose(CLOUDS.T @ slopes + 2 * l2 * W, 0, atol=1e-9)
    np.testing.assert_allclose(slopes.sum(axis=0), 0, atol=1e-9)


def test_over_the_classes_weights_and_biases_sum_to_zero():
    W, b = fit_softmax_regression(CLOUDS, LABELS)
    np.testing.assert_allclose([*W.sum(axis=1), b.sum()], 0, atol=1e-12)


@pytest.mark.parametrize("l2", [1e-3, 0.1])
def test_scikit_learn_fits_the_same_weights(l2):
    theirs = LogisticRegression(C=1 / (2 * 90 * l2), tol=1e-12, max_iter=10_000).fit(CLOUDS, LABELS)
    W, b = fit_softmax_regression(CLOUDS, LABELS, l2=l2)
    np.testing.assert_allclose(W.T, theirs.coef_, atol=1e-5)
    np.testing.assert_allclose(b, theirs.intercept_, atol=1e-4)


def test_two_classes_are_fitted_as_by_logistic_regression():
    two = LABELS < 2
    W, b = fit_softmax_regression(CLOUDS[two], LABELS[two], l2=0.01)
    # Half the difference of two columns each: the penalty is halved as well.
    w, bias = fit_logistic_regression(CLOUDS[two], LABELS[two], l2=0.005)
    np.testing.assert_allclose([*(W[:, 1] - W[:, 0]), b[1] - b[0]], [*w, bias], rtol=1e-6)


@given(st.sampled_from([1e-100, 1e-3, 1e6, 1e100]), st.sampled_from([0.0, 1e3, -1e6]))
def test_another_unit_or_origin_of_a_feature_draws_the_same_boundaries(unit, origin):
    moved = CLOUDS * [unit, 1] + [0, origin]
    there = softmax(predict(moved, *fit_softmax_regression(moved, LABELS)))
    here = softmax(predict(CLOUDS, *fit_softmax_regression(CLOUDS, LABELS)))
    np.testing.assert_allclose(there, here, atol=1e-6)


def test_more_penalty_gives_smaller_weights_and_leaves_the_biases_free():
    sizes = [np.sum(fit_softmax_regression(CLOUDS, LABELS, l2=l2)[0] ** 2) for l2 in (0, 0.01, 1)]
    assert sizes[0] > sizes[1] > sizes[2]
    W, b = fit_softmax_regression([[0], [1], [2], [3]], [0, 1, 2, 2], l2=1e9)
    np.testing.assert_allclose(W, 0, atol=1e-8)
    np.testing.assert_allclose(softmax(b), [1 / 4, 1 / 4, 1 / 2], atol=1e-8)


def test_equal_columns_share_the_weight_equally():
    one, b = fit_softmax_regression(CLOUDS[:, :1], LABELS)
    two, b_two = fit_softmax_regression(np.repeat(CLOUDS[:, :1], 2, axis=1), LABELS)
    np.testing.assert_allclose(two, np.repeat(one / 2, 2, axis=0), rtol=1e-6)
    np.testing.assert_allclose(b_two, b, rtol=1e-6)


def test_separable_classes_are_refused_without_a_penalty_and_fitted_with_one():
    X, labels = [[1, 0], [2, 0], [4, 0], [5, 1], [7, 0], [8, 2]], [0, 0, 1, 1, 2, 2]
    with pytest.raises(ValueError, match=r"^labels are separated .* X.*wanted.* l2"):
        fit_softmax_regression(X, labels)
    W, b = fit_softmax_regression(X, labels, l2=0.001)
    assert predict(X, W, b).argmax(axis=1).tolist() == labels


def test_a_fit_that_is_flat_to_the_last_digit_is_refused_as_separated():
    with pytest.raises(ValueError, match=r"^labels are separated .* X.*wanted.* l2"):
        fit_softmax_regression([[0], [3], [1], [-1]], [0, 1, 2, 2])


@pytest.mark.parametrize(
    ("labels", "n_classes", "missing", "last"),
    [
        ([0, 0, 2], None, 1, 2),
        ([0, 1, 2], 4, 3, 3),
        ([1, 1, 1], 2, 0, 1),
        ([0, 0, 0], None, 1, 1),
    ],
)
def test_a_class_without_an_example_is_refused(labels, n_classes, missing, last):
    sentence = rf"labels hold no {missing}, wanted each of 0\.\.{last} at least once"
    with pytest.raises(ValueError, match=sentence):
        fit_softmax_regression([[1], [2], [3]], labels, n_classes)


def test_a_label_beyond_the_number_of_classes_is_refused():
    with pytest.raises(ValueError, match=r"labels\[2\] is 2.0, wanted whole numbers 0\.\.1"):
        fit_softmax_regression([[1], [2], [3]], [0, 1, 2], n_classes=2)


def test_handwritten_digits_are_read():
    digits = load_digits()
    W, b = fit_softmax_regression(digits.pixels[:500], digits.labels[:500], l2=0.1)
    called = predict(digits.pixels[500:], W, b).argmax(axis=1)
    assert np.mean(called == digits.labels[500:]) > 0.9


def test_a_model_of_digits_that_learns_from_blank_pictures_has_a_held_out_loss_of_about_log_10():
    """With the split of chapter 5; its best scores are the logs of the shares of the classes."""
    digits = load_digits()
    _, _, known, new = train_test_split(
        digits.pixels, digits.labels, 0.25, np.random.default_rng(0)
    )
    scores = np.log(np.bincount(known) / len(known))
    slopes = cross_entropy_gradient(np.tile(scores, (len(known), 1)), known)
    np.testing.assert_allclose(slopes.sum(axis=0), 0, atol=1e-15)
    loss = cross_entropy(np.tile(scores, (len(new), 1)), new)
    assert loss == pytest.approx(math.log(10), abs=0.01)
