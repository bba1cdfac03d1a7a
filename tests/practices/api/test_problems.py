"""Whatever goes wrong is told as a problem document."""

import pytest
from rest_framework.throttling import AnonRateThrottle

from tests.factories import make_practice


def assert_problem(response, status):
    problem = response.json()
    assert response.status_code == problem["status"] == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert not response.cookies
    return problem


@pytest.mark.parametrize(
    "address",
    ["", "nothing/", "practices/absent/", "practices/a%00b/", "practices/%F0%9F%92%A5/", "cities/absent/",
     "practices/absent/versions/", "practices/absent/versions/1/", "practices/absent/versions/x/",
     "practices/" + "x" * 2_000 + "/", "practices/../../etc/passwd"],
)  # fmt: skip
def test_unknown_address_is_a_problem(client, db, address):
    assert_problem(client.get(f"/api/v1/{address}", follow=True), 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize(
    "address", ["practices/", "practices/absent/", "cities/", "vocabularies/", "suggest/", "schema/"]
)
def test_nothing_can_be_written(client, db, method, address):
    response = getattr(client, method)(f"/api/v1/{address}")

    assert_problem(response, 405)
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_made_up_method_is_refused(client, db):
    assert_problem(client.generic("BREW", "/api/v1/practices/"), 405)


@pytest.mark.parametrize("address", ["practices/", "practices/absent/", "cities/"])
def test_options_tell_the_methods_and_nothing_else(client, db, address):
    response = client.options(f"/api/v1/{address}")

    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("accept", ["text/html", "application/xml"])
def test_other_formats_are_not_acceptable(client, db, accept):
    assert_problem(client.get("/api/v1/practices/", headers={"accept": accept}), 406)


def test_too_many_requests_are_slowed_down(client, db, monkeypatch):
    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "2/min"})
    make_practice()

    answers = [client.get("/api/v1/practices/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    problem = assert_problem(answers[2], 429)
    assert 0 < problem["retry_after"] == int(answers[2].headers["Retry-After"]) <= 60


def test_invented_forwarding_does_not_make_a_new_client(client, db, monkeypatch):
    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "1/min"})

    answers = [
        client.get("/api/v1/cities/", headers={"x-forwarded-for": f"192.0.2.{number}"}).status_code for number in (1, 2)
    ]

    assert answers == [200, 429]


def test_failure_of_our_own_is_a_problem_without_details(client, db, monkeypatch):
    monkeypatch.setattr("practices.api.views.Catalogue", None)
    client.raise_request_exception = False

    response = client.get("/api/v1/practices/")

    assert_problem(response, 500)
    assert b"NoneType" not in response.content
