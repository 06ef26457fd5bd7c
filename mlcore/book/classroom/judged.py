"""The verdict on one function of a student's notebook, which is read here and run elsewhere.

Points come from this process alone. It reads the notebook, has the function and what it needs run
in a process of its own (`mlcore.book.checker.apart`), and compares the answers that come back.
"""

import importlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from mlcore.book.checker import cells, complaints
from mlcore.book.checker.apart import PATIENCE, Apart
from mlcore.book.checker.diagnosis import not_attempted
from mlcore.book.checker.exercise import Question
from mlcore.book.checker.judge import SECONDS, judge, refused
from mlcore.book.checker.running import Run, TookTooLong
from mlcore.book.checker.verdict import Verdict
from mlcore.book.exercises import EXERCISES, lent

NO_FUNCTION = "no function"


def verdict(
    name: str, sources: Sequence[str], secret: str = "", seconds: float = SECONDS
) -> Verdict:
    """Whether the notebook's function of this name is right and the student's own.

    Parameters
    ----------
    name : str
        The exercise.
    sources : sequence of str
        The code cells above the check, as they were handed in.
    secret : str
        What the random questions are drawn from.
    seconds : float
        Of calculating, for all questions together.
    """
    if cells.is_blank(sources, name):
        return Verdict(name, accepted=False, message=not_attempted(name), attempted=False)
    needed = cells.needed(sources, name)
    with Apart(seconds) as reader:
        reader.load(needed, name, functions(name))
        if reader.callable:
            return judge(EXERCISES[name], reader, (), asked(name, secret), PATIENCE * seconds)
        if reader.taken:
            return refused(EXERCISES[name], reader.taken)
        said = _missing(name, reader, needed.broken)
        return Verdict(name, accepted=False, message=said, mistake=NO_FUNCTION)


@cache
def functions(name: str) -> dict[str, Callable[..., Any]]:
    """What is lent to an exercise: functions of the core by their full names."""
    parts = (function.rpartition(".") for function in lent(name))
    return {
        f"{module}.{function}": getattr(importlib.import_module(module), function)
        for module, _, function in parts
    }


@cache
def asked(name: str, secret: str) -> list[Question]:
    """The questions of a class."""
    return EXERCISES[name].asked(secret)


def _missing(name: str, reader: Apart, broken: str) -> str:
    """Why there is no function of this name."""
    if isinstance(reader.gone, TookTooLong):
        return "A cell that it needs took too long: is there a loop that never ends?"
    if reader.problem:
        return f"The notebook has no `{name}`. {_stopped(reader.problem)}"
    if broken:
        return f"The cell with `{name}` cannot be run: {broken}."
    if reader.found:
        return f"`{name}` is no function: begin with `def {name}(`."
    return f"The cells above have no function `{name}`: write `def {name}(` and keep the name."


def _stopped(problem: Run) -> str:
    return complaints.meaning(problem, []).replace("It stops", "A cell that it needs stops", 1)
