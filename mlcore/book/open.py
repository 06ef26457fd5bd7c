"""Chapters to work in: ``python -m mlcore.book open``.

Puts the chapters, without their results, into a folder of the reader's choice and opens one of
them in JupyterLab. What the reader has written there stays: a chapter that is there already is
opened as it is. When a new edition of the book brings a new text, a chapter in which something
was written is kept beside the new one, under a name with ``_yours``.
"""

import argparse
import json
import os
import re
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mlcore.book import chapters

__all__ = ["add_arguments", "put", "run"]

FOLDER = Path("mlbyhand")

Notebook = dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the command line what there is to choose."""
    parser.add_argument(
        "--to", metavar="FOLDER", type=Path, default=FOLDER, help="default: %(default)s"
    )
    parser.add_argument(
        "--chapter", metavar="N", default="1", help="2, losses or 02_losses; default: 1"
    )
    parser.add_argument("--list", action="store_true", help="name the chapters, and open none")
    parser.add_argument(
        "lab", nargs="*", help="after --, what JupyterLab is to be told: -- --no-browser"
    )


def run(options: argparse.Namespace) -> int:
    """Put the chapters into the folder, open one, and return the exit code."""
    paths = sorted(chapters.FOLDER.glob("*.ipynb"))
    if options.list:
        sys.stdout.writelines(f"{_contents(path)}\n" for path in paths)
        return 0
    try:
        (first,) = chapters.choose(paths, [options.chapter])
        said = [sentence for path in paths for sentence in put(path, options.to)]
    except (ValueError, OSError) as error:
        raise SystemExit(f"error: {error}") from error
    sys.stdout.writelines(f"{sentence}\n" for sentence in said)
    sys.stdout.flush()
    return _lab(options.to.resolve(), first.name, options.lab)


def put(chapter: Path, folder: Path) -> list[str]:
    """Put a chapter into a folder unless it is there; say what was done, and lose no work."""
    new, there = _blank(json.loads(chapter.read_text("utf-8"))), folder / chapter.name
    old = _read(there)
    if old and _edition(new) in (_edition(old), _came_as(old)):
        return []
    said = [f"{there}: put there"]
    if there.exists() and not (old and _edition(old) == _came_as(old)):
        yours = _free(there)
        os.rename(there, yours)
        said = [f"{there}: is new; what you had there is kept as {yours.name}"]
    folder.mkdir(parents=True, exist_ok=True)
    beside = there.with_name(f".{there.name}.{os.getpid()}")
    beside.write_text(json.dumps(new, indent=1, ensure_ascii=False) + "\n", "utf-8")
    os.replace(beside, there)
    return said


def _contents(path: Path) -> str:
    """The number and the title of a chapter, and its question."""
    first = "".join(json.loads(path.read_text("utf-8"))["cells"][0]["source"])
    title, question = re.findall(r"^# (.*)$|^\*\*(.*)\*\*$", first, re.M)[:2]
    return f"{title[0]:28}{question[1]}"


def _read(path: Path) -> Notebook | None:
    """The notebook that lies there; None if there is none, or what is there is no notebook."""
    try:
        book: Notebook = json.loads(path.read_text("utf-8"))
        _edition(book), _came_as(book)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return book


def _blank(book: Notebook) -> Notebook:
    """A chapter before it is run, which remembers as what it came."""
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    book["metadata"]["mlbyhand"] = {"edition": _edition(book)}
    return book


def _edition(book: Notebook) -> str:
    """What tells the text of a notebook from any other, whatever its cells have shown."""
    cells = [[cell["cell_type"], "".join(cell["source"])] for cell in book["cells"]]
    return sha256(json.dumps(cells).encode()).hexdigest()[:16]


def _came_as(book: Notebook) -> str | None:
    """What its text was when it was put there, if it was."""
    came: str | None = book["metadata"].get("mlbyhand", {}).get("edition")
    return came


def _free(path: Path) -> Path:
    """A name beside this one that nobody has."""
    names = (path.with_stem(f"{path.stem}_yours{number}") for number in ("", *range(2, 1000)))
    return next(name for name in names if not name.exists())


def _lab(folder: Path, chapter: str, told: list[str]) -> int:
    """JupyterLab in the folder, whose address leads to the chapter."""
    if find_spec("jupyterlab") is None:
        raise SystemExit("To open them, install Jupyter: python -m pip install 'mlbyhand[book]'")
    from jupyterlab.labapp import main  # noqa: PLC0415  the extra is there

    main([f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{chapter}", *told])
    return 0
