"""Who can be given a submission, and two who give it at once."""

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
from accounts.permissions import is_moderator
from submissions.choices import Act, Action, Status
from submissions.models import Submission
from submissions.services import ConflictError, perform
from submissions.services.assigning import NotAssignableError, ReceiverBarredError, assign, moderators
from tests.factories import make_admin, make_moderator, make_sent_submission, make_user

pytestmark = pytest.mark.django_db


def test_everybody_of_whom_it_holds_and_nobody_else_can_be_chosen():
    make_moderator()
    make_admin()
    make_user(is_superuser=True)
    by_person = make_user(is_staff=True)
    by_person.user_permissions.add(Permission.objects.get(codename="moderate_submission"))
    make_user(is_staff=True)
    make_moderator(is_active=False)

    assert {person.pk for person in moderators()} == {
        person.pk for person in User.objects.all() if is_moderator(person)
    }
    assert moderators().count() == 4


def test_of_two_who_give_it_away_at_once_one_hears_of_the_other(monkeypatch):
    first, second = make_moderator(), make_moderator()
    submission = make_sent_submission()
    asked = []

    def meanwhile(user, current):
        """The other one's request is served between the look and the write."""
        if not asked:
            asked.append(current)
            assign(submission, to=second, by=second)
        return True

    monkeypatch.setattr("submissions.services.assigning.is_other_moderator", meanwhile)
    with pytest.raises(ConflictError) as conflict:
        assign(submission, to=first, by=first)

    assert conflict.value.submission.assignee == second
    assert not submission.events.filter(action=Act.ASSIGNED, note=str(first)).exists()


def test_a_claim_against_the_version_before_is_refused():
    first, second = make_moderator(), make_moderator()
    submission = make_sent_submission()

    assert assign(submission, to=first, by=second)
    assert not assign(submission, to=first, by=second)
    with pytest.raises(ConflictError):
        perform(submission, Action.CLAIM, by=second, version=submission.version)


def test_what_waits_for_a_second_moderator_stays_with_the_first():
    first, second = make_moderator(), make_moderator()
    submission = make_sent_submission()
    submission = perform(submission, Action.CLAIM, by=first, version=submission.version)
    Submission.objects.filter(pk=submission.pk).update(status=Status.ENDORSED)

    for to in (second, None):
        with pytest.raises(NotAssignableError):
            assign(submission, to=to, by=second)
    Submission.objects.filter(pk=submission.pk).update(status=Status.IN_REVIEW)
    with pytest.raises(NotAssignableError):
        assign(submission, to=None, by=second)
    with pytest.raises(ReceiverBarredError):
        assign(submission, to=submission.submitter, by=second)
    assert Submission.objects.get(pk=submission.pk).assignee == first
