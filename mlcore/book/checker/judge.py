"""The verdict on a function: ask, compare, and name the mistake."""

from collections.abc import Collection

import numpy as np

from mlcore.book.checker import own
from mlcore.book.checker.answers import call
from mlcore.book.checker.diagnosis import BLANK, ENDLESS, ERROR, FORM, Finding, diagnose
from mlcore.book.checker.exercise import (
    RANDOM_QUESTIONS,
    Exercise,
    Question,
    Reader,
    Trial,
    symptom,
)
from mlcore.book.checker.repair import Repair
from mlcore.book.checker.running import Run
from mlcore.book.checker.verdict import Verdict

SECONDS = 4.0  # for all questions together
CHARACTERS = 200  # of what was printed, shown


def judge(
    exercise: Exercise,
    reader: Reader,
    lent: Collection[str] = (),
    questions: list[Question] | None = None,
    seconds: float | None = None,
) -> Verdict:
    """Whether the function is right and the reader's own, and if not, which mistake it makes."""
    trial = Trial(exercise, reader, seconds or SECONDS, questions or exercise.questions)
    with np.errstate(all="ignore"):  # answers may be as large as they like
        finding = diagnose(trial)
    printed = _cut(trial.answers[0][1].printed)
    if finding is None or finding.label in {
        ENDLESS,
        ERROR,
        FORM,
    }:  # a library may be slow, or missing
        taken = reader.borrowed(lent)
        if taken:
            return refused(exercise, taken)
    example = _example(exercise, trial, finding)
    if finding is None:
        praise = _praise(exercise, trial)
        return Verdict(exercise.name, True, praise, example=example, printed=printed)
    if finding.label == BLANK:
        said = finding.sentence
        return Verdict(exercise.name, False, said, attempted=False, example=example)
    return Verdict(
        exercise.name,
        accepted=False,
        message=finding.sentence,
        mistake=finding.label or None,
        example=example,
        printed=printed,
    )


def refused(exercise: Exercise, taken: own.Borrowed) -> Verdict:
    """The verdict on an answer that is not the reader's own work."""
    return Verdict(
        exercise.name,
        accepted=False,
        message=own.sentence(taken, exercise.name),
        mistake=own.LABEL,
        evidence=taken.line,
    )


def _cut(text: str) -> str:
    return text[:CHARACTERS].strip() + ("…" if len(text) > CHARACTERS else "")


def _praise(exercise: Exercise, trial: Trial) -> str:
    cases = ", ".join(exercise.cases)
    return (
        f"All {len(trial.answers)} answers agree: {cases}, and {RANDOM_QUESTIONS} sets of "
        "random numbers."
    )


def _example(exercise: Exercise, trial: Trial, finding: Finding | None) -> str:
    """Where it shows: in a test, or in an answer."""
    failed = exercise.failed(trial.call) if isinstance(exercise, Repair) else []
    tested = exercise.report(failed) if isinstance(exercise, Repair) else ""
    if finding is None or finding.label == BLANK or failed:
        return tested
    shown = _shown(exercise, *(finding.shown or trial.answers[0]))
    return "\n".join(part for part in (tested, shown) if part)


def _shown(exercise: Exercise, question: Question, answer: Run) -> str:
    asked = call(exercise.name, question.args)
    shown = f"`{asked}`" if asked else f"The case “{question.case}”"
    seen = symptom(exercise, question, answer)
    return f"{shown} {seen}." if seen else ""
