"""Pencil tasks of chapter 5: from scores to probabilities, to a slope, to a diagnosis."""

import numpy as np
from matplotlib.axes import Axes

from mlcore._arguments import Labels
from mlcore.book import figures
from mlcore.book.handouts.worksheets.task import Ask, Picture, Task
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
CURES = ("raise the rate", "lower the rate", "stop earlier, simplify the model, or get more data")


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
        asks=(
            Ask("sum of the three exps", "total", slips={"the first one alone": odds[0]}),
            *(
                Ask(
                    f"probability of the {which} species",
                    f"p[{i}]",
                    slips={
                        "the exp, not divided by the sum": odds[i],
                        "the score was shared out, not its exp": scores[i] / scores.sum(),
                        "each against one other: the sigmoid is for two": odds[i]
                        / (odds[i] + odds[i - 1]),
                    },
                )
                for i, which in enumerate(("first", "second", "third"))
            ),
        ),
        reasons=("every exp and their sum is multiplied by {shift}", "the end stays"),
        section="A shift changes nothing",
        minutes=4,
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
        asks=(
            Ask("one-hot", "one_hot"),
            Ask(
                "surprise",
                "surprise",
                "nats",
                {
                    "the logarithm to the base 10": -np.log10(p[label]),
                    "−ln of the probability of another species": -np.log(p[label - 1]),
                    "the logarithm of a probability is negative: the minus was lost": np.log(
                        p[label]
                    ),
                },
                off=0.01,
            ),
            *(
                Ask(
                    f"slope in the score of {name}",
                    f"slopes[{i}]",
                    slips={
                        "one-hot minus probability: the sign": float(i == label) - p[i],
                        "the probability alone"
                        if i == label
                        else "1 was taken away, as for the species it is": p[i] - float(i != label),
                    },
                )
                for i, name in enumerate(SPECIES)
            ),
        ),
        reasons=("the slopes add up to 0", "only the score of {species} shall rise"),
        section="Surprise, and its slope",
        minutes=6,
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
    ratio, factor = int(rng.choice([3, 4, 7, 9, 19])), int(rng.integers(2, 8))
    scores = np.log([ratio * factor, factor])
    return Task(
        title="Two classes",
        given={"first": ratio * factor, "second": factor},
        key={
            "ratio": ratio,
            "softmax": softmax(scores),
            "sigmoid": float(sigmoid(scores[:1] - scores[1:])[0]),
        },
        asks=(
            Ask(
                "probability of the first class, by the softmax",
                "softmax[0]",
                slips={
                    "the probability of the second class": 1 / (ratio + 1),
                    "one part in so many, not so many to one": 1 - 1 / ratio,
                    "the scores were shared out, not their exps": scores[0] / scores.sum(),
                },
            ),
            Ask(
                "odds, to 1, of the first class",
                "ratio",
                slips={"a difference of logarithms is a ratio": ratio * factor - factor},
            ),
            Ask("sigmoid of the difference", "sigmoid"),
        ),
        section="With two classes it is the sigmoid",
        minutes=4,
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
        asks=(
            Ask("p − one-hot", "pull"),
            Ask("slopes of the first feature", "gradient[0]"),
            Ask("slopes of the second feature", "gradient[1]"),
            *(
                Ask(
                    f"change of the first feature's weight for class {i}",
                    f"change[{i}]",
                    slips={
                        "up the slope: a step goes against it": 0.1 * gradient[0, i],
                        "the slope, without the rate": -gradient[0, i],
                        "the feature was left out": -0.1 * pull[0, i],
                    },
                )
                for i in range(3)
            ),
        ),
        section="Surprise, and its slope",
        minutes=7,
        question="One bird has the features {x} and gets the probabilities {p}; its label is "
        "{label} (counted from 0). The slope in each weight is feature · (p − one-hot). Fill the "
        "table of slopes, one row for each feature. By how much does a step of "
        "learning rate {rate} change the weights of the first feature?\n\n"
        "| | class 0 | class 1 | class 2 |\n"
        "| --- | --- | --- | --- |\n"
        "| p − one-hot | | | |\n"
        "| feature {x[0]} | | | |\n"
        "| feature {x[1]} | | | |",
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
        asks=(
            Ask(
                "accuracy",
                "accuracy",
                slips={
                    "the mean of the three shares: the species are not equally many": np.mean(
                        np.diag(counted) / counted.sum(axis=1)
                    ),
                    "the share of the wrong ones": wrong.sum() / counted.sum(),
                },
            ),
            *(
                Ask(
                    f"share of {name} that was recognised",
                    f"recalls[{i}]",
                    slips={
                        "a column: the share of the called ones that were right": counted[i, i]
                        / counted[:, i].sum(),
                        "a share of all birds": counted[i, i] / counted.sum(),
                    },
                )
                for i, name in enumerate(SPECIES)
            ),
        ),
        reasons=("{is} taken for {called}",),
        section="Three species on one map",
        minutes=5,
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
        some = rng.integers(0, 3, size=2)
        mistakes = rng.permutation([int(rng.integers(3, 6)), some[0]] if i == often else some)
        counts[i, [j for j in range(3) if j != i]] = mistakes
        counts[i, i] = size - mistakes.sum()
    return counts


def clinic(rng: np.random.Generator) -> Task:
    """Three curves, three diagnoses."""
    order = rng.permutation(3)
    k = int(rng.integers(3, 11))
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
            "cures": [CURES[curve] for curve in order],
        },
        asks=(),
        reasons=(
            "each class has the probability 1/{k}",
            *(f"{{diagnoses[{i}]}}; {{cures[{i}]}}" for i in range(3)),
        ),
        section="The clinic: models with a fault",
        minutes=6,
        question="Three models for {k} classes start with all weights 0 (solid: training loss, "
        "dashed: held-out loss). Why do all of them start at ln {k} = {start}? Which has a "
        "learning rate that is too small, which one that is too large, and which overfits? What "
        "would you do about each?",
        worked="With all scores equal every class has the probability 1/{k}, and "
        "−ln (1/{k}) = **{loss}**.  \n**{diagnoses[0]}**; {cures[0]}.  \n"
        "**{diagnoses[1]}**; {cures[1]}.  \n"
        "**{diagnoses[2]}**; {cures[2]}.",
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


TASKS = (clinic, probabilities, slopes, two_classes, step, table)
"""The sheet, from a model that will not learn to a table of who is taken for whom."""
