"""The documents behind an export, in batches with a fixed number of queries each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db.models import prefetch_related_objects

from practices import document as documents
from practices.content import Field
from practices.models import Practice
from practices.presentation.reader import Place, Reader, place_of

BATCH = 200
DETAILS = (
    "lead_city",
    "texts",
    "service_areas",
    "other_cities",
    "target_groups",
    "approaches",
    "partners",
    "sources",
    "milestones",
)
PEER_DETAILS = ("peer_note",)


@dataclass(frozen=True)
class ExportRow:
    """One practice as its reader may have it."""

    practice: Practice
    document: documents.Document
    fields: tuple[Field, ...]
    place: Place

    @property
    def permalink(self) -> str:
        return f"{settings.SITE_URL}/id/{self.practice.reference}"

    @property
    def country(self) -> str:
        return "" if self.place.hidden else str(self.practice.lead_city.country)


def rows_of(practices: Iterable[Practice], reader: Reader) -> Iterator[ExportRow]:
    remaining = iter(practices)
    while batch := list(islice(remaining, BATCH)):
        prefetch_related_objects(batch, *DETAILS, *(PEER_DETAILS if reader.trusted else ()))
        for practice in batch:
            fields = reader.fields(city_withheld=practice.city_withheld)
            place = place_of(practice.lead_city, withheld=practice.city_withheld, reader=reader)
            yield ExportRow(practice, documents.read(practice, fields=fields), fields, place)


def moment(value: datetime | None) -> str:
    """A time as machines read it; empty where nothing is known."""
    return value.isoformat(timespec="seconds") if value else ""
