"""Once a year the people who speak for a city are asked whether a record is still right: by mail, with one link each.

A link is signed for one practice and one person and runs out. Looking at its page changes nothing, because mail
scanners follow every link; pressing the button does.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.letters import address_in, queue_letter
from accounts.models import User
from cities.models import Membership
from cities.permissions import speaks_for
from practices.models import Practice
from practices.services import confirm

FRESH_FOR = timedelta(days=365)
BETWEEN_REQUESTS = timedelta(weeks=4)
# The question and two reminders; after that the record itself says since when nobody has confirmed it.
MOST_REQUESTS = 3
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


def ask_for_confirmation(*, dry_run: bool = False) -> list[tuple[Practice, list[User]]]:
    """Write to the people of every practice whose time has come, one mail for each person, and count the request.
    Returns the practices with the people who are asked. With `dry_run` nothing is written."""
    now = timezone.now()
    speakers = _speakers_by_city()
    asked = [
        (practice, speakers[practice.lead_city_id])
        for practice in due(now).prefetch_related("texts")
        if practice.lead_city_id in speakers
    ]
    if not dry_run:
        _ask(asked, now)
    return asked


def due(now: datetime):
    """Practices that were confirmed, or published, over a year ago, and that nobody was asked about in the last weeks.
    Moderators-only ones are left out: the people of the city would not find them."""
    old = now - FRESH_FOR
    return (
        Practice.objects.published()
        .for_peers()
        .filter(Q(confirmed_at__lt=old) | Q(confirmed_at=None, published_at__lt=old))
        .filter(confirmation_requests__lt=MOST_REQUESTS)
        .filter(Q(confirmation_asked_at=None) | Q(confirmation_asked_at__lt=now - BETWEEN_REQUESTS))
        .order_by("number")
    )


def _speakers_by_city() -> dict[int, list[User]]:
    speakers: dict[int, list[User]] = defaultdict(list)
    members = Membership.objects.valid().filter(user__is_active=True)
    for membership in members.select_related("user").order_by("pk"):
        speakers[membership.city_id].append(membership.user)
    return dict(speakers)


@transaction.atomic
def _ask(asked: list[tuple[Practice, list[User]]], now: datetime) -> None:
    by_person: dict[User, list[Practice]] = defaultdict(list)
    for practice, people in asked:
        # Two runs of the command at once: one of them asks.
        claimed = Practice.objects.filter(pk=practice.pk, confirmation_requests=practice.confirmation_requests).update(
            confirmation_requests=F("confirmation_requests") + 1, confirmation_asked_at=now
        )
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
