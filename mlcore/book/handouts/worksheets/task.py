"""A task for pencil and paper: numbers that are drawn, a question, and an answer with its steps.

The numbers given are drawn from small sets that keep the answer friendly; the key is worked
out by the functions of `mlcore`. Question and answer are Markdown with the names of the numbers
in braces, so that what is printed is what was drawn and what was computed.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib
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


@dataclass(frozen=True)
class Task:
    """One task of a worksheet."""

    title: str
    given: Numbers
    key: Numbers
    question: str
    worked: str
    room: int = 10
    """Its share of the room to write in, 10 for an ordinary one."""
    picture: Picture | None = None

    @property
    def asked(self) -> str:
        """The question with its numbers."""
        return self.question.format(**{name: shown(value) for name, value in self.given.items()})

    @property
    def answered(self) -> str:
        """The answer with its steps."""
        numbers = self.given | self.key
        return self.worked.format(**{name: shown(value) for name, value in numbers.items()})

    def svg(self, *, solved: bool) -> bytes:
        """The figure as vectors, the same bytes each time."""
        assert self.picture
        on = figures.axes(self.picture.x_label, self.picture.y_label, 3.4, self.picture.height)
        on.tick_params(labelsize=8.5)
        for axis in (on.xaxis, on.yaxis):
            axis.label.set_fontsize(9.5)
        self.picture.draw(on, solved)
        figure, buffer = on.get_figure(root=True), io.BytesIO()
        assert isinstance(figure, Figure)
        with matplotlib.rc_context({"svg.hashsalt": self.title, "svg.fonttype": "path"}):
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return buffer.getvalue()
