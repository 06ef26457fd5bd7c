"""Keys that cannot be wrong: every one is worked out a second time, without NumPy."""

import re
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import worksheet_answers as answers

NAMES = ["linear_regression", "losses", "gradient_descent", "classification", "softmax"]
SEEDS = range(200)


@pytest.fixture(scope="module")
def sheets(needs):
    needs("typst")
    needs("pypandoc")
    from mlcore.book.handouts.worksheets import sheet  # noqa: PLC0415

    return {name: [sheet(name, seed) for seed in SEEDS] for name in NAMES}


def exact(value):
    """Numbers as fractions, as they are printed: nine decimals; words as they are."""
    if isinstance(value, str):
        return value
    if isinstance(value, np.ndarray | list | tuple):
        return [exact(part) for part in value]
    return Fraction(f"{float(value):.9f}")


def flat(numbers):
    for value in numbers.values():
        parts = [exact(value)]
        while any(isinstance(part, list) for part in parts):
            parts = [p for part in parts for p in (part if isinstance(part, list) else [part])]
        yield from parts


def second_opinion(task, functions=None):
    name = re.sub(r"\W+", "_", task.title.lower()).strip("_")
    function = functions[name] if functions else getattr(answers, name)
    return function(**{name: exact(value) for name, value in task.given.items()})


def found(name, numbers):
    """``slopes[0]`` among the numbers."""
    name, _, places = name.partition("[")
    number = numbers[name]
    for place in re.findall(r"\d+", places):
        number = number[int(place)]
    return number


every_chapter = pytest.mark.parametrize("name", NAMES)


@every_chapter
def test_every_key_is_what_fractions_say(sheets, name):
    for sheet in sheets[name]:
        for task in sheet:
            key = {name: exact(value) for name, value in task.key.items()}
            assert key == second_opinion(task), task.title


@every_chapter
def test_the_numbers_can_be_done_by_hand(sheets, name):
    for sheet in sheets[name]:
        for task in sheet:
            for numbers, digits in ((task.given, 3), (task.key, 4)):
                for number in flat(numbers):
                    assert isinstance(number, str) or significant(number) <= digits, task.title


def significant(number):
    """The digits to write down, without the zeros before and after."""
    return len(f"{float(number):.9f}".replace(".", "").strip("-0"))


@every_chapter
def test_every_number_of_a_key_is_printed(sheets, name):
    for task in sheets[name][0]:
        assert all(f"{{{number}" in task.worked for number in task.key), task.title
        assert all(f"{{{number}" in task.worked + task.question for number in task.given) or (
            task.picture
        )
        assert "{" not in task.asked + task.answered


@every_chapter
def test_a_seed_gives_the_same_sheet_and_another_seed_other_numbers(sheets, name):
    from mlcore.book.handouts.worksheets import sheet  # noqa: PLC0415

    def read(tasks):
        return [task.asked + task.answered for task in tasks]

    assert read(sheet(name, 7)) == read(sheets[name][7])
    assert len({tuple(read(tasks)) for tasks in sheets[name]}) == len(SEEDS)


@every_chapter
def test_no_task_has_the_same_answer_for_everybody(sheets, name):
    for versions in zip(*sheets[name][:20], strict=True):
        assert len({task.answered for task in versions}) >= 3, versions[0].title


@every_chapter
def test_no_number_that_is_asked_for_is_the_same_for_most(sheets, name):
    for versions in zip(*sheets[name], strict=True):
        for place, ask in enumerate(versions[0].asks):
            told = Counter(str(exact(task.right(task.asks[place]))) for task in versions)
            assert max(told.values()) <= 0.7 * len(SEEDS), (ask.label, told)


@every_chapter
def test_a_task_comes_in_at_least_twenty_versions(sheets, name):
    for versions in zip(*sheets[name], strict=True):
        assert len({task.given_as for task in versions}) >= 20, versions[0].title


@every_chapter
def test_seeds_in_a_row_share_no_task(sheets, name):
    for before, after in pairwise(sheets[name]):
        for one, other in zip(before, after, strict=True):
            assert one.given_as != other.given_as, one.title


def titled(sheets, name, title):
    found = [task for sheet in sheets[name] for task in sheet if task.title == title]
    assert len(found) == len(SEEDS)
    return found


def test_a_bias_that_is_no_birds_mass_is_not_zero(sheets):
    for task in titled(sheets, "linear_regression", "Predict"):
        assert "not the mass of any bird" in task.asked
        assert task.given["b"] != 0


def test_misses_differ_in_size_so_that_no_two_losses_agree(sheets):
    for task in titled(sheets, "linear_regression", "How wrong?"):
        assert len(set(np.abs(task.key["misses"]))) > 1
    for task in titled(sheets, "losses", "Three losses"):
        assert task.key["mae"] < task.key["rmse"] < task.key["mse"]


def test_the_mean_and_the_median_are_two_answers(sheets):
    for task in titled(sheets, "losses", "One number for all"):
        assert task.key["mean"] != task.key["median"]


