"""Pictures that move with the hand.

A `Live` is a picture with controls. It is described by one function, which draws the still
parts once and returns another, which is called whenever a control moves: it brings the
moving parts up to date and says the present state in a sentence.

>>> from ipywidgets import FloatSlider
>>> def square_of_a_number(figure):
...     on = figure.subplots(subplot_kw={"xlabel": "x", "ylabel": "x²"})
...     on.plot([-2, -1, 0, 1, 2], [4, 1, 0, 1, 4])  # still: drawn once
...     dot, = moving(*on.plot(0, 0, "o"))  # moving: drawn again at every tick
...     def move(x):
...         dot.set_data([x], [x**2])
...         return f"The square of {x:g} is {x**2:g}."
...     return move
>>> def explore_square():
...     return Live(square_of_a_number, x=FloatSlider(0.5, min=-2, max=2, description="x"))

In a chapter ``explore_square()`` alone is the widget. From Python it is moved and read by

>>> live = explore_square()
>>> live.values, live.sentence
({'x': 0.5}, 'The square of 0.5 is 0.25.')
>>> live.set(x=-1.5).sentence
'The square of −1.5 is 2.25.'
>>> picture, sentence = live.snapshot()  # a PNG and the words that go with it
>>> [value for value, _, _ in live.frames("x", at_most=5)]  # a strip of pictures, in print
[-2.0, -1.0, 0.0, 1.0, 2.0]
>>> [frame.sentence for frame in live.printed({"x": [1, 2]}, "x")]  # a page without a kernel
['The square of 1 is 1.', 'The square of 2 is 4.']

What to know when writing one:

- The controls are ipywidgets, each with a `description` that is its label. Their names are
  the arguments of ``move``; their first values are where `Reset` leads back to. Anything with
  a ``value`` that can be observed is a control. `Press` is a button whose value is how often
  it was pressed, so ``move`` stays a function of the present values and nothing else.
- ``move`` asks `mlcore` for its numbers, sets the moving artists (``set_data``, ``set_text``,
  ``set_alpha``, ``set_visible``, ...) and returns the sentence. The sentence is plain text;
  a line break in it is kept.
- ``hold(artist, name, to)`` lets the reader take hold of a part: ``to(x, y, before)`` turns a
  place in its axes into values of controls, which then follow. With ``anywhere=True`` the whole
  of its axes may be touched.
- Any still part may be changed in ``move`` too (limits, contours, titles, artists added or
  removed): matplotlib notices, and the still picture is made anew. That costs about 100 ms,
  so it is for switches and not for sliders; `show_if` shows and hides parts.
- Moving parts go to the page as vector graphics, where each separate path has its price:
  draw many strokes as one line with gaps, as `figures.misses` does, and not one by one.
- An exception in ``move`` is shown in words in place of the sentence and raised. The widget
  lives on.
"""

import asyncio
import itertools
import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from anywidget import AnyWidget
from ipywidgets import Layout, VBox, Widget
from traitlets import Dict, List, Unicode

from mlcore.book import figures, layers, rerun
from mlcore.book.controls import Press, fitting, panel, said, stops
from mlcore.book.parts import Hold, To, Values, hold, moving, show_if

__all__ = ["Frame", "Live", "Move", "Press", "To", "Values", "hold", "moving", "show_if", "stops"]

Move = Callable[..., str]

FRAME = 1 / 60
"""Seconds between two drawings: the messages that arrive meanwhile become one tick."""


class Frame(NamedTuple):
    """What a widget shows at some values of its controls."""

    still: str
    """The still parts: the address of a picture that carries its own data."""
    moving: str
    """The moving parts: an SVG drawing to lay over it."""
    sentence: str
    places: list[tuple[float, float, str] | None]
    """Of the handles: shares of width and height from the upper left, and what they say."""


