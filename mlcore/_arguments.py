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
import operator
import sys
from collections.abc import Callable
from numbers import Real
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Labels = NDArray[np.intp]
P = ParamSpec("P")
R = TypeVar("R")

LARGEST = sys.float_info.max
MOST_CLASSES = 2**24  # up to here float32 tells all whole numbers apart


def finite(function: Callable[P, R]) -> Callable[P, R]:
    """Refuse a result that overflowed, and hand single numbers back as Python's own."""

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        with np.errstate(all="ignore"):
            result = function(*args, **kwargs)
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


def _all_finite(values: Any) -> bool:
    # A sum is finite only if every term is; only when it is not, look at each term.
    with np.errstate(all="ignore"):
        return bool(np.isfinite(np.sum(values)) or np.isfinite(values).all())


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
        where = f"[{', '.join(map(str, worst))}]" if worst else ""
        raise ValueError(f"{name}{where} is {values[worst]}, wanted finite numbers only")
    return values


def numbers(**named: Any) -> Any:
    """Real numbers of any shape, which may have overflowed."""
    ((name, value),) = named.items()
    values = value if is_lazy(value) else _as_numpy(name, value)
    if values.dtype.kind not in "biuf":
        raise TypeError(f"{name} holds {values.dtype} values, wanted real numbers")
    if values.size == 0:
        raise ValueError(f"{name} is empty (shape {values.shape}), wanted at least one number")
    with np.errstate(all="ignore"):
        kept = np.float32 if values.dtype.type is np.float32 else np.float64
        return values.astype(kept, copy=False)


def _as_numpy(name: str, value: Any, dtype: Any = None) -> NDArray[Any]:
    if np.ma.isMaskedArray(value):
        raise TypeError(f"{name} is a masked array, wanted a plain one without gaps")
    try:
        return np.asarray(value, dtype)
    except ValueError as error:
        raise ValueError(
            f"{name} is a {type(value).__name__} whose rows have different lengths, "
            "wanted a regular array of numbers"
        ) from error


def vector(**named: Any) -> Any:
    """One number per example, shape (n,)."""
    values = array(**named)
    if values.ndim != 1:
        (name,) = named
        raise ValueError(f"{name} has shape {values.shape}, wanted (n,): one number per example")
    return values


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
        raise ValueError(
            f"{name} has shape {values.shape} but {other_name} has shape {others.shape}: "
            "wanted both (n,), one number per example"
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
    ((name, _),) = named.items()
    values, highest = vector(**named), (n_classes or MOST_CLASSES) - 1
    if not is_lazy(values):
        wrong = (values != np.floor(values)) | (values < 0) | (values > highest)
        if wrong.any():
            i = int(np.argmax(wrong))
            raise ValueError(f"{name}[{i}] is {values[i]}, wanted whole numbers 0..{highest}")
    return values.astype(np.intp)


def every_class(n_classes: int | None = None, **named: Any) -> Any:
    """Whole numbers 0..n_classes-1 as in `classes`, each of which occurs at least once."""
    ((name, value),) = named.items()
    labels = classes(n_classes, **{name: value})
    if n_classes is None:
        n_classes = max(int(np.max(labels)) + 1, 2)
    if not is_lazy(labels):
        missing = np.flatnonzero(np.bincount(labels, minlength=n_classes) == 0)
        if len(missing) > 0:
            raise ValueError(
                f"{name} hold no {missing[0]}, wanted each of 0..{n_classes - 1} at least once: "
                "without an example the bias of a class falls for ever"
            )
    return labels


def number(
    low: float = -LARGEST,
    high: float = LARGEST,
    *,
    above: bool = False,
    below: bool = False,
    **named: Any,
) -> float:
    """A finite number from low to high; with `above` or `below`, that end itself is refused."""
    ((name, value),) = named.items()
    wanted = "a finite number"
    if low > -LARGEST:
        wanted += f" above {low:g}" if above else f" of at least {low:g}"
    if high < LARGEST:
        wanted += f" and below {high:g}" if below else f" and at most {high:g}"
    held = _as_numpy(name, value, object)
    single: Any = held.item() if held.ndim == 0 else None
    real = isinstance(single, Real) and not isinstance(single, bool | np.timedelta64)
    if not real:
        raise TypeError(f"{name} is {value!r}, wanted {wanted}")
    if isinstance(single, np.floating):
        single = single.item()  # float32 overflows beside the ends of float64
    if not low <= single <= high or (above and single == low) or (below and single == high):
        raise ValueError(f"{name} is {single!r}, wanted {wanted}")
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
