"""The mistakes that the checker knows, as pages for the teacher to read before the lesson."""

from mlcore.book.exercises import teachers
from mlcore.book.handouts import Files, Options
from mlcore.book.handouts.chapter import Chapter
from mlcore.book.handouts.press import call, pdf, raw, typeset

EQUAL, FITTING = "| --- | --- | --- | --- |", "| ------ | -------- | -------- | ------------- |"


def pdf_pages(chapter: Chapter, options: Options) -> Files:
    """A table for each exercise, across the page."""
    show = call(
        "show: book.with",
        title=f"{chapter.number} · {chapter.title}",
        edition="Misconceptions",
        paper=options.paper,
        flipped=True,
    )
    masthead = call("masthead", chapter.number, chapter.title, INTRODUCTION)
    tables = teachers.page(chapter.exercises).replace(EQUAL, FITTING)
    body = typeset(show + masthead + raw("#show: tight") + tables, columns=1)
    return {f"teachers/{chapter.stem}_misconceptions.pdf": pdf(body, {})}


INTRODUCTION = "The mistakes that readers make, and the questions that reveal them"
