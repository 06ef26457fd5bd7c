"""Pages that move without a kernel: one HTML file for each chapter, and an index.

To read and to move it, a page needs no network and no server. Its mathematics is MathML, which
every browser draws; its pictures carry their data, and its widgets their frames.

A page of the site is alive besides: what it is told goes to its scripts, which turn the stubs
into exercises that are checked in the page, and let every cell be run and changed.
"""

import html
import json
import re
import unicodedata
from collections.abc import Sequence
from importlib import resources
from itertools import pairwise
from string import Template
from typing import Any

import pypandoc

from mlcore.book import exercises
from mlcore.book.pages import frames, narrow, small
from mlcore.book.pages.chapter import Cell, Chapter, Picture

BOOK = "Machine learning, built by hand"
STEMS = [f"{number:02}_{name}" for number, name in enumerate(exercises.CHAPTERS, start=1)]
CODE = "~~~~ {}\n{}\n~~~~"
UNCHECKED = """This page cannot run what you write.
To have your answers checked, open the chapter on the site of the book, or in Jupyter:
install the book, then `python -m mlcore.book open`."""
SERVED = """To check answers and to run code, this page has to come from a web server.
In the folder of the site, `python -m http.server` is one: open the address that it prints."""
TURN = """Put your own lines in place of the dots, and press *Check*: your answer is run here, in \
this page, and nothing is sent anywhere.
What you write is kept in this browser."""
GUESS = re.compile(r"^\*[^*]+\?\*\s*\Z", re.M)
AIMS = re.compile(r"When you are through, (.*?) from now(?: \(.*?\))?, you can\n\n((?:- .*\n)+)")

LIVING_HEAD = """<link rel="manifest" href="page/manifest.json">
<link rel="icon" href="page/icon-192.png">
<link rel="apple-touch-icon" href="page/icon-192.png">
<meta name="theme-color" content="#005f96">
<script type="application/json" id="site">$told</script>
<script>if (location.protocol.startsWith("http")) import("./page/living.js");</script>
"""
# A module cannot be fetched from a disk; there, what needs none of this works on.
FIND = """<form class="find" role="search" action="search.html"><label>Find in the book \
<input type="search" name="q" autocomplete="off"></label><button>Search</button></form>
"""
MORE = """<nav class="ways" aria-label="More"><a href="reference.html">Reference of mlcore</a>
<a href="licences.html">Licences</a></nav>"""
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


Site = dict[str, Any]
"""What the scripts of a site are told: the version of the book, and where Python is."""


def page(chapter: Chapter, site: Site | None = None) -> dict[str, bytes]:
    """The chapter: all that it says and shows, with widgets that move, by the names of its files.

    It is one file; on a site the frames of its widgets are apart, in one file for wide pages and
    one for phones, so that a reader fetches those alone that are shown.
    """
    cells = _said(chapter.cells, living=site is not None)
    asked = _asked(cells)
    text = "\n\n".join(
        _markdown(cell, living=site is not None, asked=cell.id in asked) for cell in cells
    )
    apart = f"page/{chapter.stem}" if site else ""
    moving, still = drawn(chapter)
    pictures = still | {name: each.html(apart) for name, each in moving.items()}
    body = re.sub(r"<!--([\w-]+)-->", lambda place: pictures[place[1]], _html(text))
    header = _header("In this chapter", body, _ways(chapter.stem, site))
    body += f'\n<nav class="ways" aria-label="Next">{_neighbours(chapter.stem)}</nav>'
    told = site and site | {"chapter": chapter.stem, "exercises": _names(chapter.name)}
    files = {f"{chapter.stem}.html": _page(f"{chapter.title} · {BOOK}", header, body, told)}
    for width in ("wide", "narrow") if site else ():
        packed = json.dumps({name: each.packs[width] for name, each in moving.items()})
        files[f"{apart}.{width}.js"] = f"document.currentScript.frames = {packed};\n".encode()
    return files