def test_the_two_losses_never_want_the_same_of_a_number(sheets):
    wants = Counter()
    for task in titled(sheets, "losses", "Who pulls?"):
        assert task.key["mse_wants"] != task.key["mae_wants"]
        wants[task.key["mse_wants"], task.key["mae_wants"]] += 1
    assert len(wants) == 4, wants
    assert min(wants.values()) >= len(SEEDS) / 10, wants


def test_every_step_moves_both_parameters(sheets):
    for task in titled(sheets, "gradient_descent", "One step in two directions"):
        assert np.all(task.key["slopes"])


def test_a_price_calls_some_birds_and_not_others(sheets):
    for task in titled(sheets, "classification", "What an error costs"):
        assert set(task.key["calls"]) == {0, 1}


def test_cures_are_told_in_the_order_of_the_models(sheets):
    for task in titled(sheets, "softmax", "The clinic"):
        told = [task.answered.index(cure) for cure in task.key["cures"]]
        assert told == sorted(told)


@every_chapter
def test_a_sheet_says_minutes_that_fit_a_lesson(sheets, name):
    for tasks in sheets[name][:3]:
        assert 20 <= sum(task.minutes for task in tasks) <= 32
        assert all(3 <= task.minutes <= 8 for task in tasks)


@every_chapter
def test_a_table_that_a_task_tells_to_fill_is_there(sheets, name):
    for task in sheets[name][0]:
        fills = re.search(r"[Ff]ill (in|the table)", task.asked)
        assert bool(fills) <= bool(re.search(r"\| +\|", task.asked)), task.title


@every_chapter
def test_a_key_repeats_no_empty_row_and_loses_nothing_that_was_given(sheets, name):
    from mlcore.book.handouts.worksheets.task import shown  # noqa: PLC0415

    for task in sheets[name][0]:
        assert not re.search(r"\| +\|[^-]*$", task.told.replace("| | Adelie", "")), task.title
        for number in flat(task.given):
            printed = str(shown(float(number)) if isinstance(number, Fraction) else number)
            assert printed in task.told + task.answered or task.picture, (task.title, printed)


# --- what is marked, and the usual wrong results ---


@every_chapter
def test_every_number_that_is_asked_for_is_in_the_key_and_has_its_mark(sheets, name):
    for tasks in sheets[name][:20]:
        for task in tasks:
            assert task.marks == len(task.asks) + len(task.argued) >= 2
            assert len({ask.label for ask in task.asks}) == len(task.asks)
            for ask in task.asks:
                assert exact(task.right(ask)) == exact(found(ask.name, second_opinion(task)))


@every_chapter
def test_no_wrong_result_is_right_and_no_two_are_alike(sheets, name):
    for tasks in sheets[name]:
        for task in tasks:
            for ask in task.asks:
                told = list(task.wrong(ask).values())
                if told:
                    right = float(task.right(ask))
                    near = ask.tolerance(right)
                    told = sorted([*told, right])
                    assert all(b - a > 2 * near for a, b in pairwise(told)), ask.label


@every_chapter
def test_every_wrong_result_is_what_the_mistake_gives(sheets, name):
    for tasks in sheets[name]:
        for task in tasks:
            mistakes = second_opinion(task, answers.MISTAKES)
            for ask in task.asks:
                for shows, value in task.wrong(ask).items():
                    expected = float(mistakes[ask.name][shows])
                    assert value == pytest.approx(expected, rel=1e-9, abs=1e-9), (ask.name, shows)


@every_chapter
def test_every_mistake_is_made_by_somebody(sheets, name):
    for versions in zip(*sheets[name], strict=True):
        told = Counter(s for task in versions for ask in task.asks for s in task.wrong(ask))
        slips = {shows for task in versions for ask in task.asks for shows in ask.slips}
        assert slips == set(told), slips - set(told)


@every_chapter
def test_the_section_of_a_task_is_in_the_chapter(sheets, name):
    from mlcore.book.pages.chapter import Chapter  # noqa: PLC0415

    (path,) = (Path(__file__).parents[2] / "notebooks").glob(f"??_{name}.ipynb")
    text = "\n".join(cell.source for cell in Chapter.read(path).cells)
    headings = re.findall(r"^## [\d.]+ (.*)$", text, re.M)
    assert {task.section for task in sheets[name][0]} <= set(headings)


@every_chapter
def test_a_sheet_has_four_to_six_tasks_and_a_figure(sheets, name):
    for tasks in sheets[name]:
        assert 4 <= len(tasks) <= 6
        assert any(task.picture for task in tasks)


def test_a_figure_is_described_with_the_numbers_it_shows(sheets):
    for tasks in sheets["losses"]:
        figure = next(task for task in tasks if task.picture)
        shown = set(re.findall(r"\d+", figure.picture.description))
        assert {str(number) for number in figure.given["held_out"]} <= shown
