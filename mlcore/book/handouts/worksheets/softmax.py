"""Pencil tasks of chapter 5: from scores to probabilities, to a slope, to a diagnosis."""

import numpy as np
from matplotlib.axes import Axes

from mlcore._arguments import Labels
from mlcore.book import figures
from mlcore.book.handouts.worksheets.task import Picture, Task
from mlcore.classification import accuracy, confusion_matrix, sigmoid
from mlcore.softmax import cross_entropy, cross_entropy_gradient, one_hot, softmax

# Odds that add up to 10 or 20, so that every probability is a short decimal.
ODDS = ((6, 3, 1), (5, 4, 1), (5, 3, 2), (7, 2, 1), (10, 8, 2), (12, 6, 2), (14, 4, 2))
SPECIES = ("Adelie", "Chinstrap", "Gentoo")
CURVES = {
    "a learning rate that is too small": "far too slow, but steadily down",
    "a learning rate that is too large": "up and down and away",
    "overfitting": "training down, held-out up again",
}


def tasks(rng: np.random.Generator) -> list[Task]:
    """The sheet, from three scores to a model that will not learn."""
    return [clinic(rng), probabilities(rng), slopes(rng), two_classes(rng), step(rng), table(rng)]


def probabilities(rng: np.random.Generator) -> Task:
    """Softmax of three scores, and what a shift does."""
    odds = rng.permutation(rng.choice(ODDS))
    shift = int(rng.integers(2, 10))
    scores = np.log(odds)
    return Task(
        title="Three scores",
        given={"odds": odds, "shift": shift},
        key={
            "total": odds.sum(),
            "p": softmax(scores),
            "shifted": softmax(scores + np.log(shift)),
        },
        question="Three species have the scores ln {odds[0]}, ln {odds[1]}, ln {odds[2]}. "
        "(e to the power of ln {odds[0]} is {odds[0]}.) What are their probabilities? Now ln "
        "{shift} is added to every score: what changes in the middle of your calculation, and "
        "what at its end?",
        worked="exp: {odds}, sum {total}; probabilities **{p}**. Adding ln {shift} multiplies "
        "every exp by {shift}, and their sum too, so the probabilities stay **{shifted}**.",
    )


def slopes(rng: np.random.Generator) -> Task:
    """Surprise, one-hot, and probability minus one-hot."""
    odds = rng.permutation(rng.choice(ODDS[:4]))
    label = int(rng.integers(0, 3))
    scores = np.log(odds)
    p = softmax(scores)
    return Task(
        title="Surprise and slopes",
        given={
            "p": odds / odds.sum(),
            "species": SPECIES[label],
            "label": label,
            "logs": [f"{tenths / 10:g}: {-np.log(tenths / 10):.2f}" for tenths in range(1, 8)],
        },
        key={
            "one_hot": one_hot([label], 3)[0],
            "chance": p[label],
            "surprise": f"{cross_entropy(scores[None], [label]):.2f}",
            "slopes": cross_entropy_gradient(scores[None], [label])[0],
        },
        question="Adelie, Chinstrap and Gentoo get the probabilities {p}; the bird is "
        "of the species {species} (label {label}). Write the label as one-hot. How large is the "
        "surprise, and what are the slopes in the three scores? What do the slopes add up to, "
        "and which scores shall rise? "
        "(−ln p for p = {logs})",
        worked="One-hot {one_hot}; surprise −ln {chance} = **{surprise}** nats; slopes, p minus "
        "one-hot: **{slopes:s}**, sum 0. Only the score of {species} shall rise.",
    )


def two_classes(rng: np.random.Generator) -> Task:
    """Softmax of two scores is the sigmoid of their difference."""
    ratio, factor = int(rng.choice([3, 4, 9])), int(rng.integers(2, 6))
    scores = np.log([ratio * factor, factor])
    return Task(
        title="Two classes",
        given={"first": ratio * factor, "second": factor},
        key={
            "ratio": ratio,
            "softmax": softmax(scores),
            "sigmoid": float(sigmoid(scores[:1] - scores[1:])[0]),
        },
        question="Two classes have the scores ln {first} and ln {second}. What does the softmax "
        "say of the first, and what does the sigmoid say of the difference of the two scores?",
        worked="{first} / ({first} + {second}) = **{softmax[0]}**. The difference is "
        "ln {first} − ln {second} = ln {ratio}, its odds are {ratio} to 1: **{sigmoid}**.",
        room=7,
    )


def step(rng: np.random.Generator) -> Task:
    """One gradient step of a table of weights."""
    odds = rng.permutation(rng.choice(ODDS[:4]))
    label = int(rng.integers(0, 3))
    x = np.array([int(rng.choice([1, 2, 3])), -int(rng.choice([1, 2, 4]))])
    pull = cross_entropy_gradient(np.log(odds)[None], [label])
    gradient = x[:, None] * pull
    return Task(
        title="One step of learning",
        given={"x": x, "p": odds / odds.sum(), "label": label, "rate": 0.1},
        key={
            "pull": pull[0],
            "gradient": gradient,
            "change": -0.1 * gradient[0],
        },
        question="One bird has the features {x} and gets the probabilities {p}; its label is "
        "{label} (counted from 0). The slope in each weight is feature · (p − one-hot). Fill the "
        "table of slopes, one row for each feature. By how much does a step of "
        "learning rate {rate} change the weights of the first feature?",
        worked="p − one-hot: {pull:s}. Slopes: first feature **{gradient[0]:s}**, second "
        "**{gradient[1]:s}**. The step changes the first row by **{change:s}**.",
        room=12,
    )


