"""Mistakes that can be made in any exercise.

Each is a wrong function made from the right one: either its answer is changed (twice as
much, a column for a row), or the right answer is given to other inputs (the first example
only). The second kind tells two things: what a function uses, and when it is right.
"""

import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

Function = Callable[..., Any]
Args = tuple[Any, ...]


class Change(NamedTuple):
    """Of an answer, when there are n examples."""

    label: str
    change: Callable[[Any, float], Any]
    sentence: str
    besides: str = ""  # the sentence if the answer is wrong for another reason, too

    def of(self, right: Function) -> Function:
        """The function that makes this mistake and no other."""
        return lambda *args: self.change(right(*args), n_examples(args))


class View(NamedTuple):
    """Of the inputs: the part that a function may be looking at."""

    label: str
    view: Callable[[Args], Args]
    blind: str  # the sentence if it looks at nothing else
    fair_weather: str = ""  # the sentence if it is right when there is nothing else

    def of(self, right: Function) -> Function:
        """The function that makes this mistake and no other."""
        return lambda *args: right(*self.view(args))


def n_examples(args: Args) -> float:
    """How many examples a question has: the length of its first array; nan without one."""
    arrays = (len(arg) for arg in args if isinstance(arg, np.ndarray) and arg.ndim)
    return next(arrays, math.nan)  # nothing is nan times an answer


def _each(change: Callable[[Any, float], Any]) -> Callable[[Any, float], Any]:
    """Change a single answer, or each part of a tuple."""
    return lambda answer, n: (
        tuple(change(part, n) for part in answer)
        if isinstance(answer, tuple)
        else change(answer, n)
    )


def _of_rank(rank: int, change: Callable[[Any], Any]) -> Callable[[Any, float], Any]:
    def changed(answer: Any, _: float) -> Any:
        if isinstance(answer, tuple | dict | list) or np.ndim(answer) != rank:
            raise TypeError("not an answer of this kind")
        return change(np.asarray(answer))

    return changed


def _of_tuple(change: Callable[[tuple[Any, ...]], Any]) -> Callable[[Any, float], Any]:
    def changed(answer: Any, _: float) -> Any:
        if not isinstance(answer, tuple):
            raise TypeError("not a tuple")
        return change(answer)

    return changed


def _rounded(digits: int, answer: Any, _: float) -> Any:
    return np.round(answer, digits)


def _truth(answer: Any, _: float) -> Any:
    if not np.isin(answer, (0, 1)).all():
        raise TypeError("not an answer of zeros and ones")
    return np.asarray(answer) == 1


FIRST_ONLY = (
    "is `return` inside the loop, where it ends the function in the first round, or is there an "
    "index such as `[0]` or `[:, 0]`?"
)
"""What is asked of whoever answers for the first only."""


def without_a_loop(sentence: str) -> str:
    """The sentence as it is said of a function in which there is none."""
    return re.sub(
        "is `return` inside the loop(, where it ends the function in the first round)?, or ",
        "",
        sentence,
    )


