"""Which mistake is it?

One look after another is taken at the answers, and the first that finds something is
believed. Nothing is guessed from the text of the reader's code: a mistake is named because
a function that makes it, and no other mistake, gave the very same answers.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from mlcore.book.checker import complaints, general
from mlcore.book.checker.answers import comparable, numbers, same, show
from mlcore.book.checker.by_hand import CalculatedAtOnce, by_hand
from mlcore.book.checker.exercise import Args, Question, Trial, alike, changed, is_right
from mlcore.book.checker.repair import Repair
from mlcore.book.checker.running import Run

BLANK, ENDLESS, ERROR, FORM = "blank", "endless", "error", "another form"


class Finding(NamedTuple):
    """What a look has found."""

    label: str
    sentence: str
    shown: tuple[Question, Run] | None = None  # where it shows, if not in the first answer


def diagnose(trial: Trial) -> Finding | None:
    """What is wrong, or nothing."""
    finding = next((finding for look in LOOKS if (finding := look(trial))), None)
    if finding and trial.reader.loops is False:
        return finding._replace(sentence=general.without_a_loop(finding.sentence))
    return finding


# --- Before any answer is compared -----------------------------------------------------------


def _other_arguments(trial: Trial) -> Finding | None:
    """It cannot be called at all."""
    wanted = trial.answers[0][0].args
    signature = trial.reader.signature
    if signature is None:
        return None
    try:
        signature.bind(*wanted)
    except TypeError:
        given, taken = trial.exercise.parameters[: len(wanted)], list(signature.parameters)
        return Finding(
            "arguments",
            f"It is called with {_listed(given)}, but your function takes "
            f"{_listed(taken) or 'nothing'}.",
        )
    return None


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _blank(trial: Trial) -> Finding | None:
    """The stub as it was."""
    answer = trial.answers[0][1]
    if isinstance(answer.error, NotImplementedError) or (
        trial.reader.idle and (answer.value is None or answer.value is ...)
    ):
        return Finding(BLANK, not_attempted(trial.exercise.name))
    if isinstance(trial.exercise, Repair) and trial.equals(trial.exercise.found):
        return Finding(BLANK, not_mended(trial.exercise.name))
    return None


def not_attempted(name: str) -> str:
    """What is said of a stub."""
    return (
        "Write your answer in place of `...`, run the cell, and then this one again. "
        f'`hint("{name}")` helps.'
    )


def not_mended(name: str) -> str:
    """What is said of a program that is as it was found."""
    return f'It does what it did when you found it. `hint("{name}")` helps you to test it.'


def _endless(trial: Trial) -> Finding | None:
    if any(complaints.ran_out(answer) for _, answer in trial.answers):
        return Finding(
            ENDLESS,
            "It took too long and was stopped. Is there a loop that never ends? Look at what has "
            "to happen for it to stop.",
        )
    return None


def _undecided(trial: Trial) -> Finding | None:
    """Something random, or remembered from an earlier call."""
    for question, answer in trial.answers[:1] if trial.wrong else trial.answers:
        again = trial.ask(question.args)
        if trial.has_time() and _differ(again, answer):
            return Finding(
                "undecided",
                "Asked the same question twice, it gives two different answers. Something in it "
                "is random, or is remembered from an earlier call, such as a list in the line of "
                "`def` or outside of the function.",
            )
    return None


def _always_dealt_alike(trial: Trial) -> Finding | None:
    """Chance is handed in and changes nothing, even where it has been asked."""
    for i, arg in enumerate(trial.answers[0][0].args) if not trial.wrong else ():
        if isinstance(arg, np.random.Generator) and not any(
            _dealt_otherwise(trial, question.args, i) for question in trial.questions
        ):
            name = trial.exercise.parameters[i]
            return Finding(
                "argument not used",
                f"Whatever `{name}` is, your function deals alike, as a seed of its own would: let "
                f"`{name}` make the order, and use the order that it returns.",
            )
    return None


def _dealt_otherwise(trial: Trial, args: Args, i: int) -> bool:
    """Whether another source of chance changes the answer itself, and not what counts of it."""
    both = [
        trial.reader.run((*args[:i], np.random.default_rng(state), *args[i + 1 :]), 1.0).value
        for state in (1, 2)
    ]
    return repr(both[0]) != repr(both[1])


def _differ(again: Run, answer: Run) -> bool:
    if again.error or answer.error:
        return complaints.words(again.error) != complaints.words(answer.error)
    both = comparable(again.value) and comparable(answer.value)
    return both and not same(again.value, answer.value)


# --- Wrong functions that give the same answers ----------------------------------------------


def _known(trial: Trial) -> Finding | None:
    """One of the exercise's own mistakes."""
    if trial.wrong or trial.flawed:
        for label, (mistake, sentence) in trial.exercise.mistakes.items():
            if any(map(trial.equals, (mistake, *trial.exercise.variants.get(label, ())))):
                return Finding(label, sentence)
    return None


