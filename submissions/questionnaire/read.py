"""Reading a filled-in document: the answers, and everything in it that could not be understood."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cities.models import City
from practices.content import Field, Kind, Section, fields_of
from submissions.files import CheckedFile
from submissions.forms.answers import Labels, as_year
from submissions.questionnaire.marks import CHOICE, NAME, TICKED_BOXES, asked_columns
from submissions.questionnaire.text import UnreadableError, contents_of
from submissions.questionnaire.write import texts_outside

ASKED = {field.name: field for section in Section for field in fields_of(section)}


@dataclass(frozen=True)
class Unread:
    """Something that the document says and the form did not get. `label` is the question, where it is known."""

    label: str | Promise
    text: str
    reason: str | Promise


@dataclass
class Reading:
    """What a document says, as a part of the practice's document. Questions without an answer are absent."""

    language: str
    answers: dict[str, Any] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)


def read(file: CheckedFile) -> Reading:
    """Read a file that was made from ours. Raises `UnreadableError` where it holds none of our questions."""
    contents = contents_of(file.data, file.content_type)
    language = _language(contents.paragraphs)
    reading = Reading(language)
    with translation.override(language):
        labels = Labels()
        asked = {str(field.label).casefold(): field for field in ASKED.values()}
        seen = False
        for table in contents.tables:
            question = _question(table, asked)
            if question is None:
                text = "\n".join(cell for row in table for cell in row if cell)
                if text:
                    reading.unread.append(Unread("", text, _("This table belongs to no question.")))
                continue
            seen = True
            _read_answer(question, table[1:], reading, labels)
        if not seen:
            raise UnreadableError
        own = texts_outside(language)
        for paragraph in contents.paragraphs:
            if paragraph and paragraph not in own:
                reading.unread.append(Unread("", paragraph, _("This stands outside of the boxes.")))
    return reading


def _language(paragraphs: list[str]) -> str:
    for paragraph in paragraphs:
        mark = NAME.search(paragraph)
        if mark and mark[1] in settings.LANGUAGE_CODES:
            return mark[1]
    raise UnreadableError


def _question(table: list[list[str]], asked: dict[str, Field]) -> Field | None:
    """The field a table is about: by the name in brackets, else by the question itself."""
    text = table[0][0] if table and table[0] else ""
    mark = NAME.search(text)
    if mark and mark[1] in ASKED:
        return ASKED[mark[1]]
    first = text.split("\n", 1)[0].casefold()
    return asked.get(first) or asked.get(first.rsplit(" (", 1)[0])


def _read_answer(question: Field, rows: list[list[str]], reading: Reading, labels: Labels) -> None:
    if asked_columns(question):
        value: Any = list(_entries(question, rows[1:], reading.language))
    else:
        text = "\n".join("\n".join(row) for row in rows).strip()
        value = _value(question, text, reading, labels) if text else None
    if value in (None, "", [], {}) or (question.default is not None and value == question.default):
        # "Not stated" and the like stand chosen in the empty document.
        return
    if question.translatable:
        value = {reading.language: value}
    # A question that stands there twice: the first answer counts, the other is named.
    if question.name in reading.answers:
        shown = "\n".join(cell for row in rows for cell in row if cell)
        reading.unread.append(Unread(question.label, shown, _("This question is answered twice.")))
    else:
        reading.answers[question.name] = value


def _value(question: Field, text: str, reading: Reading, labels: Labels) -> Any:
    if question.kind in (Kind.CODE, Kind.TERMS, Kind.FLAG):
        return _choice(question, text, reading, labels)
    if question.kind is Kind.CITY:
        lines = text.split("\n")
        for extra in filter(None, lines[1:]):
            reading.unread.append(Unread(question.label, extra, _("Only one city fits here.")))
        return next(iter(_cities(question, lines[:1], reading)), None)
    if question.kind is Kind.CITIES:
        return list(_cities(question, text.split("\n"), reading))
    if question.kind is Kind.YEAR:
        return as_year(text)
    return " ".join(text.split()) if question.kind is Kind.LINE else text


def _choice(question: Field, text: str, reading: Reading, labels: Labels) -> Any:
    if question.kind is Kind.FLAG:
        options: dict[str, Any] = {str(_("Yes")): True}
    elif question.choices is not None:
        options = {str(label): code for code, label in question.choices.choices}
    else:
        options = {label: slug for slug, label in labels.options(question)}
    known = {label.casefold(): value for label, value in options.items()}
    chosen = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        choice = CHOICE.match(line)
        if choice and not _is_ticked(choice):
            continue
        # A line without brackets was written by hand: who writes an answer there means it.
        label = (choice["label"] if choice else line).casefold()
        if label in known:
            chosen.append(known[label])
        else:
            reading.unread.append(Unread(question.label, line, _("This is none of the answers.")))
    if question.kind is Kind.TERMS:
        return list(dict.fromkeys(chosen))
    if len(set(chosen)) > 1:
        reading.unread.append(Unread(question.label, text, _("More than one answer is chosen.")))
        return None
    return chosen[0] if chosen else None


def _is_ticked(choice: re.Match[str]) -> bool:
    return choice["box"] in TICKED_BOXES if choice["box"] else bool(choice["tick"].strip())


def _cities(question: Field, lines: list[str], reading: Reading) -> Iterator[str]:
    """Slugs of the cities named, in any language, with or without the country behind."""
    known: dict[str, str] = {}
    # Current cities first: a name that a merged one has too is theirs.
    for city in City.objects.select_related("merged_into").order_by(F("merged_into").asc(nulls_first=True), "slug"):
        current = city.merged_into or city
        for code in settings.LANGUAGE_CODES:
            name = getattr(city, f"name_{code}")
            if name:
                known.setdefault(name.casefold(), current.slug)
        known[city.slug] = current.slug
    for line in filter(None, map(str.strip, lines)):
        name = line.casefold()
        slug = known.get(name) or known.get(name.rsplit(" (", 1)[0])
        if slug:
            yield slug
        else:
            reading.unread.append(Unread(question.label, line, _("This city is not in the registry.")))


def _entries(question: Field, rows: list[list[str]], language: str) -> Iterator[dict[str, Any]]:
    """Rows of the table below its line of headings."""
    for cells in rows:
        entry: dict[str, Any] = {}
        for column, cell in zip(asked_columns(question), cells, strict=False):
            text = cell.strip()
            if not text:
                continue
            if column.translatable:
                entry[column.name] = {language: text}
            elif column.kind is Kind.YEAR:
                entry[column.name] = as_year(text)
            else:
                entry[column.name] = text if column.kind is Kind.TEXT else " ".join(text.split())
        if entry:
            yield entry
