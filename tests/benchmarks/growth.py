"""How do time and memory grow with the number of examples?

    python tests/benchmarks/growth.py [most examples]

Ten features, from 1,000 examples to the most (10 million by default, which takes some minutes
and 3 GB). Printed are, for each number of examples, the least seconds of a few runs and the
peak of the extra memory as a share of X, and below them the exponent: the slope of a straight
line through the seconds, both scales logarithmic. 1 means twice the examples, twice the time;
what a call costs however few the examples are makes the exponent smaller.
"""

import sys
import time

import numpy as np
from memory import extra_memory

from mlcore.classification import binary_cross_entropy, fit_logistic_regression, sigmoid
from mlcore.features import standardize
from mlcore.linear_regression import fit_linear_regression, predict
from mlcore.losses import mse, mse_gradient
from mlcore.softmax import cross_entropy, fit_softmax_regression, softmax

D = 10
W = np.linspace(-1, 1, 3 * D).reshape(D, 3)
USES = {
    "predict": lambda X, y, labels: predict(X, W[:, 0], 1.0),
    "standardize": lambda X, y, labels: standardize(X),
    "mse": lambda X, y, labels: mse(X[:, 0], y),
    "mse_gradient": lambda X, y, labels: mse_gradient(X[:, 0], y),
    "sigmoid": lambda X, y, labels: sigmoid(y),
    "binary_cross_entropy": lambda X, y, labels: binary_cross_entropy(y, labels // 2),
    "softmax": lambda X, y, labels: softmax(X[:, :3]),
    "cross_entropy": lambda X, y, labels: cross_entropy(X[:, :3], labels),
    "fit_linear_regression": lambda X, y, labels: fit_linear_regression(X, y),
    "fit_logistic_regression": lambda X, y, labels: fit_logistic_regression(X, labels // 2),
    "fit_softmax_regression": lambda X, y, labels: fit_softmax_regression(X, labels),
}


def examples(n):
    """Features, targets, and one of three classes that overlap."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, D))
    noisy = X @ W[:, 0] + rng.normal(size=n)
    return X, noisy, np.digitize(noisy, [-1.0, 1.0])


def seconds(run):
    """The least of the times that fit into a second, three at least."""
    times = []
    while len(times) < 3 or (sum(times) < 1 and len(times) < 100):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def main(most=10_000_000):
    """Print both tables."""
    sizes = [10**power for power in range(3, 8) if 10**power <= most]
    times, shares = {name: [] for name in USES}, {name: [] for name in USES}
    for n in sizes:
        data = examples(n)
        for name, use in USES.items():
            times[name].append(seconds(lambda use=use, data=data: use(*data)))
            peak = extra_memory(lambda use=use, data=data: use(*data))
            shares[name].append(peak / data[0].nbytes)
    heads = "".join(f"{n:>12,}" for n in sizes)
    print(f"{'seconds for n =':26}{heads}{'exponent':>12}")
    for name, row in times.items():
        exponent = np.polyfit(np.log(sizes), np.log(row), 1)[0]
        print(f"{name:26}{''.join(f'{value:12.2g}' for value in row)}{exponent:12.2f}")
    print(f"\n{'extra memory / X':26}{heads}")
    for name, row in shares.items():
        print(f"{name:26}{''.join(f'{value:12.2f}' for value in row)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
