"""What an exercise is, and how a function is asked its questions."""

import hashlib
import inspect
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np

from mlcore.book.checker import complaints, sources
from mlcore.book.checker.answers import difference, same
from mlcore.book.checker.own import Borrowed
from mlcore.book.checker.running import Run, run

Function = Callable[..., Any]
Args = tuple[Any, ...]
RANDOM_QUESTIONS = 8


class Reader(Protocol):
    """A reader's function, wherever it is."""

    @property
    def signature(self) -> inspect.Signature | None:
        """The arguments that it takes, if it tells."""

    @property
    def idle(self) -> bool:
        """Whether it does nothing at all, as a stub."""

    @property
    def loops(self) -> bool | None:
        """Whether it goes through its numbers one by one, if that can be seen."""

    def run(self, args: Args, seconds: float) -> Run:
        """What comes of a call."""

    def borrowed(self, lent: Collection[str]) -> Borrowed | None:
        """What it takes from elsewhere instead of calculating, besides what is lent to it."""


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
    variants: dict[str, tuple[Function, ...]] = field(default_factory=dict)
    """Further functions that make the same mistake, by its label."""
    form: tuple[bool, str] | None = None  # with a loop or without one; and what is said else
    by_hand: str = ""  # what is said if NumPy calculates with a whole row
    task: str = ""  # what the docstring leaves open
    view: Function = lambda answer, *args: answer  # what of an answer counts
    reference: Function | None = None  # the core's function, if another one is the answer

    @property
    def name(self) -> str:
        """The name of the function that the reader writes."""
        return self.answer.__name__

    @property
    def parameters(self) -> list[str]:
        """The names of its arguments."""
        return list(inspect.signature(self.answer).parameters)

    @property
    def stub(self) -> str:
        """What the reader starts from."""
        return sources.stub(self.answer, self.task)

    @property
    def head(self) -> str:
        """Its beginning, which is given: signature and docstring."""
        return sources.head(self.answer, self.task)

    @property
    def solution(self) -> str:
        """What the reader might have written."""
        return sources.solution(self.answer, self.task)

    @property
    def right(self) -> Function:
        """The function that is held to be right."""
        return self.reference or self.answer

    @cached_property
    def questions(self) -> list[Question]:
        """All that is asked of everybody."""
        return self.asked()

    def asked(self, secret: str = "") -> list[Question]:
        """The cases from the smallest to the largest, then random numbers, drawn from a secret."""
        cases = [(case, tuple(map(_array, args))) for case, args in self.cases.items()]
        cases.sort(key=lambda case: sum(map(np.size, case[1])))
        for i in range(RANDOM_QUESTIONS):
            rng = np.random.default_rng(_seed(secret, self.name, i) if secret else i)
            cases.append((f"random numbers {i + 1}", self.random(rng)))
        return [Question(case, args, self.ask(self.right, args).value) for case, args in cases]

    def ask(self, function: Function, args: Args) -> Run:
        """One call of a function of the book's own, and of its answer what counts."""
        return self.seen(run(function, args))

    def seen(self, answer: Run) -> Run:
        """Of an answer what counts."""
        try:
            with np.errstate(all="ignore"):
                return answer._replace(value=self.view(answer.value, *answer.given))
        except Exception:  # not the kind of answer that can be viewed
            return answer


def _seed(secret: str, name: str, i: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{secret}/{name}/{i}".encode()).digest())


def _array(arg: Any) -> Any:
    return np.array(arg) if isinstance(arg, list) else arg


class Chapter(list[Exercise]):
    """The exercises of a chapter, from the first warm-up to the one that stretches."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def exercise(self, answer: Function, **declared: Any) -> None:
        """Declare the next one."""
        self.append(Exercise(self.name, answer, **declared))


class Trial:
    """A function, and what it answered to all questions, the wrong answers first."""

    def __init__(
        self, exercise: Exercise, reader: Reader, seconds: float, questions: list[Question]
    ) -> None:
        self.exercise, self.reader, self.questions = exercise, reader, questions
        self.end = time.monotonic() + seconds
        answers: list[tuple[Question, Run]] = []
        for question in questions:
            answers.append((question, self.ask(question.args)))
            if complaints.ran_out(answers[-1][1]):
                break
        self.answers = sorted(answers, key=lambda pair: (is_right(*pair), not flaws(pair[1])))
        self.wrong = [pair for pair in self.answers if not is_right(*pair)]
        self.flawed = [pair for pair in self.answers if is_right(*pair) and flaws(pair[1])]

    def ask(self, args: Args) -> Run:
        """One more question, in the time that is left."""
        left = max(0.01, self.end - time.monotonic())
        return self.exercise.seen(self.reader.run(args, left))

    def call(self, *args: Any) -> Any:
        """What the function returns; nothing if it stops."""
        return self.ask(args).value

    def has_time(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self.end

    def equals(self, mistake: Function) -> bool:
        """Whether a wrong function gives the very same answers, right and wrong."""
        return all(
            alike(answer, self.exercise.ask(mistake, question.args), question.wanted)
            for question, answer in self.answers
        )


def is_right(question: Question, answer: Run) -> bool:
    """Whether it is the answer that was wanted."""
    return answer.error is None and same(answer.value, question.wanted)


def flaws(answer: Run) -> tuple[Any, ...]:
    """What can be wrong with a right answer: it wrote to its input, or NumPy warned."""
    return answer.written + answer.warned


def alike(answer: Run, other: Run, wanted: Any) -> bool:
    """Whether two functions did the same, also if it was wrong."""
    if answer.error or other.error:
        return complaints.words(answer.error) == complaints.words(other.error)
    if not same(answer.value, other.value):
        return False
    return not same(answer.value, wanted) or flaws(answer) == flaws(other)


def symptom(exercise: Exercise, question: Question, answer: Run) -> str:
    """What is wrong with an answer, seen from outside; nothing if it is right."""
    if complaints.ran_out(answer):
        return "was still running"
    if answer.error:
        return f"stops with `{type(answer.error).__name__}`"
    if not is_right(question, answer):
        return f"gives {difference(answer.value, question.wanted)}"
    if answer.written:
        return f"changes {changed(exercise, answer)}"
    return f"warns: {', '.join(answer.warned)}" if answer.warned else ""


def changed(exercise: Exercise, answer: Run) -> str:
    """The arguments that were written to."""
    return " and ".join(f"`{exercise.parameters[i]}`" for i in answer.written)
