"""The list of practices as a visitor meets it."""

import gzip
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.models import SearchVersion, ServiceArea, TargetGroup
from practices.search import facet_index
from practices.services import publish, withdraw
from tests.factories import make_city, make_document, make_member, make_practice

pytestmark = pytest.mark.django_db

MOST_QUERIES = 15


def status_of(html):
    """What the result count says, without markup."""
    found = re.search(r'<span role="status">(.*?)</span>', html, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found.group(1)).strip()


def text_of(response):
    return response.content.decode()


def test_every_practice_stands_in_the_list_with_its_count(client):
    titles = [make_practice(title=f"Clinic number {number}").title_en for number in range(3)]

    html = text_of(client.get("/en/practices/"))

    assert status_of(html) == "3 practices"
    assert all(title in html for title in titles)


def test_words_and_filters_narrow_the_list_together(client):
    make_practice(title="Medical card", service_areas=["healthcare"])
    make_practice(title="Medical advice in a shelter", service_areas=["shelter"])
    make_practice(title="School places", service_areas=["education"])

    html = text_of(client.get("/en/practices/", {"q": "medical", "area": "shelter"}))

    assert status_of(html).startswith("1 practice found for")
    assert "School places" not in html


def test_each_filter_that_is_on_has_a_chip_that_takes_it_away(client):
    make_practice(service_areas=["shelter"])

    html = text_of(client.get("/en/practices/?q=shelter&area=shelter&year_from=2010&sort=title&page=1"))
    chips = re.findall(r'<a class="c-chip" href="([^"]+)"', html)

    assert [chip.replace("&amp;", "&") for chip in chips] == [
        "?q=shelter&year_from=2010&sort=title",
        "?q=shelter&area=shelter&sort=title",
    ]
    assert 'class="c-chips__clear" href="?q=shelter&amp;sort=title"' in html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"page": "0"}, "There is no such page"),
        ({"page": "-1"}, "There is no such page"),
        ({"page": "abc"}, "There is no such page"),
        ({"page": "9" * 5000}, "There is no such page"),
        ({"page": "٣"}, "There is no such page"),
        ({"page": "99"}, "The list has no page 99"),
    ],
)
def test_a_bad_page_shows_the_nearest_one_and_says_so(client, query, said):
    make_practice(title="Night bus")

    response = client.get("/en/practices/", query)

    assert response.status_code == 200
    assert said in text_of(response)
    assert "Night bus" in text_of(response)


@pytest.mark.parametrize("name", ["area", "group", "approach", "city", "country", "language", "firewall", "status"])
def test_an_unknown_value_is_named_beside_its_filter_and_ignored(client, name):
    make_practice(title="Night bus")

    response = client.get("/en/practices/", {name: "no-such-value"})
    html = text_of(response)

    assert response.status_code == 200
    assert status_of(html) == "1 practice"
    assert f'id="{name}-error"' in html


@pytest.mark.parametrize("query", [{"year_from": "abc"}, {"year_to": "99999"}, {"year_from": "2010x"}])
def test_a_bad_year_is_named_beside_the_years_and_ignored(client, query):
    make_practice()

    html = text_of(client.get("/en/practices/", query))

    assert status_of(html) == "1 practice"
    assert 'id="years-error"' in html


@pytest.mark.parametrize(
    "words",
    ['"', "' OR 1=1 --", "a AND", "NEAR(", "*", "x" * 10_000, "a\x00b", "\u202eabc", "<script>alert(1)</script>", "%"],
)
def test_hostile_words_are_only_words(client, words):
    make_practice()

    response = client.get("/en/practices/", {"q": words})

    assert response.status_code == 200
    assert "<script>alert" not in text_of(response)


def test_the_second_page_continues_the_first(client):
    for number in range(21):
        make_practice(title=f"Clinic number {number:02}")

    first, second = text_of(client.get("/en/practices/")), text_of(client.get("/en/practices/?page=2"))
    titles = re.compile(r"Clinic number \d\d")

    assert len(set(titles.findall(first))) == 20
    assert set(titles.findall(first)).isdisjoint(titles.findall(second))
    assert "?page=2" in first


