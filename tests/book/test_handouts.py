"""What the press prints is opened again and read: words, pictures, margins, tags."""

import json
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from mlcore.book import handouts
from mlcore.book.__main__ import main
from mlcore.book.handouts import Options

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
STEMS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
PAPER = ["student-pdf", "teacher-pdf", "worksheet", "key", "misconceptions"]
MM = 36 / 25.4  # dots

every_chapter = pytest.mark.parametrize("stem", STEMS)


@pytest.fixture(scope="module")
def parts(needs):
    """What makes the pages, and what opens them."""
    return {name: needs(name) for name in ("typst", "pypandoc", "pypdf", "pypdfium2")}


@pytest.fixture(scope="module")
def printed(parts, tmp_path_factory):
    """The printed class, by one command."""
    folder = tmp_path_factory.mktemp("build")
    wanted = ["--notebooks", str(NOTEBOOKS), "--kind", *PAPER]
    assert main(["handouts", str(folder), *wanted]) == 0
    return folder


@pytest.fixture(scope="module")
def chapters(parts):
    from mlcore.book.pages.chapter import Chapter  # noqa: PLC0415

    return {stem: Chapter.read(NOTEBOOKS / f"{stem}.ipynb") for stem in STEMS}


@pytest.fixture(scope="module")
def read(parts, printed):
    """The words of a PDF, without spaces and signs, which line breaks would change."""

    @cache
    def words(name):
        pages = parts["pypdfium2"].PdfDocument(printed / name)
        return squeeze("".join(page.get_textpage().get_text_range() for page in pages))

    return words


def squeeze(text):
    return re.sub(r"\W", "", text)


def every_pdf(folder):
    found = sorted(folder.rglob("*.pdf"))
    assert len(found) == len(PAPER) * len(STEMS) + 1  # and the page with a digit to draw
    return found


def answer_lines(exercise):
    """The lines that a reader would have to write."""
    _, found, body = exercise.solution.partition(exercise.head)
    assert found
    given = exercise.stub.splitlines()
    lines = [line for line in body.splitlines() if line not in given]
    return [line.strip() for line in lines if len(squeeze(line)) > 6]


def test_one_command_prints_every_kind_for_every_chapter(printed):
    for stem in STEMS:
        for name in ("students/{}.pdf", "students/{}_worksheet.pdf", "teachers/{}.pdf"):
            assert (printed / name.format(stem)).stat().st_size > 20_000
        assert (printed / f"teachers/{stem}_key.pdf").exists()
        assert (printed / f"teachers/{stem}_misconceptions.pdf").exists()


def test_nothing_half_written_is_left_over(printed):
    assert not [path for path in printed.rglob("*") if path.name.startswith(".")]


def test_every_pdf_is_tagged_and_says_its_title_and_its_language(parts, printed):
    for path in every_pdf(printed):
        book = parts["pypdf"].PdfReader(path)
        root = book.trailer["/Root"]
        assert book.metadata.title.startswith(f"{int(path.name[:2])} · ")
        assert root["/Lang"].startswith("en")
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_all_fonts_are_embedded(parts, printed):
    for path in every_pdf(printed):
        for page in parts["pypdf"].PdfReader(path).pages:
            for font in page["/Resources"].get("/Font", {}).values():
                described = font.get_object().get("/DescendantFonts", [font])[0].get_object()
                files = described["/FontDescriptor"].keys() & {"/FontFile2", "/FontFile3"}
                assert files, described["/BaseFont"]


@pytest.fixture(scope="module")
def inked(parts):
    """Where there is ink on each page of a PDF; looked at once."""
    return cache(lambda path: [ink(page) for page in parts["pypdfium2"].PdfDocument(path)])


def ink(page):
    return page.render(scale=0.5, grayscale=True).to_numpy().squeeze() < 250


def test_nothing_is_printed_beyond_the_margins(inked, printed):
    for path in every_pdf(printed):
        for paper in inked(path):
            (rows,), (columns,) = np.nonzero(paper.any(axis=1)), np.nonzero(paper.any(axis=0))
            assert columns[0] > 16 * MM
            assert columns[-1] < paper.shape[1] - 16 * MM
            assert rows[0] > 7 * MM
            assert rows[-1] < paper.shape[0] - 7 * MM


