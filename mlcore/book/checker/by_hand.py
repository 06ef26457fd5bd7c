"""An array with which NumPy does not calculate, for an exercise that is to be done by hand.

It gives its rows and its numbers like any other: what is done with single numbers is the
reader's own work, and what is asked of a whole row is NumPy's.
"""

from typing import Any, NoReturn

import numpy as np

AT_ONCE = {"dot", "inner", "vdot", "outer", "kron", "tensordot", "einsum", "convolve", "correlate"}
"""Functions that would not ask the array before they calculate with it."""


class CalculatedAtOnce(BaseException):
    """NumPy was asked. Not an Exception, so that no `except Exception` can swallow it."""


class ByHand(np.ndarray[Any, Any]):
    """Such an array: ``values.view(ByHand)``."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> NoReturn:
        raise CalculatedAtOnce(ufunc.__name__)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func.__name__ in AT_ONCE:
            raise CalculatedAtOnce(func.__name__)
        return super().__array_function__(func, types, args, kwargs)

    def dot(self, *_: Any, **__: Any) -> NoReturn:
        """Asked of the row itself."""
        raise CalculatedAtOnce("dot")


def by_hand(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments with such arrays in place of arrays."""
    return tuple(arg.view(ByHand) if isinstance(arg, np.ndarray) else arg for arg in args)
