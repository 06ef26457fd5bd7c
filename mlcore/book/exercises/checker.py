"""Which mistake is it?

An exercise asks a function many questions and compares its answers with the right ones.
Where they differ, it looks for a wrong function that gives the very same answers: first
among the known mistakes of the exercise, then among those that can be made anywhere.
Nothing is guessed from the text of the reader's code: a mistake is named because it was
measured.
"""

import dis
import inspect
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from mlcore.book.exercises import complaints, general, sources
from mlcore.book.exercises.answers import call, comparable, difference, numbers, same, show
from mlcore.book.exercises.running import Run, run
from mlcore.book.exercises.verdict import Verdict

Function = Callable[..., Any]
Args = tuple[Any, ...]
SECONDS = 4.0  # for all questions together
RANDOM_QUESTIONS = 8
CHARACTERS = 200  # of what was printed, shown


class Question(NamedTuple):
    """A call, and the right answer to it."""

    case: str
    args: Args
    wanted: Any


@dataclass(frozen=True)
class Exercise:
    """One exercise, declared in one place."""

    chapter: str
    answer: Function  # gives the exercise its name, signature, docstring and solution
    cases: dict[str, Args]  # arguments, named in words that a reader understands
    random: Callable[[np.random.Generator], Args]  # more arguments
    hints: tuple[str, ...]
    mistakes: dict[str, tuple[Function, str]]  # label: the wrong function and the sentence
    task: str = ""  # what the docstring leaves open
    view: Function = lambda answer, *args: answer  # what of an answer counts
    reference: Function | None = None  # the core's function, if another one is the answer

    @property
    def name(self) -> str:
        """The name of the function that the reader writes."""
        return self.answer.__name__

    @property
    def stub(self) -> str:
        """What the reader starts from."""
        return sources.stub(self.answer, self.task)

    @property
    def solution(self) -> str:
        """What the reader might have written."""
        return sources.solution(self.answer, self.task)

    @property
    def parameters(self) -> list[str]:
        """The names of the arguments."""
        return list(inspect.signature(self.answer).parameters)

    @cached_property
    def questions(self) -> list[Question]:
        """All that is asked: the cases from the smallest to the largest, then random numbers."""
        cases = [(case, tuple(map(_arrays, args))) for case, args in self.cases.items()]
        cases.sort(key=lambda case: sum(map(np.size, case[1])))
        for seed in range(RANDOM_QUESTIONS):
            cases.append((f"random numbers {seed + 1}", self.random(np.random.default_rng(seed))))
        return [Question(case, args, self.ask(self.right, args).value) for case, args in cases]

    @property
    def right(self) -> Function:
        """The function that is held to be right."""
        return self.reference or self.answer

    def ask(self, function: Function, args: Args, seconds: float = math.inf) -> Run:
        """One call, and of its answer what counts."""
        answered = run(function, args, seconds)
        try:
            with np.errstate(all="ignore"):
                value = self.view(answered.value, *answered.given)
        except Exception:  # not the kind of answer that can be viewed
            return answered
        return answered._replace(value=value)


class Chapter(list[Exercise]):
    """The exercises of a chapter, from the first warm-up to the one that stretches."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def exercise(self, answer: Function, **declared: Any) -> None:
        """Declare the next one."""
        self.append(Exercise(self.name, answer, **declared))


def _arrays(arg: Any) -> Any:
    return np.array(arg) if isinstance(arg, list) else arg


class Trial:
    """A reader's function, and what it answered: the wrong answers first."""

    def __init__(self, exercise: Exercise, function: Function) -> None:
        self.exercise, self.function = exercise, function
        self.end = time.monotonic() + SECONDS
        answers: list[tuple[Question, Run]] = []
        for question in exercise.questions:
            answers.append((question, self.ask(question.args)))
            if complaints.ran_out(answers[-1][1]):
                break
        self.answers = sorted(answers, key=lambda pair: (_right(*pair), not _flaws(pair[1])))
        self.wrong = [pair for pair in self.answers if not _right(*pair)]
        self.flawed = [pair for pair in self.answers if _right(*pair) and _flaws(pair[1])]

    def ask(self, args: Args) -> Run:
        """One more question, in the time that is left."""
        return self.exercise.ask(self.function, args, max(0.01, self.end - time.monotonic()))

    def equals(self, mistake: Function, *, where_it_answers: bool = False) -> bool:
        """Whether a wrong function gives the very same answers, right and wrong.

        On request at least five of them, where it has an answer at all: of a single example
        none is left when the first is skipped.
        """
        answered = 0
        for question, answer in self.answers:
            other = self.exercise.ask(mistake, question.args)
            if not (where_it_answers and other.error):
                if not alike(answer, other, question.wanted):
                    return False
                answered += 1
        return answered >= 5


