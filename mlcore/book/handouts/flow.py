"""Where a picture stands on paper: where the text speaks of it, or on top of the next page."""

import json
from pathlib import Path
from typing import NamedTuple

import typst

from mlcore.book.handouts.press import laid_out, printed

POINTS = 72 / 25.4  # to the millimetre
TOP = 24 * POINTS  # where the text of a page begins
LITTLE = 75 * POINTS  # a last page that ends above this is nearly empty
CLOSE = 18  # points: no words stand between two pictures that are no farther apart
LEADINGS = ("0.62", "0.58", "0.66")  # of the lines, in em, the usual one first


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
    """The chapter as a PDF, without gaps above pictures or a nearly empty last page."""
    with laid_out(source, pictures) as main:
        tried = []
        for leading in LEADINGS:
            inputs, end = settled(main, leading)
            tried.append(inputs)
            if end.y > LITTLE:
                return printed(main, inputs)
        return printed(main, tried[0])


def settled(main: Path, leading: str) -> tuple[dict[str, str], Spot]:
    """What typst is to be told for such lines, and where the chapter ends then."""
    floating: list[str] = []
    while True:
        inputs = {"floating": json.dumps(floating), "leading": leading}
        pictures, end = measured(main, inputs)
        late = [p.file for p in pictures if p.file not in floating and moved(p, pictures)]
        if not late:
            return inputs, end
        floating.append(late[0])  # which moves those that follow


def moved(picture: Picture, pictures: list[Picture]) -> bool:
    """Whether a page ended because of this picture, or it overtook one that comes before it."""
    page, y = picture.top
    above = [p.bottom.y for p in pictures if p.bottom < picture.top and p.bottom.page == page]
    begins = page > 1 and y - max([TOP, *above]) < CLOSE
    return begins or any(picture.top < p.top for p in pictures[: pictures.index(picture)])


def measured(main: Path, inputs: dict[str, str]) -> tuple[list[Picture], Spot]:
    """Where every picture begins and ends with these inputs, and where the chapter ends."""
    compiler = typst.Compiler(main, ignore_system_fonts=True, sys_inputs=inputs)
    told = json.loads(compiler.query("<edge>", field="value"))
    *edges, end = [(file, Spot(page, y)) for file, page, y in told]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [Picture(file, top, bottom) for (file, top), (_, bottom) in pairs], end[1]
