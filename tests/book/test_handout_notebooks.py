"""The notebooks of a class: blanks for students, answers for teachers, points for nbgrader."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest

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
        head, _, own = book[f"exercise-{name}"].source.partition("    ### BEGIN SOLUTION\n")
        assert head == exercise.stub.removesuffix("    ...\n")
        assert own.endswith("### END SOLUTION")
        cell = {}
        exec(f"import numpy as np\n{book[f'exercise-{name}'].source}", cell)
        assert grade(exercise.name, cell[exercise.name]).accepted


OTHERS = [stem for stem in STEMS if stem != "02_losses"]


@pytest.fixture(scope="module")
def course(needs, tmp_path_factory):
    """The folder of a course, as it is made, but with four of the assignments as one."""
    needs("nbgrader")
    folder = tmp_path_factory.mktemp("course")
    files = assignment.course([], Options())
    for stem in STEMS:
        files |= assignment.source(read(stem), Options())
    for name, content in files.items():
        path = folder / (name if "02_losses" in name else re.sub(r"/0\d_\w+/", "/others/", name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "nbgrader"


@pytest.fixture(scope="module")
def nbgrader(course):
    """Give nbgrader a command."""
    # It calls alembic, which sits beside Python.
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    def command(*words):
        run = subprocess.run(
            [sys.executable, "-m", "nbgrader", *words],
            cwd=course,
            env=os.environ | {"PATH": programs},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr

    return command


@pytest.fixture(scope="module")
def graded(course, nbgrader, needs):
    """The points of a class: each student answers some exercises of the notebooks handed out."""
    gradebook = needs("nbgrader.api").Gradebook

    def points(name, answers_of):
        nbgrader("generate_assignment", name, "--create")
        for student, answers in answers_of.items():
            (course / "submitted" / student / name).mkdir(parents=True)
            for path in (course / "release" / name).glob("*.ipynb"):
                handed_in = answered(nbformat.read(path, as_version=4), answers)
                nbformat.write(handed_in, course / "submitted" / student / name / path.name)
        nbgrader("autograde", name, "--create")
        with gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
            return {student: book.find_submission(name, student).score for student in answers_of}

    return points


def answered(book, answers):
    for exercise, answer in answers.items():
        cell = cells_of(book).get(f"exercise-{exercise.replace('_', '-')}")
        if cell:
            cell.source = answer
    return book


def test_nbgrader_takes_off_the_points_of_a_class_of_three(graded, nbgrader, course):
    solutions = {exercise.name: exercise.solution for exercise in CHAPTERS["losses"]}
    not_squared = "def mse(p, t):\n    return np.mean(p - t)"
    one_known = {name: solutions[name] for name in ("residuals", "huber")}
    class_of_three = {"ada": solutions, "ben": one_known | {"mse": not_squared}, "cy": {}}
    assert graded("02_losses", class_of_three) == {"ada": 21, "ben": 7, "cy": 0}
    nbgrader("generate_feedback", "02_losses")
    page = course / "feedback" / "ben" / "02_losses" / "02_losses.html"
    assert "You did not square the misses" in page.read_text("utf-8")


def test_nbgrader_hands_out_dots_and_gives_full_marks_for_the_solutions(graded, course):
    exercises = [exercise for stem in OTHERS for exercise in CHAPTERS[stem[3:]]]
    solutions = {exercise.name: exercise.solution for exercise in exercises}
    most = sum(n * (n + 1) / 2 for n in (len(CHAPTERS[stem[3:]]) for stem in OTHERS))
    assert graded("others", {"ada": solutions}) == {"ada": most}
    released = [path.read_text("utf-8") for path in (course / "release" / "others").iterdir()]
    assert sum(text.count('"    ..."') for text in released) == len(exercises)
    assert not any("SOLUTION" in text for text in released)
