"""The same functions on data that no single memory holds: on a cluster, and on a file.

The cluster is two processes on this machine, which talk over the loopback address.
"""

import logging
import os
import signal

import numpy as np
import pytest
from memory import extra_memory

from mlcore.classification import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    classify,
    fit_logistic_regression,
    sigmoid,
)
from mlcore.gradient_descent import (
    gradient_descent,
    learning_rate_limit,
    stochastic_gradient_descent,
)
from mlcore.linear_regression import fit_linear_regression, predict
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
from mlcore.softmax import (
    cross_entropy,
    cross_entropy_gradient,
    fit_softmax_regression,
    log_softmax,
    one_hot,
    softmax,
)


@pytest.fixture(scope="module")
def cluster(needs):
    """Two workers, each a process of its own."""
    distributed = needs("distributed")
    with (
        needs("dask").config.set({"distributed.scheduler.no-workers-timeout": "60s"}),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as workers,
        distributed.Client(workers) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def spread(cluster, needs):
    """Features, targets, two classes and three: two chunks, made by the workers and kept there."""
    da = needs("dask.array")
    noise, n, chunks = da.random.default_rng(0), 2000, 1000
    X = noise.normal(size=(n, 3), chunks=chunks) * [1.0, 10.0, 0.1] + [0.0, 50.0, 1.0]
    y = X @ np.array([1.0, -2.0, 0.5]) + noise.normal(size=n, chunks=chunks)
    blurred = X @ np.array([1.0, 0.1, -3.0]) - 2.0 + 3 * noise.normal(size=n, chunks=chunks)
    three = da.digitize(blurred, np.array([-2.0, 2.0]))
    return cluster.persist([X, y, (blurred > 0).astype(int), three])


@pytest.fixture(scope="module")
def whole(spread):
    """The same examples in one place."""
    return [part.compute() for part in spread]


W, B = np.array([[1.0, 0.0, -1.0], [0.1, 0.0, -0.1], [0.0, 2.0, 1.0]]), np.array([0.0, 3.0, 9.0])
LAWS = {
    "predict": lambda X, y, two, three: predict(X, W, B),
    "sigmoid": lambda X, y, two, three: sigmoid(y),
    "softmax": lambda X, y, two, three: softmax(X),
    "log_softmax": lambda X, y, two, three: log_softmax(X),
    "one_hot": lambda X, y, two, three: one_hot(three, 3),
    "classify": lambda X, y, two, three: classify(sigmoid(y)),
    "learning_rate_limit": lambda X, y, two, three: learning_rate_limit(X),
    **{
        f.__name__: lambda X, y, two, three, f=f: f(predict(X, W[:, 0], 1.0), y)
        for f in (residuals, mse, mse_gradient, mae, mae_gradient, huber, huber_gradient, r_squared)
    },
    **{
        f.__name__: lambda X, y, two, three, f=f: f(predict(X, W[:, 0], 1.0), two)
        for f in (binary_cross_entropy, binary_cross_entropy_gradient)
    },
    **{
        f.__name__: lambda X, y, two, three, f=f: f(predict(X, W, B), three)
        for f in (cross_entropy, cross_entropy_gradient)
    },
}
FITS = {
    "linear": lambda X, y, two, three: fit_linear_regression(X, y),
    "logistic": lambda X, y, two, three: fit_logistic_regression(X, two, l2=1.0),
    "softmax": lambda X, y, two, three: fit_softmax_regression(X, three, l2=1.0),
}


@pytest.mark.parametrize("name", LAWS)
def test_a_cluster_gives_the_same_numbers(name, whole, spread):
    np.testing.assert_allclose(
        np.asarray(LAWS[name](*spread)), LAWS[name](*whole), rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("name", FITS)
def test_a_cluster_fits_the_same_parameters_and_gathers_nothing(
    name, cluster, whole, spread, needs
):
    with needs("distributed").get_task_stream(cluster) as tasks:
        fitted = FITS[name](*spread)
    for got, wanted in zip(fitted, FITS[name](*whole), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-9)
    chunk = spread[0].nbytes / spread[0].npartitions
    assert 0 < max(task["nbytes"] for task in tasks.data) <= chunk
    assert len({task["worker"] for task in tasks.data}) == 2


def slope_on(X, y):
    """The gradient of the mean squared error, added up wherever the rows of X are."""
    return lambda w: np.asarray(X.T @ mse_gradient(predict(X, w, 0.0), y))


def test_a_gradient_is_a_sum_that_can_be_added_up_anywhere(whole, spread):
    paths = [
        gradient_descent(slope_on(X, y), np.zeros(3), learning_rate=1e-4, n_steps=5)
        for X, y, *_ in (whole, spread)
    ]
    np.testing.assert_allclose(*paths, rtol=1e-12)


def test_a_worker_killed_in_the_middle_loses_nothing(cluster, whole, spread):
    victims = cluster.run(os.getpid)
    steps = iter(range(5))

    def slope(w):
        if next(steps) == 2:
            os.kill(min(victims.values()), signal.SIGTERM)
        return slope_on(*spread[:2])(w)

    path = gradient_descent(slope, np.zeros(3), learning_rate=1e-4, n_steps=5)
    wanted = gradient_descent(slope_on(*whole[:2]), np.zeros(3), learning_rate=1e-4, n_steps=5)
    np.testing.assert_allclose(path, wanted, rtol=1e-12)
    cluster.wait_for_workers(2, timeout=60)
    assert set(cluster.run(os.getpid).values()) != set(victims.values())


@pytest.fixture
def file(tmp_path):
    """A file of 100,000 rows of four features and a target, read only where it is touched."""
    table = np.lib.format.open_memmap(tmp_path / "table.npy", "w+", np.float64, (100_000, 5))
    for rows in np.split(table, 10):
        rows[:] = np.random.default_rng(0).normal(size=rows.shape)
        rows[:, 4] += rows[:, :4] @ [1.0, -2.0, 3.0, 0.0]
    table.flush()
    return np.load(tmp_path / "table.npy", mmap_mode="r")


def train(table):
    """Minibatches of 1000 neighbouring rows, a page each, in shuffled order."""

    def slope(w, pages):
        rows = table[1000 * pages[0] : 1000 * (pages[0] + 1)]
        return rows[:, :4].T @ mse_gradient(predict(rows[:, :4], w, 0.0), rows[:, 4])

    n = len(table) // 1000
    return stochastic_gradient_descent(
        slope, np.zeros(4), 0.05, n_steps=200, n=n, batch_size=1, rng=np.random.default_rng(1)
    )[-1]


def test_minibatches_train_on_a_file_in_constant_memory(file):
    np.testing.assert_allclose(train(file), [1.0, -2.0, 3.0, 0.0], atol=0.1)
    assert extra_memory(lambda: train(file)) < file.nbytes / 10


@pytest.mark.parametrize("fit", [fit_linear_regression, fit_logistic_regression])
def test_a_fit_reads_a_file_a_few_rows_at_a_time(fit, file):
    targets = (file[:, 4] > 0) * 1.0
    targets[::7] = 1 - targets[::7]  # so that no boundary separates them
    X = np.array(file[:, :4])
    for got, wanted in zip(fit(file[:, :4], targets), fit(X, targets), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-12)
