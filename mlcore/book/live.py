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
import gc
import html
import io
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
from IPython import get_ipython
from ipywidgets import Box, Button, Layout, VBox, Widget
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from PIL import Image
from traitlets import Dict, Int, List, Unicode

from mlcore._arguments import Array
from mlcore.book import figures

__all__ = ["Frame", "Live", "Move", "Press", "To", "Values", "hold", "moving", "show_if", "stops"]

Move = Callable[..., str]

Values = dict[str, Any]
"""Of controls, by their names."""

To = Callable[[float, float, Values], Values]
"""Turns a place in axes, and the values when the hand took hold, into values of controls."""

FRAME = 1 / 60
"""Seconds between two drawings: the messages that arrive meanwhile become one tick."""

PNG_DPI = 200
"""Two pixels of the still picture for each pixel on the page: sharp on every screen."""

SVG_DPI = 72
"""The moving parts are measured in points, as SVG wants them."""

SVG: dict[Any, Any] = {"svg.fonttype": "none", "font.sans-serif": ["DejaVu Sans", "Verdana"]}
"""Text goes to the page as text, which is fast."""


def moving(*artists: Artist) -> tuple[Any, ...]:
    """Mark the parts that ``move`` changes; they are drawn above all still ones.

    They have no say in the layout, so nothing shifts while they move; room for a text that
    moves is made by the limits of its axes, or by the widths of the subplots.
    """
    for artist in artists:
        artist.set(animated=True, in_layout=False)
    return artists


def show_if(condition: bool, *artists: Artist) -> None:
    """Show the parts or hide them; a still part that stays as it was costs nothing."""
    for artist in artists:
        if artist.get_visible() != condition:
            artist.set_visible(condition)


class Hold(NamedTuple):
    """A part of the picture that can be held; see `hold`."""

    artist: Any
    name: str
    to: To
    at: int | Callable[[], tuple[float, float]] | None
    anywhere: bool
    draws: bool
    says: Callable[[Values], str] | None

    def place(self) -> Array:
        """Where it is, (2,), in pixels from the lower left of the figure; nan if nowhere."""
        if callable(self.at):
            return self.artist.axes.transData.transform(self.at())
        points = self.artist.get_transform().transform(self.artist.get_xydata())
        if not len(points):
            return np.full(2, np.nan)
        return points.mean(axis=0) if self.at is None else points[self.at]

    def taken(self, place: Array, before: Values) -> Values:
        """The values of controls that a place leads to."""
        x, y = self.artist.axes.transData.inverted().transform(place)
        return self.to(float(x), float(y), before)


def hold(
    artist: Artist,
    name: str,
    to: To,
    at: int | Callable[[], tuple[float, float]] | None = None,
    *,
    anywhere: bool = False,
    draws: bool = False,
    says: Callable[[Values], str] | None = None,
) -> None:
    """Let the reader take hold of a part of the picture, by hand and by key.

    Parameters
    ----------
    artist : Artist
        A line (its middle is held, or its point number `at`), or any other part, axes too, with
        a function `at` that says where in its axes it is held.
    name : str
        What is held, such as ``"the line, by its middle"``, for those who do not see it.
    to : callable
        ``to(x, y, before)`` are values of controls, for a place in the axes of the artist and
        the values that there were when the hand took hold. They need not be possible: each
        control takes the nearest that it can.
    anywhere : bool
        Whether a touch anywhere in the axes takes it there.
    draws : bool
        Whether a stroke over the artist, which is then axes, is told point by point.
    says : callable, optional
        ``says(values)`` are words for where it is held, at these values of the controls; without
        it they are those of the controls that follow.
    """
    vars(artist).setdefault("held", []).append(Hold(artist, name, to, at, anywhere, draws, says))


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

    _esm = (Path(__file__).parent / "live.js").read_text("utf-8")
    still = Unicode().tag(sync=True)
    frame = Dict().tag(sync=True)
    handles: List[Any] = List().tag(sync=True)


