"""The list and the record: their shape, their languages, and what they keep to themselves."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext, override

from practices.choices import Visibility
from practices.content import PEER_FIELDS
from practices.search import facet_index
from practices.services import publish, withdraw
from tests.factories import make_document, make_member, make_moderator, make_practice
from tests.practices.api.conftest import MARKER

LIST_KEYS = {"count", "next", "previous", "widened", "guessed", "did_you_mean", "concepts", "facets", "results"}
ROW_KEYS = {
    "reference", "slug", "version", "url", "permalink", "title", "summary", "original_language", "translations",
    "stale_translations", "matched_language", "highlight", "city", "service_areas", "target_groups", "approaches",
    "operation_status", "firewall", "depth", "evidence_level", "start_year", "end_year", "published_at", "updated_at",
    "confirmed_at",
    "not_confirmed_since",
}  # fmt: skip
FACETS = [
    "area", "group", "approach", "country", "city", "language", "status", "firewall", "evidence", "depth", "typology",
]  # fmt: skip
TWO_LANGUAGES = {
    "original_language": "nl",
    "title": {"nl": "Nachtopvang zonder papieren", "en": "Night shelter without papers"},
    "summary": {"nl": "De stad opent bedden.", "en": "The city opens beds."},
    "provenance": {"nl": "original", "en": "machine"},
}


def test_list_has_the_shape_of_the_contract(ask):
    practice = make_practice(slug="night-shelter", start_year=2015, **TWO_LANGUAGES)

    answer = ask("practices/")

    assert set(answer) == LIST_KEYS
    assert (answer["count"], answer["next"], answer["previous"]) == (1, None, None)
    assert (answer["widened"], answer["guessed"]) == (False, False)
    assert (answer["did_you_mean"], answer["concepts"]) == (None, [])
    assert list(answer["facets"]) == FACETS
    assert answer["facets"]["area"][0] == {
        "value": "shelter",
        "label": "Shelter and housing",
        "count": 1,
        "selected": False,
    }
    (row,) = answer["results"]
    assert set(row) == ROW_KEYS
    assert row["reference"] == practice.reference
    assert row["url"] == "http://testserver/en/practices/night-shelter/"
    assert row["permalink"] == f"http://testserver/id/{practice.reference}"
    assert row["title"] == TWO_LANGUAGES["title"]
    assert row["translations"] == {"en": "machine", "nl": "original"}
    assert row["city"]["slug"] == "ghent"
    assert row["city"]["name"]["fr"] == "Gand"
    assert set(row["city"]) == {"slug", "name", "country", "latitude", "longitude"}
    assert (row["service_areas"], row["start_year"], row["end_year"]) == (["shelter"], 2015, None)
    assert (row["matched_language"], row["highlight"]) == (None, None)


def test_one_language_is_given_under_the_language_it_is_in(ask):
    make_practice(slug="night-shelter", **TWO_LANGUAGES)

    (english,) = ask("practices/", lang="en")["results"]
    (greek,) = ask("practices/", lang="el")["results"]
    record = ask("practices/night-shelter/", lang="el")

    assert english["title"] == {"en": "Night shelter without papers"}
    assert greek["title"] == {"nl": "Nachtopvang zonder papieren"}
    assert greek["city"]["name"] == {"el": "Γάνδη"}
    assert greek["translations"] == {"en": "machine", "nl": "original"}
    assert greek["url"] == "http://testserver/el/practices/night-shelter/"
    assert record["title"] == greek["title"]


def test_labels_follow_the_asked_language_before_the_browser(client, db):
    make_practice()

    browser = client.get("/api/v1/practices/", headers={"accept-language": "nl"})
    asked = client.get("/api/v1/practices/?lang=fr", headers={"accept-language": "nl"})

    assert browser.json()["facets"]["area"][0]["label"] == "Opvang en huisvesting"
    assert browser.headers["Content-Language"] == "nl"
    assert asked.json()["facets"]["area"][0]["label"] == "Hébergement et logement"
    assert asked.headers["Content-Language"] == "fr"
    assert "Accept-Language" in browser.headers["Vary"]


def test_search_marks_the_words_and_names_the_language(ask):
    make_practice(slug="night-shelter", **TWO_LANGUAGES)

    (row,) = ask("practices/", q="nachtopvang")["results"]

    assert row["matched_language"] == "nl"
    assert row["highlight"]["title"] == "<mark>Nachtopvang</mark> zonder papieren"


def test_highlight_is_escaped(ask):
    make_practice(title="Shelter <script>alert(1)</script> & more")

    (row,) = ask("practices/", q="shelter")["results"]

    assert row["highlight"]["title"].startswith("<mark>Shelter</mark> &lt;script&gt;")
    assert row["title"]["en"] == "Shelter <script>alert(1)</script> & more"


def test_record_holds_every_field_that_the_public_may_read(ask):
    practice = make_practice(
        slug="night-shelter",
        description="Every evening.",
        milestones=[{"year": 2015, "text": {"en": "It opened", "nl": "Het opende"}}],
        partners=[{"name": "Red Cross", "role": "runs it"}],
        sources=[{"citation": "City council, 2015", "url": "https://city.example/decision"}],
        start_year=2015,
        contact=f"{MARKER}@city.example",
        discreet_details=MARKER,
    )

    record = ask("practices/night-shelter/")

    assert record["reference"] == practice.reference
    assert record["description"] == {"en": "Every evening."}
    assert record["milestones"] == [{"year": 2015, "text": {"en": "It opened", "nl": "Het opende"}}]
    assert record["partners"] == [{"name": "Red Cross", "role": "runs it"}]
    assert record["sources"] == [{"citation": "City council, 2015", "url": "https://city.example/decision"}]
    assert (record["lead_city"], record["city"]["slug"]) == ("ghent", "ghent")
    assert record["versions_url"] == "http://testserver/api/v1/practices/night-shelter/versions/"
    assert not {field.name for field in PEER_FIELDS} & set(record)
    assert MARKER not in str(record)


@pytest.mark.parametrize("address", ["practices/", "practices/{}/", "practices/{}/versions/1/"])
def test_withheld_city_is_named_nowhere(client, db, address):
    practice = make_practice(city_withheld=True, lead_city="ghent", other_cities=["utrecht"])

    response = client.get("/api/v1/" + address.format(practice.slug))
    text = response.content.decode().lower()

    assert response.status_code == 200
    assert '"title"' in text
    for trace in ("ghent", "gent", "gand", "utrecht", "latitude", '"be"', "belg"):
        assert trace not in text


def test_withheld_city_is_told_by_its_size_and_region_only(ask):
    practice = make_practice(city_withheld=True, lead_city="ghent")

    place = {"withheld": True, "size_class": "under-500000", "region": "west"}
    assert ask("practices/")["results"][0]["city"] == place
    assert ask(f"practices/{practice.slug}/")["city"] == place


def test_version_of_before_the_city_was_withheld_does_not_name_it(client, db):
    practice = make_practice(slug="night-shelter", lead_city="ghent")
    publish(make_document(city_withheld=True, lead_city="ghent"), by=None, practice=practice)

    answers = [client.get(f"/api/v1/practices/night-shelter/versions/{number}/") for number in (1, 2)]

    assert [answer.status_code for answer in answers] == [404, 200]
    assert "ghent" not in "".join(answer.content.decode() for answer in answers)
    assert [row["number"] for row in client.get("/api/v1/practices/night-shelter/versions/").json()["results"]] == [2]


@pytest.mark.parametrize("visibility", [Visibility.PEERS, Visibility.MODERATORS])
@pytest.mark.parametrize("method", ["get", "head", "options", "post", "delete"])
@pytest.mark.parametrize("address", ["practices/{}/", "practices/{}/versions/", "practices/{}/versions/1/"])
def test_hidden_practice_answers_like_one_that_never_was(client, db, visibility, method, address):
    make_practice(slug="hidden", visibility=visibility, title=MARKER)

    hidden = getattr(client, method)("/api/v1/" + address.format("hidden"))
    absent = getattr(client, method)("/api/v1/" + address.format("absent"))

    assert hidden.status_code == absent.status_code != 200
    assert hidden.content == absent.content
    assert hidden.headers == absent.headers


@pytest.mark.parametrize("visibility", [Visibility.PEERS, Visibility.MODERATORS])
def test_session_gives_nobody_more_than_the_public(client, db, visibility):
    make_practice(slug="hidden", visibility=visibility, title=MARKER, lead_city="utrecht")
    make_practice(slug="open", city_withheld=True, lead_city="vienna", contact=MARKER)
    before = [client.get(f"/api/v1/{path}").json() for path in ("practices/", "practices/open/")]

    for person in (make_moderator(), make_member().user):
        client.force_login(person)
        after = [client.get(f"/api/v1/{path}").json() for path in ("practices/", "practices/open/")]
        assert after == before
        assert client.get("/api/v1/practices/hidden/").status_code == 404
    assert MARKER not in str(before)
    assert "vienna" not in str(before)


def test_withdrawn_practice_is_gone_at_once(client, db):
    practice = make_practice(slug="night-shelter")
    withdraw(practice, by=make_moderator(), reason="The city asked for it.")

    response = client.get("/api/v1/practices/night-shelter/")
    problem = response.json()

    assert response.status_code == 410
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (problem["status"], problem["reference"]) == (410, practice.reference)
    assert problem["reason"] == "The city asked for it."
    assert "Night shelter" not in str(problem)
    assert client.get("/api/v1/practices/night-shelter/versions/").status_code == 410
    assert client.get("/api/v1/practices/night-shelter/versions/1/").status_code == 410
    assert client.get("/api/v1/practices/").json()["count"] == 0


def test_withdrawn_practice_that_was_never_public_never_was(client, db):
    practice = make_practice(slug="hidden", visibility=Visibility.PEERS)
    withdraw(practice, by=make_moderator(), reason=MARKER)

    hidden, absent = (client.get(f"/api/v1/practices/{slug}/") for slug in ("hidden", "absent"))

    assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_pages_lead_to_each_other_and_hold_everything_once(ask):
    made = {make_practice().reference for _ in range(5)}

    first = ask("practices/", page_size=2, area="shelter")
    second = ask("practices/", page_size=2, area="shelter", page=2)
    third = ask("practices/", page_size=2, area="shelter", page=3)

    assert first["previous"] is None
    assert first["next"] == "http://testserver/api/v1/practices/?page_size=2&area=shelter&page=2"
    assert second["previous"] == "http://testserver/api/v1/practices/?page_size=2&area=shelter&page=1"
    assert third["next"] is None
    rows = [row["reference"] for page in (first, second, third) for row in page["results"]]
    assert len(rows) == 5
    assert set(rows) == made


def test_every_facet_count_leads_to_exactly_so_many(ask):
    make_practice(lead_city="ghent", service_areas=["shelter", "healthcare"])
    make_practice(lead_city="utrecht", service_areas=["healthcare"], start_year=2019)
    make_practice(lead_city="vienna", city_withheld=True, operation_status="running")

    facets = ask("practices/")["facets"]
    promised = {(name, option["value"]): option["count"] for name, options in facets.items() for option in options}

    assert promised["area", "healthcare"] == 2
    assert ("city", "vienna") not in promised
    assert promised == {(name, value): ask("practices/", **{name: value})["count"] for name, value in promised}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("area=nowhere", "area"),
        ("group=nobody", "group"),
        ("approach=none", "approach"),
        ("city=atlantis", "city"),
        ("country=XX", "country"),
        ("country=belgium", "country"),
        ("typology=x", "typology"),
        ("language=xx", "language"),
        ("depth=deep", "depth"),
        ("evidence=yes", "evidence"),
        ("firewall=maybe", "firewall"),
        ("status=published", "status"),
        ("year_from=soon", "year_from"),
        ("year_to=99999999999999999999", "year_to"),
        ("year_from=-1", "year_from"),
        ("sort=owner__email", "sort"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=two", "page"),
        ("page=٢", "page"),
        ("page=2", "page"),
        ("page=99999999999999999999", "page"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=many", "page_size"),
        ("lang=xx", "lang"),
        ("area=a%00b", "area"),
        pytest.param("q=" + "x" * 10_000, "q", id="10,000 letters"),
    ],
)
def test_bad_value_is_a_problem_that_names_the_parameter(client, db, query, parameter):
    make_practice()

    response = client.get(f"/api/v1/practices/?{query}")
    problem = response.json()

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == 400
    assert [error["parameter"] for error in problem["errors"]] == [parameter]
    assert problem["errors"][0]["detail"]
    assert "ETag" not in response.headers


@pytest.mark.parametrize("code", ["en", "nl", "el"])
def test_problem_is_told_in_the_language_of_the_request(client, db, code):
    asked = client.get(f"/api/v1/practices/?page=0&lang={code}")
    browser = client.get("/api/v1/practices/?page=0", headers={"accept-language": code})

    with override(code):
        assert asked.json()["title"] == gettext("The request cannot be understood")
    assert asked.headers["Content-Language"] == browser.headers["Content-Language"] == code
    assert asked.json() == browser.json()


@pytest.mark.parametrize(
    "words",
    [
        "'; DROP TABLE practices_practice; --", '"', '""" AND (', "NEAR(", "*", "a* OR b", "title:shelter", "{x} AND",
        "\x00", "a\x00b", "\u202e\u200f", "%", "_", "\\", "<script>", "&#0;", "-", "^x", "+", "shelter'",
        pytest.param("\ufdfa" * 100, id="expanding letters"),
        pytest.param("💥" * 50, id="no letters"),
        pytest.param("a " * 120, id="many words"),
    ],
)  # fmt: skip
def test_hostile_words_are_words(client, db, words):
    make_practice()

    response = client.get("/api/v1/practices/", {"q": words})

    assert response.status_code in (200, 400)
    if response.status_code == 400:
        assert [error["parameter"] for error in response.json()["errors"]] == ["q"]


