"""Exercises of chapter 5: from K scores to a model that is trained."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mlcore import classification, gradient_descent
from mlcore import softmax as core
from mlcore._arguments import Array
from mlcore.book.checker.answers import same
from mlcore.book.checker.exercise import Chapter, Function
from mlcore.book.checker.repair import repair
from mlcore.book.exercises.classification import LITTLE, whole_classes

chapter = Chapter("softmax")


def _scores(rng: np.random.Generator) -> tuple[Array]:
    """A table of scores, never a square one, now and then far out."""
    shape = rng.choice(np.arange(2, 7), size=2, replace=False)
    return (rng.normal(0, rng.choice([1, 3, 500]), size=shape).round(1),)


def _exponentials(scores: Array) -> Array:
    """Safe ones: the largest score of each row is subtracted."""
    return np.exp(scores - np.max(scores, axis=-1, keepdims=True))


def _over(axis: Any, keepdims: bool = True) -> Callable[[Array], Array]:
    """Softmax over another axis than the last."""

    def softmax(scores: Array) -> Array:
        exponentials = np.exp(scores - np.max(scores, axis=axis, keepdims=True))
        return exponentials / np.sum(exponentials, axis=axis, keepdims=keepdims)

    return softmax


def _unshifted(scores: Array) -> Array:
    """Softmax as it stands in the formula: its exponentials may overflow."""
    return np.exp(scores) / np.sum(np.exp(scores), axis=-1, keepdims=True)


def _in_loops(scores: Array, shifted: bool) -> Any:
    """Softmax of each row of a table, entry by entry."""
    rows = [[score - max(row) * shifted for score in row] for row in scores]
    return [[math.exp(s) / sum(map(math.exp, row)) for s in row] for row in rows]


chapter.exercise(
    core.softmax,
    task="For a row or a table: classes are on the last axis. No exponential may overflow.",
    cases={
        "two scores alike": ([0.0, 0.0],),
        "three scores": ([1.0, 2.0, 3.0],),
        "two rows": ([[0.0, 1.0, -1.0], [2.0, 2.0, 2.0]],),
        "four rows": ([[0.0, 1.0], [2.0, -2.0], [0.5, 0.25], [1.0, 1.0]],),
        "large scores": ([[3000.0, 2999.0, 0.0], [-1000.0, -1000.5, -999.0]],),
        "one row far above the other": ([[0.0, 1.0, 2.0], [3000.0, 3001.0, 2999.0]],),
        "whole numbers": ([[1, 2, 0, 3], [0, 0, 5, 1]],),
        "one class": ([[3.0], [-1.0]],),
    },
    random=_scores,
    hints=(
        "Two steps: `np.exp` makes every score positive; dividing by their sum makes the sum 1.",
        "The sum goes over the classes, the last axis. `keepdims=True` keeps that axis, so that "
        "each row is divided by its own sum.",
        "exp(1000) overflows. Adding a number to all scores of a row changes nothing: subtract "
        "the largest of each row first, `np.max(scores, axis=-1, keepdims=True)`.",
    ),
    mistakes={
        "not shifted": (
            _unshifted,
            "For large scores `exp` overflows, and inf / inf is nan. Subtract the largest score "
            "of each row first: it changes nothing else.",
        ),
        "shifted by the largest of all": (
            lambda scores: (
                np.exp(scores - np.max(scores))
                / np.sum(np.exp(scores - np.max(scores)), axis=-1, keepdims=True)
            ),
            "You subtracted the largest score of the whole table, so in a row far below it all "
            "exponentials are 0, and 0/0 is nan. Subtract the largest of each row.",
        ),
        "shifted by the largest of all, one sum": (
            lambda scores: (
                np.exp(scores - np.max(scores)) / np.sum(np.exp(scores - np.max(scores)))
            ),
            "You divided by the sum of the whole table. Each row has a sum of its own: "
            "`axis=-1, keepdims=True`.",
        ),
        "one sum for all": (
            lambda scores: np.exp(scores) / np.sum(np.exp(scores)),
            "You divided by the sum of the whole table. Each row has a sum of its own: "
            "`axis=-1, keepdims=True`. (And large scores overflow.)",
        ),
        "down the columns": (
            _over(0),
            "You went down the columns, over the examples (`axis=0`). The classes are on the last "
            "axis: `axis=-1`.",
        ),
        "down the columns, not shifted": (
            lambda scores: np.exp(scores) / np.sum(np.exp(scores), axis=0),
            "You divided by the sums of the columns, over the examples. The classes are on the "
            "last axis: `axis=-1, keepdims=True`. (And large scores overflow.)",
        ),
        "keepdims forgotten": (
            _over(-1, keepdims=False),
            "Without `keepdims=True` the sums are a plain row, which does not fit beside the "
            "table: row i must be divided by sum i.",
        ),
        "keepdims forgotten, axis 1": (
            lambda scores: np.exp(scores) / np.sum(np.exp(scores), axis=1),
            "Without `keepdims=True` the sums are a plain row, which does not fit beside the "
            "table: row i must be divided by sum i. Use `axis=-1, keepdims=True`.",
        ),
        "axis 1": (
            _over(1),
            "You fixed the axis at 1, and a single row of scores has no such axis. The last axis "
            "is `axis=-1`.",
        ),
        "axis 1, not shifted": (
            lambda scores: np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True),
            "You fixed the axis at 1, so a single row of scores has no such axis. The last axis "
            "is `axis=-1`. (And large scores overflow.)",
        ),
        "a table only": (
            lambda scores: _in_loops(scores, shifted=True),
            "Your loop goes over the rows of a table, and a single row has none: its entries are "
            "numbers. With `axis=-1, keepdims=True` one line without a loop serves both.",
        ),
        "a table only, not shifted": (
            lambda scores: _in_loops(scores, shifted=False),
            "Your loop goes over the rows of a table, and a single row has none: its entries are "
            "numbers. With `axis=-1, keepdims=True` one line without a loop serves both. (And "
            "large scores overflow.)",
        ),
        "a row only": (
            lambda scores: [math.exp(score) / sum(map(math.exp, scores)) for score in scores],
            "Your loop takes a single row, and the entries of a table are rows themselves. With "
            "`np.exp`, and with `axis=-1, keepdims=True` for the sum, one line serves both.",
        ),
        "Python's own max and sum": (
            lambda scores: np.exp(scores - max(scores)) / sum(np.exp(scores - max(scores))),
            "`max` and `sum` of Python take a table for a list of rows. `np.max` and `np.sum` can "
            "be told which way to go: `axis=-1, keepdims=True`.",
        ),
        "shifted by the mean": (
            lambda scores: _unshifted(scores - np.mean(scores, axis=-1, keepdims=True)),
            "After the mean is subtracted a score may still be large, and its exponential "
            "overflows. Subtract the largest score of each row: then none is above 0.",
        ),
        "divided by the largest": (
            lambda scores: _unshifted(scores / np.max(scores, axis=-1, keepdims=True)),
            "You divided by the largest score, and that changes the probabilities. Subtract it.",
        ),
        "sum of the scores": (
            lambda scores: _exponentials(scores) / np.sum(scores, axis=-1, keepdims=True),
            "You divided by the sum of the scores. Divide by that of their exponentials.",
        ),
        "sum of the scores, not shifted": (
            lambda scores: np.exp(scores) / np.sum(scores, axis=-1, keepdims=True),
            "You divided by the sum of the scores. Divide by that of their exponentials. (And "
            "large scores overflow.)",
        ),
        "not normalised": (
            _exponentials,
            "You did not divide by the sum, so the probabilities do not add up to 1.",
        ),
        "not normalised, not shifted": (
            np.exp,
            "You did not divide by the sum, so the probabilities do not add up to 1.",
        ),
        "exponential forgotten": (
            lambda scores: scores / np.sum(scores, axis=-1, keepdims=True),
            "You divided the scores themselves by their sum. Scores may be negative: take the "
            "exponentials first.",
        ),
        "applied twice": (
            lambda scores: core.softmax(core.softmax(scores)),
            "You applied softmax twice, which makes the probabilities nearly equal.",
        ),
        "sigmoid of each": (
            classification.sigmoid,
            "You sent each score through the sigmoid by itself. The classes compete: the "
            "probabilities of a row add up to 1.",
        ),
        "minus": (
            lambda scores: core.softmax(-scores),
            "The lowest score gets the highest probability: there is a minus too many.",
        ),
        "logarithms": (
            core.log_softmax,
            "You return the logarithms of the probabilities.",
        ),
        "mean for sum": (
            lambda scores: (
                _exponentials(scores) / np.mean(_exponentials(scores), axis=-1, keepdims=True)
            ),
            "You divided by the mean of the exponentials. Divide by their sum.",
        ),
        "base 2": (
            lambda scores: core.softmax(scores * np.log(2)),
            "You used powers of 2. Use `np.exp`.",
        ),
        "winner takes all": (
            lambda scores: (scores == np.max(scores, axis=-1, keepdims=True)).astype(float),
            "You gave all to the largest score. The soft in softmax: the others keep a share.",
        ),
        "squares": (
            lambda scores: scores**2 / np.sum(scores**2, axis=-1, keepdims=True),
            "You squared the scores to make them positive, so -3 counts like 3. Take exponentials.",
        ),
    },
)


def _labelled(rng: np.random.Generator) -> tuple[Array, Any]:
    """Scores of n birds for k classes, n not k, and labels."""
    (scores,) = _scores(rng)
    return scores, rng.integers(0, scores.shape[1], size=len(scores))


def _whole_rows(labels: Array, n_classes: int) -> Array:
    table = np.zeros((len(labels), n_classes))
    table[labels] = 1
    return table


def _diagonal(labels: Array, n_classes: int) -> Array:
    table = np.zeros((len(labels), n_classes))
    table[labels, labels] = 1
    return table


chapter.exercise(
    core.one_hot,
    task="n_classes says how many columns there are, also where the labels lack a class.",
    cases={
        "two birds": ([2, 0], 3),
        "one bird": ([1], 2),
        "the last class missing": ([0, 1, 1, 0, 1], 3),
        "the first class missing": ([1, 2, 2], 4),
        "in order": ([0, 1, 2, 3], 5),
        "all alike": ([1, 1, 1], 2),
        "one class": ([0, 0], 1),
    },
    random=lambda rng: (
        rng.integers(0, (k := int(rng.integers(2, 6))), size=k + rng.integers(1, 4)),
        k,
    ),
    hints=(
        "Begin with a table of zeros of shape (n, n_classes).",
        "In row i, the 1 belongs into the column `labels[i]`.",
        "Without a loop: `table[np.arange(n), labels] = 1`, or compare `labels[:, np.newaxis]` "
        "with `np.arange(n_classes)`.",
    ),
    mistakes={
        "number of classes guessed": (
            lambda labels, n_classes: np.eye(np.max(labels) + 1)[labels],
            "You guessed the number of classes from the largest label. A class may be missing in "
            "the labels: use `n_classes`.",
        ),
        "number of classes counted": (
            lambda labels, n_classes: (labels[:, None] == np.unique(labels)).astype(float),
            "You made a column for each label that occurs. A class may be missing in the labels: "
            "use `n_classes`.",
        ),
        "one column too far": (
            lambda labels, n_classes: np.roll(core.one_hot(labels, n_classes), 1, axis=1),
            "Your ones stand one column too far right. Class 0 has column 0.",
        ),
        "one column too early": (
            lambda labels, n_classes: np.roll(core.one_hot(labels, n_classes), -1, axis=1),
            "Your ones stand one column too far left (and those of class 0 in the last). Class 0 "
            "has column 0.",
        ),
        "one column too many": (
            lambda labels, n_classes: np.eye(n_classes + 1)[labels],
            "There is a column too many: classes 0 to k - 1 are k columns.",
        ),
        "a column in front": (
            lambda labels, n_classes: np.eye(n_classes + 1)[labels + 1],
            "There is a column too many, at the front: class 0 has column 0.",
        ),
        "transposed": (
            lambda labels, n_classes: core.one_hot(labels, n_classes).T,
            "Your table lies on its side: one row per example, one column per class.",
        ),
        "whole columns": (
            lambda labels, n_classes: np.tile(
                np.isin(np.arange(n_classes), labels).astype(float), (len(labels), 1)
            ),
            "You filled whole columns: `table[:, labels] = 1` does that, and so does a list whose "
            "rows are all one list, `[[0] * k] * n`. Each row has a single 1: "
            "`table[np.arange(n), labels] = 1`.",
        ),
        "whole rows": (
            _whole_rows,
            "`table[labels] = 1` fills whole rows. Each row has a single 1: "
            "`table[np.arange(n), labels] = 1`.",
        ),
        "row of the label": (
            _diagonal,
            "You used the label for the row and for the column. In row i the 1 stands in column "
            "`labels[i]`.",
        ),
        "classes counted from 1": (
            lambda labels, n_classes: np.eye(n_classes + 1)[labels][:, 1:],
            "You counted the classes from 1. The first is class 0, and `range(n_classes)` begins "
            "there.",
        ),
        "labels not a column": (
            lambda labels, n_classes: labels == np.arange(n_classes),
            "You compared a row of labels with a row of classes. Stand the labels up as a column, "
            "`labels[:, np.newaxis]`, and each is compared with every class.",
        ),
        "three classes": (
            lambda labels, n_classes: np.eye(3)[labels],
            "You make three columns, as for our birds. There are `n_classes`.",
        ),
        "label for one": (
            lambda labels, n_classes: core.one_hot(labels, n_classes) * labels[:, None],
            "You wrote the label where the 1 belongs.",
        ),
        "label plus one for one": (
            lambda labels, n_classes: core.one_hot(labels, n_classes) * (labels[:, None] + 1),
            "You wrote the label plus 1 where the 1 belongs.",
        ),
        "up to the label": (
            lambda labels, n_classes: (np.arange(n_classes) <= labels[:, None]).astype(float),
            "You wrote ones up to the label. Each row has a single 1.",
        ),
        "zeros and ones swapped": (
            lambda labels, n_classes: 1 - core.one_hot(labels, n_classes),
            "Zeros and ones are swapped: the 1 stands at the label.",
        ),
        "all zeros": (
            lambda labels, n_classes: np.zeros((len(labels), n_classes)),
            "Your table is all zeros: the ones are missing.",
        ),
        "counts": (
            lambda labels, n_classes: np.bincount(labels, minlength=n_classes),
            "You counted how often each class occurs. Wanted is a row for each example.",
        ),
        "first rows": (
            lambda labels, n_classes: np.eye(len(labels), n_classes),
            "You put the ones on the diagonal. In row i the column is `labels[i]`.",
        ),
        "columns reversed": (
            lambda labels, n_classes: core.one_hot(labels, n_classes)[:, ::-1],
            "Your columns come in the reverse order: column 0 belongs to class 0.",
        ),
        "minus one for zero": (
            lambda labels, n_classes: 2 * core.one_hot(labels, n_classes) - 1,
            "You wrote -1 where a 0 belongs.",
        ),
        "truth values": (
            lambda labels, n_classes: labels[:, None] == np.arange(n_classes),
            "You return True and False. Wanted are the numbers 1 and 0: `.astype(float)` turns "
            "one into the other.",
        ),
        "first example only": (
            lambda labels, n_classes: core.one_hot(labels, n_classes)[0],
            "You return the row of the first example only.",
        ),
    },
)


def _best_so_far(scores: Array) -> list[int]:
    best, classes = 0, []
    for row in scores:
        for column, score in enumerate(row):
            if score > row[best]:
                best = column
        classes.append(best)
    return classes


def predict_class(scores: Array) -> Array:
    """The class with the highest score, for each row; among equal ones the first."""
    return np.argmax(scores, axis=1)


chapter.exercise(
    predict_class,
    view=whole_classes,
    task="Return whole numbers, one for each row.",
    cases={
        "one bird": ([[0.1, 2.0, 0.3]],),
        "two birds": ([[3.0, 1.0, 2.0], [0.0, 1.0, 5.0]],),
        "a tie": ([[1.0, 4.0, 4.0], [2.0, 2.0, 0.0]],),
        "all negative": ([[-3.0, -1.0, -2.0], [-0.5, -7.0, -9.0]],),
        "whole numbers": ([[1, 0], [0, 1], [5, 7]],),
        "one far above": ([[0.0, 1.0, 2.0, 1000.0], [3.0, -800.0, 2.0, 1.0]],),
        "ties of whole numbers": ([[0, -2, 1, 1], [1, 1, 1, 0], [3, 5, 5, 5]],),
        "two classes": ([[0.2, 0.8], [0.9, 0.1], [0.5, 0.5], [-2.0, -1.0], [0.0, -1.0]],),
    },
    random=_scores,
    hints=(
        "Not the highest score is wanted, but where it stands.",
        "`np.argmax` says where; `axis=1` asks for it along each row.",
    ),
    mistakes={
        "highest score": (
            lambda scores: np.max(scores, axis=1),
            "You return the highest score of each row. Wanted is where it stands: its column is "
            "the class.",
        ),
        "down the columns": (
            lambda scores: np.argmax(scores, axis=0),
            "You went down the columns (`axis=0`), and found the best bird for each class. Wanted "
            "is the best class for each bird: `axis=1`.",
        ),
        "one for all": (
            np.argmax,
            "Without an axis `np.argmax` searches the whole table as one long list. Use `axis=1`.",
        ),
        "the scores themselves": (
            lambda scores: scores,
            "You return the scores. Wanted is one class for each row: the place of the highest.",
        ),
        "decimal numbers": (
            lambda scores: np.argmax(scores, axis=1) * 1.0,
            "Your classes are decimal numbers, such as 1.0, perhaps because they were filled into "
            "`np.zeros`. Wanted are whole ones: `.astype(int)` makes them.",
        ),
        "lowest": (
            lambda scores: np.argmin(scores, axis=1),
            "You took the lowest score. The highest one wins.",
        ),
        "counted from 1": (
            lambda scores: np.argmax(scores, axis=1) + 1,
            "You counted the classes from 1. The first is class 0.",
        ),
        "last of equals": (
            lambda scores: scores.shape[1] - 1 - np.argmax(scores[:, ::-1], axis=1),
            "Among equal scores you took the last; the first is wanted (`>` in a loop, and not "
            "`>=`).",
        ),
        "all of equals": (
            lambda scores: np.where(scores == np.max(scores, axis=1, keepdims=True))[1],
            "Where two scores tie you return both, so that there are more classes than rows. "
            "Wanted is the first.",
        ),
        "best of the rows before": (
            _best_so_far,
            "You go on with the best column of the row before. Begin anew in every row.",
        ),
        "sizes": (
            lambda scores: np.argmax(np.abs(scores), axis=1),
            "You compared sizes without sign, so that -9 beats 5.",
        ),
        "one-hot": (
            lambda scores: core.one_hot(np.argmax(scores, axis=1), scores.shape[1]),
            "You return one-hot rows. Wanted is the number of the class.",
        ),
        "probabilities": (
            core.softmax,
            "You return the probabilities. Wanted is the class with the highest.",
        ),
        "threshold": (
            lambda scores: (core.softmax(scores)[:, 1] >= 0.5).astype(int),
            "You asked whether class 1 has half of the probability. With several classes the "
            "highest wins, even with less than half.",
        ),
        "highest probability": (
            lambda scores: np.max(core.softmax(scores), axis=1),
            "You return the highest probability of each row. Wanted is where it stands.",
        ),
        "order of the classes": (
            lambda scores: np.argsort(scores, axis=1),
            "You return the whole order of the classes. Wanted is the highest one only.",
        ),
        "rounded": (
            lambda scores: np.round(np.max(scores, axis=1)).astype(int),
            "You rounded the highest score. A score is no class: its column is.",
        ),
        "column": (
            lambda scores: np.argmax(scores, axis=1)[:, None],
            "Your classes stand in a column of shape (n, 1), wanted shape (n,).",
        ),
        "sum over classes": (
            lambda scores: (core.softmax(scores) @ np.arange(scores.shape[1])).round().astype(int),
            "You averaged the numbers of the classes. They are names: between class 0 and class 2 "
            "there is no class 1.",
        ),
    },
)


CLASSED = {
    "knows nothing": ([[0.0, 0.0, 0.0]], [2]),
    "two birds": ([[2.0, 0.0, 1.0], [0.0, 1.0, -1.0]], [0, 2]),
    "four birds, two classes": ([[1.0, 0.0], [0.0, 2.0], [0.5, 0.5], [-1.0, 1.0]], [0, 1, 1, 0]),
    "whole numbers": ([[1, 2, 0], [3, 0, 1], [0, 0, 4], [1, 1, 1]], [1, 2, 2, 0]),
    "all of one class": ([[1.0, 0.0, 3.0], [0.5, 2.0, 1.0]], [1, 1]),
    "sure and right": ([[1000.0, 0.0, -5.0], [0.0, 1.0, 900.0]], [0, 2]),
    "sure and wrong": ([[1000.0, 0.0, -5.0], [0.0, 1.0, 900.0]], [1, 0]),
    "all scores high": ([[1001.0, 1000.0], [998.0, 1000.0], [1000.0, 1000.0]], [0, 0, 1]),
    "one row far below": ([[-2000.0, -2001.0, -1999.0], [0.0, 1.0, 2.0]], [1, 2]),
}


def _picked(table: Array, labels: Array) -> Array:
    """In each row the entry of its label."""
    return table[np.arange(len(labels)), labels]


def _added(little: float) -> Callable[[Array, Array], Any]:
    return lambda scores, labels: -np.mean(np.log(_picked(core.softmax(scores), labels) + little))


def _cut_off(little: float) -> Callable[[Array, Array], Any]:
    return lambda scores, labels: (
        -np.mean(np.log(np.clip(_picked(core.softmax(scores), labels), little, 1)))
    )


chapter.exercise(
    core.cross_entropy,
    variants={"kept away from 0": (*map(_added, LITTLE), *map(_cut_off, LITTLE))},
    task="scores are raw, not probabilities. No logarithm may meet 0.",
    cases=CLASSED,
    random=_labelled,
    hints=(
        "The surprise at a class is minus the logarithm of its probability. Only the true class "
        "of each row counts.",
        "log(softmax) in one: subtract the largest score of the row, then subtract "
        "`np.log(np.sum(np.exp(shifted)))` of the row. No probability, hence no log(0).",
        "`log_probabilities[np.arange(n), labels]` picks the true class in each row. Take minus "
        "the mean.",
    ),
    mistakes={
        "log of 0": (
            lambda scores, labels: -np.mean(np.log(_picked(core.softmax(scores), labels))),
            "The formula is right on paper, but where the model is sure and wrong the probability "
            "rounds to 0, and log(0) is -inf. Take the logarithm of the softmax by hand: score "
            "minus log of the sum of exponentials.",
        ),
        "log of 0, times one-hot": (
            lambda scores, labels: (
                -np.mean(
                    np.sum(
                        core.one_hot(labels, scores.shape[1]) * np.log(core.softmax(scores)), axis=1
                    )
                )
            ),
            "Where a probability rounds to 0 its logarithm is -inf, and 0 times -inf is nan. Take "
            "the logarithm of the softmax by hand: score minus log of the sum of exponentials.",
        ),
        "not shifted": (
            lambda scores, labels: np.mean(
                np.log(np.sum(np.exp(scores), axis=1)) - _picked(scores, labels)
            ),
            "For large scores `exp` overflows. Subtract the largest score of each row first.",
        ),
        "softmax not shifted": (
            lambda scores, labels: -np.mean(np.log(_picked(_unshifted(scores), labels))),
            "For large scores `exp` overflows, and inf / inf is nan. Subtract the largest score "
            "of each row first, and take the logarithm by hand.",
        ),
        "kept away from 0": (
            _added(1e-15),
            "You kept log(0) away, by adding a little or by cutting the probabilities off, so the "
            "loss stops growing where the model is surest and wrong. Take the logarithm of the "
            "softmax by hand.",
        ),
        "minus forgotten": (
            lambda scores, labels: np.mean(_picked(core.log_softmax(scores), labels)),
            "Your loss is negative: a logarithm of a probability is, and the surprise is minus it.",
        ),
        "sum for mean": (
            lambda scores, labels: -np.sum(_picked(core.log_softmax(scores), labels)),
            "You added up but did not divide by how many there are.",
        ),
        "mean over the classes, too": (
            lambda scores, labels: (
                -np.mean(core.one_hot(labels, scores.shape[1]) * core.log_softmax(scores))
            ),
            "You took the mean over all n * k entries. Only one per row counts: divide by n.",
        ),
        "one per row": (
            lambda scores, labels: -_picked(core.log_softmax(scores), labels),
            "You return one surprise per row. A loss is a single number: take their mean.",
        ),
        "log of the mean": (
            lambda scores, labels: -np.log(np.mean(_picked(core.softmax(scores), labels))),
            "You took the logarithm of the mean probability. Take the mean of the logarithms.",
        ),
        "down the columns": (
            lambda scores, labels: -np.mean(_picked(core.log_softmax(scores.T).T, labels)),
            "Your softmax goes down the columns, over the birds. It goes along each row.",
        ),
        "softmax forgotten": (
            lambda scores, labels: -np.mean(_picked(scores, labels)),
            "You took the scores for logarithms of probabilities. They have to go through "
            "(log-)softmax first.",
        ),
        "scores for probabilities": (
            lambda scores, labels: -np.mean(np.log(_picked(scores, labels))),
            "You took the scores for probabilities. They have to go through (log-)softmax first.",
        ),
        "shifted in the sum only": (
            lambda scores, labels: np.mean(
                np.log(np.sum(_exponentials(scores), axis=1)) - _picked(scores, labels)
            ),
            "You subtracted the largest score inside the sum, but not from the score of the true "
            "class. Take both from the shifted scores.",
        ),
        "labels for one-hot rows": (
            lambda scores, labels: -np.mean(labels * np.log(core.softmax(scores))),
            "You multiplied by the labels, as with two classes. Here each label stands for a row "
            "with a 1 in its place, and picks one probability: `[np.arange(n), labels]`.",
        ),
        "logarithm forgotten": (
            lambda scores, labels: -np.mean(_picked(core.softmax(scores), labels)),
            "You took the probability of the true class without its logarithm.",
        ),
        "all classes": (
            lambda scores, labels: -np.mean(np.sum(core.log_softmax(scores), axis=1)),
            "You added the surprise over all classes. Only the true class of each row counts.",
        ),
        "columns for places": (
            lambda scores, labels: -np.mean(core.log_softmax(scores)[:, labels]),
            "`[:, labels]` takes whole columns. The true class of each row is at `[np.arange(n), "
            "labels]`.",
        ),
        "rows for places": (
            lambda scores, labels: -np.mean(core.log_softmax(scores)[labels]),
            "`[labels]` takes rows. The true class of each row is at `[np.arange(n), labels]`.",
        ),
        "surprise at the predicted class": (
            lambda scores, labels: -np.mean(np.max(core.log_softmax(scores), axis=1)),
            "You took the highest probability of each row. The true class counts, however "
            "unlikely the model finds it.",
        ),
        "softmax twice": (
            lambda scores, labels: core.cross_entropy(core.softmax(scores), labels),
            "You applied softmax twice: the probabilities were used as scores again.",
        ),
        "base 2": (
            lambda scores, labels: core.cross_entropy(scores, labels) / np.log(2),
            "You took logarithms to base 2, which counts bits. This book counts nats: `np.log`.",
        ),
        "squared error": (
            lambda scores, labels: np.mean(
                np.sum((core.softmax(scores) - core.one_hot(labels, scores.shape[1])) ** 2, axis=1)
            ),
            "You took the squared distance to the one-hot rows. Cross-entropy takes the logarithm "
            "of the probability of the true class.",
        ),
        "next class": (
            lambda scores, labels: -np.mean(_picked(core.log_softmax(scores), labels - 1)),
            "You look one column too far left. Class 0 has column 0.",
        ),
        "share of errors": (
            lambda scores, labels: np.mean(np.argmax(scores, axis=1) != labels),
            "You counted wrong predictions. The surprise also asks how sure the model was.",
        ),
    },
)


def _one_off_whole_rows(probabilities: Array, labels: Array) -> Array:
    probabilities[labels] -= 1
    return probabilities / len(labels)


def _minus_one_hot(probabilities: Array, labels: Array) -> Array:
    return probabilities - core.one_hot(labels, probabilities.shape[1])


chapter.exercise(
    core.cross_entropy_gradient,
    task="One slope per bird and class: the result has the shape of the scores.",
    cases=CLASSED,
    random=_labelled,
    hints=(
        "It is the same refrain as in the last two chapters: prediction minus target. What is "
        "the prediction, what is the target of a row?",
        "Probability minus one-hot. And the loss is a mean, so divide by n.",
        "`(softmax(scores) - one_hot(labels, k)) / n`, with n rows and k columns.",
    ),
    mistakes={
        "not divided by n": (
            lambda scores, labels: _minus_one_hot(core.softmax(scores), labels),
            "You did not divide by n: the loss is a mean over the birds.",
        ),
        "labels for one-hot rows": (
            lambda scores, labels: (core.softmax(scores) - labels) / len(labels),
            "You subtracted the labels, as with two classes. Here each label stands for a row with "
            "a 1 in its place: subtract the one-hot rows.",
        ),
        "as many columns as birds": (
            lambda scores, labels: (
                (core.softmax(scores) - np.eye(len(labels))[labels]) / len(labels)
            ),
            "Your one-hot rows have n columns, one for each bird. They have k, one for each "
            "class: `scores.shape[1]`.",
        ),
        "number of classes guessed": (
            lambda scores, labels: (
                (core.softmax(scores) - np.eye(np.max(labels) + 1)[labels]) / len(labels)
            ),
            "You guessed the number of classes from the largest label. A class may be missing in "
            "the labels: there are `scores.shape[1]`.",
        ),
        "three classes": (
            lambda scores, labels: (core.softmax(scores) - np.eye(3)[labels]) / len(labels),
            "Your one-hot rows have three columns, as for our birds. There are `scores.shape[1]` "
            "classes.",
        ),
        "times p": (
            lambda scores, labels: (
                core.softmax(scores) * _minus_one_hot(core.softmax(scores), labels) / len(labels)
            ),
            "There is a factor p too many: it cancels against the slope of the logarithm.",
        ),
        "divided by n and k": (
            lambda scores, labels: _minus_one_hot(core.softmax(scores), labels) / scores.size,
            "You divided by n * k, the number of scores. Divide by n, the number of birds.",
        ),
        "divided by k": (
            lambda scores, labels: _minus_one_hot(core.softmax(scores), labels) / scores.shape[1],
            "You divided by k, the number of classes. Divide by n, the number of birds.",
        ),
        "sign": (
            lambda scores, labels: -_minus_one_hot(core.softmax(scores), labels) / len(labels),
            "Your sign is wrong: it is probability minus one-hot, negative at the true class, "
            "whose score should grow.",
        ),
        "labels not used": (
            lambda scores, labels: core.softmax(scores) / len(labels),
            "You forgot to subtract the one-hot rows.",
        ),
        "scores for probabilities": (
            lambda scores, labels: _minus_one_hot(scores, labels) / len(labels),
            "You subtracted from the raw scores. Send them through softmax first.",
        ),
        "down the columns": (
            lambda scores, labels: _minus_one_hot(core.softmax(scores.T).T, labels) / len(labels),
            "Your softmax goes down the columns, over the birds. It goes along each row.",
        ),
        "sigmoid of each": (
            lambda scores, labels: (
                _minus_one_hot(classification.sigmoid(scores), labels) / len(labels)
            ),
            "You sent each score through the sigmoid by itself. Use softmax, so that a row sums "
            "to 0.",
        ),
        "softmax twice": (
            lambda scores, labels: (
                _minus_one_hot(core.softmax(core.softmax(scores)), labels) / len(labels)
            ),
            "You applied softmax twice.",
        ),
        "logarithms": (
            lambda scores, labels: _minus_one_hot(core.log_softmax(scores), labels) / len(labels),
            "You used the logarithms of the probabilities. In the slope the probability itself is "
            "left.",
        ),
        "slope of softmax left in": (
            lambda scores, labels: (
                _minus_one_hot(core.softmax(scores), labels)
                * core.softmax(scores)
                * (1 - core.softmax(scores))
                / len(labels)
            ),
            "There is a factor p (1 - p) too many: the slope of the softmax cancels against that "
            "of the logarithm.",
        ),
        "true class only": (
            lambda scores, labels: (
                _minus_one_hot(core.softmax(scores), labels)
                * core.one_hot(labels, scores.shape[1])
                / len(labels)
            ),
            "You kept the slope at the true class only. The others push back: what one class "
            "gains the others lose.",
        ),
        "true class left out": (
            lambda scores, labels: (
                core.softmax(scores) * (1 - core.one_hot(labels, scores.shape[1])) / len(labels)
            ),
            "The slope at the true class is missing: it is probability minus 1.",
        ),
        "whole columns": (
            lambda scores, labels: (
                (core.softmax(scores) - np.isin(np.arange(scores.shape[1]), labels)) / len(labels)
            ),
            "You subtracted 1 from whole columns: `[:, labels] -= 1` does that. The true class of "
            "each row is at `[np.arange(n), labels]`.",
        ),
        "rows for places": (
            lambda scores, labels: _one_off_whole_rows(core.softmax(scores), labels),
            "You subtracted 1 from whole rows: `p[labels] -= 1` does that. The true class of each "
            "row is at `[np.arange(n), labels]`.",
        ),
        "label subtracted": (
            lambda scores, labels: (core.softmax(scores) - labels[:, None]) / len(labels),
            "You subtracted the label itself. It is a name and not a size: subtract its one-hot "
            "row.",
        ),
        "doubled": (
            lambda scores, labels: 2 * _minus_one_hot(core.softmax(scores), labels) / len(labels),
            "There is a factor 2 too many. It belongs to squares; here nothing is squared.",
        ),
        "added up over the birds": (
            lambda scores, labels: (
                _minus_one_hot(core.softmax(scores), labels).sum(axis=0) / len(labels)
            ),
            "You added up over the birds. Each score has a slope of its own: the shape is that of "
            "the scores.",
        ),
        "not shifted": (
            lambda scores, labels: _minus_one_hot(_unshifted(scores), labels) / len(labels),
            "For large scores `exp` overflows, and inf / inf is nan. Use your softmax that cannot.",
        ),
        "divided before subtracting": (
            lambda scores, labels: _minus_one_hot(core.softmax(scores) / len(labels), labels),
            "You divided the probabilities by n but not the one-hot rows: mind the brackets.",
        ),
        "one-hot divided only": (
            lambda scores, labels: (
                core.softmax(scores) - core.one_hot(labels, scores.shape[1]) / len(labels)
            ),
            "You divided the one-hot rows by n but not the probabilities: mind the brackets.",
        ),
    },
)


def train(
    X: Array, labels: Array, n_classes: int, learning_rate: float, n_steps: int
) -> tuple[Array, Array]:
    """Softmax regression by gradient descent, from weights and biases of zero; return (W, b).

    In each step: scores X @ W + b, their slopes, the gradients X.T @ slopes of the weights and
    the sum of the slopes over the rows of the biases, and one step for both.
    """
    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)
    for _ in range(n_steps):
        slopes = core.cross_entropy_gradient(X @ W + b, labels)
        W, b = W - learning_rate * X.T @ slopes, b - learning_rate * slopes.sum(axis=0)
    return W, b


def _trained(
    slopes_of: Callable[[Array, Array], Array] = core.cross_entropy_gradient,
    step: Callable[..., tuple[Array, Array]] | None = None,
    rounds: Callable[[int], int] = lambda n_steps: n_steps,
) -> Callable[..., Any]:
    """The training loop with another slope, another step, or another number of rounds."""

    def loop(X: Any, labels: Any, n_classes: int, rate: float, n_steps: int) -> Any:
        W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)
        for i in range(rounds(n_steps)):
            slopes = slopes_of(X @ W + b, labels)
            if step is None:
                W, b = W - rate * X.T @ slopes, b - rate * slopes.sum(axis=0)
            else:
                W, b = step(W, b, X, labels, slopes, rate, i)
        return W, b

    return loop


def _training_sets(rng: np.random.Generator) -> tuple[Array, Any, int, float, int]:
    n, d, k = (int(m) for m in rng.choice(np.arange(2, 8), size=3, replace=False))
    return (
        rng.normal(0, 1, size=(n, d)).round(1),
        rng.integers(0, k, size=n),
        k,
        round(float(rng.uniform(0.1, 1)), 1),
        int(rng.integers(2, 6)),
    )


chapter.exercise(
    train,
    cases={
        "no step": ([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]], [0, 1, 1], 2, 0.1, 0),
        "one step": ([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]], [0, 2, 1], 3, 0.3, 1),
        "two steps": ([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]], [0, 3, 1], 4, 0.5, 2),
        "one feature": ([[-1.0], [0.0], [1.0], [2.0]], [0, 0, 1, 2], 3, 0.5, 5),
        "a class that is missing": ([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0, 1, 0], 4, 0.5, 3),
        "whole numbers": ([[1, 2, 0], [0, 1, 1], [3, -1, 2], [1, 1, 0]], [1, 0, 1, 0], 2, 0.25, 4),
        "twenty steps": (
            [[0.5, 1.0], [-1.0, 0.3], [0.2, -0.7], [1.5, 1.0]],
            [0, 1, 2, 0],
            3,
            0.4,
            20,
        ),
        "raw millimetres": ([[39.0, 181.0], [46.0, 217.0], [50.0, 195.0]], [0, 2, 1], 3, 0.5, 4),
    },
    random=_training_sets,
    hints=(
        "Before the loop: `W = np.zeros((d, n_classes))` and `b = np.zeros(n_classes)`, where d is "
        "the number of columns of X.",
        "In the loop, three lines: `scores = X @ W + b`, then the slopes, (softmax(scores) - "
        "one_hot) / n, then the step.",
        "The gradient of `W` is `X.T @ slopes`, of shape (d, k). That of `b` adds the slopes up "
        "over the birds: `slopes.sum(axis=0)`. Step against both.",
    ),
    mistakes={
        "uphill": (
            _trained(lambda scores, labels: -core.cross_entropy_gradient(scores, labels)),
            "You go uphill: step against the gradient, with a minus (or is it one-hot minus "
            "probability?).",
        ),
        "not divided by n": (
            _trained(
                lambda scores, labels: len(labels) * core.cross_entropy_gradient(scores, labels)
            ),
            "You did not divide the slopes by n, so your steps are n times too long.",
        ),
        "divided by n twice": (
            _trained(
                lambda scores, labels: core.cross_entropy_gradient(scores, labels) / len(labels)
            ),
            "You divided by n twice: the 1/n is inside the slopes already.",
        ),
        "the step alone": (
            _trained(step=lambda W, b, X, y, s, rate, i: (rate * X.T @ s, rate * s.sum(axis=0))),
            "You put the step in place of the weights. Subtract it from them: "
            "`W = W - learning_rate * ...`.",
        ),
        "the step alone, downhill": (
            _trained(step=lambda W, b, X, y, s, rate, i: (-rate * X.T @ s, -rate * s.sum(axis=0))),
            "You put the step in place of the weights. Subtract it from them: "
            "`W = W - learning_rate * ...`.",
        ),
        "bias over the classes": (
            _trained(
                step=lambda W, b, X, y, s, rate, i: (W - rate * X.T @ s, b - rate * s.sum(axis=1))
            ),
            "For the bias you added up along the rows, over the classes, and got a number for "
            "each bird. Add up over the birds: `slopes.sum(axis=0)`.",
        ),
        "bias never moves": (
            _trained(step=lambda W, b, X, y, s, rate, i: (W - rate * X.T @ s, b)),
            "The bias stays at 0: it takes a step, too. Its gradient adds the slopes up over the "
            "birds, `axis=0`; the sum of all of them is 0.",
        ),
        "weights never move": (
            _trained(step=lambda W, b, X, y, s, rate, i: (W, b - rate * s.sum(axis=0))),
            "The weights stay at 0: they take a step, too.",
        ),
        "bias averaged twice": (
            _trained(
                step=lambda W, b, X, y, s, rate, i: (W - rate * X.T @ s, b - rate * s.mean(axis=0))
            ),
            "For the bias you divided by n twice: the 1/n is inside the slopes already. Add them "
            "up, `slopes.sum(axis=0)`.",
        ),
        "one after the other": (
            _trained(
                step=lambda W, b, X, y, s, rate, i: (
                    W - rate * X.T @ s,
                    b
                    - rate
                    * core.cross_entropy_gradient(X @ (W - rate * X.T @ s) + b, y).sum(axis=0),
                )
            ),
            "You moved the weights first, and computed the slopes anew for the bias. Both take "
            "their step from the same point.",
        ),
        "one step too few": (
            _trained(rounds=lambda n_steps: max(n_steps - 1, 0)),
            "You take one step too few: `range(n_steps)` counts n_steps rounds.",
        ),
        "one step too many": (
            _trained(rounds=lambda n_steps: n_steps + 1),
            "You take one step too many: `range(n_steps)` counts n_steps rounds.",
        ),
        "one step only": (
            _trained(rounds=lambda n_steps: min(n_steps, 1)),
            "You take one step only: is `return` inside the loop, or are the weights set back to "
            "0 in every round?",
        ),
        "slopes of the start": (
            _trained(
                step=lambda W, b, X, y, s, rate, i: (
                    W - rate * X.T @ core.cross_entropy_gradient(0 * (X @ W), y),
                    b - rate * core.cross_entropy_gradient(0 * (X @ W), y).sum(axis=0),
                )
            ),
            "You computed scores and slopes once, before the loop. They change in every step: "
            "compute them inside.",
        ),
        "bias left out of the scores": (
            _trained(
                step=lambda W, b, X, y, s, rate, i: (
                    W - rate * X.T @ core.cross_entropy_gradient(X @ W, y),
                    b - rate * core.cross_entropy_gradient(X @ W, y).sum(axis=0),
                )
            ),
            "Your scores lack the bias: they are `X @ W + b`.",
        ),
        "learning rate left out": (
            _trained(step=lambda W, b, X, y, s, rate, i: (W - X.T @ s, b - s.sum(axis=0))),
            "You left out the learning rate: multiply the gradients by it.",
        ),
        "learning rate left out for the bias": (
            _trained(step=lambda W, b, X, y, s, rate, i: (W - rate * X.T @ s, b - s.sum(axis=0))),
            "You left out the learning rate in the step of the bias.",
        ),
        "sigmoid of each": (
            _trained(
                lambda scores, labels: (
                    _minus_one_hot(classification.sigmoid(scores), labels) / len(labels)
                )
            ),
            "You sent each score through the sigmoid by itself. Use softmax along each row.",
        ),
        "exponential overflows": (
            _trained(
                lambda scores, labels: _minus_one_hot(_unshifted(scores), labels) / len(labels)
            ),
            "Where the features are large the scores are too, and `exp` overflows. Subtract the "
            "largest score of each row before the exponential.",
        ),
        "down the columns": (
            _trained(
                lambda scores, labels: (
                    _minus_one_hot(core.softmax(scores.T).T, labels) / len(labels)
                )
            ),
            "Your softmax goes down the columns, over the birds. It goes along each row.",
        ),
        "labels not used": (
            _trained(lambda scores, labels: core.softmax(scores) / len(labels)),
            "You forgot to subtract the one-hot rows: the model learns without the labels.",
        ),
        "label subtracted": (
            _trained(lambda scores, labels: (core.softmax(scores) - labels[:, None]) / len(labels)),
            "You subtracted the label itself. It is a name and not a size: subtract its one-hot "
            "row.",
        ),
        "squared error": (
            _trained(lambda scores, labels: 2 * _minus_one_hot(scores, labels) / len(labels)),
            "You trained with the squared error of the scores. Send them through softmax.",
        ),
        "divided by n and k": (
            _trained(
                lambda scores, labels: core.cross_entropy_gradient(scores, labels) / scores.shape[1]
            ),
            "You divided by n * k. Divide by n, the number of birds.",
        ),
        "weights only returned": (
            lambda *args: train(*args)[0],
            "You return the weights only: return both, `W, b`.",
        ),
        "started from ones": (
            lambda X, labels, n_classes, rate, n_steps: (
                train(X, labels, n_classes, rate, n_steps)[0] + 1,
                train(X, labels, n_classes, rate, n_steps)[1],
            ),
            "You began with weights of 1. Begin with zeros.",
        ),
        "rate falls": (
            _trained(
                step=lambda W, b, X, y, s, rate, i: (
                    W - rate / (i + 1) * X.T @ s,
                    b - rate / (i + 1) * s.sum(axis=0),
                )
            ),
            "Your learning rate falls from step to step. Here it stays the same.",
        ),
    },
)


# --- The repair shop -------------------------------------------------------------------------


def train_species(
    X: Array, labels: Array, n_classes: int, learning_rate: float, n_steps: int
) -> tuple[Any, ...]:
    """Walk down the cross-entropy from zeros; return W, b and the loss before each step."""
    W, b, losses = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes), []
    for _ in range(n_steps):
        scores = X @ W + b
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities = powers / powers.sum(axis=1, keepdims=True)
        losses.append(-np.mean(np.log(probabilities[np.arange(len(X)), labels])))
        slopes = (probabilities - np.eye(n_classes)[labels]) / len(X)
        W = W - learning_rate * X.T @ slopes
        b = b - learning_rate * slopes.sum(axis=0)
    return W, b, losses


def _species(rng: np.random.Generator) -> tuple[Any, ...]:
    """Birds of three or four species, never as many features as species, a rate and steps."""
    k = int(rng.integers(3, 5))
    n = k + int(rng.integers(2, 6))
    labels = rng.permutation(np.arange(n) % k)
    X = rng.normal(0, 1, size=(n, 2)).round(1) + labels[:, np.newaxis] % 3
    return X, labels, k, 0.3, int(rng.integers(2, 8))


CORNERS = np.array([[2.0, 0.0], [0.0, 2.0], [-2.0, -2.0], [3.0, 1.0], [-1.0, 3.0]])
SPECIES = np.array([0, 1, 2, 0, 1])


def _species_loss(point: Array) -> float:
    W = point.reshape(3, 3)
    return core.cross_entropy(CORNERS @ W[:2] + W[2], SPECIES)


def _down_the_species(run: Function) -> bool:
    """Whether two steps of the rate 0.3 go down the slopes that are measured."""
    point = np.zeros(9)
    for _ in range(2):
        point = point - 0.3 * gradient_descent.numerical_gradient(_species_loss, point)
    return same(np.vstack(run(CORNERS, SPECIES, 3, 0.3, 2)[:2]), point.reshape(3, 3))


def _stays_with_twice_the_birds(run: Function) -> bool:
    twice = np.repeat(CORNERS, 2, axis=0), np.repeat(SPECIES, 2)
    return same(run(CORNERS, SPECIES, 3, 0.3, 5), run(*twice, 3, 0.3, 5))


START = {
    "the loss at the start is log k": lambda run: same(
        run(CORNERS, SPECIES, 3, 0.3, 1)[2], [np.log(3)]
    ),
}
BY_HEART = {
    "with every bird twice, it is the same walk": _stays_with_twice_the_birds,
    "the steps go down the measured slope": _down_the_species,
    "a handful is learnt by heart": lambda run: run(CORNERS, SPECIES, 3, 0.3, 200)[2][-1] < 0.03,
}
SPECIES_CASES = {
    "three birds, one step": ([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]], [0, 1, 2], 3, 0.3, 1),
    "five birds": (CORNERS.tolist(), SPECIES.tolist(), 3, 0.3, 6),
    "whole numbers": ([[1, 0], [0, 1], [2, 1], [1, 1]], [0, 2, 1, 2], 3, 1.0, 4),
    "a species without a bird": (CORNERS.tolist(), SPECIES.tolist(), 4, 0.3, 3),
}

repair(
    chapter,
    train_species,
    faults={
        "softmax twice": {
            "        losses.append(": "        powers = np.exp(probabilities)\n"
            "        probabilities = powers / powers.sum(axis=1, keepdims=True)\n"
            "        losses.append("
        }
    },
    tests=START | BY_HEART,
    cases=SPECIES_CASES,
    random=_species,
    hints=(
        "The loss at the start is log k, so labels and classes fit. Does it learn a handful by "
        "heart? How far down does the loss come?",
        "Check the gradient: one step from zeros, and then two, against the measured slope.",
        "The loss of a bird that is right beyond doubt should be near 0. Follow a row of scores "
        "such as 9, 0, 0 through the lines by hand.",
    ),
    symptoms={
        "a larger rate": (
            {
                "learning_rate * X": "3 * learning_rate * X",
                "learning_rate * slopes": "3 * learning_rate * slopes",
            },
            "A larger rate is faster, but the loss still cannot come down to 0.",
        ),
        "sharpened": (
            {"np.exp(probabilities)": "np.exp(10 * probabilities)"},
            "Sharpened, the loss comes further down, but the slope is not that of this loss.",
        ),
        "the loss only": (
            {
                "        losses.append(-np.mean(np.log(probabilities[np": (
                    "        once = np.exp(scores - scores.max(axis=1, keepdims=True))\n"
                    "        once = once / once.sum(axis=1, keepdims=True)\n"
                    "        losses.append(-np.mean(np.log(once[np"
                )
            },
            "The loss that is written down is right. The steps are still those of other "
            "probabilities.",
        ),
    },
    new_faults={
        "down the columns": (
            {"powers.sum(axis=1, keepdims=True)": "powers.sum(axis=0, keepdims=True)"},
            "The probabilities add up to 1 for each class now, and not for each bird.",
        ),
        "1/n lost": (
            {"[labels]) / len(X)": "[labels])"},
            "The division by n is gone: the rate would have to change with the number of birds.",
        ),
        "log of the mean": (
            {
                "-np.mean(np.log(probabilities[np.arange(len(X)), labels]))": (
                    "-np.log(np.mean(probabilities[np.arange(len(X)), labels]))"
                )
            },
            "The loss is the log of a mean. It is the mean of logs.",
        ),
    },
)


def train_and_name(
    X: Array, labels: Array, X_new: Array, n_classes: int, n_steps: int
) -> tuple[Any, ...]:
    """Walk down the cross-entropy with the rate 0.3; return W, b and each new bird's class."""
    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)
    for _ in range(n_steps):
        scores = X @ W + b
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities = powers / powers.sum(axis=1, keepdims=True)
        slopes = (probabilities - np.eye(n_classes)[labels]) / len(X)
        W = W - 0.3 * X.T @ slopes
        b = b - 0.3 * slopes.sum(axis=0)
    return W, b, np.argmax(X_new @ W + b, axis=1)


