"""How records look in the API. `language` is the one that was asked for, or None for every language."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import get_script_prefix, reverse

from cities.models import City, Term
from practices import document as documents
from practices.briefs import Brief, addresses_begin
from practices.catalogue import Facet, Hit
from practices.content import FIELDS, Audience, Kind, readable_fields
from practices.freshness import labelled_before, not_confirmed_since
from practices.models import Practice, PracticeVersion
from practices.suggestions import Label, Suggestion

JsonObject = dict[str, Any]

# What a document may have here; a withheld city takes more away.
PUBLIC_FIELDS = tuple(field for field in FIELDS if field.audience is Audience.EVERYONE)
CARD_CODES = ("operation_status", "firewall", "depth", "evidence_level")


def in_languages(
    texts: Mapping[str, str], language: str | None, original: str = settings.LANGUAGE_CODE
) -> dict[str, str]:
    """Every text, or only the one that a reader of `language` gets, under the language it is really in."""
    if language is None:
        return {code: texts[code] for code in settings.LANGUAGE_CODES if texts.get(code)}
    order = (language, original, *settings.LANGUAGE_CODES)
    return next(({code: texts[code]} for code in order if texts.get(code)), {})


def texts_of(row: Model, name: str, language: str | None) -> dict[str, str]:
    """A translated column of a city or a term."""
    return in_languages({code: getattr(row, f"{name}_{code}") for code in settings.LANGUAGE_CODES}, language)


def absolute(path: str) -> str:
    """With the address of this registry from the settings, never from the request."""
    return settings.SITE_URL + path


# --- Places -----------------------------------------------------------------------------------------------------------


def place(practice: Practice | Brief, language: str | None) -> JsonObject:
    """The lead city, or what may be said of one that is withheld."""
    city = practice.lead_city
    if practice.city_withheld:
        return {"withheld": True, "size_class": city.size_class.value, "region": city.region.value}
    return {
        "slug": city.slug,
        "name": texts_of(city, "name", language),
        "country": str(city.country),
        "latitude": city.latitude,
        "longitude": city.longitude,
    }


def city_card(city: City, language: str | None, *, practices: int) -> JsonObject:
    """A city with the number of its public practices. Needs the typologies prefetched."""
    return {
        "slug": city.slug,
        "url": absolute(city.get_absolute_url()),
        "name": texts_of(city, "name", language),
        "country": str(city.country),
        "latitude": city.latitude,
        "longitude": city.longitude,
        "population": city.population,
        "population_year": city.population_year,
        "geonames_id": city.geonames_id,
        "cmise_role": city.cmise_role or None,
        "typologies": [typology.slug for typology in city.typologies.all()],
        "practices": practices,
    }


def city_details(city: City, language: str | None, *, practices: int) -> JsonObject:
    return {
        **city_card(city, language, practices=practices),
        "note": city.note or None,
        "cmise_role_source": city.cmise_role_source or None,
        "typologies_source": city.typologies_source or None,
        "sources": city.sources,
        "practices_url": absolute(f"{reverse('api-practice-list')}?city={city.slug}"),
    }


# --- Vocabularies -----------------------------------------------------------------------------------------------------


def term(row: Term, language: str | None) -> JsonObject:
    return {
        "slug": row.slug,
        "label": texts_of(row, "label", language),
        "definition": texts_of(row, "definition", language),
    }


def facet(row: Facet) -> list[JsonObject]:
    """The options of a facet, with labels in the language of the answer."""
    return [
        {"value": str(option.value), "label": str(option.label), "count": option.count, "selected": option.selected}
        for option in row.options
    ]


# --- Practices --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Addresses:
    """What stands before the slugs and the references of practices: asked once for all rows of a list."""

    practices: str
    permalinks: str

    @classmethod
    def now(cls) -> "Addresses":
        """In the active language."""
        return cls(absolute(addresses_begin()), absolute(_beginning_of_permalinks(get_script_prefix())))


@lru_cache(maxsize=100)
def _beginning_of_permalinks(prefix: str) -> str:
    """The same in every language; Django is asked once."""
    return reverse("practice-permalink", args=["-"]).removesuffix("-")


def identity(practice: Practice | Brief, addresses: Addresses) -> JsonObject:
    reference = practice.reference
    return {
        "reference": reference,
        "slug": practice.slug,
        "version": practice.current_version,
        "url": f"{addresses.practices}{practice.slug}/",
        "permalink": f"{addresses.permalinks}{reference}",
    }


def state_of_texts(practice: Practice) -> JsonObject:
    """Where the text in each language comes from, and which translations are older than their original."""
    states = {state.language: state for state in practice.texts.all()}
    present = [states[code] for code in settings.LANGUAGE_CODES if code in states]
    return {
        "original_language": practice.original_language,
        "translations": {state.language: state.provenance for state in present},
        "stale_translations": [state.language for state in present if state.stale],
    }


class Cards:
    """The rows of a list, after a search or without one. `places` holds the cities that were described before for the
    same circle and language, in the same state of the registry."""

    def __init__(self, language: str | None, places: dict[Hashable, JsonObject], *, searched: bool):
        self._language, self._places, self._searched = language, places, searched
        self._addresses, self._labelled_before = Addresses.now(), labelled_before()

    def card(self, hit: Hit) -> JsonObject:
        practice = hit.practice
        states = practice.states
        present = [code for code in settings.LANGUAGE_CODES if code in states]
        return {
            **identity(practice, self._addresses),
            "title": self._texts(practice, practice.titles),
            "summary": self._texts(practice, practice.summaries),
            "original_language": practice.original_language,
            "translations": {code: states[code][0] for code in present},
            "stale_translations": [code for code in present if states[code][1]],
            "matched_language": hit.matched_language,
            "highlight": highlight(hit) if self._searched else None,
            "city": self._place(practice),
            "service_areas": [area.slug for area in practice.areas],
            "target_groups": practice.groups,
            "approaches": practice.approaches,
            **{name: getattr(practice, name) for name in CARD_CODES},
            "start_year": practice.start_year,
            "end_year": practice.end_year,
            "published_at": practice.published_at,
            "updated_at": practice.updated_at,
            "confirmed_at": practice.confirmed_at,
            "not_confirmed_since": not_confirmed_since(practice, self._labelled_before),
        }

    def _texts(self, practice: Brief, texts: Mapping[str, str]) -> Mapping[str, str]:
        # A brief has them as they are wanted where every language is.
        return in_languages(texts, self._language, practice.original_language) if self._language else texts

    def _place(self, practice: Brief) -> JsonObject:
        key = (practice.lead_city.id, practice.city_withheld, self._language)
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = place(practice, self._language)
        return found


def highlight(hit: Hit) -> JsonObject:
    """Escaped HTML in which `<mark>` is the only element: the title in the language that matched, and the text that
    shows best why the practice was found."""
    return {"title": hit.matched_title_html, "excerpt": hit.excerpt_html, "excerpt_language": hit.excerpt_language}


def practice_details(practice: Practice, language: str | None, *, adaptations: int) -> JsonObject:
    """Everything public about a practice. Needs `with_details()`. `adaptations`: how many cities are shown to have
    adopted it."""
    fields = readable_fields(trusted=False, city_withheld=practice.city_withheld)
    document = documents.read(practice, fields=fields)
    return {
        **identity(practice, Addresses.now()),
        **state_of_texts(practice),
        "city": place(practice, language),
        **open_document(document, language, city_withheld=practice.city_withheld),
        "published_at": practice.published_at,
        "updated_at": practice.updated_at,
        "confirmed_at": practice.confirmed_at,
        "not_confirmed_since": not_confirmed_since(practice),
        "adaptations": {"count": adaptations, "url": absolute(f"{practice.get_absolute_url()}#adopted")},
        "versions_url": absolute(reverse("api-version-list", args=[practice.slug])),
    }


def open_document(document: documents.Document, language: str | None, *, city_withheld: bool) -> JsonObject:
    """The fields of a document that the public may read, in the order of the form."""
    original = document["original_language"]
    answer: JsonObject = {}
    for field in readable_fields(trusted=False, city_withheld=city_withheld):
        value = document[field.name]
        if field.translatable:
            value = in_languages(value, language, original)
        elif field.kind is Kind.ROWS:
            translated = {column.name for column in field.columns if column.translatable}
            value = [
                {
                    name: in_languages(cell, language, original) if name in translated else cell
                    for name, cell in row.items()
                }
                for row in value
            ]
        answer[field.name] = value
    answer["unknown"] = document["unknown"]
    return answer


def version_line(version: PracticeVersion) -> JsonObject:
    """One entry in the list of versions. Needs the practice selected."""
    slug = version.practice.slug
    return {
        "number": version.number,
        "published_at": version.created_at,
        "url": absolute(reverse("practice-version", args=[slug, version.number])),
        "document_url": absolute(reverse("api-version-detail", args=[slug, version.number])),
    }


def version_details(version: PracticeVersion, language: str | None) -> JsonObject:
    """A version as it was published, without what has to be withheld today."""
    document = documents.complete(version.content)
    practice = version.practice
    withheld = version.city_withheld or practice.city_withheld
    return {
        "reference": practice.reference,
        "slug": practice.slug,
        **version_line(version),
        "original_language": document["original_language"],
        "translations": document["provenance"],
        "document": open_document(document, language, city_withheld=withheld),
    }


# --- Suggestions ------------------------------------------------------------------------------------------------------


def label(text: Label) -> JsonObject:
    return {"text": text.text, "language": text.language, "highlight": text.html}


def suggestion(row: Suggestion) -> JsonObject:
    return {**label(row.label), "url": absolute(row.url), "matched": label(row.matched) if row.matched else None}
