"""Two classes: by hand, by law, against mpmath, SciPy and scikit-learn."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import optimize, special
from sklearn import calibration, metrics
from sklearn.linear_model import LogisticRegression

from mlcore.classification import (
    accuracy,
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    calibration_curve,
    classify,
    confusion_matrix,
    fit_logistic_regression,
    precision,
    recall,
    roc_auc,
    roc_curve,
    sigmoid,
)
from mlcore.datasets import load_penguins
from mlcore.features import standardize
from mlcore.linear_regression import fit_linear_regression, predict

finite = st.floats(allow_nan=False, allow_infinity=False)


def scores_and_labels(elements=finite):
    """Scores and as many labels, between one and twelve of them."""
    return st.integers(1, 12).flatmap(
        lambda n: st.tuples(
            arrays(float, n, elements=elements), arrays(int, n, elements=st.integers(0, 1))
        )
    )


# The sigmoid.


def test_the_sigmoid_by_hand():
    thirds = sigmoid([0, math.log(3), -math.log(3)])
    np.testing.assert_allclose(thirds, [1 / 2, 3 / 4, 1 / 4], rtol=1e-15)
    assert sigmoid(0) == 0.5
    assert isinstance(sigmoid(0), float)


@given(finite, finite)
def test_the_sigmoid_rises_from_0_to_1_and_is_symmetric(z, other):
    assert sigmoid(z) + sigmoid(-z) == 1
    assert 0 <= sigmoid(min(z, other)) <= sigmoid(max(z, other)) <= 1


@given(st.floats(-700, 700))
def test_the_sigmoid_is_exact_far_into_its_tails(z):
    with mpmath.workdps(50):
        exact = float(1 / (1 + mpmath.exp(-mpmath.mpf(z))))
    assert sigmoid(z) == pytest.approx(exact, rel=1e-15)


def test_the_sigmoid_reaches_its_limits_without_overflow():
    largest = np.finfo(float).max
    assert sigmoid([-largest, -1000, 1000, largest]).tolist() == [0, 0, 1, 1]
    assert sigmoid(-745.0) > 0


@given(arrays(float, (2, 3), elements=st.floats(-30, 30)))
def test_scipy_calls_it_expit(scores):
    np.testing.assert_allclose(sigmoid(scores), special.expit(scores), rtol=1e-14)


# Cross-entropy.


def test_cross_entropy_is_the_mean_surprise():
    scores = [math.log(3), math.log(3)]  # probability 3/4 of a 1
    assert binary_cross_entropy(scores, [1, 0]) == pytest.approx(
        (math.log(4 / 3) + math.log(4)) / 2, rel=1e-15
    )
    assert binary_cross_entropy([0, 0, 0], [1, 0, 0]) == math.log(2)


def test_the_slope_is_probability_minus_label_over_n():
    slopes = binary_cross_entropy_gradient([math.log(3), 0], [1, 0])
    np.testing.assert_allclose(slopes, [(3 / 4 - 1) / 2, 1 / 2 / 2], rtol=1e-15)


@given(scores_and_labels(st.floats(-1e300, 1e300)))
def test_cross_entropy_is_exact_for_any_finite_score(pair):
    scores, labels = pair
    with mpmath.workdps(50):
        signs = [mpmath.mpf(float(z)) * (1 - 2 * int(y)) for z, y in zip(*pair, strict=True)]
        exact = float(
            sum(max(z, 0) + mpmath.log1p(mpmath.exp(-abs(z))) for z in signs) / len(signs)
        )
    assert binary_cross_entropy(scores, labels) == pytest.approx(exact, rel=2e-15, abs=1e-323)


def test_float32_surprises_are_summed_in_float64():
    scores = np.full(1_000_001, 0.1, dtype=np.float32)
    one = binary_cross_entropy(scores[:1], [1])
    assert binary_cross_entropy(scores, np.ones(1_000_001)) == pytest.approx(one, rel=1e-9)


@given(scores_and_labels())
def test_the_slope_is_never_steeper_than_1_over_n_and_pulls_towards_the_label(pair):
    slopes = binary_cross_entropy_gradient(*pair)
    assert (np.abs(slopes) <= 1 / len(slopes)).all()
    assert (slopes[pair[1] == 1] <= 0).all()
    assert (slopes[pair[1] == 0] >= 0).all()


@given(scores_and_labels(st.floats(-1e6, 1e6)))
def test_swapping_the_classes_and_the_signs_changes_nothing(pair):
    scores, labels = pair
    assert binary_cross_entropy(-scores, 1 - labels) == binary_cross_entropy(scores, labels)
    swapped = binary_cross_entropy_gradient(-scores, 1 - labels)
    np.testing.assert_allclose(swapped, -binary_cross_entropy_gradient(scores, labels), atol=1e-16)


@given(scores_and_labels(st.floats(-15, 15)))
def test_scikit_learn_calls_it_log_loss(pair):
    scores, labels = pair
    theirs = metrics.log_loss(labels, special.expit(scores), labels=[0, 1])
    assert binary_cross_entropy(scores, labels) == pytest.approx(theirs, rel=1e-8)


# Deciding, and counting what was decided.


def test_the_threshold_itself_is_called_1():
    assert classify([0.2, 0.5, 0.9]).tolist() == [0, 1, 1]
    assert classify([0.2, 0.5, 0.9], threshold=0.6).tolist() == [0, 0, 1]
    assert classify([0, 1], threshold=0).tolist() == [1, 1]
    assert classify([0, 1], threshold=1).tolist() == [0, 1]
    assert classify(np.float32([0.7]), threshold=0.7).tolist() == [1]


@given(arrays(float, 6, elements=st.floats(0, 1)), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_threshold_calls_fewer_1(probabilities, one, other):
    low, high = sorted((one, other))
    assert (classify(probabilities, high) <= classify(probabilities, low)).all()


@pytest.mark.parametrize(
    ("scores", "range_"), [([1.5, 0.5], "0.5 to 1.5"), ([-0.1], "-0.1 to -0.1")]
)
def test_scores_are_not_probabilities(scores, range_):
    with pytest.raises(
        ValueError, match=f"run from {range_}, wanted numbers between 0 and 1 .scores"
    ):
        classify(scores)


def test_counts_and_shares_by_hand():
    predictions, labels = [1, 0, 1, 1, 0], [1, 0, 0, 1, 1]
    assert confusion_matrix(predictions, labels).tolist() == [[1, 1], [1, 2]]
    assert accuracy(predictions, labels) == 3 / 5
    assert precision(predictions, labels) == 2 / 3
    assert recall(predictions, labels) == 2 / 3
    assert precision([1, 1, 1, 0], [1, 0, 0, 1]) == 1 / 3
    assert recall([1, 0, 0, 1], [1, 1, 1, 0]) == 1 / 3


def test_rows_are_true_classes_and_columns_predicted_ones():
    assert confusion_matrix([2, 2, 0], [0, 0, 1], n_classes=4).tolist() == [
        [0, 0, 2, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
    ]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1))
def test_scikit_learn_counts_the_same(pairs):
    predictions, labels = np.transpose(pairs)
    theirs = metrics.confusion_matrix(labels, predictions, labels=[0, 1, 2])
    assert (confusion_matrix(predictions, labels, n_classes=3) == theirs).all()
    assert accuracy(predictions, labels) == metrics.accuracy_score(labels, predictions)
    assert accuracy(predictions, labels) == pytest.approx(np.trace(theirs) / len(pairs))


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1))
def test_scikit_learn_finds_the_same_shares(pairs):
    predictions, labels = np.transpose([*pairs, (1, 1)])
    assert precision(predictions, labels) == metrics.precision_score(labels, predictions)
    assert recall(predictions, labels) == metrics.recall_score(labels, predictions)


def test_a_share_of_nothing_is_refused():
    with pytest.raises(
        ValueError, match="predictions hold no 1, wanted at least one: precision would"
    ):
        precision([0, 0], [0, 1])
    with pytest.raises(ValueError, match="labels hold no 1, wanted at least one: recall would"):
        recall([0, 1], [0, 0])
    assert precision([0, 1], [0, 0]) == recall([0, 0], [0, 1]) == 0


def test_the_roc_curve_by_hand():
    false_alarms, catches, thresholds = roc_curve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    assert thresholds.tolist() == [np.inf, 0.8, 0.4, 0.35, 0.1]
    assert false_alarms.tolist() == [0, 0, 0.5, 0.5, 1]
    assert catches.tolist() == [0, 0.5, 0.5, 1, 1]


@given(scores_and_labels(st.integers(-3, 3).map(float)))
def test_scikit_learn_draws_the_same_roc_curve(pair):
    scores, labels = pair
    assume(0 < labels.sum() < len(labels))
    theirs = metrics.roc_curve(labels, scores, drop_intermediate=False)
    for ours, other in zip(roc_curve(scores, labels), theirs, strict=True):
        np.testing.assert_allclose(ours, other)


@given(scores_and_labels())
def test_each_point_of_the_roc_curve_is_what_its_threshold_would_give(pair):
    scores, labels = pair
    assume(0 < labels.sum() < len(labels))
    for false_alarms, catches, threshold in zip(*roc_curve(scores, labels), strict=True):
        called = scores >= threshold
        assert false_alarms == np.mean(called[labels == 0])
        assert catches == np.mean(called[labels == 1])


def test_thresholds_of_float32_scores_are_float32():
    assert roc_curve(np.float32([0.1, 0.7]), [0, 1])[2].dtype == np.float32


def test_a_roc_curve_needs_both_classes():
    with pytest.raises(ValueError, match="labels are all 1, wanted at least one 0 and one 1"):
        roc_curve([1, 2], [1, 1])


def test_the_area_by_hand_counts_pairs_and_half_of_every_tie():
    assert roc_auc([1, 2, 2, 3], [0, 1, 0, 1]) == 3.5 / 4
    assert roc_auc([3, 1], [0, 1]) == 0
    assert roc_auc([0.1, 0.2, 0.7], [0, 0, 1]) == 1
    assert roc_auc([5, 5, 5], [0, 1, 1]) == 0.5
    assert isinstance(roc_auc(np.float32([0, 1]), [0, 1]), float)


@given(scores_and_labels(st.integers(-3, 3).map(float)))
def test_the_area_is_the_chance_that_a_1_outscores_a_0(pair):
    scores, labels = pair
    assume(0 < labels.sum() < len(labels))
    ahead = np.subtract.outer(scores[labels == 1], scores[labels == 0])
    wins = int(np.sum(ahead > 0)) + Fraction(int(np.sum(ahead == 0)), 2)
    assert roc_auc(scores, labels) == float(wins / ahead.size)


@given(scores_and_labels(st.integers(-3, 3).map(float)))
def test_scikit_learn_finds_the_same_area_and_so_does_the_roc_curve(pair):
    scores, labels = pair
    assume(0 < labels.sum() < len(labels))
    area = roc_auc(scores, labels)
    assert area == pytest.approx(metrics.roc_auc_score(labels, scores), abs=1e-14)
    assert area == pytest.approx(np.trapezoid(*roc_curve(scores, labels)[1::-1]), abs=1e-14)


@given(scores_and_labels(st.floats(-1e300, 1e300)))
def test_the_area_asks_for_the_order_alone_and_turns_with_it(pair):
    scores, labels = pair
    assume(0 < labels.sum() < len(labels))
    ranks = np.unique(scores, return_inverse=True)[1]
    assert roc_auc(scores, labels) == roc_auc(ranks, labels)
    assert roc_auc(-scores, labels) == roc_auc(scores, 1 - labels)
    assert roc_auc(scores, labels) + roc_auc(-scores, labels) == pytest.approx(1, abs=1e-15)


def test_billions_of_pairs_are_counted_to_the_last_one():
    scores, labels = np.arange(200_001), np.arange(200_001) >= 100_000
    assert roc_auc(scores, labels.astype(int)) == 1
    scores[[99_999, 100_000]] = 100_000  # one tie among 10,000,100,000 pairs
    assert roc_auc(scores, labels.astype(int)) == (10_000_100_000 - 0.5) / 10_000_100_000


def test_promises_and_what_was_found_by_hand():
    promised, found, counts = calibration_curve([0.1, 0.2, 0.3, 0.9, 1.0], [0, 1, 0, 1, 1])
    np.testing.assert_allclose(promised, [0.15, 0.3, 0.95], rtol=1e-15)  # 0.2 is in the lower bin
    assert found.tolist() == [0.5, 0, 1]
    assert counts.tolist() == [2, 1, 2]


@given(scores_and_labels(st.integers(0, 20).map(lambda n: n / 20)), st.integers(1, 8))
def test_scikit_learn_finds_the_same_calibration(pair, n_bins):
    probabilities, labels = pair
    assume(0 < labels.sum() < len(labels))
    promised, found, counts = calibration_curve(probabilities, labels, n_bins)
    theirs = calibration.calibration_curve(labels, probabilities, n_bins=n_bins)
    np.testing.assert_allclose([found, promised], theirs, rtol=1e-14)
    assert counts.sum() == len(labels)


@given(scores_and_labels(st.floats(0, 1)), st.integers(1, 30))
def test_all_bins_together_promise_and_find_what_all_examples_do(pair, n_bins):
    probabilities, labels = pair
    promised, found, counts = calibration_curve(probabilities, labels, n_bins)
    assert counts @ promised == pytest.approx(probabilities.sum(), rel=1e-12, abs=1e-300)
    assert counts @ found == pytest.approx(labels.sum(), rel=1e-12)
    assert (np.diff(promised) > -1e-15).all()
    assert counts.min() > 0


def test_promises_in_float32_stay_float32():
    promised, found, _ = calibration_curve(np.float32([0.25, 0.75]), [0, 1])
    assert (promised.dtype, found.dtype) == (np.float32, np.float64)


# Fitting.

# Two clouds that overlap.
CLOUD_LABELS = np.arange(60) % 2
CLOUDS = np.random.default_rng(0).normal(size=(60, 2)) * [1, 10] + np.outer(CLOUD_LABELS, [1, -5])


def test_a_yes_or_no_feature_gives_the_odds_of_its_groups():
    X, labels = [[0]] * 4 + [[1]] * 5, [0, 0, 0, 1, 0, 1, 1, 1, 1]
    w, b = fit_logistic_regression(X, labels)
    assert (w[0], b) == pytest.approx((math.log(4) - math.log(1 / 3), math.log(1 / 3)), rel=1e-12)
    assert isinstance(b, float)


@pytest.mark.parametrize("l2", [0.0, 1e-3, 1.0, 100.0])
def test_at_the_fit_the_slope_is_zero(l2):
    w, b = fit_logistic_regression(CLOUDS, CLOUD_LABELS, l2)
    slopes = binary_cross_entropy_gradient(predict(CLOUDS, w, b), CLOUD_LABELS)
    np.testing.assert_allclose([*(CLOUDS.T @ slopes + 2 * l2 * w), slopes.sum()], 0, atol=1e-12)


@pytest.mark.parametrize("l2", [1e-3, 0.1])
def test_scikit_learn_fits_the_same_weights(l2):
    theirs = LogisticRegression(C=1 / (2 * 60 * l2), tol=1e-12, max_iter=10_000)
    theirs.fit(CLOUDS, CLOUD_LABELS)
    w, b = fit_logistic_regression(CLOUDS, CLOUD_LABELS, l2)
    np.testing.assert_allclose([*w, b], [*theirs.coef_[0], *theirs.intercept_], rtol=1e-5)


def test_a_general_minimizer_finds_the_same_boundary():
    def loss(point):
        return binary_cross_entropy(predict(CLOUDS, point[:2], point[2]), CLOUD_LABELS)

    w, b = fit_logistic_regression(CLOUDS, CLOUD_LABELS)
    found = optimize.minimize(loss, np.zeros(3), tol=1e-10)
    np.testing.assert_allclose([*w, b], found.x, atol=1e-4)


@given(st.sampled_from([1e-100, 1e-3, 1e6, 1e100]), st.sampled_from([0.0, 1e3, -1e6]))
def test_another_unit_or_origin_of_a_feature_draws_the_same_boundary(unit, origin):
    w, b = fit_logistic_regression(CLOUDS, CLOUD_LABELS)
    moved = CLOUDS * [unit, 1] + [0, origin]
    there = predict(moved, *fit_logistic_regression(moved, CLOUD_LABELS))
    np.testing.assert_allclose(there, predict(CLOUDS, w, b), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("unit", [1e160, 1e308])
def test_a_feature_too_large_to_be_squared_draws_the_same_boundary(unit):
    X = np.array([[1, 1], [0, 1], [1, 1], [0, -1], [1, -1], [0, -1]])
    labels = [1, 1, 0, 0, 1, 0]
    w, b = fit_logistic_regression(X, labels)
    w_large, b_large = fit_logistic_regression(X * [1, unit], labels)
    assert (*(w_large * [1, unit]), b_large) == pytest.approx((*w, b), rel=1e-9)


def test_the_penalty_counts_in_the_units_of_the_features():
    w, b = fit_logistic_regression(CLOUDS, CLOUD_LABELS, l2=0.01)
    w_twice, b_twice = fit_logistic_regression(CLOUDS * 2, CLOUD_LABELS, l2=0.04)
    np.testing.assert_allclose([*(w_twice * 2), b_twice], [*w, b], rtol=1e-9)


def test_more_penalty_gives_smaller_weights_and_leaves_the_bias_free():
    sizes = [
        np.sum(fit_logistic_regression(CLOUDS, CLOUD_LABELS, l2)[0] ** 2) for l2 in (0, 0.01, 1)
    ]
    assert sizes[0] > sizes[1] > sizes[2]
    w, b = fit_logistic_regression([[0], [1], [2], [3]], [1, 1, 1, 0], l2=1e9)
    assert (*w, b) == pytest.approx((0, math.log(3)), abs=1e-8)


def test_equal_columns_share_the_weight_equally():
    one, b = fit_logistic_regression(CLOUDS[:, :1], CLOUD_LABELS)
    two, b_two = fit_logistic_regression(np.repeat(CLOUDS[:, :1], 2, axis=1), CLOUD_LABELS)
    np.testing.assert_allclose([*two, b_two], [one[0] / 2, one[0] / 2, b], rtol=1e-6)


def test_a_constant_column_gets_no_weight():
    constant = np.column_stack([CLOUDS, np.full(60, 3.0)])
    np.testing.assert_allclose(
        fit_logistic_regression(constant, CLOUD_LABELS)[0],
        [*fit_logistic_regression(CLOUDS, CLOUD_LABELS)[0], 0],
        atol=1e-6,
    )


@pytest.mark.parametrize(
    "X",
    [[[1], [2], [3], [4]], [[1], [1], [3], [4]], [[1e9], [2e9], [2.0000001e9], [4e9]]],
    ids=["a gap", "ties", "a narrow gap"],
)
def test_separable_classes_are_refused_without_a_penalty_and_fitted_with_one(X):
    with pytest.raises(ValueError, match=r"^labels are separated .* X.*wanted.* l2"):
        fit_logistic_regression(X, [0, 0, 1, 1])
    w, _ = fit_logistic_regression(X, [0, 0, 1, 1], l2=0.1 * np.var(X))
    assert w[0] > 0


def test_classes_that_only_touch_are_separable_too():
    with pytest.raises(ValueError, match=r"^labels are separated .* X.*wanted.* l2"):
        fit_logistic_regression([[1], [2], [2], [3]], [0, 0, 1, 1])


def test_a_fit_needs_both_classes():
    with pytest.raises(ValueError, match=r"labels hold no 1, wanted each of 0\.\.1 at least once"):
        fit_logistic_regression([[1], [2]], [0, 0])


def test_penguins_are_told_apart_by_their_bills():
    birds = load_penguins()
    two = birds.species < 2
    X = np.column_stack([birds.bill_length_mm, birds.bill_depth_mm])[two]
    w, b = fit_logistic_regression(standardize(X)[0], birds.species[two])
    called = classify(sigmoid(predict(standardize(X)[0], w, b)))
    assert accuracy(called, birds.species[two]) > 0.95


@pytest.mark.parametrize(
    "function", [binary_cross_entropy, binary_cross_entropy_gradient, roc_auc, roc_curve]
)
def test_a_third_class_is_refused(function):
    with pytest.raises(ValueError, match=r"^labels\[2\] is 2.0, wanted whole numbers 0\.\.1$"):
        function([0.0, 1.0, 2.0], [0, 1, 2])


@pytest.mark.parametrize("l2", [1e-13, 1.0])
def test_with_a_penalty_separated_labels_are_fitted_however_small_the_loss(l2):
    X = np.array(
        [
            [-4800.0, -2.1, -30.0],
            [2.7, 0.01, 0.03],
            [-14.0, 0.01, -0.02],
            [-17.0, -0.01, -0.02],
            [-0.06, -0.01, -0.03],
            [-2.4, 0.015, -0.016],
        ]
    )
    labels = np.array([0, 1, 0, 1, 1, 0])
    w, b = fit_logistic_regression(X, labels, l2=l2)
    slopes = binary_cross_entropy_gradient(X @ w + b, labels)
    np.testing.assert_allclose(X.T @ slopes + 2 * l2 * w, 0, atol=1e-11)


def test_with_a_penalty_a_loss_below_one_wrong_example_is_no_sign_of_separation():
    w, b = fit_logistic_regression([[-1e6], [1e6]], [0, 1], l2=1.0)
    slope = -1e6 * sigmoid(-1e6 * w[0])
    assert slope + 2 * w[0] == pytest.approx(0, abs=1e-10)
    assert b == pytest.approx(0, abs=1e-12)


def two_species():
    """Bill lengths of the Adelies and the Chinstraps, and their labels."""
    birds = load_penguins()
    two = birds.species < 2
    return birds.bill_length_mm[two], birds.species[two]


def test_a_far_bird_moves_the_cut_of_the_line_and_up_to_84_mm_adds_no_mistake():
    bill, labels = two_species()
    w, b = fit_linear_regression(bill[:, None], labels)
    cuts = [(0.5 - b) / w[0]]
    for length, wrong in (*((length, 9) for length in range(50, 85)), (85, 11), (100, 15)):
        w, b = fit_linear_regression(np.append(bill, length)[:, None], np.append(labels, 1))
        assert np.sum((w[0] * bill + b >= 0.5) != labels) == wrong
        cuts.append((0.5 - b) / w[0])
    assert abs(cuts[1] - cuts[0]) > 0.01  # mm
    assert (np.diff(cuts[1:]) > 0).all()


def test_three_mistakes_are_possible_with_more_surprise_than_the_fit_of_six():
    penguins = load_penguins()
    X, labels = np.column_stack([penguins.bill_length_mm, penguins.bill_depth_mm]), penguins.species
    X, labels = X[labels < 2] - [42, 18], labels[labels < 2]
    scores = (X @ [0.75, -1.25] - 0.75, predict(X, *fit_logistic_regression(X, labels)))
    assert [np.sum((score >= 0) != labels) for score in scores] == [3, 6]
    by_hand, fitted = (binary_cross_entropy(score, labels) for score in scores)
    assert by_hand > 2 * fitted


def test_a_badly_wrong_bird_pulls_two_hundred_times_as_hard_by_its_surprise():
    """A 1 with the score -6: the slope of (p - 1)² in the score is 2 (p - 1) p (1 - p)."""
    p = special.expit(-6.0)
    squares = 2 * (p - 1) * p * (1 - p)
    surprise = binary_cross_entropy_gradient([-6.0], [1])[0]
    assert squares == pytest.approx(-0.005, abs=5e-4)
    assert surprise == pytest.approx(-0.998, abs=5e-4)
    assert surprise / squares == pytest.approx(200, rel=0.03)


def test_squares_come_home_late_and_the_surprise_from_everywhere():
    """From each start of chapter 4's map, at a rate of 4; home is within 0.5 of the lowest."""
    bill, labels = two_species()
    A = np.column_stack([standardize(bill[:, None])[0], np.ones(len(bill))])
    starts = np.stack(
        [np.repeat(np.arange(-8, 8.5, 0.5), 25), np.tile(np.arange(-6, 6.5, 0.5), 33)]
    )

    def walk(points, n_steps, squares, rate=4.0):
        for _ in range(n_steps):
            p = special.expit(A @ points)
            slopes = (p - labels[:, None]) * (2 * p * (1 - p) if squares else 1) / len(labels)
            points = points - rate * A.T @ slopes
        return points

    def far(points, squares):
        lowest = walk(np.array([[5.0], [-2.0]]), 3000, squares, rate=20.0)
        return np.hypot(*(points - lowest)) > 0.5

    assert not far(walk(starts, 200, squares=False), squares=False).any()
    late = np.array([[-6.0], [0.0]])
    assert far(walk(late, 500, squares=True), squares=True)
    assert not far(walk(late, 600, squares=True), squares=True)
    assert np.sum(far(walk(starts, 1000, squares=True), squares=True)) == 135
