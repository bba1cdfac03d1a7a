"""Nominating in a real browser: the calculation is done by the page's own script, and there is a way without it."""

from datetime import timedelta

import pytest

from submissions import guard
from submissions.models import Nomination
from tests.factories import make_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """Chromium fills the form faster than any person."""
    monkeypatch.setattr(guard, "SOONEST", timedelta(0))


def fill(page):
    page.fill("#id_title", "Night kitchen")
    page.fill("#id_text", "A kitchen that asks nobody for papers.")
    page.select_option("#id_city", "utrecht")


def test_script_calculates_while_somebody_types(open_page):
    make_city("utrecht")
    page = open_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto("/en/nominate/")

    fill(page)
    # Pressed at once and twice: the page waits for the calculation and sends once.
    page.dblclick("main button[type=submit]")
    page.wait_for_url("**/nominate/sent/")

    assert errors == []
    assert Nomination.objects.get().title == "Night kitchen"


def test_without_javascript_a_question_stands_in(open_page):
    make_city("utrecht")
    page = open_page(javascript=False)
    page.goto("/en/nominate/")
    fill(page)
    page.click("main button[type=submit]")
    assert not Nomination.objects.exists()
    assert page.input_value("#id_text") == "A kitchen that asks nobody for papers."

    words = page.inner_text("label[for=id_answer]").replace("?", "").split()
    page.fill("#id_answer", str(sum(int(word) for word in words if word.isdigit())))
    page.click("main button[type=submit]")
    page.wait_for_url("**/nominate/sent/")

    assert Nomination.objects.get().city.slug == "utrecht"