def _named(rng: np.random.Generator) -> tuple[Any, ...]:
    X, labels, k, _, n_steps = _species(rng)
    return X, labels, rng.normal(1, 1, size=(5, 2)).round(2), k, n_steps


def _named_slope(run: Function) -> bool:
    step = -0.3 * gradient_descent.numerical_gradient(_species_loss, np.zeros(9))
    return same(np.vstack(run(CORNERS, SPECIES, CORNERS, 3, 1)[:2]), step.reshape(3, 3))


NAMED = {
    "four birds, two new": (
        [[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0], [2.0, 1.0]],
        [0, 1, 2, 0],
        [[0.5, 0.2], [-0.3, 1.1]],
        3,
        2,
    ),
    "five birds": (CORNERS.tolist(), SPECIES.tolist(), CORNERS[::-1].tolist(), 3, 6),
    "whole numbers": ([[1, 0], [0, 1], [2, 1], [1, 3]], [0, 2, 1, 2], [[3, 1], [1, 5]], 3, 4),
}

repair(
    chapter,
    train_and_name,
    faults={
        "wrong axis": {"powers.sum(axis=1, keepdims=True)": "powers.sum(axis=0, keepdims=True)"}
    },
    tests={
        "there is a class for each new bird": lambda run: (
            np.shape(run(CORNERS, SPECIES, CORNERS[:4], 3, 5)[2]) == (4,)
        ),
        "in another order, the birds give the same walk": lambda run: same(
            run(CORNERS, SPECIES, CORNERS, 3, 5), run(CORNERS[::-1], SPECIES[::-1], CORNERS, 3, 5)
        ),
        "the first step goes down the measured slope": _named_slope,
        "what the biases gain and lose cancels": lambda run: same(
            np.sum(run(CORNERS, SPECIES, CORNERS, 3, 5)[1]), 0.0
        ),
        "with every bird twice, it is the same walk": lambda run: same(
            run(CORNERS, SPECIES, CORNERS, 3, 5),
            run(np.repeat(CORNERS, 2, axis=0), np.repeat(SPECIES, 2), CORNERS, 3, 5),
        ),
    },
    cases=NAMED,
    random=_named,
    hints=(
        "Start with shapes and rows: a class for each new bird, and the order of the birds does "
        "not matter. Both are so.",
        "Check the gradient with one step from zeros. Where all scores are 0, which probability "
        "has each class?",
        "Print `probabilities.sum(axis=1)` in the loop: one number for each bird. What should it "
        "be?",
    ),
    symptoms={
        "one sum for all": (
            {"powers.sum(axis=0, keepdims=True)": "powers.sum()"},
            "All probabilities of the table add up to 1 now. Those of each bird should.",
        ),
        "a mean": (
            {"powers.sum(axis=0, keepdims=True)": "powers.mean(axis=0, keepdims=True)"},
            "Divided by a mean, they are larger, but still compared bird with bird.",
        ),
        "divided by the classes": (
            {"powers / powers.sum(axis=0, keepdims=True)": "powers / n_classes"},
            "At the start, where all powers are 1, that is right. After the first step it is not.",
        ),
    },
    new_faults={
        "classes down the columns": (
            {"X_new @ W + b, axis=1": "X_new @ W + b, axis=0"},
            "Training is right now, but the largest score is looked for down the columns.",
        ),
        "1/n lost": (
            {"[labels]) / len(X)": "[labels])"},
            "The division by n is gone: the rate would have to change with the number of birds.",
        ),
        "one bias for all": (
            {"slopes.sum(axis=0)": "slopes.sum()"},
            "All classes get the same step of the bias. Each has one of its own.",
        ),
    },
)


