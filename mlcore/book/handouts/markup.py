"""Markdown as HTML for other programs, which find formulas by their brackets."""

from collections.abc import Sequence

import pypandoc

CUT = "\n\n<!--cut-->\n\n"


def html(pieces: Sequence[str]) -> list[str]:
    """Each piece as HTML; all in one go, because each go starts a program."""
    options = ["--mathjax", "--wrap=none"]
    text = pypandoc.convert_text(CUT.join(pieces), "html5", "commonmark_x", extra_args=options)
    return [part.strip() for part in text.split(CUT.strip())]