def table(rng: np.random.Generator) -> Task:
    """Read a confusion table."""
    counts = _counts(rng)
    labels = np.repeat(np.repeat(np.arange(3), 3), counts.ravel())
    calls = np.repeat(np.tile(np.arange(3), 3), counts.ravel())
    counted = confusion_matrix(calls, labels, 3)
    wrong = counted - np.diag(np.diag(counted))
    row, column = np.unravel_index(np.argmax(wrong), wrong.shape)
    return Task(
        title="Who is taken for whom?",
        given={"counts": counts},
        key={
            "right": np.trace(counted),
            "n": counted.sum(),
            "accuracy": accuracy(calls, labels),
            "most": wrong.max(),
            "is": SPECIES[row],
            "called": SPECIES[column],
            "recalls": np.diag(counted) / counted.sum(axis=1),
        },
        question="Rows are what the birds are, columns what they were called. Give the accuracy, "
        "the share of each species that was recognised, and the most frequent mistake.\n\n"
        "| | Adelie | Chinstrap | Gentoo |\n"
        "| --- | --- | --- | --- |\n"
        "| Adelie | {counts[0][0]} | {counts[0][1]} | {counts[0][2]} |\n"
        "| Chinstrap | {counts[1][0]} | {counts[1][1]} | {counts[1][2]} |\n"
        "| Gentoo | {counts[2][0]} | {counts[2][1]} | {counts[2][2]} |",
        worked="{right} of {n}: accuracy **{accuracy}**; recognised **{recalls}**. Most often "
        "({most} times) a bird that is **{is}** is called **{called}**.",
        room=6,
    )


def _counts(rng: np.random.Generator) -> Labels:
    """Twenty Adelies, ten Chinstraps, twenty Gentoos, with one most frequent mistake."""
    sizes, counts = (20, 10, 20), np.zeros((3, 3), dtype=int)
    often = int(rng.integers(0, 3))
    for i, size in enumerate(sizes):
        mistakes = rng.permutation([4, 0] if i == often else [1, 1])
        counts[i, [j for j in range(3) if j != i]] = mistakes
        counts[i, i] = size - mistakes.sum()
    return counts


def clinic(rng: np.random.Generator) -> Task:
    """Three curves, three diagnoses."""
    order = rng.permutation(3)
    k = int(rng.choice([3, 5, 10]))
    names = list(CURVES)
    start, t, few = np.log(k), np.linspace(0, 1, 40), np.linspace(0, 1, 10)
    zigzag = 0.8 * few * (-1) ** np.arange(10)
    drawn = [  # steps, training and held-out loss, the losses in units of the start
        (t, 1 - 0.10 * t, 1 - 0.06 * t),
        (few, 1 + zigzag, 1 + 1.15 * zigzag),
        (t, np.exp(-4 * t), 0.45 + 0.55 * np.exp(-7 * t) + 0.45 * t**2),
    ]

    def draw(on: Axes, solved: bool) -> None:
        on.set(xlim=(-0.05, 3.35), ylim=(0, 2.3 * start), xticks=[], yticks=[0, start])
        on.set_yticklabels(["0", f"{start:.2f}"])
        for place, curve in enumerate(order):
            steps, training, held_out = drawn[curve]
            on.plot(1.15 * place + steps, start * training, color=figures.MODEL, lw=1.5)
            on.plot(1.15 * place + steps, start * held_out, color=figures.ERROR, ls="--", lw=1.5)
            on.text(1.15 * place + 0.5, 2.1 * start, "ABC"[place], ha="center", weight="bold")

    return Task(
        title="The clinic",
        given={"k": k, "start": f"{start:.2f}", "order": [names[curve] for curve in order]},
        key={
            "loss": f"{cross_entropy(np.zeros((1, k)), [0]):.2f}",
            "diagnoses": [f"{'ABC'[i]}: {names[curve]}" for i, curve in enumerate(order)],
        },
        question="Three models for {k} classes start with all weights 0 (solid: training loss, "
        "dashed: held-out loss). Why do all of them start at ln {k} = {start}? Which has a "
        "learning rate that is too small, which one that is too large, and which overfits? What "
        "would you do about each?",
        worked="With all scores equal every class has the probability 1/{k}, and "
        "−ln (1/{k}) = **{loss}**.  \n**{diagnoses}**.  \n"
        "Raise the rate; lower it; stop earlier, simplify the model, or get more data.",
        room=6,
        picture=Picture(
            draw,
            "steps",
            "loss (nats)",
            "Three pairs of curves from the same start, in this order: "
            + "; ".join(f"{'ABC'[i]}, {CURVES[names[c]]}" for i, c in enumerate(order))
            + ".",
        ),
    )
