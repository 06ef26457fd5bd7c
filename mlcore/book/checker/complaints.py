"""What Python's own complaints mean, and what is wrong with one answer."""

import re
from types import GeneratorType
from typing import Any

import numpy as np

from mlcore.book.checker.answers import numbers, show
from mlcore.book.checker.running import ProcessEnded, Run, TookTooLong

# Type of the error, what its text holds, and what that means to a beginner.
Kind = type[BaseException] | tuple[type[BaseException], ...]
MEANINGS: tuple[tuple[Kind, str, str], ...] = (
    (
        NameError,
        r"name '(\w+)' is not defined",
        "Python does not know the name `{0}` here. Your arguments are called {arguments}.",
    ),
    (
        UnboundLocalError,
        r"variable '(\w+)'",
        "`{0}` is used before it has got a value: give it one before the loop.",
    ),
    (
        TypeError,
        r"bitwise_xor|for \^",
        "In Python `^` does not mean a power: write `x ** 2`.",
    ),
    (
        TypeError,
        r"Cannot cast ufunc|same_kind",
        "An array of whole numbers cannot take in fractions: make a new array, as in "
        "`x = x - step` and not `x -= step`, or start with `np.array(x, dtype=float)`.",
    ),
    (
        (AttributeError, TypeError),
        r"NoneType",
        "Something in the calculation is None. Functions without `return` give None, and so do "
        "`append`, `sort` and `shuffle`, which change what is there: write `x.append(1)` and not "
        "`x = x.append(1)`.",
    ),
    (
        TypeError,
        r"operand.*: '(?:list|tuple)'",
        "Lists are not calculated with entry by entry, arrays are: `np.array(x)` makes one.",
    ),
    (
        TypeError,
        r"operand.*'(?:builtin_function_or_method|function|type|method)'",
        "A function is used as if it were a number: call it, with round brackets after its name.",
    ),
    (
        TypeError,
        r"object is not callable",
        "Round brackets after a name call a function, but this is a number, an array or a text.",
    ),
    (
        TypeError,
        r"positional argument",
        "A function is called with more or fewer arguments than it takes.",
    ),
    (
        TypeError,
        r"object is not iterable|has no len\(\)|not subscriptable|object of type",
        "A single number is used where there should be several, or the other way round.",
    ),
    (
        TypeError,
        r"only .*scalar|only .*0-dimensional|only length-1",
        "A whole array is used where a single number belongs: functions of `math`, and `float` "
        "and `int`, take one number, those of `np` take arrays.",
    ),
    (
        ValueError,
        r"truth value of an array",
        "It wants one yes or no, and got one for each entry of an array. For `if` write "
        "`np.where(condition, a, b)`, which chooses for each entry, or go through them in a loop; "
        "for `and` write `&` with brackets, `(a == 1) & (b == 1)`, for `or` `|`, for `max` "
        "`np.maximum`.",
    ),
    (
        ValueError,
        r"broadcast|matmul|not aligned|shapes .* mismatch|inhomogeneous",
        "Two arrays do not fit together: print their shapes in front of the line.",
    ),
    (
        ValueError,
        r"math domain|positive input",
        "A logarithm or a root got a number that it cannot take, such as log(0).",
    ),
    (
        ValueError,
        r"not enough values|too many values",
        "More or fewer values were unpacked than there are.",
    ),
    (
        OverflowError,
        r"",
        "A number got too large to be represented: does `exp` meet a large positive number?",
    ),
    (ZeroDivisionError, r"", "Something is divided by 0."),
    (
        IndexError,
        r"integer|boolean|valid indices",
        "An index has to be a whole number.",
    ),
    (
        IndexError,
        r"too many indices",
        "An array has fewer axes than the indices that are asked of it.",
    ),
    (
        IndexError,
        r"",
        "An index reaches past the end: an array of n entries has the indices 0 to n - 1.",
    ),
    (
        RecursionError,
        r"",
        "The function calls itself again and again without an end.",
    ),
    (
        TypeError,
        r"Cannot interpret '.*' as a data type",
        "`np.zeros` and its like take the shape in brackets of its own: `np.zeros((n, k))`.",
    ),
    (
        AttributeError,
        r"'function' object has no attribute '(\w+)'",
        "In front of `.{0}` stands a function where you may have meant a module: an exercise has "
        "taken its name. Import the module under another name, as in "
        "`from mlcore import softmax as core`.",
    ),
    (
        AttributeError,
        r"'(\w+)' object has no attribute '(\w+)'",
        "A {0} has no `{1}`.",
    ),
    (np.linalg.LinAlgError, r"", "The matrix cannot be inverted or is not square."),
    (SystemExit, r"", "It asks Python to quit: leave out `exit`, `quit` and `sys.exit`."),
    (KeyboardInterrupt, r"", "It was interrupted."),
    (AssertionError, r"", "An `assert` of your own does not hold."),
    (MemoryError, r"", "It asks for more memory than there is: does a list or an array grow?"),
    (
        PermissionError,
        r"only calculates",
        "In a class an answer works with what it is given: it opens no files and starts no "
        "programs.",
    ),
    (
        ImportError,
        r"not in a class",
        "In a class an answer may use NumPy and what comes with Python.",
    ),
    (
        ProcessEnded,
        r"",
        "It ended Python itself, before an answer came: leave out whatever quits or crashes it.",
    ),
)


