"""Gradient descent: by hand, by law, and every gradient of the core against finite differences."""

import inspect
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import linalg, optimize

from mlcore import classification, losses, softmax
from mlcore.features import standardize
from mlcore.gradient_descent import (
    check_gradient,
    gradient_descent,
    learning_rate_limit,
    minibatches,
    numerical_gradient,
    stochastic_gradient_descent,
)
from mlcore.linear_regression import fit_linear_regression, predict
from mlcore.losses import mse, mse_gradient

X = np.array([[1.0, 5.0], [2.0, 3.0], [4.0, 4.0], [3.0, 1.0], [6.0, 2.0]])
Y = np.array([3.0, 1.0, 4.0, 1.0, 5.0])
points = st.integers(1, 5).flatmap(lambda n: arrays(float, n, elements=st.floats(-100, 100)))


def slope_in_the_parameters(point, rows=slice(None), X=X):
    """The slope of the mean squared error in the weights and, last, in the bias."""
    misses = mse_gradient(predict(X[rows], point[:-1], point[-1]), Y[rows])
    return np.append(X[rows].T @ misses, misses.sum())


# Every gradient of the core.

TARGETS = np.array([1.0, -2.0, 0.5, 3.0])
TWO, THREE = np.array([1, 0, 0, 1]), np.array([2, 0, 1, 1])
NEAR_AND_FAR = np.array([1.25, -6.0, 4.0, 2.5])
ROWS = np.array([[1.0, 0.5, -2.0], [0.0, 0.0, 0.0], [3.0, -1.0, 0.5], [-2.0, 4.0, 1.0]])
DIFFERENTIATED = {
    "mse": (NEAR_AND_FAR, TARGETS),
    "mae": (NEAR_AND_FAR, TARGETS),
    "huber": (NEAR_AND_FAR, TARGETS, 2.0),
    "binary_cross_entropy": (NEAR_AND_FAR, TWO),
    "cross_entropy": (ROWS, THREE),
}
"""For each loss, arguments away from its kinks: the slope is in the first one."""
CORE = {
    name: getattr(module, name)
    for module in (losses, classification, softmax)
    for name in module.__all__
}


@pytest.mark.parametrize("name", DIFFERENTIATED)
def test_a_gradient_is_the_measured_slope_of_its_loss(name):
    point, *fixed = DIFFERENTIATED[name]
    loss, gradient = CORE[name], CORE[f"{name}_gradient"]
    assert check_gradient(lambda p: loss(p, *fixed), lambda p: gradient(p, *fixed), point) < 1e-8


@pytest.mark.parametrize("name", DIFFERENTIATED)
def test_a_loss_and_its_gradient_take_the_same_arguments(name):
    parameters = [inspect.signature(CORE[key]).parameters for key in (name, f"{name}_gradient")]
    assert [*parameters[0].items()] == [*parameters[1].items()]


def test_every_gradient_is_compared_with_its_loss():
    gradients = [name for name in CORE if name.endswith("_gradient")]
    assert sorted(gradients) == sorted(f"{name}_gradient" for name in DIFFERENTIATED)


def test_no_loss_lacks_a_gradient():
    def compares(function):
        first_two = [*inspect.signature(function).parameters][:2]
        return first_two in (["predictions", "targets"], ["scores", "labels"])

    numbers = {name for name, f in CORE.items() if f.__annotations__["return"] in (float, "float")}
    shares = {"r_squared", "roc_auc"}  # the more the better: nothing to descend
    assert {name for name in numbers if compares(CORE[name])} - shares == set(DIFFERENTIATED)


# Descent by hand.


def test_each_step_goes_against_the_slope():
    path = gradient_descent(lambda w: 2 * w, start=8.0, learning_rate=0.25, n_steps=3)
    assert path.tolist() == [8, 4, 2, 1]


def test_momentum_keeps_a_share_of_the_last_velocity():
    path = gradient_descent(lambda w: 2 * w, 8.0, learning_rate=0.25, n_steps=3, momentum=0.5)
    # velocities 16, 16 * 0.5 + 8 = 16, 16 * 0.5 + 0 = 8
    assert path.tolist() == [8, 4, 0, -2]


def test_all_parameters_move_at_the_same_time():
    path = gradient_descent(lambda w: w[::-1], [1.0, 3.0], learning_rate=1, n_steps=2)
    assert path.tolist() == [[1, 3], [-2, 2], [-4, 4]]


@pytest.mark.parametrize("shape", [(), (3,), (3, 2), (2, 1, 2)])
def test_the_path_begins_at_the_start_and_has_a_point_for_each_step(shape):
    start = np.ones(shape)
    for n_steps in (0, 1, 4):
        path = gradient_descent(lambda w: w, start, learning_rate=0.5, n_steps=n_steps)
        assert path.shape == (n_steps + 1, *shape)
        assert (path[0] == start).all()
        assert not np.shares_memory(path, start)


def test_whole_numbers_start_a_path_of_fractions():
    assert gradient_descent(lambda w: w, [3], learning_rate=0.5, n_steps=1).tolist() == [[3], [1.5]]


