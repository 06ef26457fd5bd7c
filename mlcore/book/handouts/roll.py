"""The class: who is in it, and which numbers are whose.

A name and a seed always give the same numbers, so that a class file gives the same sheets next
year, and nobody's sheet changes when somebody joins. The short code on a sheet is the same in
all chapters, and says whose sheet it is where the name does not.
"""

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
LONGEST, MOST = 80, 1000
HEADING = re.compile(r"(\w+[ _-]?)?names?")


class Student(NamedTuple):
    """One of the class."""

    name: str
    """Empty where the name is to be written on the sheet."""
    code: str
    seed: int


def read(path: Path, seed: int) -> tuple[Student, ...]:
    """The class in a file: a name in each line, or a table with a column of names."""
    return _students(map(_named, *zip(*_names(path), strict=True)), seed)


def numbered(n: int, seed: int) -> tuple[Student, ...]:
    """A class of so many, whose names nobody need know."""
    if not 1 <= n <= MOST:
        raise ValueError(f"a class of {n} cannot be printed: give 1 to {MOST} students")
    return tuple(s._replace(name="") for s in _students((f"#{i}" for i in range(n)), seed))


def printable(student: Student, legible: Callable[[str], bool]) -> Student:
    """With what can be printed of the name; without a name, if that is nothing."""
    if legible(student.name):
        return student
    kept = " ".join("".join(filter(legible, student.name)).split())
    return student._replace(name=kept if any(map(str.isalnum, kept)) else "")


def by_name(students: Iterable[Student]) -> list[Student]:
    """As a list of names is sorted: ä with a, whatever the case."""
    return sorted(students, key=lambda student: (_plain(student.name), student.code))


def _students(names: Iterable[str], seed: int) -> tuple[Student, ...]:
    """Of two with one name the second is told apart by a number."""
    seen: Counter[str] = Counter()
    students = []
    for name in names:
        seen[name] += 1
        students.append(_student(name if seen[name] == 1 else f"{name} ({seen[name]})", seed))
    return tuple(students)


def _student(name: str, seed: int) -> Student:
    digest = int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest())
    digest, drawn = divmod(digest, 2**32)
    code = "".join(LETTERS[digest // len(LETTERS) ** i % len(LETTERS)] for i in range(5))
    return Student(name, code, drawn | 1)  # odd: such sheets are drawn as they come


def _names(path: Path) -> list[tuple[int, str]]:
    """The names in the file, with their lines."""
    rows = _rows(_text(path))
    head = [cell.casefold() for cell in rows[0][1]] if rows else []
    columns = [i for i, cell in enumerate(head) if cell == "name"]
    columns = columns or [i for i, cell in enumerate(head) if HEADING.fullmatch(cell)]
    if columns:
        pick = [(line, " ".join(row[i] for i in columns if i < len(row))) for line, row in rows[1:]]
    elif max((len(row) for _, row in rows), default=1) > 2:
        raise ValueError(
            f"{path} is a table, and none of its columns is headed 'name': "
            f"its first line is {', '.join(rows[0][1])}"
        )
    else:  # a name each, which may be written with a comma
        pick = [(line, ", ".join(row)) for line, row in rows]
    named = [(line, " ".join(name.split())) for line, name in pick]
    named = [(line, name) for line, name in named if name]
    if not named:
        raise ValueError(f"{path} names nobody: write a name in each line")
    if len(named) > MOST:
        raise ValueError(f"{path} names {len(named)} students: the most for one class is {MOST}")
    return named


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The lines that say something, in cells, with their numbers."""
    first = text.partition("\n")[0]
    mark = max("\t;,", key=first.count)
    table = csv.reader(io.StringIO(text), delimiter=mark)
    return [(table.line_num, [c.strip() for c in row]) for row in table if any(map(str.strip, row))]


def _text(path: Path) -> str:
    """The file as text, from Excel on Windows too."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"the class file {path} cannot be read: {error.strerror}") from error
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise ValueError(
            f"{path} is a workbook or a PDF, not text: save the column of names as CSV, "
            "and give that file"
        )
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(
                "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else encoding
            )
        except UnicodeDecodeError:
            continue
        return unicodedata.normalize("NFC", text)
    raise ValueError(f"{path} cannot be read as text: save it as CSV in UTF-8")


def _named(line: int, name: str) -> str:
    """The name, if it can be printed."""
    if len(name) > LONGEST:
        raise ValueError(
            f"line {line} of the class file has {len(name)} letters, and a name may have "
            f"{LONGEST}: {name[:30]}..."
        )
    if not any(map(str.isalnum, name)) or not re.sub("[\u200c\u200d]", "", name).isprintable():
        raise ValueError(f"line {line} of the class file is no name: {name!r}")
    return name


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
