"""How fast are the fits, beside scikit-learn's, SciPy's, statsmodels' and PyTorch's?

    python tests/benchmarks/solvers.py [pairs] [linear] [logistic] [digits] [images] [python]

All solvers of a problem work on the same data, in float64 and on the same threads, until the
loss is within a share of 1e-8 of the smallest. A solver that takes a number of iterations gets
the smallest number that is enough, found beforehand; mlcore's fits have no such number and
always go on until only rounding is left, and the time to the gap is their second line.

Solvers take turns, so that a busy machine slows all of them down. Printed are the median
seconds, the median of the ratios to mlcore's time in the same turn (above 1: mlcore is
faster), the peak of the extra memory as a share of X (what tracemalloc sees: not PyTorch's),
and the iterations. The last problem is the figure of the first chapter, plain Python beside
NumPy; for `import mlcore` beside `import numpy` see import_time.py.
"""

import statistics
import sys
import time
import warnings
from functools import partial

import numpy as np
from memory import extra_memory
from peers import lacking
from scipy import linalg, optimize
from sklearn.linear_model import LinearRegression, LogisticRegression

from mlcore import _newton
from mlcore.classification import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    fit_logistic_regression,
    sigmoid,
)
from mlcore.datasets import load_digits
from mlcore.gradient_descent import learning_rate_limit
from mlcore.linear_regression import fit_linear_regression, predict
from mlcore.losses import mse
from mlcore.softmax import (
    cross_entropy,
    cross_entropy_gradient,
    fit_softmax_regression,
)

GAP = 1e-8
MOST_ITERATIONS = 3000
NEEDS = {
    "statsmodels OLS": "statsmodels",
    "statsmodels Logit": "statsmodels",
    "PyTorch lstsq": "torch",
    "PyTorch LBFGS": "torch",
}
"""The peers that are not among what the tests compare with."""


# Data.


def correlated(n, d, correlation, rng):
    """Normal features of which neighbours are correlated."""
    X = rng.normal(size=(n, d))
    for j in range(1, d):
        X[:, j] = correlation * X[:, j - 1] + np.sqrt(1 - correlation**2) * X[:, j]
    return X


def images(n, rng):
    """The digits enlarged to 28 x 28, moved by up to two pixels, with noise; from 0 to 1."""
    digits = load_digits()
    grid = np.linspace(0, 7, 24)
    low = np.minimum(grid.astype(int), 6)
    share = grid - low
    enlarge = np.zeros((24, 8))
    enlarge[np.arange(24), low], enlarge[np.arange(24), low + 1] = 1 - share, share
    large = enlarge @ (digits.pixels.reshape(-1, 8, 8) / 16) @ enlarge.T
    X, rows = 0.1 * rng.random((n, 28, 28)), rng.integers(0, len(large), n)
    for image, row, (down, right) in zip(X, rows, rng.integers(0, 5, (n, 2)), strict=True):
        image[down : down + 24, right : right + 24] += 0.9 * large[row]
    return X.reshape(n, 784), digits.labels[rows]


# Problems: a loss, and the solvers of it. Those that iterate take a limit, the others None.


class Problem:
    """Features, the loss of parameters on them, and for each solver how to call it."""

    def __init__(self, name, X, loss, fit, peers):
        self.name, self.X, self.loss, self.fit, self.peers = name, X, loss, fit, peers
        self.smallest = loss(*fit())

    def gap(self, parameters):
        """By which share the loss is above the smallest."""
        return self.loss(*parameters) / self.smallest - 1


def linear_problem(n, d, correlation, rng):
    """A line through normal features."""
    X = correlated(n, d, correlation, rng) + 1.0
    y = X @ rng.normal(size=d) + rng.normal(size=n)

    def by_scikit_learn(_):
        model = LinearRegression().fit(X, y)
        return model.coef_, model.intercept_

    def with_ones(solve):
        def by_columns(_):
            b, *w = solve(np.column_stack([np.ones(n), X]), y)
            return np.array(w), b

        return by_columns

    def statsmodels_ols(A, y):
        from statsmodels.api import OLS  # noqa: PLC0415

        return OLS(y, A).fit().params

    def torch_lstsq(A, y):
        import torch  # noqa: PLC0415

        return torch.linalg.lstsq(torch.tensor(A), torch.tensor(y[:, None]))[0][:, 0].numpy()

    peers = {
        "scikit-learn LinearRegression": by_scikit_learn,
        "NumPy lstsq": with_ones(lambda A, y: np.linalg.lstsq(A, y)[0]),
        "SciPy lstsq": with_ones(lambda A, y: linalg.lstsq(A, y, lapack_driver="gelsy")[0]),
        "normal equations": with_ones(lambda A, y: np.linalg.solve(A.T @ A, A.T @ y)),
        "statsmodels OLS": with_ones(statsmodels_ols),
        "PyTorch lstsq": with_ones(torch_lstsq),
    }
    name = f"linear, n = {n:,}, d = {d}, correlation {correlation}"
    return Problem(
        name,
        X,
        lambda w, b: mse(predict(X, w, b), y),
        lambda: fit_linear_regression(X, y),
        {peer: (solve, False) for peer, solve in peers.items()},
    )


