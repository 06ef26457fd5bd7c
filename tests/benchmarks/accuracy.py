"""How exact are the formulas, beside SciPy's, scikit-learn's and PyTorch's?

    python tests/benchmarks/accuracy.py [numbers per function]

The first table compares every result with mpmath's to 60 digits, over scores of every size
that a number can have. Errors are counted in units in the last place (ulp) of the exact
result: 0.5 is the best rounding there is, and about 1e16 means that no digit is right. The
second table does the same for averages of badly scaled data. The third counts the digits of
least squares that agree with the certified answers of NIST.

The default of 100,000 numbers takes a few minutes. tests/test_exactness.py and
tests/test_nist.py assert the bounds in every test run, on fewer numbers.
"""

import json
import sys
import warnings
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np
from peers import lacking
from scipy import linalg, special
from sklearn._loss.loss import HalfBinomialLoss, HalfMultinomialLoss
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.preprocessing import StandardScaler

from mlcore.classification import binary_cross_entropy, binary_cross_entropy_gradient, sigmoid
from mlcore.features import standardize
from mlcore.linear_regression import fit_linear_regression
from mlcore.losses import mse, r_squared
from mlcore.softmax import cross_entropy, cross_entropy_gradient, log_softmax, softmax

EXACT = mpmath.mp.clone()
EXACT.dps = 60
NIST = Path(__file__).parents[1] / "data" / "nist_linear_regression.json"
TURNS = [0.0, 5e-324, 1.0, 36.7, 88.7, 103.9, 709.78, 709.79, 745.13, 745.14, 1e308]


# Inputs.


