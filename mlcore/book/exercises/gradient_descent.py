"""Exercises of chapter 3: from the slope at one point to a walk down the valley."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore import features, losses
from mlcore import gradient_descent as core
from mlcore._arguments import Array
from mlcore.book.checker.answers import same, seed
from mlcore.book.checker.exercise import Chapter
from mlcore.book.checker.repair import repair
from mlcore.book.exercises.losses import PAIRS, pairs

chapter = Chapter("gradient_descent")


def slope(f: Callable[[float], float], x: float, h: float) -> float:
    """The slope of f at x, measured: the rise from x - h to x + h, divided by their distance."""
    return (f(x + h) - f(x - h)) / (2 * h)


def square(x: float) -> float:
    return x**2


def cube(x: float) -> float:
    return x**3


def line(x: float) -> float:
    return 3 * x - 1


def exponential(x: float) -> float:
    return 2.0**x


def decay(x: float) -> float:
    return 2.0**-x


chapter.exercise(
    slope,
    cases={
        "a parabola": (square, 3.0, 0.5),
        "the foot of a parabola": (square, 0.0, 0.5),
        "a straight line": (line, 2.0, 0.5),
        "downhill": (square, -2.0, 0.25),
        "a cube, a large step": (cube, 1.0, 1.0),
        "a cube, a small step": (cube, 2.0, 0.01),
        "whole numbers": (cube, 2, 1),
        "a curve that grows": (exponential, 1.0, 0.5),
        "a curve that falls": (decay, -1.0, 0.5),
        "a tiny step": (square, 1.0, 1e-5),
    },
    random=lambda rng: (
        [square, cube, line, exponential, decay][rng.integers(5)],
        round(float(rng.normal(0, 2)), 1),
        round(float(rng.uniform(0.1, 1)), 1),
    ),
    hints=(
        "Slope is rise over run. Which two points of the curve do you compare?",
        "The rise is `f(x + h) - f(x - h)`. How far apart are the two points?",
        "The run is `2 * h`. Mind the brackets: `a / (2 * h)` is not `a / 2 * h`.",
    ),
    mistakes={
        "forward": (
            lambda f, x, h: (f(x + h) - f(x)) / h,
            "You went from x to x + h. From x - h to x + h is nearer to the slope at x itself: "
            "the errors of the two sides cancel.",
        ),
        "backward": (
            lambda f, x, h: (f(x) - f(x - h)) / h,
            "You went from x - h to x. From x - h to x + h is nearer to the slope at x itself.",
        ),
        "divided by h": (
            lambda f, x, h: (f(x + h) - f(x - h)) / h,
            "You divided by h, but the run, from x - h to x + h, is 2 * h.",
        ),
        "not divided": (
            lambda f, x, h: f(x + h) - f(x - h),
            "You did not divide: that is the rise. Slope is rise over run.",
        ),
        "divided by 2": (
            lambda f, x, h: (f(x + h) - f(x - h)) / 2,
            "You divided by 2 and not by h. The run, from x - h to x + h, is 2 * h.",
        ),
        "brackets below": (
            lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
            "Python reads `/ 2 * h` as: divide by 2, then multiply by h. Write `/ (2 * h)`.",
        ),
        "brackets above": (
            lambda f, x, h: f(x + h) - f(x - h) / (2 * h),
            "Division comes before subtraction, so you divided the second value only. Put the "
            "difference in brackets.",
        ),
        "wrong way round": (
            lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h),
            "You subtracted the wrong way round: the value on the right minus the value on the "
            "left. As it is, uphill comes out as downhill.",
        ),
        "upside down": (
            lambda f, x, h: np.float64(2 * h) / (f(x + h) - f(x - h)),
            "Your fraction is upside down: the rise goes on top, the run below.",
        ),
        "multiplied": (
            lambda f, x, h: (f(x + h) - f(x - h)) * (2 * h),
            "You multiplied by the run. Slope is rise divided by run.",
        ),
        "2 + h": (
            lambda f, x, h: (f(x + h) - f(x - h)) / (2 + h),
            "You divided by 2 + h. The run, from x - h to x + h, is 2 times h.",
        ),
        "added": (
            lambda f, x, h: (f(x + h) + f(x - h)) / (2 * h),
            "You added the two values. The rise is their difference.",
        ),
        "mean of the values": (
            lambda f, x, h: (f(x + h) + f(x - h)) / 2,
            "You took the mean of the two values. The slope is their difference, over the run.",
        ),
        "value for slope": (
            lambda f, x, h: f(x),
            "You return how high the curve is at x. Wanted is how steep it is.",
        ),
        "value over x": (
            lambda f, x, h: (f(x + h) - f(x - h)) / np.float64(2 * x),
            "You divided by x. The run is from x - h to x + h, wherever x is.",
        ),
        "h of its own": (
            lambda f, x, h: (f(x + 1e-3) - f(x - 1e-3)) / 2e-3,
            "You do not use the h that is handed in.",
        ),
        "forward over 2h": (
            lambda f, x, h: (f(x + h) - f(x)) / (2 * h),
            "You went from x to x + h, which is h, and divided by 2 * h. Start at x - h.",
        ),
        "2h to either side": (
            lambda f, x, h: (f(x + 2 * h) - f(x - 2 * h)) / (4 * h),
            "You went 2 * h to either side. Go by h.",
        ),
        "h halved": (
            lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / h,
            "You went h / 2 to either side. Go by h.",
        ),
    },
)

chapter.exercise(
    losses.mse_gradient,
    task="One slope per bird: how fast the MSE grows with its prediction.",
    cases=PAIRS,
    random=pairs,
    hints=(
        "Move one prediction only. In the sum of squares one term changes; what is the slope of "
        "`(prediction - target) ** 2`?",
        "The slope of a square is twice what is squared. And the mean divides by n.",
        "`2 * (predictions - targets) / len(targets)`, one number per bird.",
    ),
    mistakes={
        "not divided by n": (
            lambda predictions, targets: 2 * (predictions - targets),
            "You did not divide by n: this is the slope of the sum of squares, and the MSE is "
            "their mean.",
        ),
        "2 lost": (
            lambda predictions, targets: (predictions - targets) / len(targets),
            "The 2 is lost: the slope of a square is twice what is squared.",
        ),
        "2 lost and not divided by n": (
            lambda predictions, targets: predictions - targets,
            "You return the residuals. Their slope is missing a 2, from the square, and a "
            "division by n, from the mean.",
        ),
        "sign": (
            lambda predictions, targets: 2 * (targets - predictions) / len(targets),
            "Your sign is wrong: where a prediction is too high the loss grows with it, so the "
            "slope is positive. It is prediction minus target.",
        ),
        "residual squared": (
            lambda predictions, targets: 2 * (predictions - targets) ** 2 / len(targets),
            "You squared the misses. In the slope of a square, the miss itself is left.",
        ),
        "the loss itself": (
            lambda predictions, targets: (predictions - targets) ** 2 / len(targets),
            "These are the terms of the loss, not their slopes. The slope of a square is twice "
            "what is squared.",
        ),
        "sign only": (
            lambda predictions, targets: np.sign(predictions - targets) / len(targets),
            "You kept only the sign of each miss. That is the slope of the MAE; the MSE pulls the "
            "harder the larger the miss.",
        ),
        "absolute values": (
            lambda predictions, targets: 2 * np.abs(predictions - targets) / len(targets),
            "You took absolute values. The sign says to which side to go.",
        ),
        "one number, the sum": (
            lambda predictions, targets: np.sum(2 * (predictions - targets) / len(targets)),
            "You return one number, twice the mean miss, which is the sum of the slopes. Each "
            "prediction has a slope of its own.",
        ),
        "mean of the slopes": (
            lambda predictions, targets: np.full(len(targets), 2 * np.mean(predictions - targets)),
            "You gave every bird the mean slope. Each prediction has a slope of its own.",
        ),
        "divided by 2n": (
            lambda predictions, targets: (predictions - targets) / (2 * len(targets)),
            "You divided by 2. The 2 from the square is multiplied.",
        ),
        "divided by n twice": (
            lambda predictions, targets: 2 * (predictions - targets) / len(targets) ** 2,
            "You divided by n twice.",
        ),
        "n - 1": (
            lambda predictions, targets: 2 * (predictions - targets) / np.float64(len(targets) - 1),
            "You divided by n - 1. The mean of n squares divides by n.",
        ),
        "times the prediction": (
            lambda predictions, targets: 2 * (predictions - targets) * predictions / len(targets),
            "You multiplied by the prediction. The slope in a prediction is 2/n times its miss; "
            "features come in only when you go on to the weights.",
        ),
        "relative": (
            lambda predictions, targets: 2 * (predictions - targets) / targets / len(targets),
            "You divided by the target. The misses are taken as they are.",
        ),
        "added": (
            lambda predictions, targets: 2 * (predictions + targets) / len(targets),
            "You added predictions and targets. A miss is their difference.",
        ),
        "targets for misses": (
            lambda predictions, targets: 2 * predictions / len(targets),
            "You forgot the targets: what is squared is prediction minus target.",
        ),
    },
)


def parameter_gradient(X: Array, y: Array, w: Array, b: float) -> tuple[Array, float]:
    """The slope of the MSE of the predictions X @ w + b in every weight and in the bias.

    Return both, as (w_slope, b_slope).
    """
    slopes = losses.mse_gradient(X @ w + b, y)
    return X.T @ slopes, np.sum(slopes)


def _slopes(X: Array, y: Array, w: Array, b: float) -> Array:
    """The slope in every prediction."""
    return 2 * (X @ w + b - y) / len(y)


def _models(rng: np.random.Generator) -> tuple[Array, Array, Array, float]:
    """X, y, w and b, with more or fewer birds than features but never as many."""
    n, d = rng.choice(7, size=2, replace=False) + 1
    X, w = rng.normal(1, 2, size=(n, d)).round(1), rng.normal(0, 2, size=d).round(1)
    return X, rng.normal(2, 3, size=n).round(1), w, round(float(rng.normal()), 1)


chapter.exercise(
    parameter_gradient,
    cases={
        "two birds, one feature": ([[1.0], [3.0]], [2.0, 5.0], [1.0], 0.5),
        "a perfect fit": ([[1.0], [2.0], [3.0]], [3.0, 5.0, 7.0], [2.0], 1.0),
        "one bird, two features": ([[1.0, -2.0]], [1.0], [2.0, 0.5], 0.0),
        "weights of zero": ([[1.0, 2.0], [0.0, 3.0], [4.0, 1.0]], [1.0, 2.0, 6.0], [0.0, 0.0], 0.0),
        "whole numbers": ([[1, 2], [0, 3], [4, 1]], [1, 2, 6], [1, -1], 2),
        "two birds alike": ([[2.0, 1.0, 0.0], [2.0, 1.0, 0.0]], [1.0, 3.0], [1.0, 1.0, 5.0], -1.0),
        "flippers": ([[190.0], [221.0], [200.0]], [3700.0, 5300.0, 4000.0], [50.0], -5800.0),
    },
    random=_models,
    hints=(
        "First the slope in every prediction: you have written that already, it is "
        "`mse_gradient(X @ w + b, y)`, with shape (n,).",
        "When a weight grows by 1, each prediction grows by its feature. So every slope counts as "
        "often as the feature says: multiply, and add up over the birds.",
        "For all weights at once that is `X.T @ slopes`. The bias moves every prediction by 1, so "
        "its slope is the sum of the slopes.",
    ),
    mistakes={
        "sign": (
            lambda X, y, w, b: (-X.T @ _slopes(X, y, w, b), -np.sum(_slopes(X, y, w, b))),
            "Both signs are wrong. The gradient points uphill, and is prediction minus target; "
            "the minus comes later, in the step.",
        ),
        "2 lost": (
            lambda X, y, w, b: (X.T @ _slopes(X, y, w, b) / 2, np.sum(_slopes(X, y, w, b)) / 2),
            "The 2 is lost: the slope of a square is twice what is squared.",
        ),
        "not divided by n": (
            lambda X, y, w, b: (
                X.T @ _slopes(X, y, w, b) * len(y),
                np.sum(_slopes(X, y, w, b)) * len(y),
            ),
            "You did not divide by n: this is the gradient of the sum of squares, and the MSE is "
            "their mean.",
        ),
        "2 lost and not divided by n": (
            lambda X, y, w, b: (X.T @ (X @ w + b - y), np.sum(X @ w + b - y)),
            "A 2, from the square, and a division by n, from the mean, are missing.",
        ),
        "X forgotten": (
            lambda X, y, w, b: (_slopes(X, y, w, b), np.sum(_slopes(X, y, w, b))),
            "You forgot the features: the slope in a weight adds up slope times feature over the "
            "birds, `X.T @ slopes`.",
        ),
        "X forgotten, summed": (
            lambda X, y, w, b: (
                np.full(len(w), np.sum(_slopes(X, y, w, b))),
                np.sum(_slopes(X, y, w, b)),
            ),
            "You gave the weights the slope of the bias. In the slope of a weight every bird "
            "counts as often as its feature says.",
        ),
        "X not transposed": (
            lambda X, y, w, b: (X @ _slopes(X, y, w, b), np.sum(_slopes(X, y, w, b))),
            "Two shapes do not fit: the predictions are `X @ w` and not `w @ X`, and the sum over "
            "the birds is `X.T @ slopes` and not `X @ slopes`.",
        ),
        "bias slope per bird": (
            lambda X, y, w, b: (X.T @ _slopes(X, y, w, b), _slopes(X, y, w, b)),
            "The slope in the weights is right. That in the bias is one number: the sum of the "
            "slopes of all birds.",
        ),
        "bias slope averaged twice": (
            lambda X, y, w, b: (X.T @ _slopes(X, y, w, b), np.mean(_slopes(X, y, w, b))),
            "The slope in the weights is right. For the bias you divided by n twice: the 1/n is "
            "inside the slopes already, add them up.",
        ),
        "bias slope not averaged": (
            lambda X, y, w, b: (X.T @ _slopes(X, y, w, b), 2 * np.sum(X @ w + b - y)),
            "The slope in the weights is right. For the bias you did not divide by n.",
        ),
        "weights not averaged": (
            lambda X, y, w, b: (2 * X.T @ (X @ w + b - y), np.sum(_slopes(X, y, w, b))),
            "The slope in the bias is right. For the weights you did not divide by n.",
        ),
        "weights averaged twice": (
            lambda X, y, w, b: (X.T @ _slopes(X, y, w, b) / len(y), np.sum(_slopes(X, y, w, b))),
            "The slope in the bias is right. For the weights you divided by n twice.",
        ),
        "bias left out of the predictions": (
            lambda X, y, w, b: (X.T @ _slopes(X, y, w, 0), np.sum(_slopes(X, y, w, 0))),
            "Your predictions lack the bias: they are `X @ w + b`.",
        ),
        "bias subtracted": (
            lambda X, y, w, b: (X.T @ _slopes(X, y, w, -b), np.sum(_slopes(X, y, w, -b))),
            "You subtracted the bias in the predictions: they are `X @ w + b`.",
        ),
        "targets added": (
            lambda X, y, w, b: (X.T @ _slopes(X, -y, w, b), np.sum(_slopes(X, -y, w, b))),
            "You added the targets to the predictions. A miss is their difference.",
        ),
        "bias slope of zero": (
            lambda X, y, w, b: (X.T @ _slopes(X, y, w, b), 0.0),
            "The slope in the weights is right, but the bias has a slope, too.",
        ),
        "swapped": (
            lambda X, y, w, b: (np.sum(_slopes(X, y, w, b)), X.T @ _slopes(X, y, w, b)),
            "You return the slope in the bias first. The order is weights, bias.",
        ),
        "products not added up": (
            lambda X, y, w, b: (
                X * _slopes(X, y, w, b)[:, np.newaxis],
                np.sum(_slopes(X, y, w, b)),
            ),
            "You multiplied slopes and features but did not add them up over the birds: `X.T @ "
            "slopes` does both.",
        ),
        "misses squared": (
            lambda X, y, w, b: (
                X.T @ (2 * (X @ w + b - y) ** 2 / len(y)),
                np.sum(2 * (X @ w + b - y) ** 2 / len(y)),
            ),
            "You squared the misses. In the slope of a square, the miss itself is left.",
        ),
    },
)


def one_step(point: Array, slope: Array, learning_rate: float) -> Array:
    """The next point: from here, against the slope, learning_rate times its size."""
    return point - learning_rate * slope


chapter.exercise(
    one_step,
    task="Point and slope are arrays of the same shape, whatever shape that is.",
    cases={
        "one parameter": ([8.0], [16.0], 0.25),
        "two parameters": ([1.0, -2.0], [4.0, 0.5], 0.1),
        "at the bottom": ([3.0, 1.0, 2.0], [0.0, 0.0, 0.0], 0.5),
        "downhill": ([1.0, 2.0], [-3.0, -1.0], 0.1),
        "a learning rate above 1": ([1.0, 2.0], [0.5, -0.5], 2.0),
        "whole numbers": ([1, -2, 4], [4, 2, -6], 0.25),
        "a table of weights": (
            [[1.0, 2.0, 0.0], [0.5, -1.0, 3.0]],
            [[2.0, -4.0, 1.0], [0.0, 1.0, 8.0]],
            0.5,
        ),
    },
    random=lambda rng: (
        *rng.normal(0, 3, size=(2, rng.integers(1, 6))).round(1),
        round(float(rng.uniform(0.1, 2)), 1),
    ),
    hints=(
        "The slope points uphill, and you want to go down.",
        "How far? `learning_rate * slope`: a steep place means a long step.",
        "In one line: `point - learning_rate * slope`. It makes a new array and leaves `point` as "
        "it was.",
    ),
    mistakes={
        "uphill": (
            lambda point, slope, learning_rate: point + learning_rate * slope,
            "You went uphill: the slope says where the loss grows. Step against it, with a minus.",
        ),
        "learning rate left out": (
            lambda point, slope, learning_rate: point - slope,
            "You left out the learning rate: multiply the slope by it.",
        ),
        "uphill, learning rate left out": (
            lambda point, slope, learning_rate: point + slope,
            "You went uphill, and left out the learning rate. Step against the slope, with a "
            "minus, and learning_rate times its size.",
        ),
        "no step": (
            lambda point, slope, learning_rate: point * 1.0,
            "You return the point as it was. Take a step.",
        ),
        "step minus point": (
            lambda point, slope, learning_rate: learning_rate * slope - point,
            "You subtracted the wrong way round: it is the point minus the step.",
        ),
        "rate added to the slope": (
            lambda point, slope, learning_rate: point - (learning_rate + slope),
            "You added learning rate and slope. Multiply them.",
        ),
        "step only": (
            lambda point, slope, learning_rate: learning_rate * slope,
            "That is the length of the step. Subtract it from the point.",
        ),
        "minus the step": (
            lambda point, slope, learning_rate: -learning_rate * slope,
            "That is the step. Wanted is where it leads: add it to the point.",
        ),
        "divided by the rate": (
            lambda point, slope, learning_rate: point - slope / learning_rate,
            "You divided by the learning rate. A small rate means a short step: multiply.",
        ),
        "everything times the rate": (
            lambda point, slope, learning_rate: (point - slope) * learning_rate,
            "You multiplied the point by the learning rate as well. Only the slope is: mind the "
            "brackets.",
        ),
        "point shrunk": (
            lambda point, slope, learning_rate: point - learning_rate * point,
            "You multiplied the learning rate by the point. Multiply it by the slope.",
        ),
        "point for slope": (
            lambda point, slope, learning_rate: slope - learning_rate * point,
            "You have swapped point and slope.",
        ),
        "rate subtracted": (
            lambda point, slope, learning_rate: point - learning_rate,
            "You subtracted the learning rate itself. Multiply it by the slope first.",
        ),
        "sign of the slope only": (
            lambda point, slope, learning_rate: point - learning_rate * np.sign(slope),
            "You used only the sign of the slope. A steep place means a long step: use its size, "
            "too.",
        ),
        "size of the slope": (
            lambda point, slope, learning_rate: point - learning_rate * np.abs(slope),
            "You took the absolute value of the slope, so you always go to the same side.",
        ),
        "direction only": (
            lambda point, slope, learning_rate: (
                point - learning_rate * slope / np.maximum(np.linalg.norm(slope), 1e-300)
            ),
            "You divided the slope by its length, so that every step is equally long. The step "
            "shall get shorter as the ground gets flatter.",
        ),
        "multiplied": (
            lambda point, slope, learning_rate: point * learning_rate * slope,
            "You multiplied all three. The step is subtracted from the point.",
        ),
        "one minus the rate": (
            lambda point, slope, learning_rate: (1 - learning_rate) * point - slope,
            "The learning rate belongs to the slope, and not to the point.",
        ),
        "cut to whole numbers": (
            lambda point, slope, learning_rate: (point - learning_rate * slope).astype(
                np.asarray(point).dtype
            ),
            "Where the point holds whole numbers you cut the result to whole numbers: an array of "
            "ints cannot take in fractions. Make a new array.",
        ),
        "written over the point": (
            lambda point, slope, learning_rate: (
                np.subtract(point, learning_rate * slope, out=point)
                if np.ndim(point) and point.dtype == float
                else point - learning_rate * slope
            ),
            "The step is right, but you wrote it over the point: `-=` changes the array that was "
            "handed in, and the history of the training with it. Make a new one.",
        ),
    },
)


def gradient_descent(
    gradient: Callable[[Array], Array], start: Array, learning_rate: float, n_steps: int
) -> Array:
    """Step against the slope again and again; return every point visited, the start first.

    gradient(point) is the slope at a point. After n_steps there are n_steps + 1 points.
    """
    path = [start]
    for _ in range(n_steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.array(path)


def slope_of_square(w: Array) -> Array:
    return 2 * w


def slope_of_valley(w: Array) -> Array:
    """Of ``w[0]**2 + 4 * (w[1] - 1)**2``: the second direction is the steeper one."""
    return np.array([2 * w[0], 8 * (w[1] - 1)])


def slope_of_quartic(w: Array) -> Array:
    """Of ``w**4 / 4``."""
    return w**3


Path = Callable[..., Any]


def _walk(step: Callable[..., Any]) -> Path:
    """A path whose points follow from ``step(gradient, path, learning_rate, i)``."""

    def path(gradient: Any, start: Any, learning_rate: float, n_steps: int) -> Any:
        points = [start]
        for i in range(n_steps):
            points.append(step(gradient, points, learning_rate, i))
        return np.array(points)

    return path


def _in_place(gradient: Any, start: Any, learning_rate: float, n_steps: int) -> Any:
    point, path = np.array(start, dtype=float), []
    path.append(point)
    for _ in range(n_steps):
        point -= learning_rate * gradient(point)
        path.append(point)
    return np.array(path)


chapter.exercise(
    gradient_descent,
    reference=core.gradient_descent,
    cases={
        "three steps down a parabola": (slope_of_square, 8.0, 0.25, 3),
        "no step": (slope_of_square, 5.0, 0.1, 0),
        "one step": (slope_of_square, -3.0, 0.1, 1),
        "from the bottom": (slope_of_square, 0.0, 0.1, 2),
        "too large a rate": (slope_of_square, 1.0, 1.5, 4),
        "two parameters": (slope_of_valley, [2.0, -1.0], 0.1, 5),
        "whole numbers": (slope_of_valley, [3, 4], 0.125, 2),
        "a flat bottom": (slope_of_quartic, [1.0, -2.0, 0.5], 0.1, 6),
        "a hundred steps": (slope_of_valley, [5.0, 5.0], 0.05, 100),
    },
    random=lambda rng: (
        slope_of_valley,
        rng.normal(0, 3, size=2).round(1),
        round(float(rng.uniform(0.01, 0.24)), 2),
        int(rng.integers(1, 9)),
    ),
    hints=(
        "Keep a list of the points, and begin it with the start: `path = [start]`.",
        "In each round ask for the slope at the last point, `gradient(path[-1])`, take one step "
        "against it, and append the new point.",
        "The loop runs `n_steps` times, so the list ends with `n_steps + 1` points. "
        "`np.array(path)` makes an array of it.",
    ),
    mistakes={
        "uphill": (
            _walk(lambda gradient, path, rate, i: path[-1] + rate * gradient(path[-1])),
            "You go uphill: the gradient says where the loss grows. Step against it, with a minus.",
        ),
        "learning rate left out": (
            _walk(lambda gradient, path, rate, i: path[-1] - gradient(path[-1])),
            "You left out the learning rate: multiply the slope by it.",
        ),
        "uphill, learning rate left out": (
            _walk(lambda gradient, path, rate, i: path[-1] + gradient(path[-1])),
            "You go uphill, and leave out the learning rate. Step against the slope, with a "
            "minus, and learning_rate times its size.",
        ),
        "no step": (
            _walk(lambda gradient, path, rate, i: path[-1]),
            "Your points are all the start: the new point has to be computed from the last one, "
            "and appended.",
        ),
        "step minus point": (
            _walk(lambda gradient, path, rate, i: rate * gradient(path[-1]) - path[-1]),
            "You subtracted the wrong way round: it is the point minus the step.",
        ),
        "rate added to the slope": (
            _walk(lambda gradient, path, rate, i: path[-1] - (rate + gradient(path[-1]))),
            "You added learning rate and slope. Multiply them.",
        ),
        "gradient not asked": (
            _walk(lambda gradient, path, rate, i: path[-1] - rate * path[-1]),
            "You multiplied the learning rate by the point. Multiply it by the slope there, "
            "`gradient(point)`.",
        ),
        "slope of the start": (
            _walk(lambda gradient, path, rate, i: path[-1] - rate * gradient(path[0])),
            "You use the slope at the start for every step. Ask for it anew at each point.",
        ),
        "always from the start": (
            _walk(lambda gradient, path, rate, i: path[0] - rate * gradient(path[0])),
            "Every step begins at the start again. It begins where the last one ended.",
        ),
        "from the start with the new slope": (
            _walk(lambda gradient, path, rate, i: path[0] - rate * gradient(path[-1])),
            "You ask for the slope at the last point but subtract the step from the start. It "
            "begins where the last one ended.",
        ),
        "steps, not points": (
            lambda gradient, start, learning_rate, n_steps: np.array(
                [
                    start,
                    *-np.diff(
                        core.gradient_descent(gradient, start, learning_rate, n_steps), axis=0
                    ),
                ]
            ),
            "You keep the steps. Wanted are the points that they lead to.",
        ),
        "last point only": (
            lambda *args: core.gradient_descent(*args)[-1],
            "You return where the walk ends. Wanted are all the points visited, in a list or an "
            "array.",
        ),
        "start missing": (
            lambda *args: core.gradient_descent(*args)[1:],
            "The start is missing: it is the first point visited.",
        ),
        "returned too early": (
            lambda gradient, start, rate, n_steps: (
                core.gradient_descent(gradient, start, rate, 1) if n_steps else None
            ),
            "You return after the first step: `return` stands inside the loop, where it ends the "
            "function in the first round.",
        ),
        "last step missing": (
            lambda *args: core.gradient_descent(*args)[:-1],
            "The last point is missing: n_steps steps visit n_steps + 1 points.",
        ),
        "one step too many": (
            lambda gradient, start, rate, n_steps: core.gradient_descent(
                gradient, start, rate, n_steps + 1
            ),
            "You take one step too many: `range(n_steps)` counts n_steps rounds.",
        ),
        "the same array again and again": (
            _in_place,
            "All your points are the last one: `-=` changes the one array that the list holds "
            "many times. Make a new array in each step, or append a `.copy()`.",
        ),
        "whole numbers stay whole": (
            lambda gradient, start, rate, n_steps: _walk(
                lambda gradient, path, rate, i: (path[-1] - rate * gradient(path[-1])).astype(
                    np.asarray(start).dtype
                )
            )(gradient, np.asarray(start), rate, n_steps),
            "When the start holds whole numbers, you cut every point to whole numbers. Begin with "
            "`np.array(start, dtype=float)`.",
        ),
        "slopes collected": (
            lambda *args: np.array([args[0](point) for point in core.gradient_descent(*args)]),
            "You keep the slopes. Wanted are the points.",
        ),
        "rate falls": (
            _walk(lambda gradient, path, rate, i: path[-1] - rate / (i + 1) * gradient(path[-1])),
            "Your learning rate falls from step to step. Here it stays the same: the steps get "
            "shorter by themselves as the ground gets flatter.",
        ),
        "direction only": (
            _walk(lambda gradient, path, rate, i: path[-1] - rate * np.sign(gradient(path[-1]))),
            "You use only the sign of the slope. A steep place means a long step.",
        ),
        "rate grows": (
            _walk(lambda gradient, path, rate, i: path[-1] - rate * (i + 1) * gradient(path[-1])),
            "Your steps grow with their number. The learning rate stays the same.",
        ),
        "loop counter multiplied": (
            _walk(lambda gradient, path, rate, i: path[-1] - rate * i * gradient(path[-1])),
            "You multiply the step by the number of the round, which begins with 0.",
        ),
    },
)


def standardize_both(X_train: Array, X_test: Array) -> tuple[Array, Array]:
    """Scale every feature of the training data to mean 0 and standard deviation 1.

    The test data go through the very same shift and scale: what they look like must not leak
    into the model. Return both, as (X_train, X_test).
    """
    mean, scale = np.mean(X_train, axis=0), np.std(X_train, axis=0)
    return (X_train - mean) / scale, (X_test - mean) / scale


def _scaled(X: Array, like: Array, **options: Any) -> Array:
    return (X - np.mean(like, axis=0)) / np.std(like, axis=0, **options)


def _halves(rng: np.random.Generator) -> tuple[Array, Array]:
    d, n, m = (int(k) for k in rng.choice(np.arange(2, 9), size=3, replace=False))
    X = rng.normal([3.0] * d, np.arange(1, d + 1), size=(n + m + 1, d)).round(1)
    return X[: n + 1], X[n + 1 :] + 0.5


chapter.exercise(
    standardize_both,
    reference=lambda X_train, X_test: (
        features.standardize(X_train)[0],
        (X_test - features.standardize(X_train)[1]) / features.standardize(X_train)[2],
    ),
    cases={
        "two birds to train, one to test": ([[1.0], [3.0]], [[4.0]]),
        "two features": ([[1.0, 200.0], [3.0, 400.0], [2.0, 0.0]], [[2.0, 300.0], [0.0, 0.0]]),
        "whole numbers": ([[1.0, 20.0], [3.0, 40.0], [3.0, 10.0]], [[2.0, 30.0]]),
        "test data from elsewhere": (
            [[1.0, 2.0], [2.0, 1.0], [4.0, 0.0]],
            [[101.0, -50.0], [100.0, -51.0]],
        ),
        "birds alike": ([[1.0, 5.0], [1.0, 5.0], [4.0, 8.0]], [[1.0, 5.0], [4.0, 8.0]]),
        "flipper and bill": (
            [[181.0, 18.7, 1.0], [195.0, 18.0, 0.0], [210.0, 14.1, 1.0], [230.0, 15.3, 1.0]],
            [[190.0, 19.0, 1.0], [221.0, 14.4, 0.0], [200.0, 17.0, 0.0]],
        ),
    },
    random=_halves,
    hints=(
        "You need two numbers per feature: its mean and its standard deviation. Over which axis, "
        "and of which data?",
        "`np.mean(X_train, axis=0)` goes down the columns, and so does `np.std`. Compute both "
        "from the training data, once.",
        "`(X - mean) / scale`, with the same `mean` and `scale` for both parts.",
    ),
    mistakes={
        "test data by themselves": (
            lambda X_train, X_test: (_scaled(X_train, X_train), _scaled(X_test, X_test)),
            "You scaled the test data by their own mean and spread. The model would be shown "
            "another scale than it was trained on: use those of the training data.",
        ),
        "fitted on all data": (
            lambda X_train, X_test: (
                _scaled(X_train, np.concatenate([X_train, X_test])),
                _scaled(X_test, np.concatenate([X_train, X_test])),
            ),
            "You took mean and spread of all data together, so the test data leak into the "
            "training. Take those of the training data alone.",
        ),
        "fitted on the test data": (
            lambda X_train, X_test: (_scaled(X_train, X_test), _scaled(X_test, X_test)),
            "You took mean and spread of the test data. Take those of the training data.",
        ),
        "test data not scaled": (
            lambda X_train, X_test: (_scaled(X_train, X_train), X_test),
            "The test data come out as they were. Scale them like the training data; and if you "
            "did, look whether `X_train` had been replaced by its scaled self by then, whose mean "
            "is 0 and whose spread is 1.",
        ),
        "mean only": (
            lambda X_train, X_test: (
                X_train - np.mean(X_train, axis=0),
                X_test - np.mean(X_train, axis=0),
            ),
            "You subtracted the mean but did not divide by the standard deviation.",
        ),
        "spread only": (
            lambda X_train, X_test: (
                X_train / np.std(X_train, axis=0),
                X_test / np.std(X_train, axis=0),
            ),
            "You divided by the standard deviation but did not subtract the mean.",
        ),
        "mean not subtracted from the test data": (
            lambda X_train, X_test: (
                _scaled(X_train, X_train),
                X_test / np.std(X_train, axis=0),
            ),
            "The training data are right. From the test data the mean is not subtracted.",
        ),
        "test data not divided": (
            lambda X_train, X_test: (
                _scaled(X_train, X_train),
                X_test - np.mean(X_train, axis=0),
            ),
            "The training data are right. The test data are not divided by the standard deviation.",
        ),
        "mean of the test data": (
            lambda X_train, X_test: (
                _scaled(X_train, X_train),
                (X_test - np.mean(X_test, axis=0)) / np.std(X_train, axis=0),
            ),
            "The training data are right. From the test data you subtracted their own mean: use "
            "that of the training data.",
        ),
        "spread of the test data": (
            lambda X_train, X_test: (
                _scaled(X_train, X_train),
                (X_test - np.mean(X_train, axis=0)) / np.std(X_test, axis=0),
            ),
            "The training data are right. You divided the test data by their own spread: use that "
            "of the training data.",
        ),
        "variance": (
            lambda X_train, X_test: (
                (X_train - np.mean(X_train, axis=0)) / np.var(X_train, axis=0),
                (X_test - np.mean(X_train, axis=0)) / np.var(X_train, axis=0),
            ),
            "You divided by the variance. Divide by its root, the standard deviation: it has the "
            "unit of the feature.",
        ),
        "n - 1": (
            lambda X_train, X_test: (
                _scaled(X_train, X_train, ddof=1),
                _scaled(X_test, X_train, ddof=1),
            ),
            "Your standard deviation divides by n - 1 (`ddof=1`). Here it divides by n, so that "
            "the scaled data have spread 1.",
        ),
        "one mean for all features": (
            lambda X_train, X_test: (
                (X_train - np.mean(X_train)) / np.std(X_train),
                (X_test - np.mean(X_train)) / np.std(X_train),
            ),
            "You took one mean and one spread for the whole table. Each feature has its own: "
            "`axis=0`.",
        ),
        "mean of the whole table": (
            lambda X_train, X_test: (
                (X_train - np.mean(X_train)) / np.std(X_train, axis=0),
                (X_test - np.mean(X_train)) / np.std(X_train, axis=0),
            ),
            "You took one mean for the whole table. Each feature has its own: `axis=0`.",
        ),
        "spread of the whole table": (
            lambda X_train, X_test: (
                (X_train - np.mean(X_train, axis=0)) / np.std(X_train),
                (X_test - np.mean(X_train, axis=0)) / np.std(X_train),
            ),
            "You took one spread for the whole table. Each feature has its own: `axis=0`.",
        ),
        "one mean for each table": (
            lambda X_train, X_test: (
                (X_train - np.mean(X_train)) / np.std(X_train),
                (X_test - np.mean(X_test)) / np.std(X_test),
            ),
            "You took one mean and one spread for each whole table, the test data's own for the "
            "test data. Each feature has its own, `axis=0`, and both tables use those of the "
            "training data.",
        ),
        "along the rows": (
            lambda X_train, X_test: (
                (X_train - np.mean(X_train, axis=1, keepdims=True))
                / np.std(X_train, axis=1, keepdims=True),
                (X_test - np.mean(X_test, axis=1, keepdims=True))
                / np.std(X_test, axis=1, keepdims=True),
            ),
            "You scaled along the rows, bird by bird, and mixed millimetres with grams. Go down "
            "the columns: `axis=0`.",
        ),
        "between 0 and 1": (
            lambda X_train, X_test: (
                (X_train - np.min(X_train, axis=0)) / np.ptp(X_train, axis=0),
                (X_test - np.min(X_train, axis=0)) / np.ptp(X_train, axis=0),
            ),
            "You scaled from smallest to largest. Standardizing means mean 0 and standard "
            "deviation 1.",
        ),
        "brackets": (
            lambda X_train, X_test: (
                X_train - np.mean(X_train, axis=0) / np.std(X_train, axis=0),
                X_test - np.mean(X_train, axis=0) / np.std(X_train, axis=0),
            ),
            "Division comes before subtraction: put `X - mean` in brackets.",
        ),
        "multiplied": (
            lambda X_train, X_test: (
                (X_train - np.mean(X_train, axis=0)) * np.std(X_train, axis=0),
                (X_test - np.mean(X_train, axis=0)) * np.std(X_train, axis=0),
            ),
            "You multiplied by the standard deviation. Divide by it.",
        ),
        "training data only": (
            lambda X_train, X_test: _scaled(X_train, X_train),
            "You return the training data only: return both, with a comma between them.",
        ),
    },
)


def _dealt(batches: Any, n: int, batch_size: int, rng: np.random.Generator) -> dict[str, Any]:
    """What counts of some batches: not the order, which is chance, but that it is chance."""
    if isinstance(batches, np.ndarray) and batches.ndim < 2:
        raise TypeError("not a list of batches")
    rows = np.concatenate([np.asarray(batch) for batch in batches])
    untouched = np.random.default_rng(seed(rng)).bit_generator.state
    return {
        "the sizes of the batches": [len(batch) for batch in batches],
        "“all rows are from 0 to n - 1”": bool(np.all((rows >= 0) & (rows < n))),
        "“every row comes once”": len(np.unique(rows)) == len(rows),
        "“no row is left out”": len(np.unique(rows)) >= n,
        "“they are shuffled”": n < 10 or _is_shuffled(rows),
        "“rng was asked”": n < 10 or rng.bit_generator.state != untouched,
    }


def _is_shuffled(rows: NDArray[Any]) -> bool:
    """Not in rising order, and of many rows fewer than half beside their old neighbour.

    Chance leaves about two such pairs, whatever their number.
    """
    steps = np.diff(rows)
    return bool(np.any(steps < 0)) and (
        len(rows) < 20 or np.sum(np.abs(steps) == 1) < len(rows) / 2
    )


def _cut(order: NDArray[Any], batch_size: int) -> list[NDArray[Any]]:
    return [order[first : first + batch_size] for first in range(0, len(order), batch_size)]


def _drawn_again(n: int, batch_size: int, rng: np.random.Generator) -> list[NDArray[Any]]:
    return [rng.integers(0, n, size=len(batch)) for batch in _cut(np.arange(n), batch_size)]


chapter.exercise(
    core.minibatches,
    task=(
        "A list of arrays of row numbers. Every row comes once, and the last batch holds the rest."
    ),
    view=_dealt,
    cases={
        "ten birds by fours": (10, 4, np.random.default_rng(0)),
        "twelve birds by fours": (12, 4, np.random.default_rng(1)),
        "one bird": (1, 1, np.random.default_rng(2)),
        "one by one": (11, 1, np.random.default_rng(3)),
        "all at once": (13, 13, np.random.default_rng(4)),
        "all but one": (13, 12, np.random.default_rng(5)),
        "333 penguins by 32": (333, 32, np.random.default_rng(6)),
    },
    random=lambda rng: (
        int(n := rng.integers(10, 60)),
        int(rng.integers(1, n)),
        np.random.default_rng(int(rng.integers(1000))),
    ),
    hints=(
        "Shuffle first, cut afterwards: `rng.permutation(n)` gives 0 to n - 1 in random order.",
        "A batch is a slice of that order, `order[first : first + batch_size]`. A slice may reach "
        "past the end: it takes what is there.",
        "The slices begin at 0, batch_size, 2 * batch_size, ...: `range(0, n, batch_size)`.",
    ),
    mistakes={
        "not shuffled": (
            lambda n, batch_size, rng: _cut(np.arange(n), batch_size),
            "You did not shuffle: the rows come in the order of the table, where like often sits "
            "next to like. Deal from `rng.permutation(n)`.",
        ),
        "not shuffled, though rng was asked": (
            lambda n, batch_size, rng: (rng.permutation(n), _cut(np.arange(n), batch_size))[1],
            "You asked `rng` for a random order but then cut the rows in their old one. "
            "`permutation` returns the new order: use what it returns.",
        ),
        "hardly shuffled": (
            lambda n, batch_size, rng: (rng.permutation(n), _cut(np.arange(n)[::-1], batch_size))[
                1
            ],
            "Most rows still stand beside the same ones as before: turning the order round, or "
            "moving or swapping a few, is no shuffling. Deal from `rng.permutation(n)`.",
        ),
        "a generator of its own": (
            lambda n, batch_size, rng: _cut(np.random.default_rng(0).permutation(n), batch_size),
            "You do not use the `rng` that is handed in. With a seed of your own every epoch is "
            "shuffled in the same way, and with chance from elsewhere no run can be repeated.",
        ),
        "last batch dropped": (
            lambda n, batch_size, rng: [
                batch for batch in _cut(rng.permutation(n), batch_size) if len(batch) == batch_size
            ],
            "You dropped the last batch because it is smaller. Its birds want to be learned from, "
            "too.",
        ),
        "always the last batch dropped": (
            lambda n, batch_size, rng: _cut(rng.permutation(n), batch_size)[:-1],
            "Your last batch is missing: the last slice has to begin before n.",
        ),
        "last batch filled up": (
            lambda n, batch_size, rng: _cut(
                np.resize(rng.permutation(n), -(-n // batch_size) * batch_size), batch_size
            ),
            "You filled up the last batch with birds that had been dealt already. It may be "
            "smaller.",
        ),
        "with replacement": (
            _drawn_again,
            "You drew each row at random from all of them, so that some come twice and some not "
            "at all. Shuffle once, then deal.",
        ),
        "full batches, with replacement": (
            lambda n, batch_size, rng: [
                rng.integers(0, n, size=batch_size) for _ in range(0, n, batch_size)
            ],
            "You drew each row at random from all of them, so that some come twice and some not "
            "at all, and the last batch is as large as the others. Shuffle once, then deal.",
        ),
        "drawn anew for each batch": (
            lambda n, batch_size, rng: [
                rng.choice(n, size=len(batch), replace=False)
                for batch in _cut(np.arange(n), batch_size)
            ],
            "You drew each batch anew from all rows, so that some rows come in several batches "
            "and some in none. Shuffle once, then deal.",
        ),
        "batches as large as their number": (
            lambda n, batch_size, rng: np.array_split(rng.permutation(n), batch_size),
            "You made batch_size batches. It is the size of a batch, and not their number.",
        ),
        "batches evened out": (
            lambda n, batch_size, rng: np.array_split(rng.permutation(n), -(-n // batch_size)),
            "You evened the batches out (`np.array_split` does that). All but the last have "
            "batch_size rows.",
        ),
        "rows from 1": (
            lambda n, batch_size, rng: _cut(rng.permutation(n) + 1, batch_size),
            "You counted the rows from 1. Python counts from 0, and row n does not exist.",
        ),
        "one row too many": (
            lambda n, batch_size, rng: _cut(rng.permutation(n + 1), batch_size),
            "You dealt n + 1 rows: the row numbers go from 0 to n - 1.",
        ),
        "one row too few": (
            lambda n, batch_size, rng: _cut(rng.permutation(max(n - 1, 1)), batch_size),
            "You dealt n - 1 rows: the row numbers go from 0 to n - 1, which are n.",
        ),
        "one batch only": (
            lambda n, batch_size, rng: _cut(rng.permutation(n), batch_size)[:1],
            "You return the first batch only. An epoch goes through all rows.",
        ),
        "windows": (
            lambda n, batch_size, rng: [
                rng.permutation(n)[first : first + batch_size] for first in range(n)
            ],
            "Your batches overlap: each begins one row after the last one. The next begins "
            "batch_size rows later.",
        ),
        "order not cut": (
            lambda n, batch_size, rng: rng.permutation(n),
            "You shuffled the rows but did not cut them into batches.",
        ),
        "batches shuffled, rows not": (
            lambda n, batch_size, rng: [
                _cut(np.arange(n), batch_size)[i] for i in rng.permutation(-(-n // batch_size))
            ],
            "You shuffled the batches but not the rows, so the same birds always sit together. "
            "Shuffle all rows, then cut.",
        ),
        "shuffled in each batch only": (
            lambda n, batch_size, rng: [rng.permutation(b) for b in _cut(np.arange(n), batch_size)],
            "You shuffled inside each batch, so the same birds always sit together. Shuffle all "
            "rows, then cut.",
        ),
    },
)


def own_walk(X: Array, y: Array, learning_rate: float, n_steps: int) -> tuple[Array, float]:
    """Walk down the MSE of X @ w + b, from zeros; return the last w and b."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        slopes = losses.mse_gradient(X @ w + b, y)
        w, b = w - learning_rate * X.T @ slopes, b - learning_rate * np.sum(slopes)
    return w, b


