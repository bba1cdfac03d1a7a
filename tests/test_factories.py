"""The factories themselves: what they make is what the site would have made."""

import pytest

from cities.permissions import is_peer, speaks_for
from practices.models import Practice
from submissions.choices import Kind, Status
from submissions.services import problems_of
from tests.factories import (
    make_city,
    make_member,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_practice_is_published_in_its_original_language():
    practice = make_practice(original_language="nl", title="Nachtopvang zonder papieren")

    assert practice.text("title", "el").value == "Nachtopvang zonder papieren"
    assert list(Practice.objects.public()) == [practice]


def test_member_speaks_for_the_city():
    membership = make_member(make_user(), make_city("utrecht"))

    assert speaks_for(membership.user, make_city("utrecht"))
    assert is_peer(membership.user)


def test_draft_is_complete():
    assert problems_of(make_submission(title="Language lessons at the library")) == []


def test_change_starts_from_the_live_document():
    submission = make_submission(practice=make_practice(funding="Paid by the city."), start_year=2019)

    assert submission.kind == Kind.UPDATE
    assert submission.content["funding"] == {"en": "Paid by the city."}
    assert submission.content["start_year"] == 2019


def test_sent_submission_waits_with_a_reference():
    submission = make_sent_submission()

    assert submission.status == Status.SUBMITTED
    assert submission.reference.startswith("CMISE-")