def test_a_path_has_the_digits_of_its_start_and_not_of_the_gradient():
    path = gradient_descent(np.float64, np.float32([1, 2]), learning_rate=0.5, n_steps=2)
    assert path.dtype == np.float32
    np.testing.assert_array_equal(path, [[1, 2], [0.5, 1], [0.25, 0.5]])


def test_divergence_names_the_step_and_the_rate():
    with pytest.raises(ValueError, match=r"diverged in step 103: learning_rate is 1001, wanted a"):
        gradient_descent(lambda w: w, 1.0, learning_rate=1001.0, n_steps=500)


# Laws of descent.


@given(points, st.floats(0.01, 1))
def test_up_to_the_limit_no_step_climbs(start, share):
    curvatures = np.arange(1.0, len(start) + 1)
    path = gradient_descent(lambda w: curvatures * w, start, share * 2 / len(start), n_steps=20)
    heights = np.sum(curvatures * path**2, axis=1)
    assert (np.diff(heights) <= 1e-9 * heights[0]).all()


@pytest.mark.parametrize("momentum", [0.0, 0.3, 0.9])
def test_momentum_moves_the_limit_up_to_twice_as_far(momentum):
    def last(rate):
        return abs(gradient_descent(lambda w: w, 1.0, rate, 3000, momentum)[-1])

    limit = 2 * (1 + momentum)
    assert last(0.99 * limit) < 1e-5
    assert last(1.01 * limit) > 1


@given(arrays(float, (6, 2), elements=st.integers(-9, 9)))
def test_just_below_the_learning_rate_limit_descent_converges_and_just_above_it_diverges(features):
    def lengths(rate):
        path = gradient_descent(lambda p: curvature @ p, steepest, rate, 60)
        return np.linalg.norm(path, axis=1)

    A = np.column_stack([features, np.ones(6)])
    curvature = 2 / 6 * A.T @ A
    steepest = np.linalg.eigh(curvature)[1][:, -1]
    limit = learning_rate_limit(features)
    assert (np.diff(lengths(0.999 * limit)) < 0).all()
    assert (np.diff(lengths(1.001 * limit)) > 0).all()


def test_descent_on_mse_arrives_at_least_squares():
    scaled, *_ = standardize(X)
    path = gradient_descent(
        lambda point: slope_in_the_parameters(point, X=scaled),
        np.zeros(3),
        0.9 * learning_rate_limit(scaled),
        n_steps=400,
    )
    w, b = fit_linear_regression(scaled, Y)
    np.testing.assert_allclose(path[-1], np.append(w, b), rtol=1e-9)


def test_above_the_limit_descent_on_mse_runs_away():
    rate = 1.01 * learning_rate_limit(X)
    path = gradient_descent(slope_in_the_parameters, np.zeros(3), rate, n_steps=1000)
    heights = [mse(X @ point[:2] + point[2], Y) for point in path[[0, 500, 1000]]]
    assert heights[0] < heights[1] < heights[2]


@given(arrays(float, (7, 3), elements=st.floats(-1e3, 1e3)), st.floats(0.1, 10))
def test_the_limit_is_2_over_the_largest_curvature(features, factor):
    largest = linalg.svdvals(np.column_stack([features, np.ones(7)]))[0] ** 2
    assert learning_rate_limit(features) == pytest.approx(2 / (2 / 7 * largest), rel=1e-10)
    assert learning_rate_limit(features) <= 1


def test_the_limit_of_float32_features_has_the_digits_of_float64():
    features = np.float32(X / 3)
    assert learning_rate_limit(features) == pytest.approx(
        learning_rate_limit(features.astype(float)), rel=1e-14
    )


def test_standardizing_raises_the_limit():
    wide = X * [1.0, 1000.0]
    assert learning_rate_limit(standardize(wide)[0]) > 1e5 * learning_rate_limit(wide)


# Measured slopes.


@given(points)
def test_the_measured_slope_of_a_parabola_is_its_slope(point):
    def parabola(w):
        return np.sum(np.arange(1, len(w) + 1) * w**2)

    expected = 2 * np.arange(1, len(point) + 1) * point
    np.testing.assert_allclose(numerical_gradient(parabola, point), expected, rtol=1e-6, atol=1e-5)


def test_the_measured_slope_is_closer_than_a_forward_difference():
    point = np.array([0.5, -1.0, 2.0])
    exact = np.exp(point)
    ours = numerical_gradient(lambda w: np.exp(w).sum(), point)
    forward = optimize.approx_fprime(point, lambda w: np.exp(w).sum())
    assert np.abs(ours - exact).max() < 1e-9 < np.abs(forward - exact).max()


def test_the_measuring_step_grows_with_the_point():
    assert numerical_gradient(lambda w: w, 1e12) == pytest.approx(1, rel=1e-9)
    assert numerical_gradient(lambda w: w**2, 1e12) == pytest.approx(2e12, rel=1e-9)
    # At 0 the step is 1e-5: the slope of the cube is the square of the step.
    assert numerical_gradient(lambda w: w**3, 0.0) == pytest.approx(1e-10, rel=1e-6)
    assert numerical_gradient(lambda w: (w - 4) ** 3, 4.0) == pytest.approx(16e-10, rel=1e-3)


