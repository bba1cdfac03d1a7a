"""Which memberships count."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

# So long somebody who asked is new; moderators verify within days.
NEWCOMER = timedelta(days=60)


class MembershipQuerySet(models.QuerySet):
    def valid(self):
        """Verified and not ended: the person speaks for the city now."""
        return self.filter(verified_at__isnull=False, valid_until__gt=timezone.now())

    def over(self):
        """Ended, or revoked: who asked long ago and is not verified will not be, or is not any more."""
        now = timezone.now()
        return self.filter(
            models.Q(verified_at__isnull=False, valid_until__lte=now)
            | models.Q(verified_at=None, requested_at__lte=now - NEWCOMER)
        )

    def waiting(self):
        """Asked for, not yet decided."""
        return self.filter(verified_at=None)
