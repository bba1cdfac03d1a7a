"""The policies that every answer carries, whatever made it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from practices.services import withdraw
from tests.factories import make_moderator, make_practice

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ANSWERS = {
    "/": 302,
    "/en/": 200,
    "/en/practices/": 200,
    "/en/practices/night-shelter/": 200,
    "/en/practices/withdrawn/": 410,
    "/en/cities/": 200,
    "/en/nothing/": 404,
    "/nothing": 404,
    "/id/CMISE-0001": 303,
    "/id/CMISE-0002": 410,
    "/id/CMISE-9999": 404,
    "/en/accounts/login/": 200,
    "/admin/": 302,
    "/en/practices": 301,
    "/robots.txt": 200,
    "/sitemap.xml": 200,
    "/healthz": 200,
    "/readyz": 200,
    "/api/v1/practices/": 200,
    "/api/v1/practices": 301,
    "/api/v1/practices/?page=0": 400,
    "/api/v1/practices/withdrawn/": 410,
    "/api/v1/nothing/": 404,
    "/api/v1/docs/": 200,
    "/static/mark.svg": 200,
    "/static/nothing.css": 404,
}
# Anonymous reads; the form pages set a token against forged requests.
COOKIES_ALLOWED = {"/en/accounts/login/"}


@pytest.fixture
def site(db, settings, tmp_path):
    """A client of a site with two practices and one collected file."""
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "mark.svg").write_text("<svg/>")
    settings.STATIC_ROOT = tmp_path / "static"
    make_practice(slug="night-shelter")
    withdraw(make_practice(slug="withdrawn"), by=make_moderator(), reason="Asked for.")
    return Client(raise_request_exception=False)


def assert_policies(response):
    headers = response.headers
    directives = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";") if part)
    assert directives == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize(("address", "status"), ANSWERS.items())
def test_answer_carries_every_policy(site, address, status):
    response = site.get(address)
    response.close()

    assert response.status_code == status
    assert_policies(response)
    if address not in COOKIES_ALLOWED:
        assert not response.cookies


def test_failure_of_our_own_carries_every_policy(site, monkeypatch):
    monkeypatch.setattr("practices.views.catalogue.Catalogue", None)

    response = site.get("/en/practices/")

    assert response.status_code == 500
    assert_policies(response)


def test_foreign_host_is_refused_with_every_policy(site):
    response = site.get("/en/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert_policies(response)


@pytest.mark.parametrize("address", ["/en/", "/static/mark.svg", "/api/v1/practices/"])
def test_plain_http_is_led_to_https_with_every_policy(site, settings, address):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True

    plain, encrypted = site.get(address), site.get(address, secure=True)
    encrypted.close()

    assert (plain.status_code, plain.headers["Location"]) == (301, f"https://testserver{address}")
    assert_policies(plain)
    assert encrypted.status_code == 200
    assert encrypted.headers["Strict-Transport-Security"].startswith("max-age=63072000; includeSubDomains")
    assert_policies(encrypted)


def test_what_a_signed_in_person_saw_stays_out_of_caches(site):
    site.force_login(make_moderator())

    for name in ("home", "practice-list", "city-list"):
        response = site.get(reverse(name))
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "Cookie" in response.headers["Vary"]


def test_api_says_the_same_to_everyone_so_caches_may_keep_it(site):
    anonymous = site.get("/api/v1/practices/")
    site.force_login(make_moderator())

    response = site.get("/api/v1/practices/")

    assert response.content == anonymous.content
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("address", [address for address in ANSWERS if not address.startswith("/static/")])
def test_html_loads_nothing_from_elsewhere_and_holds_no_inline_code(site, address):
    html = site.get(address).content.decode()

    loaded = re.findall(
        r"<(?:script|img|iframe|link|source|use|form)\b[^>]*?(?:src|href|action)=\"(https?://[^\"]*)\"", html
    )
    assert [url for url in loaded if not url.startswith("http://testserver/")] == []
    assert not re.search(r"<style|\sstyle=|\son\w+=\"|javascript:", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
