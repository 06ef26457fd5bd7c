"""Questions as QTI 1.2 in a zip, as Canvas reads them.

A section for each kind of question draws one of its versions. Canvas has one answer and one
feedback for what is wrong, and would take a second number for right: the usual wrong results are
told there together, after the answer.
"""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from mlcore.book.handouts.questions.moodle import number

if TYPE_CHECKING:
    from mlcore.book.handouts.questions import Question

SPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
FILES = "$IMS-CC-FILEBASE$/pictures"


def written(questions: list[Question], title: str) -> bytes:
    """The package: what is in it, the questions, and their pictures."""
    pictures = {q.picture.file: q.picture.png for q in questions if q.picture}
    files = {
        "imsmanifest.xml": _bytes(_manifest(title, sorted(pictures))),
        "questions.xml": _bytes(_assessment(questions, title)),
        **{f"pictures/{file}": png for file, png in pictures.items()},
    }
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(ZipInfo(name), content, ZIP_DEFLATED)  # of no date: the same bytes
    return buffer.getvalue()


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _manifest(title: str, pictures: list[str]) -> ET.Element:
    root = ET.Element("manifest", identifier="mlbyhand", xmlns=PACKAGE)
    ET.SubElement(root, "organizations")
    resources = ET.SubElement(root, "resources")
    listed = [
        ("questions.xml", "imsqti_xmlv1p2"),
        *((f"pictures/{p}", "webcontent") for p in pictures),
    ]
    for i, (file, kind) in enumerate(listed):
        resource = ET.SubElement(
            resources, "resource", identifier=f"file-{i}", type=kind, href=file
        )
        ET.SubElement(resource, "file", href=file)
    return root


def _assessment(questions: list[Question], title: str) -> ET.Element:
    root = ET.Element("questestinterop", xmlns=SPACE)
    named = f"Machine learning, built by hand: {title}"
    assessment = ET.SubElement(
        root, "assessment", ident=f"mlbyhand-{title}".replace(" ", "-"), title=named
    )
    whole = ET.SubElement(assessment, "section", ident="root_section")
    folder, section = None, whole
    for question in sorted(questions, key=lambda question: question.folder):
        if question.folder != folder and question.value is not None:
            section = _drawn(whole, question.folder)
        folder = question.folder
        _item(section if question.value is not None else whole, question)
    return root


def _drawn(whole: ET.Element, folder: tuple[str, ...]) -> ET.Element:
    """A section that draws one of its questions."""
    title = ", ".join(folder[1:])
    section = ET.SubElement(whole, "section", ident="-".join(folder).replace(" ", "-"), title=title)
    selection = ET.SubElement(ET.SubElement(section, "selection_ordering"), "selection")
    ET.SubElement(selection, "selection_number").text = "1"
    points = ET.SubElement(ET.SubElement(selection, "selection_extension"), "points_per_item")
    points.text = "1"
    return section


def _item(section: ET.Element, question: Question) -> None:
    is_number = question.value is not None
    item = ET.SubElement(section, "item", ident=question.id, title=question.name)
    fields = ET.SubElement(ET.SubElement(item, "itemmetadata"), "qtimetadata")
    kind = "numerical_question" if is_number else "essay_question"
    for label, entry in (("question_type", kind), ("points_possible", "1"), *_tags(question)):
        field = ET.SubElement(fields, "qtimetadatafield")
        ET.SubElement(field, "fieldlabel").text = label
        ET.SubElement(field, "fieldentry").text = entry
    presentation = ET.SubElement(item, "presentation")
    _words(presentation, _picture(question) + question.asked)
    given = ET.SubElement(presentation, "response_str", ident="response1", rcardinality="Single")
    fib = ET.SubElement(given, "render_fib", {"fibtype": "Decimal"} if is_number else {})
    ET.SubElement(fib, "response_label", ident="answer1")
    _processing(item, question)
    _feedback(item, "general_fb", question.answered)
    if question.wrong:
        _feedback(item, "general_incorrect_fb", _told(question))


def _tags(question: Question) -> list[tuple[str, str]]:
    return [("keyword", tag) for tag in question.tags]


def _picture(question: Question) -> str:
    if not question.picture:
        return ""
    file, _, description = question.picture
    return f'<p><img src="{FILES}/{file}" alt="{escape(description)}"></p>'


def _processing(item: ET.Element, question: Question) -> None:
    """What is right, to within the tolerance; all else is wrong."""
    processing = ET.SubElement(item, "resprocessing")
    outcomes = ET.SubElement(processing, "outcomes")
    ET.SubElement(
        outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal"
    )
    ET.SubElement(_condition(processing, "general_fb", "Yes"), "other")
    if question.value is None:
        return
    either = ET.SubElement(_condition(processing, None, "No"), "or")
    ET.SubElement(either, "varequal", respident="response1").text = number(question.value)
    both = ET.SubElement(either, "and")
    for name, sign in (("vargte", -1), ("varlte", 1)):
        end = question.value + sign * question.tolerance
        ET.SubElement(both, name, respident="response1").text = number(end)
    if question.wrong:
        ET.SubElement(_condition(processing, "general_incorrect_fb", "Yes"), "other")


def _condition(processing: ET.Element, feedback: str | None, go_on: str) -> ET.Element:
    """A condition; without a feedback it is that of the right answer."""
    condition = ET.SubElement(processing, "respcondition", {"continue": go_on})
    variables = ET.SubElement(condition, "conditionvar")
    if feedback:
        ET.SubElement(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)
    else:
        ET.SubElement(condition, "setvar", action="Set", varname="SCORE").text = "100"
    return variables


def _told(question: Question) -> str:
    rows = "".join(
        f"<li>{number(round(v, 4))}: {escape(shows)}</li>" for v, _, shows in question.wrong
    )
    return f"<p>Usual wrong results, and what they show:</p><ul>{rows}</ul>"


def _feedback(item: ET.Element, name: str, html: str) -> None:
    feedback = ET.SubElement(item, "itemfeedback", ident=name)
    _words(ET.SubElement(feedback, "flow_mat"), html)


def _words(node: ET.Element, html: str) -> None:
    ET.SubElement(ET.SubElement(node, "material"), "mattext", texttype="text/html").text = html
