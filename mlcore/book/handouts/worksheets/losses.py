"""Pencil tasks of chapter 2: what a loss counts, what it wants, and how hard it pulls."""

import numpy as np
from matplotlib.axes import Axes

from mlcore.book import figures
from mlcore.book.handouts.worksheets.task import Picture, Task
from mlcore.losses import huber, mae, mae_gradient, mse, mse_gradient, residuals

# Four whole numbers whose mean square is a square: 9, 25, 25, 25, 36.
MISSES = ((1, 1, 3, 5), (2, 4, 4, 8), (1, 3, 3, 9), (1, 5, 5, 7), (2, 2, 6, 10))


def tasks(rng: np.random.Generator) -> list[Task]:
    """The sheet, from a table of misses to held-out data."""
    return [overfitting(rng), table(rng), constant(rng), pulls(rng), springs(rng), units(rng)]


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
    median = int(rng.integers(4, 9))
    low = np.sort(rng.choice(np.arange(1, median), size=2, replace=False))
    high = np.sort(rng.choice(np.arange(median + 1, median + 6), size=2, replace=False))
    numbers = np.concatenate([low, [median], high])
    numbers[4] += -numbers.sum() % 5  # the mean is whole
    wrong = int(numbers[4] + 5 * rng.integers(4, 9))
    typed = np.array([*numbers[:4], wrong])
    order = rng.permutation(5)
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
        question="Which single number has the lowest MSE on {numbers}, and which the lowest MAE? "
        "By mistake the {largest} is entered as {wrong}: where do the two answers go?",
        worked="The MSE wants the mean, {total} / 5 = **{mean}**; the MAE wants the median of "
        "{sorted}: **{median}**.  \n"
        "With the mistake: mean {typed_total} / 5 = **{typed_mean}**, median still "
        "**{typed_median}**.",
    )


def pulls(rng: np.random.Generator) -> Task:
    """The slopes in each prediction, under the MSE and the MAE."""
    number = int(rng.integers(20, 26))
    miss = rng.permutation([*(-2 * rng.integers(1, 5, size=2)), *(2 * rng.integers(5, 9, size=2))])
    targets, guess = number - miss, np.full(4, number)
    squares, sizes = mse_gradient(guess, targets), mae_gradient(guess, targets)
    return Task(
        title="Who pulls?",
        given={"number": number, "targets": targets},
        key={
            "misses": residuals(guess, targets),
            "mse_slopes": squares,
            "mse_sum": squares.sum(),
            "mae_slopes": sizes,
            "mae_sum": sizes.sum(),
        },
        question="You say {number} for each of {targets}. Find the slope of the MSE in each of "
        "the four predictions, 2 · miss / 4, and of the MAE, +1/4 or −1/4. "
        "Add each set up: does the loss want your number to rise, to fall, or to stay?",
        worked="Misses {misses:s}.  \n"
        "MSE: {mse_slopes:s}, sum **{mse_sum:s}**: a positive slope, so the loss falls when the "
        "number **falls**.  \n"
        "MAE: {mae_slopes:s}, sum **{mae_sum:s}**: two pull up, two pull down, it **stays**.",
    )


def springs(rng: np.random.Generator) -> Task:
    """Huber's loss on both sides of delta."""
    delta = int(rng.integers(2, 4))
    small, exact = int(rng.integers(1, delta)), delta
    large = int(rng.integers(delta + 2, delta + 6))
    misses = np.array([small, -exact, large])
    counted = [huber([miss], [0.0], delta) for miss in misses]
    return Task(
        title="Springs that give way",
        given={"delta": delta, "misses": misses},
        key={"counted": counted, "squares": misses**2},
        question="Under the Huber loss with δ = {delta} a miss of size m counts m² up to δ, and "
        "2 · δ · m − δ² beyond. What do the misses {misses:s} count, and what would they count "
        "under the MSE?",
        worked="Huber: **{counted}**, the last as 2 · {delta} · {misses[2]} − {delta}²; "
        "squares: {squares}. At δ both formulas agree.",
        room=8,
    )


def units(rng: np.random.Generator) -> Task:
    """Squares have squared units."""
    grams = 100 * int(rng.integers(2, 10))
    return Task(
        title="Units",
        given={"mse_g": grams**2},
        key={"rmse_g": mse([grams], [0]) ** 0.5, "mse_kg": mse([grams / 1000], [0])},
        question="A report says “MSE {mse_g}”, for masses in g. What is the RMSE in g, and "
        "what is the same MSE in kg²?",
        worked="RMSE = **{rmse_g} g**; 1 kg² is a million g², so the MSE is **{mse_kg} kg²**.",
        room=5,
    )


def overfitting(rng: np.random.Generator) -> Task:
    """Two curves over the degree: which one chooses?"""
    best = int(rng.integers(2, 5))
    degrees = np.arange(1, 8)
    training = 350 - 50 * np.minimum(degrees - 1, 3) - 25 * np.maximum(degrees - 4, 0)
    bottom = 300 + 50 * int(rng.integers(0, 2))
    held_out = bottom + 50 * np.where(degrees < best, best - degrees, (degrees - best) ** 2)
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
        question="Read the figure. Which degree would you choose, and what miss (RMSE) would you "
        "tell your client? From which degree on does the model overfit? How large is the gap "
        "between the two losses at degree 6? Why does the lower curve not choose?",
        worked="Degree **{best}**, where the held-out loss is lowest: **{loss} g**. "
        "Beyond it the training loss goes on falling while the held-out loss turns up: "
        "overfitting. At degree 6 the gap is {held_out[5]} − {training[5]} = **{gap} g**. "
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
