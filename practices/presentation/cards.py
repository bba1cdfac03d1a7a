"""A practice among others: cards and hits of the catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from practices.catalogue import Hit
from practices.choices import EvidenceLevel, Visibility
from practices.models import Practice, ServiceArea
from practices.presentation.reader import Reader, confirmed_label, language_label, place_of, years_label


@dataclass(frozen=True)
class Card:
    """What `components/practice-card.html` shows."""

    url: str
    title: str
    title_lang: str
    summary: str
    summary_lang: str
    city_label: str
    country_label: str
    years_label: str
    areas: list[ServiceArea]


@dataclass(frozen=True)
class Result:
    """What `components/result.html` shows."""

    url: str
    title: SafeString
    title_lang: str
    original_title: str
    original_lang: str
    excerpt: SafeString
    excerpt_lang: str
    city_label: str
    country_label: str
    years_label: str
    areas: list[ServiceArea]
    pictogram: str
    provenance: str
    stale: bool
    language_label: str
    matched_language_label: str
    original_language_label: str
    reference: str
    confirmed_label: str
    evidence_level_label: str
    visibility_label: str


def card_of(practice: Practice, reader: Reader) -> Card:
    """Needs the rows of `with_card()`."""
    title, summary = practice.text("title", reader.language), practice.text("summary", reader.language)
    place = place_of(practice.lead_city, withheld=practice.city_withheld, reader=reader)
    return Card(
        url=practice.get_absolute_url(),
        title=title.value,
        title_lang=title.language,
        summary=summary.value,
        summary_lang=summary.language,
        city_label=place.city_label,
        country_label=place.country_label,
        years_label=years_label(practice.start_year, practice.end_year, practice.operation_status),
        areas=list(practice.service_areas.all()),
    )


def cards_of(practices: Iterable[Practice], reader: Reader) -> list[Card]:
    return [card_of(practice, reader) for practice in practices]


def result_of(hit: Hit, reader: Reader) -> Result:
    """A hit of the catalogue. Its marked title and excerpt come escaped from the search."""
    practice = hit.practice
    card = card_of(practice, reader)
    title, original = practice.text("title", reader.language), practice.text("title", practice.original_language)
    is_translated = title.language != original.language
    has_evidence = practice.evidence_level != EvidenceLevel.DESCRIBED
    return Result(
        url=card.url,
        title=hit.title_html or _escaped(title.value),
        title_lang=title.language,
        original_title=original.value if is_translated else "",
        original_lang=original.language,
        excerpt=hit.excerpt_html or _escaped(card.summary),
        excerpt_lang=hit.excerpt_language if hit.excerpt_html else card.summary_lang,
        city_label=card.city_label,
        country_label=card.country_label,
        years_label=card.years_label,
        areas=card.areas,
        pictogram=card.areas[0].slug if card.areas else "",
        provenance=title.provenance,
        stale=title.stale,
        language_label=language_label(title.language),
        matched_language_label=_matched_label(hit, reader),
        original_language_label=language_label(original.language) if is_translated else "",
        reference=practice.reference,
        confirmed_label=confirmed_label(practice.confirmed_at),
        evidence_level_label=practice.get_evidence_level_display() if has_evidence else "",
        visibility_label="" if practice.visibility == Visibility.PUBLIC else practice.get_visibility_display(),
    )


def _matched_label(hit: Hit, reader: Reader) -> str:
    """Said only where the reader cannot see it: the match is in another language than the page."""
    matched = hit.matched_language
    return language_label(matched) if matched and matched != reader.language else ""


def _escaped(text: str) -> SafeString:
    return mark_safe(escape(text))  # noqa: S308 - escaped on this line
