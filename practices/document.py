"""What can be done with a document: complete it, check it, compare it, read it from a practice."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practices.choices import Provenance
from practices.content import (
    FIELDS,
    FIELDS_BY_NAME,
    FRAME,
    PEER_FIELDS,
    RESERVABLE,
    UNKNOWABLE,
    Column,
    Field,
    Kind,
    languages_of,
)
from practices.models import FIRST_YEAR, LAST_YEAR, Practice
from practices.vocabularies import Vocabularies

Document = dict[str, Any]

# NUL, which PostgreSQL refuses, and halves of surrogate pairs, which no encoding knows.
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
MAX_ROWS = 60
BLANK: tuple[Any, ...] = ("", None, {})
# What officers must say before they send a document, and what no practice is without: other systems may know no more.
REQUIRED = frozenset(field.name for field in FIELDS if field.required)
ESSENTIAL = frozenset({"title", "summary", "lead_city"})
is_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Problem:
    """What is wrong with a document. `path` names the place, e.g. `title.nl` or `sources.0.url`."""

    path: str
    message: "str | Promise | Interpolated"

    @property
    def field(self) -> str:
        return self.path.split(".")[0]


def complete(document: Mapping[str, Any]) -> Document:
    """The document with every field present, texts trimmed and empty languages and rows dropped. Changes no meaning."""
    completed: Document = {name: document.get(name) for name in FRAME}
    completed["provenance"] = dict(completed["provenance"] or {})
    for field in FIELDS:
        value = document.get(field.name)
        completed[field.name] = field.empty if value is None else _tidy(field, value)
    completed["unknown"] = _tidy_unknown(completed)
    return completed


def _tidy_unknown(document: Document) -> Any:
    """What is said is known, whatever was ticked before. Names that are none stay, to be told."""
    value = document["unknown"]
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        return value
    said = {field.name for field in UNKNOWABLE if document[field.name]}
    return _in_order(set(value) - said, UNKNOWABLE)


def _in_order(names: Iterable[str], fields: Iterable[Field]) -> list[str]:
    """Names of fields in the order of the form, and those that are none behind them."""
    order = {field.name: place for place, field in enumerate(fields)}
    return sorted(set(names), key=lambda name: (order.get(name, len(order)), name))


def _tidy(field: Field, value: Any) -> Any:
    if field.name == "peers_only" and isinstance(value, list) and all(isinstance(name, str) for name in value):
        return _in_order(value, RESERVABLE)
    if field.translatable and isinstance(value, Mapping):
        return {code: text.strip() for code, text in value.items() if isinstance(text, str) and text.strip()}
    if field.kind is Kind.ROWS and isinstance(value, list):
        rows = [{k: _stripped(v) for k, v in row.items()} if isinstance(row, Mapping) else row for row in value]
        return [row for row in rows if not isinstance(row, Mapping) or any(v not in BLANK for v in row.values())]
    return _stripped(value)


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return {key: _stripped(entry) for key, entry in value.items() if entry not in ("", None)}
    return value


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


class Interpolated:
    """A lazily translated message with its figures: problems are told in the reader's language, not the checker's."""

    def __init__(self, message, **values):
        self.message, self.values = message, values

    def __str__(self):
        return str(self.message) % self.values


@dataclass(frozen=True)
class Change:
    """One difference between two documents: a field, or one language of it. Where the city's answer became that it does
    not know, or ceased to be, the label of that answer stands for it."""

    field: Field
    language: str | None
    old: Any
    new: Any


def diff(old: Document, new: Document) -> list[Change]:
    """Field by field, in the order of the form, language by language. Of the frame what is not known, at its field."""
    changes = []
    for field in FIELDS:
        before, after = old.get(field.name, field.empty), new.get(field.name, field.empty)
        if field.translatable:
            changes += [
                Change(field, code, before.get(code, ""), after.get(code, ""))
                for code in settings.LANGUAGE_CODES
                if before.get(code, "") != after.get(code, "")
            ]
        elif before != after:
            changes.append(Change(field, None, before, after))
        was, now = is_unknown(old, field), is_unknown(new, field)
        if was != now:
            changes.append(Change(field, None, field.unknown_label if was else "", field.unknown_label if now else ""))
    return changes


def is_unknown(document: Document, field: Field) -> bool:
    """The city answers that it does not know, and says nothing else."""
    return field.may_be_unknown and field.name in (document.get("unknown") or ()) and not document.get(field.name)


def unknown_after(document: Document, *, asked: Iterable[Field], answered: Collection[str]) -> list[str]:
    """What is not known after a page of the form: of the fields that it asked for, those in `answered`; of all others
    what the document said before."""
    names = {field.name for field in asked}
    before = document.get("unknown")
    kept = [name for name in before if name not in names] if isinstance(before, list) else []
    return kept + [field.name for field in UNKNOWABLE if field.name in names and field.name in answered]


def read(practice: Practice, *, fields: Iterable[Field] = FIELDS) -> Document:
    """The practice's document. Whoever shows it passes the fields that the reader may see, `content.visible_fields`;
    the others stay empty, and the peers' table is only asked when a field of theirs is among them."""
    wanted = tuple(fields)
    note = getattr(practice, "peer_note", None) if any(field in PEER_FIELDS for field in wanted) else None
    document: Document = {
        "original_language": practice.original_language,
        "provenance": {state.language: state.provenance for state in practice.texts.all()},
        "unknown": practice.unknown,
    }
    for field in wanted:
        document[field.name] = _read_field(field, practice)
    if note is not None:
        names = {*FRAME, *(field.name for field in wanted)}
        document = joined(document, {name: value for name, value in note.content.items() if name in names})
    return complete(document)


