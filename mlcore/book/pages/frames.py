"""A widget without a kernel: a frame for each combination of its controls, on one page.

All is printed twice: as wide as in the chapter, and for a phone.

The controls become the inputs of HTML, which every browser moves by hand and by key. Each
has a `data-stride`: the place of the frame is the sum of the values of the inputs times
their strides. ``page.js`` looks the frame up, and the one nearest to a hand that holds the
picture; ``live.js`` shows it.
"""

import html
import importlib
import json
import math
import zlib
from base64 import b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from ipywidgets import Checkbox, Dropdown

from mlcore.book import figures
from mlcore.book.live import Frame, Live, Press, stops
from mlcore.book.pages import small

FRAMES = 100
"""So many at least has a widget whose stops are not chosen below."""

STOPS: dict[str, dict[str, int | tuple[float, ...]]] = {
    "explore_batches": {"learning_rate": 5},
    "explore_boundary": {"length": 11, "depth": 9, "bias": 5},
    "explore_degree": {"degree": 9, "birds": (20, 50, 200), "lift": (-1500, 0, 1500)},
    "explore_descent": {
        "learning_rate": (0.001, 0.01, 0.03, 0.1, 0.17, 0.19, 0.21, 0.9, 1.1, 3),
        "start_w": (0, 4),
        "start_b": (0, 2),
        "steps": (0, 1, 2, 10, 50, 200),
    },
    "explore_digit": {"picture": 24},
    "explore_draws": {"birds": (20, 200)},
    "explore_far_point": {"length": 15, "count": 11},
    "explore_landscapes": {"weight": 9, "bias": 7, "steps": (0, 5, 20, 200, 1000)},
    "explore_leverage": {"flipper": 11, "mass": 11},
    "explore_line": {"weight": 21, "bias": 19},
    "explore_model": {
        "steps": (0, 1, 3, 10, 30, 100),
        "rate": (0.5, 2),
        "l2": (0, 0.05),
    },
    "explore_momentum": {
        "momentum": (0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.94, 0.98),
        "learning_rate": (0.05, 0.1, 0.15, 0.17),
        "steps": (0, 3, 6, 10, 20, 50, 100, 200),
    },
    "explore_network": {"steps": (0, 5, 10, 15, 20, 30, 60, 100, 300)},
    "explore_one_bird": {"bird": 42},
    "explore_outlier": {
        "first": (2500, 3000, 3750, 5000, 6000, 7350, 8000),
        "number": (3000, 3250, 3500, 3580, 3650, 3662.5, 3750, 4000, 4300, 4650, 5000),
        "delta": (50, 500, 2000),
    },
    "explore_outlier_line": {"flipper": 7, "mass": 12},
    "explore_overfit": {"l2": 7},
    "explore_promises": {"l2": 7, "length": (60, 80, 100, 120)},
    "explore_plane": {
        "share": (0.1, 0.5, 0.7, 0.86, 1, 1.2, 1.5, 1.7, 1.88, 2),
        "momentum": (0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95),
    },
    "explore_scores": {
        "adelie": (-5, -2, 1, 4),
        "gentoo": (-4, -1, 2, 5),
        "shift": (-1000, 0, 300, 700, 710, 1000),
    },
    "explore_sigmoid": {
        "even": (36, 40, 42, 44.1, 46, 48, 49, 52, 56),
        "weight": (0.06, 0.16, 0.3, 0.5, 0.76, 1.04, 1.4, 2, 3),
    },
    "explore_simplex": {"step": (0, 1, 2, 5, 10, 50, 200), "length": 8, "depth": 4},
    "explore_slope": {
        "start": (-4, -2.5, -1, 1, 2.5, 4),
        "learning_rate": (0.05, 0.2, 0.4, 0.5, 0.6, 0.8, 0.95, 1, 1.05, 1.1, 1.2),
        "steps": (0, 1, 2, 3, 5, 10, 20, 30),
    },
    "explore_squares": {"weight": 21, "bias": 19},
    "explore_threshold": {
        "threshold": (
            *(0.01, 0.02, 0.05, 0.09, 0.15, 0.2, 0.3, 0.4),
            *(0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99),
        ),
        "false_alarm": (1, 2, 5, 10, 20),
        "missed": (1, 2, 5, 10, 20),
    },
}
"""Where sliders stop: so many stops, or these, among them what the chapter tells a reader to try.

A frame takes about 10 ms to print.
"""

LABELS = {
    "Your digit: draw on the picture, or press squares (full, half, none)": (
        "ink (to draw, open the chapter in Jupyter)"
    )
}
"""What a label says where there is no Python."""

PRESSES = 4
"""A button that deals anew comes back to its first deal after so many presses."""


class Moving(NamedTuple):
    """A widget as an HTML figure, and its frames."""

    attributes: str
    content: str
    packs: dict[str, str]
    """Packed frames, by how wide they are: `wide` and `narrow`."""

    def html(self, apart: str = "") -> str:
        """The figure with its frames in it, or `apart`: in files whose names begin so."""
        inside = "" if apart else "\n".join(map(_inside, self.packs.items()))
        return (
            f'<figure class="live" data-frames="{apart}" {self.attributes}>\n'
            f"{self.content}\n{inside}</figure>"
        )


