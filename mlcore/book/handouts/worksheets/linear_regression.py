"""Pencil tasks of chapter 1: predict, miss, and find the best line by hand."""

import numpy as np
from matplotlib.axes import Axes

from mlcore._arguments import Labels
from mlcore.book import figures
from mlcore.book.handouts.worksheets.task import Ask, Picture, Task
from mlcore.linear_regression import fit_linear_regression, predict
from mlcore.losses import mse, residuals

# Three whole numbers, not all of one size, whose mean square is a square: 9, 25, 36, 49.
MISSES = ((1, 1, 5), (1, 5, 7), (2, 2, 10), (1, 5, 11))


def two_birds(rng: np.random.Generator) -> Task:
    """Read a line off a figure."""
    w = int(rng.choice([25, 50, 75]))
    step = int(rng.choice([20, 40])) if w < 75 else 20
    x = 180 + 10 * int(rng.integers(0, 2))
    y = 3000 + 500 * int(rng.integers(0, 3))
    ends = np.array([x, x + step])
    masses = np.array([y, y + w * step])
    new = int(ends[1] + 10)
    weights, b = fit_linear_regression(ends[:, None], masses)

    def draw(on: Axes, solved: bool) -> None:
        on.set(xlim=(170, 250), ylim=(2500, 7000), xticks=range(170, 251, 10))
        on.set(yticks=range(2500, 7001, 500))
        for name, px, py in zip("AB", ends, masses, strict=True):
            on.plot(px, py, "o", color=figures.DATA, ms=6)
            on.annotate(name, (px, py), (5, -11), textcoords="offset points")
        if solved:
            line = np.array([172, 240])
            figures.line(on, line, predict(line[:, None], weights, b), "")

    return Task(
        title="A line through two birds",
        given={"x": ends, "y": masses, "new": new},
        key={
            "dx": step,
            "dy": masses[1] - masses[0],
            "w": weights[0],
            "b": b,
            "prediction": predict([[new]], weights, b)[0],
        },
        asks=(
            Ask(
                "weight of the line",
                "w",
                "g per mm",
                {
                    "the fraction is upside down: mm per g": step / (w * step),
                    "the rise alone, not divided by the run": w * step,
                    "a mass over a flipper: the line need not go through 0": y / x,
                },
            ),
            Ask(
                "bias of the line",
                "b",
                "g",
                {"the mass of A: a flipper of 0 mm is far to the left": y, "a lost sign": -b},
            ),
            Ask(
                f"prediction for {new} mm",
                "prediction",
                "g",
                {"the bias was left out": w * new, "the bias was subtracted": w * new - b},
            ),
        ),
        reasons=("the line drawn through both birds",),
        section="A rule with two numbers",
        minutes=6,
        question="Read the two birds off the figure and draw the line through them. "
        "What are its weight and its bias, each with its unit? "
        "What does it predict for a flipper of {new} mm? Check it on your line.",
        worked="A has {x[0]} mm and {y[0]} g, B has {x[1]} mm and {y[1]} g.  \n"
        "weight = {dy} g / {dx} mm = **{w} g per mm**  \n"
        "bias = {y[0]} − {w} · {x[0]} = **{b} g**  \n"
        "prediction = {w} · {new} {b:+} = **{prediction} g**",
        room=6,
        picture=Picture(
            draw,
            "flipper length (mm)",
            "body mass (g)",
            f"A grid with two birds: A at {ends[0]} mm and {masses[0]} g, "
            f"B at {ends[1]} mm and {masses[1]} g.",
        ),
    )


def prediction(rng: np.random.Generator) -> Task:
    """Multiply by the weight, add the bias; and what a weight says."""
    w = int(rng.choice([20, 40, 50]))
    x = np.sort(rng.choice([180, 190, 200, 210, 220], size=2, replace=False))
    b = 4000 - 200 * w + 100 * int(rng.choice([-3, -2, -1, 1, 2, 3]))  # never 0
    longer = int(rng.choice([2, 3, 5]))
    return Task(
        title="Predict",
        given={"w": w, "b": b, "x": x, "longer": longer},
        key={"predictions": predict(x[:, None], [w], b), "heavier": w * longer},
        asks=(
            *(
                Ask(
                    f"prediction for {mm} mm",
                    f"predictions[{i}]",
                    "g",
                    {
                        "the bias was left out": w * mm,
                        "the bias was subtracted": w * mm - b,
                        "the bias was added before multiplying": w * (mm + b),
                    },
                )
                for i, mm in enumerate(x)
            ),
            Ask(
                f"how much heavier with {longer} mm more",
                "heavier",
                "g",
                {"the bias was added: it cancels": w * longer + b},
            ),
        ),
        reasons=("the bias belongs to 0 mm, far outside the data",),
        section="A rule with two numbers",
        minutes=4,
        question="A line has the weight {w} g per mm and the bias {b} g. "
        "What does it predict for flippers of {x[0]} mm and {x[1]} mm? "
        "How much heavier does it say a bird is whose flipper is {longer} mm longer? "
        "Why is the bias not the mass of any bird?",
        worked="{w} · {x[0]} {b:+} = **{predictions[0]} g** and "
        "{w} · {x[1]} {b:+} = **{predictions[1]} g**  \n"
        "{w} g per mm · {longer} mm = **{heavier} g**, whatever the bias.  \n"
        "The bias is the prediction for a flipper of 0 mm, far outside the data.",
    )