def train_numbered(
    X: Array, numbers: Array, n_classes: int, learning_rate: float, n_steps: int
) -> tuple[Any, ...]:
    """Train on species numbered from 1; return W, b and the number that is given to each row."""
    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)
    for _ in range(n_steps):
        scores = X @ W + b
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        slopes = powers / powers.sum(axis=1, keepdims=True) / len(X)
        slopes[np.arange(len(X)), numbers - 1] -= 1 / len(X)
        W = W - learning_rate * X.T @ slopes
        b = b - learning_rate * slopes.sum(axis=0)
    return W, b, np.argmax(X @ W + b, axis=1) + 1


def _numbered(rng: np.random.Generator) -> tuple[Any, ...]:
    X, labels, *rest = _species(rng)
    return X, labels + 1, *rest


def _numbered_slope(run: Function, part: int) -> bool:
    step = -0.3 * gradient_descent.numerical_gradient(_species_loss, np.zeros(9)).reshape(3, 3)
    return same(run(CORNERS, SPECIES + 1, 3, 0.3, 1)[part], step[:2] if part == 0 else step[2])


repair(
    chapter,
    train_numbered,
    faults={
        "bias never updated": {"        b = b - learning_rate * slopes.sum(axis=0)\n": ""},
        "labels off by one": {"axis=1) + 1": "axis=1)"},
    },
    tests={
        "the weights take a first step down the measured slope": lambda run: _numbered_slope(
            run, 0
        ),
        "the biases take a first step down the measured slope": lambda run: _numbered_slope(run, 1),
        "the numbers are among those of the species": lambda run: (
            set(np.ravel(run(CORNERS, SPECIES + 1, 3, 0.3, 50)[2])) <= {1, 2, 3}
        ),
        "a handful is learnt by heart": lambda run: same(
            run(CORNERS, SPECIES + 1, 3, 0.3, 50)[2], SPECIES + 1
        ),
        "without any feature the most common species wins": lambda run: same(
            run(np.zeros((5, 2)), np.array([3, 3, 1, 2, 3]), 3, 0.3, 9)[2], np.full(5, 3)
        ),
    },
    cases={
        "three birds, one step": ([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]], [1, 2, 3], 3, 0.3, 1),
        "five birds": (CORNERS.tolist(), (SPECIES + 1).tolist(), 3, 0.3, 6),
        "whole numbers": ([[1, 0], [0, 1], [2, 1], [1, 3]], [1, 3, 2, 3], 3, 1.0, 4),
    },
    random=_numbered,
    hints=(
        "There may be more than one fault: after each repair, begin the tests anew.",
        "Check the gradient with one step from zeros, that of W and that of b.",
        "Learn a handful by heart, and look at the numbers that come out. Which are the species?",
    ),
    symptoms={
        "a bias of chance": (
            {"np.zeros(n_classes)\n": "np.arange(n_classes) / 10\n"},
            "The bias is not zero any more, but it still does not learn.",
        ),
        "labels shifted back": (
            {"numbers - 1] -=": "numbers - 2] -="},
            "Now the training is off by one as well, so that two faults hide each other in part.",
        ),
        "numbers cut": (
            {"np.argmax(X @ W + b, axis=1)": "np.maximum(np.argmax(X @ W + b, axis=1), 1)"},
            "There is no species 0 any more, but the others are still off by one.",
        ),
    },
    new_faults={
        "divided twice": (
            {"slopes.sum(axis=0)": "slopes.mean(axis=0)"},
            "The slopes of the bias are divided by n twice.",
        ),
        "the bias uphill": (
            {"b - learning_rate": "b + learning_rate"},
            "The bias walks uphill.",
        ),
    },
)