def _right(question: Question, answer: Run) -> bool:
    return answer.error is None and same(answer.value, question.wanted)


def _flaws(answer: Run) -> tuple[Any, ...]:
    """What can be wrong with a right answer: it wrote to its input, or NumPy warned."""
    return answer.written + answer.warned


def alike(answer: Run, other: Run, wanted: Any) -> bool:
    if answer.error or other.error:
        return complaints.words(answer.error) == complaints.words(other.error)
    if not same(answer.value, other.value):
        return False
    return not same(answer.value, wanted) or _flaws(answer) == _flaws(other)


def judge(exercise: Exercise, function: Function) -> Verdict:
    """Ask, compare, and name the mistake."""
    trial = Trial(exercise, function)
    finding = next((finding for look in LOOKS if (finding := look(trial))), None)
    if finding is None:
        return Verdict(exercise.name, accepted=True, message=_praise(exercise))
    label, sentence = finding
    if label == BLANK:
        return Verdict(exercise.name, accepted=False, message=sentence, attempted=False)
    printed = trial.answers[0][1].printed
    return Verdict(
        exercise.name,
        accepted=False,
        message=sentence,
        mistake=label or None,
        example=_example(trial),
        printed=printed[:CHARACTERS].strip() + ("…" if len(printed) > CHARACTERS else ""),
    )


def _praise(exercise: Exercise) -> str:
    cases = ", ".join(exercise.cases)
    return (
        f"All {len(exercise.questions)} answers agree: {cases}, and {RANDOM_QUESTIONS} sets of "
        "random numbers."
    )


def _example(trial: Trial) -> str:
    """The smallest call on which it shows."""
    question, answer = trial.answers[0]
    asked = call(trial.exercise.name, question.args)
    asked = f"`{asked}`" if asked else f"The case \u201c{question.case}\u201d"
    seen = symptom(trial.exercise, question, answer)
    return f"{asked} {seen}." if seen else ""


def symptom(exercise: Exercise, question: Question, answer: Run) -> str:
    """What is wrong with an answer, seen from outside; nothing if it is right."""
    if complaints.ran_out(answer):
        return "was still running"
    if answer.error:
        return f"stops with a `{type(answer.error).__name__}`"
    if not _right(question, answer):
        return f"gives {difference(answer.value, question.wanted)}"
    if answer.written:
        return f"changes {_listed([exercise.parameters[i] for i in answer.written])}"
    return f"warns: {', '.join(answer.warned)}" if answer.warned else ""


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


# What is looked for, in this order. Each look returns a label and a sentence, or None.
Finding = tuple[str, str] | None
BLANK = "blank"
NOTHING = {"RESUME", "NOP", "LOAD_CONST", "LOAD_COMMON_CONSTANT", "RETURN_CONST", "RETURN_VALUE"}


def _blank(trial: Trial) -> Finding:
    """The stub as it was."""
    code = getattr(inspect.unwrap(trial.function), "__code__", None)
    idle = code is not None and {line.opname for line in dis.get_instructions(code)} <= NOTHING
    answer = trial.answers[0][1]
    if isinstance(answer.error, NotImplementedError) or (
        idle and (answer.value is None or answer.value is ...)
    ):
        return BLANK, (
            f"Write your answer in place of `...`, run the cell, and then this one again. "
            f'`hint("{trial.exercise.name}")` helps.'
        )
    return None