def _anywhere(trial: Trial) -> Finding | None:
    """A mistake that can be made in any exercise."""
    if trial.wrong:
        for change in general.CHANGES:
            if trial.equals(change.of(trial.exercise.right)):
                return Finding(change.label, change.sentence)
        for view in general.VIEWS:
            if _sees_only(trial, view):
                return Finding(view.label, view.blind)
    return None


def _sees_only(trial: Trial, view: general.View) -> bool:
    """Whether it answers as if there were only the part of the inputs that is viewed.

    Questions of which nothing is left, such as a single example when the first is skipped,
    do not count.
    """
    explained = 0
    for question, answer in trial.answers:
        viewed = trial.exercise.ask(view.of(trial.exercise.right), question.args)
        if viewed.error is None:
            if not alike(answer, viewed, question.wanted):
                return False
            explained += not is_right(question, answer)
    return explained > 1


def _with_a_factor(trial: Trial) -> Finding | None:
    """One of the exercise's own mistakes and, on top of it, a lost factor or sign."""
    if trial.wrong:
        for label, (mistake, sentence) in trial.exercise.mistakes.items():
            for factor in general.FACTORS:
                if trial.equals(factor.of(mistake)):
                    return Finding(label, f"{sentence} {factor.besides}")
    return None


def _mostly(trial: Trial) -> Finding | None:
    """The mistake that explains most of the wrong answers and contradicts no right one."""
    best, most = None, max(1, len(trial.wrong) // 2)
    for label, (mistake, sentence) in trial.exercise.mistakes.items():
        explained = 0
        for question, answer in trial.answers:
            other = trial.exercise.ask(mistake, question.args)
            if is_right(question, answer) and not is_right(question, other):
                break
            explained += not is_right(question, answer) and alike(answer, other, question.wanted)
        else:
            if explained > most:
                share = f"{explained} of your {len(trial.wrong)} wrong answers"
                best, most = Finding(label, f"{sentence} That explains {share}."), explained
    return best


# --- What all wrong answers have in common ---------------------------------------------------


def _patterned(trial: Trial) -> Finding | None:
    """The same answer whatever is asked, or always wrong by the same factor or amount."""
    pairs = [(numbers(answer.value), numbers(asked.wanted)) for asked, answer in trial.answers]
    if not trial.wrong or any(
        got is None or wanted is None or got.shape != wanted.shape for got, wanted in pairs
    ):
        return None
    got, wanted = (np.concatenate(list(map(np.ravel, side))) for side in zip(*pairs, strict=True))
    if not np.isfinite(got).all() or not wanted.any():
        return None
    ratio, offset = np.sum(got * wanted) / np.sum(wanted**2), np.mean(got - wanted)
    if same(got, np.full(got.shape, got[0])):
        return Finding("stuck", f"Whatever it is asked, it answers {show(got[0])}.")
    if same(got, ratio * wanted):
        return Finding("factor", f"Your answer is {show(ratio)} times the right one, every time.")
    if same(got, wanted + offset):
        side = "above" if offset > 0 else "below"
        by = f"{show(abs(offset))} {side} the right one"
        return Finding("offset", f"Your answer is {by}, every time.")
    return None


def _in_part(trial: Trial) -> Finding | None:
    """One part of the answer is right every time, and the other is not."""
    if not all(isinstance(q.wanted, tuple) and _is_pair(a.value) for q, a in trial.answers):
        return None
    for i, right, wrong in ((0, "second", "first"), (1, "first", "second")):
        if trial.wrong and all(same(a.value[1 - i], q.wanted[1 - i]) for q, a in trial.answers):
            said = [f"The {right} part of your answer is right, the {wrong} is not."]
            said += [
                change.sentence.replace("Your answer", "It", 1)
                for change in general.CHANGES
                if all(
                    _is_changed(change, a.value[i], q.wanted[i], q.args) for q, a in trial.answers
                )
            ]
            return Finding(f"{wrong} part", " ".join(said[:2]))
    return None


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple | list) and len(value) == 2


def _is_changed(change: general.Change, got: Any, wanted: Any, args: Args) -> bool:
    try:
        with np.errstate(all="ignore"):
            return same(got, change.change(wanted, general.n_examples(args)))
    except TypeError:  # not a change of this kind of answer
        return False


def _deaf(trial: Trial) -> Finding | None:
    """One of the arguments makes no difference: a number or a name from outside is used."""
    for i in range(len(trial.answers[0][0].args)) if trial.wrong else ():
        if _ignores(trial, i):
            name = trial.exercise.parameters[i]
            of_its_own = (
                f"does it call `{name}`, or a function of its own?"
                if callable(trial.answers[0][0].args[i])
                else f"does it use the argument `{name}`, or a number or a variable from outside?"
            )
            return Finding(
                "argument not used",
                f"Whatever `{name}` is, your function gives the same answer: {of_its_own}",
            )
    return None


