"""The rooms of the book: content apart from machine, and arrows that go one way."""

import ast
from pathlib import Path

import mlcore.book

BOOK = Path(mlcore.book.__file__).parent
MAY_USE = {
    "chapters": set(),
    "open": {"chapters"},
    "core": set(),
    "wheel": {"chapters"},
    "figures": set(),
    "controls": {"figures"},
    "layers": {"figures"},
    "parts": set(),
    "rerun": set(),
    "live": {"controls", "figures", "layers", "parts", "rerun"},
    "widgets": {"figures", "live"},
    "checker": set(),
    "exercises": {"checker"},
    "pages": {"figures", "live", "widgets", "checker", "exercises"},
    "handouts": {"chapters", "wheel", "figures", "live", "widgets", "checker"}
    | {"exercises", "pages"},
    "site": {"chapters", "wheel", "checker", "exercises", "pages", "handouts"},
    "classroom": {"checker", "exercises"},
    "__main__": {"open", "handouts", "classroom", "site"},
    "__init__": set(),
}
"""For each room, the rooms it may import from, besides the core."""


def imported(path):
    """The names of all modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_every_room_is_known_and_imports_only_from_the_rooms_before_it():
    for path in BOOK.rglob("*.py"):
        room = path.relative_to(BOOK).parts[0].removesuffix(".py")
        modules = [name.split(".") for name in imported(path) if name.startswith("mlcore.book.")]
        assert {module[2] for module in modules} <= MAY_USE[room] | {room}, path
