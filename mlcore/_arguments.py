"""What the functions ask of their arguments, and the sentence a wrong argument gets.

Every check takes its argument by name, as in ``vector(y=y)``, so that its sentence can
say which argument it was, what came, and what was wanted. It hands the argument back
ready for arithmetic: float32 stays float32, everything else becomes float64, and nothing
is copied that need not be.

Lazy arrays (Dask) pass as they are. Their shapes are checked but not their values, because
to look at a value would be to compute it.
"""

from __future__ import annotations  # naming np.random in a signature would load it

import functools
import math
import operator
import sys
from collections.abc import Callable
from numbers import Rational
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from mlcore._tables import at, holds_numbers, is_real, read, refuse, refuse_rounded, to_float64

Array = NDArray[np.floating[Any]]
Labels = NDArray[np.intp]
P = ParamSpec("P")
R = TypeVar("R")

LARGEST = sys.float_info.max
MOST_CLASSES = 2**24  # up to here float32 tells all whole numbers apart
QUIET = np.errstate(all="ignore")  # around a function: what overflows is found in its result


def finite(function: Callable[P, R]) -> Callable[P, R]:
    """Refuse a result that overflowed, and hand single numbers back as Python's own."""

    quiet = QUIET(function)

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        result = quiet(*args, **kwargs)
        _refuse_overflow(function, result)
        if isinstance(result, np.ndarray | np.generic) and result.ndim == 0:
            return result.item()
        return result

    return checked


def _refuse_overflow(function: Callable[..., Any], result: Any) -> None:
    for value in result if isinstance(result, tuple) else (result,):
        if not is_lazy(value) and not _all_finite(value):
            code = function.__code__
            names = ", ".join(code.co_varnames[: code.co_argcount])
            raise ValueError(
                f"{function.__name__} overflowed: {names} hold numbers whose result "
                "is too large to be represented, wanted smaller ones (rescale them)"
            )


def is_lazy(value: Any) -> bool:
    """Whether the array belongs to another library that speaks NumPy's protocol."""
    return hasattr(value, "__array_function__") and not isinstance(value, np.ndarray)


@QUIET
def _all_finite(values: Any) -> bool:
    # A sum is finite only if every term is; only when it is not, look at each term.
    return math.isfinite(np.add.reduce(values, axis=None)) or bool(np.isfinite(values).all())


def mean(values: Any) -> float:
    """The mean, also where only the sum is too large to be represented."""
    average = float(np.mean(values, dtype=np.float64))
    return average if np.isfinite(average) else float(np.sum(values / len(values)))


def array(**named: Any) -> Any:
    """Finite real numbers of any shape."""
    ((name, _),) = named.items()
    values = numbers(**named)
    if not is_lazy(values) and not _all_finite(values):
        worst = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
        raise ValueError(f"{name}{at(worst)} is {values[worst]}, wanted finite numbers only")
    return values


def numbers(**named: Any) -> Any:
    """Real numbers of any shape, which may have overflowed."""
    ((name, value),) = named.items()
    values = value if is_lazy(value) else read(name, value)
    if not holds_numbers(values):
        refuse(name, value, values)
    if values.size == 0:
        raise ValueError(f"{name} is empty (shape {values.shape}), wanted at least one number")
    if values.dtype.kind == "O":
        values = np.reshape([to_float64(entry) for entry in values.ravel()], values.shape)
    floats = values if values.dtype == np.float64 else _floats(values)
    if not is_lazy(floats):
        refuse_rounded(name, value, floats)
    return floats


@QUIET
def _floats(values: Any) -> Any:
    return values.astype(np.float32 if values.dtype.type is np.float32 else np.float64, copy=False)


def rows(**named: Any) -> Any:
    """Rows of any kind, which are only moved: of numbers, of names, of dates."""
    ((name, value),) = named.items()
    values = value if is_lazy(value) else read(name, value)
    if values.ndim == 0:
        if values.dtype.kind == "O":
            refuse(name, value, values)
        raise ValueError(f"{name} has shape (), wanted one row for each example")
    if values.size == 0:
        raise ValueError(f"{name} is empty (shape {values.shape}), wanted at least one row")
    if values.dtype.kind not in "US":
        return values
    entries = read(name, value, object)  # NumPy makes text of numbers that stand beside text
    return values if all(isinstance(entry, str | bytes) for entry in entries.flat) else entries


def vector(**named: Any) -> Any:
    """One number per example, shape (n,)."""
    ((name, value),) = named.items()
    values = array(**named)
    if values.ndim != 1:
        raise ValueError(
            f"{name} has shape {values.shape}, wanted (n,): one number per example"
            f"{_flat(name, value, values)}"
        )
    return values


def _flat(name: str, value: Any, values: Any) -> str:
    """How to make one axis of two."""
    array_of = name if hasattr(value, "ravel") else f"np.asarray({name})"
    if values.ndim != 2 or is_lazy(values):
        return ""
    one_hot = np.isin(values, [0, 1]).all() and (np.sum(values, axis=1) == 1).all()
    if one_hot and values.shape[1] > 1:
        return f"; of one-hot rows: {array_of}.argmax(axis=1)"
    return f", as {array_of}.ravel()" if 1 in values.shape else ""


def matrix(**named: Any) -> Any:
    """One row per example and one column per feature or class, shape (n, d)."""
    values = array(**named)
    if values.ndim != 2:
        (name,) = named
        raise ValueError(
            f"{name} has shape {values.shape}, wanted two axes: one row per example, "
            "one column per feature or class"
        )
    return values


