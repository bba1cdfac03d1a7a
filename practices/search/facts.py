"""What the filters need to know of each practice, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from cities.models import City, Typology
from practices.models import Approach, Practice, ServiceArea, TargetGroup
from practices.search.analyse import sort_key

VOCABULARIES = {"area": ServiceArea, "group": TargetGroup, "approach": Approach}
RELATIONS = {
    "area": (Practice.service_areas.through, "servicearea__slug"),
    "group": (Practice.target_groups.through, "targetgroup__slug"),
    "approach": (Practice.approaches.through, "approach__slug"),
}
CODED = {
    "status": "operation_status",
    "firewall": "firewall",
    "evidence": "evidence_level",
    "depth": "depth",
}
# Facets that say where a practice is.
LOCATING = ("country", "city", "typology")


@dataclass(frozen=True)
class Facts:
    """One practice as the filters and the orders see it."""

    number: int
    # Facet or bitmap name to the values that hold; `visibility`, `withheld`, `start_year` and `end_year` among them.
    values: dict[str, tuple]
    published: float
    confirmed: float
    titles: dict[str, str]
    city: str


@dataclass(frozen=True)
class Term:
    """A value with its words: `labels` by language, `names` every way to say it."""

    labels: dict[str, str]
    names: tuple[tuple[str, str], ...] = ()

    def label(self, language: str, fallback: str) -> str:
        return self.labels.get(language) or self.labels.get("en") or next(filter(None, self.labels.values()), fallback)


@dataclass(frozen=True)
class Place:
    """A city as the filters see it."""

    slug: str
    country: str
    typologies: tuple[str, ...]
    names: dict[str, str]


def read_places() -> dict[int, Place]:
    typologies = defaultdict(list)
    for city, slug in City.typologies.through.objects.values_list("city_id", "typology__slug"):
        typologies[city].append(slug)
    names = [f"name_{code}" for code in settings.LANGUAGE_CODES]
    places = {}
    for pk, slug, country, *translated in City.objects.values_list("pk", "slug", "country", *names):
        by_language = dict(zip(settings.LANGUAGE_CODES, translated, strict=True))
        places[pk] = Place(slug, str(country), tuple(typologies[pk]), by_language)
    return places


def read_terms(places: dict[int, Place]) -> dict[str, dict[str, Term]]:
    """Facet to value to term, for facets whose values are rows."""
    terms = {name: _vocabulary(model) for name, model in (*VOCABULARIES.items(), ("typology", Typology))}
    terms["city"] = {place.slug: Term(place.names) for place in places.values()}
    terms["country"] = {place.country: Term({}) for place in places.values()}
    return terms


def _vocabulary(model) -> dict[str, Term]:
    codes = settings.LANGUAGE_CODES
    columns = [f"{name}_{code}" for name in ("label", "synonyms") for code in codes]
    found = {}
    for slug, *texts in model.objects.values_list("slug", *columns):
        labels = dict(zip(codes, texts[: len(codes)], strict=True))
        synonyms = zip(codes, texts[len(codes) :], strict=True)
        names = [(code, label) for code, label in labels.items() if label]
        names += [(code, line) for code, lines in synonyms for line in (lines or "").splitlines() if line.strip()]
        found[slug] = Term(labels, tuple(names))
    return found


def read_facts(numbers: Iterable[int] | None = None) -> tuple[dict[int, Facts], dict[int, Place]]:
    """The facts of all published practices, or of those with these numbers, by number; and every city."""
    practices = Practice.objects.published()
    if numbers is not None:
        practices = practices.filter(number__in=list(numbers))
    rows = list(
        practices.values(
            "pk",
            "number",
            "visibility",
            "city_withheld",
            "start_year",
            "end_year",
            "published_at",
            "confirmed_at",
            "original_language",
            "lead_city_id",
            *CODED.values(),
            *(f"title_{code}" for code in settings.LANGUAGE_CODES),
        )
    )
    keys = [row["pk"] for row in rows] if numbers is not None else None
    related = {name: _related(through, column, keys) for name, (through, column) in RELATIONS.items()}
    joined = _related(Practice.other_cities.through, "city_id", keys)
    # Last: a practice that was published meanwhile may lie in a city that was made meanwhile.
    places = read_places()
    return {row["number"]: _facts(row, places, related, joined) for row in rows}, places


def _related(through, column: str, keys: list[int] | None) -> dict[int, list]:
    rows = through.objects.all() if keys is None else through.objects.filter(practice_id__in=keys)
    found = defaultdict(list)
    for key, value in rows.values_list("practice_id", column):
        found[key].append(value)
    return found


def _facts(row: dict, places: dict[int, Place], related: dict[str, dict], joined: dict[int, list]) -> Facts:
    cities = [places[key] for key in (row["lead_city_id"], *joined.get(row["pk"], ()))]
    titles = {code: row[f"title_{code}"] for code in settings.LANGUAGE_CODES if row[f"title_{code}"]}
    values = {
        **{name: tuple(found.get(row["pk"], ())) for name, found in related.items()},
        **{name: (row[column],) for name, column in CODED.items()},
        "country": tuple({place.country for place in cities}),
        "city": tuple({place.slug for place in cities}),
        "typology": tuple({slug for place in cities for slug in place.typologies}),
        "language": tuple(titles),
        "visibility": (row["visibility"],),
        "withheld": (True,) if row["city_withheld"] else (),
        "start_year": () if row["start_year"] is None else (row["start_year"],),
        "end_year": () if row["end_year"] is None else (row["end_year"],),
    }
    return Facts(
        number=row["number"],
        values=values,
        published=row["published_at"].timestamp(),
        confirmed=row["confirmed_at"].timestamp() if row["confirmed_at"] else 0.0,
        titles=_title_keys(titles, row["original_language"]),
        city=places[row["lead_city_id"]].slug,
    )


def _title_keys(titles: dict[str, str], original: str) -> dict[str, str]:
    """What a title is sorted by in each language: the text that a reader of that language sees."""
    keys = {code: sort_key(title) for code, title in titles.items()}
    shown = keys.get(original) or next(iter(keys.values()), "")
    return {code: keys.get(code, shown) for code in settings.LANGUAGE_CODES}
