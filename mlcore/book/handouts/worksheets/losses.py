"""Pencil tasks of chapter 2: what a loss counts, what it wants, and how hard it pulls."""

import numpy as np
from matplotlib.axes import Axes

from mlcore._arguments import Labels
from mlcore.book import figures
from mlcore.book.handouts.worksheets.task import Ask, Picture, Task, shown
from mlcore.losses import huber, mae, mae_gradient, mse, mse_gradient, residuals

# Four whole numbers whose mean square is a square: 9, 25, 25, 25, 36.
MISSES = ((1, 1, 3, 5), (2, 4, 4, 8), (1, 3, 3, 9), (1, 5, 5, 7), (2, 2, 6, 10))

# Errors of a typical size in g: their squares have no more than three digits to write down.
GRAMS = (*(10 * n for n in range(11, 32) if n % 10), *(100 * n for n in range(2, 10)))


def table(rng: np.random.Generator) -> Task:
    """MAE, MSE and RMSE of four misses."""
    miss = rng.permutation(rng.choice(MISSES)) * rng.permutation([-1, -1, 1, 1])
    targets = rng.integers(11, 30, size=4)
    predictions = targets + miss
    return Task(
        title="Three losses",
        given={"predictions": predictions, "targets": targets},
        key={
            "misses": residuals(predictions, targets),
            "sizes": np.abs(residuals(predictions, targets)),
            "squares": residuals(predictions, targets) ** 2,
            "mae": mae(predictions, targets),
            "mse": mse(predictions, targets),
            "rmse": mse(predictions, targets) ** 0.5,
        },
        asks=(
            Ask("misses", "misses", "min"),
            Ask(
                "MAE",
                "mae",
                "min",
                {
                    "the signs were kept, and cancel": np.mean(miss),
                    "the sum, not the mean": np.sum(np.abs(miss)),
                },
            ),
            Ask(
                "MSE",
                "mse",
                "min²",
                {
                    "the sum, not the mean": np.sum(miss**2),
                    "the square of the mean size": np.mean(np.abs(miss)) ** 2,
                    "the root was taken: that is the RMSE": mse(predictions, targets) ** 0.5,
                },
            ),
            Ask(
                "RMSE",
                "rmse",
                "min",
                {
                    "halved, where the root was asked for": np.mean(miss**2) / 2,
                    "that is the MAE": np.mean(np.abs(miss)),
                },
            ),
        ),
        reasons=("the units min, min² and min",),
        section="Two ways to make a miss count",
        minutes=6,
        question="Minutes late, predicted and true. Find the misses, then MAE, MSE and RMSE, "
        "each with its unit.\n\n"
        "| predicted | {predictions[0]} | {predictions[1]} | {predictions[2]} "
        "| {predictions[3]} |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| true | {targets[0]} | {targets[1]} | {targets[2]} | {targets[3]} |\n"
        "| miss | | | | |",
        worked="Misses **{misses:s}**; sizes {sizes}; squares {squares}.  \n"
        "MAE = **{mae} min**, MSE = **{mse} min²**, RMSE = √{mse} = **{rmse} min**",
    )


def constant(rng: np.random.Generator) -> Task:
    """The mean, the median, and a typing error."""
    numbers = _five_numbers(rng)
    median = int(numbers[2])
    wrong = int(numbers[4] + 5 * rng.integers(4, 9))
    typed = np.array([*numbers[:4], wrong])
    order, ends = rng.permutation(5), numbers[[0, 4]]
    return Task(
        title="One number for all",
        given={"numbers": numbers[order], "largest": numbers[4], "wrong": wrong},
        key={
            "sorted": numbers,
            "total": numbers.sum(),
            "mean": np.mean(numbers),
            "median": np.median(numbers),
            "typed_total": typed.sum(),
            "typed_mean": np.mean(typed),
            "typed_median": np.median(typed),
        },
        asks=(
            Ask(
                "number with the lowest MSE",
                "mean",
                slips={"that is the median": median, "the middle of the two ends": ends.mean()},
            ),
            Ask(
                "number with the lowest MAE",
                "median",
                slips={
                    "that is the mean": np.mean(numbers),
                    "the one in the middle of the list, which is not sorted": numbers[order][2],
                },
            ),
            Ask(
                "number with the lowest MSE after the mistake",
                "typed_mean",
                slips={
                    "the mistake was added, and nothing taken away": (numbers.sum() + wrong) / 5,
                    "the mean of six numbers": (numbers.sum() + wrong) / 6,
                    "it does not stay: the mean follows the mistake": np.mean(numbers),
                },
            ),
            Ask(
                "number with the lowest MAE after the mistake",
                "typed_median",
                slips={"that is the mean, which follows the mistake": np.mean(typed)},
            ),
        ),
        section="Five numbers",
        minutes=5,
        question="Which single number has the lowest MSE on {numbers}, and which the lowest MAE? "
        "By mistake the {largest} is entered as {wrong}: where do the two answers go?",
        worked="The MSE wants the mean, {total} / 5 = **{mean}**; the MAE wants the median of "
        "{sorted}: **{median}**.  \n"
        "With the mistake: mean {typed_total} / 5 = **{typed_mean}**, median still "
        "**{typed_median}**.",
    )


