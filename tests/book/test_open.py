"""``python -m mlcore.book open``: chapters to work in, and no work is ever lost."""

import json

import pytest
from jupyterlab import labapp

from mlcore.book import __main__ as door
from mlcore.book import chapters
from mlcore.book import open as desk

NAMES = sorted(path.name for path in chapters.FOLDER.glob("*.ipynb"))


def notebook(*sources):
    ran = {"metadata": {}, "outputs": [{"output_type": "stream"}], "execution_count": 1}
    cells = [{"cell_type": "code", "source": [source], **ran} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def edition(tmp_path):
    """Publishes a chapter with this text, opens the book, and says what was said."""

    def publish(text):
        chapter = tmp_path / "01_birds.ipynb"
        chapter.write_text(notebook(text), encoding="utf-8")
        return " ".join(desk.put(chapter, tmp_path / "mine"))

    return publish


@pytest.fixture
def mine(tmp_path):
    """The reader's chapter."""
    return tmp_path / "mine" / "01_birds.ipynb"


def write(mine, text):
    """What JupyterLab does when the reader has written, run and saved."""
    book = json.loads(mine.read_text("utf-8"))
    book["cells"][0] |= {"source": text, "execution_count": 7}
    mine.write_text(json.dumps(book), encoding="utf-8")


def test_a_chapter_comes_without_results_so_that_a_guess_is_a_guess(edition, mine):
    edition("1 + 1")
    (cell,) = json.loads(mine.read_text("utf-8"))["cells"]
    assert (cell["source"], cell["outputs"], cell["execution_count"]) == (["1 + 1"], [], None)


def test_what_was_written_is_opened_again_as_it_is(edition, mine):
    edition("first edition")
    write(mine, "my answer")
    before = mine.read_bytes()
    assert not edition("first edition")
    assert mine.read_bytes() == before


def test_a_new_edition_takes_the_place_of_a_chapter_that_was_only_run(edition, mine):
    edition("first edition")
    write(mine, "first edition")
    edition("second edition")
    assert "second edition" in mine.read_text("utf-8")
    assert len(list(mine.parent.iterdir())) == 1


def test_work_on_an_old_edition_is_kept_beside_the_new_one_and_said(edition, mine):
    for number, yours in enumerate(("01_birds_yours.ipynb", "01_birds_yours2.ipynb")):
        edition(f"edition {number}")
        write(mine, f"answer {number}")
        assert f"kept as {yours}" in edition(f"edition {number + 1}")
        assert f"answer {number}" in mine.with_name(yours).read_text("utf-8")
        assert f"edition {number + 1}" in mine.read_text("utf-8")


@pytest.mark.parametrize("text", ["no notebook", "[]", "{}", notebook("from elsewhere")])
def test_what_came_from_elsewhere_is_work_too(text, edition, mine):
    mine.parent.mkdir()
    mine.write_text(text, encoding="utf-8")
    assert "kept as 01_birds_yours.ipynb" in edition("first edition")
    assert mine.with_stem("01_birds_yours").read_text("utf-8") == text


def test_the_list_names_every_chapter_with_its_question_and_puts_none(tmp_path, capsys):
    assert door.main(["open", "--list", "--to", str(tmp_path / "mine")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[0] for line in lines] == [name[1] for name in NAMES]
    assert all(line.endswith("?") for line in lines)
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(("wanted", "name"), [([], NAMES[0]), (["--chapter", "losses"], NAMES[1])])
def test_jupyter_is_told_which_chapter_its_address_shows(wanted, name, tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(labapp, "main", told.extend)
    folder = tmp_path / "my work"
    assert door.main(["open", "--to", str(folder), *wanted, "--", "--no-browser"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == NAMES
    assert told[0] == f"--ServerApp.root_dir={folder.resolve()}"
    assert told[1:] == [f"--LabApp.default_url=/lab/tree/{name}", "--no-browser"]


def test_a_chapter_that_is_not_there_is_said_before_anything_is_put(tmp_path):
    with pytest.raises(SystemExit, match="there is no chapter '6'"):
        door.main(["open", "--to", str(tmp_path / "mine"), "--chapter", "6"])
    assert not (tmp_path / "mine").exists()


def test_without_jupyter_the_chapters_are_put_and_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(desk, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"pip install 'mlbyhand\[book\]'"):
        door.main(["open", "--to", str(tmp_path)])
    assert sorted(path.name for path in tmp_path.iterdir()) == NAMES
