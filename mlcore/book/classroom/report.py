"""The teacher's page about a class, and the same as a table.

Who has what stands in nbgrader's gradebook; why, in the notebooks that were graded.
"""

import csv
import html
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import nbformat

from mlcore.book.checker import own, teachers
from mlcore.book.checker.verdict import Verdict, marked
from mlcore.book.classroom.grader import KIND
from mlcore.book.exercises import EXERCISES

FORMULA = ("=", "+", "-", "@")  # a spreadsheet would calculate what begins so


class Result(NamedTuple):
    """What one student has for one exercise."""

    assignment: str
    notebook: str
    student: str
    exercise: str
    points: float
    most: float
    verdict: Verdict | None  # None: there was nothing to judge, or nbgrader could not read it

    @property
    def outcome(self) -> str:
        """In a word or two."""
        if self.verdict is None or not self.verdict.attempted:
            return "not attempted" if self.verdict else "not graded"
        return "right" if self.verdict.accepted else self.verdict.mistake or "wrong"


def read(folder: Path, assignment: str | None = None) -> list[Result]:
    """All results of a course, by assignment and student."""
    from nbgrader.api import Gradebook  # noqa: PLC0415 (slow to import)

    book = folder / "gradebook.db"
    if not book.exists():
        raise ValueError(f"there is no gradebook in {folder}: run nbgrader autograde there first")
    with Gradebook(f"sqlite:///{book}") as gradebook:
        known = [each.name for each in gradebook.assignments]
        if assignment not in [None, *known]:
            raise ValueError(f"there is no assignment {assignment!r}; there are {', '.join(known)}")
        submitted = [
            submission
            for name in sorted(known)
            if assignment in {None, name}
            for submission in gradebook.assignment_submissions(name)
        ]
        results = [
            result
            for submission in sorted(submitted, key=lambda s: (s.assignment.name, s.student.id))
            for notebook in submission.notebooks
            for result in _of_notebook(folder, submission, notebook)
        ]
    if not results:
        raise ValueError(f"nothing is graded in {folder}: run nbgrader autograde there first")
    return results


def _of_notebook(folder: Path, submission: object, notebook: object) -> Iterator[Result]:
    student, assignment = submission.student.id, submission.assignment.name  # type: ignore[attr-defined]
    name: str = notebook.name  # type: ignore[attr-defined]
    verdicts = _verdicts(folder / "autograded" / student / assignment / f"{name}.ipynb")
    for grade in notebook.grades:  # type: ignore[attr-defined]
        exercise = grade.cell.name.removeprefix("check-").replace("-", "_")
        if exercise in EXERCISES:
            points = grade.score, grade.max_score
            yield Result(assignment, name, student, exercise, *points, verdicts.get(exercise))


