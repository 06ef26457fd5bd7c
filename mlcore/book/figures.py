"""How the book draws: one style, one colour for each role, and no picture without words.

A figure is begun with `axes` (or `panels`, for several), drawn on with `data`, `line`, `misses`
and `groups` (or matplotlib's own methods), and shown with `show`, which asks for a description:
a sentence that says what there is to see, with its numbers. It becomes the alt text of the
picture and its text form.

The style is the book's alone: whatever matplotlib's settings are in the session, the picture
is the same, and the settings are what they were. `style` lends the book's for a moment.

On a phone a picture as wide as a page would be shrunk until nobody can read it. While `narrow`
lasts, the same code draws for a phone: no wider than one, the panels one above another.
"""

import html
import inspect
import io
import re
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import pairwise
from textwrap import fill
from typing import Any

import matplotlib
import numpy as np
from cycler import cycler
from IPython.display import HTML, display
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.projections import get_projection_class
from matplotlib.text import Text
from numpy.typing import ArrayLike

from mlcore._arguments import Array

__all__ = [
    "CLASSES",
    "DATA",
    "ERROR",
    "MODEL",
    "NARROW",
    "PATH",
    "TRUTH",
    "Sheet",
    "axes",
    "data",
    "groups",
    "ink",
    "line",
    "minus",
    "misses",
    "narrow",
    "panels",
    "show",
    "space",
    "sticks",
    "style",
]

# The colours of M. Okabe & K. Ito (Color Universal Design, 2008), which readers with any
# kind of colour vision can tell apart; each role has a second cue besides.
DATA = "#000000"  # dots
MODEL = "#0072B2"  # solid
ERROR = "#D55E00"  # thin verticals
TRUTH = "#009E73"  # dashed
PATH = "#E69F00"  # with markers
CLASSES = (("#E69F00", "o"), ("#CC79A7", "s"), ("#56B4E9", "^"))  # colour and marker

INK = {
    ERROR: "#B54A00",
    TRUTH: "#00795A",
    PATH: "#8F6100",
    CLASSES[1][0]: "#9A3F77",
    CLASSES[2][0]: "#1F6F9E",
}
"""The shade in which a word says its colour: on white these stand out by 4.5 to 1 and more."""

UNSEEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)"

OURS = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#595959",
    "axes.grid": True,
    "axes.labelcolor": "#262626",
    "axes.labelsize": 11,
    "axes.prop_cycle": cycler(color=[MODEL, ERROR, TRUTH, PATH]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.w_pad": 0.08,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "font.size": 10.5,
    "grid.color": "#E5E5E5",
    "image.cmap": "cividis",
    "legend.frameon": False,
    "lines.linewidth": 2,
    "xtick.color": "#595959",
    "ytick.color": "#595959",
}
STYLE = {
    name: value
    for name, value in {**matplotlib.rcParamsDefault, **matplotlib.RcParams(OURS)}.items()
    if not name.startswith("backend")
}
"""All of matplotlib's settings, as the book has them; none is left to the session."""

DRAWING = threading.RLock()
"""Held while the book draws: JupyterLab's messages may come to the kernel in two threads."""


LENT: list[Mapping[str, Any] | None] = []
"""What was asked for besides the book's settings, of all that is lent now."""


