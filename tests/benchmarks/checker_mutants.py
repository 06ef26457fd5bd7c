"""Does a broken answer ever get past the checker, and is it told the truth?

    python tests/benchmarks/checker_mutants.py [exercise ...]

Every right answer in `tests/book/right_answers.py` is broken in one place at a time: another
operator, constant, axis, sign or function, a line or an argument lost. What the checker
accepts is then compared with the reference on a thousand further inputs that the checker
never asks. A diagnosis that names a mistake is put to the test on such inputs, too: the named
wrong function must go on giving the reader's answers.
"""

import ast
import copy
import inspect
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mlcore.book.checker import general, judge
from mlcore.book.checker.answers import same
from mlcore.book.checker.exercise import Exercise, Question, alike
from mlcore.book.checker.running import Run, run
from mlcore.book.checker.verdict import Verdict
from mlcore.book.exercises import EXERCISES, grade

sys.path.insert(0, str(Path(__file__).parents[1] / "book"))
import right_answers

judge.SECONDS = 1.0  # of patience with loops that never end
Function = Callable[..., Any]

OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.Pow: (ast.Mult, ast.BitXor),
    ast.MatMult: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq, ast.GtE),
    ast.NotEq: (ast.Eq,),
}
NAMES = {
    "mean": ("sum", "median"),
    "sum": ("mean", "max"),
    "max": ("min",),
    "min": ("max",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "median": ("mean",),
    "std": ("var",),
    "var": ("std",),
    "exp": ("expm1", "exp2", "square"),
    "log": ("log10", "log2", "log1p"),
    "log1p": ("log",),
    "sqrt": ("square",),
    "abs": ("sign",),
    "argmax": ("argmin", "max"),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "logaddexp": ("maximum",),
    "tanh": ("sin",),
    "solve": ("matmul",),
    "permutation": ("integers",),
    "column_stack": ("vstack",),
    "append": ("extend",),
}


def mutants(function: Function) -> Iterator[tuple[str, Function]]:
    """The function, broken in one place, with words for what was done."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    tree.body[0].decorator_list, tree.body[0].name = [], "_"  # type: ignore[attr-defined]
    original, seen = ast.unparse(tree), set()
    for place, node in enumerate(ast.walk(tree)):
        for number in range(len(list(changes(node)))):
            broken = copy.deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(broken)) if i == place)
            said = list(changes(target))[number]()
            source = ast.unparse(ast.fix_missing_locations(broken))
            if source != original and source not in seen:
                seen.add(source)
                yield said, compiled(source)


def compiled(source: str) -> Function:
    namespace = dict(vars(right_answers))
    try:
        exec(compile(source, "<mutant>", "exec"), namespace)
    except SyntaxError:
        return lambda *_: None
    return namespace["_"]


def changes(node: ast.AST) -> Iterator[Callable[[], str]]:  # noqa: PLR0912 (one kind after another)
    """All that can be broken at one node."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op):
            for other in OPERATORS.get(type(op), ()):
                yield setter(node, "op", other())
            if isinstance(node, ast.BinOp) and not isinstance(op, ast.Add | ast.Mult):
                yield swap(node, "left", "right")
        case ast.Compare(ops=[op]):
            for other in COMPARISONS.get(type(op), ()):
                yield setter(node, "ops", [other()])
        case ast.Constant(value=bool() as value):
            yield setter(node, "value", not value)
        case ast.Constant(value=int() | float() as value):
            for other in (value + 1, value - 1, 2 * value):
                yield setter(node, "value", other)
        case ast.UnaryOp(op=ast.USub() | ast.Invert()):
            yield setter(node, "op", ast.UAdd())
        case ast.Attribute(attr=name) if name in NAMES:
            for other in NAMES[name]:
                yield setter(node, "attr", other)
        case ast.Name(id=name) if name in NAMES:
            for other in NAMES[name]:
                yield setter(node, "id", other)
        case ast.Return(value=ast.Tuple(elts=parts)):
            yield setter(node, "value", ast.Tuple(parts[::-1], ast.Load()))
            yield setter(node, "value", parts[0])
        case ast.Return():
            yield setter(node, "value", None)
            yield setter(node, "value", ast.List([node.value], ast.Load()))
        case ast.IfExp():
            yield swap(node, "body", "orelse")
        case ast.If(orelse=[_, *_]):
            yield swap(node, "body", "orelse")
        case ast.Subscript():
            yield setter(node, "slice", ast.Constant(0))
        case ast.Slice(lower=lower, upper=upper):
            yield setter(node, "lower", None if lower else ast.Constant(1))
            yield setter(node, "upper", None if upper else ast.Constant(-1))
    if isinstance(node, ast.Call):
        for i in range(len(node.keywords)):
            yield drop(node.keywords, i)
        if len(node.args) > 1:
            yield setter(node, "args", [node.args[1], node.args[0], *node.args[2:]])
    for field, value in ast.iter_fields(node):
        # A call whose argument is taken for its result, or `x.T` and `x.copy()` for `x`.
        if isinstance(value, ast.Call) and len(value.args) == 1:
            yield setter(node, field, value.args[0])
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and not value.args:
            yield setter(node, field, value.func.value)
        if isinstance(value, ast.Attribute) and value.attr == "T":
            yield setter(node, field, value.value)
        if field == "body" and isinstance(value, list):
            for i, statement in enumerate(value):
                if not isinstance(statement, ast.Return | ast.FunctionDef):
                    yield drop(value, i)
            if isinstance(node, ast.For):
                yield lambda value=value: value.append(ast.Break()) or "one round only"


def setter(node: ast.AST, field: str, value: Any) -> Callable[[], str]:
    def change() -> str:
        setattr(node, field, value)
        return f"{type(node).__name__}.{field}"

    return change


def swap(node: ast.AST, one: str, other: str) -> Callable[[], str]:
    def change() -> str:
        first, second = getattr(node, one), getattr(node, other)
        setattr(node, one, second)
        setattr(node, other, first)
        return f"{type(node).__name__} swapped"

    return change


def drop(parts: list[Any], i: int) -> Callable[[], str]:
    def change() -> str:
        dropped = parts.pop(i)
        parts.extend([] if parts or isinstance(dropped, ast.keyword) else [ast.Pass()])
        return f"{type(dropped).__name__} dropped"

    return change


def domain(exercise: Exercise, n: int) -> Iterator[Question]:
    """Inputs that the checker never asks: plain, whole, large, small, with ties and with zeros."""
    for seed in range(1000, 1000 + n):
        rng = np.random.default_rng(seed)
        args = exercise.random(rng)
        twist = TWISTS[seed % len(TWISTS)]
        args = tuple(twist(arg) if is_decimal(arg) else arg for arg in args)
        right = exercise.ask(exercise.right, args)
        if right.error is None and not right.warned and is_fair(exercise.name, args):
            yield Question("", args, right.value)


TWISTS = (
    lambda x: x,
    np.round,
    lambda x: np.round(x).astype(int),
    lambda x: 10 * x,
    lambda x: x / 10,
    lambda x: x * (np.arange(x.size).reshape(x.shape) % 2),
    lambda x: x - np.mean(x),
)


CLASSED = {
    "train_and_name": lambda args: args[2],
    "train_numbered": lambda args: args[0],
    "train_in_batches": lambda args: (args[2] - args[0].mean(axis=0)) / args[0].std(axis=0),
}
"""The rows that a program puts into classes, by its arguments."""


def is_decimal(arg: Any) -> bool:
    return isinstance(arg, np.ndarray) and arg.dtype.kind == "f"


def is_fair(name: str, args: Any) -> bool:  # noqa: PLR0911 (one exercise after another)
    """One solution needs independent columns, standardizing columns that vary, an order no ties.

    Between classes with one score, and lines with one loss, rounding decides and not the task.
    """
    if name == "standardize_both":
        return bool(np.ptp(args[0], axis=0).all())
    if name == "fit_in_order":
        return len(set(args[0])) == len(args[0])
    if name == "train_and_decide":
        w, b, _ = EXERCISES[name].right(*args)
        return bool(np.all(np.abs(args[2] @ w + b) > 1e-9))
    if name in CLASSED:
        W, b, _ = EXERCISES[name].right(*args)
        ranked = np.sort(CLASSED[name](args) @ W + b, axis=1)
        return bool(np.all(ranked[:, -1] - ranked[:, -2] > 1e-9))
    if name == "search_line":
        x, y, slopes, biases = args
        tried = ((slopes[:, None, None] * x + biases[:, None] - y) ** 2).mean(axis=2)
        return bool(np.sum(np.isclose(tried, tried.min())) == 1)
    if name not in {"fit_line", "fit_normal_equations"}:
        return True
    A = np.column_stack([args[0], np.ones(len(args[0]))])
    return bool(np.linalg.cond(A) < 1e6)


def asked(exercise: Exercise, mutant: Function, args: Any) -> Run:
    """What comes of a call, in at most a second."""
    return exercise.seen(run(mutant, args, 1.0))


def differs(exercise: Exercise, mutant: Function) -> Question | None:
    """An input of the domain on which a mutant is wrong."""
    for question in domain(exercise, 1000):
        answer = asked(exercise, mutant, question.args)
        if answer.error or not same(answer.value, question.wanted):
            return question
    return None


def kind(exercise: Exercise, verdict: Verdict, mutant: Function) -> str:  # noqa: PLR0911
    """How much a reader learns from the verdict, and whether it is true."""
    label, message = verdict.mistake, verdict.message
    if label in exercise.mistakes:
        mistake, sentence = exercise.mistakes[label]
        if message == sentence:
            return named("named", exercise, mutant, mistake)
        for factor in general.FACTORS:
            if message.endswith(factor.besides):
                return named("named, with a factor", exercise, mutant, factor.of(mistake))
        return mostly(exercise, mutant, mistake)
    for change in general.CHANGES:
        if message == change.sentence:
            return named("of a general kind", exercise, mutant, change.of(exercise.right))
    for view in general.VIEWS:
        if message == view.blind:
            return named("of a general kind", exercise, mutant, view.of(exercise.right))
        if message == view.fair_weather:
            return fair_weather(exercise, mutant, view)
    return "seen (error, None, shape, nan, ...)" if label else "a smallest example"


def named(said: str, exercise: Exercise, mutant: Function, mistake: Function) -> str:
    agree = all(
        alike(
            asked(exercise, mutant, question.args),
            exercise.ask(mistake, question.args),
            question.wanted,
        )
        for question in domain(exercise, 21)
    )
    return said if agree else f"{said}, but not so elsewhere"


def mostly(exercise: Exercise, mutant: Function, mistake: Function) -> str:
    wrong = explained = 0
    for question in domain(exercise, 21):
        answer = asked(exercise, mutant, question.args)
        if answer.error or not same(answer.value, question.wanted):
            wrong += 1
            explained += alike(answer, exercise.ask(mistake, question.args), question.wanted)
    said = "named, for most answers"
    return said if 2 * explained >= wrong else f"{said}, but not so elsewhere"


def fair_weather(exercise: Exercise, mutant: Function, view: general.View) -> str:
    right = all(
        same(asked(exercise, mutant, args).value, exercise.ask(exercise.right, args).value)
        for args in (view.view(question.args) for question in domain(exercise, 21))
    )
    return "right when ..." if right else "right when ..., but not so elsewhere"


def main(names: list[str]) -> None:
    tally: Counter[str] = Counter()
    for name in names:
        exercise, own = EXERCISES[name], Counter[str]()
        for style, function in right_answers.RIGHT[name].items():
            for said, mutant in mutants(function):
                verdict = grade(name, mutant)
                if not verdict.accepted:
                    found = kind(exercise, verdict, mutant)
                elif example := differs(exercise, mutant):
                    found = "ACCEPTED THOUGH WRONG"
                    print(f"  {name}, {style}, {said}: wrong for {example.args}")
                else:
                    found = "right as before"
                own[found] += 1
                if "elsewhere" in found:
                    print(f"  {name}, {style}, {said}: {verdict.mistake}")
        print(f"{name:30}{own.total():6} mutants, {own['right as before']:4} still right")
        tally += own
    wrong = tally.total() - tally["right as before"]
    print(f"\n{tally.total()} mutants, {wrong} of them wrong")
    for found, count in tally.most_common():
        if found != "right as before":
            print(f"{count:8} {100 * count / wrong:5.1f} %  {found}")


if __name__ == "__main__":
    main(sys.argv[1:] or list(EXERCISES))
