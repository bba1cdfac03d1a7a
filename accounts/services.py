"""The outbox: queue a mail inside a transaction, deliver it later, think better of it in between."""

import re
import smtplib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.reachability import note_delivery, note_refusal

MAX_ATTEMPTS = 12
FIRST_RETRY_SECONDS = 60
LEASE_SECONDS = 300
# A `ValueError` is an address or a text that no mail can hold: it must not keep the others waiting.
ERRORS = (smtplib.SMTPException, OSError, ValueError)
ADDRESS = re.compile(r"https?://\S+")


class MailGoneError(Exception):
    """Too late: the mail is on its way, was taken back, or somebody else changed it. Nothing was written."""


class LostLinkError(Exception):
    """The new text lacks a link to this registry that the message had. `links` are those."""

    def __init__(self, links: list[str]):
        super().__init__("The message lost a link.")
        self.links = links


def queue_mail(
    *, to: str, language: str, subject: str, body: str, secret: bool = False, not_before: datetime | None = None
) -> OutgoingMail:
    """Write a mail into the outbox. Called inside the transaction of the act it tells of: both are there, or neither.
    `not_before`: it is held until then.

    Line breaks in the subject become spaces, so no submitted text can add a header.
    """
    return OutgoingMail.objects.create(
        recipient=to,
        language=language,
        subject=_one_line(subject),
        body=body,
        secret=secret,
        not_before=not_before or timezone.now(),
    )


def _one_line(subject: str) -> str:
    return " ".join(subject.split())[:250]


def end_of_hold() -> datetime:
    """Until when a mail is held that is written, or changed, now."""
    return timezone.now() + timedelta(minutes=settings.HOLD_MINUTES)


def change_held(mail: OutgoingMail, *, seen: datetime | None = None, **columns: Any) -> None:
    """Write to a held mail, in one statement: whoever sends it, or changes it first, has won, and the other one gets
    `MailGoneError`. `seen` is the end of the hold that the person saw; each change moves it."""
    held = OutgoingMail.objects.filter(
        pk=mail.pk, sent_at=None, taken_back_at=None, attempts=0, not_before__gt=timezone.now()
    )
    if seen is not None:
        held = held.filter(not_before=seen)
    if not held.update(**columns):
        raise MailGoneError
    mail.refresh_from_db()


def rewrite_held(mail: OutgoingMail, *, seen: datetime, subject: str, body: str) -> None:
    """Change the words; the hold begins anew. Raises `LostLinkError` too."""
    lost = [link for link in own_links(mail.body) if link not in own_links(body)]
    if lost:
        raise LostLinkError(lost)
    change_held(mail, seen=seen, subject=_one_line(subject), body=body.strip() + "\n", not_before=end_of_hold())


def own_links(text: str) -> list[str]:
    """The links to this registry in a text."""
    found = [address.rstrip(".,;:!?)") for address in ADDRESS.findall(text)]
    return [address for address in found if address.startswith(settings.SITE_URL)]


def let_go(mail: OutgoingMail, *, seen: datetime) -> None:
    """Hold it no longer: the next delivery takes it."""
    change_held(mail, seen=seen, not_before=timezone.now())


def take_back(mail: OutgoingMail, *, seen: datetime | None = None) -> None:
    """It is never sent."""
    change_held(mail, seen=seen, taken_back_at=timezone.now())


def deliver_waiting(*, limit: int = 100) -> tuple[int, int]:
    """Send what is due, oldest first; returns how many were sent and how many failed.

    A mail is claimed by moving its next attempt into the future before it is sent, and the number of changed rows
    tells who won: two senders never take the same one. A crash between sending and marking makes a second attempt
    after the lease, which is the lesser evil than a lost mail.
    """
    sent = failed = 0
    now = timezone.now()
    due = OutgoingMail.objects.filter(sent_at=None, taken_back_at=None, not_before__lte=now, attempts__lt=MAX_ATTEMPTS)
    connection = get_connection()
    for mail in due.order_by("created_at", "pk")[:limit]:
        unchanged = OutgoingMail.objects.filter(
            pk=mail.pk, sent_at=None, taken_back_at=None, not_before=mail.not_before
        )
        claimed = unchanged.update(not_before=now + timedelta(seconds=LEASE_SECONDS), attempts=mail.attempts + 1)
        if not claimed:
            continue
        try:
            EmailMessage(mail.subject, mail.body, to=[mail.recipient], connection=connection).send()
        except ERRORS as error:
            wait = timedelta(seconds=FIRST_RETRY_SECONDS * 2**mail.attempts)
            OutgoingMail.objects.filter(pk=mail.pk).update(
                not_before=timezone.now() + wait, last_error=type(error).__name__
            )
            note_refusal(address=mail.recipient, error=error)
            failed += 1
        else:
            mark_sent(mail)
            note_delivery(address=mail.recipient)
            sent += 1
    return sent, failed


@transaction.atomic
def mark_sent(mail: OutgoingMail) -> None:
    """Note the delivery; a sign-in code does not outlive it."""
    changes = {"sent_at": timezone.now(), "last_error": ""}
    if mail.secret and not settings.CMISE_DEMO:
        # A demo has no mail server: its mails are read on a page, and that is where the codes must stand.
        changes["body"] = ""
    OutgoingMail.objects.filter(pk=mail.pk).update(**changes)


@transaction.atomic
def retry_mails(*, mails: QuerySet[OutgoingMail]) -> int:
    """Try mails that were not delivered from the beginning again; a delivered one is never sent twice."""
    return mails.filter(sent_at=None, taken_back_at=None, attempts__gt=0).update(
        attempts=0, not_before=timezone.now(), last_error=""
    )
