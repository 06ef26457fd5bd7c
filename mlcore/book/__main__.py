"""The one door to what is made from the book: ``python -m mlcore.book handouts build/``."""

import argparse
import importlib
import sys
from collections.abc import Sequence

COMMANDS = {"handouts": "print the class: editions, worksheets with keys, notebooks, pages"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m mlcore.book", description=__doc__)
    commands = parser.add_subparsers(metavar="command", required=True)
    for name, summary in COMMANDS.items():
        try:
            command = importlib.import_module(f"mlcore.book.{name}")
        except ImportError as error:
            command = None
            missing = error.name
        part = commands.add_parser(name, help=summary, description=summary)
        if command:
            command.add_arguments(part)
            part.set_defaults(run=command.run)
    options = parser.parse_args(arguments)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
