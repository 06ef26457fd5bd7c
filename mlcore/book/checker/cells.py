"""What a function needs of its notebook: the statements that it depends on, and no others.

The notebook is read and never run here. The statements are found by the names that they bind and
use, in the order of the notebook, as they would have been run from top to bottom.
"""

import ast
import re
import symtable
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MAGIC = re.compile(r"^(\s*)[%!?].*$", re.M)


class Cell(NamedTuple):
    """A cell, and which of its statements are needed."""

    label: str
    source: str
    statements: list[int]


class Needed(NamedTuple):
    """What a function needs of its notebook."""

    cells: list[Cell]
    names: list[str]
    broken: str = ""  # what Python says of a cell that cannot be read


class Statement(NamedTuple):
    """The names of the notebook that a statement binds, uses, and changes in place."""

    cell: int
    place: int
    binds: set[str]
    uses: set[str]
    changes: set[str]
    imports: bool


def needed(sources: Sequence[str], name: str) -> Needed:
    """The statements that a name depends on."""
    readable, broken = [], ""
    for source in sources:
        try:
            readable.append(ast.parse(source := _without_magic(source)))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            readable.append(ast.Module([], []))
            if re.search(rf"\b{name}\b", source):
                line = getattr(error, "text", "")
                where = f" in the line `{line.strip()}`" if line else ""
                broken = f"`{type(error).__name__}: {error.args[0]}`{where}"
    statements = [
        statement
        for cell, tree in enumerate(readable)
        for place, node in enumerate(tree.body)
        for statement in described(node, cell, place)
    ]
    touching = defaultdict[str, list[Statement]](list)
    for statement in statements:
        for touched in statement.binds | statement.changes:
            touching[touched].append(statement)
    names, chosen, ahead = {name}, set[tuple[int, int]](), [name]
    while ahead:
        for statement in touching.pop(ahead.pop(), []):
            chosen.add((statement.cell, statement.place))
            wanted = set() if statement.imports else statement.uses | statement.binds
            ahead += wanted - names
            names |= wanted
    cells = [
        Cell(f"<cell {i + 1}>", _without_magic(source), sorted(p for c, p in chosen if c == i))
        for i, source in enumerate(sources)
    ]
    return Needed([cell for cell in cells if cell.statements], sorted(names), broken)


def is_blank(sources: Sequence[str], name: str) -> bool:
    """Whether the last function of this name is a stub that nobody filled."""
    blank = False
    for source in sources:
        try:
            tree = ast.parse(_without_magic(source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            blank = blank and not re.search(rf"\b{name}\b", source)
            continue
        for node in tree.body:
            for statement in described(node):
                if name in statement.binds:
                    blank = isinstance(node, ast.FunctionDef) and all(map(_idle, node.body))
                elif name in statement.changes:
                    blank = False
    return blank


def _idle(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Return(value=None):
            return True
        case ast.Return(value=ast.Constant(value=value)):
            return value in {None, ...}
    return isinstance(node, ast.Raise) and "NotImplementedError" in ast.dump(node)


def _without_magic(source: str) -> str:
    """The cell without what only a notebook understands, and with as many lines."""
    if source.lstrip().startswith("%%"):
        return ""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return MAGIC.sub(r"\1pass", source)
    return source


def described(node: ast.stmt, cell: int = 0, place: int = 0) -> Iterator[Statement]:
    """What a statement does with names; nothing is told of one that cannot be read."""
    try:
        table = symtable.symtable(ast.unparse(node), "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return
    binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    imports = isinstance(node, ast.Import | ast.ImportFrom)
    uses, changes = set(_globals(table)), set(_changes(node))
    yield Statement(cell, place, binds, uses, changes, imports)


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    """The names of the notebook that a statement uses, in whatever function of it."""
    for symbol in table.get_symbols():
        if symbol.is_referenced() if table.get_type() == "module" else symbol.is_global():
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _globals(inner)


def _changes(node: ast.AST) -> Iterator[str]:
    """What is changed in place: `table[key] = ...`, `table.append(...)`, `table += ...`."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
            return  # changes nothing before it is called
        case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
            yield from _root(node)
        case (
            ast.AugAssign(target=target) | ast.Expr(value=ast.Call(func=ast.Attribute() as target))
        ):
            yield from _root(target)
    for inner in ast.iter_child_nodes(node):
        yield from _changes(inner)


def _root(node: ast.AST) -> Iterator[str]:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
