"""The chapters as a browser wants them."""

import json
from pathlib import Path
from typing import Any

import nbformat

__all__ = ["copy", "index"]

WIDGET = "application/vnd.jupyter.widget-view+json"

KERNEL = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}

NO_BREAK = "\N{NO-BREAK SPACE}"

NOTE = """\
> **Nothing to install: Python runs inside this page.** \
It starts by itself; until it is ready, a cell that you run shows `[*]` at its left.
>
> **Your work is kept in this browser**, on this device, and sent nowhere. \
It is here when you come back, and gone when the browser's data are cleared or a private window \
is closed. *File → Download* keeps a copy. \
To have a chapter as it was, delete it in *File → Open…* and open it anew. \
A cell that never ends is stopped by *Kernel → Restart Kernel…*
>
> {chapters}"""

INDEX = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Machine learning, built by hand</title>
<script id="jupyter-config-data" type="application/json" data-jupyter-lite-root=".">{{}}</script>
<p><a href="{address}">Chapter 1</a></p>
<p id="disk" hidden>Python needs these notebooks to come from a web server. In the folder of the
site, <code>python -m http.server</code> is one: open the address that it prints. From a disk, the
<a href="../index.html">chapters as pages</a> can be read and moved.</p>
<script>
if (location.protocol === "file:") document.getElementById("disk").hidden = false;
else location.replace("{address}");
</script>
</html>
"""


def copy(notebooks: Path, folder: Path) -> None:
    """Copy the chapters, each with a note on top that says where the reader's work is kept."""
    folder.mkdir()
    paths = sorted(notebooks.glob("*.ipynb"))
    for path in paths:
        chapter = nbformat.read(path, as_version=4)  # joins the lines, as JupyterLite wants them
        chapter.metadata["kernelspec"] = KERNEL
        for cell in chapter.cells:
            _trust(cell)
        note = nbformat.v4.new_markdown_cell(_note(paths, path), id="in-your-browser")
        chapter.cells.insert(0, note)
        (folder / path.name).write_text(json.dumps(chapter, ensure_ascii=False), encoding="utf-8")


def index(notebooks: Path) -> str:
    """The page that leads to the first chapter; those of Jupyter look into it for settings."""
    first = min(path.name for path in notebooks.glob("*.ipynb"))
    return INDEX.format(address=f"notebooks/index.html?path={first}")


def _trust(cell: Any) -> None:
    """Let the pictures be seen; a widget is a still one until its cell is run."""
    if cell.cell_type == "code":
        cell.metadata["trusted"] = True
        for output in cell.outputs:
            output.get("data", {}).pop(WIDGET, None)


def _note(paths: list[Path], here: Path) -> str:
    links = []
    for number, path in enumerate(paths, start=1):
        name = f"{number} {path.stem[3:].replace('_', ' ').capitalize()}".replace(" ", NO_BREAK)
        links.append(f"**{name}**" if path == here else f"[{name}]({path.name})")
    return NOTE.format(chapters=" · ".join(links))
