"""Losses: by hand, by law, against SciPy and scikit-learn."""

import math
import re
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special
from sklearn import metrics

from mlcore.losses import (
    huber,
    huber_gradient,
    mae,
    mae_gradient,
    mse,
    mse_gradient,
    r_squared,
    residuals,
)

LOSSES = [mse, mae, huber]
GRADIENTS = [mse_gradient, mae_gradient, huber_gradient]


def pairs(low=-1e6, high=1e6):
    """Predictions and targets, between one and twelve of them."""
    numbers = st.floats(low, high).map(lambda number: round(number, 3))
    return st.integers(1, 12).flatmap(
        lambda n: st.tuples(arrays(float, n, elements=numbers), arrays(float, n, elements=numbers))
    )


# Values by hand.


def test_a_residual_is_prediction_minus_target():
    assert residuals([3, 5, 4], [1, 6, 4]).tolist() == [2, -1, 0]


def test_mse_is_the_mean_of_the_squares_without_a_half():
    assert mse([3, 5, 4], [1, 6, 4]) == (4 + 1 + 0) / 3
    assert mse_gradient([3, 5, 4, 4], [1, 6, 4, 4]).tolist() == [2 * 2 / 4, -2 * 1 / 4, 0, 0]


def test_mae_is_the_mean_of_the_sizes():
    assert mae([3, 5, 4], [1, 6, 4]) == (2 + 1 + 0) / 3
    assert mae_gradient([3, 5, 4, 4], [1, 6, 4, 4]).tolist() == [1 / 4, -1 / 4, 0, 0]


def test_huber_squares_up_to_delta_and_goes_straight_on_from_there():
    assert huber([1, 2, 5, -5], [0, 0, 0, 0], delta=2) == (1 + 4 + 16 + 16) / 4
    slopes = huber_gradient([1, 2, 5, -5], [0, 0, 0, 0], delta=2)
    assert slopes.tolist() == [2 * 1 / 4, 2 * 2 / 4, 2 * 2 / 4, -2 * 2 / 4]


def test_delta_is_one_unless_said_otherwise():
    assert huber([0.5, 3.0], [0, 0]) == (0.25 + 5) / 2
    assert huber_gradient([0.5, 3.0], [0, 0]).tolist() == [0.5, 1.0]


def test_r_squared_is_the_explained_share_of_the_spread():
    assert r_squared([1, 2, 4], [1, 2, 3]) == 1 - 1 / 2
    assert r_squared([1, 1], [1, 3]) == 1 - 4 / 2


# Laws.


@given(pairs())
@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_is_zero_only_for_a_perfect_fit(loss, pair):
    predictions, targets = pair
    assert loss(targets, targets) == 0
    assert (loss(predictions, targets) > 0) == (predictions != targets).any()


@given(pairs())
@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_does_not_care_which_side_the_miss_is_on(loss, pair):
    assert loss(*pair) == loss(*pair[::-1])


@given(pairs())
@pytest.mark.parametrize(("loss", "gradient"), [*zip(LOSSES, GRADIENTS, strict=True)])
def test_a_loss_is_a_mean_and_its_slopes_carry_the_1_over_n(loss, gradient, pair):
    twice = [np.tile(values, 2) for values in pair]
    assert loss(*twice) == pytest.approx(loss(*pair), rel=1e-12)
    np.testing.assert_allclose(gradient(*twice), np.tile(gradient(*pair), 2) / 2, rtol=1e-12)


@given(pairs())
@pytest.mark.parametrize("gradient", GRADIENTS)
def test_a_slope_has_the_sign_of_prediction_minus_target(gradient, pair):
    assert (np.sign(gradient(*pair)) == np.sign(residuals(*pair))).all()


@given(pairs(-100, 100), st.floats(0.01, 100))
def test_huber_lies_below_mse_and_touches_it_once_delta_is_large(pair, delta):
    assert huber(*pair, delta) <= mse(*pair) * (1 + 1e-12)
    assert huber(*pair, delta=200) == pytest.approx(mse(*pair), rel=1e-12)


@given(pairs(-100, 100))
def test_a_small_delta_turns_huber_into_mae(pair):
    delta = 1e-9
    assert huber(*pair, delta) / (2 * delta) == pytest.approx(mae(*pair), rel=1e-6, abs=1e-6)


def test_the_best_constant_is_the_mean_for_mse_and_the_median_for_mae():
    targets = [1.0, 2.0, 3.0, 4.0, 90.0]
    constants = np.arange(0, 100, 0.5)
    best = [
        constants[np.argmin([loss([c] * 5, targets) for c in constants])] for loss in (mse, mae)
    ]
    assert best == [statistics.mean(targets), statistics.median(targets)]