def _training(step: Callable[..., Any], start: float = 0.0) -> Callable[..., Any]:
    """The end of a walk whose points follow from ``step(X, y, w, b, rate, i)``."""

    def end(X: Array, y: Array, learning_rate: float, n_steps: int) -> Any:
        w, b = np.full(X.shape[1], start), start
        for i in range(n_steps):
            w, b = step(X, y, w, b, learning_rate, i)
        return w, b

    return end


def _against(
    X: Array, y: Array, w: Array, b: float, rate: float, i: int = 0, factors: Any = (1, 1)
) -> tuple[Array, float]:
    """One step of both, each with a factor of its own."""
    slopes = _slopes(X, y, w, b)
    return w - factors[0] * rate * X.T @ slopes, b - factors[1] * rate * np.sum(slopes)


def _both_times(factor: Callable[[Array], float]) -> Callable[..., Any]:
    """A walk whose slopes are all wrong by the same factor."""
    return _training(
        lambda X, y, w, b, rate, i: _against(X, y, w, b, rate, factors=(factor(y), factor(y)))
    )


def _one_after_the_other(X: Array, y: Array, w: Array, b: float, rate: float, i: int) -> Any:
    w = w - rate * X.T @ _slopes(X, y, w, b)
    return w, b - rate * np.sum(_slopes(X, y, w, b))


