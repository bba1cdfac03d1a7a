"""Which memberships count."""

from django.db import models
from django.utils import timezone


class MembershipQuerySet(models.QuerySet):
    def valid(self):
        """Verified and not ended: the person speaks for the city now."""
        return self.filter(verified_at__isnull=False, valid_until__gt=timezone.now())

    def waiting(self):
        """Asked for, not yet decided."""
        return self.filter(verified_at=None)
