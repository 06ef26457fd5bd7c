"""The libraries to compare with are an extra, and a table says which of them are missing."""

from importlib.util import find_spec


def lacking(*packages):
    """What to print in place of a peer's figures; nothing if it is all there."""
    missing = [package for package in packages if not find_spec(package)]
    return missing and f'without {" and ".join(missing)}: python -m pip install -e ".[bench]"'
