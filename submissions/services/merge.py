"""Merging what a form brings into a draft that may have changed since the form was made, field by field.

A form carries `base`: a short fingerprint of each of its fields as they stood when the form was made. Compared is what
the form asks, as it asks it: other languages of a text, columns that it does not show and the order of ticks make no
difference that its writer could have made.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from practices.content import Column, Field, Kind

# Characters of a fingerprint. It tells two texts of one field apart, and keeps nothing secret.
LENGTH = 12


@dataclass(frozen=True)
class Merge:
    """What comes of it: values to write, fields that stay because two people changed them, fields whose newer text
    stays because this person left them alone."""

    changes: dict[str, Any]
    conflicts: tuple[str, ...]
    kept: tuple[str, ...]


def fingerprint(answer: Any) -> str:
    """Of anything that JSON can hold."""
    text = json.dumps(answer, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def answer_of(field: Field, content: Mapping[str, Any], language: str) -> Any:
    """What a form in `language` shows of a field, in the shape in which a browser would send it back unchanged."""
    value, unknown = content.get(field.name), field.name in (content.get("unknown") or ())
    shown = _shown(field, field.empty if value is None else value, language)
    return [shown, "unknown"] if unknown else shown


def write_base(fingerprints: Mapping[str, str]) -> str:
    return ",".join(f"{name}:{print_}" for name, print_ in fingerprints.items())


def read_base(base: str) -> dict[str, str]:
    """The fingerprints by field; what cannot be read is left out, and counts as a field of an unknown age."""
    pairs = (entry.partition(":") for entry in base.split(","))
    return {name: print_ for name, _colon, print_ in pairs if name and print_}


def merge(
    fields: Iterable[Field],
    *,
    current: Mapping[str, Any],
    posted: Mapping[str, Any],
    base: Mapping[str, str],
    language: str,
) -> Merge:
    """Compare each posted field with what is stored and with what its form was made from."""
    changes: dict[str, Any] = {}
    conflicts, kept = [], []
    for field in fields:
        mine, theirs = answer_of(field, posted, language), answer_of(field, current, language)
        known = base.get(field.name)
        if mine == theirs:
            if _others(field, posted, language) == _others(field, current, language):
                continue
            changes[field.name] = posted[field.name]
        elif known == fingerprint(theirs) or (known is None and theirs == answer_of(field, {}, language)):
            changes[field.name] = posted[field.name]
        elif known == fingerprint(mine):
            kept.append(field.name)
        else:
            conflicts.append(field.name)
    return Merge(changes, tuple(conflicts), tuple(kept))


def _others(field: Field, content: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The texts of a field in the languages that the form does not show."""
    value = content.get(field.name)
    if not field.translatable or not isinstance(value, Mapping):
        return {}
    return {code: text for code, text in value.items() if code != language and text}


def _shown(field: Field, value: Any, language: str) -> Any:
    if field.translatable:
        return _text(value.get(language) if isinstance(value, Mapping) else value, one_line=field.kind is Kind.LINE)
    if field.kind is Kind.ROWS and isinstance(value, list):
        columns = [column for column in field.columns if column.in_form]
        rows = (_row(columns, row, language) for row in value)
        return [row for row in rows if row]
    if field.kind in (Kind.TERMS, Kind.CITIES) and isinstance(value, list):
        slugs = [str(slug) for slug in value if slug]
        return sorted(set(slugs)) if field.kind is Kind.TERMS else slugs
    if field.kind is Kind.FLAG:
        return bool(value)
    if field.kind is Kind.CODE:
        return str(value or field.empty)
    return _text(value, one_line=field.kind is not Kind.TEXT)


def _row(columns: Iterable[Column], row: Any, language: str) -> dict[str, str]:
    shown = {}
    for place, column in enumerate(columns):
        # What an import could not read as an entry stands in the first box.
        value = row.get(column.name) if isinstance(row, Mapping) else row if place == 0 else None
        value = value.get(language) if isinstance(value, Mapping) else value
        text = _text(value, one_line=column.kind is not Kind.TEXT)
        if text.strip():
            shown[column.name] = text
    return shown


def _text(value: Any, *, one_line: bool) -> str:
    """As a browser sends it: line ends of one kind, and none from a box of one line."""
    text = "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n", "") if one_line else text
