"""An act that is refused with a message stands in the log of the server: who, what, about which row; no text."""

import logging

import pytest
from django.urls import reverse

from cities.services import OwnMembershipError, verify_membership
from practices import adoption
from practices.models import Adaptation
from practices.restoring import OwnCityError, restore
from practices.services import withdraw
from submissions.choices import Action
from submissions.services import ConflictError, NotAllowedError, NotNowError, perform
from submissions.services.staff_notes import add_note
from submissions.services.translations import start_translation
from tests.factories import make_member, make_moderator, make_practice, make_sent_submission, make_user

pytestmark = pytest.mark.django_db

LOG = "accounts.refusals"


@pytest.fixture(autouse=True)
def _heard(settings, caplog):
    settings.CMISE_DEMO = True
    caplog.set_level(logging.INFO, logger=LOG)


@pytest.fixture
def said(caplog):
    """The lines of the log with their levels."""
    return lambda: [(record.levelname, record.getMessage()) for record in caplog.records if record.name == LOG]


def test_a_decision_that_the_desk_answers_with_a_message(client, said):
    submission, moderator = make_sent_submission(title="Secret title"), make_moderator(name="Ada Lovelace")
    client.force_login(moderator)
    address = reverse("admin:submissions_submission_change", args=[submission.pk])

    client.post(address, {"action": "reject", "note": "Secret words", "version": submission.version})

    assert said() == [
        ("WARNING", f"Refused: person {moderator.pk}, reject, submission {submission.pk} (submitted), NotAllowedError")
    ]


def test_who_was_too_late_or_too_early_is_no_warning(said, settings):
    submission, first, second = make_sent_submission(), make_moderator(), make_moderator()
    claimed = perform(submission, Action.CLAIM, by=first, version=submission.version)
    with pytest.raises(ConflictError):
        perform(submission, Action.CLAIM, by=second, version=submission.version)
    with pytest.raises(NotNowError):
        perform(claimed, action=Action.ENDORSE, by=first, version=claimed.version)

    assert said() == [
        ("INFO", f"Refused: person {second.pk}, claim, submission {submission.pk} (submitted), ConflictError"),
        ("INFO", f"Refused: person {first.pk}, endorse, submission {submission.pk} (in_review), NotNowError"),
    ]


def test_what_stands_beside_the_decision(client, said):
    author = make_moderator()
    submission = make_sent_submission(by=author)
    client.force_login(author)

    client.post(reverse("admin:submissions_submission_note", args=[submission.pk]), {"text": "Secret words"})

    line = f"Refused: person {author.pk}, add_note, submission {submission.pk} (submitted), NotAllowedError"
    assert said() == [("WARNING", line)]
    add_note(submission, by=make_moderator(), text="In order")
    assert len(said()) == 1


def test_a_translation_a_membership_and_an_adaptation(said):
    moderator, practice = make_moderator(), make_practice(title="Secret title")
    officer, membership = make_user(), make_member(moderator)
    adaptation = Adaptation.objects.create(practice=practice, city=membership.city, by=moderator, text="Secret words")
    with pytest.raises(NotAllowedError):
        start_translation(by=officer, practice=practice, language="de")
    with pytest.raises(OwnMembershipError):
        verify_membership(membership=membership, by=moderator, evidence="Secret words")
    with pytest.raises(adoption.NotAllowedError):
        adoption.decide(adaptation, by=moderator, show=True)

    assert [line for _level, line in said()] == [
        f"Refused: person {officer.pk}, start_translation, practice {practice.pk} (published), NotAllowedError",
        f"Refused: person {moderator.pk}, verify_membership, membership {membership.pk} (–), OwnMembershipError",
        f"Refused: person {moderator.pk}, decide, adaptation {adaptation.pk} (waiting), NotAllowedError",
    ]


def test_publishing_again_what_is_of_ones_own_city(said):
    practice = withdraw(make_practice(title="Secret title"), by=make_moderator(), reason="Secret words")
    own = make_member(make_moderator(), practice.lead_city).user

    with pytest.raises(OwnCityError):
        restore(practice, by=own, reason="Secret words", version=1)

    line = f"Refused: person {own.pk}, restore, practice {practice.pk} (withdrawn), OwnCityError"
    assert said() == [("WARNING", line)]
