"""The site, served on this machine and used as a reader uses it."""

import functools
import http.server
import re
import threading
from contextlib import contextmanager

import numpy as np

from mlcore.book import exercises

EVERY = 200
"""Milliseconds between two looks at a page: at every frame, looking costs more than running."""


class Files(http.server.SimpleHTTPRequestHandler):
    """A web server as plain as any."""

    protocol_version = "HTTP/1.1"
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def serve(folder):
    """The address at which the files of this folder are handed out."""
    handler = functools.partial(Files, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def open_chapter(page, host, chapter):
    page.goto(f"{host}/notebooks/index.html?path={chapter}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.add_style_tag(content=".jp-KernelStatus-spinner { display: none }")  # it costs a core


def choose(page, menu, item):
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{menu}$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{item}$")).click()


def run_all(page):
    choose(page, "Edit", "Clear Outputs of All Cells")
    choose(page, "Run", "Run All Cells")


def wait_until_all_have_run(page):
    page.wait_for_function(ALL_HAVE_RUN, arg=ERRORS, polling=EVERY)


def cell_with(page, pattern):
    """The first code cell with a line that begins so."""
    return page.locator(".jp-CodeCell", has=page.locator(".cm-line", has_text=pattern)).first


def write(page, cell, code):
    """Write into a cell in place of what is there, and run it; the next cell is then chosen."""
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")


def run(page, cell):
    """Run the cell that is chosen, which is this one, and wait until it has."""
    prompt = cell.locator(".jp-InputPrompt").first
    before = prompt.inner_text()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(HAS_RUN_AGAIN, arg=[prompt.element_handle(), before], polling=EVERY)


def move_a_slider(page):
    """Press a key on the first slider, and wait for the picture to change."""
    widget = page.locator(".mlcore-live").first
    before = widget.locator("svg").inner_html()
    widget.get_by_role("slider").first.press("ArrowRight")
    page.wait_for_function(PICTURE_HAS_CHANGED, arg=[widget.element_handle(), before])


@functools.cache
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

# A prompt shows [*] while its cell waits or runs, and a number when it has run; after an error
# the others never run.
ALL_HAVE_RUN = r"""errors => {
  const prompts = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')];
  const ran = prompts.length && prompts.every(prompt => /\d/.test(prompt.textContent));
  return ran || document.querySelector(errors);
}"""

HAS_RUN_AGAIN = r"""([prompt, before]) =>
  /\d/.test(prompt.textContent) && prompt.textContent !== before"""

PICTURE_HAS_CHANGED = "([live, before]) => live.querySelector('svg').innerHTML !== before"
