"""For whom something is shown, and the words for codes, places and times."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from cities.models import City
from practices.choices import OperationStatus
from practices.content import Field, readable_fields
from practices.freshness import Dated, not_confirmed_since
from practices.querysets import may_see_withheld_city


@dataclass(frozen=True)
class Reader:
    """The person a page is made for: asked once, used for every practice on it."""

    language: str
    # Verified officers and moderators: they read peers' fields and know withheld cities.
    trusted: bool

    @classmethod
    def of(cls, user: User | AnonymousUser, language: str) -> "Reader":
        return cls(language=language, trusted=may_see_withheld_city(user))

    def fields(self, *, city_withheld: bool) -> tuple[Field, ...]:
        return readable_fields(trusted=self.trusted, city_withheld=city_withheld)


@dataclass(frozen=True)
class Place:
    """Where a practice is, as far as the reader may know."""

    city_label: str
    country_label: str = ""
    url: str = ""
    inhabitants: str = ""
    # The reader is not told the city.
    hidden: bool = False
    # The reader is told, the public is not.
    discreet: bool = False


def place_of(city: City, *, withheld: bool, reader: Reader) -> Place:
    """The city and its country, or only its size and its part of Europe where the city asked not to be named."""
    if withheld and not reader.trusted:
        # Translators: the size of a municipality and the part of Europe it is in.
        label = _("%(size)s in %(region)s") % {"size": city.size_class.label, "region": city.region.label}
        return Place(city_label=capfirst(label), hidden=True)
    return Place(
        city_label=str(city),
        country_label=country_label(city),
        url=city.get_absolute_url(),
        inhabitants=number_label(city.population) if city.population else "",
        discreet=withheld,
    )


def country_label(city: City) -> str:
    """The name of a city's country in the language of the page."""
    name = city.country.name  # type: ignore[attr-defined]  # the field is a Country, which the stubs do not know
    return str(name)


def language_label(code: str) -> str:
    """The name of a language in the language of the page."""
    return str(dict(settings.LANGUAGES)[code])


def number_label(number: int) -> str:
    return formats.number_format(number, force_grouping=True)


def date_label(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")


def years_label(start: int | None, end: int | None, status: str) -> str:
    """When a practice runs, in as few words as possible; empty where no year is known."""
    years = {"start": start, "end": end}
    if start and end:
        return _("%(start)d–%(end)d") % years if start != end else str(start)
    if end:
        return _("until %(end)d") % years
    if not start:
        return ""
    if status in (OperationStatus.RUNNING, OperationStatus.PILOT):
        return pgettext("years of a practice", "since %(start)d") % years
    return pgettext("years of a practice", "from %(start)d") % years


def confirmed_label(practice: Dated) -> str:
    """When the city last said that the record is right, or since when it has not; empty where it never did and was
    not asked for long."""
    if since := not_confirmed_since(practice):
        if practice.confirmed_at is None:
            return _("Not confirmed since it was published on %(date)s") % {"date": date_label(since)}
        return _("Not confirmed since %(date)s") % {"date": date_label(since)}
    if practice.confirmed_at is None:
        return ""
    return _("Confirmed %(date)s") % {"date": date_label(practice.confirmed_at)}
