"""What a class has, after nbgrader's autograde: ``python -m mlcore.book classroom build/nbgrader``.

It writes two files into the folder of the course: ``class.html``, a page that shows who has what,
which mistakes were made most often and what to ask in class about them, and which answers were not
the student's own work; and ``class.csv``, a row for each student and exercise.

In nbgrader itself, `grader` puts the verdicts of `judged` into the notebooks, and `report` reads
them there.
"""

import argparse
import sys
from pathlib import Path

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the command line what there is to choose."""
    parser.add_argument(
        "folder", type=Path, help="the folder of the course, with autograded/ in it"
    )
    parser.add_argument("--assignment", help="only this one, such as 02_losses")


def run(arguments: argparse.Namespace) -> int:
    """Write the page and the table, and return 0 if there was something to write."""
    from mlcore.book.classroom import report  # noqa: PLC0415

    try:
        results = report.read(arguments.folder, arguments.assignment)
    except ValueError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    for name, text in (("class.html", report.page(results)), ("class.csv", report.table(results))):
        (arguments.folder / name).write_text(text, encoding="utf-8", newline="")
        sys.stdout.write(f"{arguments.folder / name}\n")
    return 0
