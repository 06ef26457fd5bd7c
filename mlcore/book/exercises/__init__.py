"""Exercises that are graded at once, with the mistake named.

In a chapter the reader writes a function and asks ``check(mse)``. What is asked of it, and
which mistakes are known, is declared in the module of the chapter. Without a notebook,
``grade("mse", function)`` gives the same verdict.

The five modules hold what is asked; the machine that judges is `mlcore.book.checker`.
"""

import difflib
import functools
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from mlcore.book.checker import teachers
from mlcore.book.checker.exercise import Exercise
from mlcore.book.checker.judge import judge
from mlcore.book.checker.running import Here
from mlcore.book.checker.verdict import Code, Note, Text, Verdict
from mlcore.book.exercises import (
    classification,
    gradient_descent,
    linear_regression,
    losses,
    softmax,
)

__all__ = ["check", "grade", "hint", "misconceptions", "progress", "solution", "stub"]

CHAPTERS = {
    module.chapter.name: module.chapter
    for module in (linear_regression, losses, gradient_descent, classification, softmax)
}
EXERCISES = {exercise.name: exercise for chapter in CHAPTERS.values() for exercise in chapter}

# What this reader has done since the notebook was started.
_verdicts: dict[str, Verdict] = {}
_hints_opened: Counter[str] = Counter()


def check(
    function: Callable[..., Any], name: str | None = None, points: float | None = None
) -> Verdict:
    """Ask the function many questions, and say whether it is right or which mistake it makes.

    Parameters
    ----------
    function : callable
        The reader's answer. It is given copies, and whatever it does is caught.
    name : str
        Which exercise it answers; by default the one of the same name.
    points : float
        What the exercise is worth in a class. An answer that is not accepted then raises an
        AssertionError, which is how nbgrader takes points off.

    Returns
    -------
    Verdict
        What the notebook shows.
    """
    asked = name or getattr(function, "__name__", "") or ""
    if not callable(function):
        verdict = _no_function(asked)
    elif asked not in EXERCISES:
        verdict = _no_exercise(asked)
    else:
        verdict = _verdicts[asked] = grade(asked, function)
    if points is not None and not verdict.accepted:
        raise AssertionError(repr(verdict))
    return verdict


def _no_function(asked: str) -> Verdict:
    return Verdict(
        asked or "check",
        accepted=False,
        message="It wants a function, without brackets after its name: `check(mse)` and not "
        "`check(mse(...))`.",
    )


def _no_exercise(asked: str) -> Verdict:
    near = difflib.get_close_matches(asked, EXERCISES, n=1)
    hint = f'Did you mean `"{near[0]}"`? ' if near else ""
    return Verdict(
        asked,
        accepted=False,
        message=f"There is no exercise of this name. {hint}Give the name of the exercise beside "
        f'the function, as in `check(my_function, "{near[0] if near else "mse"}")`.',
    )


def grade(name: str, function: Callable[..., Any]) -> Verdict:
    """The verdict on a function, without a notebook.

    Parameters
    ----------
    name : str
        The exercise.
    function : callable
        An answer to it.

    Returns
    -------
    Verdict
        With `accepted`, `mistake` (its short label, or None) and `message`.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    return judge(_exercise(name), Here(function), lent(name))


@functools.cache
def lent(name: str) -> frozenset[str]:
    """The functions of the core that an answer may call.

    They are those of earlier exercises and those that a solution has called up to here, but never
    the one that is asked for.
    """
    names = list(EXERCISES)
    declared = [EXERCISES[earlier] for earlier in names[: names.index(name) + 1]]
    functions = {_qualified(exercise.right) for exercise in declared}
    for exercise in declared:
        for module, called in re.findall(r"^from (\S+) import (.*)$", exercise.solution, re.M):
            functions |= {f"{module}.{function}" for function in called.split(", ")}
    asked_for = _qualified(EXERCISES[name].right)
    return frozenset(f for f in functions - {asked_for} if not f.startswith("mlcore.book."))


def _qualified(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__name__}"


def hint(exercise: str | Callable[..., Any]) -> Note:
    """Open the next hint; after the last one they begin anew."""
    declared = _exercise(exercise)
    opened = _hints_opened[declared.name]
    _hints_opened[declared.name] = (opened + 1) % len(declared.hints)
    after = (
        "" if opened + 1 < len(declared.hints) else f'\nNow `solution("{declared.name}")` is left.'
    )
    return Note(
        f"Hint {opened + 1} of {len(declared.hints)} for {declared.name}",
        declared.hints[opened] + after,
    )


def solution(exercise: str | Callable[..., Any]) -> Code:
    """The answer as a reader could have written it, from the source of the core."""
    return Code(_exercise(exercise).solution)


def stub(exercise: str | Callable[..., Any]) -> Code:
    """What the reader starts from: signature, docstring and ``...``."""
    return Code(_exercise(exercise).stub)


def progress(chapter: str | None = None) -> Note:
    """How far the reader has come, in a chapter; by default in that of the last check."""
    if chapter is None:
        chapter = EXERCISES[next(reversed(_verdicts))].chapter if _verdicts else "linear_regression"
    done = {exercise.name: _verdicts.get(exercise.name) for exercise in _chapter(chapter)}
    right = sum(verdict is not None and verdict.accepted for verdict in done.values())
    lines = [verdict.title if verdict else f"{name}: not checked" for name, verdict in done.items()]
    return Note(f"{right} of {len(done)} right", "\n".join(lines))


def misconceptions(chapter: str) -> Text:
    """The teacher's page: the known mistakes, questions that reveal them, and what is said."""
    return Text(teachers.page(_chapter(chapter)))


def _chapter(name: str) -> list[Exercise]:
    if name not in CHAPTERS:
        raise ValueError(f"chapter is {name!r}, wanted one of {', '.join(CHAPTERS)}")
    return CHAPTERS[name]


def _exercise(name: str | Callable[..., Any]) -> Exercise:
    known = name if isinstance(name, str) else getattr(name, "__name__", "")
    if known not in EXERCISES:
        raise ValueError(f"exercise is {known!r}, wanted one of {', '.join(EXERCISES)}")
    return EXERCISES[known]
