"""What lists show of a practice: few columns, no model instances, the same for every language.

A catalogue page and an answer of the API are made of twenty of these; with rows of the model reading would take longer
than everything else about them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from pyroaring import BitMap

from cities.models import City
from practices.choices import Provenance
from practices.models import PracticeText, ServiceArea, Text, reference_of
from practices.search.facet_index import Snapshot

# As they stand in a brief, after its number.
COLUMNS = (
    "slug",
    "original_language",
    "city_withheld",
    "visibility",
    "operation_status",
    "firewall",
    "depth",
    "evidence_level",
    "start_year",
    "end_year",
    "current_version",
    "published_at",
    "updated_at",
    "confirmed_at",
)
TEXTS = ("title", "summary")
VOCABULARIES = ("area", "group", "approach")
NOBODY = BitMap()


@dataclass(frozen=True, slots=True)
class Brief:
    """A practice as it stands in a list. Its texts are read by `text` only."""

    number: int
    slug: str
    original_language: str
    city_withheld: bool
    visibility: str
    operation_status: str
    firewall: str
    depth: str
    evidence_level: str
    start_year: int | None
    end_year: int | None
    current_version: int
    published_at: datetime
    updated_at: datetime
    confirmed_at: datetime | None
    lead_city: City
    # By language; only texts that there are, in the interface's order.
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    # By language: where the text comes from, and whether the original has changed since.
    states: Mapping[str, tuple[str, bool]]
    # In the vocabularies' order; of target groups and approaches the slugs.
    areas: tuple[ServiceArea, ...]
    groups: tuple[str, ...]
    approaches: tuple[str, ...]

    @property
    def reference(self) -> str:
        return reference_of(self.number)

    def get_absolute_url(self) -> str:
        return f"{addresses_begin()}{self.slug}/"

    def text(self, field: str, language: str) -> Text:
        """Title or summary as a reader of `language` gets it, by the rule of `Practice.text`."""
        texts = self.titles if field == "title" else self.summaries
        for candidate in (language, self.original_language, *texts):
            if candidate in texts:
                provenance, stale = self.states.get(candidate, (Provenance.ORIGINAL, False))
                return Text(texts[candidate], candidate, provenance, stale)
        return Text("", self.original_language, Provenance.ORIGINAL)


def addresses_begin() -> str:
    """What stands before the slug in the addresses of practices, in the active language."""
    return _beginning(get_language(), get_script_prefix())


@lru_cache(maxsize=100)
def _beginning(language: str | None, prefix: str) -> str:
    """To ask for the address of each practice takes longer than to read it."""
    return reverse("practice-detail", args=["-"]).removesuffix("-/")


def read_briefs(practices: Any, snapshot: Snapshot) -> dict[int, Brief]:
    """The briefs of some practices, which the caller has cut to what the reader may see, by number: two queries, and
    one for cities that nobody has asked for yet."""
    columns = [f"{name}_{code}" for name in TEXTS for code in settings.LANGUAGE_CODES]
    rows = list(practices.order_by().rewrite(False).values_list("pk", "number", "lead_city_id", *COLUMNS, *columns))
    states = _states([row[0] for row in rows])
    cities = _cities({row[2] for row in rows}, snapshot)
    terms = _terms([row[1] for row in rows], snapshot)
    areas = _areas(snapshot)
    after = 3 + len(COLUMNS)
    between = after + len(settings.LANGUAGE_CODES)
    return {
        row[1]: Brief(
            number=row[1],
            lead_city=cities[row[2]],
            titles=_present(row[after:between]),
            summaries=_present(row[between:]),
            states=states.get(row[0], {}),
            areas=tuple(areas[slug] for slug in terms["area"][row[1]] if slug in areas),
            groups=terms["group"][row[1]],
            approaches=terms["approach"][row[1]],
            **dict(zip(COLUMNS, row[3:after], strict=True)),
        )
        for row in rows
    }


def _present(texts: Iterable[str | None]) -> dict[str, str]:
    return {code: text for code, text in zip(settings.LANGUAGE_CODES, texts, strict=True) if text}


def _states(practices: list[int]) -> dict[int, dict[str, tuple[str, bool]]]:
    found: dict[int, dict[str, tuple[str, bool]]] = {}
    rows = PracticeText.objects.filter(practice__in=practices)
    for practice, language, provenance, stale in rows.values_list("practice_id", "language", "provenance", "stale"):
        found.setdefault(practice, {})[language] = (provenance, stale)
    return found


def _cities(wanted: set[int], snapshot: Snapshot) -> dict[int, City]:
    """Rows of cities, read once per state of the registry."""
    known: dict[int, City] = snapshot.memo.setdefault("cities", {})
    new = wanted - known.keys()
    if new:
        known |= City.objects.in_bulk(list(new))
    return known


def _areas(snapshot: Snapshot) -> dict[str, ServiceArea]:
    """Rows of the service areas, read once per state of the registry."""
    if "areas" not in snapshot.memo:
        snapshot.memo["areas"] = {area.slug: area for area in ServiceArea.objects.all()}
    areas: dict[str, ServiceArea] = snapshot.memo["areas"]
    return areas


def _terms(numbers: list[int], snapshot: Snapshot) -> dict[str, dict[int, tuple[str, ...]]]:
    """Per vocabulary and practice its terms, as the filters know them."""
    asked = BitMap(numbers)
    found: dict[str, dict[int, tuple[str, ...]]] = {}
    for name in VOCABULARIES:
        values = snapshot.bitmaps.get(name, {})
        each: dict[int, list[str]] = {number: [] for number in numbers}
        for slug in snapshot.terms[name]:
            for number in values.get(slug, NOBODY) & asked:
                each[number].append(slug)
        found[name] = {number: tuple(slugs) for number, slugs in each.items()}
    return found


def rows_of_texts(practices: Any, keys: Iterable[tuple[str, str]]) -> Any:
    """The longer texts of practices, by field and language, for `read_texts` to read some of them. To name the columns
    takes longer than to read them, so they are worth keeping; nobody may read these rows themselves, who would keep
    the texts of a whole registry."""
    # Each column is named with its language: none is to be chosen by the reader's.
    return practices.order_by().rewrite(False).values_list("number", *(f"{name}_{code}" for name, code in keys))


def read_texts(
    rows: Any, numbers: Iterable[int], keys: Collection[tuple[str, str]]
) -> dict[int, dict[tuple[str, str], str]]:
    """Longer texts of some practices, by number: field and language to text, for those that there are."""
    found = rows.filter(number__in=numbers)
    return {number: {key: text for key, text in zip(keys, texts, strict=True) if text} for number, *texts in found}
