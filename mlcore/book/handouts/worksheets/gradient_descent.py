"""Pencil tasks of chapter 3: measure a slope, walk down it, and know how far one may step."""

import numpy as np
from matplotlib.axes import Axes

from mlcore.book import figures
from mlcore.book.handouts.worksheets.task import Picture, Task
from mlcore.gradient_descent import (
    gradient_descent,
    learning_rate_limit,
    minibatches,
    numerical_gradient,
)
from mlcore.linear_regression import predict
from mlcore.losses import mse_gradient, residuals


def tasks(rng: np.random.Generator) -> list[Task]:
    """The sheet, from one slope to a whole epoch."""
    return [walk(rng), slope(rng), two_parameters(rng), limit(rng), batches(rng)]


def walk(rng: np.random.Generator) -> Task:
    """Three steps on a parabola, in a table and in the figure."""
    lowest = int(rng.choice([-2, -1, 1, 2, 3]))
    start = lowest + int(rng.choice([-4, 4]))
    rate = float(rng.choice([0.25, 0.75]))
    path = gradient_descent(lambda w: 2 * (w - lowest), float(start), rate, 3)
    slopes = 2 * (path - lowest)

    def draw(on: Axes, solved: bool) -> None:
        w = np.linspace(lowest - 5, lowest + 5, 101)
        on.set(xlim=(lowest - 5, lowest + 5), ylim=(0, 20))
        on.set(xticks=range(lowest - 5, lowest + 6), yticks=range(0, 21, 4))
        on.plot(w, (w - lowest) ** 2, color=figures.DATA, lw=1.2)
        on.plot(start, 16, "o", color=figures.PATH, mec="black")
        inwards = np.sign(lowest - start)
        side = "left" if inwards > 0 else "right"
        on.annotate("start", (start, 16), (9 * inwards, -3), textcoords="offset points", ha=side)
        if solved:
            on.plot(path, (path - lowest) ** 2, "o-", color=figures.PATH, mec="black", lw=1.2)

    return Task(
        title="Three steps down",
        given={"shift": -lowest, "start": start, "rate": rate},
        key={
            "path": path,
            "slopes": slopes[:3],
            "losses": (path - lowest) ** 2,
            "factor": (path[1] - lowest) / (path[0] - lowest),
        },
        question="The loss is (w {shift:+})², so its slope at w is 2 · (w {shift:+}). "
        "Start at w = {start} with the learning rate {rate}, take three steps, and mark them "
        "in the figure. By what factor does each step change the distance to the lowest point?\n\n"
        "| step | w | slope | rate · slope |\n"
        "| --- | --- | --- | --- |\n"
        "| 0 | {start} | | |\n"
        "| 1 | | | |\n"
        "| 2 | | | |\n"
        "| 3 | | ... | ... |",
        worked="w: **{path}**; slopes {slopes:s}; losses {losses}.  \n"
        "Each step multiplies the distance by 1 − 2 · {rate} = **{factor}**.",
        room=5,
        picture=Picture(
            draw,
            "parameter w",
            "loss",
            f"A parabola, lowest at w = {lowest}, where the loss is 0, "
            f"with the start at w = {start}, where the loss is 16.",
        ),
    )


def slope(rng: np.random.Generator) -> Task:
    """A slope by a small step up and one down."""
    w = int(rng.choice([-4, -3, -2, 2, 3, 4]))
    step = 0.1
    heights = np.array([(w + step) ** 2, (w - step) ** 2])
    return Task(
        title="Measure a slope",
        given={"w": w, "h": step},
        key={
            "heights": heights,
            "difference": heights[0] - heights[1],
            "slope": np.round(numerical_gradient(lambda v: float(v**2), w), 6),
        },
        question="The loss is w², and you stand at w = {w}. Go up by {h} and down by {h}: what "
        "is the loss at both places, and what is the slope between them, difference over "
        "{h} + {h}? What does the formula 2 · w say, and which way is down?",
        worked="{heights[0]} and {heights[1]}, difference {difference}: slope **{slope:s}**, the "
        "same as 2 · {w:()}. Down is against the slope: "
        + ("to smaller w." if w > 0 else "to larger w."),
    )