def _five_numbers(rng: np.random.Generator) -> Labels:
    """In order; their mean is whole, and is not their median."""
    numbers = np.zeros(5, dtype=int)
    while numbers.mean() == numbers[2]:
        median = int(rng.integers(4, 9))
        low = np.sort(rng.choice(np.arange(1, median), size=2, replace=False))
        high = np.sort(rng.choice(np.arange(median + 1, median + 6), size=2, replace=False))
        numbers = np.concatenate([low, [median], high])
        numbers[4] += -numbers.sum() % 5
    return numbers


def pulls(rng: np.random.Generator) -> Task:
    """The slopes in each prediction, under the MSE and the MAE, which want different things."""
    number, far = int(rng.integers(22, 28)), int(rng.integers(1, 3))
    side = int(rng.choice([-1, 1]))  # of the few far targets, which outweigh the many near ones
    near = -2 * rng.integers(1, 2 + far, size=4 - far)
    miss = side * rng.permutation([*near, *(2 * rng.integers(7, 10, size=far))])
    targets, guess = number - miss, np.full(4, number)
    squares, sizes = mse_gradient(guess, targets), mae_gradient(guess, targets)
    return Task(
        title="Who pulls?",
        given={"number": number, "targets": targets},
        key={
            "misses": residuals(guess, targets),
            "mse_slopes": squares,
            "mse_sum": squares.sum(),
            "mse_wants": _wants(squares.sum()),
            "mae_slopes": sizes,
            "mae_sum": sizes.sum(),
            "mae_wants": _wants(sizes.sum()),
        },
        asks=(
            Ask("slopes of the MSE", "mse_slopes"),
            Ask(
                "sum of the slopes of the MSE",
                "mse_sum",
                slips={
                    "the factor 2 was left out": squares.sum() / 2,
                    "not divided by 4": 4 * squares.sum(),
                    "target minus prediction: the sign": -squares.sum(),
                },
            ),
            Ask("what the MSE wants of the number", "mse_wants"),
            Ask("slopes of the MAE", "mae_slopes"),
            Ask("sum of the slopes of the MAE", "mae_sum"),
            Ask("what the MAE wants of the number", "mae_wants"),
        ),
        section="How hard each bird pulls",
        minutes=6,
        question="You say {number} for each of {targets}. Find the slope of the MSE in each of "
        "the four predictions, 2 · miss / 4, and of the MAE, +1/4 or −1/4. "
        "Add each set up: does the loss want your number to rise, to fall, or to stay?",
        worked="Misses {misses:s}.  \n"
        "MSE: {mse_slopes:s}, sum **{mse_sum:s}**: it wants the number to **{mse_wants}**, "
        "against the slope.  \n"
        "MAE: {mae_slopes:s}, sum **{mae_sum:s}**: it wants the number to **{mae_wants}**, "
        "as every target has one vote.",
    )


def _wants(slope: float) -> str:
    """Where a loss of this slope wants the number to go: against the slope."""
    return "stay" if slope == 0 else "fall" if slope > 0 else "rise"


def springs(rng: np.random.Generator) -> Task:
    """Huber's loss on both sides of delta."""
    delta = int(rng.integers(2, 6))
    small, exact = int(rng.integers(1, delta)), delta
    large = int(rng.integers(delta + 2, delta + 8))
    misses = np.array([small, -exact, large])
    counted = [huber([miss], [0.0], delta) for miss in misses]
    return Task(
        title="Springs that give way",
        given={"delta": delta, "misses": misses},
        key={"counted": counted, "squares": misses**2},
        asks=(
            *(
                Ask(
                    f"Huber loss of the miss {shown(miss):s}",
                    f"counted[{i}]",
                    slips={
                        "squared, as the MSE counts": miss**2,
                        "the straight part, which begins beyond δ": abs(miss) * 2 * delta
                        - delta**2,
                        "δ² was not taken away": 2 * delta * abs(miss),
                    },
                )
                for i, miss in enumerate(misses)
            ),
            Ask("what the MSE would count", "squares"),
        ),
        section="How hard each bird pulls",
        minutes=4,
        question="Under the Huber loss with δ = {delta} a miss of size m counts m² up to δ, and "
        "2 · δ · m − δ² beyond. What do the misses {misses:s} count, and what would they count "
        "under the MSE?",
        worked="Huber: **{counted}**, the last as 2 · {delta} · {misses[2]} − {delta}²; "
        "squares: {squares}. At δ both formulas agree.",
        room=8,
    )


