"""What state a mail of the outbox is in, as conditions for queries and for a row at hand."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.services import MAX_ATTEMPTS

SENT = Q(sent_at__isnull=False)
TAKEN_BACK = Q(taken_back_at__isnull=False)
_UNSENT = Q(sent_at=None, taken_back_at=None)
# Tried as often as mails are tried; only a person sends it again.
STUCK = _UNSENT & Q(attempts__gte=MAX_ATTEMPTS)


def held(now: datetime | None = None) -> Q:
    """Written, not tried yet, and not to be sent before a moment that is ahead: it can still be changed."""
    return _UNSENT & Q(attempts=0, not_before__gt=now or timezone.now())


def waiting(now: datetime | None = None) -> Q:
    """Sent with the next run, or tried again later by itself."""
    return _UNSENT & Q(attempts__lt=MAX_ATTEMPTS) & ~Q(attempts=0, not_before__gt=now or timezone.now())


def state_of(mail: OutgoingMail) -> str:
    """`sent`, `taken_back`, `stuck`, `held` or `waiting`."""
    if mail.sent_at:
        return "sent"
    if mail.taken_back_at:
        return "taken_back"
    if mail.attempts >= MAX_ATTEMPTS:
        return "stuck"
    return "held" if mail.attempts == 0 and mail.not_before > timezone.now() else "waiting"


def count_mails(condition: Q) -> int:
    """How many mails are in a state."""
    return OutgoingMail.objects.filter(condition).count()
