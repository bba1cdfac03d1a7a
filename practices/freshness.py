"""Once a year the people who speak for a city are asked whether a record is still right: by mail, with one link each.

A link is signed for one practice and one person and runs out. Looking at its page changes nothing, because mail
scanners follow every link; pressing the button does. docs/freshness.md tells the whole of it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.letters import address_in, queue_letter
from accounts.models import User
from cities.models import Membership
from cities.permissions import speaks_for
from practices.choices import OperationStatus
from practices.models import Practice
from practices.services import confirm

FRESH_FOR = timedelta(days=365)
BETWEEN_REQUESTS = timedelta(weeks=4)
# The question and two reminders.
MOST_REQUESTS = 3
# When the last reminder had its four weeks too, the record itself says since when nobody has confirmed it.
LABELLED_AFTER = FRESH_FOR + MOST_REQUESTS * BETWEEN_REQUESTS
LINK_VALID_FOR = timedelta(days=90)
SALT = "practices.freshness"


@dataclass(frozen=True)
class Question:
    """What a link asks: whom, about what, and when it was sent."""

    practice: Practice
    person: User
    asked_at: datetime

    @property
    def is_answered(self) -> bool:
        """Whether the city has confirmed the record since it was asked, by this link or otherwise."""
        confirmed = self.practice.confirmed_at
        return confirmed is not None and confirmed >= self.asked_at


class Dated(Protocol):
    """A practice, or what lists show of one."""

    @property
    def confirmed_at(self) -> datetime | None: ...
    @property
    def published_at(self) -> datetime: ...
    @property
    def operation_status(self) -> str: ...


def labelled_before() -> datetime:
    """The moment before which the last confirmation must lie for a record to say since when nobody has confirmed it."""
    first_day = timezone.localdate() - LABELLED_AFTER
    return timezone.make_aware(datetime.combine(first_day, time.min))


def not_confirmed_since(practice: Dated, before: datetime | None = None) -> datetime | None:
    """Since when nobody has confirmed the record, once the question and its reminders had their time; else None.

    By days of the registry's time zone, so that a drawing that is kept for a day is right all day. A city that cannot
    be asked gets no other label than one that does not answer. What has ended is history: nobody is asked about it.
    A list asks for `labelled_before()` once and gives it with each practice.
    """
    since = practice.confirmed_at or practice.published_at
    old = since < (before or labelled_before())
    return since if old and practice.operation_status != OperationStatus.ENDED else None


def labelled() -> Q:
    """The condition of `not_confirmed_since`, for rows."""
    return _not_confirmed_after(labelled_before()) & ~Q(operation_status=OperationStatus.ENDED)


def _not_confirmed_after(moment: datetime) -> Q:
    return Q(confirmed_at__lt=moment) | Q(confirmed_at=None, published_at__lt=moment)


def ask_for_confirmation(
    *, answered: "Iterable[int] | QuerySet" = (), dry_run: bool = False
) -> list[tuple[Practice, list[User]]]:
    """Write to the people of every practice whose time has come, one mail for each person, and count the request.
    Returns the practices with the people who are asked. With `dry_run` nothing is written.

    `answered`: keys of practices whose city has answered in another way; they are left alone.
    """
    now = timezone.now()
    if not dry_run:
        _let_go()
    practices = list(due(now).exclude(pk__in=answered).prefetch_related("texts"))
    people = _speakers_by_city({practice.lead_city_id for practice in practices})
    asked = [(practice, people[practice.lead_city_id]) for practice in practices if practice.lead_city_id in people]
    if asked and not dry_run:
        _ask(asked, now)
    return asked


def due(now: datetime):
    """Practices that were confirmed, or published, over a year ago, and that nobody was asked about in the last weeks;
    after the last reminder, not within a year. Moderators-only ones are left out: the people of the city would not find
    them; and so are those that have ended."""
    rested = Q(confirmation_asked_at=None) | Q(confirmation_asked_at__lte=now - BETWEEN_REQUESTS)
    return (
        _askable(now)
        .filter(Q(confirmation_requests__lt=MOST_REQUESTS) & rested | Q(confirmation_asked_at__lte=now - FRESH_FOR))
        .order_by("number")
    )


def _askable(now: datetime):
    going_on = Practice.objects.published().for_peers().exclude(operation_status=OperationStatus.ENDED)
    return going_on.filter(_not_confirmed_after(now - FRESH_FOR))


def speakers() -> "QuerySet[Membership]":
    """Memberships of people who can be asked: verified, not ended, with an open account that mails arrive at."""
    return Membership.objects.valid().reachable()


def nobody_to_ask() -> Q:
    """The condition for practices whose time has come and whose city has nobody who can be asked."""
    due_ones = _askable(timezone.now()).values("pk")
    return Q(pk__in=due_ones) & ~Q(lead_city__in=speakers().values("city"))


def count_nobody_to_ask() -> int:
    """How many practices nobody can be asked about."""
    return Practice.objects.filter(nobody_to_ask()).count()


def _let_go() -> None:
    """A question that reaches none of those it was sent to any more was not asked: whoever speaks for the city next is
    asked as if for the first time. A renewed membership keeps the day on which it was asked for first."""
    were_asked = speakers().filter(city=OuterRef("lead_city"), requested_at__lte=OuterRef("confirmation_asked_at"))
    Practice.objects.filter(confirmation_requests__gt=0).exclude(Exists(were_asked)).update(
        confirmation_requests=0, confirmation_asked_at=None
    )


def _speakers_by_city(cities: set[int]) -> dict[int, list[User]]:
    found: dict[int, list[User]] = defaultdict(list)
    if cities:
        for membership in speakers().filter(city__in=cities).select_related("user").order_by("pk"):
            found[membership.city_id].append(membership.user)
    return dict(found)


@transaction.atomic
def _ask(asked: list[tuple[Practice, list[User]]], now: datetime) -> None:
    by_person: dict[User, list[Practice]] = defaultdict(list)
    for practice, people in asked:
        # Two runs of the command at once: one of them asks.
        earlier = practice.confirmation_requests
        claimed = Practice.objects.filter(
            pk=practice.pk, confirmation_requests=earlier, confirmation_asked_at=practice.confirmation_asked_at
        ).update(confirmation_requests=earlier % MOST_REQUESTS + 1, confirmation_asked_at=now)
        if claimed:
            for person in people:
                by_person[person].append(practice)
    for person, practices in by_person.items():
        questions = [
            {
                "reference": practice.reference,
                "title": practice.text("title", person.language).value,
                "url": address_in(person.language, "confirmation", link_for(practice, person, at=now)),
            }
            for practice in practices
        ]
        queue_letter(
            "practices/mail/confirm",
            to=person.email,
            language=person.language,
            context={"questions": questions, "days": LINK_VALID_FOR.days},
            secret=True,
        )


def link_for(practice: Practice, person: User, *, at: datetime) -> str:
    """The signed part of the address."""
    return signing.dumps({"practice": practice.pk, "person": person.pk, "at": int(at.timestamp())}, salt=SALT)


def question_of(token: str) -> Question | None:
    """What a link asks; None where it is not ours, has run out, or its person no longer speaks for the city."""
    try:
        content = signing.loads(token, salt=SALT, max_age=LINK_VALID_FOR)
    except signing.BadSignature:
        return None
    practice = (
        Practice.objects.published()
        .for_peers()
        .select_related("lead_city")
        .prefetch_related("texts")
        .filter(pk=content["practice"])
        .first()
    )
    person = User.objects.filter(pk=content["person"]).first()
    if practice is None or person is None or not speaks_for(person, practice.lead_city):
        return None
    return Question(practice, person, datetime.fromtimestamp(content["at"], tz=UTC))


@transaction.atomic
def confirm_by_link(question: Question) -> bool:
    """Note the city's yes. False where it was noted since the question was asked: twice is once."""
    # Whoever changes the row first confirms; the other finds it confirmed.
    first = (
        Practice.objects.filter(pk=question.practice.pk)
        .filter(Q(confirmed_at=None) | Q(confirmed_at__lt=question.asked_at))
        .update(confirmation_requests=0)
    )
    if first:
        confirm(question.practice, by=question.person)
    return bool(first)
