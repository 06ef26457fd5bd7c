"""Pencil tasks of chapter 3: measure a slope, walk down it, and know how far one may step."""

import numpy as np
from matplotlib.axes import Axes

from mlcore.book import figures
from mlcore.book.handouts.worksheets.task import Ask, Picture, Task
from mlcore.gradient_descent import (
    gradient_descent,
    learning_rate_limit,
    minibatches,
    numerical_gradient,
)
from mlcore.linear_regression import predict
from mlcore.losses import mse_gradient, residuals


def walk(rng: np.random.Generator) -> Task:
    """Three steps on a parabola, in a table and in the figure."""
    lowest = int(rng.choice([-3, -2, -1, 1, 2, 3, 4]))
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
        asks=(
            Ask("slopes", "slopes"),
            *(
                Ask(
                    f"w after step {i}",
                    f"path[{i}]",
                    slips={
                        "stepped up the slope": path[i - 1] + rate * slopes[i - 1],
                        "the whole slope, without the rate": path[i - 1] - slopes[i - 1],
                        "the 2 of the slope was left out": path[i - 1] - rate * slopes[i - 1] / 2,
                    },
                )
                for i in (1, 2, 3)
            ),
            Ask(
                "factor of each step",
                "factor",
                slips={
                    "1 − rate: the 2 of the slope was left out": 1 - rate,
                    "2 · rate: that is the part that is taken away": 2 * rate,
                },
            ),
        ),
        reasons=("the steps marked in the figure",),
        section="Walk",
        minutes=7,
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
    w = int(rng.choice([-6, -5, -4, -3, -2, 2, 3, 4, 5, 6]))
    step = float(rng.choice([0.1, 0.2, 0.5]))
    heights = np.array([(w + step) ** 2, (w - step) ** 2])
    return Task(
        title="Measure a slope",
        given={"w": w, "h": step},
        key={
            "heights": heights,
            "difference": heights[0] - heights[1],
            "slope": np.round(numerical_gradient(lambda v: float(v**2), w), 6),
        },
        asks=(
            Ask("losses at both places", "heights"),
            Ask(
                "slope between them",
                "slope",
                slips={
                    "divided by one step, not by both": (heights[0] - heights[1]) / step,
                    "the difference, not divided": heights[0] - heights[1],
                    "the lower place minus the upper: the sign": -2 * w,
                    "the loss, not its slope": w**2,
                },
            ),
        ),
        reasons=("2 · w says the same", "which way is down"),
        section="The slope under your feet",
        minutes=4,
        question="The loss is w², and you stand at w = {w}. Go up by {h} and down by {h}: what "
        "is the loss at both places, and what is the slope between them, difference over "
        "{h} + {h}? What does the formula 2 · w say, and which way is down?",
        worked="{heights[0]} and {heights[1]}, difference {difference}: slope **{slope:s}**, the "
        "same as 2 · {w:()}. Down is against the slope: "
        + ("to smaller w." if w > 0 else "to larger w."),
    )


def two_parameters(rng: np.random.Generator) -> Task:
    """One step for a weight and a bias at once."""
    at = np.zeros(2)
    while not np.all(at):  # a slope of 0 would leave nothing to do
        x = np.array([-int(rng.integers(1, 4)), int(rng.integers(1, 4))])
        w, b = int(rng.integers(1, 4)), int(rng.integers(1, 6))
        predictions = predict(x[:, None], [w], b)
        targets = predictions - rng.choice([-3, -2, -1, 1, 2, 3], size=2)
        pulls = mse_gradient(predictions, targets)
        at = np.array([x @ pulls, pulls.sum()])
    misses, rate = residuals(predictions, targets), 0.1
    new = gradient_descent(lambda point: at, [w, b], rate, 1)[-1]
    late = mse_gradient(predict(x[:, None], [new[0]], b), targets).sum()
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
        asks=(
            Ask("predictions", "predictions"),
            Ask("misses", "misses"),
            Ask(
                "slope in w",
                "slopes[0]",
                slips={
                    "the sum, not the mean": 2 * at[0],
                    "the 2 was left out": at[0] / 2,
                    "x was left out: that is the slope in b": at[1],
                    "target minus prediction: the sign": -at[0],
                },
            ),
            Ask(
                "slope in b",
                "slopes[1]",
                slips={
                    "the sum, not the mean": 2 * at[1],
                    "the 2 was left out": at[1] / 2,
                    "target minus prediction: the sign": -at[1],
                },
            ),
            Ask(
                "new w",
                "new_w",
                slips={
                    "stepped up the slope": w + rate * at[0],
                    "the whole slope, without the rate": w - at[0],
                },
            ),
            Ask(
                "new b",
                "new_b",
                slips={
                    "the new w was used already: both step from the old line": b - rate * late,
                    "stepped up the slope": b + rate * at[1],
                    "the whole slope, without the rate": b - at[1],
                },
            ),
        ),
        section="The slope of the penguins' loss",
        minutes=8,
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
    spread = int(rng.choice([1, 2, 4, 5, 10, 20]))
    x = np.array([-spread, spread])
    largest = learning_rate_limit(x[:, None])
    rates = largest * rng.permutation(rng.choice([[0.2, 0.8, 1.2], [0.4, 0.6, 1.6]]))
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
        asks=(
            Ask(
                "curvature",
                "curvature",
                slips={
                    "the mean of x², not twice": spread**2,
                    "twice the sum, not the mean": 4 * spread**2,
                },
            ),
            Ask(
                "limit of the learning rate",
                "limit",
                slips={
                    "1 / curvature: that is the best rate": largest / 2,
                    "curvature / 2": spread**2,
                },
            ),
            Ask("rate that creeps", "creeps", slips={"that one hops": hops}),
            Ask("rate that hops", "hops", slips={"that one creeps": creeps}),
            Ask("rate that explodes", "explodes", slips={"that one arrives": hops}),
        ),
        section="How far?",
        minutes=5,
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
        asks=(
            Ask(
                "steps in an epoch",
                "per_epoch",
                slips={
                    "the last, smaller batch was forgotten": n // size,
                    "a batch is whole or smaller, never a part of a step": n / size,
                },
            ),
            Ask("birds in the last batch", "last", slips={"it is not full": size}),
            Ask(
                f"steps in {epochs} epochs",
                "steps",
                slips={
                    "the last, smaller batches were forgotten": epochs * (n // size),
                    "one after the other, without dealing anew": -(-epochs * n // size),
                },
            ),
        ),
        reasons=("gained: more steps", "lost: each slope is an estimate"),
        section="A few birds at a time",
        minutes=4,
        question="{n} birds are dealt into batches of {size}. How many steps does an epoch have, "
        "how many birds has the last batch, and how many steps are {epochs} epochs? What is "
        "gained by small batches, and what is lost?",
        worked="**{per_epoch}** steps, the last batch with **{last}** of the birds; "
        "{epochs} · {per_epoch} = **{steps}** steps. Gained: many steps for one look at the data. "
        "Lost: each slope is only an estimate, so the walk is noisy.",
        room=8,
    )


TASKS = (walk, slope, two_parameters, limit, batches)
"""The sheet, from one slope to a whole epoch."""
