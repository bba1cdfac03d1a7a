"""One query's answer, the same for page, API, export and feed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from practices.facets import Facet, Option
from practices.models import Practice

SORTS = ("relevance", "newest", "title", "city", "confirmed")


@dataclass(frozen=True)
class Hit:
    """A practice in a list, with the words marked that were asked for."""

    practice: Practice
    matched_language: str | None
    title_html: SafeString
    excerpt_html: SafeString
    excerpt_language: str


def _slugs(name):
    return lambda practice: [term.slug for term in getattr(practice, name).all()]


def _cities(practice):
    return [practice.lead_city, *practice.other_cities.all()]


VALUES = {
    "area": _slugs("service_areas"),
    "group": _slugs("target_groups"),
    "approach": _slugs("approaches"),
    "country": lambda practice: list({str(city.country) for city in _cities(practice)}),
    "city": lambda practice: [city.slug for city in _cities(practice)],
    "language": lambda practice: practice.languages,
    "status": lambda practice: [practice.operation_status],
    "firewall": lambda practice: [practice.firewall],
    "evidence": lambda practice: [practice.evidence_level],
    "depth": lambda practice: [practice.depth],
    "typology": lambda practice: [],
}


class Catalogue:
    """One query's answer: parsed once, asked once."""

    def __init__(self, params: QueryDict, *, user, language: str):
        self.user, self.language = user, language
        self.text = params.get("q", "").replace("\x00", " ").strip()
        self.sort = params.get("sort") or ("relevance" if self.text else "newest")
        self.errors: dict[str, list] = {}
        self.selection: dict[str, Any] = {name: params.getlist(name) for name in VALUES}
        for name in ("year_from", "year_to"):
            value = params.get(name, "")
            self.selection[name] = int(value) if value.isdecimal() else None
            if value and not value.isdecimal():
                self.errors[name] = [_("Write the year with four digits, for example 2019.")]
        self.widened = False
        self.did_you_mean: str | None = None
        self.also_searched: list[str] = []
        rows = list(Practice.objects.visible_to(user).with_details())
        values = {row.number: {name: read(row) for name, read in VALUES.items()} for row in rows}
        self._rows = [
            row for row in rows
            if all(not self.selection[n] or set(self.selection[n]) & set(values[row.number][n]) for n in VALUES)
        ]
        self.count = len(self._rows)
        self.facets = []
        for name in VALUES:
            counts = Counter(value for row in self._rows for value in values[row.number][name])
            largest = max(counts.values(), default=1)
            options = [
                Option(value, value, count, value in self.selection[name], 100 * count // largest)
                for value, count in counts.most_common()
            ]
            self.facets.append(Facet(name, name, options))

    def page(self, number: int, size: int) -> list[Hit]:
        """The hits of one page, counted from 1."""
        return [self._hit(row) for row in self._rows[(number - 1) * size : number * size]]

    def practices(self) -> Iterator[Practice]:
        """All practices of the answer in order, read in chunks: for exports."""
        yield from self._rows

    def _hit(self, practice: Practice) -> Hit:
        title, summary = practice.text("title", self.language), practice.text("summary", self.language)
        return Hit(
            practice, None, mark_safe(escape(title.value)), mark_safe(escape(summary.value)), summary.language
        )