def free(paper):
    """The share of a page that is empty below its last line."""
    body = paper[int(24 * MM) : -int(21 * MM)].any(axis=1)
    return 1 - (np.flatnonzero(body)[-1] + 1) / len(body)


@pytest.mark.parametrize("edition", ["students", "teachers"])
@every_chapter
def test_no_page_but_the_last_is_a_third_empty_and_the_last_has_more_than_a_few_lines(
    inked, printed, edition, stem
):
    *pages, last = inked(printed / edition / f"{stem}.pdf")
    assert max(map(free, pages)) < 0.35
    assert free(last) < 0.82


@pytest.fixture
def filled(parts, tmp_path):
    """A page with so many words, two pictures of which the second is small, and more words."""
    from matplotlib.image import imsave  # noqa: PLC0415

    from mlcore.book.handouts import flow, press  # noqa: PLC0415

    pictures = {}
    for file, height in {"tall.png": 60, "low.png": 10}.items():
        imsave(tmp_path / file, np.zeros((height, 100, 3)))
        pictures[file] = (tmp_path / file).read_bytes()
    shown = "".join(press.call("picture", file, "A black square.", 1.0) for file in pictures)

    def fill(words):
        show = press.call("show: book.with", title="1 · One", edition="Student edition")
        source = press.typeset(
            show + press.raw(f"#lorem({words})") + shown + press.raw("#lorem(400)")
        )
        with press.laid_out(source, pictures) as main:
            placed = flow.settle(main, press.compiler_of(main))
            floating = json.loads((main.parent / "floating.json").read_text("utf-8"))
        pages = parts["pypdfium2"].PdfDocument(flow.flowing(source, pictures))
        return floating, placed, [free(ink(page)) for page in pages]

    return fill


def test_a_picture_with_room_for_it_stands_where_the_text_speaks_of_it(filled):
    floating, (tall, low), _ = filled(100)
    assert floating == []
    assert tall.top.page == low.top.page == 1
    assert tall.bottom.y < low.top.y


def test_a_picture_without_room_goes_on_top_of_the_next_page_and_the_text_flows_on(filled):
    floating, (tall, low), empty = filled(500)
    assert floating == ["tall.png", "low.png"]  # there was room for the low one, but it is second
    assert tall.top.page == low.top.page == 2
    assert tall.bottom.y < low.top.y
    assert empty[0] < 0.05


def alt_texts(element):
    """The descriptions in the structure of a PDF."""
    element = element.get_object()
    if isinstance(element, list):
        return [text for kid in element for text in alt_texts(kid)]
    if not isinstance(element, dict):
        return []
    own = [element["/Alt"]] if element.get("/S") == "/Figure" else []
    return own + (alt_texts(element["/K"]) if "/K" in element else [])


@every_chapter
def test_every_picture_is_there_with_its_description(parts, printed, chapters, stem):
    book = parts["pypdf"].PdfReader(printed / f"students/{stem}.pdf")
    described = list(map(squeeze, alt_texts(book.trailer["/Root"]["/StructTreeRoot"])))
    pictures = [cell for cell in chapters[stem].cells if cell.role in ("figure", "widget")]
    assert len(described) >= len(pictures) >= 7
    for cell in pictures:
        if cell.role == "figure":
            assert squeeze(cell.picture.description) in described


@every_chapter
def test_every_widget_says_its_sentence(chapters, read, stem):
    from mlcore.book.pages.states import STATES  # noqa: PLC0415

    text = read(f"students/{stem}.pdf")
    widgets = [cell for cell in chapters[stem].cells if cell.role == "widget"]
    still = [cell for cell in widgets if cell.widget.rpartition(".")[2] not in STATES]
    assert text.count(squeeze("On screen this picture moves")) == len(widgets) >= 3
    assert all(squeeze(cell.picture.description) in text for cell in still)


def test_a_strip_shows_telling_states_with_their_sentences(read):
    from mlcore.book.pages.states import STATES  # noqa: PLC0415

    text = read(f"students/{STEMS[1]}.pdf")
    assert len(STATES["explore_degree"]) > 1
    for state in STATES["explore_degree"]:
        assert squeeze(f"Degree {state['degree']}, fitted to 20 birds: RMSE") in text


