"""The stub that the reader fills and the solution, both made from one function.

A function of the core checks its arguments and keeps float32 what it is. A reader's answer
need not: those parts are left out here, and what remains is the line that matters.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from typing import Any

INDENT = "    "
WIDTH = 92
BOOKKEEPING = (  # of the types of the numbers, and of the last digits and the largest numbers
    (re.compile(r"(?<!\w)\((.*)\)\.astype\(\w+\.dtype\)$", re.M), r"\1"),
    (re.compile(r"\.astype\(\w+\.dtype\)"), ""),
    (re.compile(r"\b_exp_difference\((\w+), (.*)\)$", re.M), r"np.exp(\1 - \2)"),
    (re.compile(r"\b_residuals\("), "residuals("),
    (re.compile(r", dtype=np\.float64"), ""),
    (re.compile(r"(?<![\w.])mean\("), "np.mean("),
    (re.compile(r"np\.float64"), "float"),
    (re.compile(r"np\.intp"), "int"),
    (re.compile(r"^(\s*\w+): Any =", re.M), r"\1 ="),
    (re.compile(r"\b(?:number|generator)\((?:[^()]*[=, ])?(\w+)\)"), r"\1"),  # a check, in a line
)


def stub(function: Callable[..., Any], task: str) -> str:
    """Signature and docstring, with ``...`` for a body."""
    return f"{head(function, task)}{INDENT}...\n"


def head(function: Callable[..., Any], task: str) -> str:
    """Signature and docstring."""
    return _head(_parse(function)[1], task)


def solution(function: Callable[..., Any], task: str) -> str:
    """The function as a reader would write it, after the imports that it needs."""
    lines, tree = _parse(function)
    body = _body(lines, tree, checked=not function.__module__.startswith("mlcore.book"))
    code, known = inspect.unwrap(function).__code__, inspect.unwrap(function).__globals__
    own = {*code.co_varnames, *code.co_cellvars}
    body, imports = _borrow(body, {name: known[name] for name in known.keys() - own})
    return f"{imports}{_head(tree, task)}{textwrap.indent(body, INDENT)}\n"


def _parse(function: Callable[..., Any]) -> tuple[list[str], ast.FunctionDef]:
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(function)))
    tree = ast.parse(source).body[0]
    assert isinstance(tree, ast.FunctionDef)
    return source.splitlines(), tree


def _head(tree: ast.FunctionDef, task: str) -> str:
    for argument in tree.args.args:
        argument.annotation = None
    text = (ast.get_docstring(tree) or "").split("\n\nParameters\n")[0]
    if task:
        text += "\n\n" + textwrap.fill(task, WIDTH)
    end = "\n" if "\n" in text else ""
    docstring = textwrap.indent(f'"""{text}{end}"""', INDENT)
    return f"def {tree.name}({ast.unparse(tree.args)}):\n{docstring}\n"


def _body(lines: list[str], tree: ast.FunctionDef, *, checked: bool) -> str:
    """What follows the docstring, without the checks of the arguments."""
    first, *statements = tree.body
    kept = set(range((first.end_lineno or 0), len(lines)))
    for statement in statements if checked else ():
        if _is_check(statement, tree):
            kept -= set(range(statement.lineno - 1, statement.end_lineno or 0))
    body = textwrap.dedent("\n".join(lines[i] for i in sorted(kept)))
    for pattern, plain in BOOKKEEPING:
        body = pattern.sub(plain, body)
    return body


def _is_check(statement: ast.stmt, tree: ast.FunctionDef) -> bool:
    """Raises, or calls without keeping a result, or hands arguments back under their names."""
    match statement:
        case ast.If(body=[*_, ast.Raise()]) | ast.Expr(value=ast.Call()):
            return True
        case ast.Assign(targets=[target], value=value):
            names = {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
            calls = value.elts if isinstance(value, ast.Tuple) else [value]
            return names <= {argument.arg for argument in tree.args.args} and all(
                isinstance(call, ast.Call) for call in calls
            )
    return False


def _borrow(body: str, known: dict[str, Any]) -> tuple[str, str]:
    """The body with the functions of the core under their own names, and their imports."""
    borrowed: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(body)):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if _is_core(known.get(module)):
                body = body.replace(f"{module}.{name}", name)
                borrowed.setdefault(known[module].__name__, set()).add(name)
            case ast.Name(id=name) if inspect.isfunction(known.get(name)):
                borrowed.setdefault(known[name].__module__, set()).add(name)
    lines = [f"from {module} import {', '.join(sorted(borrowed[module]))}" for module in borrowed]
    return body, "\n".join([*sorted(lines), "", "", ""]) if lines else ""


def _is_core(value: Any) -> bool:
    return inspect.ismodule(value) and value.__name__.startswith("mlcore.")
