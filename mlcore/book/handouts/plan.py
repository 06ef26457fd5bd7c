"""A plan for the hour, on one page: aims, minutes, what to ask first, and what to leave out."""

from importlib.resources import files

from mlcore.book.handouts import Files, Options
from mlcore.book.handouts.press import call, pdf, raw, typeset
from mlcore.book.pages.chapter import Chapter


def page(chapter: Chapter, options: Options) -> Files:
    """The plan, as it was written for this chapter."""
    title = f"{chapter.number} · {chapter.title}"
    show = call("show: book.with", title=title, edition="Plan", paper=options.paper)
    head = call("plan-head", title, chapter.question, right="A plan for 45, 60 or 90 minutes")
    body = typeset(show + raw("#show: planned") + head + text(chapter.name).replace("| 0 ", "| "))
    return {f"teachers/{chapter.stem}_plan.pdf": pdf(body, {})}


def stumbles(name: str) -> str:
    """Where they stumble, as a list."""
    told = text(name).partition("**Where they stumble.** ")[2].partition("\n")[0]
    return "\n".join(f"- {each[0].upper()}{each[1:]}" for each in told.rstrip(".").split("; "))


def text(name: str) -> str:
    """The plan as Markdown."""
    return (files(__package__) / "plans" / f"{name}.md").read_text("utf-8")
