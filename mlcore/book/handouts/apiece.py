"""A worksheet for each of the class, with numbers of its own, and one key for marking them all."""

from itertools import chain

from mlcore.book.handouts import Files, Options
from mlcore.book.handouts.press import call, legible, pdf, raw, typeset
from mlcore.book.handouts.roll import Student, by_name
from mlcore.book.handouts.worksheets import pictures, printed, sheet, short
from mlcore.book.handouts.worksheets.task import Ask, Task, shown
from mlcore.book.pages.chapter import Chapter


def sheets(chapter: Chapter, options: Options) -> Files:
    """One PDF, in the order of the class file."""
    show = _show(chapter, options, "Worksheets of the class")
    tasks = {student: sheet(chapter.name, student.seed) for student in options.students}
    body = "".join(_sheet(chapter, student, tasks[student], options) for student in tasks)
    files = pictures(chain.from_iterable(tasks.values()), solved=False)
    return {f"students/{chapter.stem}_class.pdf": _pdf(show + body, options, files)}


def _sheet(chapter: Chapter, student: Student, tasks: list[Task], options: Options) -> str:
    looks = {"edition": "Worksheet", "numbers": f"numbers {student.code}"}
    looks |= {"whose": student.name, "code": student.code}
    return printed(chapter, tasks, options, **looks)


def key(chapter: Chapter, options: Options) -> Files:
    """What is asked of each, sorted by name; then whose each code is."""
    students = by_name(options.students)
    show = _show(chapter, options, "Key for the class") + raw("#show: dense")
    body = "".join(call("pupil", *_marked(chapter, student)) for student in students)
    codes = sorted((student.code, student.name) for student in students if student.name)
    body += call("codes", codes) if codes else ""
    title = call("masthead", chapter.number, chapter.title, "The answers of each, for marking")
    return {f"teachers/{chapter.stem}_class_key.pdf": _pdf(show + title + body, options, {})}


def _pdf(markdown: str, options: Options, pictures: dict[str, bytes]) -> bytes:
    """The pages, with the machine's fonts if a name is written in letters of none of the book's."""
    names = "".join({letter for student in options.students for letter in student.name})
    return pdf(typeset(markdown), pictures, all_fonts=not legible(names))


def _show(chapter: Chapter, options: Options, edition: str) -> str:
    title = f"{chapter.number} · {chapter.title}"
    return call("show: book.with", title=title, edition=edition, paper=options.paper)


def _marked(chapter: Chapter, student: Student) -> tuple[object, ...]:
    """A student's name, code and marks, and of each task what is marked."""
    tasks = sheet(chapter.name, student.seed)
    marks = sum(task.marks for task in tasks)
    return student.name, student.code, marks, [(_results(task), task.argued) for task in tasks]


def _results(task: Task) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What is asked, what is right, and what wrong results show."""
    return [
        (ask.label, _right(task, ask), [(short(v), shows) for shows, v in task.wrong(ask).items()])
        for ask in task.asks
    ]


def _right(task: Task, ask: Ask) -> str:
    return f"{shown(task.right(ask))} {ask.unit}".strip()
