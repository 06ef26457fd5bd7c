"""The two layers of a live picture: the still parts as a PNG, the moving ones as an SVG over it."""

import html
import io
import re
from base64 import b64encode
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.textpath import text_to_path
from PIL import Image

from mlcore.book import figures

__all__ = ["SVG", "SVG_DPI", "lay_out", "moving_parts", "still_parts"]

PNG_DPI = 200
"""Two pixels of the still picture for each pixel on the page: sharp on every screen."""

SVG_DPI = 72
"""The moving parts are measured in points, as SVG wants them."""

SVG: dict[Any, Any] = {"svg.fonttype": "none", "font.sans-serif": ["DejaVu Sans", "Verdana"]}
"""Text goes to the page as text, which is fast."""


def lay_out(figure: figures.Sheet) -> None:
    """Give every part its place, once: afterwards nothing shifts while a control moves."""
    figure.dpi = PNG_DPI
    FigureCanvasAgg(figure)
    figure.lay_out()
    figure.settle()
    figure.set_layout_engine("none")
    figure.stale = True


def still_parts(figure: Figure) -> str:
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


def moving_parts(figure: Figure, sentence: str) -> str:
    """The moving parts, as vector graphics that the sentence names."""
    text, words = io.StringIO(), html.escape(sentence)
    width, height = figure.bbox.size
    owners = (figure, *figure.axes)
    parts = [part for owner in owners for part in owner.get_children() if part.get_animated()]
    renderer = _Pen(width, height, text, image_dpi=PNG_DPI)
    for part in sorted(parts, key=Artist.get_zorder):
        part.draw(renderer)
    renderer.finalize()
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-live="off" aria-label="{words}">'
        f"{_trim(text.getvalue())}</svg>"
    )


_Renderer: Any = RendererSVG  # it has no types of its own


class _Pen(_Renderer):  # type: ignore[misc]
    """Draws as matplotlib does, but works out once how the markers of a row look, and how wide
    a word is: neither changes from one drawing to the next."""

    _look: list[str] | None = None

    def draw_markers(self, *args: Any, **looks: Any) -> None:
        self._look = []
        super().draw_markers(*args, **looks)
        self._look = None

    def _get_style(self, gc: Any, face: Any) -> str:
        if self._look is None:
            return str(super()._get_style(gc, face))
        if not self._look:
            self._look.append(super()._get_style(gc, face))
        return self._look[0]

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> Any:
        return _size(s, prop.copy(), ismath)


@lru_cache(maxsize=4096)
def _size(text: str, font: Any, ismath: Any) -> tuple[float, float, float]:
    """Width, height and depth of a word in the font of the book, in points."""
    return text_to_path.get_text_width_height_descent(text, font, ismath)


def _trim(document: str) -> str:
    """Of an SVG document the drawing alone, with fewer words."""
    # The style in its head would reach the whole page, and so would the names of its groups.
    drawing = document.partition("</defs>")[2].rpartition("</svg>")[0]
    drawing = re.sub(r'<g id="[^"]*">', "<g>", drawing)
    # Markers in a row need their style once.
    alike = r'<use [^>]*? (style="[^"]*")/>(?:\s*<use [^>]*? \1/>)+'
    return re.sub(alike, lambda row: f"<g {row[1]}>{row[0].replace(row[1], '')}</g>", drawing)
