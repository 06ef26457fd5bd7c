"""The parts of the site, before a browser sees them."""

import hashlib
import importlib
import json
import re
from pathlib import Path

import nbformat
import pytest

from mlcore.book import __main__ as door
from mlcore.book import site
from mlcore.book.site import chapters

PROJECT = Path(__file__).parents[2]
NOTEBOOKS = PROJECT / "notebooks"
CHAPTERS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))

every_chapter = pytest.mark.parametrize("name", CHAPTERS)


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copies") / "chapters"
    chapters.copy(NOTEBOOKS, folder)
    return folder


@pytest.fixture
def packages(needs):
    """The module that makes the packages."""
    needs("jupyterlite_core")
    return importlib.import_module("mlcore.book.site.packages")


@every_chapter
def test_a_chapter_of_the_site_is_the_chapter_below_a_note(name, copies):
    note, *cells = nbformat.read(copies / name, as_version=4).cells
    chapter = nbformat.read(NOTEBOOKS / name, as_version=4)
    assert [cell.source for cell in cells] == [cell.source for cell in chapter.cells]
    assert "Your work is kept in this browser" in note.source
    assert [other for other in CHAPTERS if f"]({other})" not in note.source] == [name]


@every_chapter
def test_no_picture_is_lost_and_no_widget_is_dead(name, copies):
    here, there = ((folder / name).read_text("utf-8") for folder in (copies, NOTEBOOKS))
    assert here.count('"image/png": "') == there.count('"image/png": "')
    assert "widget-view" not in here


@every_chapter
def test_texts_are_whole_because_jupyterlite_joins_lines_with_commas(name, copies):
    for cell in json.loads((copies / name).read_text("utf-8"))["cells"]:
        assert isinstance(cell["source"], str)
        assert all(isinstance(output.get("text", ""), str) for output in cell.get("outputs", []))


def test_online_the_packages_stay_where_they_are_and_the_own_ones_come_along(packages, tmp_path):
    lock = {"packages": {"numpy": {"file_name": "numpy.whl", "sha256": "00"}}}
    (tmp_path / packages.LOCK).write_text(json.dumps(lock), encoding="utf-8")
    packages.add(tmp_path / "site", f"{tmp_path.as_uri()}/")
    folder = tmp_path / "site" / packages.FOLDER
    built = json.loads((folder / packages.LOCK).read_text("utf-8"))["packages"]
    assert built.pop("numpy") == {"file_name": f"{tmp_path.as_uri()}/numpy.whl", "sha256": "00"}
    assert set(built) >= {"mlbyhand", "ipywidgets", "comm"}
    for entry in built.values():
        wheel = (folder / entry["file_name"]).read_bytes()
        assert hashlib.sha256(wheel).hexdigest() == entry["sha256"]


def test_online_a_page_is_told_the_public_address_of_python(packages, tmp_path):
    living = importlib.import_module("mlcore.book.site.living")
    living.add(tmp_path, [], site.PYODIDE, f"jupyter/{packages.FOLDER}")
    page = (tmp_path / "index.html").read_text("utf-8")
    told = json.loads(
        re.search(r'<script type="application/json" id="site">(.*?)</script>', page)[1]
    )
    assert told["pyodide"] == site.PYODIDE
    assert told["pyodide"].endswith(f"/v{site.VERSION}/full/")
    assert told["lock"] == f"jupyter/{packages.FOLDER}/{packages.LOCK}"
    assert not told["offline"]
    assert not (tmp_path / "offline.js").exists()


def test_the_packages_index_is_never_asked_for_a_name_that_belongs_to_others(packages, tmp_path):
    for pyodide in (site.PYODIDE, str(tmp_path)):
        assert packages.settings(pyodide)["disablePyPIFallback"]
    assert packages._entry(Path("mlbyhand-1.0.0-py3-none-any.whl"))["imports"] == ["mlcore"]
    assert "mlcore" not in packages.AT_ONCE


def test_where_python_cannot_be_had_a_sentence_says_so(packages, tmp_path):
    with pytest.raises(SystemExit, match=r"cannot be fetched .* --pyodide FOLDER"):
        packages.add(tmp_path / "one", f"{tmp_path.as_uri()}/")
    with pytest.raises(SystemExit, match="is no Pyodide distribution"):
        packages.add(tmp_path / "two", str(tmp_path))


def test_without_its_extra_the_site_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(site, "PARTS", ("no_such_package",))
    with pytest.raises(SystemExit, match=r"needs the extra \[site\]: python -m pip install"):
        door.main(["site", str(tmp_path / "build")])
    assert not (tmp_path / "build").exists()


def test_the_tested_python_is_the_published_one():
    workflow = (PROJECT / ".github/workflows/pages.yml").read_text("utf-8")
    assert "mlcore.book.site import VERSION" in workflow
    assert f"v{site.VERSION}/" in site.PYODIDE
