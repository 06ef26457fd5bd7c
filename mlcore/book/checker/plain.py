"""Answers as plain data: what they hold, and nothing that they do.

What somebody else's function returns may pretend: say yes to every comparison, show other numbers
than it holds, or change after it was handed in. So its numbers, texts and lists are copied out,
each by the methods of Python's and NumPy's own types and never by its own. As a line of text they
pass from one process to another, and reading the line runs nothing of the writer's.
"""

import base64
import math
import reprlib
from collections.abc import Callable, Iterator
from types import EllipsisType, GeneratorType
from typing import Any

import numpy as np

from mlcore.book.checker.by_hand import ByHand, by_hand

PARTS = 20_000  # of an answer; more are not looked at
DEPTH = 16  # of lists in lists
NUMBERS = 2**16  # of an array; of a larger one only the shape passes
TEXT = 2000  # characters
KINDS = "biuf"  # of arrays: truth values, whole numbers, decimal numbers

Function = Callable[..., Any]


class Strange:
    """Something that is no data: its type's name, and what it says of itself."""

    text = ""

    def __repr__(self) -> str:
        return self.text


def strange(kind: str, text: str) -> Strange:
    """A stand-in whose type has the same name."""
    return type(kind[:50].replace("\0", ""), (Strange,), {"text": text[:TEXT]})()


def plain(value: Any) -> Any:
    """A copy of what the value holds."""
    return _Copier().copy(value)


class _Copier:
    def __init__(self) -> None:
        self.parts = 0

    def copy(self, value: Any, depth: int = 0) -> Any:  # noqa: PLR0911 (one for each type)
        kind = type(value)
        self.parts += 1
        if self.parts > PARTS or depth > DEPTH:
            return strange(kind.__name__, "...")
        if kind in {bool, float, complex, type(None), EllipsisType}:
            return value
        if issubclass(kind, np.ndarray | np.generic):
            return _array(value, kind)
        if issubclass(kind, int) and int.bit_length(value) < 4000:
            return int.__add__(value, 0)
        if issubclass(kind, float):
            return float.__add__(value, 0.0)
        if issubclass(kind, str):
            return str.__getitem__(value, slice(TEXT))
        if issubclass(kind, list):
            return [self.copy(part, depth + 1) for part in list.__iter__(value)]
        if issubclass(kind, tuple):
            return tuple(self.copy(part, depth + 1) for part in tuple.__iter__(value))
        if issubclass(kind, dict):
            pairs = dict.items(value)
            return {str(self.copy(key)): self.copy(part, depth + 1) for key, part in pairs}
        return _foreign(value, kind)


def _array(value: Any, kind: type) -> Any:
    copied = np.array(value, subok=False)
    if copied.dtype.kind not in KINDS:
        return strange(kind.__name__, _said(value))
    return copied if issubclass(kind, np.ndarray) else copied[()]


def _foreign(value: Any, kind: type) -> Any:
    """What is neither Python's nor NumPy's: as numbers, if it can be read as some."""
    if issubclass(kind, GeneratorType):
        return _nothing()
    if callable(value):
        return _a_function
    try:
        copied = np.array(value, subok=False)
    except Exception:  # whatever a stranger's object does when it is looked at
        return strange(kind.__name__, _said(value))
    return copied if copied.dtype.kind in KINDS else strange(kind.__name__, _said(value))


def _a_function() -> None:
    """In the place of every function that is returned as an answer."""


def _nothing() -> Iterator[None]:
    """In the place of every generator."""
    yield from ()


def _said(value: Any) -> str:
    try:
        return reprlib.repr(value)
    except Exception:  # a repr may do anything, too
        return "0x"


# --- As a line of text -----------------------------------------------------------------------


def encode(  # noqa: PLR0911 (one for each type)
    value: Any, name: Callable[[Function], str] = lambda function: ""
) -> Any:
    """Plain data in the words of JSON; a function by a name that the other side knows."""
    if value is None or isinstance(value, bool | str | int | float):
        # Decimal numbers of NumPy are floats too, but of another kind.
        return value if not isinstance(value, np.generic) else _numbers("scalar", value)
    if isinstance(value, np.ndarray):
        kept = {"by hand": True} if isinstance(value, ByHand) else {}
        return _numbers("array", value) | kept
    if isinstance(value, np.generic):
        return _numbers("scalar", value)
    if isinstance(value, list | tuple):
        kind = "list" if isinstance(value, list) else "tuple"
        return {kind: [encode(part, name) for part in value]}
    if isinstance(value, dict):
        return {"dict": [[key, encode(part, name)] for key, part in value.items()]}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, np.random.Generator):
        sequence: Any = value.bit_generator.seed_seq
        return {"rng": sequence.entropy, "state": value.bit_generator.state}
    if isinstance(value, GeneratorType):
        return {"generator": None}
    if callable(value):
        return {"function": name(value)}
    return {"strange": type(value).__name__, "text": repr(value)}


def _numbers(kind: str, value: Any) -> Any:
    array = np.asarray(value)
    held = array if array.size <= NUMBERS else array.ravel()[:0]
    data = base64.b64encode(np.ascontiguousarray(held).tobytes()).decode()
    return {kind: data, "dtype": array.dtype.str, "shape": array.shape}


def decode(text: Any, find: Callable[[str], Function] = lambda name: _a_function) -> Any:
    """The data again, whoever wrote the words; a ValueError if they are no such words."""
    try:
        return _decoded(text, find)
    except (LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"not data: {error!r}") from error


def _decoded(text: Any, find: Callable[[str], Function]) -> Any:  # noqa: PLR0911 (the same)
    match text:
        case None | bool() | int() | float() | str():
            return text
        case {"array": str(data), "dtype": str(dtype), "shape": [*shape]}:
            read = (_read(data, dtype, shape),)
            return (by_hand(read) if "by hand" in text else read)[0]
        case {"scalar": str(data), "dtype": str(dtype), "shape": [*shape]}:
            return _read(data, dtype, shape)[()]
        case {"list": [*parts]}:
            return [_decoded(part, find) for part in parts]
        case {"tuple": [*parts]}:
            return tuple(_decoded(part, find) for part in parts)
        case {"dict": [*pairs]}:
            return {str(key): _decoded(part, find) for key, part in pairs}
        case {"complex": [float(real), float(imag)]}:
            return complex(real, imag)
        case {"rng": int(seed), "state": dict(state)}:
            rng = np.random.default_rng(seed)
            rng.bit_generator.state = state
            return rng
        case {"generator": None}:
            return _nothing()
        case {"function": str(name)}:
            return find(name)
        case {"strange": "ellipsis"}:
            return ...
        case {"strange": str(kind), "text": str(said)}:
            return strange(kind, said)
    raise ValueError("not data")


def _read(data: str, dtype: str, shape: list[int]) -> Any:
    kind, size = np.dtype(dtype), math.prod(shape)
    if kind.kind not in KINDS or len(shape) > DEPTH or min(shape, default=0) < 0:
        raise ValueError("not numbers")
    if size > NUMBERS:
        if size > 2**10 * NUMBERS:
            return strange("ndarray", f"an array of shape {tuple(shape)}")
        return np.broadcast_to(np.zeros((), kind), shape)
    return np.frombuffer(base64.b64decode(data), kind).reshape(shape).copy()
