"""What is wrong with a document, and what of it can be shown all the same."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.choices import Provenance
from practices.content import FIELDS, FIELDS_BY_NAME, Column, Field, Kind
from practices.document import BLANK, Document, complete
from practices.models import FIRST_YEAR, LAST_YEAR
from practices.vocabularies import Vocabularies

# NUL, which PostgreSQL refuses, and halves of surrogate pairs, which no encoding knows.
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
MAX_ROWS = 60
# What officers must say before they send a document, and what no practice is without: other systems may know no more.
REQUIRED = frozenset(field.name for field in FIELDS if field.required)
ESSENTIAL = frozenset({"title", "summary", "lead_city"})
is_url = URLValidator(schemes=["http", "https"])


class Interpolated:
    """A lazily translated message with its figures: problems are told in the reader's language, not the checker's."""

    def __init__(self, message, **values):
        self.message, self.values = message, values

    def __str__(self):
        return str(self.message) % self.values


@dataclass(frozen=True)
class Problem:
    """What is wrong with a document. `path` names the place, e.g. `title.nl` or `sources.0.url`."""

    path: str
    message: str | Promise | Interpolated

    @property
    def field(self) -> str:
        return self.path.split(".")[0]


def problems(document: Document, *, vocabularies: Vocabularies, required: Collection[str] = REQUIRED) -> list[Problem]:
    """Everything that is wrong with a completed document or missing in it. What must be there: all that officers are
    asked for, or `ESSENTIAL` to be published at all, or nothing in a draft."""
    found = list(_frame_problems(document))
    language = document["original_language"]
    if language not in settings.LANGUAGE_CODES:
        return found
    for field in FIELDS:
        found += _field_problems(field, document[field.name], language, vocabularies, field.name in required)
    start, end = document["start_year"], document["end_year"]
    if isinstance(start, int) and isinstance(end, int) and end < start:
        found.append(Problem("end_year", _("The year of the end is before the year of the start.")))
    others = document["other_cities"]
    if document["lead_city"] and isinstance(others, list) and document["lead_city"] in others:
        found.append(Problem("other_cities", _("The lead city is among the other cities too. Choose it once.")))
    return found


def _frame_problems(document: Document) -> Iterator[Problem]:
    if document["original_language"] not in settings.LANGUAGE_CODES:
        yield Problem("original_language", _("Choose the language in which you write."))
    for code, provenance in document["provenance"].items():
        if code not in settings.LANGUAGE_CODES or provenance not in Provenance.values:
            yield Problem(f"provenance.{code}", _("This is not a known language or provenance."))
        elif (provenance == Provenance.ORIGINAL) != (code == document["original_language"]):
            yield Problem(f"provenance.{code}", _("Only the text in the original language is the original."))
    unknown = document["unknown"]
    if not isinstance(unknown, list) or not all(isinstance(name, str) for name in unknown):
        yield Problem("unknown", _("This must be a list."))
        return
    for name in unknown:
        if name not in FIELDS_BY_NAME or not FIELDS_BY_NAME[name].may_be_unknown:
            yield Problem("unknown", Interpolated(_("“%(slug)s” is not known here."), slug=name))


def _field_problems(
    field: Field, value: Any, language: str, vocabularies: Vocabularies, required: bool
) -> Iterator[Problem]:
    missing = not (value.get(language) if field.translatable and isinstance(value, Mapping) else value)
    if required and missing:
        yield Problem(f"{field.name}.{language}" if field.translatable else field.name, required_message(field))
        return
    if field.translatable:
        yield from _translation_problems(field.name, value, field.max_length)
    elif field.kind in (Kind.LINE, Kind.TEXT):
        yield from _text_problems(field.name, value, field.max_length)
    elif field.choices is not None and value not in field.choices.values:
        yield Problem(field.name, _("Choose one of the answers."))
    elif field.kind is Kind.YEAR:
        yield from _year_problems(field.name, value)
    elif field.kind is Kind.FLAG and not isinstance(value, bool):
        yield Problem(field.name, _("Answer with yes or no."))
    elif field.kind is Kind.CITY and value and not (isinstance(value, str) and value in vocabularies.cities):
        yield Problem(field.name, _("This city is not in the registry."))
    elif field.kind in (Kind.CITIES, Kind.TERMS):
        yield from _slug_problems(field, value, vocabularies)
    elif field.kind is Kind.ROWS:
        yield from _row_problems(field, value, language)


def sound(document: Mapping[str, Any], *, vocabularies: Vocabularies) -> tuple[Document, list[Problem]]:
    """A document that can be shown though it is not finished: completed, without what has no shape to be shown, and
    the problems of the fields that lost something. Texts stay, however long."""
    completed = complete(document)
    if completed["original_language"] not in settings.LANGUAGE_CODES:
        completed["original_language"] = settings.LANGUAGE_CODE
    found = problems(completed, vocabularies=vocabularies, required=())
    lost = set()
    for name in {problem.field for problem in found}:
        before = completed[name]
        if name == "provenance":
            completed[name] = {}
        elif name == "unknown":
            completed[name] = []
        else:
            wrong = {problem.path for problem in found if problem.field == name}
            completed[name] = _without(wrong, FIELDS_BY_NAME[name], before, vocabularies)
        if completed[name] != before:
            lost.add(name)
    return complete(completed), [problem for problem in found if problem.field in lost]


def _without(wrong: set[str], field: Field, value: Any, vocabularies: Vocabularies) -> Any:
    """What of a field's value can be shown, where the paths in `wrong` cannot."""
    if field.translatable:
        texts = value.items() if isinstance(value, Mapping) else ()
        return {code: text for code, text in texts if code in settings.LANGUAGE_CODES}
    if field.kind in (Kind.LINE, Kind.TEXT) and isinstance(value, str):
        return value
    if field.kind in (Kind.CITIES, Kind.TERMS) and isinstance(value, list):
        known = vocabularies.slugs(field)
        return list(dict.fromkeys(slug for slug in value if isinstance(slug, str) and slug in known))
    if field.kind is Kind.ROWS and isinstance(value, list):
        places = {path.split(".")[1] for path in wrong if "." in path}
        return [row for place, row in enumerate(value[:MAX_ROWS]) if str(place) not in places]
    return field.empty