FACTORS = (
    Change(
        "twice",
        _each(lambda answer, n: 2 * answer),
        "Your answer is twice the right one, every time: there is a factor 2 too many.",
        "On top of that the result is doubled.",
    ),
    Change(
        "half",
        _each(lambda answer, n: answer / 2),
        "Your answer is half the right one, every time: a factor 2 is lost.",
        "On top of that the result is halved.",
    ),
    Change(
        "sign",
        _each(lambda answer, n: -answer),
        "Your answer has the right size and the wrong sign, every time: something is subtracted "
        "the wrong way round, or a minus is missing or too many.",
        "On top of that the sign is wrong.",
    ),
    Change(
        "times n",
        _each(lambda answer, n: n * answer),
        "Your answer is n times the right one, where n is the number of examples: divide by n.",
        "On top of that a division by n, the number of examples, is missing.",
    ),
    Change(
        "over n",
        _each(lambda answer, n: answer / n),
        "Your answer is the right one divided by n, the number of examples: you divide by n once "
        "too often.",
        "On top of that it is divided by n, the number of examples, once too often.",
    ),
    Change(
        "times n/2",
        _each(lambda answer, n: n * answer / 2),
        "Your answer is n/2 times the right one, where n is the number of examples: a division "
        "by n and a factor 2 are missing.",
        "On top of that a division by n, the number of examples, and a factor 2 are missing.",
    ),
    Change(
        "percent",
        _each(lambda answer, n: 100 * answer),
        "Your answer is 100 times the right one: wanted a share between 0 and 1, not a percentage.",
        "On top of that it is a percentage.",
    ),
)
CHANGES = (
    *FACTORS,
    Change(
        "one minus",
        _each(lambda answer, n: 1 - answer),
        "Your answer is 1 minus the right one, every time: you have the other side of it.",
    ),
    Change(
        "root",
        _each(lambda answer, n: np.sqrt(answer)),
        "Your answer is the square root of the right one: leave the root out.",
    ),
    Change(
        "square",
        _each(lambda answer, n: answer**2),
        "Your answer is the square of the right one: there is a square too many, or a square "
        "root is missing.",
    ),
    Change(
        "rounded",
        _each(lambda answer, n: np.round(answer)),
        "Your answer is the right one rounded to a whole number: leave the rounding out.",
    ),
    *(
        Change(
            "rounded",
            _each(partial(_rounded, digits)),
            f"Your answer is the right one rounded to {digits} decimal place{'s' * (digits > 1)}: "
            "leave the rounding out, and round when you print.",
        )
        for digits in (1, 2, 3)
    ),
    Change(
        "rounded down",
        _each(lambda answer, n: np.floor(answer)),
        "Your answer is the right one rounded down to a whole number: look for `//`, which should "
        "be `/`.",
    ),
    Change(
        "cut",
        _each(lambda answer, n: np.trunc(answer)),
        "Your answer is the right one with the digits after the point cut off: look for `int`, or "
        "for an array of whole numbers that takes in fractions.",
    ),
    Change(
        "absolute",
        _each(lambda answer, n: np.abs(answer)),
        "Your answer has lost its minus signs: leave the absolute value out.",
    ),
    Change(
        "truth values",
        _truth,
        "You return True and False, wanted the numbers 1 and 0: .astype(int) or int() turns one "
        "into the other.",
    ),
    Change(
        "array of one",
        _of_rank(0, lambda answer: answer[np.newaxis]),
        "Your number is right, but it sits in an array (or a list) of its own, wanted the number "
        "itself.",
    ),
    Change(
        "column",
        _of_rank(1, lambda answer: answer[:, np.newaxis]),
        "Your numbers are right, but they stand in a column of shape (n, 1), wanted shape (n,). "
        "The two look alike, yet (n, 1) minus (n,) is a table of shape (n, n). .ravel() turns a "
        "column into a plain vector.",
    ),
    Change(
        "row",
        _of_rank(1, lambda answer: answer[np.newaxis]),
        "Your numbers are right, but they are packed in one list more than needed: the shape is "
        "(1, n), wanted (n,).",
    ),
    Change(
        "transposed",
        _of_rank(2, lambda answer: answer.T),
        "Your table lies on its side: rows and columns are swapped.",
    ),
    Change(
        "flattened",
        _of_rank(2, lambda answer: answer.ravel()),
        "Your numbers are right, but rows and columns are lost: wanted a table with two axes.",
    ),
    Change(
        "reversed",
        _of_rank(1, lambda answer: answer[::-1]),
        "Your numbers are right but come in the reverse order.",
    ),
    Change(
        "sum of all",
        _of_rank(1, np.sum),
        "You return one number, the sum of the right answers: wanted each of them.",
    ),
    Change(
        "mean of all",
        _of_rank(1, np.mean),
        "You return one number, the mean of the right answers: wanted each of them.",
    ),
    Change(
        "first answer only",
        _of_rank(1, lambda answer: answer[0]),
        f"You return the first of the answers and no more: {FIRST_ONLY}",
    ),
    Change(
        "first answer only, in a list",
        _of_rank(1, lambda answer: answer[:1]),
        f"You return the first of the answers and no more: {FIRST_ONLY}",
    ),
    Change(
        "last answer only",
        _of_rank(1, lambda answer: answer[-1]),
        "You return the last of the answers and no more: keep all of them, in a list.",
    ),
    Change(
        "running total",
        _of_rank(1, np.cumsum),
        "Each of your answers has all earlier ones added to it: set the total back to 0 at the "
        "start of every example.",
    ),
    Change(
        "parts swapped",
        _of_tuple(lambda answer: answer[::-1]),
        "The parts of your answer are right but come in the wrong order.",
    ),
    Change(
        "first part only",
        _of_tuple(lambda answer: answer[0]),
        "You return the first part of the answer, and it is right; the other part is missing.",
    ),
    Change(
        "last part only",
        _of_tuple(lambda answer: answer[-1]),
        "You return the last part of the answer, and it is right; the other part is missing.",
    ),
)


def _rows(pick: Function) -> Callable[[Args], Args]:
    """Pick the same examples out of every array that has one entry for each."""
    return lambda args: tuple(
        pick(arg) if isinstance(arg, np.ndarray) and arg.ndim and len(arg) == len(args[0]) else arg
        for arg in args
    )


def _columns(pick: Function) -> Callable[[Args], Args]:
    """Pick the same columns of the table, and what else has one entry for each."""
    return lambda args: tuple(
        pick(arg.T).T
        if isinstance(arg, np.ndarray) and arg.ndim and arg.shape[-1] == args[0].shape[1]
        else arg
        for arg in args
    )


LARGE = View(
    "large numbers",
    _rows(lambda rows: np.clip(rows, -20, 20)),
    "You cut large inputs off.",
    "Your function is right as long as the numbers are small; with large ones it is not.",
)
VIEWS = (
    LARGE,
    View(
        "sorted",
        _rows(lambda rows: np.sort(rows, axis=0)),
        "You sort the examples, each list by itself: what belongs together is torn apart.",
        "Your function is right as long as the numbers come in rising order; otherwise it is not.",
    ),
    View(
        "signs lost",
        _rows(np.abs),
        "You use the inputs without their minus signs.",
        "Your function is right as long as no number is negative; otherwise it is not.",
    ),
    View(
        "first column only",
        _columns(lambda columns: columns[:1]),
        "You use the first column of the table only.",
        "Your function is right as long as the table has one column; with several it is not.",
    ),
    View(
        "last column skipped",
        _columns(lambda columns: columns[:-1]),
        "You leave out the last column of the table: range(d) already stops before d.",
    ),
    View(
        "first example only",
        _rows(lambda rows: rows[:1]),
        f"You use the first example only: {FIRST_ONLY}",
        "Your function is right as long as there is only one example; with several it is not.",
    ),
    View(
        "last example only",
        _rows(lambda rows: rows[-1:]),
        "You use the last example only: does the loop overwrite its result in each round?",
    ),
    View(
        "first example skipped",
        _rows(lambda rows: rows[1:]),
        "You leave out the first example: Python counts from 0.",
    ),
    View(
        "last example skipped",
        _rows(lambda rows: rows[:-1]),
        "You leave out the last example: range(n) already stops before n.",
    ),
    View(
        "arguments swapped",
        lambda args: (args[1], args[0], *args[2:]),
        "You have swapped the first two arguments.",
    ),
)
