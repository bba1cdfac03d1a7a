"""Whoever speaks for a city decides nothing about it, moderator or not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.models import City, Membership
from submissions.choices import Action
from submissions.models import Submission
from submissions.permissions import asked_once, conflict_of, is_other_moderator
from submissions.services import NotAllowedError, add_remark, perform
from submissions.workflow import available_actions
from tests.factories import make_city, make_member, make_moderator, make_practice, make_sent_submission

pytestmark = pytest.mark.django_db


def marked(moderator):
    return {submission.pk: submission.conflict for submission in Submission.objects.with_conflict(moderator)}


def test_every_way_to_be_about_a_city_is_a_conflict_on_the_page_and_in_the_list():
    moderator, plain = make_moderator(), make_moderator()
    make_member(moderator, make_city("ghent"))
    own_city = make_sent_submission(lead_city="ghent")
    joined = make_sent_submission(lead_city="amsterdam", other_cities=["utrecht", "ghent"])
    # The change moves it away from the city; the practice is the city's all the same.
    of_practice = make_sent_submission(practice=make_practice(lead_city="ghent"), lead_city="amsterdam")
    joined_practice = make_sent_submission(
        practice=make_practice(lead_city="amsterdam", other_cities=["ghent"]), other_cities=[]
    )
    # A slug that is a part of another, and a title that holds it.
    other = make_sent_submission(lead_city="amsterdam", other_cities=["utrecht"], title='Like "ghent"')
    merged = City.objects.create(
        slug="gent-old", name_en="Gent", country="BE", latitude=51, longitude=3, merged_into=make_city("ghent")
    )
    renamed = make_sent_submission(lead_city="utrecht")
    Submission.objects.filter(pk=renamed.pk).update(city=merged)

    conflicts = {own_city, joined, of_practice, joined_practice, Submission.objects.get(pk=renamed.pk)}
    expected = {submission.pk: submission in conflicts for submission in [*conflicts, other]}
    assert marked(moderator) == expected
    assert {pk: conflict_of(moderator, Submission.objects.get(pk=pk)) is not None for pk in expected} == expected
    assert not any(marked(plain).values())
    for submission in conflicts:
        submission = Submission.objects.get(pk=submission.pk)
        assert available_actions(moderator, submission) == []
        with pytest.raises(NotAllowedError):
            perform(submission, Action.CLAIM, by=moderator, version=submission.version)
        with pytest.raises(NotAllowedError):
            add_remark(submission, by=moderator, path="title", text="Well done")
    perform(other, Action.CLAIM, by=moderator, version=other.version)


def test_only_a_membership_that_is_valid_now_counts_and_it_counts_at_once():
    moderator = make_moderator()
    submission = make_sent_submission(lead_city="ghent")
    submission = perform(submission, Action.CLAIM, by=moderator, version=submission.version)
    membership = make_member(moderator, make_city("ghent"))

    with pytest.raises(NotAllowedError):
        perform(submission, Action.APPROVE, by=moderator, version=submission.version)
    assert marked(moderator) == {submission.pk: True}

    yesterday = timezone.now() - timedelta(days=1)
    Membership.objects.filter(pk=membership.pk).update(verified_at=yesterday - timedelta(days=9), valid_until=yesterday)
    assert marked(moderator) == {submission.pk: False}
    perform(submission, Action.APPROVE, by=moderator, version=submission.version)


def test_marking_a_list_takes_the_same_queries_however_long_it_is():
    moderator = make_moderator()
    make_member(moderator, make_city("ghent"))

    def count():
        with CaptureQueriesContext(connection) as queries:
            marked(moderator)
        return len(queries)

    make_sent_submission()
    few = count()
    for _number in range(4):
        make_sent_submission()

    assert count() == few <= 3


def test_a_page_asks_once_and_the_next_one_asks_anew(django_assert_num_queries):
    moderator = make_moderator()
    submission, other = make_sent_submission(lead_city="ghent"), make_sent_submission(lead_city="amsterdam")
    assert is_other_moderator(moderator, submission)

    with asked_once():
        # The co-editors and the memberships.
        with django_assert_num_queries(2):
            assert [is_other_moderator(moderator, submission) for _turn in range(3)] == [True] * 3
        make_member(moderator, make_city("ghent"))
        assert is_other_moderator(moderator, submission)
        # Another record, and another person.
        assert is_other_moderator(moderator, other)
        assert not is_other_moderator(submission.submitter, submission)

    assert not is_other_moderator(moderator, submission)
    with asked_once():
        assert not is_other_moderator(moderator, submission)
