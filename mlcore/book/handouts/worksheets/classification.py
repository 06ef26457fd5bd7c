"""Pencil tasks of chapter 4: scores and odds, surprise, boundaries, and what an error costs."""

import numpy as np
from matplotlib.axes import Axes

from mlcore._arguments import Array, Labels
from mlcore.book import figures
from mlcore.book.handouts.worksheets.task import Ask, Numbers, Picture, Task
from mlcore.classification import (
    accuracy,
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    classify,
    confusion_matrix,
    precision,
    recall,
    sigmoid,
)
from mlcore.linear_regression import predict

# Of all Chinstraps, so many are caught by the higher threshold, with so many false alarms, and
# so many by the lower one: precision and recall are short decimals.
THRESHOLDS = (
    (4, 3, 1, 4, 1),
    (4, 2, 0, 4, 1),
    (5, 3, 1, 4, 1),
    (5, 4, 0, 4, 1),
    (4, 3, 1, 4, 4),
    (5, 3, 1, 5, 3),
    (4, 2, 2, 4, 4),
    (2, 1, 1, 2, 2),
    (5, 3, 2, 4, 4),
)
PRICES = ((1, 4), (1, 9), (2, 3), (3, 7), (1, 3))
ODDS = (3, 4, 7, 9, 19, 24, 49, 99)  # to 1: their probabilities are short decimals


def boundary(rng: np.random.Generator) -> Task:
    """The line on which the score is zero."""
    w = np.array([int(rng.choice([1, 2])), int(rng.choice([1, 2]))])
    w = w * rng.choice([-1, 1], size=2)
    middle = rng.integers(3, 6, size=2)
    b = -int(w @ middle)
    birds = _off_the_line(rng, w, b)
    scores = predict(birds, w, b)

    def draw(on: Axes, solved: bool) -> None:
        on.set(xlim=(0, 8), ylim=(0, 8), xticks=range(9), yticks=range(9), aspect="equal")
        for name, bird in zip("ABC", birds, strict=True):
            on.plot(*bird, "o", color=figures.DATA, ms=5, clip_on=False)
            on.annotate(name, tuple(bird), (5, 3), textcoords="offset points")
        if solved:
            ends = np.array([-20.0, 20.0])
            on.plot(ends, -(w[0] * ends + b) / w[1], color=figures.MODEL)

    places = ", ".join(f"{name} ({x}, {y})" for name, (x, y) in zip("ABC", birds, strict=True))
    return Task(
        title="A boundary",
        given={"w": w, "b": b, "birds": birds, "through": middle},
        key={"scores": scores, "calls": classify(sigmoid(scores))},
        asks=(
            *(
                Ask(
                    f"score of {name}",
                    f"scores[{i}]",
                    slips={
                        "the bias was left out": bird @ w,
                        "the sign of the bias was lost": bird @ w - b,
                        "x and y are the wrong way round": bird[::-1] @ w + b,
                    },
                )
                for i, (name, bird) in enumerate(zip("ABC", birds, strict=True))
            ),
            Ask("calls", "calls"),
        ),
        reasons=("the boundary drawn",),
        section="Two features, one boundary",
        minutes=7,
        question="The score of a bird at (x, y) is {w[0]} · x {w[1]:+} · y {b:+}. Find the "
        "scores of A, B and C, and say which of them are called Chinstrap (1) and which "
        "Adelie (0) at the threshold 0.5. Then draw the boundary, where the score is 0.",
        worked="Scores **{scores:s}**: a positive score is a probability above 0.5, so the calls "
        "are **{calls}**. The boundary goes through ({through}) and "
        "every other point with {w[0]} · x {w[1]:+} · y {b:+} = 0.",
        room=6,
        picture=Picture(draw, "x", "y", f"A grid from 0 to 8 with three birds: {places}.", 2.7),
    )


def _off_the_line(rng: np.random.Generator, w: Labels, b: int) -> Labels:
    """Three birds, none of them on the boundary, on both of its sides, and well apart."""
    while True:
        birds = rng.integers(1, 8, size=(3, 2))
        scores = birds @ w + b
        apart = np.abs(birds[:, None] - birds).sum(axis=-1)[np.triu_indices(3, 1)].min() >= 3
        if apart and np.all(scores) and 0 < np.sum(scores > 0) < 3:
            return birds


def odds(rng: np.random.Generator) -> Task:
    """Score, odds, probability: three names of one thing."""
    ratio = rng.choice(ODDS, size=2, replace=False)
    scores = np.log([1.0, ratio[0], 1 / ratio[1]])
    return Task(
        title="Score, odds, probability",
        given={"up": ratio[0], "down": ratio[1]},
        key={"probabilities": sigmoid(scores)},
        asks=(
            Ask(
                f"probability at the score ln {ratio[0]}",
                "probabilities[1]",
                slips={
                    "one part in so many, not so many to one": 1 - 1 / ratio[0],
                    "the probability of the other species": 1 / (ratio[0] + 1),
                },
            ),
            Ask(
                f"probability at the score −ln {ratio[1]}",
                "probabilities[2]",
                slips={
                    "the odds, not the probability": 1 / ratio[1],
                    "the probability of the other species": ratio[1] / (ratio[1] + 1),
                },
            ),
        ),
        reasons=("odds {up} to 1", "odds 1 to {down}"),
        section="Score, odds, probability",
        minutes=4,
        question="The score is the logarithm of the odds, and odds of 3 to 1 are a probability "
        "of 3/4. Fill in.\n\n"
        "| score | 0 | ln {up} | −ln {down} |\n"
        "| --- | --- | --- | --- |\n"
        "| odds | 1 to 1 | | |\n"
        "| probability | | | |",
        worked="Odds 1 to 1, {up} to 1, 1 to {down}; probabilities **{probabilities}**. "
        "The opposite score has the opposite odds, and the two probabilities add up to 1.",
        room=3,
    )


