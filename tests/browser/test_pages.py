"""The pages that move without a kernel: alone on a disk, in a browser without a network."""

import re
from pathlib import Path

import pytest
from conftest import hand_out

from mlcore.book import exercises

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHAPTERS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
PATIENCE = 20_000
"""Milliseconds for a picture to change, on a busy machine."""
LOOKS = {
    "desk": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"},
}

every_chapter = pytest.mark.parametrize("stem", CHAPTERS)
every_look = pytest.mark.parametrize("look", LOOKS)


@pytest.fixture
def visit(browser, handed_out):
    """Open a page without a network; it must ask for no other file, and complain of nothing."""
    contexts, asked, complaints = [], [], []

    def at(name, **looks):
        contexts.append(browser.new_context(offline=True, **looks))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((handed_out / name).as_uri())
        return page

    yield at
    for context in contexts:
        context.close()
    assert not complaints
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    assert sum(url.startswith("file:") for url in asked) == len(contexts)


@every_chapter
def test_every_control_moves_the_picture_and_every_slider_the_sentence_by_key(stem, visit):
    page = visit(f"pages/{stem}.html")
    pictures = page.locator(".live").all()
    assert len(pictures) == (NOTEBOOKS / f"{stem}.ipynb").read_text("utf-8").count("widget-view")
    for picture in pictures:
        start = shown(picture)
        for control in picture.locator("[data-stride]:not(:checked)").element_handles():
            before, after = moved(picture, control)
            assert after[0] != before[0], "the picture stands still"
            assert after[1] != before[1] or control.get_attribute("type") == "checkbox"
        picture.get_by_role("button", name="Reset").press("Enter")
        assert settled(picture, shown(picture), start) == start


def test_a_walk_is_watched_to_its_end_and_stopped_by_a_press(visit):
    picture = visit("pages/03_gradient_descent.html").locator("#explore-descent-live")
    rate, steps = (picture.locator(f"[data-control={name}]") for name in ("learning_rate", "steps"))
    rate.press("Home")  # a rate at which the walk moves on
    for _ in range(2):  # from the end it begins again
        picture.get_by_role("button", name="Watch").click()
        picture.get_by_role("button", name="Stop").wait_for()
        picture.get_by_role("button", name="Watch").wait_for()
        assert steps.input_value() == steps.get_attribute("max")
    picture.get_by_role("button", name="Watch").click()
    picture.get_by_role("button", name="Stop").click()
    picture.get_by_role("button", name="Watch").wait_for()
    assert steps.input_value() == steps.get_attribute("max"), "it began again"


def test_whoever_asks_for_little_motion_keeps_the_steps_alone(visit):
    page = visit("pages/03_gradient_descent.html", reduced_motion="reduce")
    assert page.locator(".live [data-control=steps]").count()
    assert not page.get_by_role("button", name="Watch").count()


@every_look
@every_chapter
def test_axe_finds_nothing_of_level_a_or_aa(stem, look, visit, axe):
    assert axe(visit(f"pages/{stem}.html", **LOOKS[look])) == []


@every_look
@pytest.mark.parametrize("name", ["pages/index.html", "teachers/05_softmax_misconceptions.html"])
def test_axe_finds_nothing_on_the_other_pages(name, look, visit, axe):
    assert axe(visit(name, **LOOKS[look])) == []


@every_look
@every_chapter
def test_nothing_is_wider_than_the_screen(stem, look, visit):
    page = visit(f"pages/{stem}.html", **LOOKS[look])
    assert page.evaluate("document.documentElement.scrollWidth") <= LOOKS[look]["viewport"]["width"]


@pytest.mark.parametrize("width", [360, 390])
@every_chapter
def test_on_a_phone_the_words_in_pictures_have_their_ten_points_and_more(stem, width, visit):
    page = visit(f"pages/{stem}.html", viewport={"width": width, "height": 800})
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    page.wait_for_function("[...document.images].every(image => image.complete)")
    drawn = page.evaluate(DRAWN)
    assert len(drawn) == page.locator("figure").count() > 5
    # The words are of ten points and more: tests/book/test_widgets.py, test_figures.py.
    for points, pixels in drawn:
        assert pixels / points >= 96 / 72, (points, pixels)
    page.set_viewport_size({"width": 1200, "height": 800})
    page.wait_for_function(f"{DRAWN}.every(([points]) => points > 300)")


