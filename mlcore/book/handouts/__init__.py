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
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlcore.book.handouts.chapter import Chapter

__all__ = ["KINDS", "Options", "add_arguments", "run"]

KINDS = {
    "student-pdf": ["editions.student"],
    "teacher-pdf": ["editions.teacher"],
    "worksheet": ["worksheets.worksheet"],
    "key": ["worksheets.key"],
    "misconceptions": ["misconceptions.pdf", "pages.misconceptions"],
    "student-notebook": ["notebooks.student"],
    "teacher-notebook": ["notebooks.teacher"],
    "nbgrader": ["assignment.source"],
    "page": ["pages.page"],
}
"""The functions behind each kind, by their names in this package."""

CLOSING = {"page": "pages.index", "nbgrader": "assignment.course"}
"""Made once, after all chapters, from those that are whole: ``make(chapters, options)``."""

PAPERS = {"a4": "a4", "letter": "us-letter"}

Files = dict[str, bytes]


@dataclass(frozen=True)
class Options:
    """What the teacher may choose."""

    paper: str = "a4"
    """`a4` or `us-letter`."""
    seed: int = 1
    """Of the numbers on the worksheets."""
