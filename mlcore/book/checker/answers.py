"""When are two answers the same, and how is an answer written in a sentence?"""

import re
import reprlib
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.book.checker.plain import Strange

FEW = 12  # numbers; up to so many are written out
LINE = 100  # characters; a call that is longer is not written out


def same(got: Any, wanted: Any) -> bool:
    """Whether an answer is the wanted one, up to the rounding of float32.

    Numbers may come in a list or in an array, of whatever type; but a column is not a row,
    and True is not 1.
    """
    if isinstance(wanted, dict):
        return (
            isinstance(got, dict)
            and got.keys() == wanted.keys()
            and all(same(got[key], wanted[key]) for key in wanted)
        )
    first, second = numbers(got), numbers(wanted)
    if isinstance(wanted, tuple) or (isinstance(wanted, list) and second is None):
        return (
            isinstance(got, tuple | list | np.ndarray)
            and _length(got) == len(wanted)
            and all(map(same, got, wanted))
        )
    if first is None or second is None:
        return type(got) is type(wanted) and isinstance(got, str | None) and got == wanted
    return (
        first.shape == second.shape
        and (first.dtype == bool) == (second.dtype == bool)
        and np.allclose(first, second, rtol=1e-5, atol=1e-6, equal_nan=True)
    )


def _length(value: Any) -> int:
    return 0 if isinstance(value, np.ndarray) and not value.ndim else len(value)


def numbers(value: Any) -> NDArray[Any] | None:
    """The value as an array of real numbers or truth values, or None if it is neither."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = np.asarray(value)
    except Exception:  # whatever a stranger's object does when it is looked at
        return None
    return values if values.dtype.kind in "biuf" else None


def comparable(value: Any) -> bool:
    """Whether two such answers can be told apart: numbers, or several of them."""
    parts = value.values() if isinstance(value, dict) else value
    return numbers(value) is not None or (
        isinstance(value, tuple | list | dict) and all(numbers(part) is not None for part in parts)
    )


def show(value: Any) -> str:
    """The value in few words."""
    if isinstance(value, tuple):
        return f"({', '.join(map(show, value))})"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {show(part)}" for key, part in value.items())
    values = numbers(value)
    if values is None:
        return _cut(value)
    if values.size > FEW:
        return f"an array of shape {values.shape}"
    return _nested(values.tolist())


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_nested, value))}]"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _cut(value: Any) -> str:
    text = repr(value) if isinstance(value, Strange) else reprlib.repr(value)
    # An address in memory tells nobody anything, and is another one each time.
    return f"a {type(value).__name__}" if re.search("x[0-9a-f]{6}|^0x$", text) else text


def difference(got: Any, wanted: Any, place: str = "") -> str:
    """What came and what was wanted, in the first place where they differ."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        key = next(key for key in wanted if not same(got.get(key), wanted[key]))
        return difference(got.get(key), wanted[key], f" as {key}")
    if isinstance(wanted, dict):
        parts = (f"{show(part)} as {key}" for key, part in wanted.items())
        return f"{show(got)}{place}, wanted an answer with {' and '.join(parts)}"
    if isinstance(wanted, tuple) and isinstance(got, tuple | list) and len(got) == len(wanted):
        i = next(i for i in range(len(wanted)) if not same(got[i], wanted[i]))
        return difference(got[i], wanted[i], f" as part {i + 1} of the answer")
    first, second = numbers(got), numbers(wanted)
    if (
        first is not None
        and second is not None
        and first.shape == second.shape
        and first.size > FEW
        and (first.dtype == bool) == (second.dtype == bool)
    ):
        wrong = ~np.isclose(first, second, rtol=1e-5, atol=1e-6, equal_nan=True)
        i, *others = map(int, np.argwhere(wrong)[0])
        got, wanted, place = first[(i, *others)], second[(i, *others)], f" at {[i, *others]}{place}"
    return f"{show(got)}{place}, wanted {show(wanted)}"


def call(name: str, args: tuple[Any, ...], write: Callable[[Any], str] | None = None) -> str:
    """The call on one line, or nothing if it is too long for one.

    It can be typed into a cell, unless another way to write the arguments is asked for.
    """
    text = f"{name}({', '.join(map(write or _typed, args))})"
    return text if len(text) <= LINE else ""


def _typed(arg: Any) -> str:
    if isinstance(arg, np.ndarray):
        return f"np.array({arg.tolist()})"
    if isinstance(arg, np.random.Generator):
        return f"np.random.default_rng({seed(arg)})"
    return str(arg.__name__) if callable(arg) else repr(arg)


def by_hand(arg: Any) -> str:
    """The argument as it is written on paper."""
    return _nested(arg.tolist()) if isinstance(arg, np.ndarray) else _typed(arg)


def seed(rng: np.random.Generator) -> int:
    """The number from which a generator was made."""
    sequence: Any = rng.bit_generator.seed_seq
    return int(sequence.entropy)
