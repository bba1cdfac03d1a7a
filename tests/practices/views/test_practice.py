"""The page of one practice."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.services import confirm, publish
from tests.factories import make_document, make_moderator, make_practice

pytestmark = pytest.mark.django_db


def page_of(client, practice, language="en", suffix=""):
    response = client.get(f"/{language}/practices/{practice.slug}/{suffix}")
    assert response.status_code == 200
    return response.content.decode()


def dutch_practice(**overrides):
    return publish(
        make_document(
            original_language="nl",
            title={"nl": "Bedden zonder vragen", "de": "Betten ohne Fragen"},
            summary={"nl": "Een korte samenvatting.", "de": "Eine kurze Zusammenfassung."},
            description={"nl": "De beschrijving."},
            provenance={"nl": "original", "de": "machine"},
            **overrides,
        ),
        by=None,
    )


def test_what_nobody_stated_is_said_calmly(client):
    html = page_of(client, make_practice())

    assert html.count("Not stated in the sources") >= 5
    assert "Data firewall: Not stated" in html


def test_a_translated_page_says_so_and_keeps_the_original_at_hand(client):
    html = page_of(client, dutch_practice(), language="de")

    assert "Betten ohne Fragen" in html
    assert '<span lang="nl" dir="auto">Bedden zonder vragen</span>' in html
    assert "c-badge--machine" in html
    assert '<div class="c-p" lang="nl" dir="auto"><p>De beschrijving.</p></div>' in html


def test_a_page_without_a_translation_shows_the_original_in_its_language(client):
    html = page_of(client, dutch_practice(), language="el")

    assert '<h1 class="c-h1" lang="nl" dir="auto">Bedden zonder vragen</h1>' in html


def test_the_page_links_the_languages_that_have_a_text(client):
    practice = dutch_practice()

    html = page_of(client, practice)

    assert f'href="/de/practices/{practice.slug}/" hreflang="de">' in html
    assert f'href="/nl/practices/{practice.slug}/" hreflang="nl">' in html


def test_addresses_of_a_page_point_at_each_other(client):
    practice = dutch_practice()

    html = page_of(client, practice, language="fr")

    assert f'<link rel="canonical" href="http://testserver/fr/practices/{practice.slug}/">' in html
    assert f'hreflang="x-default" href="http://testserver/en/practices/{practice.slug}/"' in html
    assert html.count('<link rel="alternate" hreflang=') == 8


def test_an_earlier_version_shows_what_was_said_then_and_leads_to_today(client):
    practice = publish(make_document(title="First words", summary="Said first."), by=None, note="Loaded by machine")
    changed = make_document(title="Other words", summary="Said later.")
    publish(changed, by=make_moderator(), practice=practice, note="New figures")

    old, today = page_of(client, practice, suffix="v1/"), page_of(client, practice)

    assert "Said first." in old
    assert "Said later." not in old
    assert '<meta name="robots" content="noindex">' in old
    assert f'<link rel="canonical" href="http://testserver/en/practices/{practice.slug}/">' in old
    assert f'href="/en/practices/{practice.slug}/v1/"' in today
    assert "New figures" in today
    # What a program noted for itself is for no reader.
    assert "Loaded by machine" not in today + old


@pytest.mark.parametrize("number", ["0", "3", "99999999999999999999999"])
def test_a_version_that_never_was_is_not_found(client, number):
    practice = make_practice()

    assert client.get(f"/en/practices/{practice.slug}/v{number}/").status_code == 404


def test_a_confirmed_practice_says_when(client):
    practice = make_practice()
    assert "has not confirmed" in page_of(client, practice)

    confirm(practice, by=None)

    assert re.search(r"Confirmed \w+", page_of(client, practice))


def test_user_text_is_text(client):
    practice = make_practice(
        title="<script>alert(1)</script> & beds",
        summary="<img src=x onerror=alert(1)>",
        sources=[{"citation": "<b>bold</b>", "url": "https://source.example/?a=1&b=2"}],
    )

    html = page_of(client, practice)

    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b>bold</b>" not in html
    assert 'href="https://source.example/?a=1&amp;b=2"' in html


def test_rows_cost_no_queries(client):
    def queries(practice):
        page_of(client, practice)
        with CaptureQueriesContext(connection) as captured:
            page_of(client, practice)
        return len(captured)

    small = make_practice(title="Small")
    large = make_practice(
        title="Large",
        partners=[{"name": f"Partner {number}"} for number in range(30)],
        sources=[{"citation": f"Report {number}"} for number in range(30)],
        milestones=[{"year": 2000 + number, "text": {"en": "A decision"}} for number in range(20)],
        other_cities=["utrecht", "milan", "athens"],
    )

    assert queries(large) == queries(small)
