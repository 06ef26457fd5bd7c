"""What is written on a page and handed in from there gets the points that it is worth."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_living import MEAN, SUM, download, judged, visit  # noqa: F401  a fixture

from mlcore.book import exercises
from mlcore.book.handouts import Options, assignment
from mlcore.book.pages.chapter import Chapter

STEM = "02_losses"
CHAPTER = Path(__file__).parents[2] / "notebooks" / f"{STEM}.ipynb"


@pytest.fixture
def course(needs, tmp_path):
    """The folder of a course to which chapter 2 is given."""
    needs("nbgrader")
    files = assignment.course([], Options()) | assignment.source(Chapter.read(CHAPTER), Options())
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    folder = tmp_path / "nbgrader"
    nbgrader(folder, "generate_assignment", STEM)
    return folder


def nbgrader(folder, *words):
    """Give nbgrader a command; it calls alembic, which sits beside Python."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "nbgrader", *words]
    subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, check=True)


def test_a_notebook_from_the_page_is_graded_by_nbgrader(visit, course, needs):  # noqa: F811
    page = visit(f"{STEM}.html")
    residuals = exercises.EXERCISES["residuals"].solution
    assert judged(page, "residuals", residuals).startswith("✓")
    assert judged(page, "mse", MEAN).startswith("✓")
    assert judged(page, "mae", SUM.replace("mse", "mae")).startswith("✗")
    submitted = course / "submitted" / "ada" / STEM
    submitted.mkdir(parents=True)
    assert download(page, "Download as a notebook", submitted).name == f"{STEM}.ipynb"
    nbgrader(course, "autograde", STEM)
    with needs("nbgrader.api").Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        (notebook,) = book.find_submission(STEM, "ada").notebooks
        points = {grade.name: grade.score for grade in notebook.grades}
    assert {name: score for name, score in points.items() if score} == {
        "check-residuals": 1,
        "check-mse": 2,
    }
    assert len(points) == len(exercises.CHAPTERS["losses"])
    page.close()
