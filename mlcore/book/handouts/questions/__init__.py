"""A question bank for the school's platform: the tasks of the worksheets, and the self-tests.

Of each number that a task asks for there are forty versions, in a folder of their own, so that a
quiz can draw one of them for each student. A wrong result that is usual is told what it shows.

    moodle.py    Moodle XML
    gift.py      GIFT, which Moodle and others read
    qti.py       QTI 1.2 in a zip, for Canvas
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from mlcore.book import figures
from mlcore.book.handouts import Files, Options
from mlcore.book.handouts.markup import html
from mlcore.book.handouts.questions import gift, moodle, qti
from mlcore.book.handouts.worksheets import sheet
from mlcore.book.handouts.worksheets.task import Ask, Task
from mlcore.book.pages.chapter import Chapter

VERSIONS = 40
NUMBER = "One number of it is asked for here: **{}{}.**"


class Wrong(NamedTuple):
    """A usual wrong result."""

    value: float
    tolerance: float
    shows: str


class Drawing(NamedTuple):
    """A figure to read."""

    file: str
    png: bytes
    description: str


@dataclass(frozen=True)
class Question:
    """A question as any platform wants it; its words are HTML."""

    name: str
    folder: tuple[str, ...]
    """The chapter, the task and what is asked."""
    asked: str
    answered: str
    """The steps to the answer; or the answer that a self-test argues for."""
    tags: tuple[str, ...]
    value: float | None = None
    """The number that is right; none where words are wanted."""
    tolerance: float = 0.0
    unit: str = ""
    wrong: tuple[Wrong, ...] = ()
    picture: Drawing | None = None

    @property
    def id(self) -> str:
        """The same in every edition, for a platform that updates what it has."""
        return "mlbyhand-" + "-".join(self.name.lower().split())


def bank(chapter: Chapter, options: Options) -> Files:
    """The questions of the chapter in three formats."""
    asked = questions(chapter, options.seed)
    title = f"{chapter.number} {chapter.title}"
    name = f"questions/{chapter.stem}"
    return {
        f"{name}.moodle.xml": moodle.written(asked),
        f"{name}.gift.txt": gift.written(asked),
        f"{name}.qti.zip": qti.written(asked, title),
    }


def questions(chapter: Chapter, seed: int) -> list[Question]:
    """From the worksheets of forty seeds, and from the self-test."""
    found = [*_from_tasks(chapter, seed), *_from_quiz(chapter)]
    words = [part for question in found for part in (question["asked"], question["answered"])]
    said = iter(html(words))
    return [
        Question(**question | {"asked": next(said), "answered": next(said)}) for question in found
    ]


def _from_tasks(chapter: Chapter, seed: int) -> Iterator[dict[str, Any]]:
    seen = set()
    for each in range(seed, seed + VERSIONS):
        for task in sheet(chapter.name, each):
            drawing = _drawing(task) if task.picture else None
            for ask in filter(lambda ask: _is_number(task, ask), task.asks):
                if (ask.name, task.given_as) not in seen:
                    seen.add((ask.name, task.given_as))
                    yield _numerical(chapter, task, ask, each) | {"picture": drawing}


def _numerical(chapter: Chapter, task: Task, ask: Ask, seed: int) -> dict[str, Any]:
    right = float(task.right(ask))
    place = 1 + task.asks.index(ask)
    unit = f", in {ask.unit}" if ask.unit else ""
    wrong = (Wrong(v, max(abs(v) / 2000, 1e-9), shows) for shows, v in task.wrong(ask).items())
    return {
        "name": f"{chapter.number} {task.title} {place} version {seed}",
        "folder": (f"{chapter.number} {chapter.title}", task.title, _folder(task, place)),
        "asked": f"{task.asked}\n\n{NUMBER.format(ask.label, unit)}",
        "answered": task.answered,
        "tags": (chapter.name, task.section),
        "value": right,
        "tolerance": ask.tolerance(right),
        "unit": ask.unit,
        "wrong": tuple(wrong),
    }


def _folder(task: Task, place: int) -> str:
    """The versions of one question lie together, whatever the numbers in its words."""
    return f"question {place} of {len(task.asks)}"


def _is_number(task: Task, ask: Ask) -> bool:
    right = task.right(ask)
    return np.ndim(right) == 0 and (not isinstance(right, str) or ask.off is not None)


def _drawing(task: Task) -> Drawing:
    assert task.picture
    with figures.style():
        file = io.BytesIO(figures.png(task.draw(solved=False), dpi=130))
    small = io.BytesIO()
    Image.open(file).convert("RGB").quantize(32).save(small, "PNG", optimize=True)
    return Drawing(task.file.replace("svg", "png"), small.getvalue(), task.picture.description)


def _from_quiz(chapter: Chapter) -> Iterator[dict[str, Any]]:
    asked = [question for cell in chapter.cells for question in cell.questions]
    for i, question in enumerate(asked, start=1):
        yield {
            "name": f"{chapter.number} Test yourself {i}",
            "folder": (f"{chapter.number} {chapter.title}", "Test yourself"),
            "asked": question.question,
            "answered": question.answer,
            "tags": (chapter.name, "Test yourself"),
        }
