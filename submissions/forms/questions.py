"""All questions of the form with everything that helps to answer them, for reading and printing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.functional import Promise

from practices.content import Audience, Field, Kind, Section
from submissions.forms.answers import Labels, columns_of
from submissions.guidance import EXAMPLES, PURPOSES, Example, Text
from submissions.steps import SHORT

# Texts that may be longer than this get more room to write on paper.
LONG_TEXT = 1500


@dataclass(frozen=True)
class Question:
    """One field as it is asked. `options` are names with what they mean; `columns` the parts of an entry."""

    name: str
    label: str | Promise
    hint: str | Promise
    purpose: Text
    example: Example | None
    required: bool
    in_short_form: bool
    for_colleagues: bool
    limit: int
    room: str
    options: list[tuple[str, str]] = field(default_factory=list)
    columns: list[str | Promise] = field(default_factory=list)
    unknown_label: str | Promise = ""


def questions_by_section() -> Iterator[tuple[Section, list[Question]]]:
    """In the order of the form and in the language of the page."""
    labels = Labels()
    for section in Section:
        yield section, [_question(asked, labels) for asked in section.fields]


def _question(asked: Field, labels: Labels) -> Question:
    columns = columns_of(asked)
    return Question(
        name=asked.name,
        label=asked.label,
        hint=asked.hint,
        purpose=PURPOSES.get(asked.name, ""),
        example=EXAMPLES.get(asked.name),
        required=asked.required,
        in_short_form=asked in SHORT.fields,
        for_colleagues=asked.audience is Audience.PEERS,
        limit=asked.asked_length or asked.max_length,
        room=_room(asked),
        options=_options(asked, labels),
        columns=[column.label for column in columns],
        unknown_label=asked.unknown_label if asked.may_be_unknown else "",
    )


def _room(asked: Field) -> str:
    """How much room to write an answer needs on paper; none where there is something to tick."""
    if asked.kind in (Kind.CODE, Kind.TERMS, Kind.FLAG):
        return ""
    if asked.kind is Kind.TEXT:
        return "long" if (asked.asked_length or asked.max_length) > LONG_TEXT else "text"
    return "rows" if columns_of(asked) else "line"


def _options(asked: Field, labels: Labels) -> list[tuple[str, str]]:
    if asked.kind is Kind.TERMS:
        meanings = labels.definitions(asked)
        return [(name, meanings.get(slug, "")) for slug, name in labels.options(asked)]
    if asked.kind is Kind.CODE and asked.choices:
        return [(str(label), "") for _code, label in asked.choices.choices]
    return []
