"""The teacher's page: each known mistake, a question that reveals it, and what is said.

It is made from the same tables that grade the readers, so that it cannot tell another story.
"""

from collections.abc import Iterable

from mlcore.book.exercises.answers import by_hand, call
from mlcore.book.exercises.checker import Exercise, Question, alike, symptom
from mlcore.book.exercises.running import Run


def page(exercises: Iterable[Exercise]) -> str:
    """Markdown: a section for each exercise, and in it a row for each mistake."""
    return "\n".join(map(_section, exercises))


def _section(exercise: Exercise) -> str:
    summary, *_ = exercise.stub.split('"""')[1].splitlines()
    rows = [
        ("mistake", "a question that reveals it", "the mistake", "what the reader is told"),
        ("---",) * 4,
        *_rows(exercise),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"## `{exercise.name}`\n\n{summary}\n\n{table}\n"


def _rows(exercise: Exercise) -> list[tuple[str, ...]]:
    answers = {
        label: [exercise.ask(mistake, question.args) for question in exercise.questions]
        for label, (mistake, _) in exercise.mistakes.items()
    }
    rows = []
    for label, (_, sentence) in exercise.mistakes.items():
        i = _most_telling(exercise, answers[label], list(answers.values()))
        question = exercise.questions[i]
        asked = call(exercise.name, question.args, by_hand)
        seen = symptom(exercise, question, answers[label][i])
        rows.append((label, f"`{asked}`" if asked else question.case, seen, sentence))
    return [tuple(cell.replace("|", "\\|") for cell in row) for row in rows]


def _most_telling(exercise: Exercise, own: list[Run], all_answers: list[list[Run]]) -> int:
    """The question that fits on a line and to which the fewest other mistakes answer alike."""

    def merit(i: int) -> tuple[bool, int, int]:
        question = exercise.questions[i]
        rivals = sum(alike(own[i], other[i], question.wanted) for other in all_answers)
        return not call(exercise.name, question.args, by_hand), rivals, i

    shows = [
        i for i, question in enumerate(exercise.questions) if _shows(exercise, question, own[i])
    ]
    return min(shows, key=merit)


def _shows(exercise: Exercise, question: Question, answer: Run) -> bool:
    return bool(symptom(exercise, question, answer))
