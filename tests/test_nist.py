"""Least squares on the certified data of NIST, and on designs that are harder still.

The data are in tests/data/nist_linear_regression.json. The certified parameters are checked
too: with fractions, the normal equations of textbooks have no rounding to lose digits to.
"""

import json
from fractions import Fraction

import numpy as np
import pytest
from accuracy import NIST, digits, nist

from mlcore.linear_regression import fit_linear_regression, predict

SETS = {name: rest for name, *rest in nist()}


def exact_least_squares(A, y):
    """The solution of the normal equations in fractions, by Gauss-Jordan elimination."""
    rows = [[sum(a * b for a, b in zip(u, v, strict=True)) for v in (*A, y)] for u in A]
    for i, row in enumerate(rows):
        row[:] = [value / row[i] for value in row]
        for other in rows[:i] + rows[i + 1 :]:
            other[:] = [o - other[i] * r for o, r in zip(other, row, strict=True)]
    return [row[-1] for row in rows]


@pytest.mark.parametrize("name", SETS)
def test_exact_fractions_agree_with_the_certified_parameters(name):
    part = json.loads(NIST.read_text(encoding="utf-8"))[name]
    columns = list(zip(*(map(Fraction, row) for row in part["X"]), strict=True))
    if part["degree"] > 1:
        columns = [[x**p for x in columns[0]] for p in range(1, part["degree"] + 1)]
    ones = [[Fraction(1)] * len(part["y"])] if part["intercept"] else []
    exact = exact_least_squares([*ones, *columns], list(map(Fraction, part["y"])))
    for got, certified in zip(exact, map(Fraction, part["certified"]), strict=True):
        assert abs(got / certified - 1) < 1e-14


def test_all_eleven_sets_are_there():
    assert set(SETS) == {"Norris", "Pontius", "NoInt1", "NoInt2", "Filip", "Longley"} | {
        f"Wampler{i}" for i in range(1, 6)
    }


@pytest.mark.parametrize("name", SETS)
def test_at_least_seven_digits_of_every_certified_parameter_are_right(name):
    X, y, certified, intercept = SETS[name]
    assert digits(fit_linear_regression(X, y), certified, intercept) >= 7


def test_eleven_digits_are_right_on_average():
    right = [digits(fit_linear_regression(X, y), *rest) for X, y, *rest in SETS.values()]
    assert np.mean(right) >= 11


@pytest.mark.parametrize("offset", [0, 1e4, 1e6, 1e8])
def test_features_far_from_zero_lose_no_digits_of_their_weights(offset):
    steps = np.random.default_rng(0).integers(-1000, 1000, (200, 3)) / 8
    w, _ = fit_linear_regression(steps + offset, steps @ [1.0, -2.0, 3.0])
    np.testing.assert_allclose(w, [1.0, -2.0, 3.0], rtol=1e-12)


@pytest.mark.parametrize("unit", [1e-300, 1e-150, 1.0, 1e150, 1e300])
def test_the_units_of_the_features_do_not_matter(unit):
    X = np.random.default_rng(0).normal(size=(50, 3))
    w, b = fit_linear_regression(X * [unit, 1, 1 / unit], X @ [1.0, 2.0, 3.0] + 4)
    np.testing.assert_allclose(w * [unit, 1, 1 / unit], [1.0, 2.0, 3.0], rtol=1e-12)
    assert b == pytest.approx(4, rel=1e-12)


def test_dependent_columns_get_the_smallest_standardized_weights():
    x = np.random.default_rng(0).normal(size=50)
    X = np.column_stack([x, 10 * x + 3, np.full(50, 0.1)])
    w, b = fit_linear_regression(X, 4 * x + 5)
    # Both standardized columns are the same, so that they share the weight equally.
    np.testing.assert_allclose(w, [2.0, 0.2, 0.0], rtol=1e-12)
    np.testing.assert_allclose(predict(X, w, b), 4 * x + 5, rtol=1e-12)


def test_nearly_dependent_columns_are_still_told_apart():
    a, noise = np.random.default_rng(0).normal(size=(2, 100))
    X = np.column_stack([a, a + 1e-7 * noise])
    w, _ = fit_linear_regression(X, X @ [3.0, -2.0])
    np.testing.assert_allclose(w, [3.0, -2.0], rtol=1e-7)


def test_more_features_than_examples_are_fitted_by_the_smallest_weights():
    X, y = np.random.default_rng(0).normal(size=(10, 30)), np.arange(10.0)
    w, b = fit_linear_regression(X, y)
    np.testing.assert_allclose(predict(X, w, b), y, atol=1e-12)
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    smallest = np.linalg.lstsq(scaled, y - y.mean())[0] / X.std(axis=0)
    np.testing.assert_allclose(w, smallest, atol=1e-12)
