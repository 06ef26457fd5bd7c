"""Whose work the site is made of, and under which licences: ``licences.html``.

Read off what lies in the site: the wheels tell their own licence, and the bundles of scripts
come with a list of theirs. The full texts lie there too, and the page leads to them.
"""

import email
import html
import json
import zipfile
from collections.abc import Iterable
from email.message import Message
from importlib import resources
from itertools import groupby
from pathlib import Path
from string import Template

import mlcore

__all__ = ["page"]

BOOK = """\
<h2>The book</h2>
<p>Machine learning, built by hand, {version}. Copyright 2026, the authors of the book.
The words and pictures are licensed under
<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>, the code under the
BSD 3-Clause License:</p>
<pre>{licence}</pre>
<h2>The data</h2>
<p>The penguins: A. M. Horst, A. P. Hill &amp; K. B. Gorman, palmerpenguins, 2020,
<a href="https://doi.org/10.5281/zenodo.3960218">doi:10.5281/zenodo.3960218</a>, public domain
(CC0), measured by K. B. Gorman and the Palmer Station LTER. The digits: E. Alpaydin &amp;
C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998,
<a href="https://doi.org/10.24432/C50P49">doi:10.24432/C50P49</a>, CC BY 4.0.</p>
<h2>Python</h2>
<p><a href="https://pyodide.org">Pyodide</a> (MPL-2.0) is
<a href="https://www.python.org">Python</a> (PSF-2.0) for browsers. With it come these
packages, each an archive that holds what its authors say of its licence.</p>
"""
BUNDLES = {"codemirror": "The editor, CodeMirror", "search": "The search, MiniSearch"}


def page(site: Path) -> bytes:
    """The page, about all that lies in the site."""
    licence = resources.files("mlcore").joinpath("LICENSE").read_text("utf-8")
    book = BOOK.format(version=mlcore.__version__, licence=html.escape(licence))
    shell = Template(resources.files(__package__).joinpath("licences.html").read_text("utf-8"))
    style = resources.files("mlcore.book.pages").joinpath("page.css").read_text("utf-8")
    return shell.substitute(style=style, body=book + _packages(site) + _scripts(site)).encode()


def _packages(site: Path) -> str:
    """The packages of Python, by name."""
    told = {(wheel["Name"], wheel["Version"], _licence(wheel)) for wheel in _metadata(site)}
    told = {row for row in told if row[0] != "mlbyhand"}  # the book itself
    return _table(sorted(told, key=lambda row: row[0].lower()))


def _metadata(site: Path) -> list[Message]:
    found = []
    for path in site.rglob("*.whl"):
        with zipfile.ZipFile(path) as archive:
            name = next(name for name in archive.namelist() if name.endswith("info/METADATA"))
            found.append(email.message_from_bytes(archive.read(name)))
    return found


def _licence(wheel: Message) -> str:
    """What it says, in the new way or in one of the old ones."""
    classes = [
        line.rpartition(":: ")[2]
        for line in wheel.get_all("Classifier") or []
        if line.startswith("License")
    ]
    first = (wheel["License"] or "").strip().partition("\n")[0].strip()
    return str(wheel["License-Expression"] or ", ".join(classes) or first or "see its archive")


def _scripts(site: Path) -> str:
    """The scripts, by bundle."""
    text = "<h2>Scripts</h2>\n"
    for path in sorted(site.rglob("third-party-licenses.json")):
        packages = json.loads(path.read_text("utf-8"))["packages"]
        rows = sorted({(p["licenseId"], p["name"], p["versionInfo"]) for p in packages})
        address = path.relative_to(site).as_posix()
        text += f'<p>In <a href="{address}">{address}</a> with their full texts:</p>\n'
        grouped = groupby(rows, key=lambda row: row[0])
        text += _table([(name, _listed(group)) for name, group in grouped])
    for path in sorted(site.rglob("*.LICENSE.txt")):
        address = path.relative_to(site).as_posix()
        name = BUNDLES[path.name.partition(".")[0]]
        text += f'<p>{name}: <a href="{address}">{address}</a>.</p>\n'
    return text


def _listed(rows: Iterable[tuple[str, str, str]]) -> str:
    return ", ".join(f"{name} {version}" for _, name, version in rows)


def _table(rows: list[tuple[str, ...]]) -> str:
    lines = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
    return "<table>\n" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "\n</table>\n"
