"""Is it the reader's own work, or does it hand the question on?

From the function one goes on to all that it names, through helpers, aliases and wrappers, until
somebody else's work is found: the book's own function, or a library that has it ready-made. What
is lent to an exercise, such as the functions of earlier ones, is not counted.
"""

import dis
import functools
import inspect
import linecache
import re
import sys
from collections.abc import Collection, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

READY_MADE = {"mlcore", "sklearn", "scipy", "statsmodels", "torch", "tensorflow", "keras", "jax"}
MEMORY = "memory"
SNOOPING = {"_getframe", "currentframe", "f_back", "f_locals", "f_globals", "tb_frame"}
SNOOPING |= {"get_objects", "get_referrers", "_current_frames", "gi_frame"}
INDIRECT = {"eval", "exec", "__import__", "import_module", "modules", "getattr"}
LABEL = "not own work"
FEW = 100  # parts of a list or a table; more are not looked through


class Borrowed(NamedTuple):
    """What is taken from elsewhere, and the line that shows it."""

    name: str
    line: str = ""


def sentence(borrowed: Borrowed, exercise: str) -> str:
    """What there is to say about it."""
    name = borrowed.name.rpartition(".")[2]
    if borrowed.name == MEMORY:
        said = "It looks around in the checker's memory instead of calculating: write it yourself."
    elif borrowed.name.startswith("mlcore.book."):
        said = f"It takes its answer from the checker's own table: write `{exercise}` yourself."
    elif borrowed.name.startswith("mlcore") and name == exercise:
        said = f"This is the book's own `{name}`: write yours."
    elif borrowed.name.startswith("mlcore"):
        said = f"It hands the work to the book's own `{name}`: write `{exercise}` yourself."
    else:
        package = borrowed.name.partition(".")[0]
        said = f"It hands the work to `{package}`: compare with it afterwards, and write yours."
    return f'{said} `hint("{exercise}")` helps.'


def borrowed(function: Any, lent: Collection[str]) -> Borrowed | None:
    """The first of somebody else's work that the function leads to, or nothing."""
    found: list[tuple[Any, str]] = [(function, "")]
    seen = set[int]()
    while found:
        thing, line = found.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        name = _origin(thing)
        if name.partition(".")[0] in READY_MADE:
            if name not in lent:
                return Borrowed(name, line)
            continue
        for part, where in _parts(thing):
            if isinstance(part, Borrowed):
                return part
            found.append((part, where or line))
    return None


def _origin(thing: Any) -> str:
    """Where something comes from, with its name."""
    if isinstance(thing, ModuleType):
        return thing.__name__
    if isinstance(thing, FunctionType):
        module = str(thing.__globals__.get("__name__", ""))
        # A wrapper of the book's own bears the name of what it wraps.
        return f"{thing.__module__ if module.startswith('mlcore') else module}.{thing.__name__}"
    if isinstance(thing, np.ufunc):
        special = sys.modules.get("scipy.special")
        name = thing.__name__
        return f"scipy.special.{name}" if getattr(special, name, None) is thing else "numpy"
    kind = thing if isinstance(thing, type) or inspect.isbuiltin(thing) else type(thing)
    return f"{kind.__module__}.{kind.__qualname__}"


def _parts(thing: Any) -> Iterator[tuple[Any, str]]:
    """What something is made of, as far as it was made by the reader."""
    if isinstance(thing, FunctionType):
        cells = zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=True)
        names = thing.__globals__ | {
            name: cell.cell_contents for name, cell in cells if _full(cell)
        }
        yield from _named(thing.__code__, names)
        yield from _each([*(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values()])
    elif isinstance(thing, MethodType):
        yield from _each([thing.__func__, thing.__self__])
    elif isinstance(thing, functools.partial):
        yield from _each([thing.func, *thing.args, *thing.keywords.values()])
    elif isinstance(thing, staticmethod | classmethod):
        yield thing.__func__, ""
    elif isinstance(thing, list | tuple | set | frozenset):
        yield from _each(list(thing)[:FEW])
    elif isinstance(thing, dict):
        yield from _each(list(thing.values())[:FEW])
    elif type(thing).__module__ not in {"builtins", "numpy", "types"}:
        kind = thing if isinstance(thing, type) else type(thing)
        for part in (*vars(kind).values(), *getattr(thing, "__dict__", {}).values()):
            if callable(part) or isinstance(part, staticmethod | classmethod):
                yield part, ""


def _full(cell: Any) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:  # nothing is in it yet
        return False


def _each(parts: list[Any]) -> Iterator[tuple[Any, str]]:
    return ((part, "") for part in parts)


def _named(code: CodeType, names: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    """All that a piece of code names, and the line in which it does."""
    told, held = _texts(code), list[Any]()
    imported = list[Any]()
    for step in dis.get_instructions(code):
        line = _line(code, step)
        if step.opname in {"EXTENDED_ARG", "CACHE"}:
            continue
        if step.argval in SNOOPING or (step.argval in INDIRECT and (told or imported)):
            yield Borrowed(MEMORY if step.argval in SNOOPING else told or "mlcore", line), line
        before, held = held, []
        if step.opname == "IMPORT_NAME":
            root = str(step.argval).partition(".")[0]
            imported += [sys.modules.get(name) for name in (step.argval, root)]
            if root in READY_MADE - {"mlcore"}:
                yield Borrowed(step.argval, line), line
        elif re.match("LOAD_(GLOBAL|NAME|DEREF|CLASSDEREF)", step.opname):
            held = [names[step.argval]] if step.argval in names else []
        elif step.opname.startswith("LOAD_FAST"):
            held = imported
        elif re.match("LOAD_(ATTR|METHOD)|IMPORT_FROM", step.opname):
            modules = imported if step.opname == "IMPORT_FROM" else before
            held = [
                getattr(module, step.argval)
                for module in modules
                if isinstance(module, ModuleType) and hasattr(module, step.argval)
            ]
            before = []
            imported += held if step.opname == "IMPORT_FROM" else []
        for thing in (*held, *before):
            if not isinstance(thing, ModuleType) or thing not in [*held, *imported]:
                yield thing, line
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _named(constant, names)


def _texts(code: CodeType) -> str:
    """A library that is named in a text, for a name may be hidden in one."""
    loaded = [step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_CONST"]
    texts = [text for text in loaded if isinstance(text, str)]  # so not what it says of itself
    return next(
        (name for name in READY_MADE for text in texts if re.search(rf"\b{name}\b", text)), ""
    )


def _line(code: CodeType, step: Any) -> str:
    number = step.positions.lineno if step.positions else None
    return linecache.getline(code.co_filename, number or 0).strip()