def _bias_first(X: Array, y: Array, w: Array, b: float, rate: float, i: int) -> Any:
    b = float(b - rate * np.sum(_slopes(X, y, w, b)))
    return w - rate * X.T @ _slopes(X, y, w, b), b


def _walks(rng: np.random.Generator) -> tuple[Array, Array, float, int]:
    """Birds with fewer features than there are birds, a rate that converges, and steps."""
    d = int(rng.integers(1, 4))
    n = d + int(rng.integers(2, 5))
    X = rng.normal(0, 1, size=(n, d)).round(1)
    return X, rng.normal(1, 2, size=n).round(1), 0.05, int(rng.integers(3, 12))


HANDFUL = (
    np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 2.0], [-1.0, 1.0]]),
    np.array([2.0, 0.0, 1.0, 4.0]),
)
WALKS = {
    "three birds, one feature, one step": ([[1.0], [2.0], [-1.0]], [2.0, 1.0, 0.5], 0.1, 1),
    "four birds, two features": (HANDFUL[0].tolist(), HANDFUL[1].tolist(), 0.05, 6),
    "whole numbers": ([[1, 0], [0, 1], [2, 1]], [3, 1, 2], 0.1, 5),
    "a rate that is too large": ([[1.0], [3.0]], [1.0, -1.0], 0.5, 4),
}

