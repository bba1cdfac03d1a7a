"""Every status × action × person: what `perform` lets through is what the table says, and nothing else."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings
from django.utils import timezone

from submissions.choices import Action, Status
from submissions.models import Submission
from submissions.services import NotAllowedError, perform, set_day
from submissions.services.merging import Merger
from submissions.workflow import TRANSITIONS, available_actions
from tests.factories import (
    make_admin,
    make_city,
    make_member,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

ROLES = [
    "anonymous", "submitter", "co_editor", "other_officer", "peer", "moderator", "assigned_moderator",
    "moderator_who_wrote_it", "moderator_of_the_city", "moderator_of_another_city", "administrator", "superuser",
]  # fmt: skip
EDITORS = {"submitter", "co_editor", "moderator_who_wrote_it"}
STRANGERS = {"moderator", "moderator_of_another_city", "administrator", "superuser"}
OTHER_MODERATORS = {"assigned_moderator", *STRANGERS}
# Said once more, by hand: a slip in the table must not hide behind a test that reads the same table.
EXPECTED = {
    Action.SUBMIT: ({Status.DRAFT, Status.CHANGES_REQUESTED}, EDITORS, Status.SUBMITTED),
    Action.CLAIM: ({Status.SUBMITTED}, OTHER_MODERATORS, Status.IN_REVIEW),
    Action.RELEASE: ({Status.IN_REVIEW}, OTHER_MODERATORS, Status.SUBMITTED),
    Action.REQUEST_CHANGES: ({Status.IN_REVIEW}, {"assigned_moderator"}, Status.CHANGES_REQUESTED),
    # Only where two must agree.
    Action.ENDORSE: ({Status.IN_REVIEW}, set(), Status.ENDORSED),
    Action.DISAGREE: ({Status.ENDORSED}, STRANGERS, Status.IN_REVIEW),
    Action.APPROVE: ({Status.IN_REVIEW}, {"assigned_moderator"}, Status.PUBLISHED),
    # Only with a day ahead, which these submissions do not have; see tests/submissions/test_schedule.py.
    Action.SCHEDULE: ({Status.IN_REVIEW, Status.ENDORSED}, set(), Status.SCHEDULED),
    Action.UNSCHEDULE: ({Status.SCHEDULED}, OTHER_MODERATORS, Status.IN_REVIEW),
    # Only when the day has come.
    Action.PUBLISH: ({Status.SCHEDULED}, set(), Status.PUBLISHED),
    Action.REJECT: ({Status.IN_REVIEW}, {"assigned_moderator"}, Status.REJECTED),
    Action.REOPEN: ({Status.REJECTED}, OTHER_MODERATORS, Status.SUBMITTED),
    # While the mail is held, as it is in this test. In review what was merged: see tests/submissions/test_merging.py.
    Action.TAKE_BACK: ({Status.CHANGES_REQUESTED, Status.REJECTED}, {"assigned_moderator"}, Status.IN_REVIEW),
    Action.MERGE: ({Status.IN_REVIEW}, {"assigned_moderator"}, Status.IN_REVIEW),
    # Only what came from a nomination.
    Action.RETURN: ({Status.IN_REVIEW}, set(), Status.WITHDRAWN),
    Action.WITHDRAW: (
        {
            Status.DRAFT,
            Status.SUBMITTED,
            Status.IN_REVIEW,
            Status.CHANGES_REQUESTED,
            Status.ENDORSED,
            Status.SCHEDULED,
        },
        EDITORS,
        Status.WITHDRAWN,
    ),
}
# The same submissions where one person's approval stands already: the rows of the two statuses that may lead to
# publication differ by what the registry asks for.
ENDORSED_TOO = {**EXPECTED, Action.APPROVE: ({Status.ENDORSED}, STRANGERS, Status.PUBLISHED)}
TWO_MUST_AGREE = {**ENDORSED_TOO, Action.ENDORSE: ({Status.IN_REVIEW}, {"assigned_moderator"}, Status.ENDORSED)}


def allowed_to(role, status):
    """The actions by hand: with one pair of eyes, or, in the status that only two lead to, as it is then."""
    expected = ENDORSED_TOO if status is Status.ENDORSED else EXPECTED
    return [action for action, (sources, who, _to) in expected.items() if status in sources and role in who]


def advance(submission, *actions, by):
    for action in actions:
        submission = perform(submission, action, by=by, version=submission.version, note="Because.")
    return submission


def submission_in(status, *, by, reviewer):
    """A submission that came to this status through the workflow."""
    if status is Status.DRAFT:
        return make_submission(by=by)
    sent = make_sent_submission(by=by)
    if status is Status.ENDORSED:
        with override_settings(FOUR_EYES=True):
            return advance(sent, Action.CLAIM, Action.ENDORSE, by=reviewer)
    if status is Status.WITHDRAWN:
        return advance(sent, Action.WITHDRAW, by=by)
    if status is Status.SCHEDULED:
        sent = set_day(sent, by=by, day=timezone.localdate() + timedelta(days=1), version=sent.version)
    path = {
        Status.SUBMITTED: [],
        Status.IN_REVIEW: [Action.CLAIM],
        Status.CHANGES_REQUESTED: [Action.CLAIM, Action.REQUEST_CHANGES],
        Status.SCHEDULED: [Action.CLAIM, Action.SCHEDULE],
        Status.PUBLISHED: [Action.CLAIM, Action.APPROVE],
        Status.REJECTED: [Action.CLAIM, Action.REJECT],
    }[status]
    return advance(sent, *path, by=reviewer)


def people(role):
    """Who wrote it, who reviews it, and who acts now."""
    reviewer = make_moderator()
    submitter = make_moderator() if role == "moderator_who_wrote_it" else make_user()
    actor = {
        "anonymous": AnonymousUser,
        "submitter": lambda: submitter,
        "moderator_who_wrote_it": lambda: submitter,
        "co_editor": make_user,
        "other_officer": make_user,
        "peer": lambda: make_member().user,
        "moderator": make_moderator,
        "moderator_of_the_city": lambda: make_member(make_moderator()).user,
        "moderator_of_another_city": lambda: make_member(make_moderator(), make_city("amsterdam")).user,
        "assigned_moderator": lambda: reviewer,
        "administrator": make_admin,
        "superuser": lambda: make_user(is_superuser=True, is_staff=True),
    }[role]()
    return submitter, reviewer, actor


def test_expectations_cover_the_table():
    assert set(EXPECTED) == set(TRANSITIONS) == set(Action)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", list(Status))
def test_each_person_can_do_what_the_table_says(status, role):
    submitter, reviewer, actor = people(role)
    submission = submission_in(status, by=submitter, reviewer=reviewer)
    if role == "co_editor":
        submission.co_editors.add(actor)
    allowed = allowed_to(role, status)

    assert available_actions(actor, submission) == allowed
    refused_all_but(allowed, actor, submission)
    submission.refresh_from_db()
    assert submission.status == status


def refused_all_but(allowed, actor, submission):
    for action in set(Action) - set(allowed):
        with pytest.raises(NotAllowedError):
            perform(submission, action, by=actor, version=submission.version, note="Because.")


@pytest.mark.parametrize("role", ROLES)
def test_where_two_must_agree_the_table_says_who_is_first_and_who_second(settings, role):
    settings.FOUR_EYES = True
    submitter, reviewer, actor = people(role)
    for status in (Status.IN_REVIEW, Status.ENDORSED):
        submission = submission_in(status, by=submitter, reviewer=reviewer)
        if role == "co_editor":
            submission.co_editors.add(actor)
        rows = TWO_MUST_AGREE.items()
        allowed = [action for action, (sources, who, _to) in rows if status in sources and role in who]

        assert available_actions(actor, submission) == allowed
        refused_all_but(allowed, actor, submission)
        submission.refresh_from_db()
        assert submission.status == status


@pytest.mark.parametrize(
    ("action", "source", "role", "target"),
    [
        (action, source, role, target)
        for table in (EXPECTED, ENDORSED_TOO)
        for action, (sources, who, target) in table.items()
        for source in sorted(sources)
        for role in sorted(who)
        if table is EXPECTED or action is Action.APPROVE
    ],
)
def test_allowed_action_leads_where_the_table_says_and_is_logged(action, source, role, target):
    submitter, reviewer, actor = people(role)
    submission = submission_in(Status(source), by=submitter, reviewer=reviewer)
    if role == "co_editor":
        submission.co_editors.add(actor)
    events = submission.events.of_the_table().count()
    details = {}
    if action is Action.MERGE:
        details["merger"] = Merger(practice=make_practice(), version=1, picks={})

    perform(submission, action, by=actor, version=submission.version, note="Because.", **details)

    submission = Submission.objects.get(pk=submission.pk)
    assert submission.status == target
    assert submission.events.of_the_table().count() == events + 1
    event = submission.events.last()
    assert (event.action, event.from_status, event.to_status, event.by) == (action, source, submission.status, actor)
