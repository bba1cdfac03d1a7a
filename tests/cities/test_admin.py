"""Memberships: verified or revoked by somebody else, and by nothing but the services."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cities.models import Membership
from cities.permissions import speaks_for
from cities.services import OwnMembershipError, request_membership, verify_membership
from tests.factories import make_city, make_member, make_moderator, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/cities/membership/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.CMISE_DEMO = True


@pytest.fixture
def moderator():
    return make_moderator()


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def waiting():
    return request_membership(user=make_user(), city=make_city(), evidence="Says so")


def act(membership, name):
    return reverse(f"admin:cities_membership_{name}", args=[membership.pk])


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_waiting_first_then_by_the_day_they_asked(desk, moderator):
    make_member(by=moderator)
    second = request_membership(user=make_user(), city=make_city())
    first = request_membership(user=make_user(), city=make_city())
    Membership.objects.filter(pk=first.pk).update(requested_at=timezone.now() - timedelta(days=3))

    found = list(desk.get(LIST).context["cl"].result_list)

    assert found[:2] == [first, second]
    assert found[2].verified_at is not None


def test_states_and_their_figures(desk, moderator, waiting):
    make_member(by=moderator)
    ended = make_member(by=moderator)
    Membership.objects.filter(pk=ended.pk).update(
        verified_at=timezone.now() - timedelta(days=400), valid_until=timezone.now() - timedelta(days=35)
    )

    text = desk.get(LIST).content.decode()

    for label in ("Waiting (1)", "Verified (1)", "Ended (1)"):
        assert label in text


def test_verifying_says_by_whom_on_what_ground_and_until_when(desk, moderator, waiting):
    response = desk.post(act(waiting, "verify"), {"evidence": "Mail from the city's domain"}, follow=True)
    waiting.refresh_from_db()

    assert (waiting.verified_by, waiting.evidence) == (moderator, "Mail from the city's domain")
    assert waiting.valid_until - waiting.verified_at == timedelta(days=365)
    assert speaks_for(waiting.user, waiting.city)
    assert "for one year" in messages_of(response)[0]
    assert LogEntry.objects.get().user == moderator


def test_a_ground_is_needed(desk, waiting):
    response = desk.post(act(waiting, "verify"), {"evidence": " "})

    assert "Write how we know" in response.content.decode()
    waiting.refresh_from_db()
    assert waiting.verified_at is None


def test_revoking_ends_it_at_once(desk, moderator):
    membership = make_member(by=moderator)

    desk.post(act(membership, "revoke"))

    assert not speaks_for(membership.user, membership.city)


@pytest.mark.parametrize("name", ["verify", "revoke"])
def test_looking_changes_nothing(desk, moderator, waiting, name):
    verified = make_member(by=moderator)

    assert desk.get(act(waiting, name)).status_code == 302
    assert desk.get(act(verified, name)).status_code == 302

    waiting.refresh_from_db()
    verified.refresh_from_db()
    assert waiting.verified_at is None
    assert verified.is_valid


def test_nobody_verifies_themselves(desk, moderator):
    own = request_membership(user=moderator, city=make_city())

    page = desk.get(act(own, "change")).content.decode()
    response = desk.post(act(own, "verify"), {"evidence": "I know myself"}, follow=True)

    assert "Verify for one year" not in page
    assert "Nobody verifies their own membership" in messages_of(response)[0]
    own.refresh_from_db()
    assert own.verified_at is None
    with pytest.raises(OwnMembershipError):
        verify_membership(membership=own, by=moderator)


def test_no_stock_form_writes_the_state(desk, moderator, waiting):
    state = {"verified_by": moderator.pk, "verified_at_0": "2026-01-01", "valid_until_0": "2036-01-01"}

    desk.post(act(waiting, "change"), state | {"user": waiting.user_id, "city": waiting.city_id, "role": "officer"})
    refused = desk.post(act(waiting, "delete"), {"post": "yes"})
    other = make_user()
    desk.post(f"{LIST}add/", state | {"user": other.pk, "city": waiting.city_id, "role": "officer", "evidence": "Call"})

    waiting.refresh_from_db()
    assert waiting.verified_at is None
    assert refused.status_code == 403
    added = Membership.objects.get(user=other)
    assert (added.evidence, added.verified_at) == ("Call", None)


@pytest.mark.parametrize("name", ["verify", "revoke", "change"])
def test_others_do_not_reach_memberships(client, waiting, name):
    client.force_login(waiting.user)
    as_officer = client.post(act(waiting, name), {"evidence": "Me"}, follow=True)
    client.force_login(make_user(is_staff=True))
    as_staff = client.post(act(waiting, name), {"evidence": "Me"})

    assert (as_officer.status_code, as_staff.status_code) == (403, 403)
    waiting.refresh_from_db()
    assert waiting.verified_at is None


def test_whether_the_address_is_the_citys(desk):
    city = make_city("ghent", mail_domains=["stad.example"])
    inside = request_membership(user=make_user("a@stad.example"), city=city)
    outside = request_membership(user=make_user("b@mail.example"), city=city)

    assert "Belongs to a domain" in desk.get(act(inside, "change")).content.decode()
    assert "Its domain is not noted" in desk.get(act(outside, "change")).content.decode()


def test_number_of_queries_does_not_grow_with_the_rows(desk, moderator):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(LIST).status_code == 200
        return len(queries)

    make_member(by=moderator)
    with_one = count()
    for _number in range(29):
        make_member(by=make_moderator())

    assert count() == with_one == 9