@every_chapter
def test_a_student_edition_holds_no_line_of_a_solution(chapters, read, stem):
    own_text = squeeze("".join(cell.source + cell.text for cell in chapters[stem].cells))
    student, teacher = read(f"students/{stem}.pdf"), read(f"teachers/{stem}.pdf")
    for exercise in chapters[stem].exercises:
        assert f"def{exercise.name}" in student
        for line in map(squeeze, answer_lines(exercise)):
            assert line in teacher
            assert line not in student or line in own_text


@every_chapter
def test_a_student_edition_asks_and_a_teacher_edition_answers(chapters, read, stem):
    student, teacher = read(f"students/{stem}.pdf"), read(f"teachers/{stem}.pdf")
    quiz = next(cell for cell in chapters[stem].cells if cell.role == "quiz")
    assert len(quiz.questions) >= 5
    for asked in quiz.questions:
        answer = squeeze(re.split(r"[$`*]", asked.answer)[0])[:60]
        assert answer in teacher
        assert len(answer) < 12 or answer not in student


@every_chapter
def test_paper_asks_nobody_to_press_a_key(read, stem):
    assert squeeze("Shift + Enter") not in read(f"students/{stem}.pdf")


@every_chapter
def test_the_mistakes_that_matter_come_first_and_on_one_page(parts, printed, stem):
    from mlcore.book.handouts import plan  # noqa: PLC0415

    book = parts["pypdfium2"].PdfDocument(printed / f"teachers/{stem}_misconceptions.pdf")
    first = squeeze(book[0].get_textpage().get_text_range())
    told = [line.removeprefix("- ") for line in plan.stumbles(stem[3:]).splitlines()]
    assert 4 <= len(told) <= 6
    assert all(squeeze(line) in first for line in told)


def test_a_digit_is_drawn_on_one_page_beside_two_templates_that_differ(parts, printed):
    from mlcore.book.handouts import digit  # noqa: PLC0415

    (page,) = parts["pypdfium2"].PdfDocument(printed / f"students/{STEMS[4]}_digit.pdf")
    words = page.get_textpage().get_text_range()
    one, other = (set(digit.template(each)) for each in digit.PAIR)
    assert all(f"Template of the {each}" in words for each in digit.PAIR)
    assert min(len(one & other), len(one - other), len(other - one)) >= 5


@every_chapter
def test_every_line_of_prose_and_code_is_printed(chapters, read, stem):
    text = read(f"students/{stem}.pdf")
    for cell in chapters[stem].cells:
        if cell.role in ("code", "figure"):
            assert all(squeeze(line) in text for line in cell.source.splitlines())


@pytest.mark.parametrize("edition", ["students", "teachers"])
@every_chapter
def test_no_line_of_code_leaves_a_few_signs_to_the_next(parts, printed, edition, stem):
    for page in parts["pypdfium2"].PdfDocument(printed / edition / f"{stem}.pdf"):
        lines = page.get_textpage().get_text_range().splitlines()
        alone = {line.strip() for line in lines if not squeeze(line) and '"' in line}
        assert alone <= {'"""'}


@every_chapter
def test_a_key_is_for_the_teacher_alone(read, chapters, stem):
    from mlcore.book.handouts.worksheets import sheet  # noqa: PLC0415

    student, key = read(f"students/{stem}_worksheet.pdf"), read(f"teachers/{stem}_key.pdf")
    for task in sheet(chapters[stem].name, seed=1):
        for sentence in re.split(r" {2}\n", task.answered):
            assert squeeze(sentence) in key
            assert squeeze(sentence) not in student
        assert squeeze(task.asked.partition("\n\n")[0]) in student
        assert f"{squeeze(task.title)}{task.marks}mark" in student
        for ask in task.asks:
            assert squeeze(ask.label) in key
            assert all(squeeze(shows) in key for shows in task.wrong(ask))


@every_chapter
def test_misconceptions_name_every_mistake_that_the_checker_knows(chapters, read, stem):
    text = read(f"teachers/{stem}_misconceptions.pdf")
    for exercise in chapters[stem].exercises:
        assert all(squeeze(label) in text for label in exercise.mistakes)


@pytest.mark.parametrize("paper", ["a4", "us-letter"])
@pytest.mark.parametrize("kind", ["worksheet", "key"])
def test_a_worksheet_and_its_key_are_one_page_each_on_either_paper(parts, chapters, paper, kind):
    from mlcore.book.handouts import worksheets  # noqa: PLC0415

    for chapter in chapters.values():
        (pdf,) = getattr(worksheets, kind)(chapter, Options(paper, seed=3)).values()
        (page,) = parts["pypdfium2"].PdfDocument(pdf)
        size = {"a4": (595, 842), "us-letter": (612, 792)}[paper]
        assert page.get_size() == pytest.approx(size, abs=1)