class Press(Button):  # type: ignore[misc]
    """A button whose value is how often it was pressed."""

    value = Int(0)

    def __init__(self, description: str, **looks: Any) -> None:
        super().__init__(description=description, **looks)
        self.on_click(lambda _: self.set_trait("value", self.value + 1))


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
        self.sentence = ""
        self._start = self.values
        self.holds: list[Hold] = []
        self.moves: list[list[str]] = []
        self._busy = False
        self._waiting = False
        self._next_frame = 0.0
        self.picture = Picture(layout=Layout(width="100%"))
        self._svg = SVG | {"svg.hashsalt": self.picture.model_id}
        with figures.style():
            self.figure = figures.Sheet(width, height, dpi=SVG_DPI)
            self._move = draw(self.figure)
            _lay_out(self.figure)
            self.redraw()
            parts = self.figure.findobj()
            self.holds = [each for part in parts for each in vars(part).get("held", ())]
            self.moves = [list(each.taken(each.place(), self.values)) for each in self.holds]
            self.picture.handles = [self._handle(each) for each in self.holds]
            self.picture.frame = self.picture.frame | {"places": self._places(self.values)}
        self.picture.on_msg(self._take)
        for control in controls.values():
            control.observe(self._changed, "value")
        super().__init__([_panel(controls, self.reset), self.picture])
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
            with figures.style(SVG | {"svg.hashsalt": salt}):
                frame = self._frame(dict(zip(values, combination, strict=True)))
            # In print a hundredth of a point is fine enough.
            yield frame._replace(moving=re.sub(r"(?<=\d\d\.\d\d)\d+", "", frame.moving))
        self.redraw()

    def _frame(self, values: Values) -> Frame:
        """What is shown at these values of the controls, in the style that is lent."""
        sentence = figures.minus(self._move(**values))
        if self.figure.stale:
            self._still = _picture(self.figure)
        return Frame(self._still, _drawing(self.figure, sentence), sentence, self._places(values))

    def close(self) -> None:
        """Let go of the figure and of every part, whoever still holds the widget itself."""
        if hasattr(self, "figure"):
            with figures.DRAWING:
                self._waiting = False
                for part in list(_parts(self)):
                    Widget.close(part)
                self.children = ()
                del self._move, self.figure, self.picture, self.holds

    def _handle(self, hold: Hold) -> dict[str, Any]:
        """What the page has to know of a handle."""
        on, (width, height) = hold.artist.axes, self.figure.bbox.size
        (left, bottom), (right, top) = on.bbox.min, on.bbox.max
        reach, place = 0.2 * on.bbox.size, (on.bbox.min + on.bbox.max) / 2
        along = "".join(
            name
            for name, way in (("x", reach * (1, 0)), ("y", reach * (0, 1)))
            if hold.taken(place + way, self.values) != hold.taken(place - way, self.values)
        )
        box = [left / width, 1 - top / height, right / width, 1 - bottom / height]
        asks = {"anywhere": hold.anywhere, "draws": hold.draws}
        return {"name": hold.name, "along": along, "box": box, **asks}

    def _places(self, values: Values) -> list[tuple[float, float, str] | None]:
        """Where the handles are now, and what they say."""
        width, height = self.figure.bbox.size
        places: list[tuple[float, float, str] | None] = []
        for each, moves in zip(self.holds, self.moves, strict=True):
            x, y = each.place()
            following = (_said(self.controls[name], values[name]) for name in moves)
            says = figures.minus(each.says(values)) if each.says else ", ".join(following)
            seen = each.artist.get_visible() and np.isfinite(x + y) and not each.draws
            places.append((round(x / width, 4), round(1 - y / height, 4), says) if seen else None)
        return places

    def _take(self, _: object, hand: dict[str, Any], _buffers: object) -> None:
        """Do what the hand does: the controls follow, and the picture follows them."""
        with figures.DRAWING:
            each = self.holds[hand["handle"]]
            if "by" in hand:
                self._stride(each, *hand["by"])
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

    def _stride(self, each: Hold, right: float, up: float) -> None:
        """Go the shortest way in this direction that makes a difference."""
        along = self._handle(each)["along"]
        way = {"x": (right or up, 0), "y": (0, up or right)}.get(along, (right, up))
        for strides in 2.0 ** np.arange(8):
            place = each.place() + 0.01 * strides * each.artist.axes.bbox.size * way
            if self._put(each.taken(place, self.values)):
                return

    def _put(self, values: Values) -> bool:
        """Move controls as near to these values as they go; whether one has moved."""
        fitting = {name: _fitting(self.controls[name], value) for name, value in values.items()}
        moved = {name: value for name, value in fitting.items() if value != self.values[name]}
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
        _note(self)
        # The picture and the sentence stand in wherever the widget is dead: on GitHub, in print.
        picture, sentence = self.snapshot()
        width, height = (round(float(inches) * 100) for inches in self.figure.get_size_inches())
        view = {"model_id": self.model_id, "version_major": 2, "version_minor": 0}
        return {
            "application/vnd.jupyter.widget-view+json": view,
            "image/png": b64encode(picture).decode(),
            "text/plain": sentence,
        }, {"image/png": {"alt": sentence, "width": width, "height": height}}


def _parts(widget: Any) -> Iterator[Any]:
    """The widget and all that it is made of."""
    for child in getattr(widget, "children", ()):
        yield from _parts(child)
    yield from (part for name in ("layout", "style") if (part := getattr(widget, name, None)))
    yield widget


SHOWN: list[Live] = []
"""By the cell that is running."""

CELLS: dict[str, list[tuple[int | None, list[Live]]]] = {}
"""The last run of each cell: its number, and what it has shown. A cell without a name is known
by its code, and its last two runs are kept, as there may be a copy of it."""


def _note(live: Live) -> None:
    """Remember that the cell which is running shows this widget."""
    if (shell := get_ipython()) is not None:
        SHOWN.append(live)
        if _let_go not in shell.events.callbacks["post_run_cell"]:
            shell.events.register("post_run_cell", _let_go)


