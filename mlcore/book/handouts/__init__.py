"""Everything a class needs, made from the chapters: ``python -m mlcore.book handouts build/``.

Each kind of handout is one or more functions ``make(chapter, options)`` that return the files
by their names under the build folder, as bytes; this module alone writes them, so that a file
is whole or not there, and one failing chapter does not lose the others.

    students/    what is handed out: editions, worksheets, notebooks with blanks
    teachers/    what is not: editions with answers, keys, misconceptions, filled notebooks
    pages/       for the school's web server: pages that move without a kernel, and their index
    nbgrader/    a course folder for nbgrader
"""

import argparse
import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from mlcore.book import chapters as book
from mlcore.book.handouts import roll
from mlcore.book.handouts.roll import Student

if TYPE_CHECKING:
    from mlcore.book.pages.chapter import Chapter

__all__ = ["KINDS", "Options", "add_arguments", "run"]

KINDS = {
    "student-pdf": ["editions.student"],
    "teacher-pdf": ["editions.teacher"],
    "worksheet": ["worksheets.worksheet", "digit.page"],
    "key": ["worksheets.key"],
    "class": ["apiece.sheets", "apiece.key"],
    "plan": ["plan.page"],
    "questions": ["questions.bank"],
    "cards": [],
    "misconceptions": ["misconceptions.pdf_pages", "pages.misconceptions"],
    "student-notebook": ["notebooks.student"],
    "teacher-notebook": ["notebooks.teacher"],
    "nbgrader": ["assignment.source"],
    "page": ["pages.page"],
}
"""The functions behind each kind, by their names in this package."""

USUAL = [kind for kind in KINDS if kind != "class"]
"""What is made if nothing is chosen; where the class is named, its sheets are."""

CLOSING = {
    "cards": ("cards.deck", ""),  # of all chapters, whatever else is made
    "student-notebook": ("notebooks.package", "students/{}.ipynb"),
    "page": ("pages.index", "pages/{}.html"),
    "nbgrader": ("assignment.course", "nbgrader/source/{0}/{0}.ipynb"),
}
"""Made last, by ``make(chapters, options)``, from all chapters whose file is there by then."""

PAPERS = {"a4": "a4", "letter": "us-letter"}

Files = dict[str, bytes]


@dataclass(frozen=True)
class Options:
    """What the teacher may choose."""

    paper: str = "a4"
    """`a4` or `us-letter`."""
    seed: int = 1
    """Of the numbers on the worksheets."""
    students: tuple[Student, ...] = ()
    """The class, for whom there is a sheet each."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the command line what there is to choose."""
    parser.add_argument("folder", type=Path, help="where the handouts go, such as build/")
    parser.add_argument("--chapter", nargs="+", help="only these: 2, losses or 02_losses")
    parser.add_argument("--kind", nargs="+", choices=KINDS, help="only these kinds")
    parser.add_argument("--paper", choices=PAPERS, default="a4", help="a4 (default) or letter")
    parser.add_argument("--seed", type=int, default=1, help="other numbers on the worksheets")
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument(
        "--class", dest="roll", type=Path, metavar="FILE", help="a sheet for each name in it"
    )
    whose.add_argument("--students", type=int, metavar="N", help="a sheet for each of so many")
    parser.add_argument("--notebooks", type=Path, help="the folder of the chapters")


def run(arguments: argparse.Namespace) -> int:
    """Make the handouts, and return 0 if all of them were made."""
    began = time.monotonic()
    try:
        students = _class(arguments)
        options = Options(PAPERS[arguments.paper], arguments.seed, students)
        kinds = arguments.kind or (["class"] if students else USUAL)
        if "class" in kinds and not students:
            raise ValueError("whose sheets? Name the class: --class names.csv, or --students 30")
        paths = _chapters(arguments.notebooks)
        chosen = book.choose(paths, arguments.chapter)
        arguments.folder.mkdir(parents=True, exist_ok=True)
    except (ValueError, OSError) as error:
        return _fail([str(error)])
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        press = Press(pool, options, arguments.folder)
        press.print(chosen, kinds, paths)
    if press.failures:
        return _fail(press.failures)
    _say(f"{press.n_files} files in {arguments.folder}, {time.monotonic() - began:.0f} s")
    return 0