def single_scores(n, rng, dtype=np.float64):
    """Scores of every size there is, most of them where the functions turn."""
    largest = np.log10(float(np.finfo(dtype).max))
    sizes = 10.0 ** rng.uniform(-largest, largest, n // 4)
    tails, turns = rng.uniform(-800, 800, n // 4), rng.normal(0, 10, n // 2)
    ends = [score for score in TURNS if score < float(np.finfo(dtype).max)]
    every = np.concatenate([sizes, -sizes, tails, turns, ends, np.negative(ends)])
    return every.astype(dtype)


def score_rows(n, rng, dtype=np.float64):
    """About n scores in rows of 2, 3 and 10: close together, far apart, and shifted."""
    for k in (2, 3, 10):
        rows = rng.normal(size=(n // (3 * k), k)) * 10.0 ** rng.uniform(-8, 3, (n // (3 * k), 1))
        yield (rows + rng.choice([0.0, 0.0, -1000.0], (len(rows), 1))).astype(dtype)


# Exact answers.


def logistic(score):
    """1 / (1 + exp(-score))."""
    return 1 / (1 + EXACT.exp(-score))


def surprise(score, label):
    """-log of the probability of the label."""
    return EXACT.log1p(EXACT.exp(-score if label else score))


def log_sum_exp(row):
    """log(sum(exp(row)))."""
    return EXACT.log(EXACT.fsum(map(EXACT.exp, row)))


def log_share(row, i):
    """log(exp(row[i]) / sum(exp(row))), with the largest apart: 60 digits too have an end."""
    *others, largest = sorted(row)
    return row[i] - largest - EXACT.log1p(EXACT.fsum(EXACT.exp(z - largest) for z in others))


def exactly(function, *columns):
    """The exact results, each as the nearest float64 and the small rest."""
    results = [function(*map(to_exact, values)) for values in zip(*columns, strict=True)]
    nearest = np.array(results, dtype=object).astype(np.float64)
    return nearest, (np.array(results, dtype=object) - nearest).astype(np.float64)


def to_exact(value):
    """A float as an exact number, a row of them as a list."""
    return EXACT.mpf(float(value)) if np.ndim(value) == 0 else [to_exact(v) for v in value]


def errors(results, exact):
    """How far the results are off."""
    nearest, rest = exact
    off = np.abs((np.asarray(results, dtype=np.float64) - nearest) - rest)
    return np.where(np.isnan(off), np.inf, off)


def ulps(results, exact, dtype=np.float64):
    """The largest error, in units in the last place of the exact result."""
    size = np.minimum(np.abs(exact[0]), np.finfo(dtype).max).astype(dtype)
    return float(np.max(errors(results, exact) / np.spacing(size)))


# What is measured: for each name the exact answer, and the functions of score and label.


def alone(function):
    """A mean over the examples, taken of each example alone."""
    return lambda scores, labels: [
        np.ravel(function(scores[i : i + 1], labels[i : i + 1])) for i in range(len(scores))
    ]


def sklearn_binary(part):
    """scikit-learn's own binary loss of each example, or its gradient."""
    return lambda z, y: getattr(HalfBinomialLoss(), part)(y.astype(z.dtype), z)


def sklearn_multinomial(part):
    """scikit-learn's own loss of several classes of each example, or its gradient."""
    return lambda Z, y: getattr(HalfMultinomialLoss(Z.shape[1]), part)(y.astype(Z.dtype), Z)


def own(rows, labels):
    """The entry of the label in each row."""
    return np.take_along_axis(rows, labels[:, np.newaxis], axis=1)[:, 0]


OF_A_SCORE = {
    "sigmoid": (
        lambda z, y: logistic(z),
        {
            "mlcore": lambda z, y: sigmoid(z),
            "SciPy": lambda z, y: special.expit(z),
        },
    ),
    "log(sigmoid)": (
        lambda z, y: -surprise(z, 1),
        {
            "mlcore": lambda z, y: np.negative(alone(binary_cross_entropy)(z, y * 0 + 1))[:, 0],
            "SciPy": lambda z, y: special.log_expit(z),
        },
    ),
    "binary_cross_entropy": (
        surprise,
        {
            "mlcore": lambda z, y: np.array(alone(binary_cross_entropy)(z, y))[:, 0],
            "SciPy": lambda z, y: -special.log_expit((2 * y - 1).astype(z.dtype) * z),
            "scikit-learn": sklearn_binary("loss"),
        },
    ),
}
SLOPE_OF_A_SCORE = {
    "binary_cross_entropy_gradient": (
        lambda z, y: logistic(z) - y,
        {
            "mlcore": lambda z, y: np.array(alone(binary_cross_entropy_gradient)(z, y))[:, 0],
            "SciPy": lambda z, y: special.expit(z) - y.astype(z.dtype),
            "scikit-learn": sklearn_binary("gradient"),
        },
    ),
}
OF_A_ROW = {
    "softmax": (
        lambda row, y: [EXACT.exp(z - log_sum_exp(row)) for z in row],
        {
            "mlcore": lambda Z, y: softmax(Z),
            "SciPy": lambda Z, y: special.softmax(Z, axis=1),
        },
    ),
    "log_softmax": (
        lambda row, y: [log_share(row, i) for i in range(len(row))],
        {
            "mlcore": lambda Z, y: log_softmax(Z),
            "SciPy": lambda Z, y: special.log_softmax(Z, axis=1),
        },
    ),
    "logsumexp": (
        lambda row, y: log_sum_exp(row),
        {
            "SciPy": lambda Z, y: special.logsumexp(Z, axis=1),
        },
    ),
    "cross_entropy": (
        lambda row, y: -log_share(row, int(y)),
        {
            "mlcore": lambda Z, y: np.array(alone(cross_entropy)(Z, y))[:, 0],
            "SciPy": lambda Z, y: -own(special.log_softmax(Z, axis=1), y),
            "scikit-learn": sklearn_multinomial("loss"),
        },
    ),
}
SLOPE_OF_A_ROW = {
    "cross_entropy_gradient": (
        lambda row, y: [EXACT.exp(z - log_sum_exp(row)) - (i == y) for i, z in enumerate(row)],
        {
            "mlcore": lambda Z, y: cross_entropy_gradient(Z, y) * len(Z),
            "SciPy": lambda Z, y: special.softmax(Z, axis=1) - np.eye(Z.shape[1])[y],
            "scikit-learn": sklearn_multinomial("gradient"),
        },
    ),
}


def worst(functions, inputs, measure):
    """For each function and library the largest error over all inputs, under their names."""
    found = {}
    for name, (exact, libraries) in functions.items():
        for values, labels in inputs:
            answers = exactly(exact, values, labels)
            for library, function in libraries.items():
                error = measure(function(values, labels), answers, values.dtype)
                found[name, library] = max(error, found.get((name, library), 0.0))
    return found


def absolute(results, exact, dtype=None):
    """The largest error as it is."""
    return float(np.max(errors(results, exact)))


def formulas(n, rng, dtype=np.float64):
    """The largest errors of all formulas: in ulp, and of the slopes absolutely."""
    z = single_scores(n, rng, dtype)
    singles = [(z, rng.integers(0, 2, len(z)))]
    rows = [(Z, rng.integers(0, Z.shape[1], len(Z))) for Z in score_rows(n, rng, dtype)]
    return (
        worst(OF_A_SCORE, singles, ulps)
        | worst(SLOPE_OF_A_SCORE, singles, absolute)
        | worst(OF_A_ROW, rows, ulps)
        | worst(SLOPE_OF_A_ROW, rows, absolute)
    )


BADLY_SCALED = {
    "1e8 + noise": lambda n, rng: 1e8 + rng.normal(size=n),
    "from 1e-8 to 1e8": lambda n, rng: 10 ** rng.uniform(-8, 8, n),
    "float32, 1e4 + noise": lambda n, rng: (1e4 + rng.normal(size=n)).astype(np.float32),
}


def mean_of(values):
    """The exact mean of fractions."""
    return sum(values) / len(values)


def exact_mse(predictions, targets):
    """The exact mean of the squared misses."""
    return mean_of([(p - t) ** 2 for p, t in zip(predictions, targets, strict=True)])


def exact_spread(values, others=None):
    """The exact mean squared distance from the mean."""
    return exact_mse(values, [mean_of(values)] * len(values))


AVERAGES = {
    "mean": (
        lambda p, t: mean_of(p),
        {
            "mlcore": lambda p, t: standardize(p[:, np.newaxis])[1],
            "NumPy": lambda p, t: np.mean(p[:, np.newaxis], axis=0),
            "scikit-learn": lambda p, t: StandardScaler().fit(p[:, np.newaxis]).mean_,
        },
    ),
    "standard deviation": (
        lambda p, t: EXACT.sqrt(EXACT.mpf(exact_spread(p).numerator) / exact_spread(p).denominator),
        {
            "mlcore": lambda p, t: standardize(p[:, np.newaxis])[2],
            "NumPy": lambda p, t: np.std(p[:, np.newaxis], axis=0),
            "scikit-learn": lambda p, t: StandardScaler().fit(p[:, np.newaxis]).scale_,
        },
    ),
    "mse": (
        exact_mse,
        {
            "mlcore": mse,
            "NumPy": lambda p, t: np.mean((p - t) ** 2),
            "scikit-learn": mean_squared_error,
        },
    ),
    "r_squared": (
        lambda p, t: 1 - exact_mse(p, t) / exact_spread(t),
        {"mlcore": r_squared, "scikit-learn": lambda p, t: r2_score(t, p)},
    ),
}


def averages(n, rng):
    """The largest errors in ulp over the badly scaled data, for each function and library."""
    found = {}
    for kind, make in BADLY_SCALED.items():
        targets = make(n, rng)
        predictions = (targets + 0.1 * rng.normal(size=n)).astype(targets.dtype)
        fractions = [[Fraction(float(v)) for v in values] for values in (predictions, targets)]
        for name, (exact, libraries) in AVERAGES.items():
            answer = exact(*fractions)
            nearest = float(answer)
            rest = answer - (Fraction(nearest) if isinstance(answer, Fraction) else nearest)
            exact_answer = np.array(nearest), float(rest)
            for library, function in libraries.items():
                result = function(predictions, targets)
                found[f"{name}, {kind}", library] = ulps(result, exact_answer, targets.dtype)
    return found


# Least squares.


def nist():
    """Every certified set: its name, X, y, the certified parameters, and whether b is one.

    A set without intercept is mirrored at 0, which leaves its weights as they are and makes
    the best bias exactly 0.
    """
    for name, part in json.loads(NIST.read_text(encoding="utf-8")).items():
        if name == "source":
            continue
        X = [[Fraction(value) for value in row] for row in part["X"]]
        if part["degree"] > 1:
            X = [[x**power for power in range(1, part["degree"] + 1)] for (x,) in X]
        y, certified = map(Fraction, part["y"]), [Fraction(value) for value in part["certified"]]
        X, y = np.array(X, dtype=np.float64), np.array([float(value) for value in y])
        if not part["intercept"]:
            X, y = np.concatenate([X, -X]), np.concatenate([y, -y])
        yield name, X, y, certified, part["intercept"]


def digits(fitted, certified, intercept):
    """The digits of the worst parameter that agree with the certified one, at most 15."""
    w, b = fitted
    parameters = [b, *w] if intercept else list(w)
    worst = max(
        abs(Fraction(float(got)) / wanted - 1)
        for got, wanted in zip(parameters, certified, strict=True)
    )
    return min(15.0, max(0.0, -float(np.log10(float(worst) or 1e-16))))


def with_ones(solve):
    """A solver of ``A @ p = y`` as a fit, with a column of ones for the bias."""

    def fit(X, y):
        b, *w = solve(np.column_stack([np.ones(len(X)), X]), y)
        return w, b

    return fit


def fit_by_scikit_learn(X, y):
    """LinearRegression as it comes."""
    model = LinearRegression().fit(X, y)
    return model.coef_, model.intercept_


SOLVERS = {
    "mlcore": fit_linear_regression,
    "NumPy lstsq": with_ones(lambda A, y: np.linalg.lstsq(A, y)[0]),
    "SciPy gelsy": with_ones(lambda A, y: linalg.lstsq(A, y, lapack_driver="gelsy")[0]),
    "normal equations": with_ones(lambda A, y: np.linalg.solve(A.T @ A, A.T @ y)),
    "scikit-learn": fit_by_scikit_learn,
}


def least_squares():
    """The correct digits of each solver on each certified set."""
    return {
        (name, solver): digits(fit(X, y), certified, intercept)
        for name, X, y, certified, intercept in nist()
        for solver, fit in SOLVERS.items()
    }


# Peers that are slow to load or not installed everywhere.


def add_statsmodels():
    """One more solver."""
    import statsmodels.api as sm  # noqa: PLC0415

    SOLVERS["statsmodels"] = with_ones(lambda A, y: sm.OLS(y, A).fit().params)


def add_torch():
    """PyTorch's function of each name, beside the others."""
    import torch  # noqa: PLC0415
    from torch.nn import functional  # noqa: PLC0415

    def binary(z, y):
        z = torch.as_tensor(z)
        y = torch.tensor(y, dtype=z.dtype)
        return functional.binary_cross_entropy_with_logits(z, y, reduction="none")

    def multinomial(Z, y):
        return functional.cross_entropy(torch.as_tensor(Z), torch.tensor(y), reduction="none")

    def slope(losses):
        def gradient(scores, labels):
            scores = torch.tensor(scores, requires_grad=True)
            losses(scores, labels).sum().backward()
            return scores.grad

        return gradient

    def of_one(function, **options):
        return lambda values, _: function(torch.tensor(values), **options)

    for name, function in {
        "sigmoid": of_one(torch.sigmoid),
        "log(sigmoid)": of_one(functional.logsigmoid),
        "binary_cross_entropy": binary,
        "binary_cross_entropy_gradient": slope(binary),
        "softmax": of_one(torch.softmax, dim=1),
        "log_softmax": of_one(torch.log_softmax, dim=1),
        "logsumexp": of_one(torch.logsumexp, dim=1),
        "cross_entropy": multinomial,
        "cross_entropy_gradient": slope(multinomial),
        "mean": of_one(torch.mean),
        "standard deviation": of_one(torch.std, correction=0),
        "mse": lambda p, t: functional.mse_loss(torch.tensor(p), torch.tensor(t)),
    }.items():
        for group in (OF_A_SCORE, SLOPE_OF_A_SCORE, OF_A_ROW, SLOPE_OF_A_ROW, AVERAGES):
            if name in group:
                group[name][1]["PyTorch"] = function


# Tables.


def table(found, columns, write):
    """Print numbers under the names of their two keys."""
    width = 2 + max(len(row) for row, _ in found)
    print(" " * width + "".join(f"{column:>18}" for column in columns))
    for row in dict.fromkeys(row for row, _ in found):
        cells = (write(found[row, column]) if (row, column) in found else "" for column in columns)
        print(f"{row:{width}}" + "".join(f"{cell:>18}" for cell in cells))
    print()


def main(n=100_000):
    """Print the three tables."""
    warnings.simplefilter("ignore")
    for package, add in (("torch", add_torch), ("statsmodels", add_statsmodels)):
        if words := lacking(package):
            print(f"{words}\n")
        else:
            add()
    libraries = ["mlcore", "SciPy", "scikit-learn", "PyTorch"]
    for dtype in (np.float64, np.float32):
        print(f"{dtype.__name__}: largest error in ulp (of the gradients: absolute), {n} scores")
        table(formulas(n, np.random.default_rng(0), dtype), libraries, "{:.2g}".format)
    print("Averages of badly scaled data: error in ulp")
    table(
        averages(20_000, np.random.default_rng(0)),
        ["mlcore", "NumPy", *libraries[2:]],
        "{:.2g}".format,
    )
    print("Least squares: correct digits of the worst parameter")
    found = least_squares()
    for solver in SOLVERS:
        every = [value for (_, name), value in found.items() if name == solver]
        found |= {("worst", solver): min(every), ("mean", solver): float(np.mean(every))}
    table(found, list(SOLVERS), "{:.1f}".format)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
