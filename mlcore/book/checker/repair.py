"""A repair: an exercise whose stub is a program that runs, trains and is wrong.

It is declared as the program mended, and each fault in it as a change of its text. So neither of
the two programs is written twice, nor are the repairs that go wrong: those that treat a symptom
change the program as it was found, and those with a new fault change the mended one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mlcore.book.checker import sources
from mlcore.book.checker.exercise import Chapter, Exercise, Function

Changes = dict[str, str]
Test = Callable[[Function], Any]

SYMPTOM = "That treats the symptom, and the fault is still there. {}"
NEW_FAULT = "The fault that you found is mended, but there is a new one. {}"
ONE_OF_TWO = "One fault is mended, and there is another one. Begin the tests anew."


class Changed:
    """A program with parts of its text replaced, made when it is first needed."""

    def __init__(self, program: Function, *changes: Changes) -> None:
        self.program, self.changes = program, changes

    @cached_property
    def source(self) -> str:
        """Its text."""
        text = sources.solution(self.program, "")
        for old, new in (pair for changes in self.changes for pair in changes.items()):
            if text.count(old) != 1:
                raise ValueError(f"{old!r} stands {text.count(old)} times in\n{text}")
            text = text.replace(old, new)
        return text

    @cached_property
    def function(self) -> Function:
        """What the text defines."""
        names: dict[str, Any] = {"np": np}
        exec(compile(self.source, f"<{self.program.__name__}>", "exec"), names)
        made: Function = names[self.program.__name__]
        return made

    def __call__(self, *args: Any) -> Any:
        """Run it."""
        return self.function(*args)


@dataclass(frozen=True, kw_only=True)
class Repair(Exercise):
    """A program to be mended; the answer is the program without its faults."""

    faults: dict[str, Changes]  # the name of each, and what of the mended program it changes
    tests: dict[str, Test]  # a law in words: whether a program obeys it, the cheapest first

    @cached_property
    def found(self) -> Changed:
        """The program as the reader finds it."""
        return Changed(self.answer, *self.faults.values())

    @property
    def stub(self) -> str:
        """What the reader starts from."""
        return self.found.source

    def failed(self, ask: Function) -> list[str]:
        """The tests that a program fails, in order."""
        return [law for law, obeys in self.tests.items() if not _holds(obeys, ask)]

    def report(self, failed: list[str]) -> str:
        """Which tests are passed, and which is the first that is not."""
        if not failed:
            return f"It passes all {len(self.tests)} tests."
        passed = [law for law in self.tests if law not in failed]
        said = f"It passes {len(passed)} of the {len(self.tests)} tests"
        which = f"{said}: {'; '.join(passed)}." if passed else f"{said}."
        return f"{which}\nThe first that it fails: {failed[0]}."

    def treated(self, failed: list[str]) -> tuple[str, str]:
        """What was treated, when nothing more is known: a short label, and a sentence."""
        before = self.failed(self.found)
        if not failed:
            return "something else", (
                "It passes every test, and yet something else than the fault has changed."
            )
        if not set(failed) & set(before):
            return "new fault", "What failed at first is passed, but there is a new fault."
        if set(failed) - set(before):
            return "fault and new fault", "The fault is still there, and there is a new one."
        if set(failed) < set(before):
            return "in part", "A part of what failed is passed now, but not all of it."
        return "still there", "What failed at first still fails: the fault is somewhere else."


def _holds(obeys: Test, ask: Function) -> bool:
    try:
        with np.errstate(all="ignore"):
            return bool(obeys(ask))
    except Exception:  # whatever it is that a program returns
        return False


def repair(
    chapter: Chapter,
    answer: Function,
    *,
    symptoms: dict[str, tuple[Changes, str]],
    new_faults: dict[str, tuple[Changes, str]],
    alike: dict[str, tuple[Changes, ...]] | None = None,
    **declared: Any,
) -> None:
    """Declare the next repair of a chapter.

    A repair that treats a symptom is a change of the program as it is found, one that brings a new
    fault a change of the mended program. Of several faults each may be left. Further changes that
    treat a symptom in the same way are `alike`.
    """
    faults: dict[str, Changes] = declared["faults"]
    left = [(name, Changed(answer, faults[name])) for name in faults if len(faults) > 1]
    mistakes: dict[str, tuple[Function, str]] = {
        f"{name}, left": (program, ONE_OF_TWO) for name, program in left
    }
    for label, (changes, sentence) in symptoms.items():
        mistakes[label] = Changed(answer, *faults.values(), changes), SYMPTOM.format(sentence)
    for label, (changes, sentence) in new_faults.items():
        mistakes[label] = Changed(answer, changes), NEW_FAULT.format(sentence)
    variants: dict[str, tuple[Function, ...]] = {
        label: tuple(Changed(answer, *faults.values(), change) for change in changes)
        for label, changes in (alike or {}).items()
    }
    repaired = Repair(chapter.name, answer, mistakes=mistakes, variants=variants, **declared)
    chapter.append(repaired)
