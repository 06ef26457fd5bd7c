"""Exercises of chapter 4: from a score to a probability, a loss and a decision."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mlcore import classification as core
from mlcore import gradient_descent
from mlcore._arguments import Array
from mlcore.book.checker.answers import same
from mlcore.book.checker.exercise import Chapter, Function
from mlcore.book.checker.repair import repair

chapter = Chapter("classification")


def _naive(scores: Array) -> Array:
    """The sigmoid as it stands in a formula: its exponential may overflow."""
    return 1 / (1 + np.exp(-scores))


SCORES = {
    "a score of 0": ([0.0],),
    "one score to each side": ([-2.0, 2.0],),
    "three scores": ([-1.0, 0.5, 3.0],),
    "far out": ([-1000.0, 1000.0, 0.0, 40.0, -40.0],),
    "whole numbers": ([1, -3, 0, 2],),
    "two scores alike": ([0.7, 0.7, -0.7],),
}

chapter.exercise(
    core.sigmoid,
    task="1 / (1 + exp(-score)), but so that no exponential overflows, however far the score.",
    cases=SCORES,
    random=lambda rng: (rng.normal(0, rng.choice([1, 10, 300]), size=rng.integers(1, 8)).round(1),),
    hints=(
        "`1 / (1 + np.exp(-scores))` is the formula. Try it at -1000: which number does `exp` "
        "get, and what does NumPy say?",
        "`np.exp(-np.abs(scores))` never meets a positive number, so it lies between 0 and 1. Call "
        "it `e`. For a score above 0 the formula is `1 / (1 + e)`; what is it below 0?",
        "Below 0, multiply top and bottom by `e`: `e / (1 + e)`. `np.where(scores >= 0, ..., ...)` "
        "picks the right one.",
    ),
    mistakes={
        "overflow": (
            _naive,
            "The numbers are right, but for a large negative score `exp` overflows on the way, "
            "and NumPy warns. Use an exponential that never gets too large: `np.exp(-np.abs("
            "scores))`.",
        ),
        "overflow in a branch": (
            lambda scores: np.where(
                scores >= 0, _naive(scores), np.exp(scores) / (1 + np.exp(scores))
            ),
            "You have the right two formulas, but `np.where` computes both for every score, and "
            "the one that is thrown away overflows. Put `-np.abs(scores)` into the exponential.",
        ),
        "overflow to nan": (
            lambda scores: np.exp(scores) / (1 + np.exp(scores)),
            "For a large score `exp` overflows, and inf / inf is nan. Use an exponential that "
            "never gets too large: `np.exp(-np.abs(scores))`.",
        ),
        "sign of the score": (
            lambda scores: core.sigmoid(-scores),
            "Your curve falls: a higher score must give a higher probability. Look at the sign in "
            "the exponential.",
        ),
        "minus forgotten in the formula": (
            lambda scores: 1 / (1 - np.exp(-scores)),
            "There is a minus in front of the exponential: it is 1 *plus* it.",
        ),
        "brackets": (
            lambda scores: 1 / 1 + np.exp(-scores),
            "You return 1 + exp(-score). Take 1 divided by all of it, in brackets, because "
            "division comes before addition.",
        ),
        "one forgotten": (
            lambda scores: 1 / np.exp(-scores),
            "The `1 +` below the line is missing, so nothing keeps the result below 1: these are "
            "the odds.",
        ),
        "tanh": (
            np.tanh,
            "That is tanh, which runs from -1 to 1. The sigmoid runs from 0 to 1.",
        ),
        "half a tanh": (
            lambda scores: 0.5 * (1 + np.tanh(scores)),
            "Your curve has the right shape but is twice as steep: put half the score into tanh.",
        ),
        "power of 2": (
            lambda scores: 1 / (1 + 2.0 ** np.clip(-scores, -1000, 1000)),
            "You used powers of 2. Here scores are natural log-odds: use `np.exp`.",
        ),
        "power of 10": (
            lambda scores: 1 / (1 + 10.0 ** np.clip(-scores, -300, 300)),
            "You used powers of 10. Here scores are natural log-odds: use `np.exp`.",
        ),
        "step": (
            lambda scores: (scores > 0).astype(float),
            "You return 0 or 1. That is a decision; wanted is the probability, with everything in "
            "between.",
        ),
        "step at 0": (
            lambda scores: (scores >= 0).astype(float),
            "You return 0 or 1. That is a decision; wanted is the probability, with everything in "
            "between, and 1/2 for a score of 0.",
        ),
        "cut off at 0 and 1": (
            lambda scores: np.clip(scores, 0, 1),
            "You cut the scores off at 0 and 1. A score is not a probability: -1 and -10 mean "
            "different things.",
        ),
        "straight in the middle": (
            lambda scores: np.clip(0.5 + scores / 4, 0, 1),
            "You drew the tangent at 0, and cut it off. The sigmoid bends, and never quite "
            "reaches 0 or 1.",
        ),
        "below zero is zero": (
            lambda scores: np.maximum(scores, 0),
            "That is the ReLU, which does not stop at 1. A probability has to.",
        ),
        "applied twice": (
            lambda scores: core.sigmoid(core.sigmoid(scores)),
            "You applied the sigmoid twice: your results all lie between 0.5 and 0.74.",
        ),
        "cut off at 10": (
            lambda scores: core.sigmoid(np.clip(scores, -10, 10)),
            "You cut the scores off at 10, so that nothing can be surer than 99.995 %. Nothing "
            "has to be cut off.",
        ),
        "absolute score": (
            lambda scores: core.sigmoid(np.abs(scores)),
            "You lost the sign of the score: all your results are above 1/2.",
        ),
        "smaller half only": (
            lambda scores: core.sigmoid(-np.abs(scores)),
            "All your results are at most 1/2. For a score above 0 it is the other formula, "
            "`1 / (1 + e)`.",
        ),
        "slope": (
            lambda scores: core.sigmoid(scores) * (1 - core.sigmoid(scores)),
            "That is how steep the sigmoid is. Wanted is its value.",
        ),
        "softmax": (
            lambda scores: (
                np.exp(scores - np.max(scores)) / np.sum(np.exp(scores - np.max(scores)))
            ),
            "Your results add up to 1 over all scores. Each score has a probability of its own; "
            "the others do not matter.",
        ),
    },
)


def whole_classes(answer: Any, *_: Any) -> dict[str, Any]:
    """What counts of the classes: which they are, and that they are whole numbers."""
    classes = np.asarray(answer)
    if classes.dtype.kind not in "iuf":
        raise TypeError("not numbers")
    return {"the classes": classes, "“they are whole numbers”": classes.dtype.kind != "f"}


chapter.exercise(
    core.classify,
    view=whole_classes,
    task="Return whole numbers. A probability of exactly the threshold is class 1.",
    cases={
        "one to each side": ([0.2, 0.8], 0.5),
        "exactly one half": ([0.5, 0.1, 0.9], 0.5),
        "a low threshold": ([0.05, 0.2, 0.6], 0.1),
        "a high threshold": ([0.5, 0.89, 0.95, 1.0], 0.9),
        "exactly the threshold": ([0.25, 0.3, 0.75], 0.75),
        "whole numbers": ([0, 1, 1, 0], 0.5),
        "threshold 0": ([0.0, 0.3], 0.0),
        "threshold 1": ([1.0, 0.7, 0.99], 1.0),
    },
    random=lambda rng: (
        rng.uniform(0, 1, size=rng.integers(3, 9)).round(1),
        float(rng.choice([0.2, 0.4, 0.5, 0.7])),
    ),
    hints=(
        "Compare: is the probability at least the threshold? With an array you get an array of "
        "True and False.",
        "`.astype(int)` turns True into 1 and False into 0; in a loop, `1 if ... else 0` does.",
    ),
    mistakes={
        "above the threshold": (
            lambda probabilities, threshold=0.5: (probabilities > threshold).astype(int),
            "A probability of exactly the threshold is class 1 here: `>=` and not `>`.",
        ),
        "threshold not used": (
            lambda probabilities, threshold=0.5: (probabilities >= 0.5).astype(int),
            "You do not use the threshold that is handed in: 0.5 is a custom, and not a law.",
        ),
        "threshold not used, above 0.5": (
            lambda probabilities, threshold=0.5: (probabilities > 0.5).astype(int),
            "You do not use the threshold that is handed in: 0.5 is a custom, and not a law. "
            "(Rounding is a threshold of 0.5, too.)",
        ),
        "rounded": (
            lambda probabilities, threshold=0.5: np.round(probabilities),
            "You do not use the threshold that is handed in (rounding is a threshold of 0.5, too), "
            "and your classes are decimal numbers, such as 1.0: `.astype(int)` makes them whole.",
        ),
        "the other way round": (
            lambda probabilities, threshold=0.5: (probabilities < threshold).astype(int),
            "Class 1 is for the high probabilities: you have it the other way round.",
        ),
        "the other way round, ties too": (
            lambda probabilities, threshold=0.5: (probabilities <= threshold).astype(int),
            "Class 1 is for the high probabilities: you have it the other way round.",
        ),
        "truth values": (
            lambda probabilities, threshold=0.5: probabilities >= threshold,
            "You return True and False. Classes are numbers, 1 and 0: `.astype(int)` turns one "
            "into the other.",
        ),
        "decimal numbers": (
            lambda probabilities, threshold=0.5: (probabilities >= threshold) * 1.0,
            "Your classes are decimal numbers, such as 1.0. Wanted are whole ones: "
            "`.astype(int)` makes them.",
        ),
        "exactly the threshold only": (
            lambda probabilities, threshold=0.5: (probabilities == threshold).astype(int),
            "You ask for equality. Class 1 is for all probabilities from the threshold on.",
        ),
        "probabilities kept": (
            lambda probabilities, threshold=0.5: np.where(
                probabilities >= threshold, probabilities, 0
            ),
            "Where the probability is high enough you keep it. The class is 1.",
        ),
        "class -1": (
            lambda probabilities, threshold=0.5: np.where(probabilities >= threshold, 1, -1),
            "Your classes are 1 and -1. In this book they are 1 and 0.",
        ),
        "sigmoid first": (
            lambda probabilities, threshold=0.5: (core.sigmoid(probabilities) >= threshold).astype(
                int
            ),
            "You sent the probabilities through the sigmoid. They are probabilities already; only "
            "scores need it.",
        ),
        "compared with the mean": (
            lambda probabilities, threshold=0.5: (probabilities >= np.mean(probabilities)).astype(
                int
            ),
            "You compared with the mean. Compare with the threshold.",
        ),
        "all of them at once": (
            lambda probabilities, threshold=0.5: int(np.all(probabilities >= threshold)),
            "You decide once for all examples. Each has a class of its own.",
        ),
        "largest only": (
            lambda probabilities, threshold=0.5: (probabilities == probabilities.max()).astype(int),
            "You put only the largest probability into class 1. Every one from the threshold on "
            "belongs there.",
        ),
        "which ones": (
            lambda probabilities, threshold=0.5: np.flatnonzero(probabilities >= threshold),
            "You return which examples are in class 1. Wanted is the class of each, 1 or 0.",
        ),
        "how many": (
            lambda probabilities, threshold=0.5: np.sum(probabilities >= threshold),
            "You return how many examples are in class 1. Wanted is the class of each.",
        ),
    },
)


def _scored(rng: np.random.Generator) -> tuple[Array, Array]:
    """Scores, some of them far out, and labels of both kinds."""
    n = int(rng.integers(2, 9))
    labels = rng.permutation(np.arange(n) % 2)
    return rng.normal(0, rng.choice([1, 4, 200]), size=n).round(1), labels


SCORED = {
    "knows nothing": ([0.0, 0.0], [0, 1]),
    "one bird": ([2.0], [1]),
    "right twice": ([2.0, -1.0], [1, 0]),
    "wrong twice": ([2.0, -1.0], [0, 1]),
    "three birds": ([0.5, 0.5, -3.0], [1, 0, 0]),
    "whole numbers": ([1, -2, 0, 3], [1, 1, 0, 0]),
    "all of class 1": ([1.0, -0.5, 2.0], [1, 1, 1]),
    "all of class 0": ([1.0, -0.5, 2.0, 0.0], [0, 0, 0, 0]),
    "sure and right": ([1000.0, -1000.0, 40.0], [1, 0, 1]),
    "sure and wrong": ([1000.0, -800.0, 40.0, -40.0, 0.5], [0, 1, 0, 1, 1]),
}


def _mean_surprise(
    right: Callable[[Array], Array],
    wrong: Callable[[Array], Array],
    squash: Callable[[Array], Array] = core.sigmoid,
) -> Callable[[Array, Array], float]:
    """A loss made from what is computed for label 1 and for label 0 out of the probability."""
    return lambda scores, labels: float(
        np.mean(labels * right(squash(scores)) + (1 - labels) * wrong(squash(scores)))
    )


def _added(little: float, *squash: Callable[[Array], Array]) -> Callable[[Array, Array], float]:
    return _mean_surprise(lambda p: -np.log(p + little), lambda p: -np.log(1 - p + little), *squash)


def _cut_off(little: float, *squash: Callable[[Array], Array]) -> Callable[[Array, Array], float]:
    return _mean_surprise(
        lambda p: -np.log(np.clip(p, little, 1 - little)),
        lambda p: -np.log(1 - np.clip(p, little, 1 - little)),
        *squash,
    )


def _at_least(little: float, *squash: Callable[[Array], Array]) -> Callable[[Array, Array], float]:
    return _mean_surprise(
        lambda p: -np.log(np.maximum(p, little)),
        lambda p: -np.log(np.maximum(1 - p, little)),
        *squash,
    )


LITTLE = (*(10.0**-k for k in range(3, 17)), float(np.finfo(float).eps))
LESS = tuple(10.0**-k for k in (17, 18, 20, 30, 50, 100, 200, 300))


def _bce(scores: Array, labels: Array) -> Array:
    """The surprise at each label."""
    return np.logaddexp(0, np.where(labels == 1, -scores, scores))


chapter.exercise(
    core.binary_cross_entropy,
    variants={
        "kept away from 0": tuple(
            kept(little, squash)
            # the last digits of p decide, so the formula as written counts apart
            for squash in (core.sigmoid, _naive)
            for kept, sizes in (
                (_added, LITTLE + LESS),
                (_cut_off, LITTLE),
                (_at_least, LITTLE + LESS),
            )
            for little in sizes
        )
    },
    task=(
        "scores are log-odds, not probabilities. Exact also where the sigmoid is 0 or 1 to the "
        "last digit."
    ),
    cases=SCORED,
    random=_scored,
    hints=(
        "The surprise at label 1 is `-log(p)`, at label 0 it is `-log(1 - p)`, with p the sigmoid "
        "of the score. Where p rounds to 0 or 1 this meets log(0).",
        "Put the sigmoid into the logarithm: -log(p) = log(1 + exp(-score)), and -log(1 - p) = "
        "log(1 + exp(score)). Only the sign of the score differs.",
        "`np.logaddexp(0, z)` is log(1 + exp(z)) without overflow. Give it `-scores` where the "
        "label is 1 and `scores` where it is 0 (`np.where`), and take the mean.",
    ),
    mistakes={
        "log of 0": (
            lambda scores, labels: (
                -np.mean(
                    labels * np.log(core.sigmoid(scores))
                    + (1 - labels) * np.log(1 - core.sigmoid(scores))
                )
            ),
            "The formula is right on paper, but for a sure model p rounds to 0 or 1, and log(0) "
            "is -inf (and 0 times it nan). Do not compute p at all: use `np.logaddexp` on the "
            "scores.",
        ),
        "log of 0, picked": (
            lambda scores, labels: (
                -np.mean(
                    np.log(np.where(labels == 1, core.sigmoid(scores), 1 - core.sigmoid(scores)))
                )
            ),
            "The formula is right on paper, but for a sure and wrong model p rounds to 0, and "
            "log(0) is -inf. Do not compute p at all: use `np.logaddexp` on the scores.",
        ),
        "exponential overflows": (
            lambda scores, labels: np.mean(
                np.log(1 + np.exp(np.where(labels == 1, -scores, scores)))
            ),
            "You have the right formula in the scores, but `exp` overflows where the model is "
            "sure and wrong. `np.logaddexp(0, z)` is log(1 + exp(z)) without that.",
        ),
        "exponential overflows, scores times labels": (
            lambda scores, labels: np.mean(np.log(1 + np.exp(scores)) - scores * labels),
            "You have the right formula in the scores, but `exp` overflows for a large score. "
            "`np.logaddexp(0, scores)` is log(1 + exp(scores)) without that.",
        ),
        "kept away from 0": (
            _added(1e-15),
            "You kept log(0) away, by adding a little or by cutting the probabilities off. The "
            "loss is then wrong where the model is surest. Use the scores instead of p.",
        ),
        "nan swept away": (
            lambda scores, labels: np.mean(
                np.nan_to_num(_log_terms(scores, labels), nan=0.0, neginf=0.0, posinf=0.0)
            ),
            "You replaced nan and inf by 0, and these are the very birds on which the model is "
            "sure and wrong. Use the scores instead of p.",
        ),
        "label 1 only": (
            _mean_surprise(lambda p: -np.log(np.maximum(p, 5e-324)), lambda p: 0 * p),
            "You count the birds of label 1 only. For label 0 the surprise is -log(1 - p).",
        ),
        "label 1 only, from the scores": (
            lambda scores, labels: np.mean(labels * np.logaddexp(0, -scores)),
            "You count the birds of label 1 only. For label 0 the surprise is log(1 + exp(score)).",
        ),
        "label 0 only": (
            lambda scores, labels: np.mean((1 - labels) * np.logaddexp(0, scores)),
            "You count the birds of label 0 only. For label 1 the surprise is "
            "log(1 + exp(-score)).",
        ),
        "labels swapped": (
            lambda scores, labels: np.mean(_bce(-scores, labels)),
            "You have swapped the two labels: for label 1 the surprise is log(1 + exp(-score)), "
            "small where the score is high.",
        ),
        "labels not used": (
            lambda scores, labels: np.mean(np.logaddexp(0, -scores)),
            "You treat every bird as label 1. For label 0 the sign of the score changes.",
        ),
        "minus forgotten": (
            lambda scores, labels: -np.mean(_bce(scores, labels)),
            "Your loss is negative: a logarithm of a probability is, and the surprise is minus it.",
        ),
        "sum for mean": (
            lambda scores, labels: np.sum(_bce(scores, labels)),
            "You added up but did not divide by how many there are.",
        ),
        "half": (
            lambda scores, labels: np.mean(_bce(scores, labels)) / 2,
            "Your loss is half the right one. Each bird has one surprise: the other term is 0.",
        ),
        "one per bird": (
            _bce,
            "You return one surprise per bird. A loss is a single number: take their mean.",
        ),
        "base 2": (
            lambda scores, labels: np.mean(_bce(scores, labels)) / np.log(2),
            "You took logarithms to base 2, which counts bits. This book counts nats: `np.log`.",
        ),
        "base 10": (
            lambda scores, labels: np.mean(_bce(scores, labels)) / np.log(10),
            "You took logarithms to base 10. This book uses natural ones: `np.log`.",
        ),
        "squared error": (
            lambda scores, labels: np.mean((core.sigmoid(scores) - labels) ** 2),
            "You took the squared error of the probabilities. Its slope dies where the model is "
            "badly wrong; the surprise grows there.",
        ),
        "squared error of the scores": (
            lambda scores, labels: np.mean((scores - labels) ** 2),
            "You took the squared error of the scores. A score far on the right side would be "
            "punished.",
        ),
        "absolute error": (
            lambda scores, labels: np.mean(np.abs(core.sigmoid(scores) - labels)),
            "You took the distance from probability to label. The surprise is its logarithm: "
            "being sure and wrong costs without limit.",
        ),
        "log of the mean": (
            lambda scores, labels: -np.log(np.mean(np.exp(-_bce(scores, labels)))),
            "You took the logarithm of the mean probability. Take the mean of the logarithms.",
        ),
        "scores for probabilities": (
            lambda scores, labels: (
                -np.mean(labels * np.log(scores) + (1 - labels) * np.log(1 - scores))
            ),
            "You took the scores for probabilities. A score may be any number; its logarithm is "
            "not even defined below 0.",
        ),
        "both terms for every bird": (
            lambda scores, labels: np.mean(np.logaddexp(0, -scores) + np.logaddexp(0, scores)),
            "You added both terms for every bird. The label picks one: the first where it is 1, "
            "the second where it is 0.",
        ),
        "sign of the second term": (
            lambda scores, labels: np.mean(
                labels * np.logaddexp(0, -scores) - (1 - labels) * np.logaddexp(0, scores)
            ),
            "The term of the birds of label 0 has the wrong sign: surprises are added.",
        ),
        "mean over the birds of label 1": (
            lambda scores, labels: np.mean(np.logaddexp(0, -scores[labels == 1])),
            "You took the mean over the birds of label 1 only. Those of label 0 count as well, "
            "with log(1 + exp(score)).",
        ),
        "sigmoid twice": (
            lambda scores, labels: np.mean(_bce(core.sigmoid(scores), labels)),
            "You applied the sigmoid to the scores and then used the result as scores again.",
        ),
        "labels of -1": (
            lambda scores, labels: np.mean(np.logaddexp(0, -labels * scores)),
            "Your formula is for labels -1 and 1. Here they are 0 and 1, so `labels * scores` "
            "forgets the birds of label 0. `2 * labels - 1` turns one kind into the other.",
        ),
        "share of errors": (
            lambda scores, labels: np.mean((scores >= 0) != labels),
            "You counted wrong decisions. The surprise also asks how sure the model was.",
        ),
    },
)


def _log_terms(scores: Array, labels: Array) -> Array:
    p = core.sigmoid(scores)
    return -(labels * np.log(p) + (1 - labels) * np.log(1 - p))


chapter.exercise(
    core.binary_cross_entropy_gradient,
    task="One slope per bird: by how much the loss grows when its score grows by 1.",
    cases=SCORED,
    random=_scored,
    hints=(
        "The long formula collapses. What is left is of the kind you know: prediction minus "
        "target. What is the prediction here?",
        "Probability minus label. And the loss is a mean, so divide by n.",
        "`(sigmoid(scores) - labels) / len(labels)`, one number per bird.",
    ),
    mistakes={
        "not divided by n": (
            lambda scores, labels: core.sigmoid(scores) - labels,
            "You did not divide by n: the loss is a mean.",
        ),
        "sign": (
            lambda scores, labels: (labels - core.sigmoid(scores)) / len(labels),
            "Your sign is wrong: it is probability minus label, positive where the score is too "
            "high.",
        ),
        "scores for probabilities": (
            lambda scores, labels: (scores - labels) / len(labels),
            "You subtracted the label from the score. Send the score through the sigmoid first: "
            "probability minus label.",
        ),
        "slope of the squared error": (
            lambda scores, labels: (
                2
                * (core.sigmoid(scores) - labels)
                * core.sigmoid(scores)
                * (1 - core.sigmoid(scores))
                / len(labels)
            ),
            "That is the slope of the squared error, which dies where the model is badly wrong. "
            "With the cross-entropy p (1 - p) cancels.",
        ),
        "slope of the sigmoid left in": (
            lambda scores, labels: (
                (core.sigmoid(scores) - labels)
                * core.sigmoid(scores)
                * (1 - core.sigmoid(scores))
                / len(labels)
            ),
            "There is a factor p (1 - p) too many: the slope of the sigmoid cancels against that "
            "of the logarithm.",
        ),
        "slope in the probability": (
            lambda scores, labels: (
                (core.sigmoid(scores) - labels)
                / (core.sigmoid(scores) * (1 - core.sigmoid(scores)))
                / len(labels)
            ),
            "That is the slope in the probability. Wanted is that in the score: multiply by the "
            "slope of the sigmoid, p (1 - p).",
        ),
        "labels not used": (
            lambda scores, labels: core.sigmoid(scores) / len(labels),
            "You forgot to subtract the labels.",
        ),
        "doubled": (
            lambda scores, labels: 2 * (core.sigmoid(scores) - labels) / len(labels),
            "There is a factor 2 too many. It belongs to squares; here nothing is squared.",
        ),
        "one number, the sum": (
            lambda scores, labels: np.sum(core.sigmoid(scores) - labels) / len(labels),
            "You return one number, the sum of the slopes. Each score has a slope of its own.",
        ),
        "mean for all": (
            lambda scores, labels: np.full(len(labels), np.mean(core.sigmoid(scores) - labels)),
            "You gave every bird the mean slope. Each score has a slope of its own.",
        ),
        "labels swapped": (
            lambda scores, labels: (core.sigmoid(scores) - (1 - labels)) / len(labels),
            "You have swapped the two labels: subtract `labels`, not `1 - labels`.",
        ),
        "sign of the score": (
            lambda scores, labels: (core.sigmoid(-scores) - labels) / len(labels),
            "Your probability falls when the score grows: look at the sign in the exponential.",
        ),
        "sigmoid twice": (
            lambda scores, labels: (core.sigmoid(core.sigmoid(scores)) - labels) / len(labels),
            "You applied the sigmoid twice.",
        ),
        "decision for probability": (
            lambda scores, labels: ((scores >= 0) - labels) / len(labels),
            "You subtracted the label from the decision. Use the probability: a bird that is "
            "right but unsure still pulls a little.",
        ),
        "absolute values": (
            lambda scores, labels: np.abs(core.sigmoid(scores) - labels) / len(labels),
            "You took absolute values. The sign says whether the score is too high or too low.",
        ),
        "the loss itself": (
            lambda scores, labels: _bce(scores, labels) / len(labels),
            "These are the terms of the loss. Wanted are their slopes.",
        ),
        "n of its own": (
            lambda scores, labels: (core.sigmoid(scores) - labels) / max(np.sum(labels), 1),
            "You divided by how many labels are 1. Divide by how many birds there are.",
        ),
        "overflow": (
            lambda scores, labels: (_naive(scores) - labels) / len(labels),
            "The numbers are right, but for a large negative score `exp` overflows on the way, "
            "and NumPy warns. Use your sigmoid that cannot.",
        ),
    },
)


def _decided(rng: np.random.Generator) -> tuple[Array, Array]:
    """Predicted and true classes, with every kind of hit and miss, in different numbers."""
    kinds = np.repeat([0, 1, 2, 3], rng.permutation([1, 2, 3, 5]))
    kinds = rng.permutation(np.append(kinds, rng.integers(0, 4, size=rng.integers(0, 4))))
    return kinds % 2, kinds // 2


DECIDED = {
    "four birds": ([1, 0, 1, 1], [1, 0, 0, 1]),
    "one false alarm": ([1, 1, 0], [1, 0, 0]),
    "one bird missed": ([1, 0, 0, 0], [1, 1, 0, 0]),
    "all right": ([1, 0, 1, 0, 0], [1, 0, 1, 0, 0]),
    "all wrong": ([1, 0, 0], [0, 1, 1]),
    "always called 1": ([1, 1, 1, 1, 1], [1, 0, 0, 1, 0]),
    "a rare class": ([0, 0, 0, 1, 0, 0, 1, 1, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0, 0, 1]),
}


def _counts(predictions: Array, labels: Array) -> tuple[int, int, int, int]:
    """True negatives, false positives, false negatives, true positives."""
    return tuple(  # type: ignore[return-value]
        int(np.sum((labels == label) & (predictions == prediction)))
        for label in (0, 1)
        for prediction in (0, 1)
    )


def _table(places: str) -> Callable[..., Any]:
    """A 2 x 2 table of counts, from two words such as "tn fp" that say what stands in a row."""

    def counts(predictions: Array, labels: Array, n_classes: int = 2) -> Any:
        known = dict(zip(("tn", "fp", "fn", "tp"), _counts(predictions, labels), strict=True))
        table = np.array([known[place] for place in places.split()]).reshape(2, 2)
        return table if n_classes == 2 else core.confusion_matrix(predictions, labels, n_classes)

    return counts


def _matrix(
    change: Callable[[Any, Array, Array, int], Any],
) -> Callable[..., Any]:
    return lambda predictions, labels, n_classes=2: change(
        core.confusion_matrix(predictions, labels, n_classes), predictions, labels, n_classes
    )


chapter.exercise(
    core.confusion_matrix,
    task="A table of shape (n_classes, n_classes). Row: true class; column: predicted class.",
    cases={case: (*lists, 2) for case, lists in DECIDED.items()}
    | {
        "three classes": ([0, 2, 1, 1, 0, 2], [0, 1, 1, 2, 2, 2], 3),
        "a class that is missing": ([0, 1, 1, 0], [0, 1, 0, 0], 4),
        "the last class never predicted": ([0, 1, 1, 0, 1], [2, 1, 2, 0, 1], 3),
    },
    random=lambda rng: (
        (
            *rng.integers(0, 3, size=(2, 7)),
            3,
        )
        if rng.random() < 0.5
        else (*_decided(rng), 2)
    ),
    hints=(
        "Begin with a table of zeros: `counts = np.zeros((n_classes, n_classes), dtype=int)`.",
        "Go through the birds, and add 1 at the place of each: which index is the row?",
        "`counts[label, prediction] += 1` for every pair in `zip(predictions, labels)`.",
    ),
    mistakes={
        "transposed": (
            _matrix(lambda counts, *_: counts.T),
            "Rows and columns are swapped: the row is the true class, the column the predicted "
            "one.",
        ),
        "class 1 first": (
            _matrix(lambda counts, *_: counts[::-1, ::-1]),
            "You begin with the highest class. Row 0 and column 0 belong to class 0.",
        ),
        "rows reversed": (
            _matrix(lambda counts, *_: counts[::-1]),
            "Your rows come in the reverse order: row 0 belongs to true class 0.",
        ),
        "columns reversed": (
            _matrix(lambda counts, *_: counts[:, ::-1]),
            "Your columns come in the reverse order: column 0 belongs to predicted class 0.",
        ),
        "shares of all": (
            _matrix(lambda counts, *_: counts / counts.sum()),
            "You divided by the number of birds. Wanted are counts.",
        ),
        "shares of each row": (
            _matrix(lambda counts, *_: counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)),
            "You divided each row by its sum. Wanted are counts.",
        ),
        "one row of four": (
            _matrix(lambda counts, *_: counts.ravel()),
            "The counts are right, but they stand in one row: make a square table of them, "
            "`.reshape(n_classes, n_classes)`.",
        ),
        "hits only": (
            _matrix(lambda counts, *_: np.diag(np.diag(counts))),
            "You counted only where prediction and label agree. The confusions are the others.",
        ),
        "misses only": (
            _matrix(lambda counts, *_: counts - np.diag(np.diag(counts))),
            "You counted only where prediction and label differ. The hits go on the diagonal.",
        ),
        "seen or not": (
            _matrix(lambda counts, *_: (counts > 0).astype(int)),
            "You wrote 1 where something was seen. Count: `+= 1` in a loop, and not `= 1`. "
            "(With whole arrays, `counts[labels, predictions] += 1` adds only once per place.)",
        ),
        "errors swapped": (
            _table("tn fn fp tp"),
            "The two kinds of error are swapped: the upper right is label 0 that was called 1.",
        ),
        "two classes only": (
            _matrix(lambda counts, predictions, labels, n: counts[:2, :2]),
            "Your table is always 2 by 2. It has `n_classes` rows and columns.",
        ),
        "classes counted from the labels": (
            _matrix(
                lambda counts, predictions, labels, n: counts[: max(labels) + 1, : max(labels) + 1]
            ),
            "You guessed the number of classes from the labels. One may be missing there: use "
            "`n_classes`.",
        ),
        "classes that were seen": (
            _matrix(
                lambda counts, predictions, labels, n: counts[
                    : max(*labels, *predictions) + 1, : max(*labels, *predictions) + 1
                ]
            ),
            "You guessed the number of classes from the data. One may be missing there: use "
            "`n_classes`.",
        ),
        "rows that are one list": (
            _matrix(lambda counts, *_: np.tile(counts.sum(axis=0), (len(counts), 1))),
            "All your rows are the same: `[[0] * k] * k` is one list, k times. Make each row anew, "
            "or use `np.zeros((k, k))`.",
        ),
        "labels counted": (
            _matrix(lambda counts, predictions, labels, n: np.bincount(labels, minlength=n)),
            "You counted the labels alone. Count pairs of label and prediction.",
        ),
        "share of hits": (
            _matrix(lambda counts, *_: np.trace(counts) / counts.sum()),
            "You return the share of right predictions, one number. Wanted is the table of counts.",
        ),
        "first bird skipped": (
            lambda predictions, labels, n_classes=2: (
                core.confusion_matrix(predictions, labels, n_classes)
                - core.confusion_matrix(predictions[:1], labels[:1], n_classes)
            ),
            "You left out the first bird: Python counts from 0.",
        ),
    },
)


def _share(part: str, whole: str) -> Callable[[Array, Array], float]:
    """A fraction of sums of counts, such as "tp" over "tp fp"; 0/0 is nan, as in NumPy."""

    def share(predictions: Array, labels: Array) -> float:
        known = dict(zip(("tn", "fp", "fn", "tp"), _counts(predictions, labels), strict=True))
        above = np.float64(sum(known[count] for count in part.split()))
        return float(above / sum(known[count] for count in whole.split()))

    return share


SHARES = {
    "accuracy": (
        _share("tp tn", "tp tn fp fn"),
        "That is the accuracy, the share of all predictions that are right.",
    ),
    "right ones over called 1": (
        _share("tp tn", "tp fp"),
        "You counted all right predictions, also those of class 0. Above the line belong those "
        "that are 1 and were called 1.",
    ),
    "right ones over are 1": (
        _share("tp tn", "tp fn"),
        "You counted all right predictions, also those of class 0. Above the line belong those "
        "that are 1 and were called 1.",
    ),
    "share of the 0s found": (
        _share("tn", "tn fp"),
        "That is the share of the 0s that were called 0 (specificity): you look at the wrong "
        "class.",
    ),
    "share of the called 0s": (
        _share("tn", "tn fn"),
        "That is the share of right ones among those called 0. You look at the wrong class.",
    ),
    "share of all birds": (
        _share("tp", "tp tn fp fn"),
        "You divided by all birds. Divide by those in question only.",
    ),
    "hits over errors": (
        _share("tp", "fp fn"),
        "You divided the hits by the errors. Divide by a whole that holds the hits.",
    ),
    "how many are called 1": (
        _share("tp fp", "tp tn fp fn"),
        "That is the share of birds called 1, right or wrong. Count the right ones on top.",
    ),
    "how many are 1": (
        _share("tp fn", "tp tn fp fn"),
        "That is the share of birds that are 1. Count on top those that were called 1 as well.",
    ),
    "hits over hits and all errors": (
        _share("tp", "tp fp fn"),
        "You divided by hits and both kinds of error. Only one kind belongs below the line.",
    ),
    "how many hits": (
        lambda predictions, labels: _counts(predictions, labels)[3],
        "You return how many hits there are. Wanted is a share: divide.",
    ),
    "harmonic mean": (
        _share("tp tp", "tp tp fp fn"),
        "That is the F1 score, which mixes precision and recall. Wanted is one of them.",
    ),
    "called 1 over are 1": (
        _share("tp fp", "tp fn"),
        "You divided how many are called 1 by how many are 1. Above the line belong only those "
        "that are both.",
    ),
    "are 1 over called 1": (
        _share("tp fn", "tp fp"),
        "You divided how many are 1 by how many are called 1. Above the line belong only those "
        "that are both.",
    ),
}

chapter.exercise(
    core.precision,
    cases=DECIDED,
    random=_decided,
    hints=(
        "Two counts: how many were called 1, and how many of those are 1.",
        "`(predictions == 1) & (labels == 1)` is True where both hold; `np.sum` counts.",
        "Those that are 1 *and* were called 1, over all that were called 1.",
    ),
    mistakes={
        "recall": (
            _share("tp", "tp fn"),
            "That is the recall: of those that are 1, the share that was called 1. Precision "
            "divides by how many were *called* 1.",
        ),
        "share of false alarms": (
            _share("fp", "tp fp"),
            "That is the share of false alarms. Take the others, the hits.",
        ),
        "hits over false alarms": (
            _share("tp", "fp"),
            "You divided the hits by the false alarms. Divide by both together.",
        ),
        "in whole numbers": (
            lambda predictions, labels: float(_share("tp", "tp fp")(predictions, labels) // 1),
            "You used `//`, which cuts off what is behind the point. A share needs `/`.",
        ),
        **SHARES,
    },
)

chapter.exercise(
    core.recall,
    cases=DECIDED,
    random=_decided,
    hints=(
        "Two counts: how many are 1, and how many of those were called 1.",
        "`(predictions == 1) & (labels == 1)` is True where both hold; `np.sum` counts.",
        "Those that are 1 *and* were called 1, over all that are 1.",
    ),
    mistakes={
        "precision": (
            _share("tp", "tp fp"),
            "That is the precision: of those called 1, the share that is 1. Recall divides by how "
            "many *are* 1.",
        ),
        "share of the missed": (
            _share("fn", "tp fn"),
            "That is the share that was missed. Take the others, the hits.",
        ),
        "hits over missed": (
            _share("tp", "fn"),
            "You divided the hits by the missed. Divide by both together.",
        ),
        "in whole numbers": (
            lambda predictions, labels: float(_share("tp", "tp fn")(predictions, labels) // 1),
            "You used `//`, which cuts off what is behind the point. A share needs `/`.",
        ),
        **SHARES,
    },
)


def roc_auc(scores: Array, labels: Array) -> Any:
    """The chance that a 1 has a higher score than a 0, a tie counting half."""
    ones, zeros = scores[labels == 1, np.newaxis], scores[labels == 0]
    return np.mean((ones > zeros) + (ones == zeros) / 2)


def _pairs(
    change: Callable[[Array, Array, Array], Any],
) -> Callable[[Array, Array], Any]:
    """An answer from the pairs won (half for a tie, a row for each 1), the 1s and the 0s."""

    def answer(scores: Array, labels: Array) -> Any:
        ones, zeros = scores[labels == 1], scores[labels == 0]
        ahead = np.sign(ones[:, np.newaxis] - zeros)
        return change((ahead + 1) / 2, ones, zeros)

    return answer


def _ranked(rng: np.random.Generator) -> tuple[Array, Array]:
    """Scores with ties, and labels of both kinds in different numbers."""
    kinds = np.repeat([0, 1], rng.permutation([3, 5]) - int(rng.integers(2)))
    return rng.integers(-4, 5, size=len(kinds)) / 4, rng.permutation(kinds)


chapter.exercise(
    roc_auc,
    reference=core.roc_auc,
    task="Go through all pairs of a 1 and a 0. The result is a share, between 0 and 1.",
    cases={
        "four birds": ([0.1, 0.4, 0.3, 0.8], [0, 0, 1, 1]),
        "one of each": ([0.2, 0.7], [1, 0]),
        "whole numbers and a tie": ([1, 2, 2, 3, 0], [0, 1, 0, 1, 0]),
        "all tied": ([0.5, 0.5, 0.5], [0, 1, 1]),
        "perfect": ([-2.0, -1.0, 3.0, -7.0], [0, 0, 1, 0]),
        "all the wrong way round": ([3.0, 1.0, -1.0], [0, 1, 1]),
        "scores far out": ([-1000.0, 300.0, -5.0, 0.25, 710.0], [0, 0, 1, 1, 1]),
    },
    random=_ranked,
    hints=(
        "A pair is one example with label 1 and one with label 0: `scores[labels == 1]` are the "
        "scores of the one kind, `scores[labels == 0]` those of the other.",
        "Two loops, one inside the other, go through all pairs. Add 1 where the 1 has the higher "
        "score, and a half where both are the same.",
        "Divide by how many pairs there are, the number of 1s times the number of 0s. (Without a "
        "loop: `ones[:, np.newaxis] > zeros` compares all pairs at once.)",
    ),
    mistakes={
        "ties lost": (
            _pairs(lambda won, ones, zeros: np.mean(won == 1)),
            "You count a tie as lost. It counts half.",
        ),
        "ties won": (
            _pairs(lambda won, ones, zeros: np.mean(won > 0)),
            "You count a tie as won. It counts half: `>` for the pairs that are won, and `==` for "
            "the ties.",
        ),
        "ties left out": (
            _pairs(lambda won, ones, zeros: np.sum(won == 1) / max(np.sum(won != 0.5), 1)),
            "You left the ties out, also below the line. Each counts as a pair, half of it won.",
        ),
        "the wrong way round": (
            _pairs(lambda won, ones, zeros: 1 - np.mean(won)),
            "You count the pairs in which the 0 is ahead. Wanted are those in which the 1 is.",
        ),
        "pairs not divided": (
            _pairs(lambda won, ones, zeros: np.sum(won)),
            "You counted the pairs that are won. Wanted is their share: divide by how many pairs "
            "there are.",
        ),
        "divided by the 1s": (
            _pairs(lambda won, ones, zeros: np.sum(won) / len(ones)),
            "You divided by the number of 1s. Each of them makes a pair with every 0, so there are "
            "more pairs: the number of 1s times the number of 0s.",
        ),
        "divided by the 0s": (
            _pairs(lambda won, ones, zeros: np.sum(won) / len(zeros)),
            "You divided by the number of 0s. Each of them makes a pair with every 1, so there are "
            "more pairs: the number of 1s times the number of 0s.",
        ),
        "divided by the examples": (
            _pairs(lambda won, ones, zeros: np.sum(won) / (len(ones) + len(zeros))),
            "You divided by the number of examples. Divide by the number of pairs: 1s times 0s.",
        ),
        "divided by all pairs": (
            _pairs(
                lambda won, ones, zeros: (
                    2 * np.sum(won) / ((len(ones) + len(zeros)) * (len(ones) + len(zeros) - 1))
                )
            ),
            "You divided by all pairs of examples. Only pairs of a 1 and a 0 count.",
        ),
        "divided by the square": (
            _pairs(lambda won, ones, zeros: np.sum(won) / (len(ones) + len(zeros)) ** 2),
            "You divided by the square of the number of examples. Divide by the number of 1s times "
            "the number of 0s.",
        ),
        "all against all": (
            lambda scores, labels: np.mean(
                (np.sign(np.subtract.outer(scores, scores[labels == 0])) + 1) / 2
            ),
            "You let all examples play against the 0s, also the 0s themselves. One of each pair "
            "has label 1.",
        ),
        "in step": (
            _pairs(
                lambda won, ones, zeros: np.mean(np.diagonal(won)),
            ),
            "You go through the 1s and the 0s in step, as `zip` does, and so each meets one of the "
            "others only. Every 1 meets every 0: two loops, one inside the other.",
        ),
        "one share for each 1": (
            _pairs(lambda won, ones, zeros: np.mean(won, axis=1)),
            "You return a share for each 1. Wanted is a single number, over all pairs.",
        ),
        "the table of pairs": (
            _pairs(lambda won, ones, zeros: won),
            "You return what becomes of each pair. Wanted is a single number: their mean.",
        ),
        "difference of the means": (
            _pairs(lambda won, ones, zeros: np.mean(ones) - np.mean(zeros)),
            "You return how far the mean scores of both kinds are apart. Count pairs: only who is "
            "ahead matters, and not by how much.",
        ),
        "against the highest 0": (
            _pairs(lambda won, ones, zeros: np.mean(np.min(won, axis=1))),
            "You compare the 1s with the highest 0 alone. Each 1 meets every 0.",
        ),
        "from -1 to 1": (
            _pairs(lambda won, ones, zeros: 2 * np.mean(won) - 1),
            "Your result runs from -1 to 1, as Gini's does: a lost pair counts 0, and not -1.",
        ),
        "decisions": (
            lambda scores, labels: np.mean((scores >= 0.5) == labels),
            "That is the share of right decisions at a threshold. Here nothing is decided: compare "
            "the scores of pairs.",
        ),
    },
)


# --- The repair shop -------------------------------------------------------------------------


def train_classifier(
    X: Array, labels: Array, learning_rate: float, n_steps: int
) -> tuple[Any, ...]:
    """Walk down the cross-entropy from zeros; return w, b and the loss before each step."""
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(n_steps):
        scores = X @ w + b
        losses.append(np.mean(np.logaddexp(0, np.where(labels == 1, -scores, scores))))
        probabilities = 1 / (1 + np.exp(-scores))
        slopes = (probabilities - labels) / len(labels)
        w = w - learning_rate * (X.T @ slopes)
        b = b - learning_rate * np.sum(slopes)
    return w, b, losses


def _two_kinds(rng: np.random.Generator) -> tuple[Any, ...]:
    """Birds of both classes, a rate and some steps."""
    d = int(rng.integers(1, 4))
    n = d + int(rng.integers(3, 6))
    labels = rng.permutation(np.arange(n) % 2)
    X = rng.normal(0, 1, size=(n, d)).round(1) + labels[:, np.newaxis]
    return X, labels, 0.5, int(rng.integers(2, 9))


TWO_KINDS = np.array([[1.0, 0.5], [2.0, 0.0], [0.0, 2.0], [-1.0, 1.0], [0.5, 1.5]])
KINDS = np.array([1, 1, 0, 0, 1])
APART = np.array([[1.0], [2.0], [-1.0], [-2.0], [3.0]]), np.array([1, 1, 0, 0, 1])


def _measured(run: Function) -> bool:
    """Whether two steps of the rate 0.5 go down the slopes that are measured."""
    point = np.zeros(3)
    for _ in range(2):
        point = point - 0.5 * gradient_descent.numerical_gradient(_kinds_loss, point)
    return same(np.append(*run(TWO_KINDS, KINDS, 0.5, 2)[:2]), point)


def _kinds_loss(point: Array) -> float:
    return core.binary_cross_entropy(TWO_KINDS @ point[:2] + point[2], KINDS)


CLASSES = {
    "three birds, one step": ([[1.0], [2.0], [-1.0]], [1, 0, 0], 0.5, 1),
    "five birds, two features": (TWO_KINDS.tolist(), KINDS.tolist(), 0.5, 6),
    "whole numbers": ([[1, 0], [0, 1], [2, 1]], [1, 0, 1], 1.0, 5),
    "all of one class": ([[1.0], [3.0]], [1, 1], 0.5, 4),
}

repair(
    chapter,
    train_classifier,
    faults={
        "the gradient of another loss": {
            "(probabilities - labels)": "2 * (probabilities - labels) * probabilities * "
            "(1 - probabilities)"
        }
    },
    tests={
        "the loss at the start is log 2": lambda run: same(
            run(TWO_KINDS, KINDS, 0.5, 1)[2], [np.log(2)]
        ),
        "with every bird twice, it is the same walk": lambda run: same(
            run(TWO_KINDS, KINDS, 0.5, 6),
            run(np.repeat(TWO_KINDS, 2, axis=0), np.repeat(KINDS, 2), 0.5, 6),
        ),
        "the loss falls from step to step": lambda run: np.all(
            np.diff(run(TWO_KINDS, KINDS, 0.1, 20)[2]) < 0
        ),
        "the steps go down the measured slope": _measured,
        "a handful is learnt by heart": lambda run: run(*APART, 1.0, 150)[2][-1] < 0.02,
    },
    cases=CLASSES,
    random=_two_kinds,
    hints=(
        "The loss at the start is log 2, and it falls. So the program looks well. Can it learn a "
        "handful by heart, as fast as it should?",
        "Check the gradient: take one step from zeros, and then two. How large should each be?",
        "The refrain of the chapter is what the slope of a bird should be. Is it so here?",
    ),
    symptoms={
        "twice the slope": (
            {"= 2 * (p": "= 4 * (p"},
            "Doubled, the first step is right, because every probability is 0.5 there. Later ones "
            "are too short.",
        ),
        "loss of the slope": (
            {
                "np.logaddexp(0, np.where(labels == 1, -scores, scores))": (
                    "(1 / (1 + np.exp(-scores)) - labels) ** 2"
                )
            },
            "Loss and slope belong together now, but this loss is not the cross-entropy.",
        ),
        "half of it": (
            {"= 2 * (p": "= (p"},
            "The 2 is gone, but p (1 - p) is still there: where a bird is badly wrong, the slope "
            "still dies.",
        ),
        "more steps": (
            {"range(n_steps)": "range(4 * n_steps)"},
            "More steps hide it: where a bird is badly wrong, the slope still dies.",
        ),
    },
    new_faults={
        "1/n lost": (
            {" / len(labels)": ""},
            "The division by n is gone: the rate would have to change with the number of birds.",
        ),
        "the 2 of squares": (
            {"(probabilities - labels)": "2 * (probabilities - labels)"},
            "The factor 2 belongs to squares; here nothing is squared.",
        ),
        "scores for probabilities": (
            {"(probabilities - labels)": "(scores - labels)"},
            "It is probability minus label, and not score minus label.",
        ),
        "uphill": (
            {"(probabilities - labels)": "(labels - probabilities)"},
            "Label minus probability goes uphill.",
        ),
    },
)


def train_and_decide(
    X: Array, labels: Array, X_new: Array, learning_rate: float, n_steps: int
) -> tuple[Any, ...]:
    """Train on X from zeros; return w, b and the class of each new bird, 1 from 0.5 on."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        slopes = (1 / (1 + np.exp(-(X @ w + b))) - labels) / len(labels)
        w = w - learning_rate * (X.T @ slopes)
        b = b - learning_rate * np.sum(slopes)
    probabilities = 1 / (1 + np.exp(-(X_new @ w + b)))
    return w, b, (probabilities >= 0.5).astype(int)


