"""The laws of the book, held over every chapter."""

import ast
import json
import re
import statistics
from pathlib import Path
from typing import Any

import pytest

import mlcore
from mlcore.book import core, exercises, figures

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MODULES = ["linear_regression", "losses", "gradient_descent", "classification", "softmax"]
PUBLIC = {
    name
    for module in [*MODULES, "features"]
    for name in re.findall(
        r"^def ([a-z]\w*)", (ROOT / f"mlcore/{module}.py").read_text("utf-8"), re.M
    )
}
STUBS = {f"exercise-{name.replace('_', '-')}": name for name in exercises.EXERCISES}


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in load(path)["cells"] if cell["cell_type"] == kind]


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def lines(cell: dict[str, Any]) -> list[str]:
    return [line for line in source(cell).splitlines() if line.strip()]


def outputs(path: Path) -> list[dict[str, Any]]:
    return [output for cell in cells(path, "code") for output in cell["outputs"]]


def text_of(output: dict[str, Any]) -> str:
    return "".join(output.get("text", [])) + "".join(output.get("data", {}).get("text/plain", []))


def prose(path: Path, without: str = "~") -> str:
    """The Markdown without code, formulas, links, tables and headings."""
    texts = map(source, cells(path, "markdown"))
    text = "\n\n".join(text for text in texts if not text.startswith(without))
    for hidden in (r"```.*?```", r"\$\$.*?\$\$", r"\$[^$\n]*\$", r"`[^`\n]*`", r"\]\([^)]*\)"):
        text = re.sub(hidden, " ", text, flags=re.S)
    text = re.sub(r"^(#|\|).*$", "", text, flags=re.M)
    return re.sub(r"</?\w+>", " ", text)


def argued(path: Path) -> dict[str, str]:
    """Numbers in the prose that no cell prints, each with the reason why it is true."""
    return json.loads((ROOT / f"tests/book/argued/{path.stem}.json").read_text("utf-8"))


every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def test_the_chapters_are_named_after_the_modules():
    for number, (path, module) in enumerate(zip(CHAPTERS, MODULES, strict=False), start=1):
        assert path.stem == f"{number:02}_{module}"


@every_chapter
def test_a_chapter_is_stored_as_run_from_top_to_bottom(path):
    counts = [cell["execution_count"] for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1))


@every_chapter
def test_an_exercise_takes_no_name_that_another_cell_uses(path):
    """So any cell can be run again after any exercise, whatever the reader has written."""
    taken = {STUBS[cell["id"]] for cell in cells(path, "code") if cell["id"] in STUBS}
    for cell in cells(path, "code"):
        if not cell["id"].startswith(("exercise-", "check-")):
            names = {n.id for n in ast.walk(ast.parse(source(cell))) if isinstance(n, ast.Name)}
            assert not taken & names, cell["id"]


def test_core_has_every_function_of_the_core_under_its_own_name():
    for module in map(mlcore.__dict__.get, mlcore.__all__):
        assert all(getattr(core, name) is getattr(module, name) for name in module.__all__)


@every_chapter
def test_no_output_is_an_error_or_a_warning(path):
    for output in outputs(path):
        assert output["output_type"] != "error"
        assert output.get("name") != "stderr"


@every_chapter
def test_code_cells_are_short_and_never_three_in_a_row(path):
    code = cells(path, "code")
    assert max(len(source(cell).splitlines()) for cell in code) <= 15
    assert statistics.median(len(lines(cell)) for cell in code) <= 3
    kinds = "".join(cell["cell_type"][0] for cell in load(path)["cells"])
    assert "ccc" not in kinds


@every_chapter
def test_a_chapter_has_2000_to_4000_words(path):
    words = re.findall(r"[^\W_][\w'-]*", prose(path))
    assert 2000 <= len(words) <= 4000


@every_chapter
def test_every_picture_has_a_description_as_alt_text_and_text_form(path):
    for output in outputs(path):
        if "image/png" in output.get("data", {}):
            words = text_of(output).split()
            assert len(words) >= 5
            assert output["metadata"]["image/png"]["alt"] == text_of(output)


@every_chapter
def test_no_widget_state_and_no_editor_traces_are_stored(path):
    metadata = load(path)["metadata"]
    assert set(metadata) == {"kernelspec", "language_info"}
    assert metadata["kernelspec"]["name"] == "python3"
    for cell in load(path)["cells"]:
        assert set(cell["metadata"]) <= {"tags", "reason"}


