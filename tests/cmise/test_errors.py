"""What is asked in the wrong way gets an answer that can be read."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.factories import make_moderator


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PROPFIND"])
def test_wrong_method_gets_a_page_in_its_language(client, method):
    with override("de"):
        address = reverse("practice-list")

    response = client.generic(method, address)

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert '<html lang="de"' in response.content.decode()


@pytest.mark.django_db
def test_program_that_posts_without_a_token_reads_a_problem_document():
    response = Client(enforce_csrf_checks=True).post("/api/v1/docs/")

    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 403


@pytest.mark.django_db
def test_far_too_large_a_body_is_refused_unread(client):
    response = client.post(reverse("submit-start"), {"language": "en"}, CONTENT_LENGTH=str(200 * 1024 * 1024))

    assert response.status_code == 413
    assert "10 MB" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"])
def test_cookie_that_no_database_can_look_up_counts_as_none(client, name):
    response = client.get(reverse("practice-list"), headers={"cookie": f'{name}="\\000aaaaaaaaaaaaaaaa"'})

    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/admin/submissions/submission/?status=%00",
        "/admin/accounts/outgoingmail/?language__exact=%00",
        "/admin/autocomplete/?term=%00&app_label=cities&model_name=membership&field_name=user",
    ],
)
def test_nul_in_a_filter_of_the_admin_is_a_bad_request(client, address):
    client.raise_request_exception = False
    client.force_login(make_moderator())

    assert client.get(address).status_code == 400
