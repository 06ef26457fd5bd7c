"""The plans for the hour: their minutes add up, and what they name is in the chapter."""

import re
from pathlib import Path

import pytest

from mlcore.book.handouts import Options
from mlcore.book.pages.chapter import Chapter

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
STEMS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
PARTS = ["Afterwards they can", "Prepare", "Ask before the sliders move"]
PARTS += ["Where they stumble", "Leave out first"]

every_chapter = pytest.mark.parametrize("stem", STEMS)


@pytest.fixture(scope="module")
def plan(needs):
    needs("typst")
    needs("pypandoc")
    from mlcore.book.handouts import plan  # noqa: PLC0415

    return plan


def chapter(stem):
    return Chapter.read(NOTEBOOKS / f"{stem}.ipynb")


def sections(stem):
    """The cells of each section, by its heading without the number."""
    found = {}
    for cell in chapter(stem).cells:
        heading = (
            re.match(r"## (?:[\d.]+ )?(.*)$", cell.source, re.M)
            if cell.kind == "markdown"
            else None
        )
        if heading:
            found[heading[1]] = []
        if found:
            found[list(found)[-1]].append(cell)
    return found


def minutes(text):
    """The minutes of each section for lessons of three lengths."""
    rows = re.findall(r"^\| (.*?) \| (\d+) \| (\d+) \| (\d+) \|$", text, re.M)
    assert rows[0] == ("section", "45", "60", "90")
    return {name: tuple(map(int, columns)) for name, *columns in rows[1:]}


@every_chapter
def test_the_minutes_add_up_to_the_lesson(plan, stem):
    table = minutes(plan.text(stem[3:]))
    assert [sum(column) for column in zip(*table.values(), strict=True)] == [45, 60, 90]
    for name, (short, middle, long) in table.items():
        assert 0 <= short <= middle <= long, name
        assert short == 0 or short >= 3, name


@every_chapter
def test_the_sections_are_those_of_the_chapter_in_its_order(plan, stem):
    named, there = list(minutes(plan.text(stem[3:]))), list(sections(stem))
    assert set(named) <= set(there)
    assert named == sorted(named, key=there.index)
    assert "Your turn" in named


@every_chapter
def test_every_section_has_its_minutes_in_class_or_is_read_at_home(plan, stem):
    text = plan.text(stem[3:])
    numbered = re.findall(
        r"^## \d\.\d+ (.*)$", "\n".join(c.source for c in chapter(stem).cells), re.M
    )
    at_home = re.search(r"Homework after: .*", text)[0]
    for name in numbered:
        assert name in minutes(text) or f"*{name}*" in at_home, name


@every_chapter
def test_exercises_take_as_long_as_the_chapter_says_and_what_does_not_fit_goes_home(plan, stem):
    opening = chapter(stem).cells[0].source
    hours = {"two and a half": 2.5, "three": 3}
    found = re.search(r"about (.*) hours from now \(a third of them for the exercises\)", opening)
    text, wanted = plan.text(stem[3:]), round(60 * hours[found[1]] / 3)
    assert f"the chapter counts {wanted} minutes for its exercises" in text
    assert max(minutes(text)["Your turn"]) < wanted


@every_chapter
def test_a_section_that_is_asked_about_has_minutes_in_the_longest_lesson(plan, stem):
    text = plan.text(stem[3:])
    asked = re.findall(r"^- \*\*(.*?)\.?\*\*", text, re.M)
    assert not {name for name in asked if not minutes(text).get(name, (0,))[-1]}


@every_chapter
def test_there_is_a_question_before_every_widget(plan, stem):
    asked = re.findall(r"^- \*\*(.*?)\.?\*\*\.? \*(.*?\?)\*", plan.text(stem[3:]), re.M)
    with_widgets = {
        name
        for name, cells in sections(stem).items()
        if any(cell.role == "widget" for cell in cells)
    }
    assert {name for name, _ in asked} == with_widgets
    assert len(asked) == len(set(asked))


@every_chapter
def test_a_plan_has_its_parts_in_order_on_one_page(plan, needs, stem):
    text = plan.text(stem[3:])
    places = [text.index(f"**{part}") for part in PARTS]
    assert places == sorted(places)
    for paper in ("a4", "us-letter"):
        (made,) = plan.page(chapter(stem), Options(paper)).values()
        (page,) = needs("pypdfium2").PdfDocument(made)
        words = page.get_textpage().get_text_range()
        assert all(part in words for part in PARTS)
