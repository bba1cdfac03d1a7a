"""A table for spreadsheets: one practice a row, texts in one language, terms and cities by their slugs."""

from collections.abc import Iterable, Iterator
from typing import Any

from practices.content import Column, Field, Kind
from practices.document import text_in
from practices.exports.rows import ExportRow, moment, rows_of
from practices.exports.spreadsheet import lines
from practices.freshness import not_confirmed_since
from practices.models import Practice
from practices.presentation.reader import Reader

BETWEEN_TERMS, BETWEEN_ROWS = "; ", " | "
FRAME_BEFORE = (
    "reference",
    "slug",
    "version",
    "url",
    "place",
    "country",
    "original_language",
    "language",
    "provenance",
    "in_other_languages",
)
FRAME_AFTER = ("unknown", "published_at", "updated_at", "confirmed_at", "not_confirmed_since")


def table(practices: Iterable[Practice], reader: Reader) -> Iterator[str]:
    return lines(_rows(practices, reader))


def _rows(practices: Iterable[Practice], reader: Reader) -> Iterator[list[str]]:
    # Every column that this reader can ever see, so that all rows of a file have the same.
    columns = reader.fields(city_withheld=False)
    yield [*FRAME_BEFORE, *(field.name for field in columns), *FRAME_AFTER]
    for row in rows_of(practices, reader):
        yield _cells(row, columns, reader.language)


def _cells(row: ExportRow, columns: tuple[Field, ...], language: str) -> list[str]:
    practice = row.practice
    title = practice.text("title", language)
    texts = {field.name: text_in(row.document, field.name, language) for field in columns if field.translatable}
    others = [f"{name}={code}" for name, (text, code) in texts.items() if text and code != title.language]
    before = [
        practice.reference,
        practice.slug,
        str(practice.current_version),
        row.permalink,
        row.place.city_label,
        row.country,
        practice.original_language,
        title.language,
        title.provenance,
        BETWEEN_TERMS.join(others),
    ]
    cells = [_cell(field, row, language) for field in columns]
    unknown = BETWEEN_TERMS.join(row.document["unknown"])
    times = (practice.published_at, practice.updated_at, practice.confirmed_at, not_confirmed_since(practice))
    return [*before, *cells, unknown, *map(moment, times)]


def _cell(field: Field, row: ExportRow, language: str) -> str:
    value = row.document[field.name]
    if field.translatable:
        return text_in(row.document, field.name, language)[0]
    if field.kind is Kind.ROWS:
        return BETWEEN_ROWS.join(_entry(entry, field.columns, language) for entry in value)
    if field.kind in (Kind.TERMS, Kind.CITIES):
        return BETWEEN_TERMS.join(value)
    if field.kind is Kind.FLAG:
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _entry(entry: dict[str, Any], columns: tuple[Column, ...], language: str) -> str:
    values = [entry.get(column.name) or "" for column in columns]
    texts = [
        value.get(language) or next(iter(value.values()), "") if isinstance(value, dict) else str(value)
        for value in values
    ]
    return BETWEEN_TERMS.join(text for text in texts if text)
