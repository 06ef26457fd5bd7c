"""Runs what a reader writes on a page: an answer, to be judged, or a cell after those it needs.

On the page this runs in a worker, in a Python that begins with NumPy alone: no notebook, no
matplotlib until a cell draws. A reader may open a chapter in its midst and run the last cell, so
`needed` finds out which cells must run before it: those that bind or change the names it uses.
"""

import ast
import contextlib
import functools
import importlib
import io
import linecache
import pprint
import sys
import traceback
import types
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlcore.book import exercises
from mlcore.book.checker.cells import described
from mlcore.book.checker.verdict import Verdict

__all__ = ["check", "display", "draw", "needed", "packages", "run", "solution", "stand_in"]

IMPORTS = ("import ", "from ")
PACKAGES = {
    "mlcore.book import figures": ["matplotlib"],
    "mlcore.book.figures": ["matplotlib"],
    "matplotlib": ["matplotlib"],
    "mlcore.book.widgets": ["matplotlib", "ipython", "ipywidgets", "comm", "widgetsnbextension"],
    "sklearn": ["scikit-learn"],
    "scipy": ["scipy"],
}
"""What is not there from the beginning, by what its importing looks like."""

NEEDED = "which this one needs"
PAGE = 20_000  # characters; of what a cell prints, more is not shown
Send = Callable[[str, dict[str, Any]], object]


# --- answers ---


def check(name: str, answer: str, others: dict[str, str], cells: Sequence[str]) -> dict[str, Any]:
    """The verdict on an answer, as the notebook shows it, and whether it is right.

    Parameters
    ----------
    name : str
        The exercise.
    answer : str
        What the reader wrote.
    others : dict
        The reader's answers to the other exercises, which this one may use.
    cells : sequence of str
        The code of the chapter up to here, which it may use as well.
    """
    printed: list[str] = []
    names: dict[str, Any] = {"__name__": "__main__"}
    try:
        written = [(f"<{other}>", _Part.of(source)) for other, source in others.items()]
        above = [("<before>", part) for cell in cells for part in _parts(cell)] + written
        with _shown(_nowhere):
            for earlier in _before([part for _, part in above], _Part.of(answer)):
                place, part = above[earlier]
                forgiven = [] if place == "<before>" else [Exception]
                with contextlib.suppress(*forgiven):
                    _execute(part.source, names, place)
        with _shown(lambda _, content: printed.append(content.get("text", ""))):
            _execute(answer, names, f"<{name}>")
        verdict = _judged(name, names)
    except Exception as error:
        verdict = Verdict(name, accepted=False, message=_complaint(error, f"<{name}>"))
    return {
        "html": verdict._repr_html_(),
        "accepted": verdict.accepted,
        "printed": "".join(printed),
    }


def _judged(name: str, names: dict[str, Any]) -> Verdict:
    if callable(names.get(name)):
        return exercises.grade(name, names[name])
    message = f"There is no function `{name}` in your answer: it has to begin with `def {name}(`."
    return Verdict(name, accepted=False, message=message)


def _complaint(error: Exception, place: str) -> str:
    """Why an answer cannot even be read, or does not run."""
    line = f" in line {_line(error, place)}" if _line(error, place) else ""
    if isinstance(error, SyntaxError):
        shown = f": `{error.text.strip()}`" if error.text and error.text.strip() else ""
        return f"Python cannot read it{line}{shown}. It says `{error.msg}`."
    who = f"A cell above, {NEEDED}," if _is_above(error) else "It"
    return f"{who} stops with `{type(error).__name__}: {error}`{line}, before it is checked."


def _line(error: Exception, place: str) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == place), None)


def _is_above(error: Exception) -> bool:
    """Whether it comes from what had to run before, such as a cell that the reader has changed."""
    places = (frame.filename for frame in traceback.extract_tb(error.__traceback__))
    return next((place for place in places if place.startswith("<")), "") == "<before>"


def solution(name: str) -> str:
    """The answer as a reader could have written it."""
    return exercises.EXERCISES[name].solution


# --- cells ---


def run(cells: Sequence[str], send: Send) -> None:
    """Run the last of the cells, after those that it needs, and send what it prints and draws.

    What is sent is a kind (`text`, `html`, `picture` or `error`) and its content.
    """
    *before, source = cells
    try:
        names = _prepared(before, source)
        send("begun", {})
        with _shown(send):
            _value(_execute(source, names, "<cell>"), send)
    except Exception as error:
        send("error", {"text": _report(error)})


def draw(cells: Mapping[str, str], wanted: Container[str], take: Send) -> None:
    """Run these of the cells, and once what they need, and take the pictures they draw by name."""
    parts = [(name, part) for name, source in cells.items() for part in _parts(source)]
    known, chosen = [part for _, part in parts], set[int]()
    for place, (name, part) in enumerate(parts):
        if name in wanted:
            chosen |= {place, *_before(known[:place], part)}
    names: dict[str, Any] = {"__name__": "__main__"}
    for name, part in (parts[place] for place in sorted(chosen)):
        with _shown(lambda kind, told: take(name, told) if kind == "picture" else None):  # noqa: B023
            _execute(part.source, names, f"<{name}>")


