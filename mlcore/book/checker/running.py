"""Call a function that somebody else wrote, whatever it may do.

It gets copies of the arguments, so that it cannot spoil anything. What it prints is kept
apart, what it raises is caught, and a loop without an end is stopped. That last part is
done twice: by a trace function, which looks at the clock on every line and works wherever
Python does, also in a browser, and by an alarm signal, which does not depend on lines and
exists on Linux and macOS.
"""

import contextlib
import copy
import io
import math
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

PAGE = 2000  # characters; of what a function prints, more is never kept


class TookTooLong(BaseException):
    """Out of time. Not an Exception, so that no `except Exception` can swallow it."""


class Run(NamedTuple):
    """What came of one call."""

    value: Any = None
    error: BaseException | None = None
    printed: str = ""
    warned: tuple[str, ...] = ()  # by NumPy: overflow, log of 0, 0/0
    written: tuple[int, ...] = ()  # positions of the arguments that were written to
    given: tuple[Any, ...] = ()  # the arguments, as they were left behind


def run(function: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> Run:
    """Call the function on copies of the arguments, for at most so many seconds."""
    given, page = copy.deepcopy(args), _Page()
    value: Any = None
    error: BaseException | None = None
    with (
        warnings.catch_warnings(record=True) as caught,
        np.errstate(over="warn", divide="warn", invalid="warn", under="ignore"),
        contextlib.redirect_stdout(page),
        contextlib.redirect_stderr(page),
    ):
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", RuntimeWarning)
        try:
            value = function(*given) if seconds == math.inf else _within(seconds, function, given)
        except BaseException as problem:
            error = problem
    written = tuple(i for i, arg in enumerate(args) if not _untouched(arg, given[i]))
    warned = tuple(sorted({str(warning.message) for warning in caught}))
    return Run(value, error, page.getvalue(), warned, written, given)


class _Page(io.StringIO):
    """Keeps the first page of what is printed and forgets the rest."""

    def write(self, text: str) -> int:
        super().write(text[: PAGE - self.tell()])
        return len(text)


def _untouched(before: Any, after: Any) -> bool:
    if not isinstance(before, np.ndarray):
        return True
    return before.shape == after.shape and np.array_equal(
        before, after, equal_nan=before.dtype.kind == "f"
    )


def _within(seconds: float, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Call the function, and raise TookTooLong inside it when its time is over."""
    deadline = time.monotonic() + seconds
    running = True

    def look_at_the_clock(*_: Any) -> Any:
        if running and time.monotonic() > deadline:
            raise TookTooLong
        return look_at_the_clock

    # A debugger or a coverage tool that is already tracing is left in peace.
    traces = sys.gettrace() is None
    alarms = _has_alarms()
    try:
        if alarms:
            # The alarm repeats, because a bare `except:` may swallow the first ones.
            handler = signal.signal(signal.SIGALRM, look_at_the_clock)
            timer = signal.setitimer(signal.ITIMER_REAL, seconds + 0.01, 0.05)
        if traces:
            sys.settrace(look_at_the_clock)
        try:
            return function(*args)
        finally:
            running = False
    finally:
        running = False
        if traces:
            sys.settrace(None)
        if alarms:
            signal.setitimer(signal.ITIMER_REAL, *timer)
            signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)


def _has_alarms() -> bool:
    return (
        hasattr(signal, "setitimer")
        and sys.platform != "emscripten"
        and threading.current_thread() is threading.main_thread()
    )