chapter.exercise(
    own_walk,
    task="The functions that you have written above may be used.",
    cases={
        "no step": ([[1.0], [2.0], [-1.0]], [2.0, 1.0, 0.5], 0.1, 0),
        "two steps": ([[1.0], [2.0], [-1.0]], [2.0, 1.0, 0.5], 0.1, 2),
        **WALKS,
        "a hundred steps": ([[-1.0], [0.5], [2.0], [-1.5]], [1.0, 3.0, 6.0, 0.5], 0.1, 100),
    },
    random=_walks,
    hints=(
        "Begin with `w = np.zeros(X.shape[1])`, one weight for each column, and `b = 0.0`. What "
        "happens in each of the n_steps rounds?",
        "`w_slope, b_slope = parameter_gradient(X, y, w, b)` takes both slopes at one point. Only "
        "then step with both: `one_step(w, w_slope, learning_rate)`, and the same for b.",
        "Or pack w and b into one array, `p`, as in section 3.4: then "
        "`lambda p: np.append(*parameter_gradient(X, y, p[:-1], p[-1]))` is a gradient for "
        "`gradient_descent`, and its last point is `p[:-1]` and `p[-1]`.",
    ),
    mistakes={
        "uphill": (
            _both_times(lambda y: -1),
            "You go uphill: the slopes say where the loss grows. Step against them, with a minus.",
        ),
        "one after the other": (
            _training(_one_after_the_other),
            "Your bias looks at the new weights. Take both slopes at the same point, and only "
            "then step with both.",
        ),
        "bias first": (
            _training(_bias_first),
            "Your weights look at the new bias. Take both slopes at the same point, and only then "
            "step with both.",
        ),
        "learning rate left out": (
            _training(lambda X, y, w, b, rate, i: _against(X, y, w, b, 1.0)),
            "You left out the learning rate: multiply the slopes by it.",
        ),
        "2 lost": (
            _both_times(lambda y: 0.5),
            "The 2 is lost: the slope of a square is twice what is squared.",
        ),
        "not divided by n": (
            _both_times(len),
            "You did not divide by n: these are the slopes of the sum of squares, and the MSE is "
            "their mean.",
        ),
        "2 lost and not divided by n": (
            _both_times(lambda y: len(y) / 2),
            "A 2, from the square, and a division by n, from the mean, are missing.",
        ),
        "bias stays": (
            _training(lambda X, y, w, b, rate, i: _against(X, y, w, b, rate, factors=(1, 0))),
            "Your bias never leaves 0. It takes a step in every round, as the weights do.",
        ),
        "weights stay": (
            _training(lambda X, y, w, b, rate, i: _against(X, y, w, b, rate, factors=(0, 1))),
            "Your weights never leave 0. They take a step in every round, as the bias does.",
        ),
        "no step": (
            _training(lambda X, y, w, b, rate, i: (w, b)),
            "You return the zeros that you began with: what a step gives has to become the new w "
            "and b.",
        ),
        "start of ones": (
            _training(_against, start=1.0),
            "Your walk begins at ones. Begin with zeros.",
        ),
        "always from the start": (
            lambda X, y, rate, n_steps: own_walk(X, y, rate, min(n_steps, 1)),
            "You take the first step only, or take it again and again from the zeros. Each step "
            "begins where the last one ended.",
        ),
        "slopes taken once": (
            lambda X, y, rate, n_steps: own_walk(X, y, rate * n_steps, 1),
            "You take the slopes before the loop, so that every step is like the first. Ask for "
            "them anew in each round.",
        ),
        "one step too many": (
            lambda X, y, rate, n_steps: own_walk(X, y, rate, n_steps + 1),
            "You take one step too many: `range(n_steps)` counts n_steps rounds.",
        ),
        "one step too few": (
            lambda X, y, rate, n_steps: own_walk(X, y, rate, max(n_steps - 1, 0)),
            "You take one step too few: `range(n_steps)` counts n_steps rounds.",
        ),
        "swapped": (
            lambda X, y, rate, n_steps: own_walk(X, y, rate, n_steps)[::-1],
            "You return the bias first. The order is weights, bias.",
        ),
        "packed": (
            lambda X, y, rate, n_steps: np.append(*own_walk(X, y, rate, n_steps)),
            "You return one array. Unpack it: all but the last are the weights, `p[:-1]`, and the "
            "last is the bias, `p[-1]`.",
        ),
        "weights only": (
            lambda X, y, rate, n_steps: own_walk(X, y, rate, n_steps)[0],
            "You return the weights only. Wanted are both, w and b.",
        ),
        "slopes for parameters": (
            lambda X, y, rate, n_steps: parameter_gradient(X, y, *own_walk(X, y, rate, n_steps)),
            "You return the slopes at the end of the walk. Wanted is where it ends.",
        ),
        "the whole path": (
            lambda X, y, rate, n_steps: core.gradient_descent(
                lambda p: np.append(*parameter_gradient(X, y, p[:-1], p[-1])),
                np.zeros(X.shape[1] + 1),
                rate,
                n_steps,
            ),
            "You return every point of the walk. Wanted is the last one only, as w and b.",
        ),
    },
)


