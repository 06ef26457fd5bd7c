"""A task for pencil and paper: numbers that are drawn, a question, and an answer with its steps.

The numbers given are drawn from small sets that keep the answer friendly; the key is worked
out by the functions of `mlcore`. Question and answer are Markdown with the names of the numbers
in braces, so that what is printed is what was drawn and what was computed.
"""

import hashlib
import io
import re
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mlcore.book import figures

Numbers = dict[str, Any]

DIGITS = 9
"""So many decimals of a key are looked at: further ones are the rounding of the machine."""


class Shown(str):
    """A number in print. ``{x:+}`` adds it to what stands before, ``{x:s}`` shows its sign,
    ``{x:()}`` puts a negative one in brackets."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        negative, size = self.startswith("−"), self.removeprefix("−")
        if spec == "+":
            return f"− {size}" if negative else f"+ {size}"
        if spec == "s":
            return str(self) if negative or size == "0" else f"+{size}"
        if spec == "()":
            return f"({self})" if negative else str(self)
        return str(self)


class Row(list[Any]):
    """Several numbers in print."""

    def __format__(self, spec: str) -> str:
        return ", ".join(format(number, spec) for number in self)


def shown(value: Any) -> Any:
    """A value as it is printed: a true minus sign, and no more decimals than it has."""
    if isinstance(value, str):
        return value
    if np.ndim(value):
        return Row(map(shown, value))
    text = f"{round(float(value), DIGITS):.{DIGITS}f}".rstrip("0").rstrip(".")
    return Shown("0" if text == "-0" else text.replace("-", "−"))


@dataclass(frozen=True)
class Picture:
    """A figure to read or to draw on."""

    draw: Callable[[Axes, bool], None]
    """Draws it on the axes; and the answer too, if the second argument is true."""
    x_label: str
    y_label: str
    description: str
    """What there is to see, with the numbers given."""
    height: float = 2.4
    """In inches."""


BLANKS = re.compile(r"^\|(?=.*\| (?:\.\.\. )?\|).*\n?", re.M)
"""The rows of a table in which there is something to fill in."""
HEAD_ALONE = re.compile(r"\n*(?:^\|.*\n)\| -[-| ]*$\n*\Z", re.M)


def found(name: str, numbers: Numbers) -> Any:
    """The number of this name, such as ``slopes[0]``."""
    return string.Formatter().get_field(name, (), numbers)[0]


@dataclass(frozen=True)
class Ask:
    """One result that is asked for, and worth a mark."""

    label: str
    """What it is, so that it can be asked for alone."""
    name: str
    """Where it stands in the key, such as ``slopes[0]``."""
    unit: str = ""
    slips: Numbers = field(default_factory=dict)
    """The usual wrong results, worked out too, by what each of them shows."""
    off: float | None = None
    """How far a right answer may be off; by default a two-thousandth of itself."""

    def tolerance(self, right: float) -> float:
        """How far from the right answer an answer may be."""
        return abs(right) / 2000 if self.off is None else self.off


@dataclass(frozen=True)
class Task:
    """One task of a worksheet."""

    title: str
    given: Numbers
    key: Numbers
    question: str
    worked: str
    asks: tuple[Ask, ...]
    """The numbers that are marked."""
    section: str
    """The heading of the section of the chapter that teaches it, without its number."""
    minutes: int
    reasons: tuple[str, ...] = ()
    """The words and drawings that are marked."""
    room: int = 10
    """Its share of the room to write in, 10 for an ordinary one."""
    picture: Picture | None = None

    @property
    def asked(self) -> str:
        """The question with its numbers."""
        return self.question.format(**{name: shown(value) for name, value in self.given.items()})

    @property
    def told(self) -> str:
        """The question without what was to be filled in."""
        return HEAD_ALONE.sub("", BLANKS.sub("", self.asked))

    @property
    def answered(self) -> str:
        """The answer with its steps."""
        numbers = self.given | self.key
        return self.worked.format(**{name: shown(value) for name, value in numbers.items()})

    @property
    def given_as(self) -> str:
        """All that is given, in words: the question, and what there is to see."""
        return self.asked + (self.picture.description if self.picture else "")

    @property
    def marks(self) -> int:
        """One for each number that is asked for, and one for each reason."""
        return len(self.asks) + len(self.reasons)

    @property
    def argued(self) -> list[str]:
        """The reasons with their numbers."""
        numbers = {name: shown(value) for name, value in (self.given | self.key).items()}
        return [reason.format(**numbers) for reason in self.reasons]

    def right(self, ask: Ask) -> Any:
        """What is right."""
        return found(ask.name, self.key)

    def wrong(self, ask: Ask) -> dict[str, float]:
        """The wrong results by what they show, but for those that happen to be right here."""
        right = float(self.right(ask)) if ask.slips else 0.0
        taken, told = [right], {}
        for shows, value in ask.slips.items():
            if all(abs(value - other) > 2 * ask.tolerance(right) + 1e-9 for other in taken):
                taken.append(value)
                told[shows] = float(value)
        return told

    @property
    def file(self) -> str:
        """The name of its figure: tasks that show the same have the same."""
        return f"{hashlib.sha256(self.given_as.encode()).hexdigest()[:12]}.svg"

    def draw(self, *, solved: bool) -> Figure:
        """The figure, and the answer in it."""
        assert self.picture
        on = figures.axes(self.picture.x_label, self.picture.y_label, 3.4, self.picture.height)
        on.tick_params(labelsize=8.5)
        for axis in (on.xaxis, on.yaxis):
            axis.label.set_fontsize(9.5)
        self.picture.draw(on, solved)
        figure = on.get_figure(root=True)
        assert isinstance(figure, Figure)
        return figure

    def svg(self, *, solved: bool) -> bytes:
        """The figure as vectors."""
        buffer = io.BytesIO()
        with figures.style():
            figure = self.draw(solved=solved)
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return buffer.getvalue()
