"""Moderators at the desk."""

import pytest
from django.urls import reverse

from tests.factories import make_moderator


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    """These tests are about the desk; tests/accounts/test_admin.py is about its door."""
    settings.CMISE_DEMO = True


@pytest.fixture
def moderator(db):
    return make_moderator(name="Reviewer")


@pytest.fixture
def desk(client, moderator):
    """A browser in which the moderator is signed in."""
    client.force_login(moderator)
    return client


@pytest.fixture
def record_url():
    return lambda submission: reverse("admin:submissions_submission_change", args=[submission.pk])


@pytest.fixture
def queue_url():
    return reverse("admin:submissions_submission_changelist")


@pytest.fixture
def press(desk, record_url):
    """Post an action as the form does, with the version that the page showed."""

    def press(submission, action, **data):
        values = {"version": submission.version, "note": "", "evidence_level": "described", "action": action.value}
        return desk.post(record_url(submission), values | data)

    return press