# --- The repair shop -------------------------------------------------------------------------


def train_line(X: Array, y: Array, learning_rate: float, n_steps: int) -> tuple[Any, ...]:
    """Walk down the MSE of X @ w + b from zeros; return w, b and the loss before each step."""
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(n_steps):
        misses = X @ w + b - y
        losses.append(np.mean(misses**2))
        slopes = 2 * misses / len(y)
        w = w - learning_rate * (X.T @ slopes)
        b = b - learning_rate * np.sum(slopes)
    return w, b, losses


ON_A_PLANE = HANDFUL[0], HANDFUL[0] @ [1.0, -2.0] + 3


def _twice(X: Array, y: Array) -> tuple[Array, Array]:
    return np.repeat(X, 2, axis=0), np.repeat(y, 2)


def _down_the_slope(step: Array, loss: Callable[[Array], float]) -> bool:
    """Whether a step from zeros with the rate 0.1 goes against the slope that is measured."""
    return same(step, -0.1 * core.numerical_gradient(loss, np.zeros(len(step))))


def _plane_loss(point: Array) -> float:
    return losses.mse(HANDFUL[0] @ point[:2] + point[2], HANDFUL[1])


repair(
    chapter,
    train_line,
    faults={"sum for mean": {"2 * misses / len(y)": "2 * misses"}},
    tests={
        "the loss at the start is the mean square of y": lambda run: same(
            run(*HANDFUL, 0.01, 1)[2], [np.mean(HANDFUL[1] ** 2)]
        ),
        "in another order, the birds give the same walk": lambda run: same(
            run(*HANDFUL, 0.01, 9), run(HANDFUL[0][::-1], HANDFUL[1][::-1], 0.01, 9)
        ),
        "with a small rate, a handful is learnt by heart": lambda run: (
            run(*ON_A_PLANE, 0.05, 500)[2][-1] < 1e-3
        ),
        "the first step goes down the measured slope": lambda run: _down_the_slope(
            np.append(*run(*HANDFUL, 0.1, 1)[:2]), _plane_loss
        ),
        "with every bird twice, it is the same walk": lambda run: same(
            run(*HANDFUL, 0.01, 9), run(*_twice(*HANDFUL), 0.01, 9)
        ),
    },
    cases=WALKS,
    random=_walks,
    hints=(
        "The loss at the start, with w and b at zero, is the mean square of y. It is right, so "
        "the data and the loss are.",
        "Check the gradient: `train_line(X, y, 0.1, 1)` takes one step from zeros. How large is "
        "it, and how large should it be?",
        "Hand in every bird twice. A mean stays what it is. What does not stay?",
    ),
    symptoms={
        "a smaller rate": (
            {
                "learning_rate * (X": "learning_rate / 100 * (X",
                "learning_rate * np.sum": "learning_rate / 100 * np.sum",
            },
            "With a smaller rate it works for these birds; a hundred times as many need another.",
        ),
        "divided by ten": (
            {"2 * misses": "2 * misses / 10"},
            "You divide by ten, however many birds there are.",
        ),
        "slopes cut off": (
            {"2 * misses": "np.clip(2 * misses, -1, 1)"},
            "Slopes that are cut off cannot run away, but they are not those of the loss.",
        ),
        "a sum for the loss, too": (
            {"np.mean(misses": "np.sum(misses"},
            "Loss and slope belong together now, and both grow with the number of birds.",
        ),
        "one of the two": (
            {"(X.T @ slopes)": "(X.T @ slopes) / len(y)"},
            "The step of the weights is right. That of the bias still grows with the number of "
            "birds.",
        ),
    },
    new_faults={
        "2 lost": (
            {"2 * misses": "misses"},
            "The 2 of the square is lost: compare one step with the slope that you measure.",
        ),
        "divided by the features": (
            {"/ len(y)": "/ X.shape[1]"},
            "You divide by the number of features. The mean is one over birds.",
        ),
        "divided twice": (
            {"np.sum(slopes)": "np.mean(slopes)"},
            "The slope of the bias is divided by n twice.",
        ),
    },
)