def test_building_twice_gives_the_same_bytes(printed, chapters):
    from mlcore.book.handouts import editions, worksheets  # noqa: PLC0415

    chapter = chapters[STEMS[1]]
    for make in (editions.student, worksheets.key):
        ((name, content),) = make(chapter, Options()).items()
        assert (printed / name).read_bytes() == content


def notebook(folder, stem, code):
    """A chapter of one cell that was never run."""
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# 1 · One"}
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "source": code, "outputs": []}
    book = {"cells": [title, cell | {"execution_count": None}], "metadata": {}, "nbformat": 4}
    path = folder / f"{stem}.ipynb"
    path.write_text(json.dumps(book | {"nbformat_minor": 5}), encoding="utf-8")


def test_a_failing_chapter_is_named_and_does_not_lose_the_others(parts, tmp_path, capfd):
    shutil.copy(NOTEBOOKS / f"{STEMS[1]}.ipynb", tmp_path)
    notebook(tmp_path, STEMS[0], "1 / 0")
    (tmp_path / f"{STEMS[2]}.ipynb").write_text("{", encoding="utf-8")
    command = ["handouts", str(tmp_path / "build"), "--notebooks", str(tmp_path)]
    assert main([*command, "--kind", "worksheet"]) == 1
    errors = capfd.readouterr().err.splitlines()
    assert len(errors) == 2
    assert any("its cell 'one' stops with ZeroDivisionError" in line for line in errors)
    assert any("cannot be read as a notebook" in line for line in errors)
    made = [path.name for path in (tmp_path / "build").rglob("*.pdf")]
    assert made == [f"{STEMS[1]}_worksheet.pdf"]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (["--notebooks", "nowhere"], "no chapters in nowhere"),
        (["--notebooks", str(NOTEBOOKS), "--chapter", "6"], "there is no chapter '6'"),
    ],
)
def test_what_cannot_be_found_is_said(tmp_path, capsys, wanted, sentence):
    assert main(["handouts", str(tmp_path), *wanted]) == 1
    assert sentence in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_said(tmp_path, capsys):
    (tmp_path / "build").write_text("a file", encoding="utf-8")
    assert main(["handouts", str(tmp_path / "build"), "--notebooks", str(NOTEBOOKS)]) == 1
    assert "build" in capsys.readouterr().err


def test_an_index_names_every_chapter_that_is_there(tmp_path, monkeypatch):
    makers = {
        "pages.page": lambda chapter, _: {f"pages/{chapter.stem}.html": b"a page"},
        "pages.index": lambda chapters, _: {"names": " ".join(c.stem for c in chapters).encode()},
    }
    monkeypatch.setattr(handouts, "_find", makers.__getitem__)
    monkeypatch.setattr(handouts, "_read", lambda path: SimpleNamespace(stem=path.stem))
    paths = [NOTEBOOKS / f"{stem}.ipynb" for stem in STEMS]
    with ThreadPoolExecutor() as pool:
        for chosen in (paths[:2], paths[3:4]):  # on Sunday, and again on Monday
            handouts.Press(pool, Options(), tmp_path).print(chosen, ["page"], paths)
    assert (tmp_path / "names").read_text("utf-8") == " ".join([*STEMS[:2], STEMS[3]])


def test_a_missing_part_of_the_press_names_the_extra_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.delitem(sys.modules, "mlcore.book.handouts.press", raising=False)
    monkeypatch.delitem(sys.modules, "mlcore.book.handouts.editions", raising=False)
    with pytest.raises(ImportError) as stopped:
        handouts._make(["editions.student"])
    assert "python -m pip install 'mlbyhand[handouts]'" in handouts._sentence(stopped.value)


def test_an_existing_file_is_whole_until_the_new_one_is(tmp_path, monkeypatch):
    path = tmp_path / "key.pdf"
    handouts.write(path, b"old")

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(OSError, match="full"):
        handouts.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_every_kind_is_made_by_functions_that_exist(parts):
    makers = [maker for makers in handouts.KINDS.values() for maker in makers]
    for maker in [*makers, *(maker for maker, _ in handouts.CLOSING.values())]:
        assert callable(handouts._find(maker))