def surprise(rng: np.random.Generator) -> Task:
    """Cross-entropy and its slope, with a table of logarithms."""
    probabilities = rng.choice([0.2, 0.3, 0.6, 0.7, 0.8, 0.9], size=3, replace=False)
    labels = rng.permutation([0, 1, 1])
    scores = np.log(probabilities / (1 - probabilities))
    at_truth = np.where(labels == 1, probabilities, 1 - probabilities)
    each = [binary_cross_entropy([z], [y]) for z, y in zip(scores, labels, strict=True)]
    tenths = np.arange(1, 10) / 10
    return Task(
        title="Surprise",
        given={
            "p": probabilities,
            "y": labels,
            "tenths": tenths,
            "logs": [f"{-np.log(p):.2f}" for p in tenths],
        },
        key={
            "at_truth": at_truth,
            "each": [f"{nats:.2f}" for nats in each],
            "mean": f"{np.mean(np.round(each, 2)):.2f}",
            "slopes": 3 * binary_cross_entropy_gradient(scores, labels),
        },
        asks=(
            Ask("probabilities of what they are", "at_truth"),
            Ask("surprises", "each", "nats"),
            Ask(
                "cross-entropy",
                "mean",
                "nats",
                {
                    "−ln p for all, whatever the label": np.mean(-np.log(probabilities)),
                    "the sum, not the mean": sum(each),
                },
                off=0.01,
            ),
            *(
                Ask(
                    f"slope of the surprise of the {which} bird",
                    f"slopes[{i}]",
                    slips={
                        "label minus probability: the sign": labels[i] - probabilities[i],
                        "the probability alone": probabilities[i],
                    },
                )
                for i, which in enumerate(("first", "second", "third"))
            ),
        ),
        section="How surprised are you?",
        minutes=7,
        question="Three birds have the probabilities {p} of being Chinstrap; their labels are "
        "{y}. Find each bird's surprise, −ln of the probability of what it is, and their mean, "
        "the cross-entropy. Then the slope of each surprise in its score, "
        "probability minus label.\n\n"
        "| p | {tenths[0]} | {tenths[1]} | {tenths[2]} | {tenths[3]} | {tenths[4]} | {tenths[5]} "
        "| {tenths[6]} | {tenths[7]} | {tenths[8]} |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| −ln p | {logs[0]} | {logs[1]} | {logs[2]} | {logs[3]} | {logs[4]} | {logs[5]} "
        "| {logs[6]} | {logs[7]} | {logs[8]} |",
        worked="Probabilities of what they are: {at_truth}. Surprises **{each}**, "
        "mean **{mean}** nats. Slopes **{slopes:s}**: the worst bird pulls hardest.",
    )


def threshold(rng: np.random.Generator) -> Task:
    """Two thresholds on ten birds: confusion, precision, recall."""
    probabilities, labels = _ten_birds(rng)
    low, high = 0.25, 0.5
    at = {name: classify(probabilities, cut) for name, cut in (("low", low), ("high", high))}
    tables = {name: confusion_matrix(calls, labels) for name, calls in at.items()}
    key: Numbers = {f"table_{name}": counts.ravel() for name, counts in tables.items()}
    key |= {
        f"{f.__name__}_{name}": f(calls, labels)
        for f in (accuracy, precision, recall)
        for name, calls in at.items()
    }
    return Task(
        title="Threshold",
        given={"p": probabilities, "y": labels, "low": low, "high": high},
        key=key,
        asks=tuple(
            ask
            for name, cut in (("high", high), ("low", low))
            for ask in _judged(name, cut, tables[name], key)
        ),
        reasons=("a lower threshold catches more, and cries more often",),
        section="Where to cut is your business",
        minutes=8,
        question="Ten birds, the label 1 is Chinstrap. Call a bird Chinstrap from {high} on: how "
        "many are right, how many false alarms, how many missed? Give accuracy, precision and "
        "recall. What changes with a threshold of {low}?\n\n"
        "| probability | {p[0]} | {p[1]} | {p[2]} | {p[3]} | {p[4]} | {p[5]} | {p[6]} | {p[7]} "
        "| {p[8]} | {p[9]} |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        "| label | {y[0]} | {y[1]} | {y[2]} | {y[3]} | {y[4]} | {y[5]} | {y[6]} | {y[7]} "
        "| {y[8]} | {y[9]} |",
        worked="At {high}: false alarms **{table_high[1]}**, missed **{table_high[2]}**, right "
        "{table_high[0]} + {table_high[3]}; accuracy **{accuracy_high}**, precision "
        "**{precision_high}**, recall **{recall_high}**.  \n"
        "At {low}: false alarms **{table_low[1]}**, missed **{table_low[2]}**, right "
        "{table_low[0]} + {table_low[3]}; accuracy **{accuracy_low}**, precision "
        "**{precision_low}**, recall **{recall_low}**. "
        "A lower threshold never catches fewer, and never cries less often.",
        room=11,
    )


