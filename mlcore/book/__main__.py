"""The one door to what is made from the book: ``python -m mlcore.book open|handouts|...``."""

import argparse
import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "open": "put the chapters into a folder of yours, and open the first in JupyterLab",
    "handouts": "make everything a class needs: editions, worksheets with keys, pages",
    "classroom": "show what a class has after nbgrader's autograde, and what to ask it",
    "site": "build the book as a web site, with Python in the reader's browser",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m mlcore.book", description=__doc__)
    commands = parser.add_subparsers(metavar="command", required=True)
    for name, summary in COMMANDS.items():
        command = importlib.import_module(f"mlcore.book.{name}")
        part = commands.add_parser(name, help=summary, description=command.__doc__)
        command.add_arguments(part)
        part.set_defaults(run=command.run)
    options = parser.parse_args(arguments)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
