"""Memberships: verified or revoked by somebody else, and by nothing but the services."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import OutgoingMail
from cities.models import Membership
from cities.permissions import speaks_for
from cities.services import OwnMembershipError, ask_moderators, refuse_membership, request_membership, verify_membership
from tests.factories import (
    make_admin,
    make_city,
    make_member,
    make_moderator,
    make_sent_submission,
    make_submission,
    make_user,
)

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

    ending, refused = make_member(by=moderator), request_membership(user=make_user(), city=make_city())
    Membership.objects.filter(pk=ending.pk).update(valid_until=timezone.now() + timedelta(days=20))
    refuse_membership(membership=refused, by=moderator, reason="Unknown there")
    text = desk.get(LIST).content.decode()

    for label in ("Waiting (1)", "Verified (2)", "Ends soon (1)", "Ended (1)", "Refused or revoked (1)"):
        assert label in text


def test_verifying_says_by_whom_on_what_ground_and_until_when(desk, moderator, waiting):
    response = desk.post(act(waiting, "verify"), {"evidence": "Mail from the city's domain"}, follow=True)
    waiting.refresh_from_db()

    assert (waiting.verified_by, waiting.evidence) == (moderator, "Mail from the city's domain")
    assert waiting.valid_until - waiting.verified_at == timedelta(days=365)
    assert speaks_for(waiting.user, waiting.city)
    assert f"until {date_format(waiting.valid_until, 'j M Y')}" in messages_of(response)[0]
    assert OutgoingMail.objects.get().recipient == waiting.user.email
    assert LogEntry.objects.get().user == moderator


def test_a_ground_is_needed(desk, waiting):
    response = desk.post(act(waiting, "verify"), {"evidence": " "})

    assert "Write how we know" in response.content.decode()
    waiting.refresh_from_db()
    assert waiting.verified_at is None


def test_revoking_ends_it_at_once(desk, moderator):
    membership = make_member(by=moderator)

    unexplained = desk.post(act(membership, "revoke"), {"reason": " "})
    assert "Write the reason." in unexplained.content.decode()
    assert speaks_for(membership.user, membership.city)
    desk.post(act(membership, "revoke"), {"reason": "Left the city"})

    assert not speaks_for(membership.user, membership.city)
    assert "Left the city" in OutgoingMail.objects.get().body
    page = desk.get(act(membership, "change")).content.decode()
    assert "Revoked" in page
    assert "Left the city" in page
    assert str(moderator) in page


@pytest.mark.parametrize("name", ["verify", "refuse", "revoke"])
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


@pytest.mark.parametrize("name", ["verify", "refuse", "revoke", "change"])
def test_others_do_not_reach_memberships(client, waiting, name):
    client.force_login(waiting.user)
    as_officer = client.post(act(waiting, name), {"evidence": "Me"}, follow=True)
    client.force_login(make_user(is_staff=True))
    as_staff = client.post(act(waiting, name), {"evidence": "Me", "reason": "Me"})

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
    count()
    with_one = count()
    for _number in range(29):
        make_member(by=make_moderator())

    # Two are for the filter by address: who has one of their municipality, and its figures.
    assert count() == with_one == 11


def test_who_was_slower_reads_what_happened_and_keeps_the_text(desk, moderator, waiting):
    seen = waiting.events.get().pk
    other = make_moderator(name="Faster")
    verify_membership(membership=waiting, by=other, evidence="A call")

    response = desk.post(act(waiting, "refuse"), {"reason": "Nobody knows them there", "seen": seen})

    assert response.status_code == 409
    assert "Faster was faster: “Verified”" in messages_of(response)[0]
    assert "Nobody knows them there" in response.content.decode()
    assert speaks_for(waiting.user, waiting.city)
    again = desk.post(act(waiting, "revoke"), {"reason": "Left", "seen": response.context["reason_form"].data["seen"]})
    assert again.status_code == 302
    assert not speaks_for(waiting.user, waiting.city)


def test_evidence_other_cities_and_only_sent_submissions_stand_beside_it(desk, moderator):
    person = make_user()
    membership = ask_moderators(user=person, city=make_city("ghent"), evidence="The switchboard knows me")
    make_member(person, make_city("utrecht"), by=moderator)
    make_sent_submission(by=person, title="Beds for everyone")
    make_submission(by=person, title="Unsent secret")

    page = desk.get(act(membership, "change")).content.decode()

    for text in ("The switchboard knows me", "Utrecht", "Beds for everyone"):
        assert text in page
    assert "Unsent secret" not in page


def test_term_can_be_shorter_than_a_year_and_never_longer(desk, waiting):
    today = timezone.localdate()
    too_long = desk.post(act(waiting, "verify"), {"evidence": "Call", "until": today + timedelta(days=366)})
    assert "within a year" in too_long.content.decode()

    desk.post(act(waiting, "verify"), {"evidence": "Call", "until": today + timedelta(days=90)})

    waiting.refresh_from_db()
    assert waiting.valid_until - waiting.verified_at == timedelta(days=90)


def test_address_of_the_municipality_is_a_filter_and_a_mark_and_verifies_nobody(desk):
    city = make_city("ghent", mail_domains=["stad.example"])
    inside = request_membership(user=make_user("a@sub.stad.example"), city=city)
    outside = request_membership(user=make_user("b@notstad.example"), city=city)

    page = desk.get(LIST)
    found = desk.get(LIST, {"address": "theirs"}).context["cl"].result_list

    assert "Of the municipality (1)" in page.content.decode()
    assert list(found) == [inside]
    assert Membership.objects.waiting().count() == 2
    assert outside.verified_at is None


def test_domains_are_checked_and_written_a_line_each(client):
    client.force_login(make_admin())
    city = make_city("ghent")
    address = reverse("admin:cities_city_change", args=[city.pk])
    form = client.get(address).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    values = {name: "" if value is None else value for name, value in values.items()}
    for name in ("cmise_role_source", "typologies_source"):
        values[name] = "{}"
    values["sources"] = "[]"

    refused = client.post(address, values | {"mail_domains": "Stad.example\ngmail.com\nno domain"})
    kept = client.post(address, values | {"mail_domains": "Stad.example\n@stad.example gent.example"})

    assert "Anyone gets an address at gmail.com" in refused.content.decode()
    assert kept.status_code == 302
    city.refresh_from_db()
    assert city.mail_domains == ["stad.example", "gent.example"]


def test_officer_asks_says_how_it_can_be_checked_and_reads_no_moderators_name(client, moderator):
    person, city = make_user(), make_city("ghent")
    address = "/en/my-cities/"
    assert client.get(address).status_code == 302
    client.force_login(person)

    client.post(address, {"city": "ghent", "evidence": "See the staff page"})
    client.post(address, {"city": "ghent", "evidence": "See the staff page"})
    membership = Membership.objects.get()
    assert [event.note for event in membership.events.all()] == ["See the staff page"]
    assert "have not decided yet" in client.get(address).content.decode()
    refuse_membership(membership=membership, by=moderator, reason="The page is empty")
    page = client.get(address).content.decode()
    assert "You do not speak for this city now" in page
    assert str(moderator) not in page
    ask_moderators(user=person, city=city, evidence="Another page")
    verify_membership(membership=membership, by=moderator)
    Membership.objects.update(valid_until=timezone.now() + timedelta(days=9))
    page = client.get(address).content.decode()
    assert "I still work there" in page
    assert str(moderator) not in page
    client.post(address, {"city": "ghent", "evidence": "I still work there."})
    assert "asked for another year" in client.get(address).content.decode()
    too_long = client.post(address, {"city": "ghent", "evidence": "x" * 1001}).content.decode()
    assert "x" * 1001 in too_long