def _read_field(field: Field, practice: Practice) -> Any:
    if field in PEER_FIELDS:
        return field.empty
    if field.translatable:
        texts = {code: getattr(practice, f"{field.name}_{code}") for code in settings.LANGUAGE_CODES}
        return {code: text for code, text in texts.items() if text}
    if field.kind is Kind.ROWS:
        return [
            {column.name: getattr(row, column.name) for column in field.columns if getattr(row, column.name)}
            for row in getattr(practice, field.name).all()
        ]
    if field.kind is Kind.CITY:
        return practice.lead_city.slug
    if field.kind in (Kind.CITIES, Kind.TERMS):
        return [term.slug for term in getattr(practice, field.name).all()]
    return getattr(practice, field.name)


def without_peer_fields(document: Document, *, reserved: Iterable[str] = ()) -> tuple[Document, Document]:
    """A completed document in two: what the practice's readers see, and what is for peers.

    The fields that its `peers_only` names, and those in `reserved`, are empty in the first part and stand in the
    second, with all that tells of them: that one is not known, and where a text comes from in a language in which
    nothing else is written. `joined` makes one of the two.
    """
    kept = {field.name for field in RESERVABLE if field.name in {*document["peers_only"], *reserved}}
    names = {field.name for field in PEER_FIELDS} | kept
    peer_part = {name: value for name, value in document.items() if name in names}
    open_part = {name: value for name, value in document.items() if name not in names}
    open_part |= {name: FIELDS_BY_NAME[name].empty for name in kept}
    if kept:
        closed = set(languages_of(document)) - set(languages_of(open_part))
        for name, belongs in (("unknown", kept), ("provenance", closed)):
            open_part[name], peer_part[name] = _parted(document[name], belongs)
    return open_part, peer_part


def _parted(value: Any, names: set[str]) -> tuple[Any, Any]:
    """The entries of a list or an object that are not among the names, and those that are."""
    if isinstance(value, Mapping):
        return {k: v for k, v in value.items() if k not in names}, {k: v for k, v in value.items() if k in names}
    return [entry for entry in value if entry not in names], [entry for entry in value if entry in names]


def joined(open_part: Mapping[str, Any], peer_part: Mapping[str, Any]) -> Document:
    """The document of which `without_peer_fields` made the two parts."""
    document = {**open_part, **peer_part}
    if "unknown" in peer_part:
        document["unknown"] = [*(open_part.get("unknown") or ()), *peer_part["unknown"]]
    if "provenance" in peer_part:
        document["provenance"] = {**(open_part.get("provenance") or {}), **peer_part["provenance"]}
    return document


def reserved_in(peer_part: Mapping[str, Any]) -> frozenset[str]:
    """The names of the fields that a peers' part keeps back."""
    return frozenset(field.name for field in RESERVABLE if field.name in peer_part)


def text_in(document: Document, name: str, language: str) -> tuple[str, str]:
    """A translatable field as a reader of `language` gets it, and the language that it is in: the order of
    `Practice.text`, for those who may read more than the practice's own columns hold."""
    texts, original = document[name], document["original_language"]
    order = (language, original, *settings.LANGUAGE_CODES)
    return next(((texts[code], code) for code in order if texts.get(code)), ("", original))


def label_of(path: str) -> str | Promise:
    """The label of the field that a problem's path or a remark points at."""
    field = FIELDS_BY_NAME.get(path.split(".")[0])
    return field.label if field else path
