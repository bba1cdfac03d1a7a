"""Records that nobody can be asked about: how moderators see them, and whom they write to."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import OutgoingMail, User
from cities.models import Membership
from cities.services import request_membership
from practices.models import Practice
from practices.services import confirm, withdraw
from submissions.reminders import ask_cities
from tests.factories import make_city, make_member, make_moderator, make_practice, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/practices/practice/"


@pytest.fixture
def desk(client, settings):
    settings.CMISE_DEMO = True
    client.force_login(make_moderator())
    return client


def old(**overrides):
    practice = make_practice(**overrides)
    Practice.objects.filter(pk=practice.pk).update(published_at=timezone.now() - timedelta(days=500))
    practice.refresh_from_db()
    return practice


def page_of(practice, act="change"):
    return reverse(f"admin:practices_practice_{act}", args=[practice.pk])


def test_the_list_counts_who_was_confirmed_asked_silent_and_orphaned(desk):
    make_member(city=make_city("ghent"))
    asked, orphan = old(), old(lead_city="berlin", title="Berlin bus")
    confirmed = confirm(old(), by=None)
    make_practice(lead_city="berlin")
    old(lead_city="berlin", visibility="moderators", operation_status="ended", end_year=2020)
    withdraw(old(lead_city="berlin"), by=None, reason="Asked")
    ask_cities()

    def found(case):
        return {practice.pk for practice in desk.get(LIST, {"freshness": case}).context["cl"].result_list}

    hidden = Practice.objects.get(visibility="moderators").pk
    assert found("confirmed") == {confirmed.pk}
    assert found("asked") == {asked.pk}
    assert found("nobody") == {orphan.pk}
    assert found("unanswered") == {asked.pk, orphan.pk}
    assert hidden not in found("unanswered")
    html = desk.get(LIST).content.decode()
    for label in (
        "Confirmed within a year (1)",
        "City asked (1)",
        "Not confirmed for long (2)",
        "Nobody can be asked (1)",
    ):
        assert label in html


def test_the_record_says_who_is_asked_and_why_others_are_not(desk):
    practice, city = old(lead_city="berlin"), make_city("berlin")

    def member(name, **columns):
        user = make_member(make_user(f"{name}@city.example"), city).user
        User.objects.filter(pk=user.pk).update(**columns)
        return user

    member("bounces", unreachable_since=timezone.now())
    member("left", is_active=False)
    over = member("over")
    Membership.objects.filter(user=over).update(
        verified_at=timezone.now() - timedelta(days=400), valid_until=timezone.now() - timedelta(days=35)
    )
    request_membership(user=make_user("new@city.example"), city=city)

    html = desk.get(page_of(practice)).content.decode()

    for why in ("mail comes back", "account closed", "ended", "not verified"):
        assert f"not asked: {why}" in html
    assert "Nobody of Berlin can be asked." in html
    assert "Readers see: not confirmed since it was published on" in html
    assert page_of(practice, "invite") in html
    assert ask_cities() == []
    member("there")
    html = desk.get(page_of(practice)).content.decode()
    assert "is asked" in html
    assert "can be asked." not in html


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({}, True),
        ({"visibility": "peers"}, False),
        ({"city_withheld": True}, False),
        ({"visibility": "moderators"}, False),
    ],
)
def test_a_mail_to_the_city_names_what_the_public_may_know(desk, overrides, named):
    title, provenance = {"en": "Night bus", "de": "Nachtbus"}, {"en": "original", "de": "human"}
    practice = old(lead_city="berlin", title=title, provenance=provenance, **overrides)
    refused = desk.post(page_of(practice, "invite"), {"email": "nobody", "language": "de"})
    assert "nobody" in refused.content.decode()
    assert not OutgoingMail.objects.exists()

    desk.post(page_of(practice, "invite"), {"email": "office@berlin.example", "language": "de"})

    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.language) == ("office@berlin.example", "de")
    assert "/de/my-cities/" in mail.body
    assert "Berlin" in mail.subject
    for word in ("Nachtbus", practice.slug):
        assert (word in mail.body) is named
    assert practice.reference not in mail.body + mail.subject


def test_only_moderators_write_to_cities(client, settings):
    settings.CMISE_DEMO = True
    practice = old(lead_city="berlin")
    client.force_login(make_user(is_staff=True))

    assert client.post(page_of(practice, "invite"), {"email": "a@b.example", "language": "de"}).status_code == 403
    assert not OutgoingMail.objects.exists()


def test_the_record_takes_as_many_queries_for_many_people_as_for_one(desk):
    practice = old(lead_city="berlin")
    make_member(city=make_city("berlin"))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            desk.get(page_of(practice))
        return len(captured)

    queries()
    one = queries()
    for _more in range(4):
        make_member(city=make_city("berlin"))

    assert queries() == one
