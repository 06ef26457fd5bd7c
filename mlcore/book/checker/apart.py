"""A reader's function in a process of its own, where nothing is that it could find or spoil.

The judge writes a question and reads an answer, which is data and nothing else. What never comes
back, because the process hangs, is gone, or writes without end, is no answer.
"""

import builtins
import contextlib
import inspect
import json
import math
import os
import queue
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np

from mlcore.book.checker import own
from mlcore.book.checker.cells import Needed
from mlcore.book.checker.plain import decode, encode
from mlcore.book.checker.running import PAGE, ProcessEnded, Run, TookTooLong, untouched

LONGEST = 2**22  # characters of an answer
MEGABYTES = 1024
# The system counts the time that a process calculates, which a busy machine does not lengthen; the
# clock on the wall is looked at for one that sleeps.
PATIENCE = 5 if os.name == "posix" else 1
LARGE = 10**4  # whole numbers in a call back
ROUNDS = 100_000  # of calls back to the judge
OUT_OF_TIME = {-24, -9}  # the signals that end a process which has used up its time
OWN = "not your own work: "
CORE = ("linear_regression", "losses", "gradient_descent", "classification", "softmax")
KERNEL = ("PATH", "SYSTEMROOT", "WINDIR", "TEMP", "TMP", "LANG", "LC_ALL")  # to start at all

Function = Callable[..., Any]


