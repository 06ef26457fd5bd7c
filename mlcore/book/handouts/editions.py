"""A chapter on paper: blanks for the student, answers for the teacher."""

import re

from mlcore.book.checker.repair import Repair
from mlcore.book.handouts import Files, Options
from mlcore.book.handouts.flow import flowing
from mlcore.book.handouts.press import call, enclose, raw, typeset
from mlcore.book.pages.chapter import Cell, Chapter, Question
from mlcore.book.pages.states import controls, states

KEYS = "Run each cell with Shift + Enter as you read.\n"  # which paper does not have
LONG, TAIL = 90, 14  # signs: of a line that may be broken, and at least after the break
WIDEST = 8.4  # in: a picture of this width fills the page


def student(chapter: Chapter, options: Options) -> Files:
    """The chapter with ruled space for every answer."""
    return {f"students/{chapter.stem}.pdf": edition(chapter, options, answered=False)}


def teacher(chapter: Chapter, options: Options) -> Files:
    """The chapter with every answer, and the hints that a reader can ask for."""
    return {f"teachers/{chapter.stem}.pdf": edition(chapter, options, answered=True)}


def edition(chapter: Chapter, options: Options, *, answered: bool) -> bytes:
    """The whole chapter as a PDF."""
    printer = Printer(answered)
    show = call(
        "show: book.with",
        title=f"{chapter.number} · {chapter.title}",
        edition="Teacher edition" if answered else "Student edition",
        paper=options.paper,
    )
    masthead = call("masthead", chapter.number, chapter.title, chapter.question, name=not answered)
    cells = list(map(printer.cell, chapter.cells))
    last = max(i for i, cell in enumerate(chapter.cells) if cell.source.startswith("## "))
    before, _, closing = cells[last].rstrip().rpartition("\n\n")
    end = enclose("whole", "".join([closing, *cells[last + 1 :]]))
    body = "".join([*cells[:last], before, end])
    source = typeset(show + raw("#show: with-captions") + masthead + body)
    return flowing(source, printer.pictures)


class Printer:
    """Turns cells into Markdown with typst in it, and keeps their pictures."""

    def __init__(self, answered: bool) -> None:
        self.answered = answered
        self.pictures: dict[str, bytes] = {}

    def cell(self, cell: Cell) -> str:
        """One cell, printed as its role wants it."""
        printed: str = getattr(self, cell.role)(cell)
        return printed

    def prose(self, cell: Cell) -> str:
        """Markdown, without what stands in the masthead and what lives on the screen."""
        if cell.id == "exercise-progress-task":
            return ""
        if re.match("exercise-.*-task", cell.id):
            return enclose("with-next", cell.source)
        without_title = re.sub(r"\A# .*\n\n\*\*.*\*\*\n", "", cell.source)
        without_title = without_title.replace(KEYS, "")
        return f"\n\n{without_title}\n\n"

    def code(self, cell: Cell) -> str:
        """Code, and what it prints."""
        printed, shows = cell.text.rstrip(), cell.role == "figure"
        code = call("code", held_together(cell.source), bool(printed), shows)
        return code + (call("output", printed) if printed else "")

    def figure(self, cell: Cell) -> str:
        """Code, what it prints, and its picture with the description below."""
        picture = cell.picture
        assert picture
        file = self.keep(cell.id, picture.png)
        return self.code(cell) + call("picture", file, picture.description, _width(picture.width))

    def widget(self, cell: Cell) -> str:
        """A picture that moves on screen, standing still: at first, or in telling states."""
        picture = cell.picture
        assert picture
        assert cell.widget
        told = states(cell.widget)
        if not told:
            file = self.keep(cell.id, picture.png)
            return call(
                "live", file, picture.description, controls(cell.widget), _width(picture.width)
            )
        stills = [(self.keep(f"{cell.id}-{i}", png), words) for i, (png, words) in enumerate(told)]
        return call("strip", controls(cell.widget), *stills)

    def stub(self, cell: Cell) -> str:
        """A function to write or to mend on ruled lines, or its solution with the hints."""
        exercise = cell.exercise
        assert exercise
        if self.answered:
            hints = "\n".join(f"{i}. {hint}" for i, hint in enumerate(exercise.hints, start=1))
            return enclose("solved", call("wrapped", exercise.solution.strip()), hints)
        if isinstance(exercise, Repair):
            return call("blank", exercise.stub.rstrip(), 2 + 2 * len(exercise.faults))
        head = exercise.head.rstrip()
        answer = exercise.solution.partition(head)[2].strip()
        return call("blank", head, len(answer.splitlines()) + 3)

    def tools(self, cell: Cell) -> str:
        """Nothing: checks live on the screen."""
        return ""

    def quiz(self, cell: Cell) -> str:
        """The self-test, with its answers or with room for them."""
        heading = cell.source.partition("\n\n")[0]
        asked = (self.question(i, q) for i, q in enumerate(cell.questions, start=1))
        return f"\n\n{heading}\n\n" + "".join(asked)

    def question(self, i: int, asked: Question) -> str:
        """One question."""
        answer = enclose("answer", asked.answer)
        lines = call("ruled", 2 + len(asked.answer) // 110)
        return enclose("question", f"**{i}.** {asked.question}", answer if self.answered else lines)

    def keep(self, name: str, png: bytes) -> str:
        """Keep a picture for the pages, and say under which name."""
        self.pictures[f"{name}.png"] = png
        return f"{name}.png"


def held_together(code: str) -> str:
    """Code whose long lines are broken, if at all, with more than a few signs after the break."""
    return "\n".join(
        line[:-TAIL] + line[-TAIL:].replace(" ", "\N{NO-BREAK SPACE}") if len(line) > LONG else line
        for line in code.splitlines()
    )


def _width(inches: float) -> float:
    return min(inches / WIDEST, 1.0)