def vectors(**named: Any) -> tuple[Any, Any]:
    """Two arguments with one number each per example, both (n,)."""
    (name, first), (other_name, second) = named.items()
    values, others = array(**{name: first}), array(**{other_name: second})
    if values.ndim != 1 or values.shape != others.shape:
        way = _flat(name, first, values) or _flat(other_name, second, others)
        raise ValueError(
            f"{name} has shape {values.shape} but {other_name} has shape {others.shape}: "
            f"wanted both (n,), one number per example{way}"
        )
    return values, others


def same_rows(**named: Any) -> None:
    """The same number of examples in two arrays that are already checked."""
    (name, values), (other_name, others) = named.items()
    if values.shape[:1] != others.shape[:1]:
        raise ValueError(
            f"{name} has shape {values.shape} but {other_name} has shape {others.shape}: "
            "wanted one row for each example in both"
        )


def classes(n_classes: int | None = None, **named: Any) -> Any:
    """Whole numbers 0..n_classes-1, one per example, as an (n,) array of integers."""
    ((name, value),) = named.items()
    highest = (n_classes or MOST_CLASSES) - 1
    _refuse_names(name, value, highest)
    values = vector(**named)
    if not is_lazy(values):
        wrong = (values != np.floor(values)) | (values < 0) | (values > highest)
        if wrong.any():
            i, found = int(np.argmax(wrong)), np.unique(values).tolist()
            way = f": ({name} + 1) / 2 makes them so" if found == [-1, 1] else ""
            way = f": {name} - 1 makes them so" if (found[0], found[-1]) == (1, n_classes) else way
            raise ValueError(f"{name}[{i}] is {values[i]}, wanted whole numbers 0..{highest}{way}")
    return values.astype(np.intp)


def _refuse_names(name: str, value: Any, highest: int) -> None:
    if not is_lazy(value) and read(name, value).dtype.kind in "OUST":
        for place, entry in np.ndenumerate(read(name, value, object)):
            if isinstance(entry, str | bytes) and place:
                raise TypeError(
                    f"{name}{at(place)} is {entry!r}, wanted whole numbers 0..{highest}: "
                    f"np.unique({name}, return_inverse=True)[1] makes them of names"
                )


def every_class(n_classes: int | None = None, **named: Any) -> Any:
    """Whole numbers 0..n_classes-1 as in `classes`, each of which occurs at least once."""
    ((name, value),) = named.items()
    labels = classes(n_classes, **{name: value})
    if n_classes is None:
        n_classes = max(int(np.max(labels)) + 1, 2)
    if not is_lazy(labels):
        missing = np.flatnonzero(np.bincount(labels, minlength=n_classes) == 0)
        if len(missing) > 0:
            from_1 = np.min(labels) == 1 < np.max(labels)
            way = f" ({name} - 1 makes them so)" if from_1 else ""
            raise ValueError(
                f"{name} hold no {missing[0]}, wanted each of 0..{n_classes - 1} at least "
                f"once{way}: without an example the bias of a class falls for ever"
            )
    return labels


def room(each: Any = 0.0, **named: Any) -> None:
    """Memory for the result, of which an argument asks for so many numbers for each of these."""
    ((name, value),) = named.items()
    size = value if is_lazy(each) else value * np.size(each)
    try:
        np.empty(size)
    except (MemoryError, ValueError):
        raise ValueError(
            f"{name} is {value}, for which the result would take {8 * size / 1e9:,.0f} GB of "
            "memory, wanted a smaller one"
        ) from None


def number(
    low: float = -LARGEST,
    high: float = LARGEST,
    *,
    above: bool = False,
    below: bool = False,
    wanted: str = "a finite number",
    **named: Any,
) -> float:
    """A finite number from low to high; with `above` or `below`, that end itself is refused."""
    ((name, value),) = named.items()
    if low > -LARGEST:
        wanted += f" above {low:g}" if above else f" of at least {low:g}"
    if high < LARGEST:
        wanted += f" and below {high:g}" if below else f" and at most {high:g}"
    held = read(name, value, object)
    single: Any = held.item() if held.ndim == 0 else None
    if not is_real(single) or isinstance(single, bool | np.bool):
        raise TypeError(f"{name} is {value!r}, wanted {wanted}")
    if not isinstance(single, Rational):
        single = to_float64(single)  # float32 overflows beside the ends of float64
    if not low <= single <= high or (above and single == low) or (below and single == high):
        raise ValueError(f"{name} is {single!r}, wanted {wanted}")
    refuse_rounded(name, single, np.asarray(float(single)))
    return float(single)


def whole(low: int, high: int = sys.maxsize, **named: Any) -> int:
    """A whole number from low to high."""
    ((name, value),) = named.items()
    try:
        count = operator.index(value)
    except TypeError:
        count = None
    if count is None or isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}, wanted a whole number of at least {low}")
    if count < low:
        raise ValueError(f"{name} is {count}, wanted a whole number of at least {low}")
    if count > high:
        raise ValueError(f"{name} is {count}, wanted a whole number of at most {high}")
    return count


def generator(rng: Any) -> np.random.Generator:
    """A source of randomness that the caller has seeded."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng is {rng!r}, wanted a numpy Generator such as np.random.default_rng(0)"
        )
    return rng


def function(**named: Any) -> Callable[..., Any]:
    """Something that can be called."""
    ((name, value),) = named.items()
    if not callable(value):
        raise TypeError(f"{name} is {value!r}, wanted a function")
    return value
