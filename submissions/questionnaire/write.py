"""Writing the document: empty, or with what a draft holds already."""

import io
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell

from practices.content import Field, Kind, Section, fields_of
from submissions.forms.answers import Labels
from submissions.questionnaire.marks import BLANK_ROWS, asked_columns, choice_line, name_mark

GREY = RGBColor(0x50, 0x5A, 0x5F)
SHADE = "E6F0F2"
MARGIN = Cm(2)
A4 = Cm(21), Cm(29.7)
# Room to write by hand, on paper.
LINE_HEIGHT, TEXT_HEIGHT = Cm(0.8), Cm(4)


def written(*, language: str, content: Mapping[str, Any] | None = None) -> bytes:
    """A DOCX file with all questions in `language`; with `content`, a draft's document, its answers stand in it."""
    with translation.override(language):
        document = Document()
        _prepare(document, language)
        document.add_heading(_heading(language), level=1)
        for line in _instructions():
            document.add_paragraph(line, style="List Bullet")
        labels = Labels()
        for section in Section:
            heading = document.add_heading(str(section.label), level=2)
            heading.paragraph_format.keep_with_next = True
            for field in fields_of(section):
                _ask(document, field, (content or {}).get(field.name, field.empty), labels, language)
                document.add_paragraph()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def texts_outside(language: str) -> set[str]:
    """What we wrote outside of the tables, in the active language, which must be `language`."""
    return {_heading(language), *_instructions(), *(str(section.label) for section in Section)}


def _heading(language: str) -> str:
    return f"{_('The questions')} {name_mark(language)}"


def _instructions() -> list[str]:
    return [
        _("Write into the white boxes. Leave empty what you do not know; you can complete it later."),
        _("To choose an answer, put an x between the brackets before it."),
        _("Leave the names in brackets at the end of each question as they are: by them the answers are found."),
        _("Then upload the document on the page from which you have it. Nothing is sent to the moderators by that."),
        _("Do not write names or details of people who use the service."),
    ]


def _prepare(document: WordDocument, language: str) -> None:
    """Page, fonts and language; no name of a person or a program as author."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title, properties.language = _("The questions"), language
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    spoken = OxmlElement("w:lang")
    spoken.set(qn("w:val"), language)
    normal.element.get_or_add_rPr().append(spoken)
    for section in document.sections:
        section.page_width, section.page_height = A4
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN


def _ask(document: WordDocument, field: Field, value: Any, labels: Labels, language: str) -> None:
    columns = asked_columns(field)
    table = document.add_table(rows=1, cols=max(len(columns), 1), style="Table Grid")
    cells = table.rows[0].cells
    question = cells[0].merge(cells[-1]) if columns else cells[0]
    _write_question(question, field)
    _keep_whole(question)
    if columns:
        _write_cells(table, [str(column.label) for column in columns], bold=True)
        for row in [*_shown_rows(field, value, language), *[[""] * len(columns)] * BLANK_ROWS]:
            _write_cells(table, row)
    else:
        row = table.add_row()
        row.height = TEXT_HEIGHT if field.kind is Kind.TEXT else LINE_HEIGHT
        answer = row.cells[0]
        lines = _answer_lines(field, value, labels, language)
        answer.paragraphs[0].text = lines[0] if lines else ""
        for line in lines[1:]:
            answer.add_paragraph(line)


def _write_question(cell: _Cell, field: Field) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), SHADE)
    cell._tc.get_or_add_tcPr().append(shade)
    first = cell.paragraphs[0]
    first.add_run(str(field.label)).bold = True
    if not field.required:
        first.add_run(f" ({_('optional')})")
    if field.hint:
        first.add_run().add_break(WD_BREAK.LINE)
        first.add_run(str(field.hint))
    mark = first.add_run(f" {name_mark(field.name)}")
    mark.font.size, mark.font.color.rgb = Pt(8), GREY


def _keep_whole(question: _Cell) -> None:
    """The question stays on the page of its answer's beginning."""
    for paragraph in question.paragraphs:
        paragraph.paragraph_format.keep_with_next = True


def _write_cells(table: Table, texts: list[str], *, bold: bool = False) -> None:
    for cell, text in zip(table.add_row().cells, texts, strict=True):
        cell.paragraphs[0].add_run(text).bold = bold


def _answer_lines(field: Field, value: Any, labels: Labels, language: str) -> list[str]:
    """The answer as the lines of its box; for choices all of them, those that are chosen with an x."""
    if field.kind is Kind.CODE and field.choices:
        return [choice_line(str(label), ticked=code == value) for code, label in field.choices.choices]
    if field.kind is Kind.TERMS:
        return [choice_line(label, ticked=slug in (value or [])) for slug, label in labels.options(field)]
    if field.kind is Kind.FLAG:
        return [choice_line(_("Yes"), ticked=bool(value))]
    if field.kind is Kind.CITY:
        return [labels.of(field, value)] if value else []
    if field.kind is Kind.CITIES:
        return [labels.of(field, slug) for slug in value or []]
    if field.translatable:
        value = value.get(language, "") if isinstance(value, Mapping) else value
    return str(value or "").split("\n")


def _shown_rows(field: Field, value: Any, language: str) -> list[list[str]]:
    rows = []
    for row in value if isinstance(value, list) else []:
        cells = [row.get(column.name, "") for column in asked_columns(field)] if isinstance(row, Mapping) else []
        rows.append([str(cell.get(language, "")) if isinstance(cell, Mapping) else str(cell) for cell in cells])
    return [row for row in rows if row]


def file_name(language: str) -> str:
    """A name that says what it is on a crowded desktop."""
    return f"cmise-{language}.docx" if language in settings.LANGUAGE_CODES else "cmise.docx"