@given(pairs())
def test_mse_is_exact_to_two_units_in_the_last_place(pair):
    misses = [Fraction(p) - Fraction(t) for p, t in zip(*map(np.ndarray.tolist, pair), strict=True)]
    exact = sum(miss**2 for miss in misses) / len(misses)
    rounded = float(exact)
    # The subtraction rounds once and the square doubles it: rounding, not a wrong formula.
    assert abs(mse(*pair) - rounded) <= 4 * math.ulp(rounded)


@given(pairs())
def test_r_squared_is_one_for_a_perfect_fit_zero_for_the_mean_and_never_more_than_one(pair):
    predictions, targets = pair
    assume(np.ptp(targets) > 0)
    assert r_squared(targets, targets) == 1
    assert r_squared(np.full_like(targets, targets.mean()), targets) == pytest.approx(0, abs=1e-9)
    assert r_squared(predictions, targets) <= 1


@given(pairs(-100, 100), st.floats(0.1, 1e3), st.integers(-1000, 1000))
def test_r_squared_has_no_unit(pair, unit, shift):
    predictions, targets = np.append(pair[0], [0, 1]), np.append(pair[1], [0, 200])
    there = r_squared(predictions * unit + shift, targets * unit + shift)
    assert there == pytest.approx(r_squared(predictions, targets), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(
    ("predictions", "targets", "expected"),
    [
        ([1e-200, 3e-200], [1e-200, 2e-200], 1 - 1 / 0.5),
        ([1e155, 2.6e154], [1.3e155, -1.3e155], 1 - (0.3**2 + 1.56**2) / (1.3**2 + 1.3**2)),
        ([1, 1 + 2**-51], [1, 1 + 2**-52], 1 - 1 / 0.5),
        ([1e15, 1e15 + 3, 1e15 + 1], [1e15, 1e15 + 2, 1e15 + 2], 1 - 2 / (8 / 3)),
    ],
)
def test_r_squared_needs_a_spread_but_no_special_size(predictions, targets, expected):
    assert r_squared(predictions, targets) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("n", [1, 2])
def test_targets_without_spread_are_refused(n):
    with pytest.raises(
        ValueError,
        match=re.escape(
            "targets are all 3.0, wanted at least two different values: "
            "without spread there is nothing to explain"
        ),
    ):
        r_squared(range(n), [3.0] * n)


def test_r_squared_of_float32_has_the_digits_of_float64():
    targets = np.float32([0.1, 0.2, 0.4])
    wide = targets.astype(float)
    # Predictions twice as large miss by the targets themselves, without rounding.
    expected = 1 - np.mean(wide**2) / np.var(wide)
    assert r_squared(2 * targets, targets) == pytest.approx(expected, rel=1e-14)


# Others' numbers.


@given(pairs(), st.floats(0.01, 100))
def test_scipy_and_scikit_learn_find_the_same_losses(pair, delta):
    predictions, targets = pair
    assert mse(*pair) == pytest.approx(metrics.mean_squared_error(targets, predictions), rel=1e-12)
    assert mae(*pair) == pytest.approx(metrics.mean_absolute_error(targets, predictions), rel=1e-12)
    halves = special.huber(delta, predictions - targets)
    assert huber(*pair, delta) == pytest.approx(2 * halves.mean(), rel=1e-12)


@given(pairs(-100, 100))
def test_scikit_learn_finds_the_same_r_squared(pair):
    predictions, targets = np.append(pair[0], [0, 1]), np.append(pair[1], [0, 200])
    assert r_squared(predictions, targets) == pytest.approx(metrics.r2_score(targets, predictions))


@pytest.mark.parametrize(("loss", "large"), [(mse, 4096**2), (mae, 4096), (huber, 2 * 4096 - 1)])
def test_float32_losses_are_summed_in_float64(loss, large):
    misses = np.resize(np.float32([1, 4096]), 1_000_001)
    expected = (500_001 + 500_000 * large) / 1_000_001
    assert loss(misses, 0 * misses) == pytest.approx(expected, rel=1e-12)


def test_losses_of_float32_are_right_where_float32_cannot_hold_their_squares():
    for miss, square in [(np.float32(1e-30), 1e-60), (np.float32(1e20), 1e40)]:
        assert mse([miss], np.float32([0])) == pytest.approx(square, rel=1e-7)
        assert mse(np.float32([miss]), np.float32([0])) == pytest.approx(square, rel=1e-7)
        assert huber(np.float32([miss]), np.float32([0]), 1e30) == pytest.approx(square, rel=1e-7)
        targets = np.float32([0, 2 * miss])
        assert r_squared(np.float32([miss, 2 * miss]), targets) == pytest.approx(0.5, rel=1e-7)
    assert huber(np.float32([1]), np.float32([0]), 1e-50) == pytest.approx(2e-50)
    assert mae(np.float32([3e38]), np.float32([-3e38])) == pytest.approx(6e38)
    assert mae(np.float32([1e8]), np.float32([1])) == 99_999_999


def test_small_unsigned_numbers_do_not_wrap():
    assert residuals(np.uint8([3]), np.uint8([5])) == [-2]