@pytest.mark.parametrize("query", ["peer_note__contact=x", "discreet_details=x", "created_by=1", "ordering=contact"])
def test_private_names_as_parameters_change_nothing(client, db, query):
    make_practice(contact=MARKER)

    assert client.get(f"/api/v1/practices/?{query}").json()["count"] == 1


@pytest.mark.parametrize("number", ["0", "2", "999999999999999999999999"])
def test_version_that_is_not_there_is_not_found(client, db, number):
    make_practice(slug="night-shelter")

    assert client.get(f"/api/v1/practices/night-shelter/versions/{number}/").status_code == 404


def test_versions_are_listed_newest_first_and_keep_what_they_said(ask):
    practice = make_practice(slug="night-shelter", title="First title", contact=MARKER)
    publish(make_document(title="Second title"), by=make_moderator(), practice=practice, note=MARKER)

    listed = ask("practices/night-shelter/versions/")
    first = ask("practices/night-shelter/versions/1/")

    assert (listed["reference"], listed["count"]) == (practice.reference, 2)
    assert [row["number"] for row in listed["results"]] == [2, 1]
    assert listed["results"][1]["url"] == "http://testserver/en/practices/night-shelter/v1/"
    assert first["document"]["title"] == {"en": "First title"}
    assert ask("practices/night-shelter/")["title"] == {"en": "Second title"}
    assert MARKER not in str([listed, first])


