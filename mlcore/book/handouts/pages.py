"""Pages for a class: each chapter as one file that moves without a kernel, and an index."""

from collections.abc import Sequence

from mlcore.book.handouts import Files, Options
from mlcore.book.pages import page as press
from mlcore.book.pages.chapter import Chapter


def page(chapter: Chapter, _options: Options) -> Files:
    """The chapter: all that it says and shows."""
    return {f"pages/{name}": content for name, content in press.page(chapter).items()}


def index(chapters: Sequence[Chapter], _options: Options) -> Files:
    """The way in."""
    return {"pages/index.html": press.index(chapters)}


def misconceptions(chapter: Chapter, _options: Options) -> Files:
    """For the teacher: the mistakes that the checker knows, and what it says to each."""
    return {f"teachers/{chapter.stem}_misconceptions.html": press.misconceptions(chapter)}
