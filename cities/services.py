"""Verifying who speaks for a city."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cities.models import City, Membership

VALID_DAYS = 365


class OwnMembershipError(Exception):
    """Nobody verifies that they speak for a city themselves."""


@transaction.atomic
def request_membership(*, user: User, city: City, evidence: str = "") -> Membership:
    """Note that a person says to work for a city. Asking twice changes nothing."""
    membership, _created = Membership.objects.get_or_create(user=user, city=city, defaults={"evidence": evidence})
    return membership


@transaction.atomic
def verify_membership(
    *, membership: Membership, by: User, days: int = VALID_DAYS, evidence: str | None = None
) -> Membership:
    """Let a person speak for a city for at most a year, on the word of a moderator who is somebody else. `evidence`
    says how that moderator knows; None keeps what is noted."""
    if membership.user_id == by.pk:
        raise OwnMembershipError
    now = timezone.now()
    membership.verified_by = by
    membership.verified_at = now
    membership.valid_until = now + timedelta(days=min(days, VALID_DAYS))
    if evidence is not None:
        membership.evidence = evidence
    membership.save(update_fields=["verified_by", "verified_at", "valid_until", "evidence"])
    return membership


@transaction.atomic
def revoke_membership(*, membership: Membership) -> Membership:
    """End a membership at once; the person's next request shows it."""
    membership.verified_by = membership.verified_at = membership.valid_until = None
    membership.save(update_fields=["verified_by", "verified_at", "valid_until"])
    return membership