def test_version_that_only_peers_could_read_stays_theirs(client, db):
    practice = make_practice(slug="night-shelter", visibility=Visibility.PEERS, title=MARKER)
    publish(make_document(), by=None, practice=practice)

    assert client.get("/api/v1/practices/night-shelter/versions/1/").status_code == 404
    assert [row["number"] for row in client.get("/api/v1/practices/night-shelter/versions/").json()["results"]] == [2]


def count_queries(client, address):
    # Kept drawings would hide how many queries a drawing takes.
    facet_index.current().memo.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (reverse("api-practice-list") + "?page_size=100", 6),
        (reverse("api-practice-list") + "?page_size=100&q=shelter", 7),
        # A word that stands in a longer text only.
        (reverse("api-practice-list") + "?page_size=100&q=sobriety", 8),
        (reverse("api-practice-detail", args=["first"]), 12),
        (reverse("api-version-list", args=["first"]), 3),
        (reverse("api-city-list"), 4),
        (reverse("api-city-detail", args=["ghent"]), 3),
        (reverse("api-vocabularies"), 4),
    ],
)
def test_number_of_queries_does_not_grow_with_the_rows(client, db, address, expected):
    texts = {"description": "Nobody asks for sobriety."}
    first = make_practice(slug="first", other_cities=["utrecht"], **texts)
    client.get(address)
    with_one = count_queries(client, address)
    for city in ("ghent", "utrecht", "vienna") * 10:
        milestones = [{"year": 2015, "text": {"en": "Start"}}]
        make_practice(lead_city=city, other_cities=["athens"], milestones=milestones, **texts)
    publish(make_document(**texts), by=None, practice=first)
    client.get(address)

    assert count_queries(client, address) == with_one == expected
