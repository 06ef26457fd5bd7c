"""The notebooks of a class: blanks for students, answers for teachers, points for nbgrader."""

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

from mlcore.book.checker.repair import Repair
from mlcore.book.exercises import CHAPTERS, grade
from mlcore.book.handouts import Options, assignment, notebooks
from mlcore.book.pages.chapter import BookError, Chapter

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
STEMS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))

every_chapter = pytest.mark.parametrize("stem", STEMS)


@cache
def read(stem):
    return Chapter.read(NOTEBOOKS / f"{stem}.ipynb")


def opened(files):
    (content,) = files.values()
    book = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(book)
    return book


def cells_of(book):
    return {cell.id: cell for cell in book.cells}


@pytest.fixture(scope="module")
def filled():
    """The teacher's notebook of a chapter, made once."""
    return cache(lambda stem: notebooks.teacher(read(stem), Options()))


# --- for the student ---


@every_chapter
def test_a_student_edition_has_a_blank_for_every_exercise_and_nothing_has_run(stem):
    book = opened(notebooks.student(read(stem), Options()))
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    for exercise in CHAPTERS[stem[3:]]:
        assert any(cell.source == exercise.stub.rstrip() for cell in code)


@every_chapter
def test_a_student_edition_holds_no_answer_of_the_self_test(stem):
    chapter = read(stem)
    told = "\n".join(cell.source for cell in opened(notebooks.student(chapter, Options())).cells)
    questions = [question for cell in chapter.cells for question in cell.questions]
    assert told.count("*Your answer:*") == len(questions) >= 5
    assert all(question.question in told for question in questions)
    assert not any(question.answer in told for question in questions)


@every_chapter
def test_a_student_edition_holds_no_line_of_a_solution_where_it_is_asked_for(stem):
    book = cells_of(opened(notebooks.student(read(stem), Options())))
    for exercise in CHAPTERS[stem[3:]]:
        head = exercise.stub.splitlines()
        answer = {line for line in exercise.solution.splitlines() if line not in head}
        name = f"exercise-{exercise.name.replace('_', '-')}"
        assert not answer & set(book[name].source.splitlines())
        assert not answer & set(book[f"{name}-task"].source.splitlines())


# --- for the teacher ---


@every_chapter
def test_in_the_teachers_edition_every_check_has_run_and_is_right(stem, filled):
    book = opened(filled(stem))
    checks = [cell for cell in book.cells if cell.source.startswith("check(")]
    assert len(checks) == len(CHAPTERS[stem[3:]])
    assert all(": right" in cell.outputs[0].data["text/plain"] for cell in checks)


@every_chapter
def test_the_teachers_edition_is_the_chapter_in_all_else(stem, filled):
    was, now = cells_of(read(stem).book), cells_of(opened(filled(stem)))
    assert list(was) == list(now)
    changed = {name for name in was if was[name] != now[name]}
    assert {name.partition("-")[0] for name in changed} <= {"exercise", "check", "selftest"}
    assert [c.get("execution_count") for c in was.values()] == [
        c.get("execution_count") for c in now.values()
    ]


def test_making_the_notebooks_twice_gives_the_same_bytes(filled):
    assert notebooks.teacher(read("02_losses"), Options()) == filled("02_losses")
    makers = (notebooks.student, assignment.source)
    assert len({make(read("02_losses"), Options()).popitem() for make in makers for _ in "12"}) == 2


def test_an_answer_that_is_not_right_does_not_leave_the_house():
    chapter = Chapter.read(NOTEBOOKS / "02_losses.ipynb")
    cells_of(chapter.book)["check-mse"].source = 'check(residuals, "mse")'
    with pytest.raises(BookError, match="'check-mse' is not right"):
        notebooks.teacher(chapter, Options())


# --- for nbgrader ---


@every_chapter
def test_an_assignment_marks_what_is_the_students_and_only_that(stem):
    book = cells_of(opened(assignment.source(read(stem), Options())))
    for exercise in CHAPTERS[stem[3:]]:
        name = exercise.name.replace("_", "-")
        head, _, own = book[f"exercise-{name}"].source.partition("### BEGIN SOLUTION\n")
        given = "" if isinstance(exercise, Repair) else f"{exercise.head}    "
        assert head == given
        assert own.endswith("### END SOLUTION")
        cell = {}
        exec(f"import numpy as np\n{book[f'exercise-{name}'].source}", cell)
        assert grade(exercise.name, cell[exercise.name]).accepted


def test_a_program_to_be_mended_is_handed_out_with_its_faults():
    chapter = read("01_linear_regression")
    handed_out = cells_of(nbformat.reads(assignment.student(chapter).decode(), as_version=4))
    for exercise in chapter.exercises:
        name = f"exercise-{exercise.name.replace('_', '-')}"
        assert handed_out[name].source == exercise.stub.rstrip()


def test_a_course_has_a_secret_of_its_own():
    courses = [assignment.course([], Options())["nbgrader/nbgrader_config.py"] for _ in "12"]
    secrets = [re.search(rb'c.Judge.secret = "(\w{16})"', course)[1] for course in courses]
    assert secrets[0] != secrets[1]
