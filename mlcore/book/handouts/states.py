"""What a widget shows on paper: its controls in words, and for some a strip of telling states."""

import importlib
import re
from functools import cache
from typing import Any

from mlcore.book.live import Live

STATES: dict[str, list[dict[str, Any]]] = {}
"""The values of the controls, for each widget that is told in several pictures."""


@cache
def build(widget: str) -> Live:
    """The widget of a chapter, by its full name."""
    module, _, function = widget.rpartition(".")
    live: Live = getattr(importlib.import_module(module), function)()
    return live


def states(widget: str) -> list[tuple[bytes, str]]:
    """The picture and the sentence in each telling state."""
    live = build(widget)
    told = [live.snapshot(**values) for values in STATES.get(widget.rpartition(".")[2], [])]
    live.reset()
    return told


def controls(widget: str) -> str:
    """The controls by their labels, such as ``weight w (g/mm), bias b (g)``."""
    labels = [control.description for control in build(widget).controls.values()]
    return ", ".join(re.sub(r"<[^>]+>", "", label) for label in labels if label)
