"""Questions as Moodle XML: https://docs.moodle.org/en/Moodle_XML_format"""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from mlcore.book.handouts.questions import Question

TOP = "$course$/top/Machine learning, built by hand"


def written(questions: list[Question]) -> bytes:
    """The questions, each kind of them in a folder of its own."""
    root, folder = ET.Element("quiz"), None
    for question in sorted(questions, key=lambda question: question.folder):
        if question.folder != folder:
            folder = question.folder
            category = ET.SubElement(root, "question", type="category")
            _text(category, "category", "/".join([TOP, *(p.replace("/", "//") for p in folder)]))
        _question(root, question)
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def number(value: float) -> str:
    """A number as programs read it: a hyphen for the minus, and no more decimals than it has."""
    text = f"{round(value, 9):.9f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _question(root: ET.Element, question: Question) -> None:
    is_number = question.value is not None
    node = ET.SubElement(root, "question", type="numerical" if is_number else "essay")
    _text(node, "name", question.name)
    asked = _html(node, "questiontext", question.asked)
    if question.picture:
        _picture(asked, question)
    _html(node, "generalfeedback", question.answered)
    ET.SubElement(node, "defaultgrade").text = "1"
    ET.SubElement(node, "idnumber").text = question.id
    if is_number:
        _numbers(node, question)
    else:
        ET.SubElement(node, "responseformat").text = "editor"
        _html(node, "graderinfo", question.answered)
    tags = ET.SubElement(node, "tags")
    for tag in question.tags:
        _text(tags, "tag", tag)


def _numbers(node: ET.Element, question: Question) -> None:
    """What is right, what is usually wrong, and the unit, which may be typed or not."""
    assert question.value is not None
    _answer(node, 100, question.value, question.tolerance, "Right.")
    for wrong in question.wrong:
        _answer(node, 0, wrong.value, wrong.tolerance, f"Not quite: {escape(wrong.shows)}.")
    if question.unit:
        unit = ET.SubElement(ET.SubElement(node, "units"), "unit")
        ET.SubElement(unit, "multiplier").text = "1"
        ET.SubElement(unit, "unit_name").text = question.unit
    ET.SubElement(node, "unitgradingtype").text = "0"
    ET.SubElement(node, "showunits").text = "0" if question.unit else "3"


def _answer(node: ET.Element, fraction: int, value: float, tolerance: float, said: str) -> None:
    answer = ET.SubElement(node, "answer", fraction=str(fraction), format="moodle_auto_format")
    ET.SubElement(answer, "text").text = number(value)
    _html(answer, "feedback", said)
    ET.SubElement(answer, "tolerance").text = number(tolerance)


def _picture(asked: ET.Element, question: Question) -> None:
    assert question.picture
    file, png, description = question.picture
    image = f'<p><img src="@@PLUGINFILE@@/{file}" alt="{escape(description)}"></p>'
    asked[0].text = f"{image}\n{asked[0].text}"
    held = ET.SubElement(asked, "file", name=file, path="/", encoding="base64")
    held.text = b64encode(png).decode()


def _html(node: ET.Element, name: str, html: str) -> ET.Element:
    child = ET.SubElement(node, name, format="html")
    ET.SubElement(child, "text").text = html
    return child


def _text(node: ET.Element, name: str, text: str) -> None:
    ET.SubElement(ET.SubElement(node, name), "text").text = text
