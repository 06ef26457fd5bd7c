"""The package as a whole: what it loads, what it shows, and the conventions all modules keep."""

import ast
import inspect
import itertools
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mlcore

FOLDER = Path(mlcore.__file__).parent
SOURCES = [*FOLDER.glob("*.py"), FOLDER / "datasets" / "__init__.py"]
MODULES = [getattr(mlcore, name) for name in mlcore.__all__]
PUBLIC = {
    name: getattr(module, name)
    for module in MODULES
    for name in module.__all__
    if inspect.isfunction(getattr(module, name))
}
functions = pytest.mark.parametrize("function", PUBLIC.values(), ids=PUBLIC)
sources = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)


def modules_after(statement):
    """The modules that a fresh interpreter holds after a statement."""
    program = f"import sys; {statement}; print(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", program], text=True).split())


# What it loads.


def test_importing_mlcore_loads_numpy_and_nothing_heavier():
    more = modules_after("import mlcore") - modules_after("import numpy, numpy.typing")
    assert {name.partition(".")[0] for name in more} - sys.stdlib_module_names == {"mlcore"}
    # Nor the parts of NumPy and of Python that take time to load and may never be used.
    assert not more & {"mlcore.book", "numpy.random", "gzip", "importlib.resources", "inspect"}


@sources
def test_the_core_imports_only_python_numpy_and_the_core(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.partition(".")[0] in {"numpy", "mlcore", *sys.stdlib_module_names}
            assert not name.startswith("mlcore.book")


# What it shows.


def test_every_module_of_the_core_is_on_the_map():
    found = {module.name for module in pkgutil.iter_modules([FOLDER]) if module.name[0] != "_"}
    assert set(mlcore.__all__) == found - {"book"}
    assert all(f"mlcore.{name}" in mlcore.__doc__ for name in mlcore.__all__)


@pytest.mark.parametrize("module", MODULES, ids=mlcore.__all__)
def test_all_public_names_are_exported_and_only_those(module):
    own = {
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", None) == module.__name__ and name[0] != "_"
    }
    assert set(module.__all__) == own
    assert len(module.__all__) == len(own)


def test_the_package_says_that_it_is_typed():
    assert (FOLDER / "py.typed").exists()


# What it says.


@functions
def test_every_function_is_documented_and_its_first_line_is_a_sentence(function):
    first, *rest = inspect.getdoc(function).splitlines()
    assert re.fullmatch(r".{10,90}\.", first)
    sections = {line for line, rule in itertools.pairwise(rest) if set(rule) == {"-"}}
    needed = {"Returns", "Examples"}
    needed |= {"Parameters", "Raises"} if inspect.signature(function).parameters else {"Notes"}
    assert needed <= sections
    assert ">>>" in function.__doc__


@functions
def test_exactly_the_parameters_are_documented(function):
    section = inspect.getdoc(function).partition("Parameters\n")[2].partition("Returns\n")[0]
    entries = re.findall(r"^(\w[\w, ]*)(?: : .+)?$", section, flags=re.MULTILINE)
    told = [name for entry in entries for name in entry.split(", ")]
    assert sorted(told) == sorted(inspect.signature(function).parameters)


@functions
def test_every_parameter_and_result_has_a_type(function):
    signature = inspect.signature(function)
    types = [parameter.annotation for parameter in signature.parameters.values()]
    assert inspect.Signature.empty not in [*types, signature.return_annotation]


# What never varies.

PLACES = ["X", "x", "w", "b", "predictions", "scores", "probabilities", "y", "targets", "labels"]
"""Features before parameters, what the model says before what is true."""


@functions
def test_the_same_word_stands_in_the_same_order_everywhere(function):
    named = [name for name in inspect.signature(function).parameters if name in PLACES]
    assert named == sorted(named, key=PLACES.index)


@functions
def test_no_default_can_be_written_to(function):
    defaults = [parameter.default for parameter in inspect.signature(function).parameters.values()]
    assert {type(default) for default in defaults} <= {type, float, int, type(None)}


@sources
def test_no_seed_is_hidden_and_the_global_generator_is_never_touched(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np.random"
    }
    assert used <= {"Generator"}


def test_calling_everything_leaves_the_global_generator_alone():
    before = np.random.get_state()[1].tobytes()  # noqa: NPY002
    mlcore.features.train_test_split([1, 2], [1, 2], 0.5, np.random.default_rng(0))
    mlcore.gradient_descent.minibatches(9, 2, np.random.default_rng(0))
    assert np.random.get_state()[1].tobytes() == before  # noqa: NPY002


@sources
def test_a_body_is_short(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert lines <= 40, node.name