def _new_birds(rng: np.random.Generator) -> tuple[Any, ...]:
    X, labels, rate, n_steps = _two_kinds(rng)
    return X, labels, rng.normal(0.5, 0.5, size=(12, X.shape[1])).round(2), rate, n_steps


CLOSE = np.linspace(-1.03, 1.07, 10)[:, np.newaxis]

repair(
    chapter,
    train_and_decide,
    faults={
        "threshold before the sigmoid": {
            "probabilities = 1 / (1 + np.exp(-(X_new @ w + b)))": "scores = X_new @ w + b",
            "(probabilities >= 0.5)": "(scores >= 0.5)",
        }
    },
    tests={
        "the class is 0 or 1": lambda run: set(run(*APART, CLOSE, 0.5, 9)[2]) <= {0, 1},
        "birds far from the boundary get their class": lambda run: same(
            run(*APART, 20 * APART[0], 0.5, 9)[2], APART[1]
        ),
        "in another order, the birds give the same classes": lambda run: same(
            run(*APART, CLOSE, 0.5, 9), run(APART[0][::-1], APART[1][::-1], CLOSE, 0.5, 9)
        ),
        "with the labels exchanged, the classes are exchanged": lambda run: same(
            run(*APART, CLOSE, 0.5, 9)[2],
            1 - np.asarray(run(APART[0], 1 - APART[1], CLOSE, 0.5, 9)[2]),
        ),
        "two birds beside the boundary are told apart": lambda run: same(
            run(np.array([[1.0], [-1.0]]), np.array([1, 0]), np.array([[0.1], [-0.1]]), 0.5, 9)[2],
            [1, 0],
        ),
    },
    cases={
        "three birds, two new": ([[1.0], [2.0], [-1.0]], [1, 1, 0], [[0.1], [-0.2]], 0.5, 3),
        "a bird on the boundary": ([[1.0], [-1.0]], [1, 0], [[0.0], [0.1], [-0.2]], 0.5, 1),
        "ten birds near the boundary": (*(part.tolist() for part in (*APART, CLOSE)), 0.5, 6),
        "whole numbers": ([[1, 0], [0, 1], [2, 1]], [1, 0, 1], [[1, 2], [0, 2], [1, 3]], 1.0, 5),
    },
    random=_new_birds,
    hints=(
        "Learn a handful by heart, and look at birds far from the boundary: all is well there.",
        "Exchange the labels 0 and 1. Every class should be the other one. For which birds is it "
        "not?",
        "The last line compares a number with 0.5. What kind of number is it?",
    ),
    symptoms={
        "a lower threshold": (
            {"scores >= 0.5": "scores >= 0.3"},
            "A lower threshold moves the boundary nearer, and it is still not where the "
            "probability is 0.5.",
        ),
        "larger scores": (
            {"scores = X_new @ w + b": "scores = 2 * (X_new @ w + b)"},
            "Twice as large, fewer scores lie between 0 and 0.5, but some still do.",
        ),
        "more steps": (
            {"range(n_steps)": "range(3 * n_steps)"},
            "Longer training makes the scores larger, so that fewer birds are hit.",
        ),
    },
    new_faults={
        "sigmoid twice": (
            {"(probabilities >= 0.5)": "(1 / (1 + np.exp(-probabilities)) >= 0.5)"},
            "The sigmoid of a probability is never below 0.5, so that every bird is called 1.",
        ),
        "classes exchanged": (
            {"(probabilities >= 0.5)": "(probabilities < 0.5)"},
            "The classes are exchanged: 1 is for a probability from 0.5 on.",
        ),
        "above one half": (
            {"(probabilities >= 0.5)": "(probabilities > 0.5)"},
            "Class 1 is from 0.5 on, so 0.5 itself belongs to it: `>=`, and not `>`.",
        ),
        "probabilities for classes": (
            {"(probabilities >= 0.5).astype(int)": "probabilities"},
            "These are probabilities. Wanted is the class, 0 or 1.",
        ),
    },
)


