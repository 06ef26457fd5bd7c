"""Lines and planes: by hand, by law, against SciPy and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import linalg, optimize
from sklearn.linear_model import LinearRegression

from mlcore.features import standardize
from mlcore.linear_regression import fit_linear_regression, predict
from mlcore.losses import mse

X = np.array([[1.0, 5.0], [2.0, 3.0], [4.0, 4.0], [3.0, 1.0], [6.0, 2.0]])
Y = np.array([3.0, 1.0, 4.0, 1.0, 5.0])
wholes = st.integers(-50, 50)


def tables(n, d):
    return arrays(float, (n, d), elements=wholes)


# Predicting.


def test_a_prediction_adds_weight_times_feature_and_the_bias():
    assert predict([[1, 2], [3, 4]], w=[10, 1], b=5).tolist() == [
        1 * 10 + 2 * 1 + 5,
        3 * 10 + 4 + 5,
    ]


def test_one_column_of_weights_for_each_class_gives_one_score_for_each():
    scores = predict([[1, 2], [3, 4]], w=[[10, 0, 1], [1, 0, 2]], b=[5, 6, 7])
    assert scores.tolist() == [[17, 6, 12], [39, 6, 18]]


@given(tables(4, 3), arrays(float, 3, elements=wholes), wholes)
def test_plain_python_predicts_the_same(features, w, b):
    loops = [sum(x * weight for x, weight in zip(row, w, strict=True)) + b for row in features]
    assert predict(features, w, b).tolist() == loops


@pytest.mark.parametrize(
    ("w", "b", "sentence"),
    [
        (
            [1],
            0,
            r"w has shape \(1,\) but X has shape \(5, 2\): wanted one weight for each of the 2",
        ),
        ([[[1]], [[1]]], 0, r"w has shape \(2, 1, 1\) but X has shape \(5, 2\): wanted one weight"),
        ([1, 2], [0, 0], r"b has shape \(2,\) but w has shape \(2,\): wanted a single number"),
        ([1, 2], [0], r"b has shape \(1,\) but w has shape \(2,\): wanted a single number"),
        (
            [[1], [2]],
            0,
            r"b has shape \(\) but w has shape \(2, 1\): wanted one for each of the 1 cla",
        ),
    ],
)
def test_weights_that_do_not_fit_are_refused(w, b, sentence):
    with pytest.raises(ValueError, match=sentence):
        predict(X, w, b)


# Fitting.


def test_points_on_a_line_give_the_line():
    w, b = fit_linear_regression([[1], [2], [3]], [3, 5, 7])
    assert (*w, b) == pytest.approx((2, 1), rel=1e-14)
    assert isinstance(b, float)


def test_the_best_line_through_three_points_by_hand():
    # Means 2 and 2; slope (-1 * -1 + 0 * 1 + 1 * 0) / (1 + 0 + 1) = 1/2.
    w, b = fit_linear_regression([[1], [2], [3]], [1, 3, 2])
    assert (*w, b) == pytest.approx((0.5, 1), rel=1e-14)


@given(tables(6, 2), arrays(float, 6, elements=wholes))
def test_misses_of_the_best_plane_have_mean_0_and_follow_no_feature(features, y):
    w, b = fit_linear_regression(features, y)
    misses = predict(features, w, b) - y
    np.testing.assert_allclose([misses.sum(), *(features.T @ misses)], 0, atol=1e-9)


@given(tables(6, 2), arrays(float, 6, elements=wholes), arrays(float, 3, elements=wholes))
def test_no_other_weights_have_a_smaller_loss(features, y, others):
    w, b = fit_linear_regression(features, y)
    best = mse(predict(features, w, b), y)
    assert best <= mse(predict(features, others[:2], others[2]), y) + 1e-9
    assert best <= mse(predict(features, w + others[:2] / 1e3, b + others[2] / 1e3), y) + 1e-9


@given(tables(7, 2), arrays(float, 7, elements=wholes))
def test_scipy_and_scikit_learn_draw_the_same_plane(features, y):
    scaled, *_ = standardize(features)
    w, b = fit_linear_regression(scaled, y)
    theirs = LinearRegression(tol=0).fit(scaled, y)
    np.testing.assert_allclose(predict(scaled, w, b), theirs.predict(scaled), atol=1e-9)
    A = np.column_stack([scaled, np.ones(7)])
    np.testing.assert_allclose([*w, b], linalg.lstsq(A, y, lapack_driver="gelsy")[0], atol=1e-9)


@given(st.sampled_from([1e-100, 1e-3, 1e6, 1e100]), st.sampled_from([0.0, 1e3, -1e6]))
def test_another_unit_or_origin_of_a_feature_draws_the_same_plane(unit, origin):
    w, b = fit_linear_regression(X, Y)
    w_moved, _ = moved = fit_linear_regression(X * [unit, 1] + [0, origin], Y)
    assert w_moved * [unit, 1] == pytest.approx(w, rel=1e-8)
    np.testing.assert_allclose(
        predict(X * [unit, 1] + [0, origin], *moved), predict(X, w, b), rtol=1e-7
    )


@given(st.sampled_from([1e-150, 1e-3, 1e3, 1e150]))
def test_another_unit_of_the_target_scales_weights_and_bias(unit):
    w, b = fit_linear_regression(X, Y)
    w_scaled, b_scaled = fit_linear_regression(X, Y * unit)
    np.testing.assert_allclose([*w_scaled, b_scaled], np.append(w, b) * unit, rtol=1e-9)


# Where many weights fit equally well.


def test_equal_columns_share_the_weight_equally():
    w, b = fit_linear_regression(np.repeat(X[:, :1], 2, axis=1), 6 * X[:, 0] + 1)
    assert (*w, b) == pytest.approx((3, 3, 1), rel=1e-9)


def test_dependent_columns_get_the_smallest_weights_on_the_standardized_features():
    three = np.column_stack([X, X[:, 0] + 2 * X[:, 1]])
    scaled, mean, scale = standardize(three)
    smallest = linalg.pinv(scaled, rtol=1e-10) @ Y
    w, b = fit_linear_regression(three, Y)
    np.testing.assert_allclose(w * scale, smallest, rtol=1e-7)
    assert b == pytest.approx(Y.mean() - mean @ (smallest / scale), rel=1e-7)


def test_a_constant_column_gets_no_weight():
    w, b = fit_linear_regression(np.column_stack([X[:, 0], np.full(5, 7.0)]), 2 * X[:, 0] + 1)
    assert (*w, b) == pytest.approx((2, 0, 1), abs=1e-9)


def test_more_features_than_examples_are_fitted_exactly():
    features = X.T
    w, b = fit_linear_regression(features, [3, 1])
    np.testing.assert_allclose(predict(features, w, b), [3, 1], rtol=1e-9)


@pytest.mark.parametrize("unit", [1e160, 1e308])
def test_a_feature_too_large_to_be_squared_draws_the_same_line(unit):
    X = [[0.0, unit], [0.0, -unit], [1.0, 0.0], [1.0, 0.0]]
    w, b = fit_linear_regression(X, [1.0, 5.0, 3.0, 7.0])
    assert (w[0], w[1] * unit, b) == pytest.approx((2, -2, 3))


def test_a_single_example_is_its_own_bias():
    w, b = fit_linear_regression([[3.0, 4.0]], [5.0])
    assert (*w, b) == pytest.approx((0, 0, 5))


def test_a_long_way_from_zero_the_digits_are_kept():
    w, b = fit_linear_regression(X + 1e8, Y)
    near, _ = fit_linear_regression(X, Y)
    np.testing.assert_allclose(w, near, rtol=1e-7)
    np.testing.assert_allclose(
        predict(X + 1e8, w, b), predict(X, *fit_linear_regression(X, Y)), atol=1e-5
    )


def test_targets_far_from_zero_keep_their_digits():
    for kind, start in ((np.float32, 2**24), (np.float64, 2**53)):
        y = np.array([start, start + 2, start + 4], kind)
        w, b = fit_linear_regression(np.array([[0], [1], [2]], kind), y)
        assert (w.tolist(), b) == ([2], start)
    w, b = fit_linear_regression([[2.0**53], [2.0**53 + 2]], [0, 1])
    assert w.tolist() == [0.5]


def test_a_general_minimizer_finds_the_same_minimum():
    w, b = fit_linear_regression(X, Y)
    found = optimize.minimize(
        lambda point: mse(X @ point[:2] + point[2], Y), np.zeros(3), tol=1e-12
    )
    np.testing.assert_allclose([*w, b], found.x, atol=1e-5)


def test_three_birds_by_hand_and_by_machine():
    """Chapter 1 fits them with a pencil: u = -10, 0, 10 and v = -300, -100, 400 from the means."""
    flipper, mass = np.array([[190], [200], [210]]), np.array([3600, 3800, 4300])
    u, v = flipper[:, 0] - flipper.mean(), mass - mass.mean()
    assert (mass.mean(), u @ u, u @ v) == (3900, 200, 7000)
    w, b = fit_linear_regression(flipper, mass)
    np.testing.assert_allclose(predict(flipper, w, b) - mass, [-50, 100, -50])
    squares = [np.sum((weight * u - v) ** 2) for weight in (30, 35, 40)]
    assert (w[0].round(9), squares) == (35, [20000, 15000, 20000])
    # The means of u², 2uv and v² as the chapter makes a square of them, times 3/200.
    assert v @ v == 260000 == 200 * 1300
    assert squares == [200 * ((weight - 35) ** 2 + 75) for weight in (30, 35, 40)]
