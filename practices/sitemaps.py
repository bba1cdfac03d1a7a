"""What search engines are told: every public page in every language, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from cities.models import City
from practices.models import Practice, ServiceArea

# The protocol allows 50,000 addresses a file; each page has one per language.
PAGES_A_FILE = 5_000
PLACEHOLDER = "0"


@dataclass(frozen=True)
class Page:
    """One page, with its address in each language."""

    addresses: dict[str, str]
    changed_at: datetime | None = None


def fixed_pages(names: list[str]) -> list[Page]:
    """Pages without a record: home, lists, what the initiative says about itself."""
    return [Page(_addresses(name)) for name in names]


def record_pages() -> Iterator[Page]:
    """Areas, cities and public practices."""
    areas, cities = _pattern("area-detail"), _pattern("city-detail")
    for slug in ServiceArea.objects.current().values_list("slug", flat=True):
        yield Page(_filled(areas, slug))
    for slug in City.objects.current().order_by("slug").values_list("slug", flat=True):
        yield Page(_filled(cities, slug))
    pattern = _pattern("practice-detail")
    practices = Practice.objects.public().order_by("number").values_list("slug", "updated_at")
    for slug, updated_at in practices.iterator(chunk_size=2_000):
        yield Page(_filled(pattern, slug), updated_at)


def number_of_files(fixed: int) -> int:
    listed = (ServiceArea.objects.current(), City.objects.current(), Practice.objects.public())
    pages = fixed + sum(rows.count() for rows in listed)
    return max(1, ceil(pages / PAGES_A_FILE))


def _addresses(name: str, args: tuple[Any, ...] = ()) -> dict[str, str]:
    addresses = {}
    for code in settings.LANGUAGE_CODES:
        with override(code):
            addresses[code] = settings.SITE_URL + reverse(name, args=args)
    return addresses


def _pattern(name: str) -> dict[str, str]:
    """Addresses with a place for the slug: thousands of look-ups less for a large registry."""
    return {
        code: address.replace(f"/{PLACEHOLDER}/", "/{}/") for code, address in _addresses(name, (PLACEHOLDER,)).items()
    }


def _filled(pattern: dict[str, str], slug: str) -> dict[str, str]:
    return {code: address.format(slug) for code, address in pattern.items()}
