"""Officers are reminded of the day by which their changes are awaited: once before it, once after it, no more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail, User
from submissions.choices import Act, Action, Status
from submissions.models import Submission
from submissions.reminders import remind_of_due_days
from submissions.services import perform
from tests.factories import make_moderator, make_sent_submission, make_user

pytestmark = pytest.mark.django_db
START = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """Moves the time to so many days after the start."""

    def move_to(day):
        monkeypatch.setattr(timezone, "now", lambda: START + timedelta(days=day))

    move_to(0)
    return move_to


def with_changes_asked(*, due_in, author=None):
    sent = make_sent_submission(by=author or make_user(language="el"), title="Shelter")
    moderator = make_moderator("reviewer@registry.example", name="A. Reviewer")
    for action, note in ((Action.CLAIM, ""), (Action.REQUEST_CHANGES, "Please say since when.")):
        sent = perform(sent, action, by=moderator, version=sent.version, note=note)
    Submission.objects.filter(pk=sent.pk).update(due_on=timezone.localdate() + timedelta(days=due_in))
    OutgoingMail.objects.all().delete()
    return sent


def days_with_a_reminder(clock, days):
    told = []
    for day in days:
        clock(day)
        # Twice a day is once.
        count = remind_of_due_days() + remind_of_due_days()
        if count:
            told.append((day, count))
    return told


def test_once_before_the_day_and_once_a_week_after_it(clock):
    submission = with_changes_asked(due_in=10)

    assert days_with_a_reminder(clock, range(0, 60)) == [(7, 1), (17, 1)]

    before, after = OutgoingMail.objects.order_by("created_at")
    for mail in (before, after):
        assert (mail.recipient, mail.language) == (submission.submitter.email, "el")
        assert f"/el/submissions/{submission.uuid}/" in mail.body
        assert "Shelter" in mail.body
        assert "reviewer" not in (mail.subject + mail.body).lower()
    assert before.subject != after.subject
    log = submission.events.filter(action=Act.REMINDED)
    assert [(event.by, event.from_status, event.note) for event in log] == [
        (None, Status.CHANGES_REQUESTED, "2027-03-11"),
        (None, Status.CHANGES_REQUESTED, "2027-03-11"),
    ]


@pytest.mark.parametrize(
    ("due_in", "days", "expected"),
    [
        # The request itself names the day: nobody is reminded of it on the morrow.
        (2, range(0, 30), [(2, 1), (9, 1)]),
        (1, range(0, 30), [(8, 1)]),
        # The errand did not run for long: late ones are told once, and not what was due before.
        (10, [0, 30, 31], [(30, 1)]),
    ],
)
def test_short_notice_and_late_runs(clock, due_in, days, expected):
    with_changes_asked(due_in=due_in)

    assert days_with_a_reminder(clock, days) == expected


@pytest.mark.parametrize("end", ["answered", "withdrawn", "no day", "left", "bounces"])
def test_nobody_is_reminded_of_what_is_not_awaited_from_them(clock, end):
    submission = with_changes_asked(due_in=10)
    officer = submission.submitter
    if end == "answered":
        perform(submission, Action.SUBMIT, by=officer, version=submission.version)
    elif end == "withdrawn":
        perform(submission, Action.WITHDRAW, by=officer, version=submission.version)
    elif end == "no day":
        Submission.objects.update(due_on=None)
    else:
        columns = {"is_active": False} if end == "left" else {"unreachable_since": timezone.now()}
        User.objects.filter(pk=officer.pk).update(**columns)

    assert days_with_a_reminder(clock, (7, 10, 17, 30)) == []
    assert not submission.events.filter(action=Act.REMINDED).exists()
