"""The exercises of a chapter as an assignment of nbgrader.

The source edition holds the solutions between nbgrader's marks. ``nbgrader
generate_assignment`` takes them out, and ``nbgrader autograde`` has the checks judged by
`mlcore.book.classroom`, as the configuration asks. The later an exercise, the more it is worth.
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from typing import Any

import nbformat
import nbformat.v4 as nb

from mlcore.book.checker.exercise import Exercise
from mlcore.book.checker.repair import Repair
from mlcore.book.handouts import Files, Options
from mlcore.book.handouts.notebooks import written
from mlcore.book.pages.chapter import Cell, Chapter

CONFIG = '''"""The course: python -m nbgrader generate_assignment --help"""

c = get_config()
c.CourseDirectory.course_id = "mlcore"
c.ClearSolutions.code_stub = {{"python": "..."}}

# The programs that are to be mended are handed out with their faults.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "mlcore.book.classroom.grader.Clear",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The points of the checks come from a process that no student's code ever reaches.
c.Autograde.autograde_preprocessors = [
    "mlcore.book.classroom.grader.Judge",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# The random questions are drawn from it: keep it from the students, and change it when you like.
c.Judge.secret = "{}"
'''
TITLE = """# {}: exercises

Put your own lines in place of the three dots, run the cell, and then the one below it.
A program of the repair shop has no dots: it runs and is wrong, and you mend it in place.
In a cell of your own, `hint` with the name of a function in quotes helps one step at a time."""
IMPORTS = "import numpy as np\n\nfrom mlcore.book.exercises import check, hint"
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
UNGRADED = {"schema_version": 3, "grade": False, "solution": False, "locked": True, "task": False}


def source(chapter: Chapter, _options: Options) -> Files:
    """The source edition of the assignment: tasks, solutions between marks, locked checks."""
    title = nb.new_markdown_cell(TITLE.format(chapter.title), id="title")
    cells = [title, _cell(IMPORTS, "imports"), *_tasks(chapter)]
    book = nb.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    return {f"nbgrader/source/{chapter.stem}/{chapter.stem}.ipynb": written(book)}


def student(chapter: Chapter) -> bytes:
    """What nbgrader would make of it for the student: dots, or faults, for the solutions."""
    (content,) = source(chapter, Options()).values()
    book = nbformat.reads(content.decode(), as_version=4)
    stubs = {cell.id: cell.exercise.stub for cell in chapter.cells if cell.exercise}
    for cell in book.cells:
        cell.source = stubs.get(cell.id, cell.source).rstrip()
    return written(book)


def course(_chapters: Sequence[Chapter], _options: Options) -> Files:
    """What makes the folder a course, with a secret of its own."""
    return {"nbgrader/nbgrader_config.py": CONFIG.format(secrets.token_hex(8)).encode()}


def marked(exercise: Exercise) -> str:
    """The solution, with what is the student's to write between nbgrader's marks."""
    if isinstance(exercise, Repair):
        return f"### BEGIN SOLUTION\n{exercise.solution}### END SOLUTION"
    head = exercise.head
    imports, _, body = exercise.solution.partition(head)
    return f"{head}    ### BEGIN SOLUTION\n{_indented(imports)}{body}    ### END SOLUTION"


def _indented(imports: str) -> str:
    """Imports move into the body, because above the marks they would give the answer away."""
    return re.sub(r"^(?=.)", "    ", imports.strip(), flags=re.M) + "\n" * bool(imports)


def _tasks(chapter: Chapter) -> Iterator[Any]:
    """For each exercise its task, a cell to fill and a check that is worth its points."""
    points = iter(range(1, len(chapter.cells)))
    for before, cell in zip(chapter.cells, chapter.cells[1:], strict=False):
        if cell.exercise:
            yield nb.new_markdown_cell(_task(before), id=before.id)
            yield _cell(marked(cell.exercise), cell.id, solution=True, locked=False)
            yield _check(cell.exercise, next(points))


def _task(cell: Cell) -> str:
    """What is asked, without the heading of the section in the chapter."""
    return re.sub(r"^## .*\n+", "", cell.source)


def _check(exercise: Exercise, points: int) -> Any:
    code = f"check({exercise.name}, points={points})"
    return _cell(code, f"check-{exercise.name.replace('_', '-')}", grade=True, points=points)


def _cell(code: str, name: str, **grading: Any) -> Any:
    metadata = {"nbgrader": UNGRADED | {"grade_id": name} | grading}
    return nb.new_code_cell(code, metadata=metadata, id=name)