def train_from(
    X: Array, labels: Array, w: Array, learning_rate: float, n_steps: int
) -> tuple[Any, ...]:
    """Go on training from w, without a bias; return w and the cross-entropy before each step."""
    losses = []
    for _ in range(n_steps):
        scores = X @ w
        e = np.exp(-np.abs(scores))
        probabilities = np.where(scores >= 0, 1, e) / (1 + e)
        losses.append(np.mean(np.logaddexp(0, np.where(labels == 1, -scores, scores))))
        w = w - learning_rate * (X.T @ (probabilities - labels)) / len(labels)
    return w, losses


def _from_somewhere(rng: np.random.Generator) -> tuple[Any, ...]:
    X, labels, rate, n_steps = _two_kinds(rng)
    return X, labels, rng.choice([1.0, 40.0]) * rng.normal(size=X.shape[1]).round(1), rate, n_steps


FAR = np.array([[1.0], [2.0], [-1.0]]), np.array([1, 0, 0])

repair(
    chapter,
    train_from,
    faults={
        "log of a rounded 0": {
            "losses.append(np.mean(np.logaddexp(0, np.where(labels == 1, -scores, scores))))": (
                "right = np.where(labels == 1, probabilities, 1 - probabilities)\n"
                "        losses.append(-np.mean(np.log(right)))"
            )
        }
    },
    tests={
        "the loss at zero is log 2": lambda run: same(
            run(*FAR, np.zeros(1), 0.5, 1)[1], [np.log(2)]
        ),
        "a handful is learnt by heart": lambda run: run(*APART, np.zeros(1), 1.0, 100)[1][-1] < 0.1,
        "every loss is a number, however far off the start is": lambda run: np.all(
            np.isfinite(run(*FAR, np.array([400.0]), 0.5, 3)[1])
        ),
        "a bird with a score of 80 and the label 0 costs 80": lambda run: same(
            run(np.array([[1.0]]), np.array([0]), np.array([80.0]), 0.5, 1)[1], [80.0]
        ),
        "one with a score of 30 and the label 1 costs less than with 20": lambda run: (
            run(np.array([[1.0]]), np.array([1]), np.array([30.0]), 0.5, 1)[1][0]
            < run(np.array([[1.0]]), np.array([1]), np.array([20.0]), 0.5, 1)[1][0]
            < 1e-6
        ),
    },
    cases={
        "three birds from zero": (*(part.tolist() for part in FAR), [0.0], 0.5, 2),
        "from far away": (*(part.tolist() for part in FAR), [400.0], 0.5, 3),
        "whole numbers": ([[1, 0], [0, 1], [2, 1]], [1, 0, 1], [0, -50], 1.0, 4),
        "two features": (TWO_KINDS.tolist(), KINDS.tolist(), [0.3, -0.2], 0.5, 5),
    },
    random=_from_somewhere,
    hints=(
        "The loss at zero is log 2. Start far away, with `w = np.array([400.0])`: is every loss "
        "a number?",
        "Take one bird with a score of 80 and the label 0. Its loss should be 80. Which "
        "probability does the program work with?",
        "No constant mends a number that is rounded already. Which form of the loss takes the "
        "score?",
    ),
    symptoms={
        "kept away from 0": (
            {"np.log(right)": "np.log(np.clip(right, 1e-12, 1))"},
            "Cutting off, or adding a little, hides the inf. Where the model is surest, the loss "
            "is no longer true.",
        ),
        "nan_to_num": (
            {"-np.mean(np.log(right))": "np.mean(np.nan_to_num(-np.log(right)))"},
            "The inf is replaced by a huge number that is no loss either.",
        ),
        "left out": (
            {"-np.mean(np.log(right))": "-np.sum(np.log(right[right > 0])) / len(labels)"},
            "The birds that are most wrong are left out of the loss.",
        ),
    },
    alike={
        "kept away from 0": tuple(
            {"np.log(right)": f"np.log({kept})"}
            for little in LITTLE + LESS
            for kept in (f"np.clip(right, {little}, {1 - little})", f"right + {little}")
        )
    },
    new_faults={
        "labels exchanged": (
            {"labels == 1, -scores": "labels == 0, -scores"},
            "It asks for the wrong class: the loss is large where the birds are right.",
        ),
        "sum for mean": (
            {"np.mean(np.logaddexp": "np.sum(np.logaddexp"},
            "The loss is a sum now, and grows with the number of birds.",
        ),
        "probabilities for scores": (
            {"-scores, scores))": "-probabilities, probabilities))"},
            "The form that takes scores is given probabilities.",
        ),
    },
)
