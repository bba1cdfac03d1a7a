"""An unchanged answer is not made again, and a change shows at the next question."""

import pytest

from practices.services import confirm, publish, withdraw
from tests.factories import make_city, make_document, make_moderator, make_practice

ADDRESSES = [
    "/api/v1/practices/",
    "/api/v1/practices/?q=shelter",
    "/api/v1/practices/night-shelter/",
    "/api/v1/practices/night-shelter/versions/",
    "/api/v1/practices/night-shelter/versions/1/",
    "/api/v1/suggest/?q=night",
    "/api/v1/cities/",
    "/api/v1/cities/ghent/",
    "/api/v1/vocabularies/",
    "/api/v1/schema/",
]


@pytest.fixture
def practice(db):
    return make_practice(slug="night-shelter")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}'])
def test_known_answer_is_not_sent_again(client, practice, address, form):
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": form.format(first.headers["ETag"])})

    assert first.status_code == 200
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert not first.cookies
    assert not again.cookies


@pytest.mark.parametrize("address", ADDRESSES[:6])
def test_known_answer_costs_one_query(client, practice, address, django_assert_num_queries):
    tag = client.get(address).headers["ETag"]

    with django_assert_num_queries(1):
        assert client.get(address, headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize("address", ADDRESSES[:4])
def test_any_change_of_the_catalogue_makes_a_new_answer(client, practice, address):
    tags = [client.get(address).headers["ETag"]]
    publish(make_document(), by=None, practice=practice)
    tags.append(client.get(address).headers["ETag"])
    confirm(practice, by=make_moderator())
    tags.append(client.get(address).headers["ETag"])

    assert len(set(tags)) == 3


def test_withdrawal_beats_the_cache(client, practice):
    tag = client.get("/api/v1/practices/night-shelter/").headers["ETag"]
    withdraw(practice, by=make_moderator(), reason="Asked for.")

    assert client.get("/api/v1/practices/night-shelter/", headers={"if-none-match": tag}).status_code == 410


def test_change_of_a_city_makes_a_new_answer(client, practice):
    tag = client.get("/api/v1/cities/").headers["ETag"]
    make_city("utrecht")

    assert client.get("/api/v1/cities/", headers={"if-none-match": tag}).status_code == 200


def test_each_language_has_its_own_answer(client, practice):
    tags = {
        client.get("/api/v1/practices/", headers={"accept-language": "nl"}).headers["ETag"],
        client.get("/api/v1/practices/", headers={"accept-language": "fr"}).headers["ETag"],
        client.get("/api/v1/practices/?lang=fr", headers={"accept-language": "nl"}).headers["ETag"],
    }

    assert len(tags) == 3


def test_star_is_no_answer_for_what_does_not_exist(client, db):
    response = client.get("/api/v1/practices/absent/", headers={"if-none-match": "*"})

    assert response.status_code == 404
    assert "ETag" not in response.headers


def test_head_says_what_get_says_without_saying_it(client, practice):
    get, head = client.get("/api/v1/practices/"), client.head("/api/v1/practices/")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]
