"""How exact the formulas are, against mpmath's answers to 60 digits.

tests/benchmarks/accuracy.py measures the same, on more numbers and beside more libraries.
"""

import numpy as np
import pytest
from accuracy import (
    OF_A_ROW,
    OF_A_SCORE,
    SLOPE_OF_A_SCORE,
    absolute,
    averages,
    score_rows,
    single_scores,
    ulps,
    worst,
)

from mlcore.classification import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    fit_logistic_regression,
    sigmoid,
)
from mlcore.features import polynomial_features, standardize
from mlcore.linear_regression import predict
from mlcore.softmax import (
    cross_entropy,
    cross_entropy_gradient,
    fit_softmax_regression,
    log_softmax,
    softmax,
)

PRECISIONS = {np.float64: 0, np.float32: 1}
LARGEST = np.finfo(np.float64).max


@pytest.fixture(params=PRECISIONS, ids=lambda dtype: dtype.__name__)
def dtype(request):
    return request.param


def of_scores(dtype, functions, measure):
    rng = np.random.default_rng(0)
    scores = single_scores(1000, rng, dtype)
    return worst(functions, [(scores, rng.integers(0, 2, len(scores)))], measure)


def test_sigmoid_and_the_binary_loss_are_exact_to_the_last_digits(dtype):
    errors = of_scores(dtype, OF_A_SCORE, ulps)
    assert errors["sigmoid", "mlcore"] <= 3 + PRECISIONS[dtype]
    assert errors["log(sigmoid)", "mlcore"] <= 2 + PRECISIONS[dtype]
    assert errors["binary_cross_entropy", "mlcore"] <= 2 + PRECISIONS[dtype]


def test_the_binary_slope_is_exact_to_the_last_digit_of_a_probability(dtype):
    errors = of_scores(dtype, SLOPE_OF_A_SCORE, absolute)
    bound = {np.float64: 3e-16, np.float32: 1.2e-7}
    assert errors["binary_cross_entropy_gradient", "mlcore"] <= bound[dtype]


def test_softmax_and_its_loss_are_exact_to_the_last_digits(dtype):
    rng = np.random.default_rng(0)
    inputs = [(Z, rng.integers(0, Z.shape[1], len(Z))) for Z in score_rows(1500, rng, dtype)]
    errors = worst(OF_A_ROW, inputs, ulps)
    for name, bound in (("softmax", 10), ("log_softmax", 4), ("cross_entropy", 4)):
        assert errors[name, "mlcore"] <= bound
        assert errors[name, "mlcore"] <= errors[name, "SciPy"]


SURPRISES = {16: 1.1253516838717682e-07, 17: 4.1399376330897475e-08, 20: 2.0611536203143807e-09}
SURPRISES |= {30: 9.357622968839737e-14, 40: 4.248354255291589e-18, 100: 3.720075976020836e-44}


@pytest.mark.parametrize(("gap", "surprise"), SURPRISES.items())
def test_a_nearly_certain_class_still_surprises_a_little(gap, surprise, dtype):
    scores = np.array([[gap, 0]], dtype)
    assert cross_entropy(scores, [0]) == pytest.approx(surprise, rel=5e-16)
    assert binary_cross_entropy(scores[:, 0], [1]) == pytest.approx(surprise, rel=5e-16)
    if gap < 88:  # e**-88 is not a normal float32 any more
        (logarithm, _), room = log_softmax(scores)[0], 2 * float(np.finfo(dtype).eps)
        assert -logarithm == pytest.approx(surprise, rel=room)


def test_the_last_digits_of_two_scores_count_also_when_they_are_far_apart():
    np.testing.assert_allclose(log_softmax([0.0, -40]), [-4.248354255291589e-18, -40], rtol=5e-16)
    np.testing.assert_allclose(
        cross_entropy([[0.1, -39.7]], [0]), 5.188951605054626e-18, rtol=9e-16
    )


def test_averages_of_badly_scaled_data_are_exact_to_the_last_digit():
    errors = averages(1000, np.random.default_rng(0))
    assert max(error for (_, library), error in errors.items() if library == "mlcore") <= 1


@pytest.mark.parametrize("function", [sigmoid, softmax, log_softmax])
def test_float32_arrays_stay_float32(function):
    assert function(np.array([1, 2, 3], dtype=np.float32)).dtype == np.float32


def test_the_slopes_of_float32_scores_are_float32():
    scores = np.zeros((2, 2), dtype=np.float32)
    assert binary_cross_entropy_gradient(scores[0], [0, 1]).dtype == np.float32
    assert cross_entropy_gradient(scores, [0, 1]).dtype == np.float32


def test_the_largest_scores_reach_the_right_limits():
    ends = np.array([-LARGEST, LARGEST])
    np.testing.assert_array_equal(sigmoid(ends), [0, 1])
    np.testing.assert_array_equal(softmax(ends), [0, 1])
    np.testing.assert_array_equal(log_softmax(ends / 2), [-LARGEST, 0])
    assert binary_cross_entropy(ends, [0, 1]) == 0
    assert binary_cross_entropy(ends, [1, 0]) == LARGEST
    assert cross_entropy([ends / 2, ends / 2], [0, 0]) == LARGEST


def designs():
    """Features that make a fit hard, and how flat the loss can be told to be there."""
    rng = np.random.default_rng(0)
    X, x = rng.normal(size=(300, 3)), rng.uniform(-3, 3, 300)
    return {
        "round": (X, 1e-15),
        "years": (rng.integers(1950, 2020, (300, 2)), 1e-13),
        "far from zero": (X + 1e6, 1e-9),
        "units": (X * [1e-5, 1, 1e5], 1e-14),
        "heavy tails": (rng.standard_cauchy((300, 3)), 1e-15),
        "powers": (polynomial_features(x, 10), 1e-12),
        "nearly dependent": (np.column_stack([x, x + 1e-6 * X[:, 0]]), 1e-10),
        "dependent": (np.column_stack([X, X[:, 0] - 2 * X[:, 1]]), 1e-15),
        "constant": (np.column_stack([X, np.full(300, 0.1)]), 1e-15),
    }


@pytest.mark.parametrize("l2", [0, 1e-3])
@pytest.mark.parametrize("name", designs())
def test_fits_end_where_the_loss_is_flat_to_rounding(name, l2):
    X, flat = designs()[name]
    scaled, _, scale = standardize(X)
    noisy = scaled.sum(axis=1) + 2 * np.random.default_rng(1).normal(size=len(X))
    two, three = (noisy > 0).astype(int), np.digitize(noisy, [-1, 1])
    w, b = fit_logistic_regression(X, two, l2)
    slope = scaled.T @ binary_cross_entropy_gradient(predict(X, w, b), two) + 2 * l2 * w / scale
    assert np.max(np.abs(slope)) < flat
    W, b = fit_softmax_regression(X, three, l2=l2)
    slope = scaled.T @ cross_entropy_gradient(predict(X, W, b), three)
    assert np.max(np.abs(slope + 2 * l2 * (W.T / scale).T)) < flat