def test_an_empty_list_offers_what_comes_back_without_each_filter(client):
    make_practice(title="Clinic", service_areas=["healthcare"], lead_city="ghent")
    make_practice(title="Beds", service_areas=["shelter"], lead_city="utrecht")

    html = text_of(client.get("/en/practices/?area=healthcare&country=NL"))

    assert status_of(html) == "0 practices"
    assert 'href="?area=healthcare"' in html
    assert 'href="?country=NL"' in html


def test_an_empty_list_offers_its_filters_without_the_words(client):
    make_practice(title="Clinic", service_areas=["healthcare"])

    html = text_of(client.get("/en/practices/?q=qqqqzzzz&area=healthcare"))

    assert 'href="?area=healthcare"' in html
    assert "Search words: qqqqzzzz" in html


def ways_out_of(html):
    """What an empty list offers with a count, in order: address, label, count."""
    found = re.findall(r'<li><a href="([^"]+)">([^<]+)</a> <span class="c-soft">(\d+) practices?</span></li>', html)
    return [(address.replace("&amp;", "&"), label, int(count)) for address, label, count in found]


def test_an_empty_list_offers_every_language_once(client):
    make_practice(title={"nl": "Nachtopvang"}, original_language="nl", provenance={"nl": "original"})

    html = text_of(client.get("/en/practices/?q=nachtopvang&language=el&language=fr&area=shelter"))

    assert ways_out_of(html) == [("?q=nachtopvang&area=shelter", "In every language", 1)]


def test_an_empty_list_offers_single_words_that_find_something_here(client):
    for number in range(21):
        make_practice(title=f"Quibble carousel {number}", lead_city="ghent")
    make_practice(title="Quibble", lead_city="utrecht")

    html = text_of(client.get("/en/practices/?q=quibble+carousel&country=NL"))

    assert ways_out_of(html) == [
        ("?q=quibble+carousel", "Without “Country: Netherlands”", 21),
        ("?country=NL", "Without “Search words: quibble carousel”", 1),
        ("?country=NL&q=quibble", "Only “quibble”", 1),
    ]


def test_an_empty_list_offers_a_broader_concept(client):
    make_practice(title="Healthcare for all", lead_city="ghent")
    make_practice(title="A vaccination bus", lead_city="utrecht")

    html = text_of(client.get("/en/practices/?q=Impfung&country=BE"))

    assert ("?country=BE&q=health+care", "“health care” instead", 1) in ways_out_of(html)


def test_an_empty_list_offers_no_word_twice(client):
    for number in range(21):
        make_practice(title=f"A night shelter {number}", lead_city="utrecht")
    make_practice(title="Shelter", summary="Beds.", lead_city="ghent")

    offers = [
        label
        for _address, label, _count in ways_out_of(text_of(client.get("/en/practices/?q=night+shelter&country=BE")))
    ]

    assert "Only “shelter”" in offers
    assert "“shelter” instead" not in offers


def test_a_list_is_read_and_never_written(client):
    assert client.post("/en/practices/").status_code in (403, 405)
    assert client.head("/en/practices/").status_code == 200


def test_no_more_queries_for_thirty_rows_than_for_one(client):
    def queries():
        # Kept drawings would hide how many queries a drawing takes.
        facet_index.current().memo.clear()
        with CaptureQueriesContext(connection) as captured:
            html = text_of(client.get("/en/practices/?area=shelter&year_from=2000"))
        return len(captured), html

    make_practice(start_year=2001)
    client.get("/en/practices/")
    with_one, _html = queries()
    for number in range(30):
        make_practice(start_year=2001, title=f"Shelter {number}", other_cities=["utrecht"])
    client.get("/en/practices/")
    with_thirty, html = queries()

    assert status_of(html) == "31 practices"
    assert with_one == with_thirty <= MOST_QUERIES


def test_a_full_page_stays_small(client):
    for number in range(25):
        make_practice(title=f"Clinic {number}", summary="A long text about what the city does. " * 12)

    response = client.get("/en/practices/")

    assert len(gzip.compress(response.content)) <= 25_000