def _other_arguments(trial: Trial) -> Finding:
    """It cannot be called at all."""
    wanted = trial.answers[0][0].args
    try:
        signature = inspect.signature(trial.function)
    except (TypeError, ValueError):  # some functions that are not written in Python
        return None
    try:
        signature.bind(*wanted)
    except TypeError:
        return "arguments", (
            f"It is called with {_listed(trial.exercise.parameters[: len(wanted)])}, but your "
            f"function takes {_listed(list(signature.parameters)) or 'nothing'}."
        )
    return None


def _endless(trial: Trial) -> Finding:
    if any(complaints.ran_out(answer) for _, answer in trial.answers):
        return "endless", (
            f"It was stopped after {SECONDS:g} seconds. Is there a loop that never ends? Look at "
            "what has to happen for it to stop."
        )
    return None


def _undecided(trial: Trial) -> Finding:
    """Something random, or remembered from an earlier call."""
    for question, answer in trial.answers[:1] if trial.wrong else trial.answers:
        again = trial.ask(question.args)
        if time.monotonic() < trial.end and _differ(again, answer):
            return "undecided", (
                "Asked the same question twice, it gives two different answers. Something in it "
                "is random, or is remembered from an earlier call, such as a list in the line of "
                "`def` or outside of the function."
            )
    return None


def _differ(again: Run, answer: Run) -> bool:
    if again.error or answer.error:
        return complaints.words(again.error) != complaints.words(answer.error)
    both = comparable(again.value) and comparable(answer.value)
    return both and not same(again.value, answer.value)


def _known(trial: Trial) -> Finding:
    """One of the exercise's own mistakes."""
    if trial.wrong or trial.flawed:
        for label, (mistake, sentence) in trial.exercise.mistakes.items():
            if trial.equals(mistake):
                return label, sentence
    return None


def _anywhere(trial: Trial) -> Finding:
    """A mistake that can be made in any exercise."""
    if trial.wrong:
        for mistake in general.CHANGES:
            if trial.equals(mistake.of(trial.exercise.right)):
                return mistake.label, mistake.sentence
        for view in general.VIEWS:
            if trial.equals(view.of(trial.exercise.right), where_it_answers=True):
                return view.label, view.blind
    return None


def _with_a_factor(trial: Trial) -> Finding:
    """One of the exercise's own mistakes and, on top of it, a lost factor or sign."""
    if trial.wrong:
        for label, (mistake, sentence) in trial.exercise.mistakes.items():
            for factor in general.FACTORS:
                if trial.equals(factor.of(mistake)):
                    return label, f"{sentence} {factor.besides}"
    return None


def _patterned(trial: Trial) -> Finding:
    """The same answer whatever is asked, or always wrong by the same amount or factor."""
    pairs = [
        (numbers(answer.value), numbers(question.wanted)) for question, answer in trial.answers
    ]
    if not trial.wrong or any(
        got is None or wanted is None or got.shape != wanted.shape for got, wanted in pairs
    ):
        return None
    got, wanted = (
        np.concatenate([np.ravel(part) for part in side]) for side in zip(*pairs, strict=True)
    )
    if not np.isfinite(got).all():
        return None
    ratio, offset = np.sum(got * wanted) / max(np.sum(wanted**2), 1e-300), np.mean(got - wanted)
    if same(got, np.full(got.shape, got[0])):
        return "stuck", f"Whatever it is asked, it answers {show(got[0])}."
    if same(got, ratio * wanted):
        return "factor", f"Your answer is {show(ratio)} times the right one, every time."
    if same(got, wanted + offset):
        side = "above" if offset > 0 else "below"
        return "offset", f"Your answer is {show(abs(offset))} {side} the right one, every time."
    return None