def units(rng: np.random.Generator) -> Task:
    """Squares have squared units."""
    grams = int(rng.choice(GRAMS))
    return Task(
        title="Units",
        given={"mse_g": grams**2},
        key={"rmse_g": mse([grams], [0]) ** 0.5, "mse_kg": mse([grams / 1000], [0])},
        asks=(
            Ask(
                "RMSE",
                "rmse_g",
                "g",
                {"halved, where the root was asked for": grams**2 / 2},
            ),
            Ask(
                "MSE",
                "mse_kg",
                "kg²",
                {
                    "divided by 1000 once: a kg² is 1000 g times 1000 g": grams**2 / 1000,
                    "that is the RMSE in kg": grams / 1000,
                },
            ),
        ),
        section="Reading a loss",
        minutes=3,
        question="A report says “MSE {mse_g}”, for masses in g. What is the RMSE in g, and "
        "what is the same MSE in kg²?",
        worked="RMSE = **{rmse_g} g**; 1 kg² is a million g², so the MSE is **{mse_kg} kg²**.",
        room=5,
    )


def overfitting(rng: np.random.Generator) -> Task:
    """Two curves over the degree: which one chooses?"""
    best, steep = int(rng.integers(2, 5)), int(rng.integers(1, 3))
    degrees = np.arange(1, 8)
    start = 350 + 50 * int(rng.integers(0, 2))
    training = start - 50 * np.minimum(degrees - 1, 3) - 25 * np.maximum(degrees - 4, 0)
    above = 50 * np.where(degrees < best, steep * (best - degrees), (degrees - best) ** 2)
    held_out = training[best - 1] + 50 * int(rng.integers(1, 4)) + above
    held_out = np.minimum(held_out, 800)
    lowest = int(np.argmin(held_out))

    def draw(on: Axes, solved: bool) -> None:
        on.set(xlim=(0.5, 7.5), ylim=(100, 850), xticks=degrees, yticks=range(100, 851, 50))
        on.set_yticks(range(100, 801, 100))
        on.set_yticks(range(100, 851, 50), minor=True)
        on.grid(which="minor", color="#EDEDED")
        on.plot(degrees, training, "o-", color=figures.MODEL, ms=4, label="training")
        on.plot(degrees, held_out, "s--", color=figures.ERROR, ms=4, label="held-out")
        on.legend(loc="upper left", fontsize=9, frameon=True, framealpha=1, edgecolor="none")
        if solved:
            on.axvline(degrees[lowest], color=figures.TRUTH, lw=6, alpha=0.3)

    return Task(
        title="Which curve?",
        given={"degrees": degrees, "training": training, "held_out": held_out},
        key={
            "best": degrees[lowest],
            "loss": held_out[lowest],
            "gap": held_out[5] - training[5],
        },
        asks=(
            Ask("degree to choose", "best", slips={"the lowest training loss chose": 7}),
            Ask(
                "lowest held-out loss",
                "loss",
                "g",
                {"read off the training curve": training[lowest]},
            ),
            Ask(
                "gap between the losses at degree 6",
                "gap",
                "g",
                {
                    "the gap at the degree that was chosen": held_out[lowest] - training[lowest],
                    "the held-out loss alone": held_out[5],
                },
            ),
        ),
        reasons=(
            "a little too kind: these birds took part in the choice",
            "overfits beyond degree {best}",
            "the training loss falls in any case",
        ),
        section="A low loss is not yet a good model",
        minutes=6,
        question="Read the figure. Which degree would you choose, and what is its held-out loss "
        "(RMSE)? Why is that not quite the miss to promise your client? From which degree on does "
        "the model overfit? How large is the gap between the two losses at degree 6? Why does the "
        "lower curve not choose?",
        worked="Degree **{best}**, where the held-out loss is lowest: **{loss} g**. "
        "To promise it would be a little too kind: these birds took part in the choice. "
        "Ask birds that had no say. "
        "Beyond degree {best} the training loss goes on falling while the held-out loss turns "
        "up: overfitting. At degree 6 the gap is {held_out[5]} − {training[5]} = **{gap} g**. "
        "The training loss falls in any case: it judges the training.",
        room=6,
        picture=Picture(
            draw,
            "degree of the curve",
            "RMSE (g)",
            "Training loss "
            + ", ".join(map(str, training))
            + " g and held-out loss "
            + ", ".join(map(str, held_out))
            + " g at the degrees 1 to 7.",
        ),
    )


TASKS = (overfitting, table, constant, pulls, springs, units)
"""The sheet, from held-out data to the units of a report."""
