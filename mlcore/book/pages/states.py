"""What a widget shows on paper: its controls in words, and for some a strip of telling states."""

import importlib
from functools import cache
from typing import Any

from mlcore.book.live import Live

STATES: dict[str, list[dict[str, Any]]] = {
    "explore_leverage": [
        {"flipper": 198, "mass": 6500},
        {"flipper": 260, "mass": 6500},
        {"flipper": 260, "mass": 3500},
    ],
    "explore_sign_flip": [{"model": "alone"}, {"model": "species"}, {"model": "each"}],
    "explore_outlier": [{"first": 2500}, {"first": 3750}, {"first": 7350}],
    "explore_outlier_line": [{"mass": 5500}, {"mass": 12000}, {"mass": 1000}],
    "explore_degree": [{"degree": 1}, {"degree": 2}, {"degree": 9}],
    "explore_draws": [{"often": 0}, {"often": 3}, {"birds": 200, "often": 3}],
    "explore_slope": [{"learning_rate": rate, "steps": 8} for rate in (0.1, 0.9, 1.05)],
    "explore_descent": [
        {"learning_rate": 10**-0.72, "steps": 60},  # just below the limit
        {"learning_rate": 10**-0.68, "steps": 60},  # just above it
        {"learning_rate": 10**-0.72, "steps": 60, "standardise": True},
    ],
    "explore_momentum": [{"momentum": 0.0}, {"momentum": 0.8}, {"momentum": 0.98}],
    "explore_plane": [
        {"share": 0.86, "momentum": 0},
        {"share": 1.88, "momentum": 0.9},
        {"share": 0.5, "momentum": 0, "standardise": True},
    ],
    "explore_far_point": [{"length": 60}, {"length": 120}, {"length": 120, "count": 10}],
    "explore_landscapes": [{"steps": 20}, {"steps": 200}, {"steps": 1000}],
    "explore_overfit": [{"l2": 1.0}, {"l2": 1e-3}, {"l2": 1e-6}],
    "explore_promises": [{"l2": 1e-6}, {"l2": 1e-6, "far": 0}, {"l2": 0.1, "far": 1}],
    "explore_scores": [{"shift": 0}, {"shift": 1000}, {"shift": 0, "temperature": 0.25}],
    "explore_clinic": [{"tests": ()}, {"tests": (0, 1, 2)}, {"tests": (0, 1, 2, 3, 4, 5)}],
    "explore_model": [{"steps": 0}, {"steps": 10}, {"steps": 100}],
    "explore_network": [{"size": 1}, {"size": 3}, {"size": 4}],
    "explore_simplex": [{"step": 0}, {"step": 10}, {"step": 200}],
}
"""The values of the controls, for each widget that is told in several pictures."""


@cache
def build(widget: str) -> Live:
    """The widget of a chapter, by its full name."""
    module, _, function = widget.rpartition(".")
    live: Live = getattr(importlib.import_module(module), function)()
    return live


@cache
def states(widget: str) -> list[tuple[bytes, str]]:
    """The picture and the sentence in each telling state."""
    live = build(widget)
    told = [live.snapshot(**values) for values in STATES.get(widget.rpartition(".")[2], [])]
    live.reset()
    return told


def controls(widget: str) -> str:
    """The controls by their labels, such as ``weight w (g/mm), bias b (g)``."""
    named = build(widget).controls.items()
    labels = [getattr(control, "description", name) or name for name, control in named]
    return ", ".join(label.rstrip(":") for label in labels)
