"""Keys that cannot be wrong: every one is worked out a second time, without NumPy."""

import re
from fractions import Fraction

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


def second_opinion(task):
    name = re.sub(r"\W+", "_", task.title.lower()).strip("_")
    return getattr(answers, name)(**{name: exact(value) for name, value in task.given.items()})


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
def test_a_sheet_has_four_to_six_tasks_and_a_figure(sheets, name):
    for tasks in sheets[name]:
        assert 4 <= len(tasks) <= 6
        assert any(task.picture for task in tasks)


def test_a_figure_is_described_with_the_numbers_it_shows(sheets):
    for tasks in sheets["losses"]:
        figure = next(task for task in tasks if task.picture)
        shown = set(re.findall(r"\d+", figure.picture.description))
        assert {str(number) for number in figure.given["held_out"]} <= shown
