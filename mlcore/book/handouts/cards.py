"""A deck of cards for Anki: the self-tests, the summaries and the pictures of all chapters.

A card is known again in the next edition, and keeps its learner's history: a question by its
words, a sentence of a summary by what is hidden in it, a picture by the name of its cell. What
else has changed on it is brought up to date.
"""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

import genanki

from mlcore.book.handouts import Files, Options
from mlcore.book.handouts.markup import html
from mlcore.book.pages.chapter import Chapter

BOOK = "Machine learning, built by hand"
STYLE = """.card { font: 20px/1.4 system-ui, sans-serif; max-width: 40em; margin: 1em auto; }
img { max-width: 100%; } .cloze { color: #005A8D; font-weight: bold; } code { font-size: 0.85em; }
.nightMode .cloze { color: #7CC4EE; } .nightMode img { background: white; }
.place { color: #767676; font-size: 14px; }"""
PLACE = '<div class="place">{{Chapter}}</div>'
TERM = re.compile(r"<strong>(.*?)</strong>", re.S)
ITEM = re.compile(r"<li>(?:<p>)?(.*?)(?:</p>)?</li>", re.S)

QUESTION = genanki.Model(
    1_606_000_001,
    f"{BOOK}: question",
    fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Chapter"}],
    templates=[
        {
            "name": "Question",
            "qfmt": f"{PLACE}{{{{Question}}}}",
            "afmt": '{{FrontSide}}<hr id="answer">{{Answer}}',
        }
    ],
    css=STYLE,
)
SENTENCE = genanki.Model(
    1_606_000_002,
    f"{BOOK}: sentence",
    model_type=genanki.Model.CLOZE,
    fields=[{"name": "Text"}, {"name": "Chapter"}],
    templates=[
        {
            "name": "Sentence",
            "qfmt": f"{PLACE}{{{{cloze:Text}}}}",
            "afmt": f"{PLACE}{{{{cloze:Text}}}}",
        }
    ],
    css=STYLE,
)


def deck(chapters: Sequence[Chapter], _options: Options) -> Files:
    """One deck, with a part for each chapter."""
    parts: list[genanki.Deck] = []
    pictures: dict[str, bytes] = {}
    for chapter in chapters:
        name = f"{BOOK}::{chapter.number} {chapter.title}"
        part = genanki.Deck(_id(chapter.name), name)
        for note in _notes(chapter):
            part.add_note(note)
        parts.append(part)
        pictures |= {
            f"{chapter.stem}-{cell.id}.png": cell.picture.png
            for cell in chapter.cells
            if cell.picture
        }
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, png in pictures.items():
            (folder / file).write_bytes(png)
        package = genanki.Package(parts, media_files=[str(folder / file) for file in pictures])
        package.write_to_file(folder / "cards.apkg")
        return {"students/cards.apkg": (folder / "cards.apkg").read_bytes()}


def _notes(chapter: Chapter) -> Iterator[genanki.Note]:
    yield from _questions(chapter)
    yield from _sentences(chapter)
    yield from _pictures(chapter)


def _questions(chapter: Chapter) -> Iterator[genanki.Note]:
    """The self-test."""
    asked = [question for cell in chapter.cells for question in cell.questions]
    said = html([part for question in asked for part in question])
    for question, front, back in zip(asked, said[::2], said[1::2], strict=True):
        yield _note(chapter, QUESTION, "quiz", question.question, front, back)


def _sentences(chapter: Chapter) -> Iterator[genanki.Note]:
    """The summary, with what is bold in it to be said: a card for each such word."""
    summary = [cell.source for cell in chapter.cells if cell.source.startswith("## Summary")]
    for sentence in ITEM.findall("".join(html(summary))):
        terms = TERM.findall(sentence)
        if terms:
            yield _note(chapter, SENTENCE, "summary", terms[0], _hidden(sentence))


def _hidden(sentence: str) -> str:
    number = count(1)
    return TERM.sub(lambda term: f"{{{{c{next(number)}::{term[1]}}}}}", sentence)


def _pictures(chapter: Chapter) -> Iterator[genanki.Note]:
    """Every picture, with what there is to see in it on the back."""
    for cell in chapter.cells:
        if cell.picture:
            front = f'<img src="{chapter.stem}-{cell.id}.png"><p>What does it show?</p>'
            back = f"<p>{escape(cell.picture.description)}</p>".replace("\n", "<br>")
            yield _note(chapter, QUESTION, "picture", cell.id, front, back)


def _note(
    chapter: Chapter, model: genanki.Model, kind: str, known_by: str, *fields: str
) -> genanki.Note:
    words = "".join(filter(str.isalnum, known_by.casefold()))
    return genanki.Note(
        model=model,
        fields=[*fields, f"{chapter.number} {chapter.title}"],
        guid=genanki.guid_for("mlbyhand", chapter.name, kind, words),
        tags=[chapter.name, kind],
    )


def _id(name: str) -> int:
    return 1_700_000_000 + crc32(name.encode()) % 100_000_000
