"""What can be done with a document: complete it, compare it, read it from a practice."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise

from practices.content import (
    FIELDS,
    FIELDS_BY_NAME,
    FRAME,
    PEER_FIELDS,
    RESERVABLE,
    UNKNOWABLE,
    Field,
    Kind,
    languages_of,
)
from practices.models import Practice

Document = dict[str, Any]

# A cell that says nothing.
BLANK: tuple[Any, ...] = ("", None, {})


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
