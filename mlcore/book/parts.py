"""Parts of a picture that move, and parts that can be held."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist

from mlcore._arguments import Array

__all__ = ["Hold", "To", "Values", "hold", "moving", "show_if"]

Values = dict[str, Any]
"""Of controls, by their names."""

To = Callable[[float, float, Values], Values]
"""Turns a place in axes, and the values when the hand took hold, into values of controls."""


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

    def seen(self) -> bool:
        """Whether there is a handle on it now."""
        return (
            bool(self.artist.get_visible() and np.isfinite(self.place()).all()) and not self.draws
        )

    def share(self) -> tuple[float, float]:
        """Where it is, as shares of the width and the height from the upper left."""
        x, y = self.place() / self.artist.get_figure(root=True).bbox.size
        return round(x, 4), round(1 - y, 4)

    def taken(self, place: Array, before: Values) -> Values:
        """The values of controls that a place leads to."""
        x, y = self.artist.axes.transData.inverted().transform(place)
        return self.to(float(x), float(y), before)

    def along(self, values: Values) -> str:
        """The ways on which it can go: `x`, `y`, or `xy`."""
        box = self.artist.axes.bbox
        middle, reach = (box.min + box.max) / 2, 0.2 * box.size
        return "".join(
            name
            for name, way in (("x", reach * (1, 0)), ("y", reach * (0, 1)))
            if self.taken(middle + way, values) != self.taken(middle - way, values)
        )

    def strides(self, right: float, up: float, values: Values) -> Iterator[Values]:
        """The values of controls to which ever longer strides in this direction lead."""
        way = {"x": (right or up, 0), "y": (0, up or right)}.get(self.along(values), (right, up))
        for length in 2.0 ** np.arange(8):
            place = self.place() + 0.01 * length * self.artist.axes.bbox.size * way
            yield self.taken(place, values)

    def told(self, values: Values) -> dict[str, Any]:
        """What the page has to know of its handle."""
        size = self.artist.get_figure(root=True).bbox.size
        (left, bottom), (right, top) = self.artist.axes.bbox.get_points() / size
        box = [left, 1 - top, right, 1 - bottom]
        asks = {"anywhere": self.anywhere, "draws": self.draws}
        return {"name": self.name, "along": self.along(values), "box": box, **asks}


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
