"""What of a practice can be found, and where it stands in the index."""

from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django_countries import countries

from practices.content import TRANSLATABLE
from practices.models import Practice, SearchDocument
from practices.search.analyse import analyse, written_words

# The place of a language in a document's id. Append, never reorder: the ids of stored rows follow from it.
LANGUAGE_PLACES = ("en", "de", "el", "es", "fr", "it", "nl")
PLACES = 16
VOCABULARIES = ("service_areas", "target_groups", "approaches")
BODY = tuple(field.name for field in TRANSLATABLE if field.name not in ("title", "summary"))
PREFETCHED = (*VOCABULARIES, "other_cities", "partners", "milestones")


def document_id(number: int, language: str) -> int:
    return number * PLACES + LANGUAGE_PLACES.index(language)


def number_of(document_id: int) -> int:
    """The number of the practice that a document belongs to."""
    return document_id // PLACES


def language_of(document_id: int) -> str:
    return LANGUAGE_PLACES[document_id % PLACES]


def documents_of(practice: Practice) -> list[SearchDocument]:
    """The rows of a published practice, one per language.

    A language without a text has a row too: the vocabularies' labels in that language find the practice.
    """
    return [_document(practice, language) for language in settings.LANGUAGE_CODES]


def _document(practice: Practice, language: str) -> SearchDocument:
    title = getattr(practice, f"title_{language}")
    summary = getattr(practice, f"summary_{language}")
    labels = _labels(practice, language)
    return SearchDocument(
        id=document_id(practice.number, language),
        practice=practice,
        language=language,
        visibility=practice.visibility,
        title=analyse(title, language),
        labels=analyse(labels, language),
        summary=analyse(summary, language),
        body=analyse(_body(practice, language) if title or summary else "", language),
        words=" ".join(sorted(written_words(f"{title}\n{labels}\n{summary}"))),
    )


def _labels(practice: Practice, language: str) -> str:
    """The practice's classification in words. A withheld city leaves no trace: its rows are read by everyone."""
    lines = [practice.reference]
    for vocabulary in VOCABULARIES:
        for term in getattr(practice, vocabulary).all():
            lines += [getattr(term, f"label_{language}") or "", getattr(term, f"synonyms_{language}") or ""]
    if not practice.city_withheld:
        for city in (practice.lead_city, *practice.other_cities.all()):
            # A city is looked for by any of its names: Genève, Genf, Geneva.
            names = {getattr(city, f"name_{code}") or "" for code in settings.LANGUAGE_CODES}
            lines += [*sorted(names), country_name(str(city.country), language)]
    return "\n".join(lines)


def _body(practice: Practice, language: str) -> str:
    texts = [getattr(practice, f"{name}_{language}") for name in BODY]
    texts += [milestone.text.get(language, "") for milestone in practice.milestones.all()]
    texts += [partner.name for partner in practice.partners.all()]
    return "\n".join(texts)


@lru_cache(maxsize=2_000)
def country_name(code: str, language: str) -> str:
    with translation.override(language):
        return str(countries.name(code) or code)
