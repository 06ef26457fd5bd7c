"""How the book answers: as plain text, and as a page in a notebook."""

import html
import re
from dataclasses import dataclass

# JupyterLab's own colours, which follow its light and dark theme; and beside each what is
# taken where there is no JupyterLab.
GREEN = "var(--jp-success-color1, #2e7d32)"
RED = "var(--jp-error-color1, #c62828)"
GREY = "var(--jp-border-color1, #9e9e9e)"
BLUE = "var(--jp-info-color1, #0288d1)"


@dataclass(frozen=True)
class Verdict:
    """What came of checking a function."""

    exercise: str
    accepted: bool
    message: str
    mistake: str | None = None  # its short label, where it has one
    attempted: bool = True
    example: str = ""  # a call on which it shows
    printed: str = ""  # by the function, while it was checked
    evidence: str = ""  # a line that shows it

    @property
    def title(self) -> str:
        """The outcome in a few words."""
        outcome = "right" if self.accepted else "not yet" if self.attempted else "not attempted"
        return f"{self.exercise}: {outcome}"

    @property
    def paragraphs(self) -> list[str]:
        """All that there is to say after that."""
        printed = f"It printed: `{self.printed}`" if self.printed else ""
        evidence = f"The line that shows it: `{self.evidence}`" if self.evidence else ""
        return [part for part in (self.message, evidence, self.example, printed) if part]

    def __repr__(self) -> str:
        return f"{self.title}. " + "\n".join(self.paragraphs)

    def _repr_html_(self) -> str:
        sign, colour = ("✓", GREEN) if self.accepted else ("✗", RED)
        if not self.attempted:
            sign, colour = "○", GREY
        return _page(self.title, self.paragraphs, colour, sign)


@dataclass(frozen=True)
class Note:
    """A title and some lines."""

    title: str
    text: str

    def __repr__(self) -> str:
        return f"{self.title}\n{self.text}"

    def _repr_html_(self) -> str:
        return _page(self.title, self.text.splitlines(), BLUE)


class Text(str):
    """Markdown, which a notebook typesets."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return str(self)


class Code(Text):
    """Python, which a notebook colours."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return f"```python\n{self}```"


def _page(title: str, paragraphs: list[str], colour: str, sign: str = "") -> str:
    """A page with a coloured edge, which is read aloud when it appears."""
    mark = f"<span aria-hidden='true'>{sign} </span>" if sign else ""
    texts = "".join(
        f"<p style='margin: 0.3em 0; white-space: pre-wrap'>{marked(text)}</p>"
        for text in paragraphs
    )
    return (
        f"<div role='status' style='border-left: 0.3em solid {colour}; padding: 0.2em 1em; "
        f"max-width: 48em'><p style='margin: 0.3em 0'>{mark}<b>{html.escape(title)}</b></p>"
        f"{texts}</div>"
    )


def marked(text: str) -> str:
    """HTML in which what stands in backticks is code."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))