def scikit_learn(X, labels, l2, solver):
    """LogisticRegression with a number of iterations and nothing else that stops it."""

    def solve(limit):
        C = 1 / (2 * len(X) * l2) if l2 else np.inf
        model = LogisticRegression(C=C, solver=solver, max_iter=limit, tol=1e-15)
        model.fit(X, labels)
        if len(model.classes_) == 2:
            return model.coef_[0], model.intercept_[0]
        return model.coef_.T, model.intercept_

    return solve


def flat_loss(X, labels, l2, loss, gradient, shape):
    """Our own loss and its slope as functions of one long vector, the bias first."""

    def function(point):
        p = point.reshape(-1, *shape)
        scores = predict(X, p[1:], p[0])
        slopes = gradient(scores, labels)
        in_w = X.T @ slopes + 2 * l2 * p[1:]
        together = np.concatenate([np.sum(slopes, axis=0)[np.newaxis], in_w])
        return loss(scores, labels) + l2 * np.sum(p[1:] ** 2), together.ravel()

    return function


def by_scipy(function, size, shape):
    """L-BFGS-B on our own loss."""

    def solve(limit):
        options = {"maxiter": limit, "maxfun": 10 * limit, "ftol": 0, "gtol": 0}
        found = optimize.minimize(
            function, np.zeros(size), jac=True, method="L-BFGS-B", options=options
        )
        p = found.x.reshape(-1, *shape)
        return p[1:], p[0]

    return solve


def by_descent(X, function, size, shape):
    """Plain gradient descent, as most from-scratch repositories do it, at its best fixed rate.

    The curvature of these losses is at most a quarter, or a half, of that of the squared error.
    """
    rate = learning_rate_limit(X) * (2 if not shape else 1)

    def solve(limit):
        point = np.zeros(size)
        for _ in range(limit):
            point = point - rate * function(point)[1]
        p = point.reshape(-1, *shape)
        return p[1:], p[0]

    return solve


def by_torch(X, labels, l2, shape):
    """PyTorch's L-BFGS with its strong line search."""
    import torch  # noqa: PLC0415
    from torch.nn import functional  # noqa: PLC0415

    features = torch.tensor(X)
    targets = torch.tensor(labels) if shape else torch.tensor(labels, dtype=torch.float64)
    loss = functional.cross_entropy if shape else functional.binary_cross_entropy_with_logits

    def solve(limit):
        w = torch.zeros(X.shape[1], *shape, dtype=torch.float64, requires_grad=True)
        b = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.LBFGS(
            [w, b],
            max_iter=limit,
            max_eval=10 * limit,
            tolerance_grad=0,
            tolerance_change=0,
            line_search_fn="strong_wolfe",
        )

        def closure():
            optimizer.zero_grad()
            value = loss(features @ w + b, targets) + l2 * torch.sum(w**2)
            value.backward()
            return value

        optimizer.step(closure)
        return w.detach().numpy(), b.detach().numpy()[()]

    return solve


def classes_problem(name, X, labels, l2, shape, others=()):
    """Logistic regression for shape (), softmax regression for shape (k,)."""
    loss, gradient = binary_cross_entropy, binary_cross_entropy_gradient
    if shape:
        loss, gradient = cross_entropy, cross_entropy_gradient
    function = flat_loss(X, labels, l2, loss, gradient, shape)
    size = (X.shape[1] + 1) * int(np.prod(shape))
    peers = {
        "scikit-learn lbfgs": scikit_learn(X, labels, l2, "lbfgs"),
        "scikit-learn newton-cholesky": scikit_learn(X, labels, l2, "newton-cholesky"),
        "scikit-learn newton-cg": scikit_learn(X, labels, l2, "newton-cg"),
        "SciPy L-BFGS-B, our loss": by_scipy(function, size, shape),
        "gradient descent": by_descent(X, function, size, shape),
        "PyTorch LBFGS": not lacking("torch") and by_torch(X, labels, l2, shape),
    }
    fit = (
        fit_logistic_regression
        if not shape
        else partial(fit_softmax_regression, n_classes=shape[0])
    )
    return Problem(
        name,
        X,
        lambda w, b: loss(predict(X, w, b), labels) + l2 * float(np.sum(w**2)),
        lambda: fit(X, labels, l2=l2),
        {peer: (solve, True) for peer, solve in (peers | dict(others)).items()},
    )


def logistic_problem(n, d, correlation, rng):
    """Two overlapping classes, without a penalty."""
    X = correlated(n, d, correlation, rng)
    labels = (rng.random(n) < sigmoid(X @ rng.normal(size=d) * 2 / np.sqrt(d))).astype(int)

    def by_statsmodels(limit):
        from statsmodels.api import Logit  # noqa: PLC0415

        A = np.column_stack([np.ones(n), X])
        with warnings.catch_warnings(action="ignore"):  # statsmodels insists on its own
            b, *w = Logit(labels, A).fit(method="newton", maxiter=limit, tol=0, disp=0).params
        return np.array(w), b

    others = {"statsmodels Logit": by_statsmodels}
    name = f"logistic, n = {n:,}, d = {d}, correlation {correlation}"
    return classes_problem(name, X, labels, 0.0, (), others)


