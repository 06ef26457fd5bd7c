"""Questions as GIFT: https://docs.moodle.org/en/GIFT_format"""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from mlcore.book.handouts.questions.moodle import TOP, number

if TYPE_CHECKING:
    from mlcore.book.handouts.questions import Question


def written(questions: list[Question]) -> bytes:
    """The questions, each kind of them in a folder of its own."""
    parts, folder = [], None
    for question in sorted(questions, key=lambda question: question.folder):
        if question.folder != folder:
            folder = question.folder
            path = "/".join([TOP, *(part.replace("/", "//") for part in folder)])
            parts.append(f"$CATEGORY: {path}")
        parts.append(_question(question))
    return ("\n\n".join(parts) + "\n").encode()


def _question(question: Question) -> str:
    tags = " ".join(f"[tag:{_plain(tag)}]" for tag in question.tags)
    answers = _numbers(question) if question.value is not None else ""
    return (
        f"// [id:{question.id}] {tags}\n"
        f"::{_safe(question.name)}::[html]{_safe(_picture(question) + question.asked)} "
        f"{{{answers}\n####{_safe(question.answered)}\n}}"
    )


def _numbers(question: Question) -> str:
    assert question.value is not None
    lines = [f"#\n={number(question.value)}:{number(question.tolerance)}#Right."]
    lines += [
        f"=%0%{number(value)}:{number(tolerance)}#{_safe(f'Not quite: {escape(shows)}.')}"
        for value, tolerance, shows in question.wrong
    ]
    return "\n".join(lines)


def _picture(question: Question) -> str:
    """GIFT holds no files: the picture carries its data."""
    if not question.picture:
        return ""
    data = f"data:image/png;base64,{b64encode(question.picture.png).decode()}"
    return f'<p><img src="{data}" alt="{escape(question.picture.description)}"></p>'


def _safe(text: str) -> str:
    """Its own signs with a backslash, all in one line."""
    return re.sub(r"([~=#{}:\\])", r"\\\1", " ".join(text.split()))


def _plain(tag: str) -> str:
    return re.sub(r"[\[\]:,]", "", tag)