# How wide each picture was drawn, in points, and is shown, in pixels.
DRAWN = """[...document.querySelectorAll("figure svg[viewBox], picture img")].map(each => [
  each.viewBox?.baseVal.width ?? 0.72 * (
    each.currentSrc === each.src ? each : each.previousElementSibling).getAttribute("width"),
  each.getBoundingClientRect().width])"""


def test_the_index_leads_to_every_chapter_and_back(visit):
    page = visit("pages/index.html")
    links = page.locator(".chapters h2 a")
    assert [link.get_attribute("href") for link in links.all()] == [f"{s}.html" for s in CHAPTERS]
    moving = (NOTEBOOKS / f"{CHAPTERS[4]}.ipynb").read_text("utf-8").count("widget-view")
    assert page.locator(".facts").all_inner_texts()[4] == (
        f"About two and a half hours, {moving} pictures that move, "
        f"{len(exercises.CHAPTERS['softmax'])} exercises"
    )


# --- what needs no browser ---


def test_whoever_is_asked_for_a_guess_does_not_see_the_answer_at_once(handed_out):
    folds = re.findall(
        r'<div class="outputs">\s*<details>\s*<summary>(.*?)<', text(handed_out, CHAPTERS[1])
    )
    assert folds == ["The answer"] * 4
    assert re.search(
        r"<em>Which of the two answers.*?</em>.*?<summary>The answer",
        text(handed_out, CHAPTERS[1]),
        re.S,
    )


def test_the_index_tells_what_each_chapter_teaches_and_how_long_it_takes(handed_out):
    index = text(handed_out, "index")
    assert index.count("<p>Afterwards you can</p>\n<ul>") == len(CHAPTERS)
    assert len(re.findall(r'class="facts">About [\w ]+ hours, \d', index)) == len(CHAPTERS)


@every_chapter
def test_a_page_says_all_that_the_chapter_says(stem, handed_out):
    page = text(handed_out, stem)
    chapter = (NOTEBOOKS / f"{stem}.ipynb").read_text("utf-8")
    assert page.count("<h2 id") == chapter.count('"## ') > 10
    assert "<!--" not in page
    assert page.count("<math") > 10
    assert page.count("</figure>") == chapter.count('"image/png": {')


def test_a_page_shows_no_solution_and_says_where_answers_are_checked(handed_out):
    page = text(handed_out, "02_losses")
    assert "Hint 1" in page
    assert "check(" not in page
    assert "This page cannot run what you write." in page


def test_making_a_page_twice_gives_the_same_bytes(handed_out, tmp_path):
    hand_out(tmp_path, ["01_linear_regression"])
    assert text(tmp_path, "01_linear_regression") == text(handed_out, "01_linear_regression")


# --- by hand ---


def text(folder, stem):
    return (folder / "pages" / f"{stem}.html").read_bytes().decode()


def shown(picture):
    """The picture, moving and still parts, and the sentence."""
    parts = [".mlcore-picture > img", ".mlcore-front", "figcaption"]
    both = "(each, parts) => parts.map(part => each.querySelector(part).outerHTML)"
    still, front, words = picture.evaluate(both, parts)
    return still + front, words


def settled(picture, before, wanted=None):
    """What is shown when it is no longer what it was."""
    for _ in range(PATIENCE // 20):
        now = shown(picture)
        if now == wanted or (wanted is None and now != before):
            break
        picture.page.wait_for_timeout(20)
    return now


def moved(picture, control):
    """Before and after a control is moved by keys alone: a slider to its further end."""
    before = shown(picture)
    control.focus()
    match control.evaluate("control => control.type"):
        case "range":
            share = control.evaluate("control => control.value / control.max")
            control.press("End" if share < 0.5 else "Home")
        case "select-one":
            control.press("ArrowDown")
        case "button":
            control.press("Enter")
        case _:
            control.press("Space")
    return before, settled(picture, before)
