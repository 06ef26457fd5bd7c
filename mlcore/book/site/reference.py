"""The reference of `mlcore`: every public function on one page, from its docstring.

griffe reads the docstrings without importing anything, here they are put together as one
reStructuredText, and pandoc makes a page of it, with mathematics as MathML, which every browser
draws. The page looks like those of the chapters, leads to them, and needs no network.
"""

import doctest
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from string import Template
from textwrap import dedent, indent
from typing import Any

import griffe
import pypandoc

import mlcore
from mlcore.book.pages.page import mended

__all__ = ["page"]

Documented = Any  # one of griffe's kinds of objects

TITLE = "mlcore: reference"
ROLE = re.compile(r"(?<![`\w])`([^`\n]+)`(?![`_])")
MODULE = re.compile(r"<code>(mlcore\.(?!book)\w+)</code>")
NOTHING = "|"
"""Where the name says all: an empty line."""
SESSION = re.compile(r"^>>> .*?(?=\n\n|\Z)", re.M | re.S)
CHAPTER = re.compile(r"``notebooks/(\d\d_\w+)\.ipynb``")


def page() -> bytes:
    """The whole page."""
    package = griffe.load(
        "mlcore", search_paths=[Path(mlcore.__file__).parents[1]], docstring_parser="numpy"
    )
    told = _told(package)
    modules = sorted((package[name] for name in mlcore.__all__), key=lambda m: told.index(m.path))
    known = {name for module in modules for name in _public(module)}
    text = "\n\n".join(_lines(package, modules))
    text = ROLE.sub(lambda word: _link(word[1], known), text)
    text = CHAPTER.sub(r"`notebooks/\1.ipynb <\1.html>`__", text)
    body = _html(text)
    shell = Template(_resource("reference.html"))
    style = _resource("page.css", "mlcore.book.pages") + _resource("reference.css")
    contents = "\n".join(_contents(module) for module in modules)
    return shell.substitute(
        title=TITLE, style=style, contents=contents, body=body, script=_resource("reference.js")
    ).encode()


def _lines(package: Documented, modules: list[Documented]) -> Iterator[str]:
    """The reference as reStructuredText."""
    yield _heading(f"mlcore {mlcore.__version__}", "=")
    yield SESSION.sub(lambda session: _example(session[0]), _told(package))
    for module in modules:
        yield _heading(module.path, "-")
        yield _told(module)
        for name in _public(module):
            yield from _entry(module[name])


def _public(module: Documented) -> list[str]:
    """The names that a module makes public, in the order in which it teaches them."""
    return sorted(map(str, module.exports or ()), key=lambda name: module[name].lineno or 0)


def _entry(thing: Documented) -> Iterator[str]:
    """A function, or a kind of data with its attributes."""
    yield _heading(thing.name, "~")
    module = thing.path.rpartition(".")[0]
    yield f".. code:: python\n\n   from {module} import {thing.name}{_call(thing)}"
    # griffe reads a type as Python where it can, and then (n,) would become (n).
    text = _told(thing).replace(", shape (", ", of shape (")
    for section in griffe.Docstring(text, parent=thing, parser="numpy").parsed:
        yield from _section(section)
    if thing.is_class:
        yield _label("Attributes")
        attributes = [part for part in thing.members.values() if part.is_attribute]
        yield "\n".join(_item(part.name, str(part.annotation), _told(part)) for part in attributes)
    else:
        source = indent(_source(thing), "      ")
        yield ".. raw:: html\n\n   <details><summary>Source</summary>"
        yield f".. code:: python\n\n{source}"
        yield ".. raw:: html\n\n   </details>"


def _section(section: griffe.DocstringSection) -> Iterator[str]:
    """A section of a docstring."""
    if section.kind.value == "text":
        yield section.value
    elif section.kind.value == "admonition":
        yield _label(section.title or "")
        yield section.value.contents
    elif section.kind.value == "examples":
        yield _label("Examples")
        for kind, text in section.value:
            yield _example(text) if kind.value == "examples" else text
    else:
        yield _label(section.kind.value.capitalize())
        told: dict[tuple[str, str], list[str]] = {}
        for item in section.value:  # what is told of several at once is said once
            names = told.setdefault((str(item.annotation), item.description), [])
            names.append(getattr(item, "name", ""))
        yield "\n".join(_item(", ".join(names), *what) for what, names in told.items())


def _item(name: str, kind: str, told: str) -> str:
    """A parameter or a result: its name, what it is, and what it means."""
    words = kind.replace(", of shape (", ", shape (")
    if words.startswith("(") and words.endswith(")"):  # as Python the words are a tuple
        words = words[1:-1]
    term = " ".join(filter(None, [name and f"**{name}**", words and f"*{words}*"]))
    return f"{term}\n{indent(told or NOTHING, '    ')}\n"


def _told(thing: Documented) -> str:
    return thing.docstring.value if thing.docstring else ""


def _example(text: str) -> str:
    """What is typed, and below it what is answered, as in a chapter."""
    blocks: list[tuple[str, str]] = []
    for example in doctest.DocTestParser().get_examples(text):
        if blocks and not blocks[-1][1]:
            blocks[-1] = (blocks[-1][0] + example.source, example.want)
        else:
            blocks.append((example.source, example.want))
    return "\n\n".join(
        f".. code:: {language}\n\n{indent(said.rstrip(), '   ')}"
        for pair in blocks
        for language, said in zip(("python", "output"), pair, strict=True)
        if said
    )


def _call(thing: Documented) -> str:
    """How a function is called, on a line of its own."""
    if thing.is_class:
        return ""
    told = [
        f"{parameter.name}={parameter.default}" if parameter.default else parameter.name
        for parameter in thing.parameters
    ]
    return f"\n   {thing.name}({', '.join(told)})"


def _source(function: Documented) -> str:
    """The code of a function without its docstring."""
    first, told = function.lineno or 1, function.docstring
    lines = dedent(function.source).splitlines()
    if told and told.lineno and told.endlineno:
        del lines[told.lineno - first : told.endlineno - first + 1]
    return "\n".join(lines)


def _contents(module: Documented) -> str:
    links = "".join(f'<li><a href="#{name.lower()}">{name}</a></li>' for name in _public(module))
    return f'<li><a href="#{module.path}">{module.name}</a><ul>{links}</ul></li>'


def _heading(words: str, rule: str) -> str:
    return f"{words}\n{rule * (len(words) + 1)}"


def _label(words: str) -> str:
    return f".. class:: label\n\n{words}"


def _link(word: str, known: set[str]) -> str:
    return f"`{word} <#{word.lower()}>`__" if word in known else f"``{word}``"


def _html(text: str) -> str:
    """What pandoc makes of it, with the names of modules and of papers as links."""
    options = ["--mathml", "--wrap=none", "--section-divs"]
    body = mended(pypandoc.convert_text(text, "html5", format="rst", extra_args=options))
    body = body.replace('href="doi:', 'href="https://doi.org/')
    return MODULE.sub(r'<a href="#\1">\g<0></a>', body)


def _resource(name: str, package: str = "mlcore.book.site") -> str:
    return resources.files(package).joinpath(name).read_text("utf-8")
