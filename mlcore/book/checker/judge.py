"""The verdict on a function: ask, compare, and name the mistake."""

from collections.abc import Callable
from typing import Any

import numpy as np

from mlcore.book.checker.answers import call
from mlcore.book.checker.diagnosis import BLANK, diagnose
from mlcore.book.checker.exercise import RANDOM_QUESTIONS, Exercise, Question, Trial, symptom
from mlcore.book.checker.running import Run
from mlcore.book.checker.verdict import Verdict

SECONDS = 4.0  # for all questions together
CHARACTERS = 200  # of what was printed, shown


def judge(exercise: Exercise, function: Callable[..., Any]) -> Verdict:
    """Whether the function is right, and which mistake it makes if it is not."""
    trial = Trial(exercise, function, SECONDS)
    with np.errstate(all="ignore"):  # answers may be as large as they like
        finding = diagnose(trial)
    printed = _cut(trial.answers[0][1].printed)
    if finding is None:
        return Verdict(exercise.name, accepted=True, message=_praise(exercise), printed=printed)
    if finding.label == BLANK:
        return Verdict(exercise.name, accepted=False, message=finding.sentence, attempted=False)
    return Verdict(
        exercise.name,
        accepted=False,
        message=finding.sentence,
        mistake=finding.label or None,
        example=_example(exercise, *(finding.shown or trial.answers[0])),
        printed=printed,
    )


def _cut(text: str) -> str:
    return text[:CHARACTERS].strip() + ("…" if len(text) > CHARACTERS else "")


def _praise(exercise: Exercise) -> str:
    cases = ", ".join(exercise.cases)
    return (
        f"All {len(exercise.questions)} answers agree: {cases}, and {RANDOM_QUESTIONS} sets of "
        "random numbers."
    )


def _example(exercise: Exercise, question: Question, answer: Run) -> str:
    asked = call(exercise.name, question.args)
    shown = f"`{asked}`" if asked else f"The case “{question.case}”"
    seen = symptom(exercise, question, answer)
    return f"{shown} {seen}." if seen else ""