def _ignores(trial: Trial, i: int) -> bool:
    """Whether it answers alike with an argument taken from another question."""
    noticed = 0
    for question, answer in trial.answers:
        for other in trial.questions:
            if _fits(other.args[i], question.args[i]):
                args = (*question.args[:i], other.args[i], *question.args[i + 1 :])
                right = trial.exercise.ask(trial.exercise.right, args)
                if right.error is None and not same(right.value, question.wanted):
                    if _differ(trial.ask(args), answer) or not comparable(answer.value):
                        return False
                    noticed += 1
                    break
    return noticed > 2


def _fits(arg: Any, place: Any) -> bool:
    """Whether an argument can stand in the place of another one."""
    if callable(place):
        return arg is not place
    if isinstance(place, np.ndarray | int | float):
        return np.shape(arg) == np.shape(place) and not np.array_equal(arg, place)
    return False


def _fair_weather(trial: Trial) -> Finding | None:
    """Right as long as the questions are easy ones; and what happens when they are not."""
    happened = _unexpected(trial)
    for view in general.VIEWS if trial.wrong else ():
        tells = view.fair_weather and (view is general.LARGE or not happened)
        if tells and _right_when(trial, view.view):
            more = f" {happened.sentence}" if happened else ""
            return Finding(view.label, view.fair_weather + more)
    return None


def _right_when(trial: Trial, ease: Callable[[Args], Args]) -> bool:
    """Whether it answers easier questions right, some of which it could not answer before."""
    eased, wanted = 0, []
    for question, answer in trial.answers:
        try:
            args = ease(question.args)
        except (AttributeError, IndexError, TypeError):  # questions of another kind
            return False
        right = trial.exercise.ask(trial.exercise.right, args)
        if right.error is None and not right.warned:
            if not is_right(question._replace(wanted=right.value), trial.ask(args)):
                return False
            eased += not is_right(question, answer)
            wanted.append(show(right.value))
    return eased > 1 and len(set(wanted)) > 3


# --- What is wrong with the first wrong answer -----------------------------------------------


def _written_to(trial: Trial) -> Finding | None:
    for question, answer in trial.answers:
        if answer.written and not answer.error:
            return Finding(
                "writes to its input",
                f"It changes {changed(trial.exercise, answer)}: whoever calls it has other "
                "numbers afterwards. Make a new array, as in `x = x - 1` and not `x -= 1`, or "
                "begin with a copy.",
                (question, answer),
            )
    return None


def _unexpected(trial: Trial) -> Finding | None:
    """An error, or an answer of another kind than was wanted."""
    for question, answer in trial.wrong[:1]:
        if answer.error:
            return Finding(ERROR, complaints.meaning(answer, trial.exercise.parameters))
        if said := complaints.about(answer, question.wanted):
            return Finding(*said)
    return None


def _warned(trial: Trial) -> Finding | None:
    """Right throughout, but not without a warning."""
    for _, answer in [] if trial.wrong else trial.flawed[:1]:
        return Finding(
            "warning",
            f"The numbers are right, but on the way NumPy warned: {', '.join(answer.warned)}. "
            "Write it so that this cannot happen.",
        )
    return None


def _mended_in_part(trial: Trial) -> Finding | None:
    """Of a program that was to be mended: what has been treated."""
    if isinstance(trial.exercise, Repair) and trial.wrong:
        return Finding(*trial.exercise.treated(trial.exercise.failed(trial.call)))
    return None


def _counterexample(trial: Trial) -> Finding | None:
    """Wrong, and that is all that can be said."""
    if not trial.wrong:
        return None
    right, asked = len(trial.answers) - len(trial.wrong), len(trial.answers)
    count = f"{right} of {asked} answers are right" if right else "No answer is right yet"
    return Finding("", f"{count}. The smallest question on which it shows:")


def _in_another_form(trial: Trial) -> Finding | None:
    """Right, but by a loop where NumPy was asked for, or the other way round."""
    form, loops = trial.exercise.form, trial.reader.loops
    return Finding(FORM, form[1]) if form and loops == (not form[0]) else None


def _not_by_hand(trial: Trial) -> Finding | None:
    """Right, but NumPy has calculated with a whole row where that was the reader's work."""
    if not trial.exercise.by_hand:
        return None
    error = trial.ask(by_hand(trial.answers[0][0].args)).error
    stopped = type(error).__name__ == CalculatedAtOnce.__name__  # it may come from another process
    return Finding(FORM, trial.exercise.by_hand) if stopped else None


LOOKS = (
    _other_arguments,
    _blank,
    _endless,
    _undecided,
    _always_dealt_alike,
    _known,
    _anywhere,
    _with_a_factor,
    _patterned,
    _mostly,
    _in_part,
    _written_to,
    _fair_weather,
    _unexpected,
    _deaf,
    _warned,
    _mended_in_part,
    _counterexample,
    _in_another_form,
    _not_by_hand,
)
