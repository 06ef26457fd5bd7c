"""A sheet for each of a class: whose it is, and what the one key says of all of them."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from mlcore.book import handouts
from mlcore.book.__main__ import main
from mlcore.book.handouts import Options, roll

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LONG = "María de los Ángeles Fernández-Villaverde y García de la Torre"
CLASS = ["Øyvind Żółć", "Änne Ärgerlich", 'Ana "Nita" [P] $x$ #1 *a*', LONG, "Kim", "Kim"]


@pytest.fixture
def written(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "names.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


def names(path):
    return [student.name for student in roll.read(path, seed=1)]


@pytest.mark.parametrize(
    "text",
    [
        "Änne Groß\nKim\n",
        "name\nÄnne Groß\nKim",
        "Name,Class\nÄnne Groß,7b\nKim,7b\n",
        "No;First name;Last name\r\n1;Änne;Groß\r\n2;;Kim\r\n",
        '\n"Änne  Groß"\n\n  Kim  \n',
        unicodedata.normalize("NFD", "Änne Groß\nKim"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_class_is_read_however_it_is_written(written, text, encoding):
    assert names(written(text, encoding)) == ["Änne Groß", "Kim"]


def test_a_class_is_read_from_excel_on_windows(written):
    assert names(written("Name;Note\r\nJürgen Groß;1\r\n", "cp1252")) == ["Jürgen Groß"]


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Владимир Щербаков", "Владимир Щербаков"),
        ("Κωνσταντίνος Őry", "Κωνσταντίνος Őry"),
        ("محمد العلي", "محمد العلي"),
        ("Zoë \N{PARTY POPPER} Party", "Zoë Party"),
        ("王小明", ""),  # the code stands on the sheet, and a line to write the name on
        ("王-", ""),
    ],
)
def test_of_a_name_is_printed_what_there_are_letters_for(needs, name, printed):
    needs("typst")
    from mlcore.book.handouts.press import legible  # noqa: PLC0415

    student = roll.Student(name, "GM9GH", 7)
    assert roll.printable(student, legible) == student._replace(name=printed)


def test_a_name_that_is_not_printed_whole_is_told(needs, written, tmp_path, capsys, monkeypatch):
    needs("typst")
    monkeypatch.setattr("mlcore.book.handouts.press.legible", lambda text, **_: text.isascii())
    monkeypatch.setattr(handouts.Press, "print", lambda *_: None)
    command = ["handouts", str(tmp_path / "build"), "--notebooks", str(NOTEBOOKS)]
    assert main([*command, "--class", str(written("Kim\nBo 王\n王\n"))]) == 0
    notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("note")]
    assert [re.sub(r"[2-9A-Z]{5}", "GM9GH", note) for note in notes] == [
        "note: no font here has all letters of 'Bo 王': the sheet has 'Bo'",
        "note: no font here has all letters of '王': the sheet has the code GM9GH and a line",
    ]


def test_a_name_may_have_a_comma(written):
    assert names(written("Groß, Änne\nKim\n")) == ["Groß, Änne", "Kim"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "names nobody"),
        ("name\n\n", "names nobody"),
        ("a,b,c\n1,2,3\n", "none of its columns is headed 'name'"),
        (b"PK\x03\x04rest", "is a workbook or a PDF, not text"),
        ("Kim\n" + "x" * 81, "line 2 of the class file has 81 letters"),
        ("Kim\n---\n", "line 2 of the class file is no name: '---'"),
        ("Kim\x07\n", "line 1 of the class file is no name"),
        ("Kim\n" * 1001, "names 1001 students"),
        (b"\x81\x8d\x8f", "cannot be read as text"),
    ],
)
def test_a_bad_class_file_is_told_what_is_wrong(written, tmp_path, capsys, text, sentence):
    command = ["handouts", str(tmp_path / "build"), "--notebooks", str(NOTEBOOKS)]
    assert main([*command, "--class", str(written(text))]) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "build").exists()


def test_a_class_that_is_not_there_is_told_so(tmp_path, capsys):
    command = ["handouts", str(tmp_path), "--notebooks", str(NOTEBOOKS)]
    for wanted, sentence in (
        (["--class", "nowhere.csv"], "the class file nowhere.csv cannot be read"),
        (["--students", "0"], "a class of 0 cannot be printed"),
        (["--kind", "class"], "whose sheets? Name the class"),
    ):
        assert main([*command, *wanted]) == 1
        assert sentence in capsys.readouterr().err


def test_numbers_stay_a_students_own_when_others_join_and_next_year(written):
    before = {student.name: student for student in roll.read(written("Änne\nKim\n"), seed=1)}
    after = {s.name: s for s in roll.read(written("Zoë\nKim\nBo\nÄnne\n"), seed=1)}
    assert before.items() <= after.items()
    assert after["Änne"] == ("Änne", "GM9GH", 3785654091)  # on every machine, in every year
    other = {student.name: student for student in roll.read(written("Änne\nKim\n"), seed=2)}
    assert all(other[name].code != before[name].code for name in before)
    assert all(other[name].seed != before[name].seed for name in before)


def test_codes_are_short_and_differ_and_so_do_two_of_one_name(written):
    students = roll.read(written("Kim\n" * 3 + "\n".join(f"Student {i}" for i in range(900))), 1)
    assert [student.name for student in students[:3]] == ["Kim", "Kim (2)", "Kim (3)"]
    assert len({student.code for student in students}) == len(students)
    assert len({student.seed for student in students}) == len(students)
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{5}", student.code) for student in students)


def test_names_are_sorted_as_in_a_list_of_names(written):
    students = roll.by_name(roll.read(written("Zoë\nÄnne\nbo\nAnton\nØyvind\n"), seed=1))
    assert [student.name for student in students][:3] == ["Änne", "Anton", "bo"]


# --- what is printed ---


@pytest.fixture(scope="module")
def printed(needs, tmp_path_factory):
    """The class, by one command: its sheets and their key, page by page."""
    for part in ("typst", "pypandoc"):
        needs(part)
    pdfium, folder = needs("pypdfium2"), tmp_path_factory.mktemp("class")
    (folder / "names.csv").write_text("\n".join(CLASS), encoding="utf-8")
    command = ["handouts", str(folder), "--notebooks", str(NOTEBOOKS)]
    assert main([*command, "--class", str(folder / "names.csv"), "--chapter", "2", "5"]) == 0
    made = sorted(path.name for path in folder.rglob("*.pdf"))
    assert made == [
        "02_losses_class.pdf",
        "02_losses_class_key.pdf",
        "05_softmax_class.pdf",
        "05_softmax_class_key.pdf",
    ]

    @cache
    def pages(name):
        return [
            squeeze(page.get_textpage().get_text_range())
            for page in pdfium.PdfDocument(folder / name)
        ]

    return pages


def squeeze(text):
    return re.sub(r"\W", "", unicodedata.normalize("NFC", text))


def students():
    return roll._students(CLASS, seed=1)


@pytest.mark.parametrize("stem", ["02_losses", "05_softmax"])
def test_each_has_a_page_with_the_own_name_code_and_tasks(printed, stem):
    from mlcore.book.handouts.worksheets import sheet  # noqa: PLC0415

    pages = printed(f"students/{stem}_class.pdf")
    assert len(pages) == len(CLASS)
    for student, page in zip(students(), pages, strict=True):
        assert squeeze(student.name) in page
        assert student.code in page
        for task in sheet(stem[3:], student.seed):
            assert squeeze(task.asked.partition("\n\n")[0]) in page


@pytest.mark.parametrize("stem", ["02_losses", "05_softmax"])
def test_the_key_has_what_is_asked_of_each_sorted_by_name_and_whose_the_codes_are(printed, stem):
    from mlcore.book.handouts.worksheets import sheet, short  # noqa: PLC0415
    from mlcore.book.handouts.worksheets.task import shown  # noqa: PLC0415

    text = "".join(printed(f"teachers/{stem}_class_key.pdf"))
    places = []
    for student in roll.by_name(students()):
        places.append(text.index(squeeze(student.name) + student.code))
        assert student.code + squeeze(student.name) in text[text.index("Whoseiswhichcode") :]
        own = text[places[-1] :]
        for task in sheet(stem[3:], student.seed):
            for ask in task.asks:
                right = squeeze(f"{ask.label} {shown(task.right(ask))} {ask.unit}")
                assert right in own
                for shows, value in task.wrong(ask).items():
                    assert squeeze(f"{short(value)}: {shows}") in own
    assert places == sorted(places)


def test_a_class_without_names_writes_them_itself(needs):
    needs("typst")
    needs("pypandoc")
    from mlcore.book.handouts import apiece  # noqa: PLC0415
    from mlcore.book.pages.chapter import Chapter  # noqa: PLC0415

    chapter = Chapter.read(NOTEBOOKS / "02_losses.ipynb")
    options = Options("us-letter", students=roll.numbered(3, seed=1))
    for make, n in ((apiece.sheets, 3), (apiece.key, 1)):
        (pdf,) = make(chapter, options).values()
        pages = needs("pypdfium2").PdfDocument(pdf)
        text = squeeze("".join(page.get_textpage().get_text_range() for page in pages))
        assert len(pages) == n
        assert all(student.code in text for student in options.students)


def test_a_figure_that_several_have_is_drawn_once(needs):
    needs("typst")
    needs("pypandoc")
    from mlcore.book.handouts.worksheets import pictures, sheet  # noqa: PLC0415

    tasks = [task for seed in range(1, 400, 2) for task in sheet("losses", seed)]
    assert 20 <= len(pictures(tasks, solved=False)) <= 40