def two_parameters(rng: np.random.Generator) -> Task:
    """One step for a weight and a bias at once."""
    x = np.array([-int(rng.integers(1, 4)), int(rng.integers(1, 4))])
    w, b = int(rng.integers(1, 4)), int(rng.integers(1, 6))
    predictions = predict(x[:, None], [w], b)
    targets = predictions - rng.choice([-3, -2, -1, 1, 2, 3], size=2)
    misses, rate = residuals(predictions, targets), 0.1
    pulls = mse_gradient(predictions, targets)
    at = np.array([x @ pulls, pulls.sum()])
    new = gradient_descent(lambda point: at, [w, b], rate, 1)[-1]
    return Task(
        title="One step in two directions",
        given={"x": x, "y": targets, "w": w, "b": b, "rate": rate},
        key={
            "predictions": predictions,
            "misses": misses,
            "slopes": at,
            "new_w": new[0],
            "new_b": new[1],
        },
        question="Two birds: x = {x} and y = {y}. The line has w = {w} and b = {b}. Find the "
        "predictions and the misses. The slope of the MSE in w is the mean of 2 · miss · x, that "
        "in b the mean of 2 · miss. Take one step with the learning rate {rate}.",
        worked="Predictions {predictions}; misses **{misses:s}**.  \n"
        "Slope in w: {misses[0]:()} · {x[0]:()} + {misses[1]:()} · {x[1]:()} = "
        "**{slopes[0]:s}**; in b: {misses[0]:()} + {misses[1]:()} = **{slopes[1]:s}** "
        "(the 2 and the mean of two cancel).  \n"
        "w = {w} − {rate} · {slopes[0]:()} = **{new_w}**, "
        "b = {b} − {rate} · {slopes[1]:()} = **{new_b}**, both from the old line.",
        room=13,
    )


def limit(rng: np.random.Generator) -> Task:
    """The limit of the learning rate, and what happens on its two sides."""
    spread = int(rng.choice([1, 2, 5, 10]))
    x = np.array([-spread, spread])
    largest = learning_rate_limit(x[:, None])
    rates = largest * rng.permutation([0.2, 0.8, 1.2])
    factors = 1 - 2 * rates / largest
    creeps, hops = np.sort(rates)[:2]
    return Task(
        title="How far may one step?",
        given={"x": x, "rates": rates},
        key={
            "curvature": 2 * np.mean(x**2),
            "limit": largest,
            "factors": factors,
            "creeps": creeps,
            "hops": hops,
            "explodes": rates.max(),
        },
        question="A feature has the values {x}. The curvature of the MSE in the weight is twice "
        "the mean of x². What is it, and what is the limit of the learning rate, "
        "2 / curvature? Which of the rates {rates} creeps, which hops from side to side, and "
        "which one explodes?",
        worked="Curvature **{curvature}**, limit 2 / {curvature} = **{limit}**. "
        "A step multiplies the distance by 1 − rate · curvature: {factors}.  \n"
        "**{creeps}** (below half the limit) creeps, **{hops}** hops and arrives, "
        "**{explodes}** (above the limit) explodes.",
    )


def batches(rng: np.random.Generator) -> Task:
    """How many steps an epoch has."""
    size = int(rng.choice([4, 5, 8, 10]))
    n = size * int(rng.integers(3, 8)) + int(rng.integers(1, size))
    epochs = int(rng.integers(3, 7))
    dealt = minibatches(n, size, np.random.default_rng(0))
    return Task(
        title="Minibatches",
        given={"n": n, "size": size, "epochs": epochs},
        key={
            "per_epoch": len(dealt),
            "last": len(dealt[-1]),
            "steps": epochs * len(dealt),
        },
        question="{n} birds are dealt into batches of {size}. How many steps does an epoch have, "
        "how many birds has the last batch, and how many steps are {epochs} epochs? What is "
        "gained by small batches, and what is lost?",
        worked="**{per_epoch}** steps, the last batch with **{last}** of the birds; "
        "{epochs} · {per_epoch} = **{steps}** steps. Gained: many steps for one look at the data. "
        "Lost: each slope is only an estimate, so the walk is noisy.",
        room=8,
    )
