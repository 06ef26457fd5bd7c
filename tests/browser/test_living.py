"""The living pages of the site: read, answered, judged, kept and handed in, in Chromium."""

import json
import re
from urllib.parse import urljoin, urlsplit

import pytest
from lite import in_words, verdict

from mlcore.book import exercises

STEMS = [f"{number:02}_{name}" for number, name in enumerate(exercises.CHAPTERS, start=1)]
SECONDS = 120
"""Long enough for a busy machine; what takes longer hangs."""
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SUM = "def mse(predictions, targets):\n    return np.sum((predictions - targets) ** 2)"
MEAN = "def mse(predictions, targets):\n    return np.mean((predictions - targets) ** 2)"

every_chapter = pytest.mark.parametrize("stem", STEMS)


@pytest.fixture(scope="module")
def visit(browser, host):
    """Open a page of the site in a browser of its own, which may ask nobody else."""
    contexts, asked, complaints = [], set(), []

    def at(name, context=None, **looks):
        if context is None:
            context = browser.new_context(**looks)
            contexts.append(context)
            context.on("request", lambda request: asked.add(urlsplit(request.url)[:2]))
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{host}/{name}")
        return page

    at.complaints = complaints
    yield at
    for context in contexts:
        context.close()
    assert {place for scheme, place in asked if scheme.startswith("http")} == {host[7:]}
    assert not complaints


@pytest.fixture(scope="module")
def losses(visit):
    """Chapter 2, in which one test after another writes."""
    return visit("02_losses.html", **PHONE)


# --- exercises ---


@every_chapter
def test_every_answer_gets_the_verdict_that_it_gets_elsewhere(stem, visit):
    page = visit(f"{stem}.html")
    for exercise in exercises.CHAPTERS[stem[3:]]:
        for code in (*wrong(exercise), exercise.solution):
            assert judged(page, exercise.name, code) == in_words(verdict(exercise.name, code))
    n = len(exercises.CHAPTERS[stem[3:]])
    assert f"{n} of {n} right" in page.locator(".work").inner_text()
    page.close()


def wrong(exercise):
    """Two known mistakes; not those that only overflow, of which WebAssembly keeps no account."""
    mistakes = {
        label: f"from mlcore.book.exercises import EXERCISES\n"
        f"{exercise.name} = EXERCISES[{exercise.name!r}].mistakes[{label!r}][0]"
        for label in exercise.mistakes
    }
    told = (code for code in mistakes.values() if "warns" not in repr(verdict(exercise.name, code)))
    return [next(told), next(told)]


def test_what_is_written_in_one_exercise_is_there_in_the_next(losses):
    judged(losses, "mse", MEAN)
    code = "def rmse(predictions, targets):\n    return mse(predictions, targets) ** 0.5"
    assert judged(losses, "rmse", code).startswith("✓ rmse: right")


def test_what_python_cannot_read_is_said_with_its_line(losses):
    said = judged(losses, "mae", "def mae(predictions, targets):\n    return (1")
    assert "Python cannot read it in line 2" in said
    assert "There is no function mae" in judged(losses, "mae", "def mea(a, b):\n    return 1")


def test_a_loop_without_an_end_is_ended_and_the_other_answers_stay(losses):
    judged(losses, "mse", MEAN)
    said = judged(losses, "huber", "while True:\n    pass")
    assert "still running after 5 seconds" in said
    code = "def rmse(predictions, targets):\n    return mse(predictions, targets) ** 0.5"
    assert judged(losses, "rmse", code + "\n").startswith("✓ rmse: right")


def test_the_work_is_there_again_after_a_reload(losses):
    losses.reload()
    assert "rmse: right" in losses.locator("#exercise-rmse .verdict").inner_text()
    assert f"2 of {len(exercises.CHAPTERS['losses'])} right" in losses.locator(".work").inner_text()
    losses.locator("#exercise-mse").scroll_into_view_if_needed()
    assert lines(losses, "mse") == MEAN
    assert judged(losses, "rmse", "from math import sqrt\n" + lines(losses, "rmse")).startswith("✓")


def test_hints_come_one_by_one_and_the_solution_after_a_try_or_a_second_press(losses):
    exercise = losses.locator("#exercise-residuals")
    for number in (1, 2):
        exercise.get_by_role("button", name=f"Hint {number} of 2").tap()
        assert exercise.locator(".hints details:visible").count() == number
    exercise.get_by_role("button", name="Solution").tap()
    exercise.get_by_role("button", name="Show it without a try?").tap()
    exercise.locator(".solved .cm-content").wait_for()
    assert "return predictions - targets" in exercise.locator(".solved").inner_text()


def test_reset_brings_the_stub_back_and_undo_the_answer(losses):
    losses.locator("#exercise-mse").get_by_role("button", name="Reset").tap()
    assert lines(losses, "mse") == exercises.EXERCISES["mse"].stub.rstrip()
    losses.locator("#exercise-mse .cm-content").focus()
    losses.keyboard.press("ControlOrMeta+z")
    assert lines(losses, "mse") == MEAN