class Press:
    """The machine: what it has been asked for, what has come out, and what has failed."""

    def __init__(self, pool: Executor, options: Options, folder: Path) -> None:
        self.pool, self.options, self.folder = pool, options, folder
        self.failures: list[str] = []
        self.n_files = 0

    def print(self, chosen: list[Path], kinds: list[str], all_paths: list[Path]) -> None:
        """Read the chapters, then make each kind of each, then what closes a kind."""
        reading = {self.pool.submit(_read, path): path.stem for path in chosen}
        chapters = {chapter.stem: chapter for chapter in self.done(reading)}
        self.write(
            {
                self.pool.submit(_make, makers, chapters[stem], self.options): f"{stem} {names}"
                for names, makers in reversed(_jobs(kinds))  # pages first: they take longest
                for stem in sorted(chapters)
            }
        )
        closing: dict[Future[Any], str] = {}
        for kind in CLOSING.keys() & set(kinds):
            maker, file = CLOSING[kind]
            there = [p for p in all_paths if (self.folder / file.format(p.stem)).exists()]
            read = [chapters.get(path.stem, path) for path in there]
            closing[self.pool.submit(_close, maker, read, self.options)] = f"all chapters {kind}"
        self.write(closing)

    def done(self, jobs: dict[Future[Any], str]) -> Iterator[Any]:
        """The results as they come; what fails is said, and leaves the others alone."""
        for future in as_completed(jobs):
            error = future.exception()
            if error is None:
                yield future.result()
            else:
                self.failures.append(f"{jobs[future]}: {_sentence(error)}")

    def write(self, jobs: dict[Future[Any], str]) -> None:
        """Write the files as they come, and say so."""
        for i, files in enumerate(self.done(jobs), start=1):
            for name, content in files.items():
                try:
                    write(self.folder / name, content)
                except OSError as error:  # no room, or no leave to write
                    self.failures.append(f"{name} is not written: {error}")
                    continue
                self.n_files += 1
                _say(f"[{i}/{len(jobs)}] {self.folder / name}")


def write(path: Path, content: bytes) -> None:
    """Write the whole file or nothing: an old one stays until the new one is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _read(path: Path) -> "Chapter":
    from mlcore.book.pages.chapter import Chapter  # noqa: PLC0415

    return Chapter.read(path)


def _jobs(kinds: list[str]) -> list[tuple[str, list[str]]]:
    """The makers under the names of their kinds: those of a module share what is dear to make."""
    jobs: dict[str, tuple[list[str], list[str]]] = {}
    for kind in kinds:
        for maker in KINDS[kind]:
            names, makers = jobs.setdefault(maker.partition(".")[0], ([], []))
            names.append(kind)
            makers.append(maker)
    return [(", ".join(names), makers) for names, makers in jobs.values()]


def _make(makers: list[str], *args: Any) -> Files:
    return {name: file for maker in makers for name, file in _find(maker)(*args).items()}


def _close(maker: str, chapters: "list[Chapter | Path]", options: Options) -> Files:
    read = [_read(chapter) if isinstance(chapter, Path) else chapter for chapter in chapters]
    return _make([maker], read, options)


def _find(maker: str) -> Callable[..., Files]:
    module, _, function = maker.partition(".")
    made: Callable[..., Files] = getattr(importlib.import_module(f"{__name__}.{module}"), function)
    return made


def _chapters(folder: Path | None) -> list[Path]:
    """The notebooks in the folder one works in, or those of the book."""
    usual = [Path("notebooks"), book.FOLDER]
    for place in [folder] if folder else usual:
        paths = sorted(place.glob("[0-9][0-9]_*.ipynb"))
        if paths:
            return paths
    raise ValueError(
        f"no chapters in {folder or 'notebooks'}: name their folder with --notebooks, "
        "or run this in the folder of the book"
    )


def _class(arguments: argparse.Namespace) -> tuple[Student, ...]:
    """Those who get a sheet each."""
    if arguments.roll:
        return tuple(map(_printable, roll.read(arguments.roll, arguments.seed)))
    return (
        roll.numbered(arguments.students, arguments.seed) if arguments.students is not None else ()
    )


def _printable(student: Student) -> Student:
    """The student, after word of a name that no font here has all letters of."""
    if student.name.isascii():
        return student
    try:
        from mlcore.book.handouts.press import legible  # noqa: PLC0415
    except ImportError:  # which the press reports
        return student
    printed = roll.printable(student, partial(legible, all_fonts=True))
    if printed != student:
        instead = repr(printed.name) if printed.name else f"the code {printed.code} and a line"
        _say(f"note: no font here has all letters of {student.name!r}: the sheet has {instead}")
    return printed


def _sentence(error: BaseException) -> str:
    """What went wrong, for a teacher."""
    if isinstance(error, ImportError) and not (error.name or "").startswith("mlcore"):
        return f"needs the extra [handouts]: python -m pip install 'mlbyhand[handouts]' ({error})"
    if type(error).__name__ == "BookError":
        return str(error)
    return f"{type(error).__name__}: {error}"


def _fail(sentences: list[str]) -> int:
    for sentence in sentences:
        _say(f"error: {sentence}", sys.stderr)
    return 1


def _say(line: str, to: TextIO | None = None) -> None:
    """Progress, at once even where the output is a pipe."""
    (to or sys.stdout).write(line + "\n")
    (to or sys.stdout).flush()
