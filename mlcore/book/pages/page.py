"""Pages that move without a kernel: one HTML file for each chapter, and an index.

A page needs no network and no server. Its mathematics is MathML, which every browser draws;
its pictures carry their data, and its widgets their frames.
"""

import html
import re
import unicodedata
from base64 import b64encode
from collections.abc import Sequence
from importlib import resources
from io import BytesIO
from itertools import pairwise
from string import Template
from typing import Any

import pypandoc
from PIL import Image

from mlcore.book import exercises
from mlcore.book.pages import frames
from mlcore.book.pages.chapter import Cell, Chapter, Picture

BOOK = "Machine learning, built by hand"
BACK = '<nav aria-label="Book"><a href="index.html">All chapters</a></nav>\n'
CODE = "~~~~ {}\n{}\n~~~~"
AIMS = re.compile(r"When you are through, (.*?) from now, you can\n\n((?:- .*\n)+)")

# What Markdown makes no good page of, as it comes: HTML around Markdown, brackets of a set size.
SUMMARY = re.compile(r"<summary>(\d+)\. (.*?)</summary>", re.S)
UNFOLDED = r"<summary>\n\n\1\\. \2\n\n</summary>"
BIG = re.compile(r"\\[Bb]ig([()])")
FITTING = {"(": r"\left(", ")": r"\right)"}

# And what pandoc's HTML still wants.
ANCHOR = re.compile(r'<a href="#cb[\d-]+" aria-hidden="true" tabindex="-1"></a>')
FORMULA = re.compile(r'<math display="block".*?</math>', re.S)
TABLE = re.compile(r"<table>.*?</table>", re.S)
BOLD = re.compile(r'<mtext mathvariant="bold">(.*?)</mtext>')
OPERATOR = re.compile(
    r'<mrow><mi mathvariant="normal">(\w+)</mi><mo>(?:&#8289;|\u2061)</mo></mrow>'
    r'(?=(<mo [^>]*form="prefix">\()?)'
)


def page(chapter: Chapter) -> bytes:
    """The chapter: all that it says and shows, with widgets that move."""
    text = "\n\n".join(map(_markdown, _said(chapter.cells)))
    pictures = {cell.id: _figure(cell) for cell in chapter.cells if cell.picture}
    body = re.sub(r"<!--([\w-]+)-->", lambda place: pictures[place[1]], _html(text))
    header = _header("In this chapter", body, back=BACK)
    return _page(f"{chapter.title} · {BOOK}", header, body)


def index(chapters: Sequence[Chapter]) -> bytes:
    """The way in: what each chapter asks and teaches, and how long it takes."""
    intro = (
        f"# {BOOK}\n\nThese chapters build the core of machine learning from scratch, in plain "
        "Python first and then in NumPy, before any library.\nThey are one story, told on the "
        "same penguins; each begins with what the last one could not do.\n\n"
        "The pictures move with your hand, and nothing has to be installed for that.\n"
        "You need a first course in Python and school algebra."
    )
    items = "\n".join(map(_item, chapters))
    body = f'{_html(intro)}\n<ol class="chapters">\n{items}\n</ol>'
    return _page(BOOK, "", body)


def misconceptions(chapter: Chapter) -> bytes:
    """For the teacher: the mistakes that the checker knows, and what it says to each."""
    title = f"{chapter.title}: misconceptions"
    text = (
        f"# {title}\n\nEach row is a mistake that readers make, a question that reveals it, what "
        "the mistake answers, and the sentence with which the checker names it.\n\n"
        f"{exercises.misconceptions(chapter.name)}"
    )
    body = _html(text)
    header = _header("Exercises", body)
    return _page(title, header, body)


# --- a chapter as Markdown ---


def _said(cells: Sequence[Cell]) -> list[Cell]:
    """The cells without the checks, and without the question that the reader's progress answers."""
    asks = {cell.id for cell, after in pairwise(cells) if after.source.startswith("progress(")}
    return [cell for cell in cells if cell.role != "tools" and cell.id not in asks]


def _markdown(cell: Cell) -> str:
    """A cell; where a picture belongs, a comment with the name of the cell keeps its place."""
    match cell.role:
        case "prose":
            return cell.source + _note(cell.source)
        case "quiz":
            return SUMMARY.sub(UNFOLDED, cell.source)
        case "stub":
            return f"{CODE.format('python', cell.source)}\n\n{_hints(cell)}"
        case "widget":
            return f"<!--{cell.id}-->"
    return "\n\n".join([CODE.format("python", cell.source), *_outputs(cell)])


def _outputs(cell: Cell) -> list[str]:
    """What a cell printed and drew, in the order in which it did."""
    printed = [(_text(output), "image/png" in output.get("data", {})) for output in cell.outputs]
    return [
        f"<!--{cell.id}-->" if is_picture else CODE.format("output", text)
        for text, is_picture in printed
        if text
    ]