def test_float32_points_are_measured_in_float64():
    assert numerical_gradient(lambda w: w**2, np.float32(3)) == pytest.approx(6, rel=1e-9)
    point = np.linspace(0.1, 1.9, 9, dtype=np.float32)
    assert check_gradient(lambda w: np.sum(w**3), lambda w: 3 * w**2, point) < 1e-8


WRONG = {
    "a lost 2": lambda w: w,
    "a wrong sign": lambda w: -2 * w,
    "a part in ten million": lambda w: 2 * w * (1 + 1e-7),
    "one slope only": lambda w: 2 * w * [1, 1, 0],
    "another order": lambda w: 2 * w[::-1],
    "nothing": lambda w: 0 * w,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_gradient_is_flagged_and_the_right_one_is_not(wrong):
    point = np.array([1.0, -2.0, 3.0])
    assert check_gradient(lambda w: np.sum(w**2), lambda w: 2 * w, point) < 1e-8
    assert check_gradient(lambda w: np.sum(w**2), wrong, point) > 5e-8


def test_the_distance_is_a_share_of_the_largest_slope():
    assert check_gradient(lambda w: w @ [3, 4], lambda w: [3.0, 2.0], [0.0, 0.0]) == pytest.approx(
        2 / 4
    )
    assert check_gradient(lambda w: w @ [3, 4], lambda w: [8.0, 4.0], [0.0, 0.0]) == pytest.approx(
        5 / 8
    )
    assert check_gradient(lambda w: 7.0, lambda w: 0 * w, [1.0, 2.0]) == 0


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_a_wrong_gradient_is_flagged_at_every_size(size):
    assert check_gradient(lambda w: size * w, lambda w: size, 1.0) < 1e-8
    assert check_gradient(lambda w: size * w, lambda w: 2 * size, 1.0) == pytest.approx(0.5)


# Minibatches.


@given(st.integers(1, 50), st.data(), st.integers(0, 2**32))
def test_an_epoch_deals_every_example_once(n, data, seed):
    batch_size = data.draw(st.integers(1, n))
    batches = minibatches(n, batch_size, np.random.default_rng(seed))
    assert sorted(np.concatenate(batches).tolist()) == [*range(n)]
    assert [len(batch) for batch in batches[:-1]] == [batch_size] * ((n - 1) // batch_size)
    assert 1 <= len(batches[-1]) <= batch_size


def test_each_epoch_is_shuffled_anew_and_the_same_seed_repeats_it():
    rng, again = np.random.default_rng(0), np.random.default_rng(0)
    first, second = [np.concatenate(minibatches(20, 6, rng)).tolist() for _ in range(2)]
    assert first != second != [*range(20)]
    assert np.concatenate(minibatches(20, 6, again)).tolist() == first


def test_a_batch_of_everything_is_gradient_descent():
    arguments = (np.zeros(3), 0.01, 20)
    whole = gradient_descent(slope_in_the_parameters, *arguments, momentum=0.5)
    rng = np.random.default_rng(0)
    batch = stochastic_gradient_descent(
        slope_in_the_parameters, *arguments, n=5, batch_size=5, rng=rng, momentum=0.5
    )
    np.testing.assert_allclose(batch, whole, rtol=1e-12)


def test_stochastic_descent_sees_epoch_after_epoch_of_minibatches():
    seen = []

    def watch(point, rows):
        seen.append(rows.tolist())
        return 0 * point

    stochastic_gradient_descent(watch, 1.0, 0.1, 7, n=5, batch_size=2, rng=np.random.default_rng(3))
    rng = np.random.default_rng(3)
    epochs = itertools.chain.from_iterable(minibatches(5, 2, rng) for _ in range(3))
    assert seen == [rows.tolist() for rows, _ in zip(epochs, range(7), strict=False)]


def test_the_mean_slope_over_an_epoch_of_equal_batches_is_the_whole_slope():
    point = np.array([1.0, -1.0, 2.0])
    rows = minibatches(5, 1, np.random.default_rng(0))
    slopes = [slope_in_the_parameters(point, batch) for batch in rows]
    np.testing.assert_allclose(np.mean(slopes, axis=0), slope_in_the_parameters(point), rtol=1e-12)


def test_small_steps_over_minibatches_settle_near_least_squares():
    path = stochastic_gradient_descent(
        slope_in_the_parameters, np.zeros(3), 0.005, 3000, 5, 2, np.random.default_rng(0), 0.9
    )
    w, b = fit_linear_regression(X, Y)
    np.testing.assert_allclose(path[-1000:].mean(axis=0), np.append(w, b), atol=0.1)


def test_an_argument_out_of_range_is_refused_before_the_first_step():
    def never(point, rows):
        raise AssertionError

    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="batch_size is 6, wanted a whole number of at most 5"):
        stochastic_gradient_descent(never, 1.0, 0.1, 0, n=5, batch_size=6, rng=rng)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"gradient\(point\) has shape \(2, 1\) but the point has"):
        gradient_descent(lambda w: w[:, np.newaxis], [1.0, 2.0], learning_rate=0.1, n_steps=1)
