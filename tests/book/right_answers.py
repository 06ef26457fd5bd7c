# ruff: noqa: B905, C417, PLW2901, SIM108 (readers write in all styles)
"""Right answers to every exercise, in the styles in which readers write them.

A checker that refuses one of these is wrong. Each is written from the task alone, without
looking at the solution; the mutation campaign breaks them one place at a time.
"""

import linecache
import math
import statistics
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from mlcore.book.exercises import EXERCISES

RIGHT: defaultdict[str, dict[str, Callable[..., Any]]] = defaultdict(dict)


def answer(exercise: str, style: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        RIGHT[exercise][style] = function
        return function

    return keep


def mended(exercise: str, style: str, changes: dict[str, str]) -> None:
    """The program of a repair as readers leave it who change these parts of its text."""
    source, place = EXERCISES[exercise].stub, f"<{exercise}, {style}>"
    for old, new in changes.items():
        assert source.count(old) == 1, (exercise, style, old)
        source = source.replace(old, new)
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    cell = {"__name__": __name__, "np": np}
    exec(compile(source, place, "exec"), cell)
    RIGHT[exercise][style] = cell[exercise]


# --- Chapter 1 -----------------------------------------------------------------------------


@answer("predict_one", "one line")
def _(x, w, b):
    return x * w + b


@answer("predict_one", "step by step")
def _(x, w, b):
    result = b
    result += w * x
    return result


@answer("predict_one", "a product of vectors")
def _(x, w, b):
    return np.dot([w, b], [x, 1])


@answer("predict_one", "from a double")
def _(x, w, b):
    return -(-b - x * w)


@answer("predict_loop", "indices")
def _(X, w, b):
    predictions = []
    for i in range(len(X)):
        total = 0
        for j in range(len(w)):
            total += X[i][j] * w[j]
        predictions.append(total + b)
    return predictions


@answer("predict_loop", "comprehension")
def _(X, w, b):
    return [sum(x * weight for x, weight in zip(row, w)) + b for row in X]


@answer("predict_loop", "array filled row by row")
def _(X, w, b):
    predictions = np.zeros(len(X))
    for i, row in enumerate(X):
        for j, weight in enumerate(w):
            predictions[i] += row[j] * weight
        predictions[i] += b
    return predictions


@answer("predict_loop", "map")
def _(X, w, b):
    return list(map(lambda row: math.fsum(map(lambda x, y: x * y, row, w)) + b, X))


@answer("predict_loop", "features outside")
def _(X, w, b):
    predictions = [b] * len(X)
    for j in range(len(w)):
        for i in range(len(X)):
            predictions[i] = predictions[i] + w[j] * X[i, j]
    return predictions


@answer("predict", "matrix product")
def _(X, w, b):
    return X @ w + b


@answer("predict", "dot")
def _(X, w, b):
    return b + np.dot(X, w)


@answer("predict", "sum of products")
def _(X, w, b):
    return (X * w).sum(axis=1) + b


@answer("predict", "einsum")
def _(X, w, b):
    return np.einsum("ij,j->i", X, w) + b


@answer("predict", "column of ones")
def _(X, w, b):
    ones = np.ones((X.shape[0], 1))
    return np.hstack([X, ones]) @ np.append(w, b)


@answer("predict", "column, flattened")
def _(X, w, b):
    return (X @ w.reshape(-1, 1) + b).ravel()


@answer("fit_line", "sums")
def _(x, y):
    n = len(x)
    w = (n * (x * y).sum() - x.sum() * y.sum()) / (n * (x**2).sum() - x.sum() ** 2)
    b = (y.sum() - w * x.sum()) / n
    return w, b


@answer("fit_line", "covariance matrix")
def _(x, y):
    C = np.cov(x, y)
    w = C[0, 1] / C[0, 0]
    return w, y.mean() - w * x.mean()


@answer("fit_line", "polyfit")
def _(x, y):
    return tuple(np.polyfit(x, y, 1))


@answer("fit_line", "plain loop")
def _(x, y):
    mean_x = sum(x) / len(x)
    mean_y = sum(y) / len(y)
    above = 0.0
    below = 0.0
    for a, c in zip(x, y):
        above += (a - mean_x) * (c - mean_y)
        below += (a - mean_x) ** 2
    w = above / below
    return [w, mean_y - w * mean_x]


@answer("fit_line", "standard library")
def _(x, y):
    line = statistics.linear_regression(x.tolist(), y.tolist())
    return line.slope, line.intercept


@answer("fit_normal_equations", "inverse")
def _(X, y):
    A = np.c_[X, np.ones(len(X))]
    theta = np.linalg.inv(A.T @ A) @ A.T @ y
    return theta[:-1], theta[-1]


@answer("fit_normal_equations", "ones in front")
def _(X, y):
    A = np.column_stack((np.ones(X.shape[0]), X))
    theta = np.linalg.solve(A.T @ A, A.T @ y)
    return theta[1:], theta[0]


@answer("fit_normal_equations", "centred")
def _(X, y):
    mean = X.mean(axis=0)
    U = X - mean
    w = np.linalg.solve(U.T @ U, U.T @ (y - y.mean()))
    return w, y.mean() - mean @ w


@answer("fit_normal_equations", "lstsq")
def _(X, y):
    A = np.hstack([X, np.ones((len(X), 1))])
    *w, b = np.linalg.lstsq(A, y, rcond=None)[0]
    return w, b


@answer("fit_normal_equations", "QR")
def _(X, y):
    Q, R = np.linalg.qr(np.hstack([X, np.ones((len(X), 1))]))
    theta = np.linalg.solve(R, Q.T @ y)
    return theta[:-1], theta[-1]


@answer("r_squared", "means")
def _(predictions, targets):
    return 1 - np.mean((targets - predictions) ** 2) / np.var(targets)


@answer("r_squared", "plain loop")
def _(predictions, targets):
    mean = sum(targets) / len(targets)
    missed, spread = 0, 0
    for prediction, target in zip(predictions, targets):
        missed += (prediction - target) ** 2
        spread += (target - mean) ** 2
    return 1 - missed / spread


@answer("r_squared", "difference of sums")
def _(predictions, targets):
    total = np.sum((targets - targets.mean()) ** 2)
    return (total - np.sum((predictions - targets) ** 2)) / total


@answer("r_squared", "norms")
def _(predictions, targets):
    miss = np.linalg.norm(predictions - targets)
    return 1 - (miss / np.linalg.norm(targets - np.mean(targets))) ** 2


mended(
    "fit_and_score",
    "no column",
    {"    y = y.reshape(-1, 1)\n": "", "[:-1, 0]": "[:-1]", "[-1, 0]": "[-1]"},
)
mended("fit_and_score", "a plain y", {"b - y\n": "b - y[:, 0]\n"})
mended("fit_and_score", "raveled", {"b - y\n": "b - y.ravel()\n"})
mended(
    "fit_and_score", "predictions in a column", {"X @ w + b - y": "(X @ w + b).reshape(-1, 1) - y"}
)


@answer("fit_and_score", "least squares")
def _(X, y):
    A = np.hstack([X, np.ones((len(X), 1))])
    *w, b = np.linalg.lstsq(A, y, rcond=None)[0]
    misses = A @ [*w, b] - y
    return np.array(w), b, 1 - np.mean(misses**2) / np.var(y)


mended(
    "fit_in_order",
    "one order for both",
    {
        "    x, y = np.sort(x), np.sort(y)": "    o = np.argsort(x)\n    x, y = x[o], y[o]",
    },
)
mended("fit_in_order", "masses first", {"np.sort(x), np.sort(y)": "np.sort(x), y[np.argsort(x)]"})
mended("fit_in_order", "pairs", {"np.sort(x), np.sort(y)": "np.array(sorted(zip(x, y))).T"})


@answer("fit_in_order", "the misses put in order at the end")
def _(x, y):
    w, b = np.polyfit(x, y, 1)
    return w, b, (w * x + b - y)[np.argsort(x)]


# --- Chapter 2 -----------------------------------------------------------------------------


@answer("residuals", "arrays")
def _(predictions, targets):
    return predictions - targets


@answer("residuals", "comprehension")
def _(predictions, targets):
    return [p - t for p, t in zip(predictions, targets)]


@answer("residuals", "indices")
def _(predictions, targets):
    misses = []
    for i in range(len(targets)):
        misses.append(predictions[i] - targets[i])
    return misses


@answer("residuals", "negated")
def _(predictions, targets):
    return -(targets - predictions)


@answer("residuals", "copy, then in place")
def _(predictions, targets):
    misses = predictions.copy()
    misses -= targets
    return misses


@answer("mse", "plain loop")
def _(predictions, targets):
    total = 0
    for i in range(len(targets)):
        total += (predictions[i] - targets[i]) ** 2
    return total / len(targets)


@answer("mse", "comprehension")
def _(predictions, targets):
    return sum((p - t) ** 2 for p, t in zip(predictions, targets)) / len(predictions)


@answer("mse", "vectorised")
def _(predictions, targets):
    return ((targets - predictions) ** 2).mean()


@answer("mse", "dot product")
def _(predictions, targets):
    miss = predictions - targets
    return miss @ miss / miss.size


@answer("mse", "expanded")
def _(predictions, targets):
    return np.mean(predictions**2) - 2 * np.mean(predictions * targets) + np.mean(targets**2)


@answer("mse", "variance and bias")
def _(predictions, targets):
    miss = predictions - targets
    return np.var(miss) + np.mean(miss) ** 2


@answer("mse", "running mean")
def _(predictions, targets):
    mean = 0.0
    for i, (p, t) in enumerate(zip(predictions, targets)):
        mean += ((p - t) ** 2 - mean) / (i + 1)
    return mean


@answer("mse", "norm")
def _(predictions, targets):
    return np.linalg.norm(predictions - targets) ** 2 / len(targets)


@answer("rmse", "sqrt of mean")
def _(predictions, targets):
    return np.sqrt(np.mean((predictions - targets) ** 2))


@answer("rmse", "plain loop")
def _(predictions, targets):
    total = 0.0
    for p, t in zip(predictions, targets):
        total += (p - t) ** 2
    return math.sqrt(total / len(targets))


@answer("rmse", "norm")
def _(predictions, targets):
    return np.linalg.norm(predictions - targets) / len(targets) ** 0.5


@answer("rmse", "hypot")
def _(predictions, targets):
    return math.hypot(*(predictions - targets)) / math.sqrt(len(targets))


@answer("mae", "plain loop")
def _(predictions, targets):
    total = 0
    for p, t in zip(predictions, targets):
        if p > t:
            total += p - t
        else:
            total += t - p
    return total / len(targets)


@answer("mae", "vectorised")
def _(predictions, targets):
    return np.abs(targets - predictions).mean()


@answer("mae", "larger minus smaller")
def _(predictions, targets):
    return np.mean(np.maximum(predictions, targets) - np.minimum(predictions, targets))


@answer("mae", "comprehension")
def _(predictions, targets):
    return sum([abs(p - t) for p, t in zip(predictions, targets)]) / len(targets)


@answer("mae", "roots of squares")
def _(predictions, targets):
    return np.mean(np.sqrt((predictions - targets) ** 2))


@answer("best_constant", "NumPy")
def _(targets, loss):
    if loss == "mse":
        return targets.mean()
    return np.median(targets)


@answer("best_constant", "by hand")
def _(targets, loss):
    if loss == "mse":
        return sum(targets) / len(targets)
    ordered = sorted(targets)
    middle = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


@answer("best_constant", "lower median")
def _(targets, loss):
    if loss == "mae":
        return np.sort(targets)[(len(targets) - 1) // 2]
    return np.average(targets)


@answer("best_constant", "try every target")
def _(targets, loss):
    if loss == "mse":
        return np.mean(targets)
    losses = [np.mean(np.abs(targets - candidate)) for candidate in targets]
    return targets[np.argmin(losses)]


@answer("best_constant", "standard library")
def _(targets, loss):
    measure = {"mse": statistics.fmean, "mae": statistics.median_high}
    return measure[loss](targets.tolist())


@answer("huber", "where")
def _(predictions, targets, delta=1.0):
    r = np.abs(predictions - targets)
    return np.mean(np.where(r <= delta, r**2, 2 * delta * r - delta**2))


@answer("huber", "plain loop")
def _(predictions, targets, delta=1.0):
    total = 0
    for p, t in zip(predictions, targets):
        r = abs(p - t)
        if r < delta:
            total += r**2
        else:
            total += delta * (2 * r - delta)
    return total / len(targets)


@answer("huber", "twice Huber's own")
def _(predictions, targets, delta=1.0):
    r = predictions - targets
    small = 0.5 * r**2
    large = delta * (np.abs(r) - 0.5 * delta)
    return 2 * np.where(np.abs(r) <= delta, small, large).mean()


@answer("huber", "square minus excess")
def _(predictions, targets, delta=1.0):
    r = np.abs(predictions - targets)
    excess = np.maximum(r - delta, 0)
    return np.mean(r**2 - excess**2)


@answer("huber", "masks")
def _(predictions, targets, delta=1.0):
    r = np.abs(predictions - targets)
    near = r[r <= delta]
    far = r[r > delta]
    return (np.sum(near**2) + np.sum(2 * delta * far - delta**2)) / len(r)


mended("choose_degree", "the others", {"x[:n_train]) - y[:n_train]": "x[n_train:]) - y[n_train:]"})
mended(
    "choose_degree",
    "named parts",
    {
        "    losses = []\n": "    losses = []\n    x_test, y_test = x[n_train:], y[n_train:]\n",
        "x[:n_train]) - y[:n_train]": "x_test) - y_test",
    },
)
mended(
    "choose_degree",
    "a slice",
    {
        "    losses = []\n": "    losses, rest = [], slice(n_train, None)\n",
        "x[:n_train]) - y[:n_train]": "x[rest]) - y[rest]",
    },
)


@answer("choose_degree", "all misses first")
def _(x, y, n_train, degrees):
    curves = [np.poly1d(np.polyfit(x[:n_train], y[:n_train], k)) for k in degrees]
    losses = [((curve(x) - y)[n_train:] ** 2).mean() for curve in curves]
    return min(zip(losses, degrees))[1], losses


mended("search_line", "no kind given", {", dtype=int": ""})
mended("search_line", "decimal numbers", {"dtype=int": "dtype=float"})
mended("search_line", "full of infinity", {"np.zeros((": "np.full((", ", dtype=int)": ", np.inf)"})


@answer("search_line", "the best so far")
def _(x, y, slopes, biases):
    best = None
    for slope in slopes:
        for bias in biases:
            loss = sum((slope * x + bias - y) ** 2) / len(y)
            if best is None or loss < best[2]:
                best = slope, bias, loss
    return best


@answer("search_line", "a table at once")
def _(x, y, slopes, biases):
    lines = slopes[:, None, None] * x + biases[:, None]
    losses = ((lines - y) ** 2).mean(axis=2)
    i, j = divmod(losses.argmin(), len(biases))
    return slopes[i], biases[j], losses[i, j]


mended("leave_out", "the others", {"polyfit(x, y": "polyfit(x[group != k], y[group != k]"})
mended(
    "leave_out",
    "a list of places",
    {
        "        curve = np.polyfit(x, y": (
            "        rest = np.flatnonzero(group != k)\n        curve = np.polyfit(x[rest], y[rest]"
        )
    },
)
mended(
    "leave_out",
    "deleted",
    {"polyfit(x, y": "polyfit(np.delete(x, group == k), np.delete(y, group == k)"},
)


@answer("leave_out", "every so many birds")
def _(x, y, degree, n_groups):
    losses = []
    for k in range(n_groups):
        others = [i for i in range(len(y)) if i % n_groups != k]
        curve = np.poly1d(np.polyfit(x[others], y[others], degree))
        losses.append(((curve(x[k::n_groups]) - y[k::n_groups]) ** 2).mean())
    return np.array(losses)


# --- Chapter 3 -----------------------------------------------------------------------------


@answer("slope", "one line")
def _(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


@answer("slope", "rise and run")
def _(f, x, h):
    left, right = x - h, x + h
    rise = f(right) - f(left)
    return rise / (right - left)


@answer("slope", "mean of both sides")
def _(f, x, h):
    forward = (f(x + h) - f(x)) / h
    backward = (f(x) - f(x - h)) / h
    return (forward + backward) / 2


@answer("slope", "halved first")
def _(f, x, h):
    return 0.5 * (f(x + h) - f(x - h)) / h


@answer("mse_gradient", "one line")
def _(predictions, targets):
    return 2 * (predictions - targets) / len(targets)


@answer("mse_gradient", "comprehension")
def _(predictions, targets):
    n = len(predictions)
    return [2 / n * (p - t) for p, t in zip(predictions, targets)]


@answer("mse_gradient", "negative of the negative")
def _(predictions, targets):
    return -2 / targets.size * (targets - predictions)


@answer("mse_gradient", "measured")
def _(predictions, targets):
    slopes = np.zeros(len(targets))
    for i in range(len(targets)):
        up, down = predictions.astype(float), predictions.astype(float)
        up[i] += 0.5
        down[i] -= 0.5
        slopes[i] = np.mean((up - targets) ** 2) - np.mean((down - targets) ** 2)
    return slopes


@answer("parameter_gradient", "matrix product")
def _(X, y, w, b):
    slopes = 2 * (X @ w + b - y) / len(y)
    return X.T @ slopes, slopes.sum()


@answer("parameter_gradient", "means")
def _(X, y, w, b):
    miss = X @ w + b - y
    return 2 * np.mean(X * miss[:, None], axis=0), 2 * np.mean(miss)


@answer("parameter_gradient", "plain loop")
def _(X, y, w, b):
    n, d = X.shape
    w_slope, b_slope = [0.0] * d, 0.0
    for i in range(n):
        prediction = b
        for j in range(d):
            prediction += X[i, j] * w[j]
        miss = prediction - y[i]
        b_slope += 2 * miss / n
        for j in range(d):
            w_slope[j] += 2 * miss * X[i, j] / n
    return w_slope, b_slope


@answer("parameter_gradient", "column of ones")
def _(X, y, w, b):
    A = np.column_stack([X, np.ones(len(X))])
    gradient = 2 / len(y) * A.T @ (A @ np.append(w, b) - y)
    return gradient[:-1], gradient[-1]


@answer("parameter_gradient", "slopes on the left")
def _(X, y, w, b):
    slopes = (X @ w + b - y) * 2 / X.shape[0]
    return slopes @ X, np.ones(len(y)) @ slopes


@answer("one_step", "one line")
def _(point, slope, learning_rate):
    return point - learning_rate * slope


@answer("one_step", "copy, then in place")
def _(point, slope, learning_rate):
    new = np.array(point, dtype=float)
    new -= learning_rate * slope
    return new


@answer("one_step", "add the opposite")
def _(point, slope, learning_rate):
    step = -slope * learning_rate
    return step + point


@answer("one_step", "np.subtract")
def _(point, slope, learning_rate):
    return np.subtract(point, np.multiply(slope, learning_rate))


@answer("one_step", "entry by entry")
def _(point, slope, learning_rate):
    new = []
    for p, s in zip(point, slope):
        new.append(p - learning_rate * s)
    return new


@answer("gradient_descent", "list of points")
def _(gradient, start, learning_rate, n_steps):
    point = np.array(start, dtype=float)
    path = [point]
    for _ in range(n_steps):
        point = point - learning_rate * gradient(point)
        path.append(point)
    return np.array(path)


@answer("gradient_descent", "plain list returned")
def _(gradient, start, learning_rate, n_steps):
    path = [start]
    while len(path) <= n_steps:
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return path


@answer("gradient_descent", "array filled")
def _(gradient, start, learning_rate, n_steps):
    path = np.zeros((n_steps + 1, *np.shape(start)))
    path[0] = start
    for i in range(n_steps):
        path[i + 1] = path[i] - learning_rate * gradient(path[i])
    return path


@answer("gradient_descent", "in place, with copies")
def _(gradient, start, learning_rate, n_steps):
    point = np.array(start, dtype=float)
    path = [point.copy()]
    for _ in range(n_steps):
        point -= learning_rate * gradient(point)
        path.append(point.copy())
    return np.stack(path)


@answer("gradient_descent", "recursion")
def _(gradient, start, learning_rate, n_steps):
    def walk(point, left):
        if left == 0:
            return [point]
        return [point, *walk(point - learning_rate * gradient(point), left - 1)]

    return np.array(walk(start, n_steps))


@answer("standardize_both", "NumPy")
def _(X_train, X_test):
    mean = X_train.mean(axis=0)
    std = X_train.std(axis=0)
    return (X_train - mean) / std, (X_test - mean) / std


@answer("standardize_both", "column by column")
def _(X_train, X_test):
    train = np.zeros(X_train.shape)
    test = np.zeros(X_test.shape)
    for j in range(X_train.shape[1]):
        mean = sum(X_train[:, j]) / len(X_train)
        scale = math.sqrt(sum((X_train[:, j] - mean) ** 2) / len(X_train))
        train[:, j] = (X_train[:, j] - mean) / scale
        test[:, j] = (X_test[:, j] - mean) / scale
    return train, test


@answer("standardize_both", "a helper")
def _(X_train, X_test):
    mean, variance = np.mean(X_train, 0), np.var(X_train, 0)

    def scaled(X):
        return (X - mean) / np.sqrt(variance)

    return [scaled(X_train), scaled(X_test)]


@answer("standardize_both", "all at once, then apart")
def _(X_train, X_test):
    both = np.vstack([X_train, X_test])
    n = len(X_train)
    both = (both - both[:n].mean(axis=0)) / both[:n].std(axis=0)
    return both[:n], both[n:]


@answer("standardize_both", "column by column, into copies")
def _(X_train, X_test):
    train, test = X_train.copy(), X_test.copy()
    for j in range(X_train.shape[1]):
        mean = X_train[:, j].mean()
        scale = X_train[:, j].std()
        train[:, j] = (X_train[:, j] - mean) / scale
        test[:, j] = (X_test[:, j] - mean) / scale
    return train, test


@answer("minibatches", "slices")
def _(n, batch_size, rng):
    order = rng.permutation(n)
    batches = []
    start = 0
    while start < n:
        batches.append(order[start : start + batch_size])
        start += batch_size
    return batches


@answer("minibatches", "shuffled list")
def _(n, batch_size, rng):
    rows = list(range(n))
    rng.shuffle(rows)
    return [rows[i : i + batch_size] for i in range(0, n, batch_size)]


@answer("minibatches", "split at the places")
def _(n, batch_size, rng):
    rows = np.arange(n)
    rng.shuffle(rows)
    return np.split(rows, np.arange(batch_size, n, batch_size))


@answer("minibatches", "drawn without replacement")
def _(n, batch_size, rng):
    order = rng.choice(n, size=n, replace=False)
    number = math.ceil(n / batch_size)
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(number)]


@answer("minibatches", "sorted by random keys")
def _(n, batch_size, rng):
    order = np.argsort(rng.random(n))
    batches = []
    for i in range(n):
        if i % batch_size == 0:
            batches.append([])
        batches[-1].append(order[i])
    return batches


@answer("own_walk", "one line each")
def _(X, y, learning_rate, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        misses = X @ w + b - y
        w = w - learning_rate * 2 * X.T @ misses / len(y)
        b = b - learning_rate * 2 * np.mean(misses)
    return w, b


@answer("own_walk", "packed, with a column of ones")
def _(X, y, learning_rate, n_steps):
    A = np.column_stack([X, np.ones(len(X))])
    p = np.zeros(A.shape[1])
    for _ in range(n_steps):
        p -= learning_rate * 2 / len(y) * A.T @ (A @ p - y)
    return p[:-1], p[-1]


@answer("own_walk", "a path of packed points")
def _(X, y, learning_rate, n_steps):
    def gradient(p):
        slopes = 2 * (X @ p[:-1] + p[-1] - y) / len(y)
        return np.append(X.T @ slopes, np.sum(slopes))

    path = [np.zeros(X.shape[1] + 1)]
    for _ in range(n_steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return [path[-1][:-1], path[-1][-1]]


@answer("own_walk", "bird by bird")
def _(X, y, learning_rate, n_steps):
    n, d = X.shape
    w, b = [0.0] * d, 0.0
    for _ in range(n_steps):
        w_slope, b_slope = [0.0] * d, 0.0
        for i in range(n):
            miss = sum(X[i, j] * w[j] for j in range(d)) + b - y[i]
            for j in range(d):
                w_slope[j] += 2 * miss * X[i, j] / n
            b_slope += 2 * miss / n
        w = [w[j] - learning_rate * w_slope[j] for j in range(d)]
        b -= learning_rate * b_slope
    return w, b


mended("train_line", "a mean", {"2 * misses": "2 * misses / len(y)"})
mended(
    "train_line",
    "in the steps",
    {"learning_rate * (X": "learning_rate / len(X) * (X", "np.sum(slopes)": "np.mean(slopes)"},
)
mended("train_line", "a rate for this n", {"    w, b,": "    learning_rate /= len(y)\n    w, b,"})


@answer("train_line", "with a column of ones")
def _(X, y, learning_rate, n_steps):
    A, losses = np.column_stack([X, np.ones(len(X))]), []
    point = np.zeros(A.shape[1])
    for _ in range(n_steps):
        losses.append(((A @ point - y) ** 2).mean())
        point = point - learning_rate * 2 / len(y) * A.T @ (A @ point - y)
    return point[:-1], point[-1], losses


mended(
    "walk_down",
    "a new array",
    {"w -= learning_rate * (X.T @ slopes)": "w = w - learning_rate * (X.T @ slopes)"},
)
mended("walk_down", "copies", {"[w]": "[w.copy()]", "append(w)": "append(w.copy())"})
mended("walk_down", "lists", {"[w]": "[w.tolist()]", "append(w)": "append(list(w))"})


@answer("walk_down", "a table filled")
def _(X, y, learning_rate, n_steps):
    path = np.zeros((n_steps + 1, X.shape[1]))
    for i in range(n_steps):
        path[i + 1] = path[i] - learning_rate * 2 * np.mean(X.T * (X @ path[i] - y), axis=1)
    return path


mended(
    "train_together",
    "misses first",
    {
        "        w = w": "        misses = X @ w + b - y\n        w = w",
        "(X @ w + b - y) / len(y)": "misses / len(y)",
        "np.mean(X @ w + b - y)": "np.mean(misses)",
    },
)
mended(
    "train_together",
    "the old w kept",
    {"        w = w": "        old = w\n        w = w", "np.mean(X @ w": "np.mean(X @ old"},
)
mended(
    "train_together",
    "in one line",
    {
        "        w = w - learning_rate * 2 * X.T @ (X @ w + b - y) / len(y)\n        b = b - ": (
            "        w, b = w - learning_rate * 2 * X.T @ (X @ w + b - y) / len(y), b - "
        )
    },
)


@answer("train_together", "with a column of ones")
def _(X, y, learning_rate, n_steps):
    A = np.hstack([X, np.ones((len(X), 1))])
    point = np.zeros(A.shape[1])
    for _ in range(n_steps):
        point -= learning_rate * 2 * A.T @ (A @ point - y) / len(y)
    *w, b = point
    return w, b


mended(
    "walk_slower",
    "a rate of its own",
    {
        "        learning_rate = learning_rate": "        rate = learning_rate",
        "w - learning_rate": "w - rate",
        "append(learning_rate)": "append(rate)",
    },
)
mended(
    "walk_slower",
    "the first rate kept",
    {
        "    w, rates": "    first = learning_rate\n    w, rates",
        "= learning_rate / (1": "= first / (1",
    },
)
mended(
    "walk_slower",
    "step by step",
    {"(1 + decay * step)": "(1 + decay * step) * (1 + decay * max(step - 1, 0))"},
)


@answer("walk_slower", "the rates first")
def _(X, y, learning_rate, decay, n_steps):
    rates = learning_rate / (1 + decay * np.arange(n_steps))
    w = np.zeros(X.shape[1])
    for rate in rates:
        w = w - rate * X.T @ (X @ w - y) * 2 / len(y)
    return w, rates


# --- Chapter 4 -----------------------------------------------------------------------------


@answer("sigmoid", "exponential of minus the size")
def _(scores):
    e = np.exp(-np.abs(scores))
    return np.where(scores >= 0, 1, e) / (1 + e)


@answer("sigmoid", "tanh")
def _(scores):
    return 0.5 * (1 + np.tanh(0.5 * scores))


@answer("sigmoid", "masks")
def _(scores):
    result = np.zeros(scores.shape)
    positive = scores >= 0
    result[positive] = 1 / (1 + np.exp(-scores[positive]))
    e = np.exp(scores[~positive])
    result[~positive] = e / (1 + e)
    return result


@answer("sigmoid", "logaddexp")
def _(scores):
    return np.exp(-np.logaddexp(0, -scores))


@answer("sigmoid", "one by one")
def _(scores):
    def one(z):
        if z > 0:
            return 1 / (1 + math.exp(-z))
        return 1 - 1 / (1 + math.exp(z))

    return np.array([one(z) for z in scores.ravel()]).reshape(scores.shape)


@answer("sigmoid", "a loop over the scores")
def _(scores):
    probabilities = []
    for score in scores:
        if score >= 0:
            probabilities.append(1 / (1 + math.exp(-score)))
        else:
            probabilities.append(math.exp(score) / (1 + math.exp(score)))
    return probabilities


@answer("classify", "astype")
def _(probabilities, threshold=0.5):
    return (probabilities >= threshold).astype(int)


@answer("classify", "where")
def _(probabilities, threshold=0.5):
    return np.where(probabilities < threshold, 0, 1)


@answer("classify", "loop")
def _(probabilities, threshold=0.5):
    labels = []
    for p in probabilities:
        if p >= threshold:
            labels.append(1)
        else:
            labels.append(0)
    return labels


@answer("classify", "comprehension")
def _(probabilities, threshold=0.5):
    return [int(p >= threshold) for p in probabilities]


@answer("binary_cross_entropy", "logaddexp")
def _(scores, labels):
    return np.mean(np.logaddexp(0, (1 - 2 * labels) * scores))


@answer("binary_cross_entropy", "softplus minus product")
def _(scores, labels):
    return np.mean(np.logaddexp(0, scores) - scores * labels)


@answer("binary_cross_entropy", "as in PyTorch")
def _(scores, labels):
    large = np.maximum(scores, 0)
    return np.mean(large - scores * labels + np.log1p(np.exp(-np.abs(scores))))


@answer("binary_cross_entropy", "one by one")
def _(scores, labels):
    total = 0
    for z, y in zip(scores, labels):
        z = -z if y == 1 else z
        total += max(z, 0) + math.log(1 + math.exp(-abs(z)))
    return total / len(labels)


@answer("binary_cross_entropy", "two groups")
def _(scores, labels):
    ones = np.logaddexp(0, -scores[labels == 1]).sum()
    zeros = np.logaddexp(0, scores[labels == 0]).sum()
    return (ones + zeros) / len(labels)


@answer("binary_cross_entropy_gradient", "probability minus label")
def _(scores, labels):
    e = np.exp(-np.abs(scores))
    p = np.where(scores >= 0, 1 / (1 + e), e / (1 + e))
    return (p - labels) / len(labels)


@answer("binary_cross_entropy_gradient", "tanh")
def _(scores, labels):
    return (0.5 + 0.5 * np.tanh(scores / 2) - labels) / labels.size


@answer("binary_cross_entropy_gradient", "with signs")
def _(scores, labels):
    sign = 2 * labels - 1
    return -sign * np.exp(-np.logaddexp(0, sign * scores)) / len(scores)


@answer("binary_cross_entropy_gradient", "one by one")
def _(scores, labels):
    slopes = []
    for z, y in zip(scores, labels):
        if z >= 0:
            p = 1 / (1 + math.exp(-z))
        else:
            p = math.exp(z) / (1 + math.exp(z))
        slopes.append((p - y) / len(labels))
    return slopes


@answer("confusion_matrix", "loop")
def _(predictions, labels, n_classes=2):
    counts = np.zeros((n_classes, n_classes))
    for prediction, label in zip(predictions, labels):
        counts[label][prediction] += 1
    return counts


@answer("confusion_matrix", "lists")
def _(predictions, labels, n_classes=2):
    pairs = list(zip(labels, predictions))
    return [[pairs.count((i, j)) for j in range(n_classes)] for i in range(n_classes)]


@answer("confusion_matrix", "masks")
def _(predictions, labels, n_classes=2):
    counts = np.zeros((n_classes, n_classes), dtype=int)
    for i in range(n_classes):
        for j in range(n_classes):
            counts[i, j] = np.sum((labels == i) & (predictions == j))
    return counts


@answer("confusion_matrix", "add.at")
def _(predictions, labels, n_classes=2):
    counts = np.zeros((n_classes, n_classes), int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


@answer("confusion_matrix", "product of one-hot tables")
def _(predictions, labels, n_classes=2):
    classes = np.eye(n_classes)
    return classes[labels].T @ classes[predictions]


@answer("precision", "masks")
def _(predictions, labels):
    hits = np.sum((predictions == 1) & (labels == 1))
    return hits / np.sum(predictions == 1)


@answer("precision", "mean of the labels called 1")
def _(predictions, labels):
    return labels[predictions == 1].mean()


@answer("precision", "loop")
def _(predictions, labels):
    hits, alarms = 0, 0
    for prediction, label in zip(predictions, labels):
        if prediction == 1:
            if label == 1:
                hits += 1
            else:
                alarms += 1
    return hits / (hits + alarms)


@answer("precision", "dot product")
def _(predictions, labels):
    return predictions @ labels / predictions.sum()


@answer("recall", "masks")
def _(predictions, labels):
    hits = np.logical_and(predictions, labels).sum()
    return hits / (labels == 1).sum()


@answer("recall", "mean of the predictions of the 1s")
def _(predictions, labels):
    return np.mean(predictions[labels == 1])


@answer("recall", "comprehension")
def _(predictions, labels):
    found = [p for p, y in zip(predictions, labels) if y == 1]
    return sum(found) / len(found)


@answer("recall", "share missed")
def _(predictions, labels):
    missed = np.sum((labels == 1) & (predictions == 0))
    return 1 - missed / np.sum(labels)


@answer("roc_auc", "two loops")
def _(scores, labels):
    won, pairs = 0, 0
    for one, y in zip(scores, labels):
        for zero, other in zip(scores, labels):
            if y == 1 and other == 0:
                pairs += 1
                if one > zero:
                    won += 1
                elif one == zero:
                    won += 0.5
    return won / pairs


@answer("roc_auc", "comprehension")
def _(scores, labels):
    ones = [z for z, y in zip(scores, labels) if y == 1]
    zeros = [z for z, y in zip(scores, labels) if y == 0]
    return sum((a > b) + 0.5 * (a == b) for a in ones for b in zeros) / (len(ones) * len(zeros))


@answer("roc_auc", "outer")
def _(scores, labels):
    ahead = np.subtract.outer(scores[labels == 1], scores[labels == 0])
    return (np.mean(ahead > 0) + np.mean(ahead >= 0)) / 2


@answer("roc_auc", "searching sorted scores")
def _(scores, labels):
    zeros = np.sort(scores[labels == 0])
    ones = scores[labels == 1]
    below = np.searchsorted(zeros, ones, side="left")
    not_above = np.searchsorted(zeros, ones, side="right")
    return (below.mean() + not_above.mean()) / 2 / len(zeros)


@answer("roc_auc", "ranks")
def _(scores, labels):
    ranks = np.array([np.sum(scores < z) + (np.sum(scores == z) + 1) / 2 for z in scores])
    n = labels.sum()
    return (ranks[labels == 1].sum() - n * (n + 1) / 2) / (n * (len(labels) - n))


@answer("roc_auc", "area by trapezoids")
def _(scores, labels):
    area, x, y = 0, 0, 0
    for threshold in sorted(set(scores), reverse=True):
        called = scores >= threshold
        x_next, y_next = called[labels == 0].mean(), called[labels == 1].mean()
        area += (x_next - x) * (y + y_next) / 2
        x, y = x_next, y_next
    return area


LONG_SLOPE = "2 * (probabilities - labels) * probabilities * (1 - probabilities)"
mended("train_classifier", "the refrain", {LONG_SLOPE: "(probabilities - labels)"})
mended(
    "train_classifier",
    "sign by sign",
    {LONG_SLOPE: "np.where(labels == 1, probabilities - 1, probabilities)"},
)
mended("train_classifier", "the slope of the score", {LONG_SLOPE: "(-labels + probabilities)"})


@answer("train_classifier", "with a column of ones")
def _(X, labels, learning_rate, n_steps):
    A, losses = np.column_stack([X, np.ones(len(X))]), []
    point = np.zeros(A.shape[1])
    for _ in range(n_steps):
        p = 1 / (1 + np.exp(-A @ point))
        losses.append(np.logaddexp(0, np.where(labels == 1, -1, 1) * (A @ point)).mean())
        point = point - learning_rate * A.T @ (p - labels) / len(labels)
    return point[:-1], point[-1], losses


mended("train_and_decide", "a threshold for scores", {"scores >= 0.5": "scores >= 0"})
mended(
    "train_and_decide",
    "the sigmoid first",
    {"scores = X_new @ w + b": "scores = 1 / (1 + np.exp(-(X_new @ w + b)))"},
)
mended(
    "train_and_decide",
    "where",
    {"(scores >= 0.5).astype(int)": "np.where(1 / (1 + np.exp(-scores)) >= 0.5, 1, 0)"},
)
mended(
    "train_and_decide",
    "a list",
    {"(scores >= 0.5).astype(int)": "[int(score >= 0) for score in scores]"},
)


CLASSIC = "-np.mean(np.log(right))"
mended("train_from", "softplus", {CLASSIC: "np.mean(np.logaddexp(0, scores) - labels * scores)"})
mended(
    "train_from",
    "the sign of the label",
    {CLASSIC: "np.mean(np.logaddexp(0, (1 - 2 * labels) * scores))"},
)
mended(
    "train_from",
    "the larger part first",
    {
        CLASSIC: "np.mean(np.maximum(scores, 0) - labels * scores + "
        "np.log1p(np.exp(-np.abs(scores))))"
    },
)
mended(
    "train_from",
    "two scores for a bird",
    {CLASSIC: "np.mean(np.logaddexp(0, np.where(labels == 1, -scores, scores)))"},
)


# --- Chapter 5 -----------------------------------------------------------------------------


@answer("softmax", "shifted")
def _(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@answer("softmax", "newaxis")
def _(scores):
    shifted = scores - np.max(scores, axis=-1)[..., np.newaxis]
    e = np.exp(shifted)
    return e / np.sum(e, axis=-1)[..., np.newaxis]


@answer("softmax", "row by row")
def _(scores):
    def one(row):
        e = [math.exp(z - max(row)) for z in row]
        return [x / sum(e) for x in e]

    rows = scores.reshape(-1, scores.shape[-1])
    return np.array([one(row) for row in rows]).reshape(scores.shape)


@answer("softmax", "logaddexp.reduce")
def _(scores):
    return np.exp(scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True))


@answer("softmax", "along the axis")
def _(scores):
    def one(row):
        e = np.exp(row - row.max())
        return e / e.sum()

    return np.apply_along_axis(one, -1, scores)


@answer("softmax", "transposed")
def _(scores):
    turned = np.moveaxis(scores, -1, 0)
    e = np.exp(turned - np.max(turned, axis=0))
    return np.moveaxis(e / np.sum(e, axis=0), 0, -1)


@answer("softmax", "a row, or a table")
def _(scores):
    if scores.ndim == 1:
        e = np.exp(scores - scores.max())
        return e / e.sum()
    e = np.exp(scores - scores.max(axis=1)[:, None])
    return e / e.sum(axis=1)[:, None]


@answer("one_hot", "identity")
def _(labels, n_classes):
    return np.eye(n_classes)[labels]


@answer("one_hot", "loop")
def _(labels, n_classes):
    table = np.zeros((len(labels), n_classes))
    for i, label in enumerate(labels):
        table[i, label] = 1
    return table


@answer("one_hot", "index")
def _(labels, n_classes):
    table = np.zeros((labels.size, n_classes), dtype=int)
    table[np.arange(labels.size), labels] = 1
    return table


@answer("one_hot", "lists")
def _(labels, n_classes):
    return [[1 if k == label else 0 for k in range(n_classes)] for label in labels]


@answer("one_hot", "comparison")
def _(labels, n_classes):
    return (np.arange(n_classes) == labels[:, None]).astype(float)


@answer("predict_class", "argmax")
def _(scores):
    return scores.argmax(axis=-1)


@answer("predict_class", "loop")
def _(scores):
    classes = []
    for row in scores:
        best = 0
        for k in range(len(row)):
            if row[k] > row[best]:
                best = k
        classes.append(best)
    return classes


@answer("predict_class", "lists")
def _(scores):
    return [row.index(max(row)) for row in scores.tolist()]


@answer("predict_class", "of the transposed")
def _(scores):
    return np.argmax(scores.T, axis=0)


@answer("predict_class", "stable sort")
def _(scores):
    return np.argsort(-scores, axis=1, kind="stable")[:, 0]


@answer("cross_entropy", "picked")
def _(scores, labels):
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()


@answer("cross_entropy", "one-hot")
def _(scores, labels):
    largest = np.max(scores, axis=1, keepdims=True)
    log_sum = largest + np.log(np.sum(np.exp(scores - largest), axis=1, keepdims=True))
    targets = np.eye(scores.shape[1])[labels]
    return np.sum(targets * (log_sum - scores)) / len(labels)


@answer("cross_entropy", "logaddexp.reduce")
def _(scores, labels):
    true = np.take_along_axis(scores, labels[:, None], axis=1)[:, 0]
    return np.mean(np.logaddexp.reduce(scores, axis=1) - true)


@answer("cross_entropy", "row by row")
def _(scores, labels):
    total = 0.0
    for row, label in zip(scores, labels):
        top = max(row)
        total += top + math.log(sum(math.exp(z - top) for z in row)) - row[label]
    return total / len(scores)


@answer("cross_entropy", "distance to the true score")
def _(scores, labels):
    rows = np.arange(len(labels))
    gaps = scores - scores[rows, labels][:, None]
    return np.logaddexp.reduce(gaps, axis=1).mean()


@answer("cross_entropy_gradient", "one-hot")
def _(scores, labels):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return (p - np.eye(scores.shape[1])[labels]) / len(labels)


@answer("cross_entropy_gradient", "in place, of its own")
def _(scores, labels):
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    slopes = e / np.sum(e, axis=1, keepdims=True)
    slopes[np.arange(len(labels)), labels] -= 1
    return slopes / len(labels)


@answer("cross_entropy_gradient", "row by row")
def _(scores, labels):
    slopes = np.zeros(scores.shape)
    n, k = scores.shape
    for i in range(n):
        e = np.exp(scores[i] - scores[i].max())
        for j in range(k):
            slopes[i, j] = e[j] / e.sum() / n
            if j == labels[i]:
                slopes[i, j] -= 1 / n
    return slopes


@answer("cross_entropy_gradient", "logaddexp.reduce")
def _(scores, labels):
    p = np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))
    return p / len(p) - (np.arange(p.shape[1]) == labels[:, None]) / len(p)


@answer("train", "as in the chapter")
def _(X, labels, n_classes, learning_rate, n_steps):
    W = np.zeros((X.shape[1], n_classes))
    b = np.zeros(n_classes)
    targets = np.eye(n_classes)[labels]
    for _ in range(n_steps):
        scores = X @ W + b
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        slopes = (e / e.sum(axis=1, keepdims=True) - targets) / len(X)
        W = W - learning_rate * X.T @ slopes
        b = b - learning_rate * slopes.sum(axis=0)
    return W, b


@answer("train", "in place")
def _(X, labels, n_classes, learning_rate, n_steps):
    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)
    for _ in range(n_steps):
        z = X @ W + b
        p = np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
        p[np.arange(len(X)), labels] -= 1
        W -= learning_rate * X.T @ p / len(X)
        b -= learning_rate * p.mean(axis=0)
    return W, b


@answer("train", "column of ones")
def _(X, labels, n_classes, learning_rate, n_steps):
    A = np.column_stack([X, np.ones(len(X))])
    weights = np.zeros((A.shape[1], n_classes))
    for _ in range(n_steps):
        z = A @ weights
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        weights -= learning_rate / len(A) * A.T @ (p - np.eye(n_classes)[labels])
    return weights[:-1], weights[-1]


@answer("train", "plain loop")
def _(X, labels, n_classes, learning_rate, n_steps):
    n, d = X.shape
    W = [[0.0] * n_classes for _ in range(d)]
    b = [0.0] * n_classes
    for _ in range(n_steps):
        W_slope = [[0.0] * n_classes for _ in range(d)]
        b_slope = [0.0] * n_classes
        for i in range(n):
            z = [b[k] + sum(X[i, j] * W[j][k] for j in range(d)) for k in range(n_classes)]
            e = [math.exp(s - max(z)) for s in z]
            for k in range(n_classes):
                slope = (e[k] / sum(e) - (k == labels[i])) / n
                b_slope[k] += slope
                for j in range(d):
                    W_slope[j][k] += X[i, j] * slope
        for k in range(n_classes):
            b[k] -= learning_rate * b_slope[k]
            for j in range(d):
                W[j][k] -= learning_rate * W_slope[j][k]
    return W, b


TWICE = (
    "        powers = np.exp(probabilities)\n"
    "        probabilities = powers / powers.sum(axis=1, keepdims=True)\n"
)
mended("train_species", "once", {TWICE: ""})
mended("train_species", "its logarithm", {"np.exp(probabilities)": "np.exp(np.log(probabilities))"})
mended("train_species", "no second name", {TWICE: "        probabilities = probabilities * 1.0\n"})


@answer("train_species", "with a column of ones")
def _(X, labels, n_classes, learning_rate, n_steps):
    A, losses = np.column_stack([X, np.ones(len(X))]), []
    W = np.zeros((A.shape[1], n_classes))
    for _ in range(n_steps):
        powers = np.exp(A @ W)
        p = (powers.T / powers.sum(axis=1)).T
        losses.append(-sum(math.log(row[k]) for row, k in zip(p, labels)) / len(labels))
        W = W - learning_rate * A.T @ (p - np.eye(n_classes)[labels]) / len(labels)
    return W[:-1], W[-1], losses


mended("train_and_name", "along the row", {"sum(axis=0, keepdims": "sum(axis=1, keepdims"})
mended("train_and_name", "the last axis", {"powers.sum(axis=0,": "powers.sum(axis=-1,"})
mended(
    "train_and_name",
    "a new axis",
    {"powers.sum(axis=0, keepdims=True)": "powers.sum(axis=1)[:, np.newaxis]"},
)
mended(
    "train_and_name",
    "transposed",
    {"powers / powers.sum(axis=0, keepdims=True)": "(powers.T / powers.T.sum(axis=0)).T"},
)


LAST_STEP = "        W = W - learning_rate * X.T @ slopes\n"
BIAS = "        b = b - learning_rate * "
mended(
    "train_numbered",
    "both",
    {LAST_STEP: f"{LAST_STEP}{BIAS}slopes.sum(axis=0)\n", "b, axis=1)": "b, axis=1) + 1"},
)
mended(
    "train_numbered",
    "in place",
    {
        LAST_STEP: f"{LAST_STEP}        b -= learning_rate * np.sum(slopes, axis=0)\n",
        "np.argmax(X @ W + b, axis=1)": "1 + np.argmax(X @ W + b, axis=1)",
    },
)
mended(
    "train_numbered",
    "a list of the species",
    {
        LAST_STEP: f"{BIAS}(np.ones(len(X)) @ slopes)\n{LAST_STEP}",
        "np.argmax(X @ W + b, axis=1)": "np.arange(1, n_classes + 1)[np.argmax(X @ W + b, axis=1)]",
    },
)


@answer("train_numbered", "with a column of ones")
def _(X, numbers, n_classes, learning_rate, n_steps):
    A = np.column_stack([X, np.ones(len(X))])
    W = np.zeros((A.shape[1], n_classes))
    for _ in range(n_steps):
        powers = [[math.exp(score) for score in row] for row in A @ W]
        shares = np.array([[power / sum(row) for power in row] for row in powers])
        misses = shares - np.eye(n_classes)[numbers - 1]
        W = W - learning_rate * A.T @ misses / len(X)
    return W[:-1], W[-1], (A @ W).argmax(axis=1) + 1


EVERYTHING = "everything.mean(axis=0), everything.std(axis=0)"
RANGE = "len(X) - batch_size + 1, batch_size"
OF_TRAINING = {EVERYTHING: "X.mean(axis=0), X.std(axis=0)"}
mended("train_in_batches", "both", OF_TRAINING | {RANGE: "len(X), batch_size"})
mended(
    "train_in_batches",
    "everything is the training birds",
    {"concatenate([X, X_test])": "concatenate([X])", RANGE: "len(X), batch_size"},
)
mended(
    "train_in_batches",
    "numbers given",
    {
        EVERYTHING: "np.mean(X, 0), np.std(X, 0)",
        f"range(0, {RANGE})": "np.arange(0, len(X), batch_size)",
    },
)


@answer("train_in_batches", "split before")
def _(X, labels, X_test, n_classes, batch_size):
    mean, scale = np.mean(X, axis=0), np.std(X, axis=0)
    rows = np.arange(len(X))
    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)
    for batch in np.split(rows, rows[batch_size::batch_size]):
        Z = (X[batch] - mean) / scale
        shares = np.exp(Z @ W + b)
        shares /= shares.sum(axis=1, keepdims=True)
        misses = (shares - np.eye(n_classes)[labels[batch]]) / len(batch)
        W, b = W - 0.3 * Z.T @ misses, b - 0.3 * misses.sum(axis=0)
    return W, b, ((X_test - mean) / scale @ W + b).argmax(axis=1)
