"""The mistakes that the checker knows, as pages for the teacher to read before the lesson."""

from mlcore.book.checker import teachers
from mlcore.book.handouts import Files, Options, plan
from mlcore.book.handouts.press import call, pdf, raw, typeset
from mlcore.book.pages.chapter import Chapter

INTRODUCTION = "The mistakes that readers make, and the questions that reveal them"
WIDTHS = "columns: (13fr, 26fr, 22fr, 39fr)"


def pdf_pages(chapter: Chapter, options: Options) -> Files:
    """What matters first, then a table for each exercise, across the page."""
    show = call(
        "show: book.with",
        title=f"{chapter.number} · {chapter.title}",
        edition="Misconceptions",
        paper=options.paper,
        flipped=True,
    )
    masthead = call("masthead", chapter.number, chapter.title, INTRODUCTION)
    first = f"## Those that matter first\n\n{plan.stumbles(chapter.name)}\n\n"
    tables = raw("#show: tight") + teachers.page(chapter.exercises)
    source = typeset(show + masthead + first + tables).replace("columns: 4", WIDTHS)
    return {f"teachers/{chapter.stem}_misconceptions.pdf": pdf(source, {})}
