"""How long until the book answers in a browser alone, and how fast is it then?

    python tests/benchmarks/site_latency.py SITE

SITE is a folder built by `python -m mlcore.book site SITE`. It is served on this machine, so
what a network adds is not in the figures. Measured are, in Chromium,

- from opening chapter 1 to its text, to the first widget's picture, and to the picture that
  answers the first key on its slider: cold, in a browser that has never been here, and warm,
  on the next visit;
- from a key on a slider to the frame in which the new picture is painted, for plain `interact`
  and for this book, with the figure of widget_latency.py.
"""

import os
import re
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import widget_latency
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
import conftest
import lite

CHAPTER = "01_linear_regression.ipynb"
FIRST_WIDGET = re.compile(r"^explore_line\(\)")
WAYS = ("interact", "mlcore")
VISITS = 3
PATIENCE = 300_000


def visit(context, host):
    """Seconds from opening the chapter to its text, its first picture, its first answer."""
    page, start = context.new_page(), time.perf_counter()
    lite.open_chapter(page, f"{host}/jupyter", CHAPTER)
    seconds = [time.perf_counter() - start]
    lite.choose(page, "Edit", "Clear Outputs of All Cells")
    cell = lite.cell_with(page, FIRST_WIDGET)
    cell.locator(".cm-content").click()
    lite.choose(page, "Run", "Run All Above Selected Cell")
    cell.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".mlcore-live svg")
    seconds.append(time.perf_counter() - start)
    lite.move_a_slider(page)
    seconds.append(time.perf_counter() - start)
    page.close()
    return seconds


def starts(playwright, host):
    """The visits of a browser with a storage of its own: the first is cold, the next is warm."""
    with TemporaryDirectory() as storage:
        context = playwright.chromium.launch_persistent_context(
            storage,
            executable_path=conftest.program(playwright),
            args=conftest.QUIET.split(),
        )
        context.set_default_timeout(PATIENCE)
        yield visit(context, host)
        yield visit(context, host)
        context.close()


def ticks(browser, host, way):
    """Seconds from a key on the slider to the new picture, again and again."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(PATIENCE)
    lite.open_chapter(page, f"{host}/jupyter", CHAPTER)
    lite.choose(page, "Edit", "Clear Outputs of All Cells")
    for number, code in enumerate((widget_latency.FIGURE, widget_latency.WAYS[way])):
        lite.write(page, page.locator(".jp-CodeCell").nth(number), code)
    slider = page.get_by_role("slider")
    slider.focus()
    page.wait_for_timeout(3000)
    page.evaluate(widget_latency.WATCH, [way])
    seconds = [widget_latency.page_tick(page, slider) for _ in range(widget_latency.N_TICKS)]
    page.close()
    return seconds[3:]


def main(site):
    print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} programs already at work on them")
    with lite.serve(site) as host, sync_playwright() as playwright:
        visits = [list(starts(playwright, host)) for _ in range(VISITS)]
        for name, runs in zip(("cold", "warm"), zip(*visits, strict=True), strict=True):
            text, picture, answer = map(statistics.median, zip(*runs, strict=True))
            print(f"{name}: text {text:.1f} s, picture {picture:.1f} s, answer {answer:.1f} s")
        browser = conftest.launch(playwright)
        medians = {way: statistics.median(ticks(browser, host, way)) for way in WAYS}
        for way, seconds in medians.items():
            ratio = medians["interact"] / seconds
            print(f"{way}: {1e3 * seconds:.0f} ms a tick, {ratio:.1f} times as fast")


if __name__ == "__main__":
    main(sys.argv[1])
