"""Call a function that somebody else wrote, whatever it may do.

It gets copies of the arguments, so that it cannot spoil anything, and of its answer a copy is
kept. What it prints is kept apart, what it raises is caught, and a loop without an end is
stopped. That last part is done twice: by a trace function, which looks at the clock on every
line and works wherever Python does, also in a browser, and by an alarm signal, which does not
depend on lines and exists on Linux and macOS.
"""

import contextlib
import copy
import dis
import inspect
import io
import math
import signal
import sys
import textwrap
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Collection, Iterator
from types import CodeType, FrameType
from typing import Any, NamedTuple

import numpy as np

from mlcore.book.checker import own
from mlcore.book.checker.plain import plain

PLAIN = plain.__code__.co_filename  # the lines of which need no watching
PAGE = 2000  # characters; of what a function prints, more is never kept
FALSE_ALARM = "invalid value encountered in matmul"
"""Some builds of BLAS say so at random of float32, on right numbers; wrong ones are nan anyway."""


class TookTooLong(BaseException):
    """Out of time. Not an Exception, so that no `except Exception` can swallow it."""


class ProcessEnded(BaseException):
    """The process in which the function ran is gone."""


class Run(NamedTuple):
    """What came of one call."""

    value: Any = None
    error: BaseException | None = None
    printed: str = ""
    warned: tuple[str, ...] = ()  # by NumPy: overflow, log of 0, 0/0
    written: tuple[int, ...] = ()  # positions of the arguments that were written to
    given: tuple[Any, ...] = ()  # the arguments, as they were left behind
    line: str = ""  # of the function, where the error came


NOTHING = {"RESUME", "NOP", "LOAD_CONST", "LOAD_COMMON_CONSTANT", "RETURN_CONST", "RETURN_VALUE"}


class Here:
    """A reader's function in this process."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.code = getattr(inspect.unwrap(function), "__code__", None)

    def run(self, args: tuple[Any, ...], seconds: float) -> Run:
        """Call it, and keep what its answer holds."""
        with _overflow_is_told():
            answer = run(self.function, args, seconds)
        return answer._replace(line=self._line(answer.error)) if answer.error else answer

    @property
    def signature(self) -> inspect.Signature | None:
        """The arguments that it takes, if it tells."""
        try:
            return inspect.signature(self.function)
        except (TypeError, ValueError):  # some functions that are not written in Python
            return None

    @property
    def idle(self) -> bool:
        """Whether it does nothing at all, as a stub."""
        return (
            self.code is not None
            and {line.opname for line in dis.get_instructions(self.code)} <= NOTHING
        )

    @property
    def loops(self) -> bool | None:
        """Whether it goes through its numbers one by one, itself or in a helper."""
        if self.code is None:
            return None
        names = getattr(inspect.unwrap(self.function), "__globals__", {})
        return _loops(self.code, names, set())

    def borrowed(self, lent: Collection[str]) -> own.Borrowed | None:
        """What it takes from elsewhere, besides what is lent to it."""
        return own.borrowed(self.function, lent)

    def _line(self, error: BaseException) -> str:
        """The line of the function that was reached when the error came."""
        reached = [
            frame.line
            for frame in traceback.extract_tb(error.__traceback__)
            if self.code and frame.filename == self.code.co_filename and frame.line
        ]
        return textwrap.shorten(reached[-1], 80) if reached else ""


def _loops(code: CodeType, names: dict[str, Any], seen: set[CodeType]) -> bool:
    seen.add(code)
    steps = list(dis.get_instructions(code))
    if any(step.opname == "FOR_ITER" or "JUMP_BACKWARD" in step.opname for step in steps):
        return True
    called = [step.argval for step in steps if step.opname == "LOAD_GLOBAL"]
    helpers = [names[name].__code__ for name in called if inspect.isfunction(names.get(name))]
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return "map" in called or any(
        _loops(part, names, seen) for part in (*helpers, *inner) if part not in seen
    )


def run(function: Callable[..., Any], args: tuple[Any, ...], seconds: float = math.inf) -> Run:
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
            value = _within(seconds, lambda *args: plain(function(*args)), given)
        except BaseException as problem:
            error = problem
    written = tuple(i for i, arg in enumerate(args) if not untouched(arg, given[i]))
    warned = tuple(sorted({str(warning.message) for warning in caught} - {FALSE_ALARM}))
    return Run(value, error, page.getvalue(), warned, written, given)


def _and_told(silence: Callable[..., Any]) -> Callable[..., Any]:
    """Silencing the warning of an overflow does not keep the number from overflowing."""
    seterr, filterwarnings = np.seterr, warnings.filterwarnings

    def silenced(*args: Any, **options: Any) -> Any:
        before = silence(*args, **options)
        if not sys._getframe(1).f_globals.get("__name__", "").startswith(("numpy", "mlcore.")):
            seterr(over="warn")
            filterwarnings("always", "overflow", RuntimeWarning)
        return before

    return silenced


SILENCERS = tuple(
    (place, name, getattr(place, name), _and_told(getattr(place, name)))
    for place, name in (
        (np.errstate, "__enter__"),
        (np, "seterr"),
        (warnings, "simplefilter"),
        (warnings, "filterwarnings"),
    )
)


@contextlib.contextmanager
def _overflow_is_told() -> Iterator[None]:
    """While a reader's function runs, it cannot silence that."""
    for place, name, _, told in SILENCERS:
        setattr(place, name, told)
    try:
        yield
    finally:
        for place, name, was, _ in SILENCERS:
            setattr(place, name, was)


class _Page(io.StringIO):
    """Keeps the first page of what is printed and forgets the rest."""

    def write(self, text: str) -> int:
        super().write(text[: PAGE - self.tell()])
        return len(text)


def untouched(before: Any, after: Any) -> bool:
    if not isinstance(before, np.ndarray):
        return True
    before, after = np.asarray(before), np.asarray(after)
    return before.shape == after.shape and np.array_equal(
        before, after, equal_nan=before.dtype.kind == "f"
    )


def _within(seconds: float, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Call the function, and raise TookTooLong inside it when its time is over."""
    if seconds == math.inf:
        return function(*args)
    deadline = time.monotonic() + seconds
    running = True

    def look_at_the_clock(*_: Any) -> Any:
        if running and time.monotonic() > deadline:
            raise TookTooLong
        return look_at_the_clock

    def enter(frame: FrameType, *_: Any) -> Any:
        return None if frame.f_code.co_filename == PLAIN else look_at_the_clock()

    # A debugger or a coverage tool that is already tracing is left in peace.
    traces = sys.gettrace() is None
    alarms = _has_alarms()
    try:
        if alarms:
            # The alarm repeats, because a bare `except:` may swallow the first ones.
            handler = signal.signal(signal.SIGALRM, look_at_the_clock)
            timer = signal.setitimer(signal.ITIMER_REAL, seconds + 0.01, 0.05)
        if traces:
            sys.settrace(enter)
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