def test_reading_sets_no_cookie(client):
    make_practice()

    assert not client.get("/en/practices/?q=shelter").cookies


def test_only_the_busiest_cities_are_listed_and_the_chosen_one_with_them(client):
    for number in range(20):
        make_city(f"town-{number:02}")
        make_practice(lead_city=f"town-{number:02}")
    make_practice(lead_city="town-00")

    html = text_of(client.get("/en/practices/?city=town-19"))

    assert 'value="town-00"' in html
    assert re.search(r'value="town-19"[^>]* checked', html)
    assert html.count('name="city"') <= 16
    assert "more cities" in html


def test_peers_see_that_a_practice_is_not_for_everyone(client):
    member = make_member()
    make_practice(title="Quiet beds", visibility="peers")

    assert "Quiet beds" not in text_of(client.get("/en/practices/"))
    client.force_login(member.user)
    html = text_of(client.get("/en/practices/"))

    assert "Quiet beds" in html
    assert "Verified officers of other municipalities" in html


def test_feed_is_answered_with_not_modified_until_something_is_published(client):
    practice = make_practice()
    first = client.get("/en/practices/feed.atom")

    again = client.get("/en/practices/feed.atom", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304

    withdraw(practice, by=None, reason="Ended")
    assert SearchVersion.objects.exists()
    changed = client.get("/en/practices/feed.atom", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_the_feed_names_entries_by_their_permanent_address_and_survives_control_characters(client):
    publish(make_document(title="Beds \x08 and \uffff showers"), by=None)

    response = client.get("/nl/practices/feed.atom", {"q": "beds \x01"})
    body = text_of(response)

    assert response["Content-Type"].startswith("application/atom+xml")
    assert "<id>http://testserver/id/CMISE-0001</id>" in body
    assert 'xml:lang="nl"' in body
    assert '<entry xml:lang="en">' in body
    assert "\x08" not in body
    assert 'rel="self"' in body
    assert 'rel="alternate"' in body


@pytest.mark.parametrize("query", ["", "?q=xanadu", "?q=%22onerror%22", "?area=shelter&city=evil"])
@pytest.mark.parametrize("language", ["en", "el"])
def test_what_people_and_moderators_wrote_is_text_in_lists_and_filters(client, language, query):
    """The list is drawn without templates, so nothing escapes by itself."""
    evil = '<img src=x onerror="alert(1)">\'xanadu'
    make_city("evil", name_en=evil, name_el=evil, country="MT")
    document = make_document(title=evil, summary=evil, description=evil, lead_city="evil", start_year=2019)
    ServiceArea.objects.update(label_en=evil, label_el=evil, definition_en=evil)
    TargetGroup.objects.update(label_en=evil, label_el=evil)
    publish(document, by=None)

    html = text_of(client.get(f"/{language}/practices/{query}"))

    assert "onerror" in html
    assert "<img" not in html
    assert 'onerror="' not in html


def test_what_was_typed_stands_as_text_in_its_places(client):
    make_practice(title="Night bus", start_year=2019)
    typed = "<script>\"'&"
    shown = "&lt;script&gt;&quot;&#x27;&amp;"

    html = text_of(client.get("/en/practices/", {"q": typed, "year_from": typed, "area": typed}))

    assert f'name="q" type="search" value="{shown}"' in html
    assert f'name="year_from" value="{shown}"' in html
    assert 'href="/en/practices/feed.atom?q=%3Cscript%3E%22%27%26&amp;year_from=%3Cscript%3E%22%27%26&amp;area=' in html
    assert "<script>" not in html


def test_one_visitors_words_are_not_left_for_the_next(client):
    make_practice(title="Night bus", service_areas=["shelter"])
    client.get("/en/practices/?q=night&year_from=2001&area=shelter")

    html = text_of(client.get("/en/practices/"))

    assert 'name="q" type="search" value=""' in html
    assert 'name="year_from" value=""' in html
    assert 'value="shelter" type="checkbox">' in html
    assert "night&" not in html
    assert "c-chip__k" not in html
