"""The outbox: queue a mail inside a transaction, deliver it later."""

import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import OutgoingMail

MAX_ATTEMPTS = 12
FIRST_RETRY_SECONDS = 60
LEASE_SECONDS = 300
# A `ValueError` is an address or a text that no mail can hold: it must not keep the others waiting.
ERRORS = (smtplib.SMTPException, OSError, ValueError)


def queue_mail(*, to: str, language: str, subject: str, body: str, secret: bool = False) -> OutgoingMail:
    """Write a mail into the outbox. Called inside the transaction of the act it tells of: both are there, or neither.

    Line breaks in the subject become spaces, so no submitted text can add a header.
    """
    return OutgoingMail.objects.create(
        recipient=to,
        language=language,
        subject=" ".join(subject.split())[:250],
        body=body,
        secret=secret,
    )


def deliver_waiting(*, limit: int = 100) -> tuple[int, int]:
    """Send what is due, oldest first; returns how many were sent and how many failed.

    A mail is claimed by moving its next attempt into the future before it is sent, and the number of changed rows
    tells who won: two senders never take the same one. A crash between sending and marking makes a second attempt
    after the lease, which is the lesser evil than a lost mail.
    """
    sent = failed = 0
    now = timezone.now()
    due = OutgoingMail.objects.filter(sent_at=None, not_before__lte=now, attempts__lt=MAX_ATTEMPTS)
    connection = get_connection()
    for mail in due.order_by("created_at", "pk")[:limit]:
        claimed = OutgoingMail.objects.filter(pk=mail.pk, sent_at=None, not_before=mail.not_before).update(
            not_before=now + timedelta(seconds=LEASE_SECONDS), attempts=mail.attempts + 1
        )
        if not claimed:
            continue
        try:
            EmailMessage(mail.subject, mail.body, to=[mail.recipient], connection=connection).send()
        except ERRORS as error:
            wait = timedelta(seconds=FIRST_RETRY_SECONDS * 2**mail.attempts)
            OutgoingMail.objects.filter(pk=mail.pk).update(
                not_before=timezone.now() + wait, last_error=type(error).__name__
            )
            failed += 1
        else:
            mark_sent(mail)
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
    return mails.filter(sent_at=None).update(attempts=0, not_before=timezone.now(), last_error="")
