"""The coordinates of the fits: the same curvature in every direction, whatever the units."""

import re

import mpmath
import numpy as np
import pytest

from mlcore import _design
from mlcore._design import Design, compensated_product, power_of_two

RNG = np.random.default_rng(0)
PLAIN = RNG.normal([1.0, 0.0, -2.0], [1.0, 10.0, 0.1], size=(200, 3))
FAR = PLAIN * [1.0, 1e-3, 1e5] + [1e6, 1.0, -1e9]
NEARLY_ALIKE = np.column_stack([PLAIN, PLAIN[:, 0] + 1e-7 * PLAIN[:, 1]]) + 1e3
WAYS = {
    "plain": (PLAIN, False, False),
    "far": (FAR, True, False),
    "alike": (NEARLY_ALIKE, True, True),
}


def columns(design):
    """The column of ones and the features, in the coordinates of the design."""
    Z = np.concatenate([block for (block,) in design.blocks()])
    return np.column_stack([np.ones(len(Z)), Z])


@pytest.mark.parametrize("l2", [0.0, 0.25, 3e7])
@pytest.mark.parametrize("way", WAYS)
def test_the_valley_is_round(way, l2):
    X, *_ = WAYS[way]
    design = Design(X, l2)
    A = columns(design)
    curvature = A.T @ A / (4 * len(A)) + np.diag(design.penalty)
    round_ = design.whitening.T @ curvature @ design.whitening
    np.testing.assert_allclose(round_, np.eye(len(round_)), atol=1e-6 if way == "alike" else 1e-9)


@pytest.mark.parametrize("way", WAYS)
def test_a_whitened_row_is_at_most_twice_as_long_as_the_root_of_their_number(way):
    lonely = np.concatenate([WAYS[way][0], 1e3 * WAYS[way][0][:1]])
    design = Design(lonely)
    lengths = np.linalg.norm(columns(design) @ design.whitening, axis=1)
    assert np.max(lengths) == pytest.approx(2 * np.sqrt(len(lonely)), rel=1e-5)


@pytest.mark.parametrize("way", WAYS)
def test_blocks_are_small_and_hold_every_row_once(way, monkeypatch):
    X, whole = WAYS[way][0].astype(np.float32), Design(WAYS[way][0].astype(np.float32))
    monkeypatch.setattr(_design, "BLOCK", 1)
    design, y = Design(X), np.arange(len(X))
    blocks = list(design.blocks(y))
    assert {len(Z) for Z, _ in blocks[:-1]} == {4 * X.shape[1]}
    assert np.concatenate([rows for _, rows in blocks]).tolist() == y.tolist()
    np.testing.assert_array_equal(columns(design), columns(whole))
    assert blocks[0][0].dtype == np.float64


@pytest.mark.parametrize("way", WAYS)
def test_the_slow_ways_are_taken_only_where_they_must_be(way):
    X, standardized, compensated = WAYS[way]
    design = Design(X)
    assert (design.standardized, design.compensated) == (standardized, compensated)


@pytest.mark.parametrize("way", WAYS)
def test_the_penalty_has_its_own_curvature_in_every_direction(way):
    design = Design(WAYS[way][0], l2=0.5)
    np.testing.assert_allclose(
        (design.whitening.T * design.penalty) @ design.whitening,
        np.diag(design.penalty_eigenvalues),
        atol=1e-7,
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("scale", "offset"), [(1, 1), (1, 1e3), (1e-3, 0), (1e3, 0), (1e-3, 1)])
def test_a_direction_of_mere_rounding_is_left_out(dtype, scale, offset):
    alike = scale * np.column_stack([PLAIN, PLAIN[:, 0] + PLAIN[:, 2]]) + offset
    design = Design(alike.astype(dtype))
    assert design.whitening.shape == (5, 4)


@pytest.mark.parametrize(("scale", "offset"), [(1, 1), (1, 1e3), (1e-3, 0), (1e3, 0), (1e-3, 1)])
def test_a_direction_well_above_the_rounding_is_kept(scale, offset):
    rounding = np.finfo(float).eps * (scale + offset)
    more = 1e3 * rounding / scale * RNG.normal(size=len(PLAIN))
    alike = scale * np.column_stack([PLAIN, PLAIN[:, 0] + PLAIN[:, 2] + more]) + offset
    assert Design(alike).whitening.shape == (5, 5)


def test_a_constant_column_is_left_out():
    design = Design(np.column_stack([PLAIN, np.full(len(PLAIN), 1e5)]))
    assert design.whitening.shape[1] == 4


@pytest.mark.parametrize("way", WAYS)
def test_parameters_are_in_the_units_of_the_features(way):
    X, *_ = WAYS[way]
    design = Design(X)
    u = np.linspace(-1, 1, design.whitening.shape[1])
    w, b = design.parameters(u)
    np.testing.assert_allclose(
        X @ w + b, columns(design) @ (design.whitening @ u), rtol=1e-5, atol=1e-5
    )


def test_a_compensated_product_rounds_far_less():
    Z, v = RNG.normal(size=(50, 400)), RNG.normal(size=400)
    with mpmath.workdps(50):
        wanted = [mpmath.fdot(zip(row, v, strict=True)) for row in Z]
        plain, compensated = (
            max(abs(got - want) for got, want in zip(product, wanted, strict=True))
            for product in (Z @ v, compensated_product(Z, v))
        )
    assert compensated < plain / 4


@pytest.mark.parametrize(("size", "power"), [(1.0, 1.0), (3.9, 2.0), (0.3, 0.25), (0.0, 0.5)])
def test_a_power_of_two_is_the_largest_up_to_a_size(size, power):
    assert power_of_two(size) == power


def test_the_textbook_form_of_whitening_makes_the_valley_as_round():
    known = {"np": np, "X": PLAIN}
    exec("\n".join(re.findall(r"^    (.*)", _design.__doc__, re.MULTILINE)), known)
    ours, textbook = Design(PLAIN).whitening, known["T"]
    np.testing.assert_allclose(ours @ ours.T, textbook @ textbook.T, rtol=1e-10, atol=1e-12)
