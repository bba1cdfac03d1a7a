"""The library of reasons: complete in seven languages, and given in the language of whoever reads it."""

import pytest
from django.conf import settings

from submissions.choices import Action, Status
from submissions.models import Reason
from submissions.services.reasons import reasons_for, text_in
from tests.factories import make_reasons

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _library(db):
    make_reasons()


def test_every_reason_has_its_words_in_every_language():
    reasons = list(Reason.objects.all())

    assert len(reasons) >= 12
    assert {reason.action for reason in reasons} == {"request_changes", "reject", "unschedule", "withdraw"}
    for code in settings.LANGUAGE_CODES:
        for name in ("label", "text"):
            words = [getattr(reason, f"{name}_{code}") for reason in reasons]
            assert all(words), (name, code)
            assert len(set(words)) == len(words)
    for reason in reasons:
        assert len({text_in(reason, code) for code in settings.LANGUAGE_CODES}) == len(settings.LANGUAGE_CODES)
        assert "illegal" not in " ".join(text_in(reason, code) for code in settings.LANGUAGE_CODES).lower()


def test_reasons_stand_at_the_decisions_that_can_be_taken_and_english_stands_in():
    assert {reason.action for reason in reasons_for(Status.IN_REVIEW)} == {Action.REQUEST_CHANGES, Action.REJECT}
    assert {reason.action for reason in reasons_for(Status.SCHEDULED)} == {Action.UNSCHEDULE}
    reason = Reason(text_en="English alone")
    assert text_in(reason, "el") == "English alone"
