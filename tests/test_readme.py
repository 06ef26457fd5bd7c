"""What the README says is so."""

import re
import tomllib
from pathlib import Path

import pytest

import mlcore
from mlcore.book.site import VERSION

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
OPEN = "python -m mlcore.book open"
TEXTS = [
    path
    for folder in ("*", "mlcore/**/*", "notebooks/*", "tests/**/*", ".github/**/*", ".ci/*")
    for path in ROOT.glob(folder)
    if path.suffix in {".py", ".md", ".toml", ".yml", ".html", ".js", ".mjs", ".ipynb", ".typ", ""}
    and path.is_file()
]
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.S)


def test_the_example_prints_what_it_says(capsys):
    exec(BLOCKS[0], {})
    promised = re.search(r"flipper: ([\d.]+)", BLOCKS[0])[1]
    assert capsys.readouterr().out.startswith(f"[{promised}")


@pytest.mark.parametrize("block", BLOCKS)
def test_every_example_runs(block):
    exec(block, {})


def test_every_file_it_points_to_exists():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        of_the_host = target.startswith(("https://", "../../"))  # the latter: GitHub's own pages
        assert of_the_host or (ROOT / target).exists(), target


def test_every_chapter_is_listed_with_the_time_that_it_takes():
    for chapter in (ROOT / "notebooks").glob("*.ipynb"):
        time = re.search(r"through, about (.+?) from now", chapter.read_text("utf-8"))[1]
        assert re.search(rf"\(notebooks/{chapter.name}\).*\| {time} \|$", README, re.M), chapter


def test_it_installs_extras_that_there_are():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = set(re.findall(r"(?:\.|mlbyhand)\[(\w+)\]|--extra (\w+)", README))
    named = {extra for pair in named for extra in pair if extra}
    assert {"book", "test"} <= named <= set(project["optional-dependencies"])


def test_all_commands_are_one_line_each_and_leave_the_systems_python_alone():
    lines = [line for line in README.splitlines() if "-m venv .venv && " in line]
    assert [line.rpartition("&& ")[2] for line in lines[:4]] == [*3 * [OPEN], "python -m pytest"]
    assert all(re.search(r"bin/activate|Scripts\\activate", line) for line in lines)


def test_no_sentence_installs_what_the_index_calls_mlcore():
    told = re.compile(r"(?:install|download|uv add|--with)\b[^|\n]*?[\s\"']mlcore[\s\"'`\[=<>~].*")
    name = "mlcore"
    assert told.search(f"python -m pip install -U '{name}[book]'")
    assert not [found for path in TEXTS for found in told.findall(path.read_text("utf-8"))]


def test_the_version_is_the_same_wherever_it_is_told():
    changes = (ROOT / ".github/CHANGELOG.md").read_text("utf-8")
    citation = (ROOT / ".github/CITATION.cff").read_text("utf-8")
    assert re.search(r"^## (.+)$", changes, re.M)[1] == mlcore.__version__
    assert f"\nversion: {mlcore.__version__}\n" in citation
    assert f"version {mlcore.__version__}, {re.search('released: (.{4})', citation)[1]}" in README
    assert README.count(VERSION) == 3
    assert f"mlbyhand-{mlcore.__version__}-py3" in README
