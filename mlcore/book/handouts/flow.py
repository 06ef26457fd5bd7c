"""Where a picture stands on paper: where the text speaks of it, or on top of the next page."""

import json
from pathlib import Path
from typing import NamedTuple

from typst import Compiler

from mlcore.book.handouts.press import compiler_of, laid_out, let_float, printed

POINTS = 72 / 25.4  # to the millimetre
TOP = 24 * POINTS  # where the text of a page begins
CLOSE = 18  # points: no words stand between two pictures that are no farther apart


class Spot(NamedTuple):
    """The page and the height on it, in points from above."""

    page: int
    y: float


class Picture(NamedTuple):
    """A picture on the pages."""

    file: str
    top: Spot
    bottom: Spot


def flowing(source: str, pictures: dict[str, bytes]) -> bytes:
    """The chapter as a PDF, without gaps above pictures."""
    with laid_out(source, pictures) as main:
        compiler = compiler_of(main)
        settle(main, compiler)
        return printed(compiler)


def settle(main: Path, compiler: Compiler) -> list[Picture]:
    """Let each picture without room float, from the first to the last; return where they stand."""
    floating: list[str] = []
    while True:
        let_float(main, floating)
        pictures = measured(compiler)
        late = [p.file for p in pictures if p.file not in floating and moved(p, pictures)]
        if not late:
            return pictures
        floating.append(late[0])  # which moves those that follow


def moved(picture: Picture, pictures: list[Picture]) -> bool:
    """Whether a page ended because of this picture, or it overtook one that comes before it."""
    page, y = picture.top
    above = [p.bottom.y for p in pictures if p.bottom < picture.top and p.bottom.page == page]
    begins = page > 1 and y - max([TOP, *above]) < CLOSE
    return begins or any(picture.top < p.top for p in pictures[: pictures.index(picture)])


def measured(compiler: Compiler) -> list[Picture]:
    """Where every picture begins and ends on these pages."""
    edges = json.loads(compiler.query("<edge>", field="value"))
    spots = [(file, Spot(page, y)) for file, page, y in edges]
    pairs = zip(spots[::2], spots[1::2], strict=True)
    return [Picture(file, top, bottom) for (file, top), (_, bottom) in pairs]
