"""Preparing the features: by hand, by law, against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import preprocessing

from mlcore.features import polynomial_features, standardize, train_test_split

tables = st.tuples(st.integers(1, 8), st.integers(1, 4)).flatmap(
    lambda shape: arrays(float, shape, elements=st.floats(-1e6, 1e6))
)


def test_standardize_subtracts_the_mean_and_divides_by_the_standard_deviation():
    scaled, mean, scale = standardize([[1, 10], [3, 10], [5, 40], [7, 40]])
    assert mean.tolist() == [4, 25]
    assert scale.tolist() == [5**0.5, 15]  # the mean of 9, 1, 1, 9 is 5
    np.testing.assert_allclose(scaled[:, 1], [-1, -1, 1, 1])
    np.testing.assert_allclose(scaled[:, 0], np.array([-3, -1, 1, 3]) / 5**0.5)


@given(tables)
def test_standardized_columns_have_mean_0_and_deviation_1_or_are_constant(X):
    scaled, _, scale = standardize(X)
    constant = np.ptp(X, axis=0) == 0
    assert (scaled[:, constant] == 0).all()
    assert (scale[constant] == 1).all()
    # Values that share their first digits have fewer to tell them apart.
    lost = 1e-15 * np.abs(X).max(axis=0, initial=1) / scale * len(X)
    assert (np.abs(scaled.mean(axis=0)) <= 1e-14 + lost).all()
    assert (np.abs(scaled.std(axis=0) - 1)[~constant] <= (1e-14 + lost)[~constant]).all()


@given(tables)
def test_standardize_can_be_undone(X):
    scaled, mean, scale = standardize(X)
    np.testing.assert_allclose(scaled * scale + mean, X, rtol=1e-12, atol=1e-9)


@given(
    arrays(float, (5, 2), elements=st.integers(-99, 99)),
    st.sampled_from([1e-300, 1e-9, 1e9, 1e290]),
)
def test_standardize_knows_no_unit(X, unit):
    np.testing.assert_allclose(standardize(X * unit)[0], standardize(X)[0], rtol=1e-9, atol=1e-9)


@given(arrays(float, (6, 2), elements=st.integers(-99, 99)))
def test_scikit_learn_scales_alike(X):
    scaled, mean, scale = standardize(X)
    theirs = preprocessing.StandardScaler().fit(X)
    np.testing.assert_allclose(scaled, theirs.transform(X), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(mean, theirs.mean_, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(scale, theirs.scale_, rtol=1e-12)


def test_a_column_that_is_constant_but_for_rounding_of_its_mean_is_constant():
    scaled, mean, scale = standardize(np.full((3, 1), 0.1))
    assert (scaled.tolist(), mean.tolist(), scale.tolist()) == ([[0], [0], [0]], [0.1], [1])


def test_a_mean_that_is_no_float_is_taken_off_to_the_last_digit():
    for kind, start in ((np.float32, 2**24), (np.float64, 2**53)):
        scaled, _, scale = standardize(np.array([[start], [start + 2]], kind))
        assert (scaled.tolist(), scale.tolist()) == ([[-1], [1]], [1])


def test_a_long_float32_column_has_the_mean_of_float64():
    X = np.full((200_000, 2), 0.1, dtype=np.float32)
    X[0] = 0
    np.testing.assert_allclose(standardize(X)[1], np.mean(X.astype(float), axis=0), rtol=1e-7)


def test_large_float32_columns_do_not_overflow():
    scaled, _, scale = standardize(np.float32([[1e30], [3e30]]))
    np.testing.assert_allclose(scaled, [[-1], [1]], rtol=1e-6)
    assert scale == pytest.approx([1e30])


def test_polynomial_features_are_the_powers_from_1_on():
    columns = polynomial_features([2, -3], degree=3)
    assert columns.tolist() == [[2, 4, 8], [-3, 9, -27]]


@given(arrays(float, 5, elements=st.integers(-9, 9)), st.integers(1, 9))
def test_scikit_learn_makes_the_same_powers(x, degree):
    theirs = preprocessing.PolynomialFeatures(degree, include_bias=False).fit_transform(x[:, None])
    np.testing.assert_allclose(polynomial_features(x, degree), theirs, rtol=1e-12)


@given(st.integers(2, 40), st.floats(0.05, 0.95), st.integers(0, 2**32))
def test_a_split_keeps_every_example_once_and_its_row_beside_its_target(n, share, seed):
    X, y = np.arange(2 * n).reshape(n, 2) + 0.5, np.arange(n)
    if not 0 < round(share * n) < n:
        share = 0.5
    X_train, X_test, y_train, y_test = train_test_split(X, y, share, np.random.default_rng(seed))
    assert sorted([*y_train, *y_test]) == [*y]
    assert (X[y_train] == X_train).all()
    assert (X[y_test] == X_test).all()
    assert len(y_test) == round(share * n)


def test_the_same_seed_splits_the_same_way_and_another_one_another():
    def tested(seed):
        return train_test_split(range(20), range(20), 0.5, np.random.default_rng(seed))[3].tolist()

    assert tested(0) == tested(0) != tested(1)
    assert tested(0) != sorted(tested(0))


def test_labels_stay_whole_numbers_and_features_become_floats():
    X_train, _, y_train, _ = train_test_split([[1], [2]], [0, 1], 0.5, np.random.default_rng(0))
    assert (X_train.dtype, y_train.dtype) == (np.float64, np.dtype(int))


DAYS = np.array(["2020-01-01", "2021-01-01", "2022-01-01"], "M8[D]")
NAMES = ["Adelie", "Gentoo", None]


@pytest.mark.parametrize("X", [DAYS, NAMES, [["a", 1.5], ["b", 2], ["c", 3]], [[1.0], [2], [None]]])
@pytest.mark.parametrize("y", [DAYS, NAMES, ["a", "b", 3], [2**53 + 1, 2**53, 7]])
def test_a_split_moves_rows_of_any_kind(X, y):
    X_train, X_test, y_train, y_test = train_test_split(X, y, 1 / 3, np.random.default_rng(0))
    moved = zip([*X_train, *X_test], [*y_train, *y_test], strict=True)
    rows = zip(np.asarray(X, object), np.asarray(y, object), strict=True)
    assert sorted(map(as_lists, moved), key=str) == sorted(map(as_lists, rows), key=str)


def as_lists(row):
    return [np.asarray(part, object).tolist() for part in row]


def test_a_split_works_on_one_feature_as_a_vector():
    X_train, X_test, *_ = train_test_split(
        [1, 2, 3, 4], [1, 2, 3, 4], 0.25, np.random.default_rng(0)
    )
    assert (X_train.shape, X_test.shape) == ((3,), (1,))


def test_a_share_is_a_part_of_one():
    with pytest.raises(
        ValueError, match=r"test_share is 1.5, wanted a share of the examples of at least 0 an"
    ):
        train_test_split([1, 2, 3, 4], [1, 2, 3, 4], 1.5, np.random.default_rng(0))


def test_a_share_that_leaves_a_part_empty_is_refused():
    with pytest.raises(
        ValueError, match=r"test_share is 0.1, which keeps 0 of 4 examples aside, wan"
    ):
        train_test_split([1, 2, 3, 4], [1, 2, 3, 4], 0.1, np.random.default_rng(0))
    with pytest.raises(
        ValueError, match=r"test_share is 0.9, which keeps 4 of 4 examples aside, wan"
    ):
        train_test_split([1, 2, 3, 4], [1, 2, 3, 4], 0.9, np.random.default_rng(0))


def test_many_rows_of_float32_are_added_up_in_float64():
    X = np.random.default_rng(0).uniform(1, 3, size=(200_000, 2)).astype(np.float32)
    for measured, wanted in zip(standardize(X)[1:], standardize(X.astype(float))[1:], strict=True):
        np.testing.assert_allclose(measured, wanted, rtol=2e-7)
