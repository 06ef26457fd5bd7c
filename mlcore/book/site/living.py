"""The living pages: the front door of the site, with all that their scripts need.

index.html  0?_*.html   the pages
reference.html          every function of mlcore
search.html             the whole book, by its words
licences.html           whose work all of it is
page/                   their scripts and frames, the editor, the index of the search, icons,
                        and the notebooks to hand in
offline.js              keeps all of it in the browser, where Python lies beside the pages
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

from ipywidgets import Widget
from PIL import Image, ImageDraw

import mlcore
from mlcore.book.handouts import assignment
from mlcore.book.pages import page
from mlcore.book.pages.chapter import Chapter
from mlcore.book.site import notices, reference, scripts, search

__all__ = ["add"]

HERE = Path(__file__).parent
LATER = ("scipy", "scikit_learn", "sympy", "jedi", "ipython")
"""What few cells need is fetched when it is needed, and not kept beforehand."""
ICONS = (192, 512)
MANIFEST = {
    "name": page.BOOK,
    "short_name": "Machine learning",
    "description": "Five chapters that build the core of machine learning by hand",
    "start_url": "../index.html",
    "scope": "../",
    "display": "standalone",
    "background_color": "#fdfdfb",
    "theme_color": "#005f96",
    "icons": [
        {"src": f"icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
        for size in ICONS
        for use in ("any", "maskable")
    ],
}


def add(
    site: Path,
    chapters: Sequence[Chapter],
    pyodide: str,
    packages: str,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Write the pages into the site, whose packages lie in the folder of this name.

    Parameters
    ----------
    site : Path
    chapters : sequence of Chapter
    pyodide : str
        The address of Pyodide, or "" if it lies among the packages.
    packages : str
    say : callable
        Is told what is being done, a line at a time.
    """
    told = {
        "version": mlcore.__version__,
        "pyodide": pyodide or f"{packages}/",
        "lock": f"{packages}/pyodide-lock.json",
        "sizes": {} if pyodide else _sizes(site / packages),
        "offline": not pyodide,
    }
    folder = site / "page"
    shutil.copytree(str(resources.files("mlcore.book.pages") / "script"), folder)
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    for size in ICONS:
        _icon(size).save(folder / f"icon-{size}.png")
    found: list[dict[str, str]] = []
    for chapter in chapters:
        say(f"  {chapter.number} {chapter.title}")
        files = page.page(chapter, told)
        for name, content in files.items():
            (site / name).write_bytes(content)
        address = f"{chapter.stem}.html"
        found += search.documents(address, f"{chapter.number} · {chapter.title}", files[address])
        (folder / f"{chapter.stem}.ipynb").write_bytes(assignment.student(chapter))
        Widget.close_all()
    (site / "index.html").write_bytes(page.index(chapters, told))
    say("The reference, the search and the editor")
    functions = reference.page()
    (site / "reference.html").write_bytes(functions)
    found += search.documents("reference.html", "Reference", functions)
    (site / "search.html").write_bytes(search.page())
    scripts.bundle(folder, found)
    (site / "licences.html").write_bytes(notices.page(site))
    if not pyodide:
        _keep_offline(site, packages)


def _sizes(folder: Path) -> dict[str, int]:
    """Of the files with which Python starts, in bytes."""
    names = ("pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", "numpy*", "mlbyhand*")
    return {path.name: path.stat().st_size for name in names for path in folder.glob(name)}


def _icon(size: int) -> Image.Image:
    """A line through dots, which may be cut to a circle."""
    icon = Image.new("RGB", (4 * size, 4 * size), "#005f96")
    draw, unit = ImageDraw.Draw(icon), size / 25
    draw.line([(22 * unit, 72 * unit), (78 * unit, 28 * unit)], "white", round(5 * unit))
    for x, y in ((31, 53), (41, 67), (51, 39), (62, 52), (70, 24)):
        draw.ellipse([(x - 5) * unit, (y - 5) * unit, (x + 5) * unit, (y + 5) * unit], "#ffd166")
    return icon.resize((size, size), Image.Resampling.LANCZOS)


def _keep_offline(site: Path, packages: str) -> None:
    """Write the service worker, which knows all files of the living pages."""
    own = [*site.glob("*.html"), *(site / "page").iterdir()]
    python = [path for path in (site / packages).iterdir() if not path.name.startswith(LATER)]
    files = [*sorted(own), *sorted(python)]
    content = hashlib.sha256()
    for file in files:
        content.update(file.read_bytes())
    script = (HERE / "offline.js").read_text(encoding="utf-8")
    names = ["./", *(file.relative_to(site).as_posix() for file in files)]
    told = {"VERSION": content.hexdigest()[:16], "FILES": names, "PYTHON": f"{packages}/"}
    for name, value in told.items():
        script = script.replace(f"const {name} = null;", f"const {name} = {json.dumps(value)};")
    (site / "offline.js").write_text(script, encoding="utf-8")
