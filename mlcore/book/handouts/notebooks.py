"""The notebooks of a class: one with blanks for the student, one with answers for the teacher."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import nbformat

from mlcore.book.handouts import Files, Options
from mlcore.book.pages.chapter import QUESTION, BookError, Cell, Chapter, execute
from mlcore.book.wheel import pack

IMPORTS = "imports"
"""The cell with which every chapter begins."""
BLANK = "**{}**\n\n*Your answer:*"


def student(chapter: Chapter, _options: Options) -> Files:
    """The chapter to be filled in: nothing has run, and the self-test has no answers."""
    book = deepcopy(chapter.book)
    for told, cell in _both(chapter, book):
        if told.role == "quiz":
            cell.source = blank(told.source)
        if told.kind == "code":
            cell.outputs, cell.execution_count = [], None
    return {f"students/{chapter.stem}.ipynb": written(book)}


def teacher(chapter: Chapter, _options: Options) -> Files:
    """The chapter with every answer: the functions are filled in, run, and found right."""
    book = deepcopy(chapter.book)
    for told, cell in _both(chapter, book):
        if told.role == "quiz":
            cell.source = told.source.replace("<details>", "<details open>")
        if told.exercise:
            cell.source = told.exercise.solution.rstrip()
    _run_answers(chapter, book)
    return {f"teachers/{chapter.stem}.ipynb": written(book)}


def package(_chapters: Sequence[Chapter], _options: Options) -> Files:
    """The package that the notebooks import, for computers that reach no index."""
    name, content = pack(for_a_browser=False)
    return {f"students/{name}": content}


def _both(chapter: Chapter, book: Any) -> Iterator[tuple[Cell, Any]]:
    """Each cell as the chapter tells of it, and as it stands in the notebook."""
    standing = {cell.id: cell for cell in book.cells}
    return ((told, standing[told.id]) for told in chapter.cells)


def _run_answers(chapter: Chapter, book: Any) -> None:
    """Run the exercises with their checks; all else stands as it was run, on nothing of theirs."""
    answers = [
        cell
        for told, cell in _both(chapter, book)
        if told.id == IMPORTS or told.role in {"stub", "tools"}
    ]
    counts = [cell.execution_count for cell in answers]
    execute(nbformat.v4.new_notebook(cells=answers), chapter.stem)
    for cell, count in zip(answers, counts, strict=True):
        _is_right(chapter, cell)
        cell.execution_count = count
        cell.metadata.pop("execution", None)


def blank(quiz: str) -> str:
    """The questions of a self-test, each with room for an answer."""
    numbers = iter(range(1, quiz.count("<details>") + 1))
    intro = quiz.partition("<details>")[0].replace("Answer first, then open.\n\n", "")
    questions = (
        BLANK.format(f"{next(numbers)}. {found['question']}") for found in QUESTION.finditer(quiz)
    )
    return intro + "\n\n".join(questions)


def written(book: Any) -> bytes:
    """A notebook as a file."""
    return (nbformat.writes(book).rstrip("\n") + "\n").encode()


def _is_right(chapter: Chapter, cell: Any) -> None:
    """An answer that is not found right must not leave the house."""
    said = "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    if cell.source.startswith("check(") and ": right" not in said:
        raise BookError(f"{chapter.stem}: the answer before the cell {cell.id!r} is not right")