def _in_part(trial: Trial) -> Finding:
    """One part of the answer is right every time, and the other is not."""
    if not all(isinstance(q.wanted, tuple) and _is_pair(a.value) for q, a in trial.answers):
        return None
    for i, right, wrong in ((0, "second", "first"), (1, "first", "second")):
        if trial.wrong and all(same(a.value[1 - i], q.wanted[1 - i]) for q, a in trial.answers):
            said = f"The {right} part of your answer is right, the {wrong} is not."
            for factor in general.FACTORS:
                if all(
                    same(a.value[i], factor.change(q.wanted[i], general.n_examples(q.args)))
                    for q, a in trial.answers
                ):
                    said += " " + factor.sentence.replace("Your answer", "It", 1)
                    break
            return f"{wrong} part", said
    return None


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple | list) and len(value) == 2


def _mostly(trial: Trial) -> Finding:
    """The mistake that explains most of the wrong answers and contradicts no right one."""
    best, most = None, max(1, len(trial.wrong) // 2)
    for label, (mistake, sentence) in trial.exercise.mistakes.items():
        explained = 0
        for question, answer in trial.answers:
            other = trial.exercise.ask(mistake, question.args)
            if _right(question, answer) and not _right(question, other):
                break
            explained += not _right(question, answer) and alike(answer, other, question.wanted)
        else:
            if explained > most:
                share = f"{explained} of your {len(trial.wrong)} wrong answers"
                best, most = (label, f"{sentence} That explains {share}."), explained
    return best


def _written_to(trial: Trial) -> Finding:
    for _, answer in trial.answers:
        if answer.written:
            changed = _listed([trial.exercise.parameters[i] for i in answer.written])
            return "writes to its input", (
                f"It changes {changed}: whoever calls it has other numbers "
                "afterwards. Make a new array, as in `x = x - 1` and not `x -= 1`, or begin with "
                "a copy."
            )
    return None


def _fair_weather(trial: Trial) -> Finding:
    """Right as long as the questions are easy ones."""
    for view in general.VIEWS if trial.wrong else ():
        if view.fair_weather and _right_when(trial, view.view):
            return view.label, view.fair_weather
    return None


def _right_when(trial: Trial, ease: Callable[[Args], Args]) -> bool:
    """Whether all easier questions are answered right, at least two that were not before."""
    changed = 0
    for question, answer in trial.answers:
        try:
            easier = ease(question.args)
        except (AttributeError, IndexError, TypeError):  # questions of another kind
            return False
        wanted = trial.exercise.ask(trial.exercise.right, easier)
        if wanted.error is None:
            if not _right(question._replace(wanted=wanted.value), trial.ask(easier)):
                return False
            changed += not _right(question, answer)
    return changed > 1


def _unexpected(trial: Trial) -> Finding:
    """An error, or an answer of another kind than was wanted."""
    for question, answer in trial.wrong[:1]:
        if answer.error:
            return "error", complaints.meaning(
                answer.error, trial.function, trial.exercise.parameters
            )
        return complaints.about(answer, question.wanted)
    return None


def _warned(trial: Trial) -> Finding:
    for _, answer in trial.flawed[:1]:
        return "warning", (
            f"The numbers are right, but on the way NumPy warned: {', '.join(answer.warned)}. "
            "Write it so that this cannot happen."
        )
    return None


def _counterexample(trial: Trial) -> Finding:
    """Wrong, and that is all that can be said."""
    if not trial.wrong:
        return None
    right, asked = len(trial.answers) - len(trial.wrong), len(trial.answers)
    count = f"{right} of {asked} answers are right" if right else "No answer is right yet"
    return "", f"{count}. The smallest question on which it shows:"


LOOKS = (
    _other_arguments,
    _blank,
    _endless,
    _undecided,
    _known,
    _anywhere,
    _with_a_factor,
    _patterned,
    _in_part,
    _mostly,
    _written_to,
    _fair_weather,
    _unexpected,
    _warned,
    _counterexample,
)
