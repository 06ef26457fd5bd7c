"""The chapters in JupyterLite: built, served, and read in Chromium as a reader would."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import lite
import pytest
from lite import in_words, verdict

from mlcore.book import exercises

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHAPTERS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
SECONDS = 300
"""Long enough for a busy machine; what takes longer hangs."""

WRONG = {
    "predict_one": ("x, w, b", "while True: x = x * w + b"),
    "mse": ("predictions, targets", "return np.sum((predictions - targets) ** 2)"),
    "mse_gradient": ("predictions, targets", "return 2 * (predictions - targets)"),
    "sigmoid": ("scores", "return np.tanh(scores)"),
    "softmax": ("scores", "e = np.exp(scores - np.max(scores)); return e / np.sum(e)"),
}
"""A wrong answer to an exercise of each chapter, the first of them without an end."""

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


@pytest.fixture(scope="module")
def reader(browser, host):
    """A browser that has never been here, and the hosts that it has asked."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(SECONDS * 1000)
    context.asked = set()
    context.on("request", lambda request: context.asked.add(urlsplit(request.url)[:2]))
    yield context
    context.close()


@pytest.fixture(scope="module")
def pages(reader, host):
    """All chapters, running from top to bottom side by side, so that every core is used."""
    pages = {chapter: reader.new_page() for chapter in CHAPTERS}
    for chapter, page in pages.items():
        lite.open_chapter(page, f"{host}/jupyter", chapter)
        lite.run_all(page)
    return pages


@pytest.fixture
def page(chapter, pages):
    """A chapter that has run, in front of the others."""
    lite.wait_until_all_have_run(pages[chapter])
    pages[chapter].bring_to_front()
    return pages[chapter]


def test_a_file_that_was_in_the_folder_is_left_there(site):
    assert (site / "mine.txt").read_text("utf-8") == "mine"


def test_jupyter_opens_on_chapter_1_and_says_where_the_work_is_kept(reader, host):
    page = reader.new_page()
    page.goto(f"{host}/jupyter/")
    note = page.locator(".jp-Notebook blockquote").first
    assert "Your work is kept in this browser" in note.inner_text()
    assert "File → Download keeps a copy" in note.inner_text()
    assert page.url.endswith(CHAPTERS[0])
    page.close()


@every_chapter
def test_a_chapter_runs_from_top_to_bottom_without_an_error(chapter, page, screenshots):
    assert not page.locator(lite.ERRORS).all_text_contents()
    page.screenshot(path=screenshots / f"site_{Path(chapter).stem}.png")


@every_chapter
def test_a_slider_moves_the_picture(page):
    lite.move_a_slider(page)


@every_chapter
def test_an_answer_gets_the_verdict_that_it_gets_elsewhere(chapter, page, screenshots):
    name = next(name for name in WRONG if exercises.EXERCISES[name].chapter == chapter[3:-6])
    wrong = "def {}({}):\n    {}".format(name, *WRONG[name])
    for code in (wrong, exercises.EXERCISES[name].solution):
        lite.write(page, lite.cell_with(page, re.compile(rf"^def {name}\(")), code)
        check = lite.cell_with(page, re.compile(rf"^check\({name}\)"))
        lite.run(page, check)
        said = check.get_by_role("status").inner_text()
        assert " ".join(said.split()) == in_words(verdict(name, code))
    page.screenshot(path=screenshots / f"site_{Path(chapter).stem}_answered.png")


def test_no_request_left_the_host(pages, reader, host):
    assert {asked for scheme, asked in reader.asked if scheme.startswith("http")} == {host[7:]}