@contextmanager
def style(more: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Lend matplotlib the book's settings, and these, and give it back the session's."""
    # `rc_context` would check every setting anew, which takes longer than to draw.
    settings: dict[Any, Any] = matplotlib.rcParams
    with DRAWING:
        if LENT and not LENT[-1] and not more:  # they are the book's already: to say so again
            yield  # for each part of a picture takes as long as to draw it
            return
        before = {name: dict.__getitem__(settings, name) for name in STYLE}
        dict.update(settings, STYLE)
        dict.update(settings, more or {})
        LENT.append(more)
        try:
            yield
        finally:
            LENT.pop()
            dict.update(settings, before)


NARROW = 3.75
"""The width of a picture for a phone, in inches of 100 pixels: its words are 10 points there."""

PANEL, TALLEST = 2.7, 4.2
"""The height in inches of one panel of several, and the most that one alone has there."""

_FOR_A_PHONE: ContextVar[bool] = ContextVar("for a phone", default=False)


@contextmanager
def narrow() -> Iterator[None]:
    """Draw for a phone what is begun meanwhile."""
    before = _FOR_A_PHONE.set(True)
    try:
        yield
    finally:
        _FOR_A_PHONE.reset(before)


class Sheet(Figure):
    """A figure of this size in inches, or for a phone no wider than one."""

    def __init__(self, width: float, height: float, **looks: Any) -> None:
        self.narrow = _FOR_A_PHONE.get() and width > NARROW
        size = (NARROW, min(height, TALLEST)) if self.narrow else (width, height)
        super().__init__(figsize=size, **({"layout": "constrained"} | looks))

    def subplots(self, nrows: int = 1, ncols: int = 1, **looks: Any) -> Any:
        """Panels beside each other, or for a phone one above another."""
        if not self.narrow or ncols == 1:
            return super().subplots(nrows, ncols, **looks)
        looks.pop("width_ratios", None)
        looks["height_ratios"] = np.repeat(looks.get("height_ratios", np.ones(nrows)), ncols)
        self.set_figheight(_tall(nrows * ncols))
        return super().subplots(nrows * ncols, 1, **looks).reshape(nrows, ncols).squeeze()

    def subplot_mosaic(self, mosaic: Any, slim: Any = None, **looks: Any) -> Any:
        """Panels as they are laid out here, or for a phone one above another, or as in `slim`."""
        if not self.narrow:
            return super().subplot_mosaic(mosaic, **looks)
        heights: dict[str, float] = {}
        for row, height in zip(
            mosaic, looks.get("height_ratios", np.ones(len(mosaic))), strict=True
        ):
            heights |= {name: max(height, heights.get(name, 0)) for name in row}
        rows: Any = slim or [[name] for name in heights]
        ratios = [heights[row[0]] for row in rows]
        self.set_figheight(_tall(sum(ratios) / max(ratios)))
        return super().subplot_mosaic(rows, height_ratios=ratios)

    def colorbar(self, *args: Any, **looks: Any) -> Any:
        """A bar of colours beside its panel, or for a phone below it."""
        if self.narrow:
            looks["location"] = "bottom"
        return super().colorbar(*args, **looks)

    def lay_out(self) -> None:
        """Give every part its place, without drawing any."""
        engine = self.get_layout_engine()
        if engine and self.axes:
            engine.execute(self)

    def settle(self) -> None:
        """For a phone, leave no more words at an axis than there is room for."""
        if not self.narrow:
            return
        self.lay_out()
        for on in self.axes:
            if hasattr(on, "zaxis"):  # what stands aslant has its place only when it is drawn
                continue
            for way, label in enumerate((on.xaxis.label, on.yaxis.label)):
                start, end = label.get_window_extent().get_points()[:, way]
                if start < 0 or end > self.bbox.max[way]:
                    words = label.get_text()
                    label.set_text(fill(words, len(words) // 2 + 6))
                    self.lay_out()
            while _crowded(labels := _below(on)):
                kept = labels[len(labels) % 4 // 3 :: 2]  # what is in the middle stays
                words = {each.get_position()[0]: each.get_text() for each in kept}
                limits = on.get_xlim()
                on.set_xticks([*words], [*words.values()])
                on.set_xlim(limits)
                self.lay_out()


def _tall(panels: float) -> float:
    """The height of so many panels above each other, in inches: those of many are lower."""
    return min(PANEL * panels, 3 + 1.2 * panels)


def _below(on: Axes) -> list[Text]:
    """The words at the marks of the x axis that are to be seen."""
    low, high = sorted(on.get_xlim())
    return [
        label
        for label in on.get_xticklabels()
        if label.get_text() and label.get_visible() and low <= label.get_position()[0] <= high
    ]


def _crowded(labels: list[Text]) -> bool:
    """Whether they stand closer than a space."""
    places = [label.get_window_extent() for label in labels]
    return any(after.x0 < before.x1 + before.height / 3 for before, after in pairwise(places))


def _in_style(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def styled(*args: Any, **kwargs: Any) -> Any:
        with style():
            return method(*args, **kwargs)

    return styled


def _always_in_style(kind: type) -> Any:
    """The same kind of object, whose methods draw in the style of the book wherever called."""
    methods = {
        name: _in_style(method)
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith(("_", "cla"))  # `cla` is `clear` under a name of old
    }
    return type(kind.__name__, (kind,), methods)


Paper, Panel = _always_in_style(Sheet), _always_in_style(Axes)


def axes(x_label: str, y_label: str, width: float = 7.2, height: float = 4.0) -> Axes:
    """An empty picture, its axes labelled with quantity and unit; sizes in inches."""
    with style():
        figure = Paper(width, height, facecolor="none")
        FigureCanvasAgg(figure)
        figure.add_artist(_card(figure))
        return figure.subplots(
            subplot_kw={"axes_class": Panel, "xlabel": x_label, "ylabel": y_label}
        )


def space(x_label: str, y_label: str, z_label: str) -> Any:
    """An empty picture with a third axis that goes up, seen from above and from the side."""
    with style():
        figure = Paper(7.2, 4.2, facecolor="none", layout="none")
        FigureCanvasAgg(figure)
        figure.add_artist(_card(figure))
        if figure.narrow:
            figure.set_figheight(3.3)
        kind = _always_in_style(get_projection_class("3d"))
        on = figure.add_subplot(axes_class=kind, xlabel=x_label, ylabel=y_label)
        on.set(zlabel=z_label, position=(-0.06, 0.04, 0.9, 1) if figure.narrow else (0, 0.05, 1, 1))
        on.view_init(25, -80)
        on.set_box_aspect((1.3, 1.3, 0.8), zoom=0.85 if figure.narrow else 1)
        on.yaxis.labelpad, on.zaxis.labelpad = 14, 30  # what is written upwards is wide
        on.tick_params("z", pad=12)
        for axis in (on.xaxis, on.yaxis, on.zaxis):
            axis.set_pane_color("white")
            axis.set_major_formatter("{x:.0f}")
        return on


def panels(rows: int, columns: int, width: float = 7.2, height: float = 4.6) -> list[Axes]:
    """Empty pictures in rows, in reading order; for a phone one above another."""
    with style():
        figure = Paper(width, height, facecolor="none")
        FigureCanvasAgg(figure)
        grid = figure.subplots(rows, columns, squeeze=False, subplot_kw={"axes_class": Panel})
        figure.add_artist(_card(figure))
        return list(np.ravel(grid))


def _card(figure: Figure) -> FancyBboxPatch:
    """A white card with round corners, for pages that are dark; on a white one it is not seen."""
    width, height = figure.get_size_inches()
    card = FancyBboxPatch((0, 0), width, height, boxstyle="round,pad=0,rounding_size=0.1")
    card.set(color="white", linewidth=0, zorder=-9, in_layout=False)
    card.set_transform(figure.dpi_scale_trans)
    return card


def ink(color: str) -> str:
    """The shade for words about something drawn in this colour, dark enough to be read."""
    return INK.get(color, color)


def minus(text: str) -> str:
    """The text with a minus sign for each hyphen before a number, and none before a zero."""
    text = re.sub(r"(?<![\w.])-(?=0(?:\.0+)?(?!\.?\d))", "", text)
    return re.sub(r"(?<![\w.])-(?=[\d.])", "−", text)


def data(on: Axes, x: ArrayLike, y: ArrayLike, size: float = 14) -> Any:
    """The data: black dots, see-through where they pile up."""
    return on.scatter(x, y, s=size, color=DATA, alpha=0.55, linewidths=0, zorder=2)


def groups(on: Axes, x: ArrayLike, y: ArrayLike, labels: ArrayLike, names: Sequence[str]) -> None:
    """The data told apart by class: a colour and a marker each, named in a legend."""
    x, y, labels = np.asarray(x), np.asarray(y), np.asarray(labels)
    for label, name in enumerate(names):
        color, marker = CLASSES[label]
        member = labels == label
        on.scatter(
            x[member],
            y[member],
            s=26,
            color=color,
            marker=marker,
            label=name,
            edgecolors="#262626",
            linewidths=0.5,
            zorder=2,
        )
    on.legend(loc="best", handletextpad=0.2)


def line(
    on: Axes,
    x: ArrayLike,
    y: ArrayLike,
    name: str,
    color: str = MODEL,
    style: str = "-",
    lift: float = 0,
) -> Any:
    """A line, with its name at its end in place of a legend, lifted by so many points."""
    x, y = np.asarray(x), np.asarray(y)
    (drawn,) = on.plot(x, y, color=color, linestyle=style, zorder=3)
    on.annotate(
        name,
        (x[-1], y[-1]),
        xytext=(6, lift),
        textcoords="offset points",
        va="center",
        color=ink(color),
    )
    return drawn


def misses(on: Axes, x: ArrayLike, predictions: ArrayLike, targets: ArrayLike) -> Any:
    """The misses: a thin vertical from each target to its prediction."""
    strokes = sticks(x, predictions, targets)
    return on.plot(*strokes, color=ERROR, linewidth=0.8, alpha=0.8, zorder=1)[0]


def sticks(x: ArrayLike, starts: ArrayLike, ends: ArrayLike) -> tuple[Array, Array]:
    """Verticals as the points of one line with gaps, which draws faster than many lines."""
    x, starts, ends = np.broadcast_arrays(x, starts, ends)
    gaps = np.full(x.shape, np.nan)
    return np.repeat(x, 3), np.stack([starts, ends, gaps], axis=-1).ravel()


def show(on: Axes, description: str) -> None:
    """Show the picture, with the sentence that says what there is to see in it."""
    if len(description.split()) < 5:
        raise ValueError(f"description is {description!r}, wanted a sentence with its numbers")
    description = minus(description)
    figure = on.get_figure(root=True)
    assert isinstance(figure, Figure)
    width, height = (round(float(inches) * 100) for inches in figure.get_size_inches())
    display(
        {"image/png": b64encode(png(figure)).decode(), "text/plain": description},
        metadata={"image/png": {"alt": description, "width": width, "height": height}},
        raw=True,
    )
    # JupyterLab gives its pictures no alt text, so the words also stand beside the picture,
    # for screen readers only.
    display(HTML(f'<p style="{UNSEEN}">{html.escape(description)}</p>'))


class Saving(FigureCanvasAgg):
    """Takes a picture with its moving parts; `savefig`, to lay it out, draws it once more."""

    def is_saving(self) -> bool:
        """Moving parts are left out of what is not saved."""
        return True


def png(figure: Figure, dpi: float = 200) -> bytes:
    """The picture as a PNG file, the same bytes each time."""
    buffer = io.BytesIO()
    with style():
        if isinstance(figure, Sheet):
            figure.settle()
        canvas, before = figure.canvas, figure.dpi
        try:
            figure.dpi = dpi
            saving: Any = Saving(figure)
            saving.print_png(buffer, metadata={"Software": None})
        finally:
            figure.dpi = before
            figure.set_canvas(canvas)
    return buffer.getvalue()