def walk_down(X: Array, y: Array, learning_rate: float, n_steps: int) -> Array:
    """Walk down the MSE of X @ w from zeros; return all n_steps + 1 points, a row for each."""
    w = np.zeros(X.shape[1])
    path = [w]
    for _ in range(n_steps):
        slopes = 2 * (X @ w - y) / len(y)
        w = w - learning_rate * (X.T @ slopes)
        path.append(w)
    return np.stack(path)


repair(
    chapter,
    walk_down,
    faults={"one array for the whole history": {"w = w - learning_rate": "w -= learning_rate"}},
    tests={
        "the path has a row for each point": lambda run: run(*HANDFUL, 0.1, 7).shape == (8, 2),
        "the end has learnt a handful by heart": lambda run: np.allclose(
            run(HANDFUL[0], HANDFUL[0] @ [1.0, -2.0], 0.2, 60)[-1], [1, -2], atol=1e-3
        ),
        "the path begins at zero": lambda run: not np.any(run(*HANDFUL, 0.1, 7)[0]),
        "the first step goes down the measured slope": lambda run: _down_the_slope(
            run(*HANDFUL, 0.1, 7)[1], lambda w: losses.mse(HANDFUL[0] @ w, HANDFUL[1])
        ),
        "a shorter walk is the beginning of a longer one": lambda run: same(
            run(*HANDFUL, 0.1, 4), run(*HANDFUL, 0.1, 7)[:5]
        ),
    },
    cases=WALKS,
    random=_walks,
    hints=(
        "Does it learn? Look at the last point: it is where it should be. So the steps are right.",
        "Where does a path begin? Print the first point, and then all of them.",
        "Ask for a walk of 4 steps and one of 7. The first 5 points should be the same.",
    ),
    symptoms={
        "the start only": (
            {"path = [w]": "path = [w.copy()]"},
            "The start is kept, but all other points are still one and the same.",
        ),
        "all but the start": (
            {"path.append(w)": "path.append(w.copy())"},
            "The steps are kept, but the start still moves along with w.",
        ),
        "a straight line": (
            {"np.stack(path)": "np.linspace(np.zeros_like(w), w, n_steps + 1)"},
            "Start and end are right, and the points between them are made up.",
        ),
    },
    new_faults={
        "start lost": (
            {"path = [w]": "path = []"},
            "The start is not in the path any more.",
        ),
        "written down too early": (
            {"        path.append(w)\n": "", "slopes = 2": "path.append(w)\n        slopes = 2"},
            "Each point is written down before its step, so that the start comes twice and the "
            "end is missing.",
        ),
        "sum for mean": (
            {" / len(y)": ""},
            "The division by n is gone: the rate would have to change with the number of birds.",
        ),
    },
)