@every_chapter
def test_cell_ids_are_words_and_each_its_own(path):
    ids = [cell["id"] for cell in load(path)["cells"]]
    assert len(set(ids)) == len(ids)
    for cell_id in ids:
        assert re.fullmatch(r"[a-z]+[a-z0-9]*(-[a-z0-9]+)*", cell_id)


@every_chapter
def test_an_output_is_left_uncompared_only_for_a_reason(path):
    for cell in cells(path, "code"):
        tags = cell["metadata"].get("tags", [])
        assert set(tags) <= {"nbval-ignore-output"}
        assert bool(tags) == bool(cell["metadata"].get("reason"))


@every_chapter
def test_code_has_no_magics_no_network_and_no_global_seed(path):
    forbidden = r"^\s*[%!]|\b(urllib|requests|socket|http|download)\b|random\.seed|warnings\."
    for cell in cells(path, "code"):
        assert not re.search(forbidden, source(cell), re.M)


@every_chapter
def test_a_chapter_defines_no_function_of_the_package_and_none_twice(path):
    exercises = {"..."}
    names = [
        name
        for cell in cells(path, "code")
        if lines(cell)[-1].strip() not in exercises
        for name in re.findall(r"^def (\w+)", source(cell), re.M)
    ]
    assert len(set(names)) == len(names)
    assert not set(names) & PUBLIC


@every_chapter
def test_the_exercises_stand_in_the_chapter_as_they_are_declared(path):
    cells_by_id = {cell["id"]: source(cell) for cell in cells(path, "code")}
    for exercise in exercises.CHAPTERS[path.stem[3:]]:
        suffix = exercise.name.replace("_", "-")
        assert cells_by_id[f"exercise-{suffix}"] == exercises.stub(exercise.name).strip()
        assert cells_by_id[f"check-{suffix}"] == f"check({exercise.name})"


@every_chapter
def test_a_chapter_runs_with_every_stub_filled_and_all_checks_are_green(path, monkeypatch):
    monkeypatch.setattr(figures, "png", lambda figure: b"")  # they are drawn where it runs as it is
    names, verdicts = {}, []
    for cell in cells(path, "code"):
        if cell["id"].startswith("check-"):
            verdicts.append(repr(eval(source(cell), names)))
        elif cell["id"] in STUBS:
            exec(str(exercises.solution(STUBS[cell["id"]])), names)
        else:
            exec(source(cell), names)
    assert len(verdicts) >= 5
    assert all(": right" in verdict for verdict in verdicts)


@every_chapter
def test_the_prose_never_says_that_a_thing_is_easy(path):
    assert not re.findall(
        r"\b(simply|obviously|just|trivial(?:ly)?|clearly|of course)\b", prose(path), re.I
    )


@every_chapter
def test_each_sentence_has_a_line_of_its_own(path):
    body = prose(path, without="## Test yourself")
    crowded = [
        line
        for line in body.splitlines()
        if not re.match(r"\s*([-*\d]|<)", line)
        and re.search(r"[a-z)][.?!]\*{0,2} \*{0,2}[A-Z]", line)
    ]
    assert not crowded


@every_chapter
def test_a_chapter_has_its_parts_in_order(path):
    text = "\n".join(map(source, cells(path, "markdown")))
    parts = [
        "Your turn",
        "Now use the library",
        "Summary",
        "Test yourself",
        "Notation",
        "Where the idea goes next",
    ]
    found = [re.search(rf"^## (\d\.\d+ )?{part}$", text, re.M) for part in parts]
    assert all(found)
    positions = [match.start() for match in found if match]
    assert positions == sorted(positions)
    assert 5 <= text.count("<details>") <= 8


@every_chapter
def test_every_number_in_the_prose_is_printed_by_a_cell_or_argued(path):
    printed = " ".join(map(text_of, outputs(path)))
    known = {abs(float(number)) for number in numbers(printed)}
    reasoned = {float(number) for number in argued(path)}
    for number in numbers(re.sub(r"^\s*(<details><summary>)?\d+\. ", "", prose(path), flags=re.M)):
        value, digits = abs(float(number)), len(number.partition(".")[2])
        assert value in reasoned or any(round(other, digits) == value for other in known), number


def test_every_argued_number_is_still_in_the_prose():
    for path in CHAPTERS:
        assert set(argued(path)) <= set(numbers(prose(path)))


def numbers(text: str) -> list[str]:
    """The numbers in a text that are not part of a word, an exponent or a section number."""
    text = re.sub(r"(?i:\b(chapters?|facts?|sections?) \d(\.\d+)?\b)|\b\d\.\d+ [A-Z]|²", " ", text)
    return re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w])", text)
