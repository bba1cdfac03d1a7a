"""Which memberships count, and which terms and cities are offered."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

# So long somebody who asked is new; moderators verify within days.
NEWCOMER = timedelta(days=60)
# So long before its end a person is told, and a moderator sees it.
ENDS_SOON = timedelta(days=30)
# What is asked and decided, as the log writes it; the other entries change nothing.
REQUESTED, DECIDED = "requested", ("verified", "revoked")


class MergeableQuerySet(models.QuerySet):
    """Terms and cities. A row that was merged stays for links and old documents, and is offered no more."""

    def current(self):
        return self.filter(merged_into=None)


class MembershipQuerySet(models.QuerySet):
    def valid(self):
        """Verified and not ended: the person speaks for the city now."""
        return self.filter(verified_at__isnull=False, valid_until__gt=timezone.now())

    def reachable(self):
        """Of people with an open account that mails arrive at."""
        return self.filter(user__is_active=True, user__unreachable_since=None)

    def over(self):
        """Ended, or revoked: who asked long ago and is not verified will not be, or is not any more."""
        now = timezone.now()
        return self.filter(
            models.Q(verified_at__isnull=False, valid_until__lte=now)
            | models.Q(verified_at=None, requested_at__lte=now - NEWCOMER)
        )

    def with_last_word(self):
        """With `last_word`: what was asked or decided last, or nothing where the log does not reach back so far."""
        log: Any = self.model._meta.get_field("events").related_model
        last = log.objects.filter(membership=models.OuterRef("pk"), action__in=(REQUESTED, *DECIDED)).order_by(
            "-at", "-pk"
        )
        word = models.Subquery(last.values("action")[:1])
        return self.annotate(last_word=Coalesce(word, models.Value("", models.CharField())))

    def waiting(self):
        """Asked for, also anew, and not decided since."""
        return self.with_last_word().filter(is_waiting())

    def ending(self, now: datetime):
        """Valid, but not for long."""
        return self.filter(valid_until__gt=now, valid_until__lte=now + ENDS_SOON)


def is_waiting() -> models.Q:
    """For `with_last_word`."""
    return models.Q(verified_at=None, last_word="") | models.Q(last_word=REQUESTED)