def required_message(field: Field) -> str | Promise:
    """What to do about a required field that is empty; one sentence an officer can act on."""
    return {
        "title": _("Give the practice a title."),
        "summary": _("Write a short summary."),
        "lead_city": _("Choose the city."),
        "service_areas": _("Choose at least one service area."),
    }[field.name]


def _text_problems(path: str, value: Any, max_length: int) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(path, _("This is not a text."))
    elif UNSTORABLE.search(value):
        yield Problem(path, _("This text holds a character that cannot be stored."))
    elif max_length and len(value) > max_length:
        message = _("The text is %(length)d characters long; at most %(limit)d fit.")
        yield Problem(path, Interpolated(message, length=len(value), limit=max_length))


def _translation_problems(path: str, value: Any, max_length: int) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        yield Problem(path, _("This must be a text for each language."))
        return
    for code, text in value.items():
        if code not in settings.LANGUAGE_CODES:
            yield Problem(f"{path}.{code}", _("This is not one of the seven languages."))
        else:
            yield from _text_problems(f"{path}.{code}", text, max_length)


def _year_problems(path: str, value: Any) -> Iterator[Problem]:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int) or not FIRST_YEAR <= value <= LAST_YEAR:
        yield Problem(path, _("Write the year with four digits, for example 2019."))


def _slug_problems(field: Field, value: Any, vocabularies: Vocabularies) -> Iterator[Problem]:
    if not isinstance(value, list) or not all(isinstance(slug, str) for slug in value):
        yield Problem(field.name, _("This must be a list."))
        return
    known = vocabularies.slugs(field)
    for slug in value:
        if slug not in known:
            yield Problem(field.name, Interpolated(_("“%(slug)s” is not known here."), slug=slug))
    if len(set(value)) != len(value):
        yield Problem(field.name, _("One entry is there twice."))


def _row_problems(field: Field, value: Any, language: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(field.name, _("This must be a list."))
        return
    if len(value) > MAX_ROWS:
        yield Problem(field.name, Interpolated(_("At most %(limit)d entries fit."), limit=MAX_ROWS))
    for index, row in enumerate(value):
        path = f"{field.name}.{index}"
        if not isinstance(row, Mapping):
            yield Problem(path, _("This must be an object."))
            continue
        for column in field.columns:
            yield from _cell_problems(f"{path}.{column.name}", column, row.get(column.name), language)


def _cell_problems(path: str, column: Column, value: Any, language: str) -> Iterator[Problem]:
    if value in BLANK:
        if column.required:
            yield Problem(path, _("Fill in this part of the entry, or empty the whole entry."))
    elif column.kind is Kind.YEAR:
        yield from _year_problems(path, value)
    elif column.translatable:
        yield from _translation_problems(path, value, column.max_length)
    else:
        yield from _text_problems(path, value, column.max_length)
        if column.is_url and isinstance(value, str):
            try:
                is_url(value)
            except ValidationError:
                yield Problem(path, _("Write a full web address that begins with https:// or http://."))
