"""Where two moderators must agree: the first endorses, another one publishes, and nobody does both."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail
from practices.models import Practice, PracticeVersion
from practices.services import OutdatedError, publish
from submissions.choices import Action, Status
from submissions.models import StaffNote, Submission
from submissions.services import NotAllowedError, NoteRequiredError, approve, perform, publish_due, set_day
from tests.factories import make_document, make_moderator, make_practice, make_sent_submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_must_agree(settings):
    settings.FOUR_EYES = True


def act(submission, action, *, by, **more):
    return perform(submission, action, by=by, version=submission.version, **more)


def endorsed(*, by, submission=None):
    submission = act(submission or make_sent_submission(), Action.CLAIM, by=by)
    return approve(
        submission=submission, by=by, version=submission.version, evidence_level="evaluated", action=Action.ENDORSE
    )


def test_one_alone_publishes_nothing_and_two_do_with_the_level_of_the_first():
    first, second = make_moderator(), make_moderator()
    submission = act(make_sent_submission(), Action.CLAIM, by=first)
    for action in (Action.APPROVE, Action.SCHEDULE):
        with pytest.raises(NotAllowedError):
            act(submission, action, by=first)
    mails = OutgoingMail.objects.count()
    submission = approve(
        submission=submission, by=first, version=submission.version, evidence_level="evaluated", action=Action.ENDORSE
    )
    with pytest.raises(NotAllowedError):
        act(submission, Action.APPROVE, by=first)
    assert OutgoingMail.objects.count() == mails

    approve(submission=submission, by=second, version=submission.version, evidence_level="described")

    assert Practice.objects.get().evidence_level == "evaluated"
    assert PracticeVersion.objects.get().created_by == second


def test_who_agreed_first_is_not_the_second_even_if_somebody_else_reviews_it_now():
    first, second = make_moderator(), make_moderator()
    submission = endorsed(by=first)
    Submission.objects.filter(pk=submission.pk).update(assignee=second)

    for person in (first, second):
        with pytest.raises(NotAllowedError):
            act(submission, Action.APPROVE, by=person)


def test_a_disagreement_is_told_to_the_colleague_and_to_nobody_else():
    first, second = make_moderator(language="de"), make_moderator()
    submission = endorsed(by=first)
    OutgoingMail.objects.all().delete()
    with pytest.raises(NoteRequiredError):
        act(submission, Action.DISAGREE, by=second, note=" ")

    submission = act(submission, Action.DISAGREE, by=second, note="The source says something else")

    assert (submission.status, submission.assignee) == (Status.IN_REVIEW, first)
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.language, mail.secret) == (first.email, "de", True)
    assert "The source says something else" in mail.body
    assert StaffNote.objects.get(submission=submission, author=second).text == "The source says something else"
    assert submission.events.last().note == ""


def test_the_officer_reads_nothing_of_what_moderators_say_to_each_other(client):
    first, second = make_moderator(), make_moderator()
    submission = endorsed(by=first)
    client.force_login(submission.submitter)
    page = client.get(submission.get_absolute_url()).content.decode()
    assert "A second moderator is reading it" in page

    act(submission, Action.DISAGREE, by=second, note="Between the two of us")

    page = client.get(submission.get_absolute_url()).content.decode()
    assert "Between the two of us" not in page
    assert str(second) not in page
    assert second.email not in page


def test_what_cannot_be_published_is_not_put_before_a_second_moderator():
    first, practice = make_moderator(), make_practice()
    submission = act(make_sent_submission(practice=practice, summary={"en": "New"}), Action.CLAIM, by=first)
    publish(make_document(), by=first, practice=practice)

    with pytest.raises(OutdatedError):
        act(submission, Action.ENDORSE, by=first)


def test_for_a_later_day_it_is_published_in_the_name_of_the_second():
    first, second = make_moderator(), make_moderator()
    sent = make_sent_submission()
    sent = set_day(sent, by=sent.submitter, day=timezone.localdate() + timedelta(days=1), version=sent.version)
    submission = endorsed(by=first, submission=sent)
    act(submission, Action.SCHEDULE, by=second)

    assert publish_due(today=timezone.localdate()).published == 0
    Submission.objects.update(embargo_until=timezone.localdate())
    assert publish_due().published == 1
    assert PracticeVersion.objects.get().created_by == second


def test_an_editor_withdraws_while_a_second_moderator_reads(settings):
    submission = endorsed(by=make_moderator())

    assert act(submission, Action.WITHDRAW, by=submission.submitter).status == Status.WITHDRAWN
    # And what waits for a second moderator still needs one when the registry no longer asks for two.
    waiting = endorsed(by=(first := make_moderator()))
    settings.FOUR_EYES = False
    with pytest.raises(NotAllowedError):
        act(waiting, Action.APPROVE, by=first)
    act(waiting, Action.APPROVE, by=make_moderator())
    assert Practice.objects.count() == 1
