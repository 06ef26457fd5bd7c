"""A chapter as its handouts see it: cells that know what they are for.

A chapter is read with `Chapter.read`, which runs it first if it is not stored as run.
"""

import re
import subprocess
from base64 import b64decode
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from mlcore.book import exercises
from mlcore.book.checker.exercise import Exercise

WIDGET = "application/vnd.jupyter.widget-view+json"
TOOLS = re.compile(r"from mlcore\.book\.exercises import|check\(|progress\(")
SECONDS = 300  # for one cell
QUESTION = re.compile(
    r"<details><summary>(?:\d+\. )?(?P<question>.*?)</summary>\s*(?P<answer>.*?)\s*</details>", re.S
)


class BookError(Exception):
    """What stands in the way of a handout, in one sentence for the teacher."""


class Picture(NamedTuple):
    """A figure, or a widget standing still."""

    png: bytes
    """At 200 dots per inch."""
    description: str
    """What there is to see, in words and with its numbers."""
    width: float
    """In inches, as the chapter shows it."""


class Question(NamedTuple):
    """A question of the self-test and its argued answer, both Markdown."""

    question: str
    answer: str


@dataclass(frozen=True)
class Cell:
    """One cell, and what it is for."""

    id: str
    kind: str
    """`markdown` or `code`."""
    source: str
    outputs: list[dict[str, Any]]

    @property
    def role(self) -> str:
        """What the cell is for.

        - `prose`: Markdown; `quiz`: the self-test, whose answers are folded away
        - `stub`: where the reader writes a function
        - `tools`: imports the checker, checks an exercise, or shows the progress
        - `widget`: a picture with controls; `figure`: a picture
        - `code`: all other code
        """
        if self.kind == "markdown":
            return "quiz" if QUESTION.search(self.source) else "prose"
        if self.exercise:
            return "stub"
        if TOOLS.match(self.source):
            return "tools"
        if self.widget:
            return "widget"
        return "figure" if self.picture else "code"

    @property
    def exercise(self) -> Exercise | None:
        """The exercise of which this is the stub."""
        name = self.id.removeprefix("exercise-").replace("-", "_")
        is_stub = self.kind == "code" and self.id.startswith("exercise-")
        return exercises.EXERCISES.get(name) if is_stub else None

    @property
    def widget(self) -> str | None:
        """The function that makes the widget, such as ``mlcore.book.widgets.losses.explore_x``."""
        if not any(WIDGET in output.get("data", {}) for output in self.outputs):
            return None
        found = re.search(r"from (mlcore\.book\.widgets\.\w+) import .*?(explore_\w+)", self.source)
        if not found:
            raise BookError(f"the widget of the cell {self.id!r} is not imported in it")
        return f"{found[1]}.{found[2]}"

    @property
    def picture(self) -> Picture | None:
        """The picture that it shows: a figure, or how its widget looks at first."""
        for output in self.outputs:
            if "image/png" in output.get("data", {}):
                shape = output["metadata"]["image/png"]
                png = b64decode(output["data"]["image/png"])
                return Picture(png, shape["alt"], shape["width"] / 100)
        return None

    @property
    def text(self) -> str:
        """What it prints, and the value of its last line; a picture is no text."""
        return "".join(map(_text, self.outputs))

    @property
    def questions(self) -> list[Question]:
        """The questions of a quiz."""
        return [Question(**found.groupdict()) for found in QUESTION.finditer(self.source)]


def _text(output: dict[str, Any]) -> str:
    data = output.get("data", {})
    plain = "" if {"image/png", "text/html"} & data.keys() else data.get("text/plain", "")
    return str(output.get("text", plain))


class Chapter:
    """A chapter, executed."""

    def __init__(self, stem: str, book: Any) -> None:
        self.stem = stem
        """Such as ``02_losses``, from which all file names are made."""
        self.book = book
        """The notebook itself, as nbformat reads it."""

    @classmethod
    def read(cls, path: Path) -> "Chapter":
        """Read a chapter, and run it if it is not stored as run."""
        try:
            book = nbformat.read(path, as_version=4)
        except Exception as error:
            raise BookError(f"{path} cannot be read as a notebook: {error}") from error
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        if any(cell.execution_count is None for cell in code):
            execute(book, path.stem)
        return cls(path.stem, book)

    @property
    def number(self) -> int:
        """Its place in the book, from 1."""
        return int(self.stem.split("_")[0])

    @property
    def name(self) -> str:
        """The name of its module, such as ``losses``."""
        return self.stem.partition("_")[2]

    @property
    def title(self) -> str:
        """Such as ``Losses``."""
        return self.cells[0].source.splitlines()[0].partition("·")[2].strip()

    @property
    def question(self) -> str:
        """The one question of the chapter."""
        found = re.search(r"^\*\*(.+)\*\*$", self.cells[0].source, re.M)
        return found[1] if found else ""

    @cached_property
    def cells(self) -> list[Cell]:
        """The cells in order."""
        return [
            Cell(cell.id, cell.cell_type, cell.source, cell.get("outputs", []))
            for cell in self.book.cells
            if cell.id != "chapters"  # leads from notebook to notebook
        ]

    @property
    def exercises(self) -> list[Exercise]:
        """Its exercises, in order."""
        return exercises.CHAPTERS[self.name]


def execute(book: Any, stem: str) -> None:
    """Run a notebook from top to bottom, in place."""
    try:
        client = NotebookClient(book, timeout=SECONDS, kernel_name="python3")
        client.execute(stderr=subprocess.DEVNULL)  # what the kernel says of itself
    except CellExecutionError as error:
        stopped = next(cell.id for cell in book.cells if _stopped(cell))
        raise BookError(
            f"the chapter {stem} does not run: its cell {stopped!r} stops with "
            f"{error.ename}: {error.evalue}"
        ) from error


def _stopped(cell: Any) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))
