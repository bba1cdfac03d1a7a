"""The practice that a submission is about, as the record page reads it."""

import pytest

from practices import document as documents
from practices.models import PracticeVersion
from practices.services import publish
from practices.texts import confirm_text
from practices.vocabularies import Vocabularies
from submissions.admin.live import live_of
from submissions.models import Submission
from tests.factories import make_moderator, make_practice, make_submission

pytestmark = pytest.mark.django_db


def proposed(practice):
    """A change to it, as the record page reads it."""
    submission = make_submission(practice=practice)
    return Submission.objects.select_related("practice").get(pk=submission.pk)


def test_it_is_what_readers_see(django_assert_num_queries):
    practice = make_practice(
        title={"en": "Night shelter", "de": "Nachtlager"},
        discreet_details="Behind the station.",
        contact="shelter@city.example",
        legal_basis={"en": "A decree."},
        peers_only=["legal_basis"],
        # Not in the order that the vocabularies have.
        service_areas=["social_assistance", "shelter", "education"],
        other_cities=["utrecht", "athens"],
        partners=[{"name": "Red Cross", "role": "Beds"}],
        sources=[{"citation": "A report", "url": "https://one.example/"}],
        milestones=[{"year": 2020, "text": {"en": "It opens."}}],
        start_year=2019,
    )
    submission, known = proposed(practice), Vocabularies()

    with django_assert_num_queries(2):
        found = live_of(submission, known)

    expected = documents.read(practice)
    assert found.document == expected
    assert found.open_part == documents.without_peer_fields(expected)[0]
    assert found.document["discreet_details"] == "Behind the station."
    assert found.document["other_cities"] == ["athens", "utrecht"]
    assert "discreet_details" not in found.open_part


def test_it_tells_which_texts_are_behind():
    practice = make_practice(title={"en": "Night shelter", "de": "Nachtlager"})
    document = documents.read(practice)
    document["title"] = {"en": "Day shelter", "de": "Nachtlager"}
    practice = publish(document, by=None, practice=practice)
    before = live_of(proposed(practice), Vocabularies())

    confirm_text(practice, language="de", by=make_moderator(), based_on=practice.current_version, checked=False)

    after = live_of(proposed(practice), Vocabularies())
    assert (before.stale, after.stale) == ({"de"}, set())
    assert before.document == after.document == documents.read(practice)


def test_it_is_read_from_its_rows_where_no_version_was_kept():
    practice = make_practice(service_areas=["shelter", "education"])
    PracticeVersion.objects.all().delete()

    found = live_of(proposed(practice), Vocabularies())

    assert found.document == documents.read(practice)


def test_a_new_practice_has_none(django_assert_num_queries):
    submission, known = make_submission(), Vocabularies()

    with django_assert_num_queries(0):
        assert live_of(submission, known) is None