def drawn(chapter: Chapter) -> tuple[dict[str, frames.Moving], dict[str, str]]:
    """The widgets of a chapter, and its figures as HTML, by the names of their cells."""
    for_phones = narrow.pictures(chapter)
    moving, still = dict[str, frames.Moving](), dict[str, str]()
    for cell in chapter.cells:
        if cell.widget:
            moving[cell.id] = frames.figure(cell.widget, cell.id)
        elif cell.picture:
            still[cell.id] = _image(cell.picture, for_phones[cell.id])
    return moving, still


def index(chapters: Sequence[Chapter], site: Site | None = None) -> bytes:
    """The way in: what each chapter asks and teaches, and how long it takes."""
    checked = "So do the exercises: what you write is run and judged in the page.\n" if site else ""
    intro = (
        f"# {BOOK}\n\nThese chapters build the core of machine learning from scratch, in plain "
        "Python first and then in NumPy, before any library.\nThey are one story, told on the "
        "same penguins; each begins with what the last one could not do.\n\n"
        f"The pictures move with your hand, and nothing has to be installed for that.\n{checked}"
        "You need a first course in Python and school algebra."
    )
    items = "\n".join(map(_item, chapters))
    body = f'{_html(intro)}\n{FIND if site else ""}<ol class="chapters">\n{items}\n</ol>'
    if site:
        body += f'\n<section class="work" aria-label="Your work"></section>\n{MORE}'
    told = site and site | {"book": {stem: _names(stem[3:]) for stem in STEMS}}
    return _page(BOOK, "", body, told)


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


def _said(cells: Sequence[Cell], living: bool) -> list[Cell]:
    """The cells without the checks, and the reader's progress only where there is one."""
    progress = {cell.id for cell in cells if cell.source.startswith("progress(")}
    asks = {cell.id for cell, after in pairwise(cells) if after.id in progress}
    if living:
        return [cell for cell in cells if cell.role != "tools" or cell.id in progress]
    return [cell for cell in cells if cell.role != "tools" and cell.id not in asks]


def _asked(cells: Sequence[Cell]) -> set[str]:
    """The cells that print the answer to a question that the prose before them ends with."""
    return {
        after.id
        for cell, after in pairwise(cells)
        if after.text and cell.role == "prose" and GUESS.search(cell.source)
    }


def _markdown(cell: Cell, living: bool, asked: bool) -> str:
    """A cell; where a picture belongs, a comment with the name of the cell keeps its place.

    What it prints is folded away if the reader has been asked for a guess.
    """
    code = CODE.format("python", cell.source)
    match cell.role:
        case "prose":
            return _task(cell, living)
        case "quiz":
            return SUMMARY.sub(UNFOLDED, cell.source)
        case "tools":
            return '<section class="work" aria-label="Your work"></section>'
        case "stub":
            assert cell.exercise
            opening = f'<div class="exercise" data-name="{cell.exercise.name}" id="{cell.id}">'
            return f"{opening}\n\n{code}\n\n{_hints(cell)}\n\n</div>"
        case "widget":
            hidden = f'<div class="cell" hidden>\n\n{code}\n\n</div>\n\n' if living else ""
            return f"{hidden}<!--{cell.id}-->"
    outputs = "\n\n".join(_outputs(cell))
    if asked:
        outputs = f"<details>\n<summary>The answer</summary>\n\n{outputs}\n\n</details>"
    printed = f'\n\n<div class="outputs">\n\n{outputs}\n\n</div>' if outputs else ""
    if living and cell.role == "figure":
        code = f"<details>\n<summary>The code of this picture</summary>\n\n{code}\n\n</details>"
    return f'<div class="cell" id="{cell.id}-cell">\n\n{code}{printed}\n\n</div>'


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


def _task(cell: Cell, living: bool) -> str:
    """Prose; where the exercises begin, with what a page can do and what it needs."""
    if not re.search(r"^## [\d.]+ Your turn$", cell.source, re.M):
        return cell.source
    if not living:
        return f'{cell.source}\n\n<div class="note">\n\n{UNCHECKED}\n\n</div>'
    heading = cell.source.partition("\n")[0]
    return f'{heading}\n\n{TURN}\n\n<div class="note python">\n\n{SERVED}\n\n</div>'


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


