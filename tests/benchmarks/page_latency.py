"""How long until a living page answers, and how much does it fetch for that?

    python tests/benchmarks/page_latency.py SITE

SITE is a folder built by `python -m mlcore.book site SITE --pyodide FOLDER`. It is served on
this machine, so what a network adds is not in the figures. Measured are, for chapter 2, in
Chromium, from opening the address: its text, the answer of the first widget to a key, and the
first verdict, cold, in a browser that has never been here, and warm, on the next visit; then
the median of later verdicts, the first picture of "try it", and the bytes on the wire. What
JupyterLite needs until its first answer is measured by site_latency.py.
"""

import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
import conftest
import lite

PAGE = "02_losses.html"
ANSWER = "def mse(predictions, targets):\n    return np.sum((predictions - targets) ** 2)"
LATER = 20
PATIENCE = 300_000


def text_and_widget(context, host):
    """Seconds to the text and to the widget that answers, and the bytes of it all."""
    page, start, fetched = context.new_page(), time.perf_counter(), []
    page.on("requestfinished", lambda request: fetched.append(request.sizes()))
    page.goto(f"{host}/{PAGE}", wait_until="commit")
    page.get_by_text("How wrong is a line?").first.wait_for()
    text = time.perf_counter() - start
    live = page.locator(".live").first
    sentence = live.locator("figcaption").inner_text()
    live.locator("[type=range]").first.press("ArrowRight")
    page.wait_for_function(
        "([live, before]) => live.querySelector('figcaption').textContent !== before",
        arg=[live.element_handle(), sentence],
    )
    widget = time.perf_counter() - start
    page.wait_for_timeout(1000)
    page.close()
    return text, widget, sum(size["responseBodySize"] for size in fetched)


def verdicts(context, host):
    """Seconds to the first verdict, to each later one, to the first picture, and the page."""
    page, start = context.new_page(), time.perf_counter()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{host}/{PAGE}#exercise-mse")
    exercise = page.locator("#exercise-mse")
    exercise.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(ANSWER)
    seconds = []
    for _ in range(LATER + 1):
        exercise.locator(".verdict").evaluate("verdict => { verdict.textContent = ''; }")
        exercise.get_by_role("button", name="Check", exact=True).click()
        exercise.locator(".verdict p").first.wait_for()
        seconds.append(time.perf_counter() - start)
        start = time.perf_counter()
    cell = page.locator("#squares-figure-cell")
    cell.locator("summary").click()
    start = time.perf_counter()
    cell.get_by_role("button", name="Try it").click()
    cell.get_by_role("button", name="Run", exact=True).wait_for()
    picture = time.perf_counter() - start
    page.close()
    return seconds[0], seconds[1:], picture


def wire(site):
    """Bytes of Python up to the first verdict."""
    folder = site / "jupyter" / "static" / "pyodide"
    names = ("pyodide.mjs", "pyodide.asm.*", "python_stdlib.zip", "pyodide-lock.json")
    return sum(
        path.stat().st_size
        for name in (*names, "numpy*", "mlbyhand*")
        for path in folder.glob(name)
    )


def main(site):
    """Print the figures, one line each."""
    with sync_playwright() as playwright, lite.serve(site) as host, TemporaryDirectory() as home:
        options = {"executable_path": conftest.program(playwright), "args": conftest.QUIET.split()}
        browsers = playwright.chromium.launch_persistent_context
        with browsers(f"{home}/text", **options) as context:
            text, widget, fetched = text_and_widget(context, host)
        with browsers(f"{home}/page", **options) as context:
            cold, later, picture = verdicts(context, host)
            warm, _, _ = verdicts(context, host)
    print(f"text {text:.2f} s, widget {widget:.2f} s, {fetched / 1e6:.1f} MB without Python")
    print(f"first verdict {cold:.1f} s cold, {warm:.1f} s warm; Python {wire(site) / 1e6:.1f} MB")
    print(f"later verdicts {statistics.median(later):.2f} s, first picture {picture:.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
