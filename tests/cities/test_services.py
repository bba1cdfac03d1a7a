"""Who speaks for a city, and until when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cities.models import Membership
from cities.permissions import is_peer, speaks_for
from cities.services import OwnMembershipError, request_membership, revoke_membership, verify_membership
from tests.factories import make_city, make_member, make_moderator, make_user

pytestmark = pytest.mark.django_db


def test_asking_twice_is_asking_once():
    user, city = make_user(), make_city()

    first = request_membership(user=user, city=city, evidence="A letter")
    assert request_membership(user=user, city=city, evidence="Another") == first
    assert Membership.objects.get().evidence == "A letter"


def test_asking_gives_nothing():
    membership = request_membership(user=make_user(), city=make_city())

    assert not is_peer(membership.user)
    assert not speaks_for(membership.user, membership.city)


def test_verified_person_speaks_for_that_city_only():
    membership = make_member()

    assert is_peer(membership.user)
    assert speaks_for(membership.user, membership.city)
    assert not speaks_for(membership.user, make_city("utrecht"))
    assert not speaks_for(membership.user, None)


def test_verification_lasts_a_year_at_most():
    membership = request_membership(user=make_user(), city=make_city())

    verify_membership(membership=membership, by=make_moderator(), days=10_000)

    assert membership.valid_until <= timezone.now() + timedelta(days=365)


def test_nobody_verifies_themselves():
    moderator = make_moderator()
    membership = request_membership(user=moderator, city=make_city())

    with pytest.raises(OwnMembershipError):
        verify_membership(membership=membership, by=moderator)
    assert not is_peer(moderator)


def test_evidence_is_kept_unless_it_is_said_anew():
    membership = request_membership(user=make_user(), city=make_city(), evidence="A letter")

    verify_membership(membership=membership, by=make_moderator())
    assert Membership.objects.get().evidence == "A letter"
    verify_membership(membership=membership, by=make_moderator(), evidence="A call to the switchboard")
    assert Membership.objects.get().evidence == "A call to the switchboard"


def test_ended_membership_counts_no_more():
    membership = make_member()
    past = timezone.now() - timedelta(days=1)
    Membership.objects.update(verified_at=past - timedelta(days=1), valid_until=past)

    assert not is_peer(membership.user)
    assert not speaks_for(membership.user, membership.city)


def test_revoking_counts_at_once():
    membership = make_member()

    revoke_membership(membership=membership)

    assert not is_peer(membership.user)
    assert list(Membership.objects.waiting()) == [membership]


def test_closed_account_is_no_peer():
    membership = make_member()
    membership.user.is_active = False

    assert not is_peer(membership.user)
    assert not speaks_for(membership.user, membership.city)
