"""Addresses outside the languages."""

import re
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import resolve

from practices import sitemaps
from practices.choices import Visibility
from practices.models import Practice
from practices.services import withdraw
from tests.factories import make_member, make_moderator, make_practice, make_user

MARKER = "zzsecretmarker"
LANGUAGES = ["en", "de", "el", "es", "fr", "it", "nl"]


# --- The front door ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("nl-BE,nl;q=0.9,en;q=0.5", "nl"),
        ("el", "el"),
        ("pt,fr;q=0.3", "fr"),
        ("ja", "en"),
        ("", "en"),
        ("%%;q=x", "en"),
    ],
)
def test_front_door_opens_in_the_language_of_the_browser(client, db, accepted, language):
    response = client.get("/", headers={"accept-language": accepted})

    assert (response.status_code, response.headers["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in response.headers["Vary"]
    assert not response.cookies


def test_front_door_opens_in_the_language_of_the_account(client, db):
    client.force_login(make_user(language="el"))

    assert client.get("/", headers={"accept-language": "nl"}).headers["Location"] == "/el/"


# --- Permanent links --------------------------------------------------------------------------------------------------


def test_permanent_link_leads_to_the_page_in_the_readers_language(client, db):
    practice = make_practice(slug="night-shelter")

    response = client.get(f"/id/{practice.reference}", headers={"accept-language": "it"})

    assert (response.status_code, response.headers["Location"]) == (303, "/it/practices/night-shelter/")
    assert client.get(f"/id/{practice.reference.lower()}").status_code == 303
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize(
    "reference",
    [
        "CMISE-9999",
        "CMISE-0000",
        "CMISE-1",
        "CMISE-00001",
        "CMISE-99999999999999999999",
        "cmise-x",
        "CMISE-٠٠٠١",
        "x" * 900,
    ],
)
def test_unknown_reference_is_not_found(client, db, reference):
    make_practice()

    assert client.get(f"/id/{reference}").status_code == 404


@pytest.mark.parametrize("visibility", [Visibility.PEERS, Visibility.MODERATORS])
@pytest.mark.parametrize("withdrawn", [False, True])
def test_reference_of_a_hidden_practice_never_was(client, db, visibility, withdrawn):
    practice = make_practice(visibility=visibility, title=MARKER)
    if withdrawn:
        withdraw(practice, by=make_moderator(), reason=MARKER)

    hidden, absent = client.get(f"/id/{practice.reference}"), client.get("/id/CMISE-9999")

    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    assert hidden.headers == absent.headers


def test_reference_of_a_peers_practice_opens_for_peers(client, db):
    practice = make_practice(slug="for-peers", visibility=Visibility.PEERS)
    client.force_login(make_member().user)

    response = client.get(f"/id/{practice.reference}")

    assert (response.status_code, response.headers["Location"]) == (303, "/en/practices/for-peers/")
    assert response.headers["Cache-Control"] == "private, no-store"


def test_withdrawn_practice_leaves_a_tombstone_for_people_and_programs(client, db):
    practice = make_practice(title=MARKER)
    withdraw(practice, by=make_moderator(), reason="The city asked for it.")

    page = client.get(f"/id/{practice.reference}", headers={"accept": "text/html,*/*;q=0.8"})
    document = client.get(f"/id/{practice.reference}", headers={"accept": "application/json"})

    assert page.status_code == document.status_code == 410
    assert page.headers["Content-Type"].startswith("text/html")
    assert "The city asked for it." in page.content.decode()
    assert document.headers["Content-Type"] == "application/problem+json"
    assert document.json()["reason"] == "The city asked for it."
    assert "Accept" in [name.strip() for name in page.headers["Vary"].split(",")]
    assert MARKER not in page.content.decode() + document.content.decode()


# --- For search engines -----------------------------------------------------------------------------------------------


def test_robots_are_told_what_to_leave_and_where_the_sitemap_is(client, db):
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "User-agent: *"
    assert "Disallow: /admin/" in lines
    assert "Disallow: /*/submissions/" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines


def read_sitemap(response):
    """Address to (last change, alternates) of every entry."""
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    entries = {}
    for entry in ElementTree.fromstring(response.content).findall("s:url", names):
        alternates = {link.get("hreflang"): link.get("href") for link in entry.findall("x:link", names)}
        entries[entry.findtext("s:loc", namespaces=names)] = entry.findtext("s:lastmod", namespaces=names), alternates
    return entries


def test_sitemap_lists_every_public_page_in_every_language(client, db):
    practice = make_practice(slug="night-shelter")

    response = client.get("/sitemap.xml")
    entries = read_sitemap(response)

    assert response.headers["Content-Type"] == "application/xml"
    changed_at, alternates = entries["http://testserver/el/practices/night-shelter/"]
    assert changed_at == practice.updated_at.date().isoformat()
    assert list(alternates) == [*LANGUAGES, "x-default"]
    assert alternates["x-default"] == alternates["en"] == "http://testserver/en/practices/night-shelter/"
    for code in LANGUAGES:
        assert entries[f"http://testserver/{code}/practices/night-shelter/"][1] == alternates
        for path in ("", "practices/", "cities/", "cities/ghent/", "areas/shelter/", "about/", "about/data/"):
            assert f"http://testserver/{code}/{path}" in entries


def test_every_address_of_the_sitemap_is_a_page(client, db):
    make_practice(slug="night-shelter")

    english = [address for address in read_sitemap(client.get("/sitemap.xml")) if "/en/" in address]
    pages = {re.sub(r"/(areas|cities)/[\w-]+/", r"/\1/…/", address): address for address in english}

    assert len(pages) >= 10
    assert {address: client.get(address).status_code for address in pages.values()} == dict.fromkeys(
        pages.values(), 200
    )


def test_sitemap_holds_nothing_that_is_hidden(client, db):
    make_practice(slug="for-peers", visibility=Visibility.PEERS)
    make_practice(slug="for-moderators", visibility=Visibility.MODERATORS)
    withdraw(make_practice(slug="withdrawn"), by=make_moderator(), reason="Asked for.")
    client.force_login(make_moderator())

    text = client.get("/sitemap.xml").content.decode()

    assert "/practices/" in text
    for slug in ("for-peers", "for-moderators", "withdrawn"):
        assert slug not in text
    assert Practice.objects.public().count() == 0


def test_large_sitemap_comes_in_files_that_hold_everything_once(client, db, monkeypatch):
    make_practice(slug="night-shelter")
    whole = read_sitemap(client.get("/sitemap.xml"))
    monkeypatch.setattr(sitemaps, "PAGES_A_FILE", 7)

    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    files = [element.text.removeprefix("http://testserver") for element in index.iter() if element.tag.endswith("loc")]
    parts = [read_sitemap(client.get(address)) for address in files]

    assert len(files) > 1
    assert sum(map(len, parts)) == len(whole)
    assert {address for part in parts for address in part} == set(whole)
    assert client.get(f"/sitemap-{len(files) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_sitemap_asks_as_many_questions_for_thirty_practices(client, db, django_assert_num_queries):
    make_practice()
    with django_assert_num_queries(6):
        client.get("/sitemap.xml")
    for _ in range(29):
        make_practice()
    with django_assert_num_queries(6):
        client.get("/sitemap.xml")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("address", ["/", "/id/CMISE-0001", "/robots.txt", "/sitemap.xml", "/healthz", "/readyz"])
def test_these_addresses_are_for_reading(db, method, address):
    request = getattr(RequestFactory(), method)(address)
    request.user = AnonymousUser()
    match = resolve(address)

    response = match.func(request, *match.args, **match.kwargs)

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
