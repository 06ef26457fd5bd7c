"""The child's end of the line: load a function, call it, and write down what came of it.

Each message is one line of JSON and bears the number of the question, which nobody can know before
it is asked.
"""

import ast
import builtins
import inspect
import json
import linecache
import os
import sys
from types import ModuleType
from typing import Any

from mlcore.book.checker.plain import decode, encode
from mlcore.book.checker.running import Here, Run

OWN = "not your own work: "


class Line:
    """Both ways of the line, taken away from the function's own prints."""

    def __init__(self) -> None:
        self.questions = os.fdopen(os.dup(0), "rb")
        self.answers = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        self.number: Any = None
        self.here: Here | None = None

    def answer(self) -> None:
        """Answer until nothing more is asked."""
        for question in iter(self.questions.readline, b""):
            asked = json.loads(question)
            self.number = asked["number"]
            self.write(self.load(asked) if "cells" in asked else self.call(asked["args"]))

    def write(self, answer: dict[str, Any]) -> None:
        """One line to the judge."""
        self.answers.write(json.dumps({"number": self.number} | answer).encode() + b"\n")
        self.answers.flush()

    def load(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Run the statements that the function needs, each by itself, as a notebook does."""
        lend(asked["lent"], self)
        names: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        problems = []
        for label, source, statements in asked["cells"]:
            linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
            body = ast.parse(source).body
            for place in statements:
                node = _only(body[place], asked["names"])
                try:
                    exec(compile(ast.Module([node], []), label, "exec"), names)
                except BaseException as error:
                    line = linecache.getline(label, node.lineno).strip()
                    problems.append(told(error) | {"line": line})
        function = names.get(asked["name"])
        answer: dict[str, Any] = {"problems": problems[:8], "callable": callable(function)}
        answer["found"] = asked["name"] in names
        if callable(function):
            self.here = Here(function)
            answer |= {
                "idle": self.here.idle,
                "loops": self.here.loops,
                "signature": _signature(self.here),
            }
        return answer

    def call(self, args: list[Any]) -> dict[str, Any]:
        """Ask the function, and tell what came of it."""
        assert self.here
        given = [decode(arg, lambda name: self.remote(f"argument {name}")) for arg in args]
        run = self.here.run(tuple(given), float("inf"))
        return written(run)

    def remote(self, name: str) -> Any:
        """A function of the judge's: it is called there, and only its answer comes here."""

        def call(*args: Any, **options: Any) -> Any:
            self.write({"call": name, "args": encode(list(args)), "options": encode(options)})
            answer = json.loads(self.questions.readline())
            if "error" in answer:
                raise getattr(builtins, answer["error"], ValueError)(answer["text"])
            return decode(answer["value"])

        call.__name__ = call.__qualname__ = name.rpartition(".")[2].rpartition(" ")[2]
        return call


def _only(node: ast.stmt, names: list[str]) -> ast.stmt:
    """Of an import the names that are needed."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        node.names = [
            alias
            for alias in node.names
            if (alias.asname or alias.name).partition(".")[0] in [*names, "*"]
        ]
    return node


def _signature(here: Here) -> Any:
    signature = here.signature
    return signature and [
        [each.name, int(each.kind), each.default is not inspect.Parameter.empty]
        for each in signature.parameters.values()
    ]


def told(error: BaseException) -> dict[str, Any]:
    """An error in words: its kinds, from its own to the most general, and what it says."""
    try:
        text = str(error)
    except Exception:  # the error is a stranger's, too
        text = ""
    return {"error": [kind.__name__ for kind in type(error).__mro__], "text": text[:500]}


def written(run: Run) -> dict[str, Any]:
    """All that came of a call, for the judge to look at."""
    answer = {"value": encode(run.value), "printed": run.printed, "warned": run.warned}
    answer["given"] = encode(list(run.given))
    if run.error is not None:
        answer |= told(run.error) | {"line": run.line}
    return answer


def lend(modules: dict[str, list[str]], line: Line) -> None:
    """A core that holds what is lent; who asks for more is told that it is not his own."""
    core = ModuleType("mlcore")
    core.__path__ = []
    sys.modules["mlcore"] = core
    for name, functions in modules.items():
        module = ModuleType(name)
        for function in functions:
            setattr(module, function, line.remote(f"{name}.{function}"))
        module.__getattr__ = _refuse(name)  # type: ignore[method-assign]
        setattr(core, name.rpartition(".")[2], module)
        sys.modules[name] = module
    core.__getattr__ = _refuse("mlcore")  # type: ignore[method-assign]


def _refuse(module: str) -> Any:
    def missing(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError(f"{OWN}{module}.{name}")

    return missing