def train_together(X: Array, y: Array, learning_rate: float, n_steps: int) -> tuple[Any, ...]:
    """Walk down the MSE of X @ w + b from zeros, with both at once; return w and b."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        misses = X @ w + b - y
        w = w - learning_rate * 2 * X.T @ misses / len(y)
        b = b - learning_rate * 2 * np.mean(misses)
    return w, b


repair(
    chapter,
    train_together,
    faults={
        "one after the other": {
            "        misses = X @ w + b - y\n": "",
            "X.T @ misses": "X.T @ (X @ w + b - y)",
            "np.mean(misses)": "np.mean(X @ w + b - y)",
        }
    },
    tests={
        "a handful is learnt by heart": lambda run: np.allclose(
            np.append(*run(*ON_A_PLANE, 0.1, 400)), [1, -2, 3], atol=1e-2
        ),
        "in another order, the birds give the same walk": lambda run: same(
            run(*HANDFUL, 0.1, 9), run(HANDFUL[0][::-1], HANDFUL[1][::-1], 0.1, 9)
        ),
        "with every bird twice, it is the same walk": lambda run: same(
            run(*HANDFUL, 0.1, 9), run(*_twice(*HANDFUL), 0.1, 9)
        ),
        "the first step goes down the measured slope": lambda run: _down_the_slope(
            np.append(*run(*HANDFUL, 0.1, 1)), _plane_loss
        ),
        "the bias takes the step that a feature of ones would take": lambda run: same(
            run(np.column_stack([HANDFUL[0], np.ones(4)]), HANDFUL[1], 0.1, 5)[0][-1],
            run(np.column_stack([HANDFUL[0], np.ones(4)]), HANDFUL[1], 0.1, 5)[1],
        ),
    },
    cases=WALKS,
    random=_walks,
    hints=(
        "It learns a handful by heart, so it looks well. Only one test shows the fault: check the "
        "gradient, with one step from zeros.",
        "Which of the two steps is not the measured one, that of w or that of b?",
        "At which point is each slope taken? A gradient is all slopes at one and the same point.",
    ),
    symptoms={
        "a smaller rate": (
            {"b - learning_rate * 2": "b - learning_rate"},
            "With half the rate the difference is smaller, but b still looks at the new w.",
        ),
        "the other way round": (
            {
                "        b = b - learning_rate * 2 * np.mean(X @ w + b - y)\n": "",
                "        w = w": "        b = b - learning_rate * 2 * np.mean(X @ w + b - y)\n"
                "        w = w",
            },
            "Now b goes first, and w looks at the new b.",
        ),
        "more steps": (
            {"range(n_steps)": "range(2 * n_steps)"},
            "More steps bring both ways to the same end, but not by the same path.",
        ),
    },
    new_faults={
        "2 lost for the bias": (
            {"learning_rate * 2 * np": "learning_rate * np"},
            "The bias has lost the 2 of the square.",
        ),
        "sum for mean": (
            {"np.mean(misses)": "np.sum(misses)"},
            "The slope of the bias is a sum now, and grows with the number of birds.",
        ),
        "misses taken once": (
            {
                "        misses = X @ w + b - y\n": "",
                "b = np.zeros(X.shape[1]), 0.0\n": "b = np.zeros(X.shape[1]), 0.0\n"
                "    misses = X @ w + b - y\n",
            },
            "The misses are worked out before the loop, so that every step is like the first.",
        ),
    },
)


def walk_slower(
    X: Array, y: Array, learning_rate: float, decay: float, n_steps: int
) -> tuple[Any, ...]:
    """Walk down the MSE of X @ w from zeros, slower and slower; return w and the rates.

    The steps are numbered 0, 1, 2, ..., and the rate of each is the learning rate divided by
    1 + decay * step.
    """
    w, rates = np.zeros(X.shape[1]), []
    for step in range(n_steps):
        rate = learning_rate / (1 + decay * step)
        w = w - rate * 2 * X.T @ (X @ w - y) / len(y)
        rates.append(rate)
    return w, rates


SLOWER = {
    "three birds, one feature, three steps": ([[1.0], [2.0], [-1.0]], [2.0, 1.0, 0.5], 0.1, 1.0, 3),
    "four birds, two features": (HANDFUL[0].tolist(), HANDFUL[1].tolist(), 0.05, 0.5, 6),
    "whole numbers": ([[1, 0], [0, 1], [2, 1]], [3, 1, 2], 0.1, 1, 5),
    "no decay": ([[1.0], [3.0]], [1.0, -1.0], 0.05, 0.0, 4),
}


def _slower_walks(rng: np.random.Generator) -> tuple[Any, ...]:
    """Birds, a rate that converges, a decay and steps."""
    X, y, rate, n_steps = _walks(rng)
    return X, y, rate, float(rng.integers(1, 8)) / 4, n_steps


repair(
    chapter,
    walk_slower,
    faults={
        "a rate that falls to 0": {
            "        rate = learning_rate": "        learning_rate = learning_rate",
            "w - rate *": "w - learning_rate *",
            "append(rate)": "append(learning_rate)",
        }
    },
    tests={
        "there is a rate for each step": lambda run: len(run(*HANDFUL, 0.1, 1.0, 7)[1]) == 7,
        "the first step goes down the measured slope": lambda run: _down_the_slope(
            run(*HANDFUL, 0.1, 1.0, 1)[0], lambda w: losses.mse(HANDFUL[0] @ w, HANDFUL[1])
        ),
        "without decay, the rate stays what it is": lambda run: same(
            run(*HANDFUL, 0.1, 0.0, 7)[1], [0.1] * 7
        ),
        "with time enough, a handful is learnt by heart": lambda run: np.allclose(
            run(HANDFUL[0], HANDFUL[0] @ [1.0, -2.0], 0.2, 0.1, 2000)[0], [1, -2], atol=1e-2
        ),
        "with decay 1, the rates go like 1, 1/2, 1/3, 1/4": lambda run: same(
            run(*HANDFUL, 0.1, 1.0, 4)[1], 0.1 / np.arange(1, 5)
        ),
    },
    cases=SLOWER,
    random=_slower_walks,
    hints=(
        "The first step is right, and without decay all of them are. Give it a handful to learn "
        "by heart, with a decay of 0.1 and 2000 steps: where does it stand still?",
        "Print the rates for a decay of 1. They should go like 1, 1/2, 1/3, 1/4. Do they?",
        "What is it that is divided in step 3: the rate that was handed in, or what step 2 has "
        "left of it?",
    ),
    symptoms={
        "a smaller decay": (
            {"(1 + decay *": "(1 + decay / 100 *"},
            "With a smaller decay the rate takes longer to fall to 0, but fall it does.",
        ),
        "a floor": (
            {
                "= learning_rate / (1 + decay * step)": (
                    "= max(learning_rate / (1 + decay * step), 0.01)"
                )
            },
            "A floor keeps the rate from 0, but on the way there it is still divided again and "
            "again.",
        ),
        "the same share each time": (
            {"(1 + decay * step)": "(1 + decay)"},
            "Now each step takes the same share of what is left: the rate still falls to 0, and "
            "the walk stands still before it is there.",
        ),
        "more steps": (
            {"range(n_steps)": "range(10 * n_steps)"},
            "More steps do not help a walk whose steps have no length.",
        ),
    },
    new_faults={
        "steps counted from 1": (
            {"decay * step": "decay * (step + 1)"},
            "The steps are counted from 1 now, so that the first is too short already.",
        ),
        "no decay": (
            {" / (1 + decay * step)": ""},
            "The rate does not fall any more.",
        ),
        "sum for mean": (
            {" / len(y)": ""},
            "The division by n is gone: the rate would have to change with the number of birds.",
        ),
        "the rate of the last step": (
            {"w - rate *": "w - learning_rate *"},
            "The rates are right, but no step uses them.",
        ),
    },
)