def _judged(name: str, cut: float, counts: Labels, key: Numbers) -> list[Ask]:
    """What is asked at each threshold."""
    alarms, missed, caught = counts[0, 1], counts[1, 0], counts[1, 1]
    recalled, precise = key[f"recall_{name}"], key[f"precision_{name}"]
    return [
        Ask(
            f"false alarms at {cut}",
            f"table_{name}[1]",
            slips={"those are the missed ones": missed, "all that were called": alarms + caught},
        ),
        Ask(
            f"missed at {cut}",
            f"table_{name}[2]",
            slips={"those are the false alarms": alarms},
        ),
        Ask(
            f"accuracy at {cut}",
            f"accuracy_{name}",
            slips={"the caught ones alone: those rightly left count too": caught / 10},
        ),
        Ask(
            f"precision at {cut}",
            f"precision_{name}",
            slips={"that is the recall": recalled, "a share of all ten": caught / 10},
        ),
        Ask(
            f"recall at {cut}",
            f"recall_{name}",
            slips={"that is the precision": precise, "a share of all ten": caught / 10},
        ),
    ]


def _ten_birds(
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    """Ten birds, their probabilities in order, with the labels that the counts ask for."""
    n, caught, alarms, caught_low, alarms_low = rng.choice(THRESHOLDS)
    groups = (  # probabilities, and how many Chinstraps and Adelies have one of them
        ([0.02, 0.05, 0.08, 0.1, 0.12, 0.15, 0.18, 0.2], n - caught_low, 10 - n - alarms_low),
        ([0.3, 0.35, 0.4, 0.45], caught_low - caught, alarms_low - alarms),
        ([0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95], caught, alarms),
    )
    p = [np.sort(rng.choice(values, size=a + b, replace=False)) for values, a, b in groups]
    labels = [rng.permutation([1] * a + [0] * b) for _, a, b in groups]
    return np.concatenate(p), np.concatenate(labels).astype(int)


def price(rng: np.random.Generator) -> Task:
    """The threshold that two prices ask for."""
    false_alarm, missed = rng.permutation(rng.choice(PRICES))
    cut = false_alarm / (false_alarm + missed)
    low = [p for p in (0.05, 0.15, 0.35, 0.45, 0.65, 0.85) if p < cut]
    high = [p for p in (0.15, 0.35, 0.45, 0.65, 0.85, 0.95) if p > cut]
    ends = [rng.choice(low), rng.choice(high)]  # one call of each kind, whatever the third
    third = rng.choice([p for p in {*low, *high} if p not in ends])
    p = np.sort([*ends, third])
    return Task(
        title="What an error costs",
        given={"false_alarm": false_alarm, "missed": missed, "p": p},
        key={
            "threshold": cut,
            "calls": classify(p, cut),
            "risks": [(1 - p[1]) * false_alarm, p[1] * missed],
        },
        asks=(
            Ask(
                "probability from which it is cheaper to call a bird Chinstrap",
                "threshold",
                slips={
                    "the two prices are the wrong way round": missed / (false_alarm + missed),
                    "one price over the other": false_alarm / missed,
                    "0.5 is right only where both errors cost the same": 0.5,
                },
            ),
            Ask("calls", "calls"),
            Ask(
                f"average cost of calling the bird with {p[1]} Chinstrap",
                "risks[0]",
                slips={
                    "an error when it is an Adelie, with 1 − p": p[1] * false_alarm,
                    "that is the cost of calling it Adelie": p[1] * missed,
                },
            ),
            Ask(
                f"average cost of calling the bird with {p[1]} Adelie",
                "risks[1]",
                slips={
                    "an error when it is a Chinstrap, with p": (1 - p[1]) * missed,
                    "that is the cost of calling it Chinstrap": (1 - p[1]) * false_alarm,
                },
            ),
        ),
        section="Where to cut is your business",
        minutes=5,
        question="A false alarm costs {false_alarm}, a missed Chinstrap {missed}. From which "
        "probability on is it cheaper to call a bird Chinstrap? Decide for {p}. For the bird "
        "with {p[1]}, compare what the two calls cost on average.",
        worked="From {false_alarm} / ({false_alarm} + {missed}) = **{threshold}** on: {calls}. "
        "Calling the bird with {p[1]} Chinstrap costs (1 − {p[1]}) · {false_alarm} = "
        "**{risks[0]}** on average, calling it Adelie {p[1]} · {missed} = **{risks[1]}**.",
        room=9,
    )


TASKS = (boundary, odds, surprise, threshold, price)
"""The sheet, from a score to a decision at a price."""