def digits_problem():
    """The 1,797 digits, from 0 to 1, with scikit-learn's own default penalty."""
    digits = load_digits()
    X, l2 = digits.pixels / 16, 1 / (2 * len(digits.pixels))
    return classes_problem("softmax, digits", X, digits.labels, l2, (10,))


def images_problem(n, rng):
    """Enlarged digits, as many and as large as the classic set."""
    X, labels = images(n, rng)
    return classes_problem(
        f"softmax, images, n = {n:,}, d = 784, k = 10", X, labels, 1 / (2 * n), (10,)
    )


# Measurements.


def fewest(problem, solve):
    """The smallest limit (to 2 %) with which a solver closes the gap, or None."""
    low, high = 0, 1
    while problem.gap(solve(high)) > GAP:
        if high >= MOST_ITERATIONS:
            return None
        low, high = high, min(2 * high, MOST_ITERATIONS)
    while high - low > max(1, high // 50):
        middle = (low + high) // 2
        low, high = (low, middle) if problem.gap(solve(middle)) <= GAP else (middle, high)
    return high


class ReachedError(Exception):
    """The loss is close enough."""


def until_the_gap(problem):
    """Our own fit, left as soon as it has closed the gap."""

    class Watched(_newton.QuadraticModel):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            if self.value <= (1 + GAP) * problem.smallest:
                raise ReachedError

    plain, _newton.QuadraticModel = _newton.QuadraticModel, Watched
    try:
        problem.fit()
    except ReachedError:
        pass
    finally:
        _newton.QuadraticModel = plain


def seconds(run):
    """How long a call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def compare(problem, pairs):
    """Print the table of a problem."""
    runs, notes = {"mlcore": problem.fit}, {"mlcore": f"gap {problem.gap(problem.fit()):.0e}"}
    iterates = any(limited for _, limited in problem.peers.values())
    if iterates:
        runs["mlcore, to the gap"] = lambda: until_the_gap(problem)
    absent = {name: lacking(NEEDS[name]) for name in problem.peers.keys() & NEEDS}
    for name, (solve, limited) in problem.peers.items():
        if absent.get(name):
            continue
        limit = fewest(problem, solve) if limited else None
        runs[name] = partial(solve, limit or MOST_ITERATIONS)
        notes[name] = f"gap {problem.gap(runs[name]()):.0e}" + (
            f", {limit or MOST_ITERATIONS} iterations" if limited else ""
        )
        if limited and limit is None:
            notes[name] += ", not reached"
    times = {name: [] for name in runs}
    for _ in range(pairs):
        for name, run in runs.items():
            times[name].append(seconds(run))
    print(problem.name)
    print(f"{'':32}{'seconds':>10}{'ratio':>8}{'memory/X':>10}")
    for name, run in runs.items():
        ratio = statistics.median(t / u for t, u in zip(times[name], times["mlcore"], strict=True))
        memory = extra_memory(run) / problem.X.nbytes
        print(
            f"{name:32}{statistics.median(times[name]):10.3f}{ratio:8.2f}{memory:10.3f}"
            f"  {notes.get(name, '')}",
            flush=True,
        )
    for name, words in filter(lambda item: item[1], sorted(absent.items())):
        print(f"{name:32}{words}")
    print()


def plain_python(pairs):
    """The figure of the first chapter: predictions in plain Python and in NumPy."""
    X, w = np.random.default_rng(0).normal(size=(100_000, 4)), [1.0, 2.0, 3.0, 4.0]
    rows = X.tolist()

    def by_loops():
        return [sum(x * weight for x, weight in zip(row, w, strict=True)) + 5.0 for row in rows]

    times = [(seconds(by_loops), seconds(lambda: predict(X, w, 5.0))) for _ in range(pairs)]
    ratio = statistics.median(loops / arrays for loops, arrays in times)
    print(f"plain Python / NumPy, 100,000 predictions from 4 features: {ratio:.0f}\n")


def main(*arguments):
    """Print the tables that were asked for, or all."""
    numbers = [int(argument) for argument in arguments if argument.isdigit()]
    chosen = [argument for argument in arguments if not argument.isdigit()]
    pairs, rng = (numbers or [7])[0], np.random.default_rng(0)
    warnings.simplefilter("ignore")  # of the solvers that are stopped before they are done
    problems = {
        "linear": [
            lambda n=n, d=d, c=c: linear_problem(n, d, c, rng)
            for n, d in ((100_000, 50), (1_000_000, 20))
            for c in (0.0, 0.9)
        ],
        "logistic": [lambda c=c: logistic_problem(100_000, 50, c, rng) for c in (0.0, 0.9, 0.99)],
        "digits": [digits_problem],
        "images": [lambda: images_problem(60_000, rng)],
    }
    for name, makers in problems.items():
        if not chosen or name in chosen:
            for make in makers:
                compare(make(), pairs)
    if not chosen or "python" in chosen:
        plain_python(pairs)


if __name__ == "__main__":
    main(*sys.argv[1:])