def needed(cells: Sequence[str], source: str) -> list[str]:
    """The parts of the cells that must run before this source, in order.

    A part is an import, or the rest of a cell.
    """
    known = [part for cell in cells for part in _parts(cell)]
    return [known[place].source for place in _before(known, _Part.of(source))]


def _before(known: Sequence["_Part"], part: "_Part") -> list[int]:
    """The places of the parts that must run before this one: those nearest to it that bind it."""
    modules = {name for part in known if part.source.startswith(IMPORTS) for name in part.binds}
    wanted, places = part.uses, list[int]()
    for place, earlier in reversed([*enumerate(known)]):
        if wanted & (earlier.binds | earlier.changes - modules):
            places.append(place)
            wanted = (wanted - earlier.binds) | earlier.uses
    return places[::-1]


def packages(cells: Sequence[str], source: str) -> list[str]:
    """The packages of Pyodide that must be loaded before this source can run after the cells."""
    own = [part.source for part in _parts(source)]
    code = "\n".join([*needed(cells, source), *own])
    return [name for sign, names in PACKAGES.items() if sign in code for name in names]


class _Part(NamedTuple):
    """Some statements, and which names they bind, and of others which they change and use."""

    source: str
    binds: set[str]
    changes: set[str]
    uses: set[str]

    @classmethod
    @functools.cache
    def of(cls, source: str) -> "_Part":
        part = cls(source, set(), set(), set())
        with contextlib.suppress(SyntaxError):  # a reader's, who will be told when it is run
            told = [each for node in ast.parse(source).body for each in described(node)]
            for _, _, binds, uses, changes, _ in told:
                # Randomness enters only as `rng`, and whoever draws from it changes it.
                changed = changes | ({"rng"} & uses)
                part.uses.update((uses | changed) - part.binds)
                part.changes.update(changed - part.binds)
                part.binds.update(binds - part.changes)
        return part


@functools.cache
def _parts(cell: str) -> list[_Part]:
    """The imports of a cell, each by itself, and what is left of it."""
    try:
        statements = ast.parse(cell).body
    except SyntaxError:
        return []
    imports = [each for each in statements if isinstance(each, ast.Import | ast.ImportFrom)]
    others = [each for each in statements if each not in imports]
    alone = [
        type(each)(**(vars(each) | {"names": [name]})) for each in imports for name in each.names
    ]
    rest = [ast.Module(others, [])] if others else []
    return [_Part.of(ast.unparse(each)) for each in [*alone, *rest]]


# --- as a notebook would ---


def _prepared(cells: Sequence[str], source: str) -> dict[str, Any]:
    """The names that are there when the cells have run that the source needs."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for part in needed(cells, source):
        with _shown(_nowhere):
            _execute(part, names, "<before>")
    return names


def _execute(source: str, names: dict[str, Any], place: str) -> Any:
    """Run the source, and return the value of its last line."""
    # So that an error can show its line.
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    tree = ast.parse(source, place)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, place, "exec"), names)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), place, "eval"), names)
    return None


_send: list[Send] = []
"""Where it is shown, the innermost last."""


@contextlib.contextmanager
def _shown(send: Send) -> Iterator[None]:
    """Send what is printed and displayed."""
    printed = _Printed(send)
    _send.append(send)
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            yield
    finally:
        _send.pop()


def _nowhere(_kind: str, _content: dict[str, Any]) -> None:
    """What runs before is not shown again."""


class _Printed(io.TextIOBase):
    """Sends what is printed, up to a page."""

    def __init__(self, send: Send) -> None:
        self.send, self.left = send, PAGE

    def write(self, text: str) -> int:
        if self.left > 0:
            end = "" if len(text) <= self.left else "\n… (more was printed)"
            self.send("text", {"text": text[: self.left] + end})
        self.left -= len(text)
        return len(text)


def _value(value: Any, send: Send) -> None:
    """The value of the last line, as the notebook shows it."""
    if hasattr(value, "_repr_html_"):
        send("html", {"html": value._repr_html_()})
    elif value is not None:
        send("text", {"text": pprint.pformat(value, sort_dicts=False) + "\n"})


def _report(error: Exception) -> str:
    """The error as Python reports it, from the reader's own lines on."""
    told = traceback.TracebackException.from_exception(error)
    opening, place = "", "<cell>"
    if _is_above(error):
        opening, place = f"A cell above, {NEEDED}, stops:\n", "<before>"
    while told.stack and told.stack[0].filename != place:
        del told.stack[0]
    return opening + "".join(told.format()).rstrip()


# --- where there is no IPython ---


def stand_in() -> None:
    """Be the part of IPython by which `mlcore.book.figures` shows a picture.

    IPython itself, which takes seconds to load, is there if a cell needs a widget.
    """
    try:
        part = importlib.import_module("IPython.display")
    except ImportError:
        shell, part = types.ModuleType("IPython"), types.ModuleType("IPython.display")
        vars(shell).update(version_info=(9,), get_ipython=lambda: None)  # which matplotlib asks
        vars(part).update(HTML=str)
        sys.modules.update({"IPython": shell, "IPython.display": part})
    vars(part).update(display=display)


def display(value: Any, metadata: Any = None, raw: bool = False) -> None:
    """Show a picture; the unseen words that follow it are in its alt text already."""
    if raw:
        _send[-1]("picture", {"png": value["image/png"], **metadata["image/png"]})
