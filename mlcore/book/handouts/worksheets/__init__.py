"""A page of pencil tasks for each chapter, and its key, worked out by `mlcore`.

``sheet("losses", seed=7)`` are the tasks; another seed gives other numbers of the same
difficulty, for another group or another year.
"""

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
from mlcore.book.handouts.worksheets.task import Task
from mlcore.book.pages.chapter import Chapter

SHEETS = {
    module.__name__.rpartition(".")[2]: module.tasks
    for module in (linear_regression, losses, gradient_descent, classification, softmax)
}


def sheet(name: str, seed: int) -> list[Task]:
    """The tasks of a chapter, with the numbers of this seed."""
    return SHEETS[name](np.random.default_rng([seed, *name.encode()]))


def worksheet(chapter: Chapter, options: Options) -> Files:
    """One page to work on."""
    return {f"students/{chapter.stem}_worksheet.pdf": _print(chapter, options, solved=False)}


def key(chapter: Chapter, options: Options) -> Files:
    """The same tasks with their answers and the steps to them."""
    return {f"teachers/{chapter.stem}_key.pdf": _print(chapter, options, solved=True)}


def _print(chapter: Chapter, options: Options, *, solved: bool) -> bytes:
    tasks = sheet(chapter.name, options.seed)
    show = call(
        "show: sheet.with",
        title=f"{chapter.number} · {chapter.title}",
        edition="Key" if solved else "Worksheet",
        seed=options.seed,
        paper=options.paper,
    )
    body = "".join(_task(i, task, solved=solved) for i, task in enumerate(tasks, start=1))
    pictures = {
        f"{i}.svg": task.svg(solved=solved) for i, task in enumerate(tasks, start=1) if task.picture
    }
    return pdf(typeset(show + body), pictures)


def _task(i: int, task: Task, *, solved: bool) -> str:
    looks = {"number": i, "title": task.title, "room": 0 if solved else task.room}
    if task.picture:
        looks |= {"file": f"{i}.svg", "words": task.picture.description}
    return enclose(
        "task", task.asked, enclose("answer", task.answered, label="") if solved else "", **looks
    )
