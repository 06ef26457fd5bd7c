"""The teacher's page: each known mistake, a question that reveals it, and what is said.

It is made from the same tables that grade the readers, so that it cannot tell another story.
"""

import difflib
from collections.abc import Iterable

from mlcore.book.checker.answers import by_hand, call
from mlcore.book.checker.exercise import Exercise, symptom
from mlcore.book.checker.repair import Repair


def page(exercises: Iterable[Exercise]) -> str:
    """Markdown: a section for each exercise, and in it a row for each mistake."""
    return "\n".join(map(_section, exercises))


def _section(exercise: Exercise) -> str:
    summary, *_ = exercise.head.split('"""')[1].splitlines()
    if isinstance(exercise, Repair):
        summary += _fault(exercise)
    lines = [
        ("mistake", "a question that reveals it", "the mistake", "what the reader is told"),
        ("---",) * 4,
        *([cell.replace("|", "\\|") for cell in row] for row in rows(exercise)),
    ]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"## `{exercise.name}`\n\n{summary}\n\n{table}\n"


def _fault(exercise: Repair) -> str:
    """What is wrong with a program that is to be mended, and which test shows it first."""
    first = exercise.failed(exercise.found)[0]
    said = f"A repair. What is wrong: {', and '.join(exercise.faults)}. The first test that fails:"
    lines = difflib.ndiff(exercise.stub.splitlines(), exercise.solution.splitlines())
    changed = "\n".join(line for line in lines if line[0] in "-+")
    return f"\n\n{said} {first}.\n\n```\n{changed}\n```"


def rows(exercise: Exercise) -> list[tuple[str, str, str, str]]:
    """For each mistake its name, the question, what the mistake does, and what is said."""
    seen = {
        label: [
            symptom(exercise, question, exercise.ask(mistake, question.args))
            for question in exercise.questions
        ]
        for label, (mistake, _) in exercise.mistakes.items()
    }
    if isinstance(exercise, Repair):
        return _repairs(exercise)
    found = []
    for label, (_, sentence) in exercise.mistakes.items():
        i = _most_telling(exercise, seen[label], list(seen.values()))
        asked = call(exercise.name, exercise.questions[i].args, by_hand)
        shown = f"`{asked}`" if asked else exercise.questions[i].case
        found.append((label, shown, seen[label][i], sentence))
    return found


def _repairs(exercise: Repair) -> list[tuple[str, str, str, str]]:
    """For each repair that goes wrong its name, the first test it fails, and what is said."""
    found = []
    for label, (program, sentence) in exercise.mistakes.items():
        failed = exercise.failed(program)
        first = failed[0] if failed else "none of the tests, but the answers"
        found.append((label, first, f"fails {len(failed)} of {len(exercise.tests)}", sentence))
    return found


def _most_telling(exercise: Exercise, own: list[str], everybodys: list[list[str]]) -> int:
    """The question that fits on a line and on which the fewest other mistakes look the same."""

    def merit(i: int) -> tuple[bool, bool, int, int]:
        too_long = not call(exercise.name, exercise.questions[i].args, by_hand)
        rivals = sum(own[i] == others[i] for others in everybodys)
        return too_long, "nan" in own[i] or "inf" in own[i], rivals, i

    return min((i for i, symptoms in enumerate(own) if symptoms), key=merit)
