"""The day before which a city does not want to be published: nothing appears early, and on its day once."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from accounts.models import OutgoingMail
from practices.models import Practice, PracticeVersion
from practices.services import OutdatedError, publish, withdraw
from submissions.choices import Act, Action, Status
from submissions.models import Submission
from submissions.services import (
    ConflictError,
    NotAllowedError,
    NotNowError,
    approve,
    perform,
    publish_due,
    set_day,
)
from submissions.workflow import available_actions
from tests.factories import (
    make_document,
    make_moderator,
    make_practice,
    make_sent_submission,
    make_submission,
    make_user,
)

RACERS = 8


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def in_review(moderator, *, days=None, **overrides):
    """A submission that the moderator reviews, with a day if `days` says how far ahead it is."""
    sent = make_sent_submission(**overrides)
    if days is not None:
        sent = set_day(sent, by=sent.submitter, day=in_days(days), version=sent.version)
    return perform(sent, Action.CLAIM, by=moderator, version=sent.version)


def scheduled(moderator, *, days=1, **overrides):
    reviewed = in_review(moderator, days=days, **overrides)
    return perform(reviewed, Action.SCHEDULE, by=moderator, version=reviewed.version)


def let_its_day_come(submission):
    Submission.objects.filter(pk=submission.pk).update(embargo_until=in_days(0))


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "action"), [(None, Action.APPROVE), (0, Action.APPROVE), (-3, Action.APPROVE),
                                              (1, Action.SCHEDULE), (400, Action.SCHEDULE)])  # fmt: skip
def test_the_day_decides_which_approval_is_offered(days, action):
    moderator = make_moderator()
    reviewed = in_review(moderator, days=days)
    other = Action.SCHEDULE if action is Action.APPROVE else Action.APPROVE

    offered = available_actions(moderator, reviewed)
    with pytest.raises(NotNowError):
        perform(reviewed, other, by=moderator, version=reviewed.version)

    assert action in offered
    assert other not in offered
    assert not Practice.objects.exists()


@pytest.mark.django_db
def test_who_read_it_without_the_day_cannot_approve_past_it():
    moderator = make_moderator()
    seen = in_review(moderator)
    set_day(seen, by=seen.submitter, day=in_days(5), version=seen.version)

    with pytest.raises(ConflictError):
        approve(submission=seen, by=moderator, version=seen.version, evidence_level="described")

    assert not Practice.objects.exists()


@pytest.mark.django_db
def test_nothing_is_published_before_its_day_and_then_by_who_approved(client):
    moderator = make_moderator()
    waiting = scheduled(moderator, title="Waits for its day")
    assert (publish_due().published, Practice.objects.count()) == (0, 0)
    assert b"Waits for its day" not in client.get(reverse("practice-list")).content

    assert publish_due(today=in_days(0)).published == 0
    let_its_day_come(waiting)
    call_command("publish_due")

    waiting.refresh_from_db()
    event = waiting.events.last()
    assert (waiting.status, event.action, event.by) == (Status.PUBLISHED, Action.PUBLISH, moderator)
    assert PracticeVersion.objects.get().created_by == moderator
    assert b"Waits for its day" in client.get(reverse("practice-list")).content
    assert (publish_due().published, PracticeVersion.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_day_comes_also_when_the_approver_moderates_no_longer():
    moderator = make_moderator()
    waiting = scheduled(moderator)
    moderator.groups.clear()
    let_its_day_come(waiting)

    assert publish_due().published == 1


@pytest.mark.django_db
def test_the_submitter_reads_the_day_in_their_language():
    author = make_user(language="nl")
    sent = make_sent_submission(by=author)
    day = in_days(40)
    sent = set_day(sent, by=author, day=day, version=sent.version)
    moderator = make_moderator()
    reviewed = perform(sent, Action.CLAIM, by=moderator, version=sent.version)
    perform(reviewed, Action.SCHEDULE, by=moderator, version=reviewed.version)

    mail = OutgoingMail.objects.first()

    assert (mail.recipient, mail.language) == (author.email, "nl")
    with translation.override("nl"):
        expected = date_format(day, "j F Y")
    assert expected in mail.body


@pytest.mark.django_db
def test_withdrawn_before_its_day_is_never_published():
    waiting = scheduled(make_moderator())
    perform(waiting, Action.WITHDRAW, by=waiting.submitter, version=waiting.version)
    Submission.objects.update(embargo_until=in_days(-1))

    assert publish_due().published == 0
    assert not Practice.objects.exists()


@pytest.mark.django_db
def test_what_became_impossible_goes_back_into_review_and_the_rest_is_published():
    moderator, author = make_moderator(), make_user()
    practice = make_practice(title="Live")
    change = scheduled(moderator, by=author, practice=practice, title={"en": "Changed"})
    other = scheduled(moderator, title="Other")
    publish(make_document(title="Changed meanwhile"), by=None, practice=Practice.objects.get(pk=practice.pk))
    Submission.objects.update(embargo_until=in_days(0))
    OutgoingMail.objects.all().delete()

    done = publish_due()

    assert (done.published, done.returned, done.failed) == (1, 1, 0)
    change.refresh_from_db()
    other.refresh_from_db()
    assert (change.status, other.status) == (Status.IN_REVIEW, Status.PUBLISHED)
    assert "changed or withdrawn" in OutgoingMail.objects.get(recipient=author.email).body


@pytest.mark.django_db
def test_change_to_a_withdrawn_practice_is_not_approved_for_a_day():
    moderator, practice = make_moderator(), make_practice()
    reviewed = in_review(moderator, days=3, practice=practice, title={"en": "Changed"})
    withdraw(practice, by=None, reason="The city asked.")

    with pytest.raises(OutdatedError):
        perform(reviewed, Action.SCHEDULE, by=moderator, version=reviewed.version)

    reviewed.refresh_from_db()
    assert reviewed.status == Status.IN_REVIEW


@pytest.mark.django_db
@pytest.mark.parametrize("days", [None, 0, -1])
def test_what_is_approved_keeps_a_day_that_is_ahead(days):
    waiting = scheduled(make_moderator(), days=5)

    with pytest.raises(NotNowError):
        set_day(waiting, by=waiting.submitter, day=None if days is None else in_days(days), version=waiting.version)
    later = set_day(waiting, by=waiting.submitter, day=in_days(9), version=waiting.version)

    assert (later.status, later.embargo_until) == (Status.SCHEDULED, in_days(9))


@pytest.mark.django_db
def test_only_editors_choose_the_day_and_the_log_says_so():
    sent = make_sent_submission()
    for stranger in (make_user(), make_moderator()):
        with pytest.raises(NotAllowedError):
            set_day(sent, by=stranger, day=in_days(3), version=sent.version)

    chosen = set_day(sent, by=sent.submitter, day=in_days(3), version=sent.version)

    event = chosen.events.last()
    assert (event.action, event.by, event.note) == (Act.DAY_SET, sent.submitter, in_days(3).isoformat())
    assert event.from_status == event.to_status == Status.SUBMITTED


@pytest.mark.django_db(transaction=True)
def test_runs_beside_each_other_publish_once():
    waiting = [scheduled(make_moderator(), title=f"Shelter {number}") for number in range(3)]
    Submission.objects.update(embargo_until=in_days(0))
    barrier, outcomes = threading.Barrier(RACERS), []

    def run():
        try:
            barrier.wait()
            outcomes.append(publish_due())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(done.published for done in outcomes) == len(waiting)
    assert sum(done.failed for done in outcomes) == 0
    assert (Practice.objects.count(), PracticeVersion.objects.count()) == (3, 3)
    assert [entry.events.filter(action=Action.PUBLISH).count() for entry in waiting] == [1, 1, 1]


@pytest.mark.django_db
def test_draft_keeps_its_day_until_it_is_sent():
    draft = make_submission()
    chosen = set_day(draft, by=draft.submitter, day=in_days(30), version=draft.version)

    sent = perform(chosen, Action.SUBMIT, by=draft.submitter, version=chosen.version)

    assert sent.embargo_until == in_days(30)