def train_in_batches(
    X: Array, labels: Array, X_test: Array, n_classes: int, batch_size: int
) -> tuple[Any, ...]:
    """Scale, train on all batches once with the rate 0.3, and return W, b and test classes."""
    mean, scale = X.mean(axis=0), X.std(axis=0)
    X, X_test = (X - mean) / scale, (X_test - mean) / scale
    W, b = np.zeros((X.shape[1], n_classes)), np.zeros(n_classes)
    for start in range(0, len(X), batch_size):
        batch, truth = X[start : start + batch_size], labels[start : start + batch_size]
        powers = np.exp(batch @ W + b)
        slopes = powers / powers.sum(axis=1, keepdims=True) - np.eye(n_classes)[truth]
        W = W - 0.3 * batch.T @ slopes / len(batch)
        b = b - 0.3 * slopes.mean(axis=0)
    return W, b, np.argmax(X_test @ W + b, axis=1)


def _batched(rng: np.random.Generator) -> tuple[Any, ...]:
    X, labels, k, *_ = _species(rng)
    return X, labels, rng.normal(1, 2, size=(3, 2)).round(1), k, int(rng.integers(2, 4))


FIVE_NEW = CORNERS, SPECIES, CORNERS[:2] + 1, 3


def _last_bird_counts(run: Function) -> bool:
    other = np.r_[SPECIES[:4], 2]
    one, two = run(*FIVE_NEW, 2), run(CORNERS, other, CORNERS[:2] + 1, 3, 2)
    return not same(one[1], two[1])


