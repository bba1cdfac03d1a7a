"""The mails that a practice was withdrawn or is published again, as long as they are held: change the words, send them
now, or never. Each person of the city has one, in their language."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import OutgoingMail, User
from accounts.outbox import held
from accounts.permissions import is_moderator
from accounts.refusals import logs_refusals
from accounts.services import let_go, rewrite_held, take_back
from practices.models import Practice, PracticeEvent
from practices.restoring import speaks_for_any, wrote

Action = PracticeEvent.Action


class NotAllowedError(Exception):
    """It is no mail about this practice, or this person has a part in it."""


noting_refusals = logs_refusals(barred=(NotAllowedError,))


def may_change_notices(user: User, practice: Practice) -> bool:
    """Moderators who have no part in it, as for publishing it again."""
    return is_moderator(user) and not speaks_for_any(user, practice) and not wrote(user, practice)


def notices_of(practice: Practice) -> QuerySet[OutgoingMail]:
    """What its city was told, or will be."""
    told = PracticeEvent.mails.through._default_manager.filter(practiceevent__practice=practice)
    return OutgoingMail.objects.filter(pk__in=told.values("outgoingmail"))


def held_notices(practice: Practice) -> QuerySet[OutgoingMail]:
    """Those that can still be changed, the first that goes first."""
    return notices_of(practice).filter(held()).order_by("not_before", "pk")


@noting_refusals
@transaction.atomic
def change_words(practice: Practice, mail: OutgoingMail, *, by: User, seen: datetime, subject: str, body: str) -> None:
    """Write other words into a held mail; it is held anew. The log keeps what they were, and the tombstone its reason.
    `seen` is the end of the hold that the person saw. Raises `LostLinkError` and, where it is too late,
    `MailGoneError`."""
    _refuse_others(practice, mail, by)
    before = f"{mail.subject}\n\n{mail.body}"
    rewrite_held(mail, seen=seen, subject=subject, body=body)
    _note(practice, Action.MAIL_EDITED, by=by, note=before)


@noting_refusals
@transaction.atomic
def send_now(practice: Practice, mail: OutgoingMail, *, by: User, seen: datetime) -> None:
    """Hold it no longer. Raises `MailGoneError`."""
    _refuse_others(practice, mail, by)
    let_go(mail, seen=seen)


@noting_refusals
@transaction.atomic
def take_back_notice(practice: Practice, mail: OutgoingMail, *, by: User, seen: datetime) -> None:
    """What was done stands, and this person gets no mail about it. Raises `MailGoneError`."""
    _refuse_others(practice, mail, by)
    take_back(mail, seen=seen)
    _note(practice, Action.MAIL_TAKEN_BACK, by=by)


def _refuse_others(practice: Practice, mail: OutgoingMail, by: User) -> None:
    if not notices_of(practice).filter(pk=mail.pk).exists() or not may_change_notices(by, practice):
        raise NotAllowedError


def _note(practice: Practice, action: PracticeEvent.Action, *, by: User, note: str = "") -> None:
    version = practice.current_version
    PracticeEvent.objects.create(practice=practice, action=action, version=version, at=timezone.now(), by=by, note=note)
