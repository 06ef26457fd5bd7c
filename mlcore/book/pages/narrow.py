"""The figures of a chapter for a phone: drawn anew, by the same cells, no wider than one."""

from base64 import b64decode
from typing import Any

from mlcore.book import figures
from mlcore.book.pages import workbench
from mlcore.book.pages.chapter import Chapter, Picture

__all__ = ["pictures"]


def pictures(chapter: Chapter) -> dict[str, Picture]:
    """The figures, by the names of their cells."""
    cells = [cell for cell in chapter.cells if cell.role in {"code", "widget", "figure"}]
    drawn: dict[str, Picture] = {}

    def take(name: str, content: dict[str, Any]) -> None:
        png, alt, width = b64decode(content["png"]), content["alt"], content["width"] / 100
        drawn[name] = Picture(png, alt, width)

    wanted = {cell.id for cell in cells if cell.role == "figure"}
    shown = vars(figures)["display"]
    vars(figures)["display"] = workbench.display
    try:
        with figures.narrow():
            workbench.draw({cell.id: cell.source for cell in cells}, wanted, take)
    finally:
        vars(figures)["display"] = shown
    return drawn
