"""What came, read as a NumPy array: every table of real numbers, and nothing else.

Tables come from many hands: nested lists, columns of numbers and of truth values side by side,
nullable columns, fractions, decimals. If every entry is a real number it is a table of numbers.
What is none gets a sentence that says what came, where, and how to make numbers of it.
"""

import math
import textwrap
from collections.abc import Iterable, Mapping, Set
from itertools import chain
from numbers import Complex, Number, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEEPEST = 64  # axes that NumPy can have
EXACT = 2**53  # up to here float64 tells all whole numbers apart


def read(name: str, value: Any, dtype: Any = None) -> NDArray[Any]:
    """The value as an array, of whatever kind it came in."""
    if type(value) is np.ndarray and dtype is None:
        return value
    if _holds_masked(value):
        place = _masked_place(value)
        raise TypeError(f"{name}{place} is a masked array, wanted a plain one without gaps")
    if hasattr(value, "toarray"):
        raise TypeError(f"{name} is {_a(value)}, wanted a plain array: {name}.toarray()")
    if getattr(value, "requires_grad", False) is True:
        raise TypeError(
            f"{name} is {_a(value)} that requires grad, wanted a plain array: {name}.detach()"
        )
    try:
        return np.asarray(value, dtype)
    except Exception as error:
        ragged = "inhomogeneous" in str(error)
        fault = (
            "whose rows have different lengths" if ragged else f"that NumPy cannot read ({error})"
        )
        raise (ValueError if isinstance(error, ValueError) else TypeError)(
            f"{name} is {_a(value)} {fault}, wanted a regular array of numbers"
        ) from error


def _holds_masked(value: Any) -> bool:
    """Whether a masked array is somewhere in nested lists, whose rows are looked at together."""
    level = [value]
    for _ in range(DEEPEST):
        kinds = set(map(type, level))
        if any(issubclass(kind, np.ma.MaskedArray) for kind in kinds):
            return True
        if not any(issubclass(kind, list | tuple) for kind in kinds):
            break
        level = [*chain.from_iterable(part for part in level if isinstance(part, list | tuple))]
    return False


def _masked_place(value: Any) -> str:
    """The indices of the first masked array."""
    if isinstance(value, np.ma.MaskedArray):
        return ""
    i, part = next((i, part) for i, part in enumerate(value) if _holds_masked(part))
    return f"[{i}]{_masked_place(part)}"


def _a(value: Any) -> str:
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}"


def at(place: Iterable[Any]) -> str:
    """The indices of an entry, as they are written behind the name of its array."""
    indices = ", ".join(str(int(i)) for i in place)
    return indices and f"[{indices}]"


def is_real(entry: Any) -> bool:
    """Whether it is one real number; a Decimal is a Number, but no Complex."""
    if isinstance(entry, Complex):
        return isinstance(entry, Real) and not isinstance(entry, np.timedelta64)
    return isinstance(entry, Number | np.bool)


def holds_numbers(values: Any) -> bool:
    """Whether every entry of an array is a real number."""
    if values.dtype.kind != "O":
        return values.dtype.kind in "biuf"
    return all(map(is_real, values.ravel().tolist()))


def to_float64(entry: Any) -> float:
    """The nearest float; infinity where there is none."""
    try:
        return float(entry)
    except OverflowError:
        return math.inf if entry > 0 else -math.inf
    except ValueError:  # a Decimal can be a NaN that no arithmetic may touch
        return math.nan


def refuse(name: str, value: Any, values: Any) -> None:
    """Say what came in the place of real numbers."""
    if values.dtype.kind == "O" and values.ndim == 0:
        raise TypeError(f"{name} is {_what(name, values.item())}")
    if values.dtype.kind not in "OUST":
        raise TypeError(f"{name} holds {values.dtype} values, wanted real numbers")
    entries = np.ndenumerate(np.asarray(value, object))
    place, entry = next(((place, entry) for place, entry in entries if not is_real(entry)))
    missing = entry is None or type(entry).__name__ in ("NAType", "NaTType")
    wanted = "a missing value: wanted real numbers only" if missing else "wanted real numbers"
    raise TypeError(f"{name}{at(place)} is {_shown(entry)}, {wanted}")


def _what(name: str, value: Any) -> str:
    """One thing that is no array, and how to make one of it."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        return f"{_shown(value)}, wanted real numbers"
    way = {Mapping: f"list({name}.values())", Set: f"sorted({name})", Iterable: f"list({name})"}
    made = next(call for kind, call in way.items() if isinstance(value, kind))
    return f"{_a(value)}, wanted an array of real numbers: {made}"


def _shown(value: Any) -> str:
    return textwrap.shorten(repr(value), 60, placeholder=" ...")


def refuse_rounded(name: str, value: Any, floats: Any) -> None:
    """Refuse whole numbers, such as identity numbers, that float64 would round in silence."""
    is_float = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    if is_float and value.itemsize <= 8:
        return
    if floats.min() > -EXACT and floats.max() < EXACT:
        return
    # A table with columns of floats makes floats of all columns first, unless it is told so.
    entries = np.asarray(value.astype(object) if hasattr(value, "astype") else value, object)
    changed = np.asarray(np.isfinite(floats) if is_float else ~np.isnan(floats))
    # NumPy's whole numbers would become floats beside one, Python's are compared as they are.
    plain = [n.item() if isinstance(n, np.generic) else n for n in entries[changed]]
    changed[changed] = [n != kept for n, kept in zip(plain, floats[changed].tolist(), strict=True)]
    for place in map(tuple, np.argwhere(changed)):
        entry, kept = entries[place], floats[place]
        if int(entry) == entry:
            raise ValueError(
                f"{name}{at(place)} is {_shown(entry)}, which would be rounded to {kept:.0f}: "
                "wanted whole numbers up to 2**53, or larger ones that need no more digits"
            )
