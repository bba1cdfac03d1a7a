"""A practice among others: the cards of every page but the catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass

from practices.briefs import Brief
from practices.models import Practice, ServiceArea
from practices.presentation.reader import Reader, place_of, years_label


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


def card_of(practice: Practice | Brief, reader: Reader) -> Card:
    """Of a row it needs those of `with_card()` too."""
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
        areas=list(practice.areas if isinstance(practice, Brief) else practice.service_areas.all()),
    )


def cards_of(practices: Iterable[Practice | Brief], reader: Reader) -> list[Card]:
    return [card_of(practice, reader) for practice in practices]