def _let_go(result: Any) -> None:
    """Close what the cell showed before it was run again, unless another cell shows it, too."""
    name = getattr(result.info, "cell_id", None)
    runs = CELLS.setdefault(name or result.info.raw_cell, [])
    runs.append((result.execution_count, SHOWN.copy()))
    SHOWN.clear()
    gone, runs[:] = runs[: -1 if name else -2], runs[-1 if name else -2 :]
    kept = {live for runs in CELLS.values() for _, shown in runs for live in shown}
    history = getattr(get_ipython().history_manager, "outputs", {})
    for number, shown in gone:
        if not kept.issuperset(shown):
            history.pop(number, None)  # holds the picture
            for live in set(shown) - kept:
                live.close()
            gc.collect()  # the parts of a figure hold on to each other


def stops(control: Any, at_most: int = 25) -> list[Any]:
    """The values of a control, from its first to its last, thinned out evenly to `at_most`."""
    if hasattr(control, "options"):
        names = control.options
        return [name[1] if isinstance(name, tuple) else name for name in names]
    if not hasattr(control, "min"):
        return [False, True] if isinstance(control.value, bool) else [control.value]
    n_steps = round((control.max - control.min) / control.step)
    steps = np.linspace(0, n_steps, min(at_most, n_steps + 1)).round()
    values = [round(control.min + step * control.step, 10) for step in steps.tolist()]
    if hasattr(control, "base"):
        return [control.base**value for value in values]
    return [type(control.value)(value) for value in values]


def _fitting(control: Any, value: Any) -> Any:
    """The nearest value that a control can take."""
    values = stops(control, at_most=100_000)
    if len(values) == 1 or not np.isscalar(value):
        return value
    return value if value in values else min(values, key=lambda each: abs(each - value))


def _said(control: Any, value: Any) -> str:
    """A control and its value in words."""
    label = getattr(control, "description", "") or control.label
    named = {each[1]: each[0] for each in getattr(control, "options", ()) if len(each) == 2}
    written = (
        named.get(value, "") if named else format(value, getattr(control, "readout_format", ""))
    )
    return figures.minus(f"{label} {written}")


def _panel(controls: dict[str, Any], reset: Callable[[], object]) -> Box:
    """The controls in rows, their labels as wide as the longest of them."""
    sliders = [control for control in controls.values() if hasattr(control, "orientation")]
    longest = max((len(slider.description) for slider in sliders), default=0)
    for control in controls.values():
        if hasattr(control, "description"):
            control.style.description_width = "initial"
            control.layout.width = "auto"
        if hasattr(control, "button_style"):
            control.style.button_width = "auto"
    for slider in sliders:
        slider.style.description_width = f"{longest}ch"
        slider.layout.flex = "1 1 340px"
    at = Layout(width="auto", margin="2px 2px 2px auto")
    again = Button(description="Reset", tooltip="Back to the start", layout=at)
    again.on_click(lambda _: reset())
    return Box([*controls.values(), again], layout=Layout(flex_flow="row wrap", grid_gap="0 16px"))


def _lay_out(figure: figures.Sheet) -> None:
    """Give every part its place, once: afterwards nothing shifts while a control moves."""
    figure.dpi = PNG_DPI
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    figure.settle()
    figure.set_layout_engine("none")
    figure.stale = True


def _picture(figure: Figure) -> str:
    """The still parts, as a picture of few colours."""
    figure.dpi = PNG_DPI
    canvas, picture = FigureCanvasAgg(figure), io.BytesIO()
    canvas.draw()
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    pixels.quantize(256, Image.Quantize.MAXCOVERAGE).save(picture, "PNG")
    figure.dpi = SVG_DPI
    FigureCanvasAgg(figure)  # lets go of the many pixels
    figure.stale = False
    return f"data:image/png;base64,{b64encode(picture.getvalue()).decode()}"


def _drawing(figure: Figure, sentence: str) -> str:
    """The moving parts, as vector graphics that the sentence names."""
    text, words = io.StringIO(), html.escape(sentence)
    width, height = figure.bbox.size
    owners = (figure, *figure.axes)
    parts = [part for owner in owners for part in owner.get_children() if part.get_animated()]
    renderer = RendererSVG(width, height, text, image_dpi=PNG_DPI)
    for part in sorted(parts, key=Artist.get_zorder):
        part.draw(renderer)
    renderer.finalize()
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-live="off" aria-label="{words}">'
        f"{_trim(text.getvalue())}</svg>"
    )


def _trim(document: str) -> str:
    """Of an SVG document the drawing alone, with fewer words."""
    # The style in its head would reach the whole page, and so would the names of its groups.
    drawing = document.partition("</defs>")[2].rpartition("</svg>")[0]
    drawing = re.sub(r'<g id="[^"]*">', "<g>", drawing)
    # Markers in a row need their style once.
    alike = r'<use [^>]*? (style="[^"]*")/>(?:\s*<use [^>]*? \1/>)+'
    return re.sub(alike, lambda row: f"<g {row[1]}>{row[0].replace(row[1], '')}</g>", drawing)
