"""One log of three: what happened to submissions, to practices and to memberships, newest first.

Read in pages by the place of the last entry, never by counting: the tables only grow. What nobody sent is its author's
and stands in no entry.
"""

import heapq
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from cities.models import City, MembershipEvent
from practices.models import Practice, PracticeEvent, reference_of
from submissions.choices import Act, Action, Status
from submissions.models import SubmissionEvent
from submissions.services.moderator_edits import note_in_words
from submissions.services.summaries import titled

# Days that both databases can compare in any time zone; nothing in the log lies outside them.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 30)
CHUNK = 500
# A table that grows for years is not counted to its end for a heading.
COUNTED_TO = 10_000
# So many entries a file holds; whoever needs older ones narrows the dates.
MOST_IN_A_FILE = 50_000
REFERENCE = re.compile(r"(?:cmise-)?0*([1-9][0-9]{0,8})", re.IGNORECASE)
TITLES = [f"practice__title_{code}" for code in settings.LANGUAGE_CODES]


class Log(TextChoices):
    """Which log an entry stands in."""

    SUBMISSION = "submission", gettext_lazy("Submission")
    PRACTICE = "practice", gettext_lazy("Practice")
    MEMBERSHIP = "membership", gettext_lazy("Membership")


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty means anything."""

    text: str = ""
    person: str = ""
    log: str = ""
    # As `choices` gives it: the log and the action.
    action: str = ""
    city: City | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Place:
    """Where an entry stands among all; the one after it is older."""

    at: datetime
    rank: int
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.rank}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place that an address names; nothing for what nobody was given."""
        at, _line, rest = text.partition("_")
        rank, _line, pk = rest.partition("_")
        if not (re.fullmatch("[0-9]", rank, re.ASCII) and re.fullmatch("[0-9]{1,18}", pk, re.ASCII)):
            return None
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return None
        known = timezone.is_aware(moment) and FIRST_DAY.year <= moment.year <= LAST_DAY.year
        return cls(moment, int(rank), int(pk)) if known else None


@dataclass(frozen=True)
class Entry:
    """An entry as the page and the file show it."""

    place: Place
    log: Log
    action: str
    action_label: str
    person: str
    reference: str
    about: str
    language: str
    city: str
    change: str
    note: str
    link: str

    @property
    def at(self) -> datetime:
        return self.place.at


@dataclass(frozen=True)
class Source:
    """How one of the logs is asked and read. Only the columns of an entry are fetched: a document is large."""

    log: Log
    rows: Callable[[], QuerySet[Any]]
    actions: list[tuple[str, Any]]
    about_city: Callable[[City], Q]
    holds: Callable[[str], Q]
    columns: tuple[str, ...]
    read: Callable[[dict[str, Any]], dict[str, str]]


def choices() -> list[tuple[str, list[tuple[str, Any]]]]:
    """Every action, by the log that it stands in."""
    return [
        (str(source.log.label), [(f"{source.log}:{value}", label) for value, label in source.actions])
        for source in SOURCES
    ]


def page(wanted: Wanted, *, after: Place | None, size: int) -> tuple[list[Entry], Place | None]:
    """The next entries, and after which place the page behind them begins, if there is one."""
    places = list(islice(_places(wanted, after=after, limit=size + 1), size + 1))
    return list(_entries(places[:size])), places[size - 1] if len(places) > size else None


def count(wanted: Wanted) -> int:
    """How many entries there are, or one more than `COUNTED_TO`."""
    total = sum(_rows(source, wanted).order_by()[: COUNTED_TO + 1].count() for _rank, source in _asked(wanted))
    return min(total, COUNTED_TO + 1)


def everything(wanted: Wanted) -> Iterator[Entry]:
    """For a file, never more than `MOST_IN_A_FILE` and one. The places are read first: the file holds the log as it is
    when it is asked for, and the database sorts once."""
    limit = MOST_IN_A_FILE + 1
    places = list(islice(_places(wanted, after=None, limit=limit), limit))
    for start in range(0, len(places), CHUNK):
        yield from _entries(places[start : start + CHUNK])


def _places(wanted: Wanted, *, after: Place | None, limit: int) -> Iterator[Place]:
    """Where what is wanted stands, newest first; only what is needed to put it in order."""
    streams = []
    for rank, source in _asked(wanted):
        rows = _rows(source, wanted)
        if after is not None:
            rows = rows.filter(_behind(after, rank))
        keys = rows.order_by("-at", "-pk").values_list("at", "pk")[:limit]
        streams.append([Place(at, rank, pk) for at, pk in keys])
    return heapq.merge(*streams, key=lambda place: (place.at, -place.rank, place.pk), reverse=True)


def _entries(places: list[Place]) -> Iterator[Entry]:
    """What stands at these places."""
    cities = {city.pk: str(city) for city in City.objects.all()}
    found: dict[tuple[int, int], Entry] = {}
    for rank, source in enumerate(SOURCES):
        keys = [place.pk for place in places if place.rank == rank]
        rows = source.rows().filter(pk__in=keys).values("pk", "at", "action", "note", *PERSON, *source.columns)
        found |= {(rank, row["pk"]): _entry(source, rank, cities, row) for row in rows}
    return (found[place.rank, place.pk] for place in places if (place.rank, place.pk) in found)


def _asked(wanted: Wanted) -> list[tuple[int, Source]]:
    log = wanted.action.partition(":")[0] or wanted.log
    if wanted.log and log != wanted.log:
        return []
    return [(rank, source) for rank, source in enumerate(SOURCES) if log in ("", source.log)]


