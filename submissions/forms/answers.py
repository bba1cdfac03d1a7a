"""Between a section's form and the document: reading what was posted, and saying what was answered."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City
from practices.content import RESERVABLE, Column, Field, Kind
from practices.document import is_unknown, unknown_after
from practices.validation import MAX_ROWS
from submissions.steps import Step

YEAR_DIGITS = 4
# The one column of a field that holds several cities.
CITY_COLUMN = Column(name="city", kind=Kind.CITY, label=gettext_lazy("City"))


def columns_of(field: Field) -> tuple[Column, ...]:
    """What the form asks in each entry of a field that is entered in rows; empty for all other fields."""
    if field.kind is Kind.CITIES:
        return (CITY_COLUMN,)
    return tuple(column for column in field.columns if column.in_form)


def read_answers(section: Step, posted: QueryDict, *, content: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The section's part of the document as it was typed, valid or not. `content` is kept where the form does not ask:
    other languages, and columns that only the import fills. Ticked as not known: `unknown`, a field's name each."""
    answers = {field.name: _read_field(field, posted, content.get(field.name), language) for field in section.fields}
    return answers | {"unknown": unknown_after(dict(content), asked=section.fields, answered=posted.getlist("unknown"))}


def _read_field(field: Field, posted: QueryDict, before: Any, language: str) -> Any:
    if field.kind is Kind.CITIES:
        return [row["city"] for row in _posted_rows(field, posted) if row["city"]]
    if field.kind is Kind.ROWS:
        return list(_read_rows(field, posted, before if isinstance(before, list) else [], language))
    if field.kind is Kind.TERMS:
        return [_clean(slug) for slug in posted.getlist(field.name)]
    if field.kind is Kind.FLAG:
        return field.name in posted
    typed = _clean(posted.get(field.name, ""))
    if field.translatable:
        return _with_language(before, language, typed)
    if field.kind is Kind.YEAR:
        return as_year(typed)
    return typed.strip() or field.empty if field.kind is Kind.CODE else typed


def _read_rows(field: Field, posted: QueryDict, before: list[Any], language: str) -> Iterator[dict[str, Any]]:
    # An emptied entry is a removed entry.
    entries = [(i, typed) for i, typed in enumerate(_posted_rows(field, posted)) if any(map(str.strip, typed.values()))]
    read = [
        (index, {column.name: _cell(column, typed[column.name]) for column in columns_of(field)})
        for index, typed in entries
    ]
    for (_index, cells), old in zip(read, _continued(field, read, before, language), strict=True):
        row = dict(old)
        for column in columns_of(field):
            value = cells[column.name]
            row[column.name] = _with_language(old.get(column.name), language, value) if column.translatable else value
        yield {name: value for name, value in row.items() if value not in ("", None, {})}


def _cell(column: Column, typed: str) -> Any:
    return as_year(typed) if column.kind is Kind.YEAR else typed


def _continued(
    field: Field, read: list[tuple[int, dict[str, Any]]], before: list[Any], language: str
) -> list[Mapping[str, Any]]:
    """For each entry the stored one that it continues, whose columns that the form does not ask it keeps. A page that
    saves while somebody types numbers its entries as they once were: what is the same comes first, then what shares a
    text, then what stands in the same place, then what is left in order."""
    left = {place: row for place, row in enumerate(before) if isinstance(row, Mapping)}
    shown = {
        place: {c.name: _shown_cell(row.get(c.name), language) for c in columns_of(field)}
        for place, row in left.items()
    }
    found: dict[int, Mapping[str, Any]] = {}
    rules: tuple[Callable[[int, dict[str, Any], int], bool], ...] = (
        lambda _index, cells, place: cells == shown[place],
        lambda _index, cells, place: any(value and value == shown[place][name] for name, value in cells.items()),
        lambda index, _cells, place: index == place,
        lambda _index, _cells, _place: len(read) <= len(before),
    )
    for rule in rules:
        for number, (index, cells) in enumerate(read):
            place = next((place for place in left if number not in found and rule(index, cells, place)), None)
            if place is not None:
                found[number] = left.pop(place)
    return [found.get(number, {}) for number in range(len(read))]


def _shown_cell(value: Any, language: str) -> Any:
    value = value.get(language) if isinstance(value, Mapping) else value
    return "" if value is None else value