def _image(picture: Picture, for_phones: Picture) -> str:
    words, width = html.escape(picture.description), round(100 * picture.width)
    wide, slim = (small.address(small.few_colours(each.png)) for each in (picture, for_phones))
    return (
        f'<figure><picture><source media="screen and (max-width: 40rem)" '
        f'width="{round(100 * for_phones.width)}" srcset="{slim}">'
        f'<img width="{width}" alt="{words}" src="{wide}">'
        "</picture></figure>"
    )


def _header(contents: str, body: str, ways: str = "") -> str:
    """The ways from here, and the headings of the page."""
    links = "\n".join(
        f'<li><a href="#{place}">{words}</a></li>'
        for place, words in re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', body, re.S)
    )
    return (
        f'<header>\n{ways}<details class="contents"><summary>{contents}</summary>\n'
        f'<nav aria-label="{contents}"><ul>\n{links}\n</ul></nav></details>\n</header>'
    )


def _ways(stem: str, site: Site | None) -> str:
    """To all chapters, to those beside this one, and to what else a site has."""
    more = f'<a href="reference.html#mlcore.{stem[3:]}">Reference</a>'
    more += '<a href="search.html">Search</a>'
    more += f'<a href="jupyter/notebooks/index.html?path={stem}.ipynb">Open in Jupyter</a>'
    return (
        f'<nav class="ways" aria-label="Book"><a href="index.html">All chapters</a>'
        f"{_neighbours(stem)}{more if site else ''}</nav>\n"
    )


def _neighbours(stem: str) -> str:
    """The chapters before and after."""
    here = STEMS.index(stem)
    ways = [("prev", "←", here - 1), ("next", "→", here + 1)]
    return "".join(
        f'<a rel="{way}" href="{STEMS[place]}.html">{_named(STEMS[place], arrow)}</a>'
        for way, arrow, place in ways
        if 0 <= place < len(STEMS)
    )


def _named(stem: str, arrow: str) -> str:
    name = f"{int(stem[:2])} {stem[3:].replace('_', ' ').capitalize()}"
    return f"{name} {arrow}" if arrow == "→" else f"{arrow} {name}"


def _names(chapter: str) -> list[str]:
    return [exercise.name for exercise in exercises.CHAPTERS[chapter]]


def _item(chapter: Chapter) -> str:
    """A chapter in the index, in its own words."""
    found = AIMS.search(chapter.cells[0].source + "\n")
    time, aims = found.groups() if found else ("", "")
    first = next(cell.picture for cell in chapter.cells if cell.picture)
    moving = sum(cell.role == "widget" for cell in chapter.cells)
    facts = f"{time}, {moving} pictures that move, {len(chapter.exercises)} exercises"
    title = f"{chapter.number} · {chapter.title}"
    return (
        f'<li data-chapter="{chapter.stem}">\n'
        f'<h2><a href="{chapter.stem}.html">{html.escape(title)}</a></h2>\n'
        f'<p class="question">{html.escape(chapter.question)}</p>\n{_thumbnail(first)}\n'
        f"<p>Afterwards you can</p>\n{_html(aims)}\n"
        f'<p class="facts">{html.escape(facts.capitalize())}</p>\n</li>'
    )


def _thumbnail(picture: Picture) -> str:
    """A picture made small; beside the name of its chapter it needs no words."""
    thumbnail = small.few_colours(picture.png).convert("RGB")
    thumbnail.thumbnail((520, 520))
    return f'<img alt="" width="260" src="{small.address(thumbnail.quantize(64))}">'


def _page(title: str, header: str, body: str, site: Site | None = None) -> bytes:
    """The whole file, and on a site what makes it alive."""
    style, script, shell = map(_resource, ("page.css", "page.js", "page.html"))
    front = resources.files("mlcore.book")
    style = front.joinpath("live.css").read_text("utf-8") + style
    script = front.joinpath("live.js").read_text("utf-8") + script
    head = '<link rel="icon" href="data:,">\n'
    if site:
        style += _resource("living.css")
        told = json.dumps(site).replace("<", r"\u003c")
        head = Template(LIVING_HEAD).substitute(told=told)
    text = Template(shell).substitute(
        title=html.escape(title),
        header=header,
        body=body,
        style=style,
        script=script,
        head=head,
    )
    return text.encode()


def _resource(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")
