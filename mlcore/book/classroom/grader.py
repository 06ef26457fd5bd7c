"""nbgrader's autograde, with the points of the book's checks from where no student's code runs.

A course asks for it in its ``nbgrader_config.py`` (`mlcore.book.handouts.assignment` writes one).
nbgrader itself restores the locked cells before. The notebook is run as a whole only if it has
graded cells that are not the book's, and what a check shows there is overwritten.
"""

import ast
import os
from typing import Any

from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearSolutions, Execute
from nbgrader.utils import is_grade
from traitlets import Bool, Float, Unicode

from mlcore.book.checker.judge import SECONDS
from mlcore.book.checker.repair import Repair
from mlcore.book.checker.verdict import Verdict
from mlcore.book.classroom.judged import verdict
from mlcore.book.exercises import EXERCISES


class Clear(ClearSolutions):  # type: ignore[misc]
    """In the place of nbgrader's ClearSolutions, which leaves the same dots in every cell."""

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Hand a program that is to be mended out with its faults."""
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        exercise = EXERCISES.get(cell.get("id", "").removeprefix("exercise-").replace("-", "_"))
        if isinstance(exercise, Repair) and cell.cell_type == "code":
            cell.source = exercise.stub.rstrip()
        return cell, resources


KIND = "application/vnd.mlcore.verdict+json"
"""Under which a verdict stands beside its text, for the teacher's page."""


class Judge(Execute):  # type: ignore[misc]
    """In the place of nbgrader's Execute."""

    enabled = Bool(True, help="Not to be turned off: handed-in outputs are worth nothing.")
    secret = Unicode("", help="What the random questions are drawn from.").tag(config=True)
    seconds = Float(SECONDS, help="For all questions of an exercise together.").tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Put a verdict into every check."""
        graded = [cell for cell in nb.cells if is_grade(cell) and cell.cell_type == "code"]
        if not all(map(exercise_of, graded)):
            nb, resources = super().preprocess(nb, resources)
        sources: list[str] = []
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            name = exercise_of(cell) if is_grade(cell) else ""
            if name:
                self.log.info("Judging %s", name)
                found = verdict(name, sources, self.secret or secret(), self.seconds)
                cell.outputs = outputs(found)
            else:
                sources.append(cell.source)
        return nb, resources


def secret() -> str:
    """What the environment holds, where the course holds none."""
    return os.environ.get("MLCORE_CLASS_SECRET", "")


def exercise_of(cell: Any) -> str:
    """The exercise that a locked cell checks: the name in `check(name, points=3)`."""
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:
        return ""
    match tree.body:
        case [ast.Expr(value=ast.Call(func=ast.Name(id="check"), args=[ast.Name(id=name)]))]:
            return name if name in EXERCISES and cell.metadata.nbgrader.locked else ""
    return ""


def outputs(found: Verdict) -> list[Any]:
    """What the notebook shows; an error, which is how nbgrader takes points off, if refused."""
    data = {"text/plain": repr(found), "text/html": found._repr_html_(), KIND: vars(found)}
    shown = [new_output("display_data", data=data)]
    if not found.accepted:
        said = f"{found.title}. {found.message}"
        shown.append(new_output("error", ename="NoPoints", evalue=said, traceback=[found.title]))
    return shown