def _text(output: Any) -> str:
    data = output.get("data", {})
    plain = "" if "text/html" in data else data.get("text/plain", "")
    return str(output.get("text", plain)).rstrip("\n")


def _note(prose: str) -> str:
    """Where the exercises begin, what a page cannot do."""
    if not re.search(r"^## [\d.]+ Your turn$", prose, re.M):
        return ""
    return (
        '\n\n<div class="note">\n\nThis page cannot run what you write. To have your answers '
        "checked, open the chapter in Jupyter:\ninstall the book, then "
        "`python -m jupyter lab notebooks`.\n\n</div>"
    )


def _hints(cell: Cell) -> str:
    """The hints of the exercise, each folded away."""
    assert cell.exercise
    hints = enumerate(cell.exercise.hints, start=1)
    folded = (
        f"<details><summary>Hint {number}</summary>\n\n{hint}\n\n</details>"
        for number, hint in hints
    )
    return '<div class="hints">\n\n' + "\n\n".join(folded) + "\n\n</div>"


# --- Markdown as HTML ---


def _html(markdown: str) -> str:
    """What pandoc makes of Markdown."""
    markdown = BIG.sub(lambda bracket: FITTING[bracket[1]], markdown)
    return mended(
        pypandoc.convert_text(
            markdown, "html5", format="commonmark_x", extra_args=["--mathml", "--wrap=none"]
        )
    )


def mended(text: str) -> str:
    """What pandoc makes, as a page wants it; what may be wider than a phone can be scrolled."""
    text = BOLD.sub(_bold, OPERATOR.sub(_spaced, ANCHOR.sub("", text)))
    text = text.replace("<th></th>", "<td></td>")  # a corner heads nothing
    text = FORMULA.sub(r'<span class="wide">\g<0></span>', text)
    return TABLE.sub(r'<div class="wide">\g<0></div>', text)


def _spaced(operator: re.Match[str]) -> str:
    """The name of a function, as far from its argument as it is printed: log p, but log(p)."""
    after = 0 if operator[2] else 0.167
    return f'<mo form="prefix" lspace="0.167em" rspace="{after}em">{operator[1]}</mo>'


def _bold(words: re.Match[str]) -> str:
    """Bold words as words: pandoc takes letters that only mathematics has."""
    return f"<mtext><b>{unicodedata.normalize('NFKC', words[1])}</b></mtext>"


def _figure(cell: Cell) -> str:
    """A picture, or the widget with all its frames."""
    assert cell.picture
    return frames.figure(cell.widget, cell.id) if cell.widget else _image(cell.picture)


def _image(picture: Picture) -> str:
    words, width = html.escape(picture.description), round(100 * picture.width)
    return f'<figure><img width="{width}" alt="{words}" src="{_data(picture.png)}"></figure>'


def _header(contents: str, body: str, back: str = "") -> str:
    """The way back, and the headings of the page."""
    links = "\n".join(
        f'<li><a href="#{place}">{words}</a></li>'
        for place, words in re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', body, re.S)
    )
    return (
        f'<header>\n{back}<details class="contents"><summary>{contents}</summary>\n'
        f'<nav aria-label="{contents}"><ul>\n{links}\n</ul></nav></details>\n</header>'
    )


def _item(chapter: Chapter) -> str:
    """A chapter in the index, in its own words."""
    found = AIMS.search(chapter.cells[0].source + "\n")
    time, aims = found.groups() if found else ("", "")
    first = next(cell.picture for cell in chapter.cells if cell.picture)
    moving = sum(cell.role == "widget" for cell in chapter.cells)
    facts = f"{time}, {moving} pictures that move, {len(chapter.exercises)} exercises"
    title = f"{chapter.number} · {chapter.title}"
    return (
        f'<li>\n<h2><a href="{chapter.stem}.html">{html.escape(title)}</a></h2>\n'
        f'<p class="question">{html.escape(chapter.question)}</p>\n{_thumbnail(first)}\n'
        f"<p>Afterwards you can</p>\n{_html(aims)}\n"
        f'<p class="facts">{html.escape(facts.capitalize())}</p>\n</li>'
    )


def _thumbnail(picture: Picture) -> str:
    """A picture made small; beside the name of its chapter it needs no words."""
    small, file = Image.open(BytesIO(picture.png)), BytesIO()
    small.thumbnail((520, 520))
    small.convert("RGB").quantize(64).save(file, "PNG")
    return f'<img alt="" width="260" src="{_data(file.getvalue())}">'


def _data(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


def _page(title: str, header: str, body: str) -> bytes:
    """The whole file."""
    style, script, shell = map(_resource, ("page.css", "page.js", "page.html"))
    text = Template(shell).substitute(
        title=html.escape(title), header=header, body=body, style=style, script=script
    )
    return text.encode()


def _resource(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")
