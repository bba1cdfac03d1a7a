"""Officers of different cities write to each other through the registry: neither side learns the other's address.

Both must be verified at the time of each message. A message goes to one person, who knows that it is theirs to answer.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.letters import address_in, queue_letter
from accounts.models import User
from cities.models import City, Membership
from cities.permissions import is_peer
from practices.models import ColleagueMessage, Practice

NEW_A_DAY = 10
ANSWERS_A_DAY = 50
DAY = timedelta(days=1)
# The same text by the same person within this time is a button that was pressed twice.
SAME_PRESS = timedelta(minutes=10)


class NotVerifiedError(Exception):
    """One of the two is not, or no longer, a verified officer; `own`: it is the one who writes."""

    def __init__(self, *, own: bool):
        super().__init__("Not verified.")
        self.own = own


class NobodyThereError(Exception):
    """Nobody who is verified speaks for the city."""


class TooManyError(Exception):
    """The person wrote as much as is allowed in a day."""


class ClosedError(Exception):
    """A message of this conversation was reported; nothing more is passed on."""


def people_of(practice: Practice) -> list[User]:
    """Who answers for a practice: of those who speak for its city, first whoever wrote it, then the city's contact
    person, then whoever was verified last."""
    # By the names of later tables: who sent the practice in is known to the submissions alone.
    wrote = User.objects.filter(pk=OuterRef("user"), submissions__practice=practice, submissions__status="published")
    members = Membership.objects.valid().filter(city=practice.lead_city_id, user__is_active=True)
    ordered = members.annotate(wrote=Exists(wrote)).order_by("-wrote", "role", "-verified_at", "pk")
    return [membership.user for membership in ordered.select_related("user")]


def colleague_of(practice: Practice, *, besides: User) -> User | None:
    """The one person to whom a message about the practice goes."""
    return next((person for person in people_of(practice) if person != besides), None)


def cities_spoken_for(user: User) -> list[City]:
    """The cities that a person speaks for now."""
    return [membership.city for membership in Membership.objects.valid().filter(user=user).select_related("city")]


@transaction.atomic
def write_to_colleague(practice: Practice, *, by: User, text: str, language: str) -> ColleagueMessage:
    """Begin a conversation about a practice that this person may see."""
    _one_at_a_time(by)
    if not is_peer(by):
        raise NotVerifiedError(own=True)
    recipient = colleague_of(practice, besides=by)
    if recipient is None:
        raise NobodyThereError
    begun = ColleagueMessage.objects.filter(sender=by, first=None)
    pressed_before = begun.filter(practice=practice, text=text, sent_at__gt=timezone.now() - SAME_PRESS).first()
    if pressed_before:
        return pressed_before
    if begun.filter(sent_at__gt=timezone.now() - DAY).count() >= NEW_A_DAY:
        raise TooManyError
    return _send(practice, sender=by, recipient=recipient, text=text, language=language)


@transaction.atomic
def answer(first: ColleagueMessage, *, by: User, text: str, language: str) -> ColleagueMessage:
    """Write on in a conversation; `by` is one of its two."""
    _one_at_a_time(by)
    recipient = first.recipient if first.sender_id == by.pk else first.sender
    if not is_peer(by):
        raise NotVerifiedError(own=True)
    if not is_peer(recipient):
        raise NotVerifiedError(own=False)
    if ColleagueMessage.objects.in_conversation(first).exclude(reported_at=None).exists():
        raise ClosedError
    written = ColleagueMessage.objects.filter(sender=by).exclude(first=None)
    pressed_before = written.filter(first=first, text=text, sent_at__gt=timezone.now() - SAME_PRESS).first()
    if pressed_before:
        return pressed_before
    if written.filter(sent_at__gt=timezone.now() - DAY).count() >= ANSWERS_A_DAY:
        raise TooManyError
    return _send(first.practice, sender=by, recipient=recipient, text=text, language=language, first=first)


@transaction.atomic
def report(message: ColleagueMessage, *, by: User, text: str) -> bool:
    """Whoever received a message shows it to the moderators; nothing more is passed on in its conversation. False where
    it is not theirs or was reported before."""
    reported = ColleagueMessage.objects.filter(pk=message.pk, recipient=by, reported_at=None).update(
        reported_at=timezone.now(), report=text
    )
    return bool(reported)


def _one_at_a_time(user: User) -> None:
    """Two messages of one person are counted one after the other. On SQLite the transaction itself sees to that."""
    User.objects.select_for_update().get(pk=user.pk)


def _send(
    practice: Practice,
    *,
    sender: User,
    recipient: User,
    text: str,
    language: str,
    first: ColleagueMessage | None = None,
) -> ColleagueMessage:
    message = ColleagueMessage.objects.create(
        practice=practice, first=first, sender=sender, recipient=recipient, text=text, language=language
    )
    # Not even the moderators read it in the outbox.
    queue_letter(
        "practices/mail/message",
        to=recipient.email,
        language=recipient.language,
        context={
            "reference": practice.reference,
            "cities": cities_spoken_for(sender),
            "text": text,
            "answer": first is not None,
            "url": address_in(recipient.language, "message-detail", (first or message).uuid),
        },
        secret=True,
    )
    return message
