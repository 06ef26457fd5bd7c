"""The search over the whole book: ``search.html``.

What is found are the sections of the chapters and the functions of the reference, by what they
say; what is folded away, such as hints and answers, is not told before its time. MiniSearch makes
the index while the site is built, and looks words up in the page, from a disk too.
"""

import html
import re
from importlib import resources
from string import Template

from mlcore.book.pages.page import BOOK

__all__ = ["documents", "page"]

SECTION = re.compile(
    r'(?:<h[23] id="(?P<id>[^"]+)">|<section id="(?P<of>[^"]+)" class="level3">\s*<h3>)'
    r"(?P<title>.*?)</h[23]>(?P<text>.*?)(?=<h[23] id=|<section id=|</main>)",
    re.S,
)
UNSEEN = re.compile(r"<(details|form|math|script|style|svg|template)\b.*?</\1>", re.S)
TAG = re.compile(r"<[^>]*>")


def documents(address: str, where: str, content: bytes) -> list[dict[str, str]]:
    """The sections of a page: each with its address, its title, the name of the page, its text."""
    return [
        {
            "id": f"{address}#{section['id'] or section['of']}",
            "title": _words(section["title"]),
            "where": where,
            "text": _words(section["text"]),
        }
        for section in SECTION.finditer(UNSEEN.sub(" ", content.decode()))
    ]


def page() -> bytes:
    """The page that searches."""
    own = resources.files("mlcore.book")
    style = (own / "pages" / "page.css").read_text("utf-8")
    shell = (own / "site" / "search.html").read_text("utf-8")
    return Template(shell).substitute(book=BOOK, style=style).encode()


def _words(text: str) -> str:
    return " ".join(html.unescape(TAG.sub("", text)).split())