def test_the_row_of_keys_writes_into_the_editor(losses):
    losses.locator("#exercise-mae .cm-content").tap()
    losses.keyboard.press("ControlOrMeta+a")
    losses.keyboard.insert_text("x")
    keys = losses.get_by_role("toolbar", name="Keys for Python")
    for key in ("[", "power", ":", "indent"):
        keys.get_by_role("button", name=key, exact=True).tap()
    assert lines(losses, "mae") == "    x[**:"
    losses.keyboard.press("Escape")
    losses.keyboard.press("Tab")
    keys.wait_for(state="hidden")


def test_if_python_cannot_be_loaded_the_page_says_so_and_tries_again(visit):
    page = visit("02_losses.html")
    page.context.route("**/pyodide.asm.wasm", lambda route: route.abort())
    page.locator("#exercise-mse").scroll_into_view_if_needed()
    alert = page.locator("#exercise-mse .waiting")
    alert.get_by_text("Python could not be loaded").wait_for()
    page.context.unroute("**/pyodide.asm.wasm")
    alert.get_by_role("button", name="Try again").click()
    assert judged(page, "mse", SUM).startswith("✗ mse: not yet")
    page.close()
    visit.complaints.clear()  # of the aborted request


# --- cells ---


def test_any_cell_runs_with_the_cells_that_it_needs_and_can_be_put_back(losses):
    cell = losses.locator("#five-typo-cell")
    before = cell.locator(".outputs pre").text_content()
    cell.get_by_role("button", name="Try it").tap()
    run = cell.get_by_role("button", name="Run", exact=True)
    run.wait_for()
    assert cell.locator(".outputs").inner_text().rstrip() == before
    write(losses, cell, "typed = five.copy()\nprint(typed[0])")
    run.tap()
    cell.get_by_text("3750.0").wait_for()
    assert "changed" in cell.get_attribute("class")
    cell.get_by_role("button", name="Put back").tap()
    assert cell.locator(".outputs").inner_text() == "The answer"
    assert "changed" not in cell.get_attribute("class")


def test_a_figure_is_drawn_below_its_cell(losses):
    cell = losses.locator("#held-out-figure-cell")
    described = cell.locator("img").get_attribute("alt")
    cell.get_by_text("The code of this picture").tap()
    cell.get_by_role("button", name="Try it").tap()
    cell.get_by_role("button", name="Run", exact=True).wait_for()
    assert cell.locator("img").get_attribute("alt") == described
    assert cell.locator("img").evaluate("img => img.naturalWidth") > 1000


def test_a_loop_without_an_end_in_a_cell_is_ended(losses):
    cell = losses.locator("#tie-cell")
    cell.get_by_role("button", name="Try it").tap()
    write(losses, cell, "while True:\n    pass")
    cell.get_by_role("button", name=re.compile("^Run")).tap()
    cell.get_by_text("still running after 5 seconds").wait_for()
    cell.get_by_role("button", name="Put back").tap()


def test_an_error_is_shown_with_the_readers_line(losses):
    cell = losses.locator("#tie-cell")
    write(losses, cell, "print(1)\n1 / 0")
    cell.get_by_role("button", name=re.compile("^Run")).tap()
    cell.get_by_text("ZeroDivisionError").wait_for()
    assert cell.locator(".outputs").inner_text().startswith("1")


# --- taking along, handing in ---


def test_the_work_can_be_taken_along_and_brought_back(losses, visit, tmp_path):
    judged(losses, "mse", MEAN)
    file = download(losses, "Take your work along", tmp_path)
    elsewhere = visit("index.html")
    with elsewhere.expect_navigation():
        elsewhere.locator("input[type=file]").set_input_files(file)
    elsewhere.get_by_text(
        re.compile(f"[1-9] of {len(exercises.EXERCISES)} exercises right")
    ).wait_for()
    elsewhere.close()


def test_the_students_notebook_holds_the_answers_as_nbgrader_wants_them(losses, tmp_path, needs):
    book = json.loads(download(losses, "Download as a notebook", tmp_path).read_text("utf-8"))
    cells = {cell["id"]: cell for cell in book["cells"]}
    assert cells["exercise-mse"]["source"] == MEAN
    assert "".join(cells["exercise-best-constant"]["source"]).endswith("...")
    form = needs("nbgrader.nbgraderformat")
    form.reads(json.dumps(book), as_version=4)
    assert cells["check-mse"]["metadata"]["nbgrader"]["locked"]


def test_a_newer_version_of_the_book_begins_with_the_older_work(losses):
    older = losses.evaluate("localStorage['mlcore 1.0.0 02_losses/mse']")
    assert older, "the version has changed: change it here"
    taken = losses.evaluate(
        "import('./page/keeper.js').then(({Keeper}) => new Keeper('2.0.0').get('02_losses/mse'))"
    )
    assert taken["source"] == json.loads(older)["source"]


