"""The teacher's page: each known mistake, a question that reveals it, and what is said.

It is made from the same tables that grade the readers, so that it cannot tell another story.
"""

from collections.abc import Iterable

from mlcore.book.checker.answers import by_hand, call
from mlcore.book.checker.exercise import Exercise, symptom


def page(exercises: Iterable[Exercise]) -> str:
    """Markdown: a section for each exercise, and in it a row for each mistake."""
    return "\n".join(map(_section, exercises))


def _section(exercise: Exercise) -> str:
    summary, *_ = exercise.stub.split('"""')[1].splitlines()
    lines = [
        ("mistake", "a question that reveals it", "the mistake", "what the reader is told"),
        ("---",) * 4,
        *([cell.replace("|", "\\|") for cell in row] for row in rows(exercise)),
    ]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"## `{exercise.name}`\n\n{summary}\n\n{table}\n"


def rows(exercise: Exercise) -> list[tuple[str, str, str, str]]:
    """For each mistake its name, the question, what the mistake does, and what is said."""
    seen = {
        label: [
            symptom(exercise, question, exercise.ask(mistake, question.args))
            for question in exercise.questions
        ]
        for label, (mistake, _) in exercise.mistakes.items()
    }
    found = []
    for label, (_, sentence) in exercise.mistakes.items():
        i = _most_telling(exercise, seen[label], list(seen.values()))
        asked = call(exercise.name, exercise.questions[i].args, by_hand)
        shown = f"`{asked}`" if asked else exercise.questions[i].case
        found.append((label, shown, seen[label][i], sentence))
    return found


def _most_telling(exercise: Exercise, own: list[str], everybodys: list[list[str]]) -> int:
    """The question that fits on a line and on which the fewest other mistakes look the same."""

    def merit(i: int) -> tuple[bool, bool, int, int]:
        too_long = not call(exercise.name, exercise.questions[i].args, by_hand)
        rivals = sum(own[i] == others[i] for others in everybodys)
        return too_long, "nan" in own[i] or "inf" in own[i], rivals, i

    return min((i for i, symptoms in enumerate(own) if symptoms), key=merit)
