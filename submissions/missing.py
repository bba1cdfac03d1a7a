"""What a document does not say yet, and what saying it would be good for. Nothing here keeps anybody from anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from practices.content import Field, Kind
from practices.document import complete, is_unknown
from submissions.guidance import PURPOSES, Text

# Left empty, these say something: no other city, not ended, nothing to hide.
EMPTY_IS_AN_ANSWER = frozenset(
    {"other_cities", "end_year", "visibility", "city_withheld", "peers_only", "discreet_details"}
)


@dataclass(frozen=True)
class Missing:
    field: Field
    purpose: Text


def missing_in(content: Mapping[str, Any], fields: Iterable[Field], *, language: str) -> list[Missing]:
    """The fields that are neither answered nor answered with "not known": those that are needed first."""
    document = complete(content)
    found = [
        Missing(field, PURPOSES.get(field.name, ""))
        for field in fields
        if field.name not in EMPTY_IS_AN_ANSWER
        and not _says_something(field, document[field.name], language)
        and not is_unknown(document, field)
    ]
    return sorted(found, key=lambda missing: not missing.field.required)


def _says_something(field: Field, value: Any, language: str) -> bool:
    if field.translatable and isinstance(value, Mapping):
        return bool(value.get(language))
    return value != field.default if field.kind is Kind.CODE else bool(value)