def _posted_rows(field: Field, posted: QueryDict) -> Iterator[dict[str, str]]:
    """Every entry that was posted, in order; more than can be stored are read too, so that the limit can be told."""
    for index in range(2 * MAX_ROWS):
        names = {column.name: f"{field.name}-{index}-{column.name}" for column in columns_of(field)}
        if not any(name in posted for name in names.values()):
            return
        yield {column: _clean(posted.get(name, "")) for column, name in names.items()}


def _with_language(before: Any, language: str, typed: str) -> dict[str, str]:
    texts = dict(before) if isinstance(before, Mapping) else {}
    texts[language] = typed
    return {code: text for code, text in texts.items() if text}


def _clean(text: str) -> str:
    # PostgreSQL cannot store NUL; browsers send CRLF, which would count twice against a limit.
    return text.replace("\x00", "").replace("\r\n", "\n")


def as_year(typed: str) -> int | str | None:
    """A year as a number, nothing as None, and anything else as it was typed."""
    typed = typed.strip()
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == YEAR_DIGITS else typed


def shown_answer(field: Field, content: Mapping[str, Any], *, language: str, labels: "Labels") -> str:
    """An answer in words, one line per entry; empty where nothing was answered."""
    value = content.get(field.name)
    if value in (None, "", [], {}):
        return str(field.unknown_label) if is_unknown(dict(content), field) else ""
    if field.translatable:
        return str(value.get(language, "")) if isinstance(value, Mapping) else str(value)
    if field.kind is Kind.FLAG:
        return _("Yes") if value else _("No")
    if field.kind is Kind.CODE and field.choices and value in field.choices.values:
        return str(field.choices(value).label)
    if field.kind is Kind.ROWS and isinstance(value, list):
        return "\n".join(_shown_row(field, row, language) for row in value)
    if isinstance(value, list):
        return "\n".join(labels.of(field, slug) for slug in value)
    return labels.of(field, value) if field.kind is Kind.CITY else str(value)


def _shown_row(field: Field, row: Any, language: str) -> str:
    if not isinstance(row, Mapping):
        return str(row)
    cells = []
    for column in columns_of(field):
        cell = row.get(column.name, "")
        cells.append(str(cell.get(language, "")) if isinstance(cell, Mapping) else str(cell))
    return " – ".join(cell for cell in cells if cell)


class Labels:
    """The names of cities and terms in the page's language, read once per table."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}
        self._definitions: dict[str, dict[str, str]] = {}
        self._merged: dict[str, dict[str, str]] = {}

    def options(self, field: Field) -> list[tuple[str, str]]:
        """Slug and name of everything that can be chosen: terms in their order, cities by name."""
        key = field.name if field.kind is Kind.TERMS else "cities"
        if key not in self._known:
            if field.kind is Kind.TERMS and field.vocabulary is None:
                self._known[key] = {reservable.name: str(reservable.label) for reservable in RESERVABLE}
            elif field.vocabulary:
                every: list[Any] = list(field.vocabulary._default_manager.select_related("merged_into"))
                terms = [term for term in every if term.merged_into is None]
                self._merged[key] = {term.slug: term.merged_into.slug for term in every if term.merged_into}
                self._known[key] = {term.slug: str(term) for term in terms}
                self._definitions[key] = {term.slug: term.definition for term in terms if term.definition}
            else:
                everywhere: list[Any] = list(City.objects.select_related("merged_into"))
                cities = {city.slug: f"{city} ({city.country.name})" for city in everywhere if not city.merged_into}
                self._merged[key] = {city.slug: city.merged_into.slug for city in everywhere if city.merged_into}
                self._known[key] = dict(sorted(cities.items(), key=lambda item: item[1].casefold()))
        return list(self._known[key].items())

    def definitions(self, field: Field) -> dict[str, str]:
        """What the terms of a vocabulary mean, by slug, where it is said."""
        self.options(field)
        return self._definitions.get(field.name, {})

    def of(self, field: Field, slug: Any) -> str:
        """The name behind a slug, or what was typed where there is none."""
        return dict(self.options(field)).get(self.current(field, slug), str(slug))

    def current(self, field: Field, slug: Any) -> Any:
        """The slug that a slug stands for now, where what it named was merged."""
        self.options(field)
        key = field.name if field.kind is Kind.TERMS else "cities"
        return self._merged.get(key, {}).get(slug, slug) if isinstance(slug, str) else slug


def language_name(code: str) -> str:
    """The name of a language in the page's language."""
    return str(dict(settings.LANGUAGES).get(code, code))
