"""The wheel: all that the book needs, in a folder with no checkout in sight."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import hatchling.build
import pytest

from mlcore.book.wheel import pack

ROOT = Path(__file__).parents[1]
LICENCES = {
    "LICENSE": "Redistribution and use in source and binary forms",
    "book/LICENSE": "Creative Commons Attribution 4.0 International Public License",
    "datasets/LICENSES.md": "creativecommons.org/publicdomain/zero/1.0/",
}
CHAPTERS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which the wheel is unpacked, as pip does it."""
    folder = tmp_path_factory.mktemp("installed")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        wheel = hatchling.build.build_wheel(str(folder))
    with zipfile.ZipFile(folder / wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def run(installed, tmp_path):
    """Run a Python command in an empty folder, with the package from the wheel; what it says."""

    def python(*arguments):
        places = os.environ | {"PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
        command = [sys.executable, *arguments]
        return subprocess.check_output(command, cwd=tmp_path, env=places, text=True)

    return python


def test_the_wheel_has_all_that_lies_in_the_package_and_the_chapters(installed):
    for path in [*(ROOT / "mlcore").rglob("*"), *(ROOT / "notebooks").glob("*.ipynb")]:
        if path.is_file() and "__pycache__" not in path.parts:
            inside = "mlcore/book" if path.suffix == ".ipynb" else ""
            there = installed / inside / path.relative_to(ROOT)
            assert there.read_bytes() == path.read_bytes(), path


def test_the_licences_are_where_tools_look_for_them(installed):
    (licences,) = installed.glob("*.dist-info/licenses/mlcore")
    for name, sentence in LICENCES.items():
        assert sentence in (licences / name).read_text("utf-8")


def test_a_class_gets_the_same_wheel_and_the_browser_what_it_can_use_of_it(installed, tmp_path):
    no_use = (".ipynb", "book/classroom/", "book/handouts/", "book/site/")
    for for_a_browser in (True, False):
        name, content = pack(for_a_browser=for_a_browser)
        (tmp_path / name).write_bytes(content)
        with zipfile.ZipFile(tmp_path / name) as archive:
            packed = {path for path in archive.namelist() if path.startswith("mlcore/")}
        files = {path for path in (installed / "mlcore").rglob("*") if path.is_file()}
        told = {path.relative_to(installed).as_posix() for path in files}
        left_out = {path for path in told if for_a_browser and any(map(path.count, no_use))}
        assert packed == told - left_out


def test_its_name_is_ours_and_its_version_is_in_one_place(run):
    look = "import mlcore; from importlib.metadata import version; print(mlcore.__file__)"
    assert "installed" in run("-c", f"{look}; assert version('mlbyhand') == mlcore.__version__")


def test_its_chapters_are_put_into_a_folder_and_opened(run, tmp_path):
    assert len(run("-m", "mlcore.book", "open", "--list").splitlines()) == len(CHAPTERS)
    run("-m", "mlcore.book", "open", "--to", "mine", "--", "--version")
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == CHAPTERS


def test_it_checks_answers_and_makes_what_is_handed_out(run, tmp_path):
    grade = "from mlcore.book.exercises import grade; print(grade('mse', lambda p, t: 0.0))"
    assert "mse" in run("-c", grade)
    run("-m", "mlcore.book", "handouts", "build", "--chapter", "1", "--kind", "student-notebook")
    assert json.loads((tmp_path / "build/students" / CHAPTERS[0]).read_text("utf-8"))["cells"]
