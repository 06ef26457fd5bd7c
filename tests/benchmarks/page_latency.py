"""How long until a living page answers, how much does it fetch for that, and how is JupyterLite?

    python tests/benchmarks/page_latency.py SITE

SITE is a folder built by `python -m mlcore.book site SITE --pyodide FOLDER`. It is served on
this machine, so what a network adds is not in the figures. Measured are, for chapter 2, in
Chromium, from opening the address: its text, the answer of the first widget to a key, and the
first verdict, cold, in a browser that has never been here, and warm, on the next visit; then
the median of later verdicts, the first picture of "try it", and the bytes on the wire. Beside it
stand the same steps in JupyterLite, of whose cells only those are run that a step needs.

Of others: thebe-lite 0.5.0 (npm) runs JupyterLite's own kernel, with Pyodide 0.27 that it fetches
from a public address, behind 2.0 MB of scripts (those of thebe 0.9.3 and its own), and checks
nothing, so there is no verdict to wait for; Quarto Live is on no package index.
"""

import re
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
IMPORTS, TOOLS = re.compile("^import numpy"), re.compile(r"^from mlcore\.book\.exercises import")
WIDGET = re.compile(r"^explore_squares\(\)")
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


def in_jupyterlite(context, host):
    """Seconds to the text, the widget that answers and the verdict; of later verdicts; bytes."""
    page, start, fetched = context.new_page(), time.perf_counter(), []
    page.set_default_timeout(PATIENCE)
    page.on("requestfinished", lambda request: fetched.append(request.sizes()))
    lite.open_chapter(page, f"{host}/jupyter", f"{Path(PAGE).stem}.ipynb")
    page.locator(".jp-RenderedMarkdown", has_text="How wrong is a line?").first.wait_for()
    seconds = [time.perf_counter() - start]
    lite.choose(page, "Edit", "Clear Outputs of All Cells")
    run(page, IMPORTS)
    run(page, TOOLS)
    lite.write(page, lite.cell_with(page, re.compile(r"^def mse\(")), ANSWER)
    check = lite.cell_with(page, re.compile(r"^check\(mse\)"))
    lite.run(page, check)
    check.get_by_role("status").wait_for()
    seconds.append(time.perf_counter() - start)
    later = []
    for _ in range(LATER):
        begun = time.perf_counter()
        check.locator(".cm-content").click()
        lite.run(page, check)
        later.append(time.perf_counter() - begun)
    run(page, WIDGET)
    page.wait_for_selector(".mlcore-live svg")
    lite.move_a_slider(page)
    seconds.append(time.perf_counter() - start - sum(later))
    page.close()
    return *seconds, later, sum(size["responseBodySize"] for size in fetched)


def run(page, pattern):
    """Run the first cell with a line that begins so."""
    lite.cell_with(page, pattern).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")


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
        with browsers(f"{home}/lab", **options) as context:
            lab_text, lab_cold, lab_widget, lab_later, lab_fetched = in_jupyterlite(context, host)
            _, lab_warm, *_ = in_jupyterlite(context, host)
    print(f"text {text:.2f} s, widget {widget:.2f} s, {fetched / 1e6:.1f} MB without Python")
    print(f"first verdict {cold:.1f} s cold, {warm:.1f} s warm; Python {wire(site) / 1e6:.1f} MB")
    print(f"later verdicts {statistics.median(later):.2f} s, first picture {picture:.1f} s")
    print(
        f"JupyterLite: text {lab_text:.2f} s, widget {lab_widget:.1f} s after the verdict's cells"
    )
    print(f"  first verdict {lab_cold:.1f} s cold, {lab_warm:.1f} s warm")
    lab = statistics.median(lab_later)
    print(f"  later verdicts {lab:.2f} s; {lab_fetched / 1e6:.1f} MB without Python")
    print(f"sooner than JupyterLite: {lab_cold / cold:.1f} times cold, {lab_warm / warm:.1f} warm")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