def misses(rng: np.random.Generator) -> Task:
    """Residuals, their mean and their mean square."""
    sizes = 100 * rng.permutation(rng.choice(MISSES))
    miss = sizes * rng.choice([-1, 1], size=3)
    targets = 100 * rng.integers(32, 58, size=3)
    predictions = targets + miss
    return Task(
        title="How wrong?",
        given={"predictions": predictions, "targets": targets},
        key={
            "misses": residuals(predictions, targets),
            "squares": residuals(predictions, targets) ** 2,
            "mse": mse(predictions, targets),
            "root": mse(predictions, targets) ** 0.5,
        },
        asks=(
            Ask("misses", "misses", "g"),
            Ask(
                "mean of the squares",
                "mse",
                "g²",
                {
                    "the sum, not divided by 3": np.sum(miss**2),
                    "the square of the mean miss": np.mean(miss) ** 2,
                    "the square of the mean size": np.mean(sizes) ** 2,
                },
            ),
            Ask(
                "root of the mean of the squares",
                "root",
                "g",
                {
                    "halved, where the root was asked for": np.mean(miss**2) / 2,
                    "the mean of the sizes": np.mean(sizes),
                    "the mean with signs, which cancel": np.mean(miss),
                },
            ),
        ),
        reasons=("the units g² and g",),
        section="What is left over",
        minutes=5,
        question="Fill in the table. Then: the mean of the squares, and its root, with units.\n\n"
        "| prediction | {predictions[0]} g | {predictions[1]} g | {predictions[2]} g |\n"
        "| --- | --- | --- | --- |\n"
        "| target | {targets[0]} g | {targets[1]} g | {targets[2]} g |\n"
        "| miss | | | |\n"
        "| miss² | | | |",
        worked="Prediction minus target: **{misses:s}** g. Squares: {squares} g².  \n"
        "mean = ({squares[0]} + {squares[1]} + {squares[2]}) / 3 = **{mse} g²**, "
        "root = **{root} g**, the typical miss.",
        room=7,
    )


def best_line(rng: np.random.Generator) -> Task:
    """Least squares on three points, by the two facts of the chapter."""
    y = _three_targets(rng)
    x = np.array([-1, 0, 1])
    w, b = fit_linear_regression(x[:, None], y)
    fitted = predict(x[:, None], w, b)
    return Task(
        title="The best line",
        given={"x": x, "y": y},
        key={
            "products": x * y,
            "sum_xy": np.sum(x * y),
            "sum_xx": np.sum(x * x),
            "sum_y": np.sum(y),
            "w": w[0],
            "b": b,
            "misses": residuals(fitted, y),
        },
        asks=(
            Ask(
                "w",
                "w",
                slips={
                    "divided by 3, the number of points": np.sum(x * y) / 3,
                    "the sum of x · y, not divided by that of x²": np.sum(x * y),
                },
            ),
            Ask(
                "b",
                "b",
                slips={
                    "the sum, not the mean": np.sum(y),
                    "the middle point: the line need not go through it": y[1],
                },
            ),
            Ask("misses", "misses"),
        ),
        reasons=("they add up to 0",),
        section="The best line, derived",
        minutes=5,
        question="Three points, measured from their middle: x = {x} and y = {y}. "
        "Because the x add up to 0, the best line has "
        "w = (sum of x · y) / (sum of x²) and b = mean of y. "
        "Find w and b, and show that the misses cancel.",
        worked="x · y = {products}, sum {sum_xy}; x² = 1, 0, 1, sum {sum_xx}: "
        "w = {sum_xy} / {sum_xx} = **{w}**  \n"
        "b = {sum_y} / 3 = **{b}**  \n"
        "misses, prediction minus target: {misses:s}, which add up to 0.",
    )


def _three_targets(rng: np.random.Generator) -> Labels:
    """Small whole numbers that are not on a line, and whose best line is whole."""
    w, b = int(rng.choice([1, 2, 3])), int(rng.integers(3, 8))
    bend = int(rng.choice([-1, 1]))  # the middle one is off by 2, its neighbours by 1 each
    return np.array([b - w + bend, b - 2 * bend, b + w + bend])


def two_features(rng: np.random.Generator) -> Task:
    """A table times a weight for each column."""
    X = rng.integers(1, 6, size=(2, 2))
    w = np.array([rng.integers(2, 6), -rng.integers(1, 4)])
    b = int(rng.integers(1, 10))
    n = int(rng.integers(5, 10)) * 10
    return Task(
        title="Two features",
        given={"X": X, "w": w, "b": b, "n": n},
        key={"predictions": predict(X, w, b), "shape": n},
        asks=tuple(
            Ask(
                f"prediction for the {which} bird",
                f"predictions[{i}]",
                slips={
                    "the bias was added once for each feature": X[i] @ w + 2 * b,
                    "the bias was left out": X[i] @ w,
                    "the weights are the wrong way round": X[i] @ w[::-1] + b,
                    "only the first feature": X[i][0] * w[0] + b,
                },
            )
            for i, which in enumerate(("first", "second"))
        ),
        reasons=("weights (2,)", "predictions ({shape},)"),
        section="Several features",
        minutes=4,
        question="Two birds with two features each: ({X[0]}) and ({X[1]}). "
        "The weights are {w}, the bias is {b}. What is predicted for each bird? "
        "A table of {n} birds has the shape ({n}, 2): "
        "what shapes have the weights, and the predictions?",
        worked="{w[0]} · {X[0][0]} {w[1]:+} · {X[0][1]} {b:+} = **{predictions[0]}** and "
        "{w[0]} · {X[1][0]} {w[1]:+} · {X[1][1]} {b:+} = **{predictions[1]}**  \n"
        "weights (2,), predictions **({shape},)**: one number for each bird.",
    )


TASKS = (two_birds, prediction, misses, best_line, two_features)
"""The sheet, from one bird to two features."""