def _behind(place: Place, rank: int) -> Q:
    """Older than the place; of the same moment, those that come after it in the order of the logs and of the rows."""
    if rank > place.rank:
        return Q(at__lte=place.at)
    older = Q(at__lt=place.at)
    return older | Q(at=place.at, pk__lt=place.pk) if rank == place.rank else older


def _rows(source: Source, wanted: Wanted) -> QuerySet[Any]:
    rows = source.rows()
    if wanted.action:
        rows = rows.filter(action=wanted.action.partition(":")[2])
    if wanted.person:
        # The few people whose name it is, so that the log is not joined with all of them.
        people = User.objects.filter(Q(email__icontains=wanted.person) | Q(name__icontains=wanted.person))
        rows = rows.filter(by__in=people.values("pk"))
    if wanted.city is not None:
        rows = rows.filter(source.about_city(wanted.city))
    if wanted.since is not None:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until is not None:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    if wanted.text:
        rows = rows.filter(Q(note__icontains=wanted.text) | source.holds(wanted.text))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


# --- The three logs ---------------------------------------------------------------------------------------------------

PERSON = ("by", "by__name", "by__email")
CITY_COLUMNS = ("submission__city", "submission__practice__lead_city", "practice__lead_city", "membership__city")


def _entry(source: Source, rank: int, cities: dict[int, str], row: dict[str, Any]) -> Entry:
    own = source.read(row)
    # A submission's city is said first, else that of the practice it changes.
    city = next((row[column] for column in CITY_COLUMNS if row.get(column)), 0)
    labels = dict(source.actions)
    return Entry(
        place=Place(row["at"], rank, row["pk"]),
        log=source.log,
        action=row["action"],
        action_label=str(labels.get(row["action"], row["action"])),
        person=row["by__name"] or row["by__email"] or "",
        city=cities.get(city, ""),
        **{"reference": "", "language": "", "change": "", "note": row["note"], **own},
    )


def _of_submission(row: dict[str, Any]) -> dict[str, str]:
    number = row["submission__practice__number"] or row["submission__number"]
    before, after = row["from_status"], row["to_status"]
    labels = dict(Status.choices)
    return {
        "reference": reference_of(number) if number else "",
        "about": row["submission__as_sent__title"] or "",
        "language": row["submission__language"],
        "change": f"{labels.get(before, before)} → {labels.get(after, after)}" if before != after else "",
        "note": note_in_words(row["action"], row["note"]),
        "link": _link("submissions_submission", row["submission"]),
    }


def _of_practice(row: dict[str, Any]) -> dict[str, str]:
    language = row["practice__original_language"]
    return {
        "reference": reference_of(row["practice__number"]),
        "about": row[f"practice__title_{language}"] or "",
        "language": language,
        "change": pgettext("log", "Version %(number)d") % {"number": row["version"]},
        "link": _link("practices_practice", row["practice"]),
    }


def _of_membership(row: dict[str, Any]) -> dict[str, str]:
    return {
        "about": row["membership__user__name"] or row["membership__user__email"] or "",
        "link": _link("cities_membership", row["membership"]) if row["membership"] else "",
    }


def _link(name: str, key: int) -> str:
    return reverse(f"admin:{name}_change", args=[key])


def _led_or_joined(prefix: str, city: City) -> Q:
    """Practices of a city: what it leads and what it takes part in."""
    joined: type[Model] = Practice.other_cities.through
    links = joined._default_manager.filter(city=city, practice=OuterRef(f"{prefix}practice"))
    return Q(**{f"{prefix}practice__lead_city": city}) | Q(Exists(links))


def _numbered(field: str, text: str) -> Q:
    match = REFERENCE.fullmatch(text)
    return Q(**{field: int(match[1])}) if match else Q()


SOURCES = (
    Source(
        log=Log.SUBMISSION,
        rows=lambda: SubmissionEvent.objects.exclude(submission__submitted_at=None),
        actions=[*Action.choices, *Act.choices],
        about_city=lambda city: Q(submission__city=city) | _led_or_joined("submission__", city),
        holds=lambda text: (
            Q(submission__in=titled(text))
            | _numbered("submission__number", text)
            | _numbered("submission__practice__number", text)
        ),
        columns=(
            "submission",
            "submission__as_sent__title",
            "submission__language",
            "submission__number",
            "submission__city",
            "submission__practice__number",
            "submission__practice__lead_city",
            "from_status",
            "to_status",
        ),
        read=_of_submission,
    ),
    Source(
        log=Log.PRACTICE,
        rows=lambda: PracticeEvent.objects.all(),
        actions=list(PracticeEvent.Action.choices),
        about_city=lambda city: _led_or_joined("", city),
        holds=lambda text: Q(practice__slug__icontains=text) | _numbered("practice__number", text),
        columns=(
            "practice",
            "practice__number",
            "practice__original_language",
            "practice__lead_city",
            "version",
            *TITLES,
        ),
        read=_of_practice,
    ),
    Source(
        log=Log.MEMBERSHIP,
        rows=lambda: MembershipEvent.objects.all(),
        actions=list(MembershipEvent.Action.choices),
        about_city=lambda city: Q(membership__city=city),
        holds=lambda text: Q(membership__user__email__icontains=text) | Q(membership__user__name__icontains=text),
        columns=("membership", "membership__city", "membership__user__name", "membership__user__email"),
        read=_of_membership,
    ),
)
