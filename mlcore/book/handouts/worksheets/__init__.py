"""A page of pencil tasks for each chapter, and its key, worked out by `mlcore`.

``sheet("losses", seed=7)`` are the tasks; another seed gives other numbers of the same
difficulty, for another group or another year.
"""

from collections.abc import Iterable
from itertools import count

import numpy as np

from mlcore.book.handouts import Files, Options
from mlcore.book.handouts.press import call, enclose, pdf, typeset
from mlcore.book.handouts.worksheets import (
    classification,
    gradient_descent,
    linear_regression,
    losses,
    softmax,
)
from mlcore.book.handouts.worksheets.task import Task, shown
from mlcore.book.pages.chapter import Chapter

SHEETS = {
    module.__name__.rpartition(".")[2]: module.TASKS
    for module in (linear_regression, losses, gradient_descent, classification, softmax)
}


def sheet(name: str, seed: int) -> list[Task]:
    """The tasks of a chapter, with the numbers of this seed.

    Seeds in a row share no task: odd ones are drawn as they come, and even ones again until
    they are unlike both their neighbours.
    """
    return [_of(name, place, seed) for place in range(len(SHEETS[name]))]


def _of(name: str, place: int, seed: int) -> Task:
    draws = (_drawn(name, place, seed, attempt) for attempt in count())
    if seed % 2:
        return next(draws)
    beside = {_drawn(name, place, odd, 0).given_as for odd in (abs(seed - 1), seed + 1)}
    return next(task for task in draws if task.given_as not in beside)


def _drawn(name: str, place: int, seed: int, attempt: int) -> Task:
    return SHEETS[name][place](np.random.default_rng([seed, attempt, place, *name.encode()]))


def worksheet(chapter: Chapter, options: Options) -> Files:
    """One page to work on."""
    return {f"students/{chapter.stem}_worksheet.pdf": _print(chapter, options, solved=False)}


def key(chapter: Chapter, options: Options) -> Files:
    """The same tasks with their answers and the steps to them."""
    return {f"teachers/{chapter.stem}_key.pdf": _print(chapter, options, solved=True)}


def _print(chapter: Chapter, options: Options, *, solved: bool) -> bytes:
    tasks = sheet(chapter.name, options.seed)
    edition = "Key" if solved else "Worksheet"
    title = f"{chapter.number} · {chapter.title}"
    show = call("show: book.with", title=title, edition=edition, paper=options.paper)
    page = printed(chapter, tasks, options, edition=edition, numbers=f"numbers {options.seed}")
    return pdf(typeset(show + page), pictures(tasks, solved=solved))


def printed(chapter: Chapter, tasks: list[Task], options: Options, **looks: str) -> str:
    """A sheet as Markdown, with how long it takes and what it is worth; or its key."""
    minutes = 5 * round(sum(task.minutes for task in tasks) / 5)
    worth = f"{minutes} minutes, {sum(task.marks for task in tasks)} marks"
    title = f"{chapter.number} · {chapter.title}"
    solved = looks["edition"] == "Key"
    body = "".join(_task(i, task, solved=solved) for i, task in enumerate(tasks, start=1))
    return enclose("sheet", body, title=title, paper=options.paper, worth=worth, **looks)


def pictures(tasks: Iterable[Task], *, solved: bool) -> dict[str, bytes]:
    """The figures of a sheet, or of many: one that several have is drawn once."""
    drawn = {task.file: task for task in tasks if task.picture}
    return {file: task.svg(solved=solved) for file, task in drawn.items()}


def _task(i: int, task: Task, *, solved: bool) -> str:
    looks = {"number": i, "title": task.title, "marks": task.marks}
    looks |= {"room": 0 if solved else task.room}
    if task.picture:
        looks |= {"file": task.file, "words": task.picture.description}
    if not solved:
        return enclose("task", task.asked, "", "", **looks)
    marking = call("marking", [ask.label for ask in task.asks] + task.argued, slips(task))
    answer = enclose("answer", task.answered, label="")
    return enclose("task", task.told, answer, marking, **looks)


def slips(task: Task) -> list[tuple[str, str]]:
    """The usual wrong results, each with what it shows: those of one kind together."""
    told: dict[str, list[str]] = {}
    for ask in task.asks:
        for shows, value in task.wrong(ask).items():
            told.setdefault(shows, []).append(short(value))
    return [(" or ".join(dict.fromkeys(values)), shows) for shows, values in told.items()]


def short(value: float) -> str:
    """A wrong result, which need not be a short decimal, to four digits."""
    return f"{shown(float(f'{value:.4g}'))}"
