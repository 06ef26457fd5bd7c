"""The controls of a live picture: where they stop, what they say, and how they stand together."""

from collections.abc import Callable
from typing import Any

import numpy as np
from ipywidgets import Box, Button, Layout
from traitlets import Int

from mlcore.book import figures

__all__ = ["Press", "fitting", "panel", "said", "stops"]


class Press(Button):  # type: ignore[misc]
    """A button whose value is how often it was pressed."""

    value = Int(0)

    def __init__(self, description: str, **looks: Any) -> None:
        super().__init__(description=description, **looks)
        self.on_click(lambda _: self.set_trait("value", self.value + 1))


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


def fitting(control: Any, value: Any) -> Any:
    """The nearest value that a control can take."""
    values = stops(control, at_most=100_000)
    if len(values) == 1 or not np.isscalar(value):
        return value
    return value if value in values else min(values, key=lambda each: abs(each - value))


def said(control: Any, value: Any) -> str:
    """A control and its value in words."""
    label = getattr(control, "description", "") or getattr(control, "label", "")
    named = {each[1]: each[0] for each in getattr(control, "options", ()) if len(each) == 2}
    written = (
        named.get(value, "") if named else format(value, getattr(control, "readout_format", ""))
    )
    return figures.minus(f"{label} {written}").strip()


def panel(controls: dict[str, Any], reset: Callable[[], object]) -> Box:
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
        slider.layout.flex = slider.layout.flex or "1 1 340px"
    at = Layout(width="auto", margin="2px 2px 2px auto")
    again = Button(description="Reset", tooltip="Back to the start", layout=at)
    again.on_click(lambda _: reset())
    return Box([*controls.values(), again], layout=Layout(flex_flow="row wrap", grid_gap="0 16px"))
