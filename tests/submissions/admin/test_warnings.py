"""Moderators see what the risk helper found, and why an editor left it."""

import pytest

from submissions.choices import Action
from submissions.services import perform
from submissions.services.risks import dismiss_warning, risks_of
from tests.factories import make_submission, make_user

pytestmark = pytest.mark.django_db


def test_record_shows_open_warnings_and_those_put_aside_with_their_reason(desk, record_url):
    author = make_user()
    draft = make_submission(by=author, description="Ask Ms Placeholder.", funding="Call 020 7946 0123.")
    name = next(risk for risk in risks_of(draft) if risk.warning.code == "name")
    dismiss_warning(draft, by=author, key=name.key, reason="A function that the city publishes")
    sent = perform(draft, Action.SUBMIT, by=author, version=draft.version)

    page = desk.get(record_url(sent)).content.decode()

    warnings = page[page.index('id="warnings"') :]
    assert "A function that the city publishes" in warnings
    assert "Here is a telephone number." in warnings
    assert author.email in warnings


def test_record_says_that_nothing_was_found(desk, record_url):
    author = make_user()
    draft = make_submission(by=author)
    sent = perform(draft, Action.SUBMIT, by=author, version=draft.version)

    assert "None found" in desk.get(record_url(sent)).content.decode()
