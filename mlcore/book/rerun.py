"""Lets go of what a cell has shown, once the cell is run again."""

import gc
from collections.abc import Iterator
from typing import Any

from IPython import get_ipython

__all__ = ["note", "parts"]

SHOWN: list[Any] = []
"""By the cell that is running."""

CELLS: dict[str, list[tuple[int | None, list[Any]]]] = {}
"""The last run of each cell: its number, and what it has shown. A cell without a name is known
by its code, and its last two runs are kept, as there may be a copy of it."""


def note(live: Any) -> None:
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


def parts(widget: Any) -> Iterator[Any]:
    """The widget and all that it is made of."""
    for child in getattr(widget, "children", ()):
        yield from parts(child)
    yield from (part for name in ("layout", "style") if (part := getattr(widget, name, None)))
    yield widget
