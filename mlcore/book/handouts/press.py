"""From Markdown to a tagged PDF: pandoc sets the text, typst the pages. No LaTeX, no browser."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import pypandoc
import typst

from mlcore.book.pages.chapter import BookError

MARKDOWN = "commonmark+pipe_tables+raw_attribute+smart+strikeout+tex_math_dollars"
FONTS = ("Libertinus Serif", "DejaVu Sans Mono")  # as in print.typ
FENCE = "`" * 12


def raw(typst: str) -> str:
    """A piece of typst among Markdown."""
    return f"\n\n{FENCE}{{=typst}}\n{typst}\n{FENCE}\n\n"


def call(function: str, *args: object, **named: object) -> str:
    """A call of a function of print.typ, as a block of Markdown."""
    return raw(f"#{function}({_args(args, named)})")


def enclose(function: str, *bodies: str, **named: object) -> str:
    """The same around pieces of Markdown."""
    return raw(f"#{function}({_args((), named)})[") + raw("][").join(bodies) + raw("]")


def _args(args: tuple[object, ...], named: dict[str, object]) -> str:
    return ", ".join([*map(literal, args), *(f"{k}: {literal(v)}" for k, v in named.items())])


def literal(value: object) -> str:
    """A value as typst writes it."""
    if isinstance(value, tuple | list):
        return f"({''.join(f'{literal(part)}, ' for part in value)})"
    if isinstance(value, float):
        return f"{value:.1%}"  # of the width of the page
    return json.dumps(value, ensure_ascii=False)


def typeset(markdown: str) -> str:
    """Markdown as typst."""
    plain = re.sub(r"\\[bB]igg?[lr]?(?![a-zA-Z])", "", markdown)
    with TemporaryDirectory() as folder:
        formulas = Path(folder) / "formulas.lua"
        formulas.write_text(_part("formulas.lua"), "utf-8")
        options = ["--lua-filter", str(formulas)]
        return pypandoc.convert_text(plain, "typst", MARKDOWN, extra_args=options)


def pdf(
    source: str, pictures: dict[str, bytes], *, tagged: bool = True, all_fonts: bool = False
) -> bytes:
    """Typst as a PDF; the same source gives the same bytes, unless the machine lends its fonts."""
    with laid_out(source, pictures) as main:
        return printed(compiler_of(main, all_fonts=all_fonts), tagged=tagged)


def legible(text: str, *, all_fonts: bool = False) -> bool:
    """Whether there are letters for all of it: in the book's fonts, or in the machine's too."""
    source = f'#set document(title: "Names")\n#set text(font: {literal(FONTS)})\n#{literal(text)}'
    try:
        typst.compile(source.encode(), ignore_system_fonts=not all_fonts, pdf_standards=["ua-1"])
    except typst.TypstError:
        return False
    return True


@contextmanager
def laid_out(source: str, pictures: dict[str, bytes]) -> Iterator[Path]:
    """The file that typst sets, in a folder with all that its pages need."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "print.typ").write_text(_part("print.typ"), "utf-8")
        (folder / "main.typ").write_text(f'#import "print.typ": *\n\n{source}', "utf-8")
        for file, picture in pictures.items():
            (folder / file).write_bytes(picture)
        let_float(folder / "main.typ", [])
        try:
            yield folder / "main.typ"
        except (typst.TypstError, RuntimeError) as error:
            raise BookError(f"typst cannot set it: {error}") from error


def let_float(main: Path, pictures: list[str]) -> None:
    """Choose the pictures that the next layout is to float.

    In a file of its own, so that a compiler sets anew only what changes: the next layout
    takes a twentieth of the time of the first.
    """
    (main.parent / "floating.json").write_text(json.dumps(pictures), "utf-8")


def compiler_of(main: Path, *, all_fonts: bool = False) -> typst.Compiler:
    """What sets the pages, with no fonts but its own if nothing else is asked for."""
    return typst.Compiler(main, ignore_system_fonts=not all_fonts)


def printed(compiler: typst.Compiler, *, tagged: bool = True) -> bytes:
    """The pages as they are set now."""
    pages = compiler.compile(format="pdf", pdf_standards=["ua-1"] if tagged else [])
    return cast(bytes, pages)


def _part(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")