def _verdicts(path: Path) -> dict[str, Verdict]:
    """What the checks of a graded notebook said."""
    if not path.exists():
        return {}
    told = [
        Verdict(**output.data[KIND])
        for cell in nbformat.read(path, as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("grade")
        for output in cell.get("outputs", [])
        if KIND in output.get("data", {})
    ]
    return {verdict.exercise: verdict for verdict in told}


def table(results: Iterable[Result]) -> str:
    """A row for each student and exercise, with commas between the columns."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["assignment", "notebook", "student", "exercise", "points", "of", "outcome", "said", "line"]
    )
    for each in results:
        said = each.verdict.message if each.verdict else ""
        line = each.verdict.evidence if each.verdict else ""
        row = [each.assignment, each.notebook, each.student, each.exercise]
        row += [f"{each.points:g}", f"{each.most:g}", each.outcome, said, line]
        writer.writerow(map(_cell, row))
    return text.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


# --- The page --------------------------------------------------------------------------------

STYLE = """
body { font: 1em/1.5 system-ui, sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em }
table { border-collapse: collapse; margin: 1em 0 }
th, td { border-bottom: 1px solid #bbb; padding: 0.3em 0.8em 0.3em 0; text-align: left;
  vertical-align: top }
td.points, th.points { text-align: right; padding-left: 0.8em }
td small { display: block; color: #555 }
th code { white-space: nowrap }
code { background: #f2f2f2; padding: 0 0.2em; overflow-wrap: anywhere }
.wide { overflow-x: auto }
@media print { .wide { overflow: visible } table { page-break-inside: avoid } }
"""


def page(results: list[Result]) -> str:
    """HTML: for each notebook the points, the mistakes, and what was not own work."""
    notebooks = sorted(results, key=_notebook)
    parts = [_section(name, list(group)) for name, group in groupby(notebooks, _notebook)]
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'><title>The class</title>"
        f"<style>{STYLE}</style></head>\n<body>\n<h1>The class</h1>\n"
        f"{''.join(parts)}</body></html>\n"
    )


def _notebook(result: Result) -> tuple[str, ...]:
    """Of which assignment and notebook; one name is enough where both are the same."""
    return tuple(dict.fromkeys((result.assignment, result.notebook)))


def _section(names: tuple[str, ...], results: list[Result]) -> str:
    return (
        f"<h2>{html.escape(' · '.join(names))}</h2>\n{_points(results)}"
        f"<h3>Mistakes, the most common first</h3>\n{_mistakes(results)}"
        f"<h3>Not own work</h3>\n{_borrowed(results)}"
    )


def _points(results: list[Result]) -> str:
    """A row for each student, a column for each exercise."""
    exercises = list(dict.fromkeys(each.exercise for each in results))
    most = {each.exercise: each.most for each in results}
    heads = [f"<code>{name}</code> <small>of {most[name]:g}</small>" for name in exercises]
    rows = []
    for student, group in groupby(results, lambda each: each.student):
        own_results = {each.exercise: each for each in group}
        total = sum(each.points for each in own_results.values())
        cells = [_result(own_results.get(exercise)) for exercise in exercises]
        rows.append(
            f"<td>{html.escape(student)}</td>{''.join(cells)}<td class='points'>{total:g}</td>"
        )
    total_head = f"<th class='points'>of {sum(most.values()):g}</th>"
    head = (
        f"<th>student</th>{''.join(f'<th class=points>{head}</th>' for head in heads)}{total_head}"
    )
    return _table(head, rows)


def _result(result: Result | None) -> str:
    if result is None:
        return "<td></td>"
    if result.verdict is None and not result.points:
        return f"<td class='points'><small>{result.outcome}</small></td>"
    told = "" if result.outcome == "right" else f"<small>{html.escape(result.outcome)}</small>"
    return f"<td class='points'>{result.points:g}{told}</td>"


def _mistakes(results: list[Result]) -> str:
    """Each mistake with how many made it, and the question that reveals it."""
    made: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], Verdict] = {}
    for each in results:
        verdict = each.verdict
        if verdict and verdict.attempted and not verdict.accepted and verdict.mistake != own.LABEL:
            known = EXERCISES[each.exercise].mistakes
            key = each.exercise, each.outcome if each.outcome in known else verdict.message
            made[key] += 1
            examples.setdefault(key, verdict)
    rows = []
    for (exercise, mistake), count in made.most_common():
        verdict = examples[exercise, mistake]
        ask = _questions(exercise).get(mistake) or verdict.example
        label = verdict.mistake or "not named"
        cells = [f"`{exercise}`", label, str(count), verdict.message, ask]
        rows.append("".join(f"<td>{marked(cell)}</td>" for cell in cells))
    titles = ("exercise", "mistake", "how many", "what they were told", "ask in class")
    return _table("".join(f"<th>{title}</th>" for title in titles), rows) if rows else NONE


@cache
def _questions(exercise: str) -> dict[str, str]:
    """For each known mistake a question that tells it from the right answer."""
    return {
        label: f"What is {asked}? The mistake {seen}."
        for label, asked, seen, _ in teachers.rows(EXERCISES[exercise])
    }


def _borrowed(results: list[Result]) -> str:
    rows = []
    for each in results:
        if each.verdict and each.verdict.mistake == own.LABEL:
            shown = f"`{each.verdict.evidence}`" if each.verdict.evidence else ""
            cells = (each.student, f"`{each.exercise}`", shown, each.verdict.message)
            rows.append("".join(f"<td>{marked(cell)}</td>" for cell in cells))
    titles = ("student", "exercise", "the line that shows it", "what they were told")
    return _table("".join(f"<th>{title}</th>" for title in titles), rows) if rows else NONE


NONE = "<p>None.</p>\n"


def _table(head: str, rows: list[str]) -> str:
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f"<div class='wide'><table><tr>{head}</tr>\n{body}</table></div>\n"
