"""Similar practices: what they share, and only what the reader may see."""

import pytest
from django.contrib.auth.models import AnonymousUser

from practices.choices import Visibility
from practices.services import withdraw
from practices.similar import similar_to
from tests.factories import make_member, make_practice

pytestmark = pytest.mark.django_db


def test_the_more_is_shared_the_closer():
    practice = make_practice(service_areas=["shelter", "education"], target_groups=["women"])
    make_practice(slug="unlike", service_areas=["healthcare"], target_groups=[], approaches=["outreach"])
    make_practice(slug="like", service_areas=["shelter"], target_groups=[], approaches=["outreach"])
    make_practice(slug="likest", service_areas=["shelter", "education"], target_groups=["women"])

    assert [other.slug for other in similar_to(practice, user=AnonymousUser())] == ["likest", "like"]
    assert [other.slug for other in similar_to(practice, user=AnonymousUser(), limit=1)] == ["likest"]


def test_hidden_and_withdrawn_practices_are_not_shown():
    practice = make_practice()
    make_practice(slug="for-peers", visibility=Visibility.PEERS)
    withdraw(make_practice(), by=None, reason="It ended.")

    assert similar_to(practice, user=AnonymousUser()) == []
    assert [other.slug for other in similar_to(practice, user=make_member().user)] == ["for-peers"]