repair(
    chapter,
    train_in_batches,
    faults={
        "scaler fitted on everything": {
            "    mean, scale = X.mean(axis=0), X.std(axis=0)\n": (
                "    everything = np.concatenate([X, X_test])\n"
                "    mean, scale = everything.mean(axis=0), everything.std(axis=0)\n"
            )
        },
        "the last batch skipped": {"len(X), batch_size)": "len(X) - batch_size + 1, batch_size)"},
    },
    tests={
        "there is a class for each test bird": lambda run: np.shape(run(*FIVE_NEW, 5)[2]) == (2,),
        "in one batch, what the biases gain and lose cancels": lambda run: same(
            np.sum(run(*FIVE_NEW, 5)[1]), 0.0
        ),
        "in another unit, it is the same model": lambda run: same(
            run(*FIVE_NEW, 5), run(10 * CORNERS, SPECIES, 10 * CORNERS[:2] + 10, 3, 5)
        ),
        "another test bird changes nothing that is learnt": lambda run: same(
            run(*FIVE_NEW, 5)[:2], run(CORNERS, SPECIES, CORNERS[:2] - 9, 3, 5)[:2]
        ),
        "another label of the last bird changes what is learnt": _last_bird_counts,
    },
    cases={
        "five birds, two new": (*(np.asarray(part).tolist() for part in FIVE_NEW[:3]), 3, 2),
        "one batch": (*(np.asarray(part).tolist() for part in FIVE_NEW[:3]), 3, 5),
        "whole numbers": ([[1, 0], [0, 1], [2, 1], [1, 3]], [0, 2, 1, 2], [[9, 1], [1, 5]], 3, 3),
    },
    random=_batched,
    hints=(
        "There may be more than one fault: after each repair, begin the tests anew.",
        "Is anything learnt from the test rows? Change them, and see whether W changes.",
        "Does every bird count? Change the label of one after another. Take 5 birds and batches "
        "of 2.",
    ),
    symptoms={
        "a smaller batch": (
            {"        batch, truth": "        batch_size = 1\n        batch, truth"},
            "Other batches leave out other birds, and the test birds are still in the scale.",
        ),
        "test birds counted less": (
            {"concatenate([X, X_test])": "concatenate([X, X, X, X_test])"},
            "The test birds count for less in the scale, but they still count.",
        ),
        "not scaled": (
            {
                "everything.mean(axis=0), everything.std(axis=0)\n": (
                    "np.mean(everything), np.std(everything)\n"
                )
            },
            "One mean for the whole table still takes in the test birds.",
        ),
    },
    new_faults={
        "each by its own scale": (
            {"(X_test - mean) / scale": "(X_test - X_test.mean(axis=0)) / X_test.std(axis=0)"},
            "The test birds are scaled by themselves, so that a test bird means another thing "
            "than a training bird with the same bill.",
        ),
        "divided by the full size": (
            {"/ len(batch)": "/ batch_size"},
            "A short last batch is divided by the size of a full one.",
        ),
    },
)