# --- everywhere ---


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_editors_open_and_verdicts_shown(scheme, losses, axe):
    losses.emulate_media(color_scheme=scheme)
    assert judged(losses, "mse", SUM).startswith("✗")
    assert judged(losses, "mae", MEAN.replace("mse", "mae")).startswith("✗")
    assert losses.locator(".cm-content").count() > 3
    assert axe(losses) == []


def test_on_a_phone_nothing_is_too_wide_and_every_target_is_large(losses):
    assert losses.evaluate("document.documentElement.scrollWidth") <= 360
    targets = ".exercise button, .cell button, .work button, .live button, .live [type=range]"
    boxes = [each for each in losses.locator(targets).all() if each.is_visible()]
    assert len(boxes) > 20
    assert all(box.bounding_box()["height"] >= 44 for box in boxes)


def test_without_a_network_all_works_on_after_one_visit(visit):
    page = visit("index.html")
    page.evaluate(KEPT)
    page.context.set_offline(True)
    page.goto(page.url.replace("index", "03_gradient_descent"))
    assert judged(page, "slope", exercises.EXERCISES["slope"].solution).startswith("✓ slope: right")
    page.close()


KEPT = """new Promise(resolve => {
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "kept" && resolve());
  navigator.serviceWorker.ready.then(({ active }) => active.postMessage("keep"));
})"""


def test_the_site_can_be_installed_as_an_app(visit, host):
    page = visit("index.html")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    session = page.context.new_cdp_session(page)
    told = session.send("Page.getAppManifest")
    manifest = json.loads(told["data"])
    assert not told["errors"]
    for name in [manifest["start_url"], *(icon["src"] for icon in manifest["icons"])]:
        address = urljoin(told["url"], name)
        assert address.startswith(host)
        assert page.request.get(address).ok
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Each test has a browser of its own, which keeps nothing, and in which nothing is installed.
    assert [error["errorId"] for error in errors] in ([], ["in-incognito"])
    page.close()


def test_from_a_disk_the_page_says_what_the_exercises_need(browser, site):
    page = browser.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((site / "02_losses.html").as_uri())
    assert "has to come from a web server" in page.locator(".note.python").inner_text()
    assert not complaints
    page.close()


def test_chapters_lead_to_the_next_and_to_jupyter(visit):
    page = visit("index.html")
    page.get_by_role("link", name="1 · Linear regression").click()
    for stem in STEMS[1:]:
        page.locator("main .ways [rel=next]").click()
        assert page.url.endswith(f"{stem}.html")
    lab = page.get_by_role("link", name="Open in Jupyter").get_attribute("href")
    assert lab == f"jupyter/notebooks/index.html?path={STEMS[-1]}.ipynb"
    page.close()


def test_words_lead_to_the_sections_that_have_them(visit, axe):
    page = visit("index.html", **PHONE)
    page.get_by_label("Find in the book").fill("overfitting")
    page.get_by_role("button", name="Search").tap()
    found = page.locator(".found a")
    found.first.wait_for()
    assert any(link.get_attribute("href").startswith("02_losses") for link in found.all())
    assert "overfitting" in page.locator(".found mark").first.inner_text().lower()
    assert axe(page) == []
    page.get_by_label("Find").fill("mse_gradient")
    page.get_by_role("link", name="mse_gradient", exact=True).tap()
    page.wait_for_url("**/reference.html#mse_gradient")
    page.go_back()
    page.get_by_label("Find").fill("no such word anywhere")
    assert page.locator("output").inner_text() == "nothing found"
    page.close()


def test_from_a_disk_words_are_found_too(browser, site):
    page = browser.new_page()
    page.goto(f"{(site / 'search.html').as_uri()}?q=outlier")
    assert page.locator(".found li").count() > 1
    page.close()


# --- by hand ---


def judged(page, name, code):
    """Write an answer, have it checked, and return what is said."""
    exercise = page.locator(f"#exercise-{name.replace('_', '-')}")
    write(page, exercise, code)
    exercise.locator(".verdict").evaluate("verdict => { verdict.textContent = ''; }")
    exercise.locator(".buttons .first").click()
    exercise.locator(".verdict p").first.wait_for()
    return " ".join(exercise.locator(".verdict").inner_text().split())


def write(page, place, code):
    place.scroll_into_view_if_needed()
    place.locator(".cm-content").first.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)


def lines(page, name):
    editor = page.locator(f"#exercise-{name} .editor .cm-content").first
    editor.wait_for()
    return (
        "\n".join(editor.locator(".cm-line").all_inner_texts()).replace("\n\n\n", "\n\n").rstrip()
    )


def download(page, button, folder):
    with page.expect_download() as file:
        page.get_by_role("button", name=button).click()
    file.value.save_as(folder / file.value.suggested_filename)
    return folder / file.value.suggested_filename
