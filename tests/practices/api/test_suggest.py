"""Suggestions over the API."""

import pytest

from tests.factories import make_practice


@pytest.fixture
def practice(db):
    return make_practice(title={"en": "Night shelter", "nl": "Nachtopvang"}, lead_city="ghent", slug="night-shelter")


def test_each_kind_of_suggestion_has_its_own_list(ask, practice):
    answer = ask("suggest/", q="night")

    assert list(answer) == ["concepts", "cities", "practices"]
    assert {"text": "night shelter", "language": "en", "highlight": "<mark>night</mark> shelter", "matched": None,
            "url": "http://testserver/en/practices/?q=night+shelter"} in answer["concepts"]  # fmt: skip
    assert answer["practices"] == [
        {"text": "Night shelter", "language": "en", "highlight": "<mark>Night</mark> shelter", "matched": None,
         "url": "http://testserver/en/practices/night-shelter/"}
    ]  # fmt: skip


def test_the_language_of_the_request_decides_texts_and_addresses(client, ask, practice):
    assert ask("suggest/", q="gent", lang="nl")["cities"] == [
        {"text": "Gent", "language": "nl", "highlight": "<mark>Gent</mark>", "matched": None,
         "url": "http://testserver/nl/cities/ghent/"}
    ]  # fmt: skip
    accepted = client.get("/api/v1/suggest/?q=night", headers={"accept-language": "nl"}).json()
    assert accepted["practices"][0]["text"] == "Nachtopvang"
    assert accepted["practices"][0]["matched"]["highlight"] == "<mark>Night</mark> shelter"


@pytest.mark.parametrize("query", ["", "?q=", "?q=n", "?q=%00", "?q=%ED%A0%80", "?q=" + "night" * 2_000, "?nothing=1"])
def test_nothing_is_suggested_without_a_beginning(client, practice, query):
    response = client.get(f"/api/v1/suggest/{query}")

    assert response.status_code == 200
    assert response.json() == {"concepts": [], "cities": [], "practices": []}


def test_an_unknown_language_is_a_problem(client, practice):
    response = client.get("/api/v1/suggest/?q=night&lang=xx")

    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == "lang"