class Apart:
    """A process, and in it the function that was loaded last."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.lent: dict[str, Function] = {}
        self.taken: own.Borrowed | None = None
        self.gone: BaseException | None = None
        self.process = _start(seconds)
        self.lines: queue.Queue[bytes] = queue.Queue(4)
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def __enter__(self) -> "Apart":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the process, and whatever it may have started."""
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(self.process.pid, 9)
        self.process.kill()
        while self.listener.is_alive():  # it may be waiting for a place in the queue
            with contextlib.suppress(queue.Empty):
                self.lines.get_nowait()
            self.listener.join(0.001)
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                assert stream
                stream.close()
        self.process.wait()

    def load(self, needed: Needed, name: str, lent: dict[str, Function]) -> None:
        """Run what a function of this name needs, and see whether it is there."""
        self.lent, self.taken = lent, None
        modules: dict[str, list[str]] = {f"mlcore.{module}": [] for module in CORE}
        for qualified in lent:
            module, _, function = qualified.rpartition(".")
            modules.setdefault(module, []).append(function)
        asked = {"name": name, "cells": needed.cells, "names": needed.names, "lent": modules}
        loaded = self._ask(asked, (), PATIENCE * self.seconds)
        self.problem = self._problem(loaded)
        self.found, self.callable = bool(loaded.get("found")), bool(loaded.get("callable"))
        self.idle = bool(loaded.get("idle"))
        self.loops: bool | None = loaded.get("loops")
        self.signature = _signature(loaded.get("signature"))

    def run(self, args: tuple[Any, ...], seconds: float) -> Run:
        """One question."""
        if self.gone:
            return Run(error=self.gone, given=args)
        functions = [arg for arg in args if callable(arg)]
        words = encode(list(args), lambda function: str(functions.index(function)))["list"]
        answer = self._ask({"args": words}, functions, seconds)
        if self.gone:
            return Run(error=self.gone, given=args)
        try:
            return self._read(answer, args)
        except (ValueError, TypeError, LookupError, AttributeError):  # not what a child writes
            self._lose(ProcessEnded("what it writes is no answer"))
            return Run(error=self.gone, given=args)

    def borrowed(self, lent: Collection[str]) -> own.Borrowed | None:
        """What it asked for that is not its own work."""
        return self.taken

    def _read(self, answer: dict[str, Any], args: tuple[Any, ...]) -> Run:
        given = decode(answer["given"], lambda name: _nothing)
        kept = tuple(arg if callable(arg) else new for arg, new in zip(args, given, strict=True))
        return Run(
            value=decode(answer["value"]),
            error=self._error(answer) if "error" in answer else None,
            printed=str(answer["printed"])[:PAGE],
            warned=tuple(map(str, answer["warned"]))[:8],
            written=tuple(i for i, arg in enumerate(args) if not untouched(arg, kept[i])),
            given=kept,
            line=str(answer.get("line", ""))[:80],
        )

    def _error(self, answer: dict[str, Any]) -> BaseException:
        """An error of the same kind that says the same."""
        kinds, text = [str(kind) for kind in answer["error"]], str(answer["text"])
        if text.startswith(OWN) and "ImportError" in kinds and not self.taken:
            self.taken = own.Borrowed(text.removeprefix(OWN), str(answer.get("line", ""))[:80])
        known = vars(builtins) | {"LinAlgError": np.linalg.LinAlgError}
        base = next((known[kind] for kind in kinds if _is_error(known.get(kind))), Exception)
        kind: Any = type(kinds[0][:50].replace("\0", ""), (base,), {"__str__": lambda self: text})
        try:
            return kind.__new__(kind)
        except TypeError:  # a group of errors cannot be empty
            return Exception(text)

    def _problem(self, loaded: dict[str, Any]) -> Run | None:
        """The first that went wrong while the notebook was run."""
        if self.gone:
            return Run(error=self.gone)
        try:
            runs = [Run(error=self._error(p), line=str(p["line"])) for p in loaded["problems"]]
        except (TypeError, LookupError):  # not what a child writes
            return Run(error=ProcessEnded("what it writes is no answer"))
        return runs[0] if runs else None

    def _ask(self, asked: dict[str, Any], functions: Any, seconds: float) -> dict[str, Any]:
        """Write a question, lend what is called for, and read the answer."""
        number, end = secrets.token_hex(8), time.monotonic() + seconds
        self._write(asked | {"number": number})
        for _ in range(ROUNDS):
            answer = self._next(number, end)
            if "call" not in answer:
                return answer
            self._write(self._called(answer, functions))
        self._lose(ProcessEnded("it asks without end"))
        return {}

    def _called(self, answer: dict[str, Any], functions: Any) -> dict[str, Any]:
        try:
            name = str(answer["call"])
            place = name.removeprefix("argument ")
            function = functions[int(place)] if place != name else self.lent[name]
            args, options = (decode(answer[part], _no_function) for part in ("args", "options"))
            if any(isinstance(arg, int) and abs(arg) > LARGE for arg in args):
                raise ValueError("too large a number to ask for here")
            with np.errstate(all="ignore"):
                value = function(*args, **options)
            return {"value": encode(value)}
        except Exception as error:
            return {"error": type(error).__name__, "text": str(error)[:500]}

    def _next(self, number: str, end: float) -> dict[str, Any]:
        """The next line that belongs to the question; nothing if none comes in time."""
        while not self.gone:
            try:
                if time.monotonic() > end:  # also if it never stops writing
                    raise queue.Empty
                line = self.lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                self._lose(TookTooLong())
                break
            if not line:
                out_of_time = self.process.wait() in OUT_OF_TIME
                self._lose(TookTooLong() if out_of_time else ProcessEnded("the process is gone"))
                break
            try:
                answer = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(answer, dict) and answer.get("number") == number:
                return answer
        return {}

    def _lose(self, why: BaseException) -> None:
        self.gone = why
        self.end()

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process.stdin
        with contextlib.suppress(OSError, ValueError):  # the process is gone: it will be noticed
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream
        with contextlib.suppress(OSError, ValueError):  # closed meanwhile
            for line in iter(lambda: stream.readline(LONGEST), b""):
                self.lines.put(line)
        self.lines.put(b"")


def _start(seconds: float) -> "subprocess.Popen[bytes]":
    room, numpy_home = Path(__file__).parent, Path(np.__file__).parents[1]
    limits = [str(MEGABYTES), str(math.ceil(seconds))]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", room / "child.py", numpy_home, room, *limits],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
        env={name: os.environ[name] for name in KERNEL if name in os.environ}
        | {"OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    )


def _signature(told: Any) -> inspect.Signature | None:
    try:
        return told and inspect.Signature(
            [
                inspect.Parameter(
                    str(name), kind, default=None if has_default else inspect.Parameter.empty
                )
                for name, kind, has_default in told
            ]
        )
    except (TypeError, ValueError):
        return None


def _is_error(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _no_function(name: str) -> Function:
    raise ValueError("a function cannot be handed on here")


def _nothing() -> None:
    """In the place of a function that was an argument."""
