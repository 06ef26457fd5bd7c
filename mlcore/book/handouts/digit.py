"""For the last chapter: squares to draw a digit on, and two templates to count its ink against."""

import numpy as np

from mlcore.book.handouts import Files, Options
from mlcore.book.handouts.press import call, pdf, raw, typeset
from mlcore.book.pages.chapter import Chapter
from mlcore.datasets import load_digits

PAIR = (1, 7)
"""Two digits that share some of their ink, and not too much."""
ROOMY = "#set table(inset: (x: 9pt, y: 8pt), stroke: 0.4pt + luma(150))"
TASK = """Draw a {0} or a {1} by filling whole squares, and lay it over the two templates in your \
mind, or at a window.

For each template count the squares of yours that have ink in it, and take away those that have \
none: that is its score. Every square counts +1 or −1, where the model of the chapter has learned \
a weight for each.

| | squares on the template | squares beside it | score |
| --- | --- | --- | --- |
| {0} | | | |
| {1} | | | |

Which digit has the larger score? Now find the one square of yours that you would have to move to \
change the verdict, and then draw something that is no digit: which score does it get, and what \
does that say of a high probability?"""


def page(chapter: Chapter, options: Options) -> Files:
    """A page for the chapter that reads digits; nothing for the others."""
    if chapter.name != "softmax":
        return {}
    title = f"{chapter.number} · Read a digit by hand"
    show = call("show: book.with", title=title, edition="Worksheet", paper=options.paper)
    head = raw(f"#show: planned\n{ROOMY}") + call(
        "plan-head", title, "A template is a table of weights"
    )
    blank = call("templates", [([], "Your digit")], 9)
    drawn = [(template(digit), f"Template of the {digit}") for digit in PAIR]
    body = head + TASK.format(*PAIR) + blank + call("templates", drawn, 7)
    return {f"students/{chapter.stem}_digit.pdf": pdf(typeset(show + body), {})}


def template(digit: int) -> list[int]:
    """The squares, from 0 to 63, that have ink in most of the handwritten ones."""
    images, labels = load_digits()
    ink = np.mean(images[labels == digit] >= 8, axis=0) > 0.5
    return [int(square) for square in np.flatnonzero(ink)]