def words(error: BaseException | None) -> str:
    """The error as Python says it, in one short line."""
    try:
        text = " ".join(str(error).replace("`", "'").split())
    except Exception:  # the error is a stranger's, too
        text = ""
    return f"{type(error).__name__}: {text}"[:200].removesuffix(": ")


def meaning(answer: Run, arguments: list[str]) -> str:
    """What went wrong, where, and what that usually means."""
    said = words(answer.error)
    found = (
        explanation.format(*match.groups(), arguments=", ".join(f"`{name}`" for name in arguments))
        for kinds, pattern, explanation in MEANINGS
        if isinstance(answer.error, kinds) and (match := re.search(pattern, said))
    )
    where = f" in the line `{answer.line}`" if answer.line else ""
    return " ".join(part for part in (f"It stops with `{said}`{where}.", next(found, "")) if part)


def about(answer: Run, wanted: Any) -> tuple[str, str] | None:
    """What kind of thing is wrong with an answer, if it is not merely the numbers."""
    if answer.value is None:
        return _about_nothing(answer)
    if isinstance(answer.value, GeneratorType):
        return "generator", (
            "You return a generator, a recipe that has not been cooked yet: put the expression "
            "into square brackets, or into `list(...)` or `sum(...)`."
        )
    if callable(answer.value):
        return "function", "You return a function: call it, with round brackets after its name."
    if isinstance(wanted, tuple):
        return _about_tuple(answer.value, wanted)
    return _about_array(answer.value, wanted) or _about_infinities(answer, wanted)


def _about_nothing(answer: Run) -> tuple[str, str]:
    if answer.printed:
        return "printed", (
            "You print the answer, but the function returns nothing: `print` shows a number to "
            "you, `return` hands it on."
        )
    return "returns None", (
        "Your function returns nothing: is `return` missing in front of the result?"
    )


def _about_tuple(value: Any, wanted: tuple[Any, ...]) -> tuple[str, str] | None:
    if isinstance(value, tuple | list) and len(value) == len(wanted):
        found = (_about_array(part, right) for part, right in zip(value, wanted, strict=True))
        return next(filter(None, found), None)
    return "type", (
        f"You return {show(value)}, wanted {len(wanted)} things, with a comma between them."
    )


def _about_array(value: Any, wanted: Any) -> tuple[str, str] | None:
    if isinstance(value, dict) and isinstance(wanted, dict):
        return None
    if isinstance(wanted, dict):  # a view of the answer, which only right kinds of answer have
        return "type", f"You return {show(value)}, which is another kind of answer than wanted."
    got, right = numbers(value), np.asarray(wanted)
    if got is None or got.dtype == bool:
        return "type", f"You return {show(value)}, a {type(value).__name__}: wanted numbers."
    if got.shape != right.shape:
        return "shape", _about_shapes(got.shape, right.shape)
    return None


# NumPy's warnings, and what happened.
HAPPENED = {
    "overflow": "a number got too large to be represented",
    "by zero encountered in log": "a logarithm met 0",
    "by zero": "something was divided by 0",
    "value encountered in log": "a logarithm met a negative number",
    "value encountered in sqrt": "a square root met a negative number",
    "divide": "0/0 or inf/inf was calculated",
    "subtract": "inf - inf was calculated",
    "multiply": "0 * inf was calculated",
    "empty": "the mean of no numbers at all was taken",
}


def _about_infinities(answer: Run, wanted: Any) -> tuple[str, str] | None:
    """Not a number in a place where a number is wanted."""
    got = numbers(answer.value)
    if isinstance(wanted, tuple | dict) or got is None or np.isfinite(got).all():
        return None
    found = (said for sign, said in HAPPENED.items() if sign in " ".join(answer.warned))
    what = next(found, "an exponential got too large, or log(0) or 0/0 was calculated")
    return "not finite", (
        f"Your answer holds nan or inf, which are not numbers: on the way {what}."
    )


def _about_shapes(got: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    if not wanted:
        return f"You return an array of shape {got}: wanted a single number."
    if not got:
        return f"You return a single number: wanted an array of shape {wanted}."
    if len(wanted) == 1 and got == wanted * 2:
        return (
            f"Your answer has the shape {got}, wanted {wanted}: somewhere a column (n, 1) has met "
            "a vector (n,), and NumPy made a table of all pairs."
        )
    return f"Your answer has the shape {got}, wanted {wanted}."


def ran_out(answer: Run) -> bool:
    """Whether the time was over before the answer came."""
    return isinstance(answer.error, TookTooLong)