def figure(widget: str, name: str) -> Moving:
    """The widget, such as ``mlcore.book.widgets.losses.explore_squares``, under this name."""
    live, values = _made(widget)
    with figures.narrow():
        slim, _ = _made(widget)
    order = sorted(values, key=lambda key: _is_slider(live.controls[key]))  # still parts first
    counts = [len(values[key]) for key in order]
    strides = {key: math.prod(counts[place + 1 :]) for place, key in enumerate(order)}
    grid: dict[str, Sequence[Any]] = {key: values[key] for key in order}
    wide, narrow = (list(each.printed(grid, salt=name)) for each in (live, slim))
    start = sum(values[key].index(live.values[key]) * strides[key] for key in order)
    controls = "\n".join(
        _control(live.controls[key], name, key, live.values[key], values[key], strides[key])
        for key in live.controls
    )
    held = _held(live)
    packs = {
        "wide": _packed(wide, wide[start], held),
        "narrow": _packed(narrow, narrow[start], held),
    }
    handles = {"wide": _handles(live, held), "narrow": _handles(slim, held)}
    attributes = (
        f'id="{name}-live" data-handles="{html.escape(json.dumps(handles))}" '
        f'style="max-width: {round(100 * live.figure.get_figwidth())}px"'
    )
    content = f"""<form hidden autocomplete="off">
{controls}
<button type="reset">Reset</button>
</form>
<div class="mlcore-picture">{_picture(wide[start])}</div>
<template>{_picture(narrow[start])}</template>
<figcaption class="mlcore-sentence" aria-live="polite">{html.escape(live.sentence)}</figcaption>"""
    return Moving(attributes, content, packs)


def _made(widget: str) -> tuple[Live, dict[str, list[Any]]]:
    """The widget, and where its controls stop."""
    module, _, function = widget.rpartition(".")
    live = getattr(importlib.import_module(module), function)()
    return live, {key: _values(live, function, key) for key in live.controls}


def _picture(frame: Frame) -> str:
    still = small.smaller(frame.still)
    return f'<img alt="" src="{still}"><div class="mlcore-front">{frame.moving}</div>'


def _inside(pack: tuple[str, str]) -> str:
    return f'<script type="application/octet-stream" class="{pack[0]}">{pack[1]}</script>'


def _held(live: Live) -> list[int]:
    """The handles that find their pictures here; of many free numbers there would be too many."""
    alone = {key for key, value in live.values.items() if np.isscalar(value)}
    return [i for i, moves in enumerate(live.moves) if alone.issuperset(moves)]


def _handles(live: Live, held: list[int]) -> list[dict[str, Any]]:
    """What can be held, and the controls that follow."""
    return [live.picture.handles[i] | {"moves": live.moves[i]} for i in held]


def _packed(frames: list[Frame], first: Frame, held: list[int]) -> str:
    """All frames, each still picture once and the first, which the page has, left out."""
    stills = dict.fromkeys([first.still, *(frame.still for frame in frames)])
    places = {still: place for place, still in enumerate(stills)}
    told = {
        "stills": ["", *map(small.smaller, list(stills)[1:])],
        "frames": [
            [
                places[frame.still],
                frame.moving,
                frame.sentence,
                [(place := frame.places[i]) and place[:2] for i in held],
            ]
            for frame in frames
        ],
    }
    return b64encode(zlib.compress(json.dumps(told, ensure_ascii=False).encode(), 9)).decode()


def _is_slider(control: Any) -> bool:
    return hasattr(control, "max")


def _values(live: Live, widget: str, key: str) -> list[Any]:
    """Where a control stops on the page; where it begins is always one of them."""
    control, chosen = live.controls[key], STOPS.get(widget, {}).get(key)
    if isinstance(control, Press):
        return list(range(PRESSES))
    if not _is_slider(control):
        return stops(control)
    if chosen is None:
        n_sliders = sum(map(_is_slider, live.controls.values()))
        chosen = max(2, round(FRAMES ** (1 / n_sliders)))
    values = stops(control, chosen) if isinstance(chosen, int) else chosen
    return sorted({*values, control.value})


def _control(
    control: Any, widget: str, key: str, value: Any, values: list[Any], stride: int
) -> str:
    """A control of the widget, as an input whose value counts the stops from 0."""
    written = getattr(control, "description", "") or control.label
    label = html.escape(LABELS.get(written, written))
    at = f'data-control="{key}" data-count="{len(values)}" data-stride="{stride}"'
    at += " data-anew" * getattr(control, "begins_anew", False)
    place = values.index(value)
    if isinstance(control, Press):
        return f'<button type="button" value="0" {at}>{label}</button>'
    if isinstance(control, Checkbox):
        checked = " checked" if value else ""
        return f'<label><input type="checkbox" value="1" {at}{checked}> {label}</label>'
    if not _is_slider(control):
        return _choice(control, f"{widget}-{key}", label, place, at)
    said = [_said(control, value) for value in values]
    walks = getattr(control, "walks", False)
    return (
        f'<label>{label} <input type="range" max="{len(values) - 1}" value="{place}" {at} '
        f"data-said='{html.escape(json.dumps(said))}' aria-valuetext=\"{said[place]}\">"
        f"<output>{said[place]}</output></label>"
    ) + '\n<button type="button" class="mlcore-watch">Watch</button>' * walks


def _choice(control: Any, name: str, label: str, place: int, at: str) -> str:
    """One of several: a row of radio buttons, or a list that opens where the names are long."""
    options = [option[0] if isinstance(option, tuple) else option for option in control.options]
    names = [html.escape(str(option)) for option in options]
    if isinstance(control, Dropdown):
        items = "".join(
            f'<option value="{i}"{" selected" if i == place else ""}>{option}</option>'
            for i, option in enumerate(names)
        )
        return f"<label>{label} <select {at}>{items}</select></label>"
    items = "".join(
        f'<label><input type="radio" name="{name}" value="{i}" {at}'
        f"{' checked' if i == place else ''}> {option}</label>"
        for i, option in enumerate(names)
    )
    return f"<fieldset><legend>{label}</legend>{items}</fieldset>"


def _said(control: Any, value: Any) -> str:
    """The value as the widget writes it."""
    return format(value, getattr(control, "readout_format", ""))