class Picture(AnyWidget):
    """What the page shows of a widget, by ``live.js``, and how it hears of the hand."""

    _esm = Path(__file__).with_suffix(".js").read_text("utf-8")
    _css = Path(__file__).with_suffix(".css").read_text("utf-8")
    still = Unicode().tag(sync=True)
    frame = Dict().tag(sync=True)
    handles: List[Any] = List().tag(sync=True)


class Live(VBox):  # type: ignore[misc]
    """A picture with controls; see the top of this module.

    Parameters
    ----------
    draw : callable
        ``draw(figure)`` draws the still parts and returns ``move``, which takes the values
        of the controls by name and returns the sentence.
    width, height : float
        The size of the picture in inches of 100 pixels.
    **controls
        The ipywidgets that the reader moves.
    """

    def __init__(
        self,
        draw: Callable[[figures.Sheet], Move],
        /,
        width: float = 8,
        height: float = 3.6,
        **controls: Any,
    ) -> None:
        self.controls = controls
        self._start = self.values
        self.holds: list[Hold] = []
        self.moves: list[list[str]] = []
        self._busy = self._waiting = False
        self._next_frame = 0.0
        self.picture = Picture(layout=Layout(width="100%"))
        self._svg = layers.SVG | {"svg.hashsalt": self.picture.model_id}
        with figures.style():
            self.figure = figures.Sheet(width, height, dpi=layers.SVG_DPI)
            self._move = draw(self.figure)
            layers.lay_out(self.figure)
            self.redraw()
            parts = self.figure.findobj()
            self.holds = [each for part in parts for each in vars(part).get("held", ())]
            self.moves = [list(each.taken(each.place(), self.values)) for each in self.holds]
            self.picture.handles = [each.told(self.values) for each in self.holds]
            self.picture.frame = self.picture.frame | {"places": self._places(self.values)}
        self.picture.on_msg(self._take)
        for control in controls.values():
            control.observe(self._changed, "value")
        super().__init__([panel(controls, self.reset), self.picture])
        self.add_class("mlcore-live")
        self.layout.max_width = f"{width * 100:g}px"

    @property
    def values(self) -> dict[str, Any]:
        """What the controls stand at."""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values: Any) -> "Live":
        """Move controls from Python, as a reader's hand would."""
        with figures.DRAWING:
            try:
                self._assign(values)
            finally:
                self.redraw()
        return self

    def reset(self) -> "Live":
        """Put every control back to where it was at first."""
        return self.set(**self._start)

    def redraw(self) -> None:
        """Bring the picture and its sentence up to the controls."""
        if not hasattr(self, "figure"):
            raise RuntimeError("This widget was closed when its cell was run again.")
        with figures.style(self._svg), self.picture.hold_sync():
            self._waiting = False
            try:
                frame = self._frame(self.values)._asdict()
                self.sentence, self.picture.still = frame["sentence"], frame.pop("still")
                self.picture.frame = frame
            except Exception as error:
                self.picture.frame = {
                    "moving": "",
                    "alert": f"This picture could not be drawn. {type(error).__name__}: {error}",
                    "places": [None for _ in self.holds],
                }
                raise
            finally:
                self._next_frame = time.monotonic() + FRAME

    def snapshot(self, **values: Any) -> tuple[bytes, str]:
        """The picture (PNG) and its sentence, at these values of the controls."""
        with figures.DRAWING:
            self.set(**values)
            picture = figures.png(self.figure)
            self.figure.stale = False
            return picture, self.sentence

    def frames(self, name: str, at_most: int = 25) -> list[tuple[Any, bytes, str]]:
        """The sweep of one control: each value with its picture and its sentence."""
        before = self.values
        values = stops(self.controls[name], at_most)
        sweep = [(value, *self.snapshot(**{name: value})) for value in values]
        self.set(**before)
        return sweep

    def printed(self, values: dict[str, Sequence[Any]], salt: str) -> Iterator[Frame]:
        """A frame for each combination of these values of the controls, the last the fastest.

        The names within the drawings are made from the salt, so that two widgets may share a
        page. A change of the still parts is slow: what makes one should come first.
        """
        self.figure.stale = True
        for combination in itertools.product(*values.values()):
            with figures.style(layers.SVG | {"svg.hashsalt": salt}):
                frame = self._frame(dict(zip(values, combination, strict=True)))
            # In print a tenth of a point is fine enough, a seventh of a pixel.
            yield frame._replace(moving=re.sub(r"(?<=\d\d\.\d)\d+", "", frame.moving))
        self.redraw()

    def _frame(self, values: Values) -> Frame:
        """What is shown at these values of the controls, in the style that is lent."""
        sentence = figures.minus(self._move(**values))
        if self.figure.stale:
            self._still = layers.still_parts(self.figure)
        drawing = layers.moving_parts(self.figure, sentence)
        return Frame(self._still, drawing, sentence, self._places(values))

    def close(self) -> None:
        """Let go of the figure and of every part, whoever still holds the widget itself."""
        if hasattr(self, "figure"):
            with figures.DRAWING:
                self._waiting = False
                for part in list(rerun.parts(self)):
                    Widget.close(part)
                self.children = ()
                del self._move, self.figure, self.picture, self.holds

    def _places(self, values: Values) -> list[tuple[float, float, str] | None]:
        """Where the handles are now, and what they say."""
        places: list[tuple[float, float, str] | None] = []
        for each, moves in zip(self.holds, self.moves, strict=True):
            following = (said(self.controls[name], values[name]) for name in moves)
            says = figures.minus(each.says(values)) if each.says else ", ".join(following)
            places.append((*each.share(), says) if each.seen() else None)
        return places

    def _take(self, _: object, hand: dict[str, Any], _buffers: object) -> None:
        """Do what the hand does: the controls follow, and the picture follows them."""
        with figures.DRAWING:
            each = self.holds[hand["handle"]]
            if "by" in hand:
                any(map(self._put, each.strides(*hand["by"], self.values)))
                return
            if hand["first"] or each.draws:
                self._before = self.values
            values = self._before
            for x, y in hand["places"]:
                values = values | each.taken(np.array([x, 1 - y]) * self.figure.bbox.size, values)
            if hand["first"]:
                for name in values:
                    getattr(self.controls[name], "note", lambda: None)()
            self._put(values)

    def _put(self, values: Values) -> bool:
        """Move controls as near to these values as they go; whether one has moved."""
        nearest = {name: fitting(self.controls[name], value) for name, value in values.items()}
        moved = {name: value for name, value in nearest.items() if value != self.values[name]}
        with ExitStack() as later:  # the sliders follow the picture
            for name in moved:
                later.enter_context(self.controls[name].hold_sync())
            self._assign(moved)
            if moved:
                self._changed(None)
        return bool(moved)

    def _assign(self, values: Values) -> None:
        """Give controls these values without drawing at each."""
        self._busy = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._busy = False

    def _changed(self, _change: object) -> None:
        with figures.DRAWING:
            if self._busy or self._waiting:
                return
            wait = self._next_frame - time.monotonic()
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                wait = 0.0
            if wait > 0:
                self._waiting = True
                loop.call_later(wait, self._catch_up)
            else:
                self.redraw()

    def _catch_up(self) -> None:
        with figures.DRAWING:
            if self._waiting:
                self.redraw()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        rerun.note(self)
        # The picture and the sentence stand in wherever the widget is dead: on GitHub, in print.
        picture, sentence = self.snapshot()
        width, height = (round(float(inches) * 100) for inches in self.figure.get_size_inches())
        view = {"model_id": self.model_id, "version_major": 2, "version_minor": 0}
        return {
            "application/vnd.jupyter.widget-view+json": view,
            "image/png": b64encode(picture).decode(),
            "text/plain": sentence,
        }, {"image/png": {"alt": sentence, "width": width, "height": height}}
