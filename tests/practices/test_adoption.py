"""“We adopted this”: who reports it, who decides, and who sees it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import OutgoingMail
from cities.services import revoke_membership
from practices.adoption import (
    AlreadyDecidedError,
    AlreadyShownError,
    NotAllowedError,
    NotTheirsError,
    decide,
    report_adoption,
)
from practices.choices import AdaptationStatus
from practices.document import read
from practices.models import Adaptation
from practices.services import publish, withdraw
from tests.factories import make_city, make_member, make_moderator, make_practice, make_user

pytestmark = pytest.mark.django_db
TEXT = "Wij rijden <b>ook</b> op zondag: xanadukrypt."


@pytest.fixture
def practice():
    return make_practice(title="Night bus", lead_city="ghent", other_cities=["milan"], slug="night-bus")


@pytest.fixture
def officer():
    return make_member(make_user(), make_city("utrecht")).user


def adopt(practice, by, *, city="utrecht", year=2021, text=TEXT):
    return report_adoption(practice, by=by, city=make_city(city), year=year, text=text, language="nl")


def shown(practice, by, **values):
    return decide(adopt(practice, by, **values), by=make_moderator(), show=True)


def page(client, practice):
    return client.get(practice.get_absolute_url()).content.decode()


def form(practice):
    return reverse("practice-adopt", args=[practice.slug])


# --- Reporting --------------------------------------------------------------------------------------------------------


def test_officer_of_another_city_reports_it(client, practice, officer):
    client.force_login(officer)
    assert form(practice) in page(client, practice)

    answer = client.post(form(practice), {"city": "utrecht", "year": "2021", "text": TEXT, "language": "nl"})

    assert answer["Location"] == practice.get_absolute_url()
    adaptation = Adaptation.objects.get()
    assert (adaptation.city.slug, adaptation.year, adaptation.text, adaptation.language, adaptation.by) == (
        "utrecht",
        2021,
        TEXT,
        "nl",
        officer,
    )
    assert adaptation.status == AdaptationStatus.WAITING


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": ""}, "Write what your city took over"),
        ({"year": "21st"}, "Write the year in four digits."),
        ({"year": "2999"}, "Write a year that has begun."),
        ({"year": "1066"}, "1900"),
        ({"city": "milan"}, "milan"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, practice, officer, change, message):
    client.force_login(officer)

    html = client.post(
        form(practice), {"city": "utrecht", "year": "", "text": TEXT, "language": "nl"} | change
    ).content.decode()

    assert message in html
    assert ("xanadukrypt" in html) == ("text" not in change)
    assert not Adaptation.objects.exists()


@pytest.mark.parametrize("city", ["ghent", "milan", "berlin"])
def test_nobody_reports_for_a_city_of_the_practice_or_one_of_others(practice, officer, city):
    if city != "berlin":
        officer = make_member(make_user(), make_city(city)).user

    with pytest.raises(NotTheirsError):
        adopt(practice, officer, city=city)

    assert not Adaptation.objects.exists()


def test_who_speaks_for_no_other_city_finds_no_form(client, practice):
    for user in (make_user(), make_moderator(), make_member(make_user(), make_city("ghent")).user):
        client.force_login(user)
        assert form(practice) not in page(client, practice)
        client.post(form(practice), {"city": "utrecht", "year": "", "text": TEXT, "language": "nl"})
    assert not Adaptation.objects.exists()


def test_reporting_again_replaces_what_waits_but_not_what_is_shown(practice, officer):
    first = adopt(practice, officer)
    second = adopt(practice, officer, text="Better words", year=None)
    assert (first.pk, second.text, second.year) == (second.pk, "Better words", None)

    decide(second, by=make_moderator(), show=True)
    with pytest.raises(AlreadyShownError):
        adopt(practice, officer, text="Other words")
    assert Adaptation.objects.get().text == "Better words"


# --- Deciding ---------------------------------------------------------------------------------------------------------


def test_nobody_decides_on_their_own_and_only_moderators_do(practice):
    moderator = make_moderator()
    make_member(moderator, make_city("utrecht"))
    adaptation = adopt(practice, moderator)

    for person in (moderator, make_user()):
        with pytest.raises(NotAllowedError):
            decide(adaptation, by=person, show=True)


def test_of_two_moderators_one_decides(practice, officer):
    adaptation = adopt(practice, officer)
    same = Adaptation.objects.get()
    decide(adaptation, by=make_moderator(), show=False)

    with pytest.raises(AlreadyDecidedError):
        decide(same, by=make_moderator(), show=True)
    assert Adaptation.objects.get().status == AdaptationStatus.REFUSED


def test_text_that_was_rewritten_meanwhile_is_not_shown_unread(client, settings, practice, officer):
    settings.CMISE_DEMO = True
    adaptation = adopt(practice, officer)
    client.force_login(make_moderator())
    address = reverse("admin:practices_adaptation_change", args=[adaptation.pk])
    seen = adaptation.created_at.isoformat()
    assert f'value="{seen}"' in client.get(address).content.decode()
    adopt(practice, officer, text="Something else")

    client.post(address, {"seen": seen, "show": "1"})
    assert Adaptation.objects.get().status == AdaptationStatus.WAITING

    client.post(address, {"seen": Adaptation.objects.get().created_at.isoformat(), "show": "1"})
    assert Adaptation.objects.get().status == AdaptationStatus.SHOWN


def test_people_of_the_practice_hear_of_it(practice, officer):
    make_member(make_user("there@city.example", language="nl"), make_city("ghent"))

    shown(practice, officer)

    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.language) == ("there@city.example", "nl")
    assert TEXT in mail.body
    assert "/nl/practices/night-bus/#adopted" in mail.body
    assert officer.email not in mail.body + mail.subject


# --- Seeing -----------------------------------------------------------------------------------------------------------


def test_it_stands_on_the_page_in_its_own_language(client, practice, officer):
    shown(practice, officer)

    html = page(client, practice)

    assert "Adopted by 1 city" in html
    assert 'id="adopted-utrecht"' in html
    assert "since 2021" in html
    assert 'lang="nl" dir="auto"><p>Wij rijden &lt;b&gt;ook&lt;/b&gt; op zondag' in html
    assert officer.email not in html


@pytest.mark.parametrize("show", [None, False])
def test_what_waits_or_was_refused_is_nowhere(client, practice, officer, show):
    adaptation = adopt(practice, officer)
    if show is not None:
        decide(adaptation, by=make_moderator(), show=show)

    assert "xanadukrypt" not in page(client, practice)
    assert client.get("/api/v1/practices/night-bus/").json()["adaptations"]["count"] == 0
    client.force_login(officer)
    assert "xanadukrypt" not in page(client, practice)


def test_api_counts_and_leads_to_the_page(client, practice, officer):
    address = "/api/v1/practices/night-bus/"
    tag = client.get(address)["ETag"]
    adaptation = shown(practice, officer)

    answer = client.get(address, headers={"if-none-match": tag})

    assert answer.json()["adaptations"] == {
        "count": 1,
        "url": "http://testserver/en/practices/night-bus/#adopted",
    }
    tag = answer["ETag"]
    decide(adaptation, by=make_moderator(), show=False)
    assert client.get(address, headers={"if-none-match": tag}).json()["adaptations"]["count"] == 0


def test_hidden_practice_hides_who_adopted_it(client, practice, officer):
    shown(practice, officer)
    publish({**read(practice), "visibility": "peers"}, by=None, practice=practice)

    assert not Adaptation.objects.visible_to(make_user()).exists()
    assert client.get(practice.get_absolute_url()).status_code == 404
    assert "xanadukrypt" not in client.get("/en/cities/utrecht/").content.decode()
    client.force_login(officer)
    assert "xanadukrypt" in page(client, practice)
    withdraw(practice, by=None, reason="The city asked for it.")
    assert not Adaptation.objects.visible_to(officer).exists()
    assert "xanadukrypt" not in page(client, practice)


def test_withheld_city_stays_withheld(client, officer):
    quiet = make_practice(title="Quiet", lead_city="ghent", city_withheld=True, slug="quiet")
    client.force_login(officer)
    assert "do not name it here either" in client.get(form(quiet)).content.decode()
    shown(quiet, officer)
    client.logout()

    html = page(client, quiet)

    assert "Adopted by 1 city" in html
    assert "Utrecht" in html
    assert "Ghent" not in html


def test_page_takes_as_many_queries_for_many_as_for_one(client, practice, officer):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            page(client, practice)
        return len(captured)

    shown(practice, officer)
    queries()
    one = queries()
    for city in ("berlin", "athens", "barcelona"):
        shown(practice, make_member(make_user(), make_city(city)).user, city=city)

    assert "Adopted by 4 cities" in page(client, practice)
    assert queries() == one


def test_lost_membership_counts_at_once(client, practice):
    membership = make_member(make_user(), make_city("utrecht"))
    client.force_login(membership.user)
    revoke_membership(membership=membership)

    client.post(form(practice), {"city": "utrecht", "year": "", "text": TEXT, "language": "nl"})

    assert not Adaptation.objects.exists()
