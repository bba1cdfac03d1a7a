"""What the filters and the orders need to know of each practice, read in a fixed number of queries."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db.models.functions import Coalesce

from cities.models import City, Typology
from practices.models import Approach, Practice, ServiceArea, TargetGroup
from practices.search.analyse import sort_key

VOCABULARIES = {"area": ServiceArea, "group": TargetGroup, "approach": Approach}
# A link that was written while its term was merged counts for the term that it became part of.
RELATIONS = {
    "area": (Practice.service_areas.through, Coalesce("servicearea__merged_into__slug", "servicearea__slug")),
    "group": (Practice.target_groups.through, Coalesce("targetgroup__merged_into__slug", "targetgroup__slug")),
    "approach": (Practice.approaches.through, Coalesce("approach__merged_into__slug", "approach__slug")),
}
CODED = {
    "status": "operation_status",
    "firewall": "firewall",
    "evidence": "evidence_level",
    "depth": "depth",
}
# Facets that say where a practice is.
LOCATING = ("country", "city", "typology")
# Rows held at once while all are read.
CHUNK = 5_000

Numbers = dict[str, dict[Any, array]]


@dataclass(frozen=True)
class Facts:
    """Facet or other sign to value to the numbers of the practices that have it, and the times by number.

    Beside the facets: `visibility`, `withheld`, `lead` (the lead city), `start_year` and `end_year`.
    """

    values: Numbers = field(default_factory=lambda: defaultdict(lambda: defaultdict(lambda: array("I"))))
    published: dict[int, float] = field(default_factory=dict)
    confirmed: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """A value with its words: `labels` by language, `names` every way to say it, each with its language; and the slugs
    of what was merged into it."""

    labels: dict[str, str]
    names: tuple[tuple[str, str], ...] = ()
    former: tuple[str, ...] = ()

    def label(self, language: str, fallback: str) -> str:
        return self.labels.get(language) or self.labels.get("en") or next(filter(None, self.labels.values()), fallback)


@dataclass(frozen=True)
class Place:
    """A city as the filters see it, with the names and slugs of those that were merged into it."""

    slug: str
    country: str
    typologies: tuple[str, ...]
    names: dict[str, str]
    former_names: tuple[tuple[str, str], ...] = ()
    former: tuple[str, ...] = ()


def read_places() -> dict[int, Place]:
    """Every city by its key; that of a merged one leads to the city that it became part of."""
    typologies = defaultdict(list)
    slugs = Coalesce("typology__merged_into__slug", "typology__slug")
    for city, slug in City.typologies.through.objects.values_list("city_id", slugs):
        typologies[city].append(slug)
    names = [f"name_{code}" for code in settings.LANGUAGE_CODES]
    rows = list(City.objects.values_list("pk", "slug", "merged_into_id", "country", *names))
    former: dict[int, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    for _pk, slug, into, _country, *translated in rows:
        if into is not None:
            former[into].append((slug, dict(zip(settings.LANGUAGE_CODES, translated, strict=True))))
    places = {}
    for pk, slug, into, country, *translated in rows:
        if into is None:
            places[pk] = Place(
                slug,
                str(country),
                tuple(dict.fromkeys(typologies[pk])),
                dict(zip(settings.LANGUAGE_CODES, translated, strict=True)),
                tuple((code, name) for _slug, old in former[pk] for code, name in old.items() if name),
                tuple(old_slug for old_slug, _names in former[pk]),
            )
    return places | {pk: places[into] for pk, _slug, into, *_rest in rows if into is not None}


def read_terms(places: dict[int, Place]) -> dict[str, dict[str, Term]]:
    """Facet to value to term, for facets whose values are rows."""
    terms = {name: _vocabulary(model) for name, model in (*VOCABULARIES.items(), ("typology", Typology))}
    terms["city"] = {
        place.slug: Term(
            place.names,
            (*((code, name) for code, name in place.names.items() if name), *place.former_names),
            place.former,
        )
        for place in places.values()
    }
    terms["country"] = {place.country: Term({}) for place in places.values()}
    return terms


def _vocabulary(model) -> dict[str, Term]:
    codes = settings.LANGUAGE_CODES
    columns = [f"{name}_{code}" for name in ("label", "synonyms") for code in codes]
    found = {}
    former = defaultdict(list)
    for slug, into, *texts in model.objects.values_list("slug", "merged_into__slug", *columns):
        if into is not None:
            former[into].append(slug)
            continue
        labels = dict(zip(codes, texts[: len(codes)], strict=True))
        synonyms = zip(codes, texts[len(codes) :], strict=True)
        names = [(code, label) for code, label in labels.items() if label]
        names += [(code, line) for code, lines in synonyms for line in (lines or "").splitlines() if line.strip()]
        found[slug] = Term(labels, tuple(names))
    # The names of what was merged are synonyms of what it became part of.
    return {slug: replace(term, former=tuple(former[slug])) for slug, term in found.items()}


def read_facts(numbers: Iterable[int] | None = None) -> tuple[Facts, dict[int, Place]]:
    """The facts of all published practices, or of those with these numbers; and every city."""
    practices = Practice.objects.published()
    if numbers is not None:
        practices = practices.filter(number__in=list(numbers))
    facts = Facts()
    lead_cities: dict[int, array] = defaultdict(lambda: array("I"))
    titles = [f"title_{code}" for code in settings.LANGUAGE_CODES]
    columns = ("visibility", "city_withheld", "start_year", "end_year", "lead_city_id", "published_at", "confirmed_at")
    rows = practices.values_list("number", *columns, *CODED.values(), *titles)
    for number, visibility, withheld, started, ended, city, published, confirmed, *more in rows.iterator(CHUNK):
        values = facts.values
        values["visibility"][visibility].append(number)
        if withheld:
            values["withheld"][True].append(number)
        if started is not None:
            values["start_year"][started].append(number)
        if ended is not None:
            values["end_year"][ended].append(number)
        for name, value in zip(CODED, more, strict=False):
            values[name][value].append(number)
        for code, title in zip(settings.LANGUAGE_CODES, more[len(CODED) :], strict=True):
            if title:
                values["language"][code].append(number)
        lead_cities[city].append(number)
        facts.published[number] = published.timestamp()
        facts.confirmed[number] = confirmed.timestamp() if confirmed else 0.0
    for name, (through, column) in RELATIONS.items():
        for number, value in _related(through, column, practices, numbers):
            facts.values[name][value].append(number)
    joined = list(_related(Practice.other_cities.through, "city_id", practices, numbers))
    # Last: a practice that was published meanwhile may lie in a city that was made meanwhile.
    places = read_places()
    for city, leading in lead_cities.items():
        facts.values["lead"][places[city].slug].extend(leading)
        _locate(facts.values, places[city], leading)
    for number, city in joined:
        _locate(facts.values, places[city], (number,))
    return facts, places


def _related(through, column: "str | Coalesce", practices, numbers: Iterable[int] | None) -> Iterator[tuple[int, Any]]:
    rows = through.objects.order_by() if numbers is None else through.objects.filter(practice__in=practices).order_by()
    return rows.filter(practice__publication="published").values_list("practice__number", column).iterator(CHUNK)


def _locate(values: Numbers, place: Place, numbers: Iterable[int]) -> None:
    values["country"][place.country].extend(numbers)
    values["city"][place.slug].extend(numbers)
    for typology in place.typologies:
        values["typology"][typology].extend(numbers)


def read_title_keys(numbers: Iterable[int] | None = None) -> Iterator[tuple[int, list[str]]]:
    """What each title is sorted by, language by language: the text that a reader of the language sees."""
    practices = Practice.objects.published()
    if numbers is not None:
        practices = practices.filter(number__in=list(numbers))
    codes = settings.LANGUAGE_CODES
    columns = [f"title_{code}" for code in codes]
    for number, original, *titles in practices.values_list("number", "original_language", *columns).iterator(CHUNK):
        own = {code: sort_key(title) for code, title in zip(codes, titles, strict=True) if title}
        fallback = own[original] if original in own else next(iter(own.values()), "")
        yield number, [own.get(code, fallback) for code in codes]
