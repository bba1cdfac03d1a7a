"""Whether mails arrive at a person's address: learnt from the mail server's answers, corrected by moderators.

A server that takes a mail and sends it back later says nothing here; whoever reads that bounce notes it by hand.
"""

import smtplib

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User

# From here on a mail server means it for good; below, it asks to try again.
PERMANENT = 500


def is_refused_for_good(error: Exception) -> bool:
    """Whether the server said that there is no such recipient, and not that something is the matter just now."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    codes = [answer[0] for answer in error.recipients.values()]
    return bool(codes) and all(code >= PERMANENT for code in codes)


@transaction.atomic
def note_refusal(*, address: str, error: Exception) -> None:
    """Called with what sending a mail raised: whoever has the address counts as unreachable from the first refusal for
    good on."""
    if is_refused_for_good(error):
        _people_at(address).filter(unreachable_since=None).update(unreachable_since=timezone.now())


@transaction.atomic
def note_delivery(*, address: str) -> None:
    """Called when a mail was taken."""
    _people_at(address).exclude(unreachable_since=None).update(unreachable_since=None)


@transaction.atomic
def mark_unreachable(*, people: "QuerySet[User]") -> int:
    """Note that mails to these people come back; how many of them were thought to be reachable."""
    return people.filter(unreachable_since=None).update(unreachable_since=timezone.now())


@transaction.atomic
def mark_reachable(*, people: "QuerySet[User]") -> int:
    """Note that mails to these people arrive again."""
    return people.exclude(unreachable_since=None).update(unreachable_since=None)


def _people_at(address: str) -> "QuerySet[User]":
    return User.objects.filter(email__iexact=address)
