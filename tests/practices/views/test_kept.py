"""Drawings that are kept: the next reader gets the same ones, and never another circle's or yesterday's."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practices import kept
from practices.catalogue import Catalogue
from practices.models import ServiceArea
from practices.search import facet_index, index
from practices.services import confirm, publish, withdraw
from practices.views.catalogue import results_on
from tests.factories import make_city, make_document, make_member, make_moderator, make_practice, make_user

pytestmark = pytest.mark.django_db

LISTS = ("/en/practices/", "/el/practices/?area=shelter", "/api/v1/practices/", "/api/v1/practices/?lang=nl")


def text_of(client, address="/en/practices/"):
    return client.get(address).content.decode()


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured]


def officer():
    client = Client()
    client.force_login(make_member().user)
    return client


def moderator():
    client = Client()
    client.force_login(make_moderator())
    return client


@pytest.mark.parametrize("address", LISTS)
def test_second_reader_costs_no_look_at_the_practices(client, address):
    make_practice()
    first = text_of(client, address)

    asked = queries(client, address)

    assert len(asked) <= 2
    assert not any('"practices_practice"' in sql for sql in asked)
    assert text_of(client, address) == first


def test_city_is_drawn_for_those_who_were_searched_for_when_a_membership_begins_meanwhile(client):
    make_city("quillhaven", country="LU")
    make_practice(lead_city="quillhaven", city_withheld=True, title="Quiet beds")
    newcomer = make_user()
    catalogue = Catalogue(QueryDict(), user=newcomer, language="en")
    make_member(newcomer)

    drawn = results_on(catalogue, 1)

    assert "Quiet beds" in drawn
    assert "Quillhaven" not in drawn
    assert "Quillhaven" not in text_of(client)
    member = Client()
    member.force_login(newcomer)
    assert "Quillhaven" in text_of(member)


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("order", [(officer, moderator, Client), (Client, moderator, officer)])
def test_what_one_circle_was_shown_is_not_shown_to_another(address, order):
    make_city("quillhaven", country="LU")
    make_practice(lead_city="quillhaven", city_withheld=True, title="Quiet beds")
    make_practice(visibility="peers", title="Whispered beds")
    make_practice(visibility="moderators", title="Silent beds")

    # Twice: the second round is drawn from what was kept in the first.
    for make_reader in order * 2:
        html = text_of(make_reader(), address)
        is_api = address.startswith("/api/")

        assert "Quiet beds" in html
        assert ("Quillhaven" in html) == (make_reader is not Client and not is_api)
        assert ("Whispered beds" in html) == (make_reader is not Client and not is_api)
        assert ("Silent beds" in html) == (make_reader is moderator and not is_api)


@pytest.mark.parametrize("address", LISTS)
def test_changes_are_seen_at_the_next_request(client, address):
    kept = make_practice(title="Old name")
    gone = make_practice(title="Soon withdrawn")
    assert "Old name" in text_of(client, address)
    assert "Soon withdrawn" in text_of(client, address)

    publish(make_document(title="New name"), by=None, practice=kept)
    withdraw(gone, by=None, reason="Ended")

    html = text_of(client, address)
    assert "New name" in html
    assert "Old name" not in html
    assert "Soon withdrawn" not in html


def test_practice_that_becomes_restricted_leaves_the_public_list(client):
    practice = make_practice(title="Quiet beds")
    assert "Quiet beds" in text_of(client)

    publish(make_document(title="Quiet beds", visibility="peers"), by=None, practice=practice)

    assert "Quiet beds" not in text_of(client)
    assert "Quiet beds" in text_of(officer())


def test_city_that_withholds_its_name_is_named_no_more(client):
    make_city("quillhaven", country="LU")
    practice = make_practice(lead_city="quillhaven")
    assert "Quillhaven" in text_of(client)

    publish(make_document(lead_city="quillhaven", city_withheld=True), by=None, practice=practice)

    assert "Quillhaven" not in text_of(client)


def test_new_names_of_terms_and_cities_are_shown(client):
    make_practice(lead_city=make_city("quillhaven", country="LU").slug, service_areas=["shelter"])
    assert "Quillhaven" in text_of(client)

    term, city = ServiceArea.objects.get(slug="shelter"), make_city("quillhaven")
    term.label_en, city.name_en = "Roofs & walls", "Quillport"
    term.save()
    index.update_for(term)
    city.save()
    index.update_for(city)

    html = text_of(client)
    # In the filter, in the result, in both lists of the filters' names.
    assert html.count("Roofs &amp; walls") == 2
    assert "Shelter" not in html
    assert "Quillport" in html
    assert "Quillhaven" not in html


def test_confirmation_grows_old_overnight(client, monkeypatch):
    confirm(make_practice(), by=None)
    assert "Confirmed" in text_of(client)

    later = timezone.now() + timedelta(days=450)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert "Not confirmed since" in text_of(client)


def test_confirmation_is_old_at_the_same_moment_for_everyone(client, monkeypatch):
    """By days: a drawing that is kept since the morning is right in the evening."""
    practice = make_practice()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 3, 1, 12, tzinfo=UTC))
    confirm(practice, by=None)

    said = {}
    for day in (24, 25):
        for hour in (3, 18):
            monkeypatch.setattr(timezone, "now", lambda day=day, hour=hour: datetime(2026, 5, day, hour, tzinfo=UTC))
            facet_index.current().memo.clear()
            said[day, hour] = "Not confirmed since" in text_of(client)

    assert said == {(24, 3): False, (24, 18): False, (25, 3): True, (25, 18): True}


def test_each_language_has_its_own_drawings(client):
    make_practice(title={"en": "Night shelter", "nl": "Nachtopvang"})

    for _round in range(2):
        assert "Nachtopvang" in text_of(client, "/nl/practices/")
        assert "Nachtopvang" not in text_of(client, "/de/practices/")
        assert set(client.get("/api/v1/practices/?lang=nl").json()["results"][0]["title"]) == {"nl"}
        assert set(client.get("/api/v1/practices/").json()["results"][0]["title"]) == {"en", "nl"}
        dutch = client.get("/api/v1/practices/", headers={"accept-language": "nl"}).json()
        assert dutch["results"][0]["url"].startswith("http://testserver/nl/")
        assert client.get("/api/v1/practices/").json()["results"][0]["url"].startswith("http://testserver/en/")


def test_marked_words_are_for_those_who_asked_for_them(client):
    make_practice(title="Night shelter")

    for _round in range(2):
        assert "<mark>Night</mark>" in text_of(client, "/en/practices/?q=night")
        assert "<mark>" not in text_of(client, "/en/practices/")
        assert "<mark>" in client.get("/api/v1/practices/?q=night").json()["results"][0]["highlight"]["title"]
        assert client.get("/api/v1/practices/").json()["results"][0]["highlight"] is None


def test_as_many_are_kept_as_there_is_room_for(client, monkeypatch):
    monkeypatch.setattr(kept, "MOST_OF_PRACTICES", 30)
    monkeypatch.setattr(kept, "MOST_OF_LISTS", 3)
    for number in range(25):
        make_practice(title=f"Clinic number {number:02}")

    for _round in range(2):
        titles = [
            re.findall(r"Clinic number \d\d", text_of(client, f"/{language}/practices/?page={page}"))
            for language in ("en", "nl")
            for page in (1, 2)
        ]
        assert [len(found) for found in titles] == [20, 5, 20, 5]
        assert len(facet_index.current().memo["of practices"]) <= 30
        assert len(facet_index.current().memo["of lists"]) <= 3


def test_names_in_filters_are_texts(client):
    make_city("quillhaven", country="LU", name_en="<b>\"Quill' & haven")
    make_practice(lead_city="quillhaven")

    html = text_of(client, "/en/practices/?city=quillhaven")

    assert '<span class="c-opt__l">&lt;b&gt;&quot;Quill&#x27; &amp; haven</span><span class="c-opt__n">1</span>' in html
    assert 'id="city-quillhaven" name="city" value="quillhaven" type="checkbox" checked>' in html
    assert "<b>&quot;" not in html
    assert '<b>"Quill' not in html
