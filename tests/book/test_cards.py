"""The deck of cards, opened as Anki opens it: a zip with a database in it."""

import io
import json
import re
import sqlite3
from pathlib import Path
from zipfile import ZipFile

import pytest

from mlcore.book.handouts import Options
from mlcore.book.pages.chapter import Cell, Chapter

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def cards(needs):
    needs("genanki")
    needs("pypandoc")
    from mlcore.book.handouts import cards  # noqa: PLC0415

    return cards


@pytest.fixture(scope="module")
def chapters():
    return [Chapter.read(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))]


def opened(cards, chapters, folder):
    """The notes by their ids, the names of the decks, the number of cards, the pictures."""
    (content,) = cards.deck(chapters, Options()).values()
    package = ZipFile(io.BytesIO(content))
    (folder / "deck.db").write_bytes(package.read("collection.anki2"))
    base = sqlite3.connect(folder / "deck.db")
    notes = dict(base.execute("select guid, flds from notes").fetchall())
    (names,) = base.execute("select decks from col").fetchone()
    (n_cards,) = base.execute("select count(*) from cards").fetchone()
    base.close()
    pictures = {name: package.read(i) for i, name in json.loads(package.read("media")).items()}
    return notes, {deck["name"] for deck in json.loads(names).values()}, n_cards, pictures


@pytest.fixture(scope="module")
def deck(cards, chapters, tmp_path_factory):
    return opened(cards, chapters, tmp_path_factory.mktemp("deck"))


def test_every_question_sentence_and_picture_is_in_the_deck(deck, chapters):
    notes, names, n_cards, pictures = deck
    questions = sum(len(cell.questions) for c in chapters for cell in c.cells)
    shown = [cell.picture for c in chapters for cell in c.cells if cell.picture]
    sentences = [fields for fields in notes.values() if "{{c1::" in fields]
    assert len(notes) == questions + len(shown) + len(sentences)
    assert len(sentences) >= 3 * len(chapters)
    hidden = sum(len(set(re.findall(r"\{\{c(\d+)::", fields))) for fields in sentences)
    assert n_cards == questions + len(shown) + hidden
    assert names >= {f"Machine learning, built by hand::{c.number} {c.title}" for c in chapters}
    assert sorted(pictures.values()) == sorted(picture.png for picture in shown)


def test_every_picture_of_a_card_is_there_and_every_answer_says_something(deck):
    notes, _, _, pictures = deck
    asked = {name for fields in notes.values() for name in re.findall(r'<img src="(.*?)"', fields)}
    assert asked == set(pictures)
    for fields in notes.values():
        assert all(len(re.sub("<.*?>", "", part)) > 3 for part in fields.split("\x1f"))
        assert "$" not in re.sub(r"<code>.*?</code>", "", fields)


def test_a_new_edition_changes_a_card_and_keeps_its_history(cards, deck, chapters, tmp_path):
    chapter = chapters[1]
    new = Chapter(chapter.stem, chapter.book)
    new.cells = [
        Cell(
            cell.id,
            cell.kind,
            cell.source.replace("That it passes through", "Only that it passes through").replace(
                "A **loss** turns", "Any **loss** turns"
            ),
            cell.outputs,
        )
        for cell in chapter.cells
    ]
    now, *_ = opened(cards, [chapters[0], new, *chapters[2:]], tmp_path)
    assert now.keys() == deck[0].keys()
    changed = [guid for guid in now if now[guid] != deck[0][guid]]
    assert len(changed) == 2
