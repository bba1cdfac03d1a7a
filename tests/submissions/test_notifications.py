"""What people read about their submission: in their language, and nobody's name."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail
from submissions.choices import Action, NominationStatus
from submissions.models import Nomination, Submission
from submissions.services import perform, set_day
from submissions.services.merging import Merger
from submissions.workflow import TRANSITIONS
from tests.factories import make_moderator, make_practice, make_sent_submission, make_submission, make_user

pytestmark = pytest.mark.django_db

TOLD = [action for action, transition in TRANSITIONS.items() if transition.tells_submitter]
PATHS = {
    Action.SUBMIT: [],
    Action.REQUEST_CHANGES: [Action.CLAIM],
    Action.APPROVE: [Action.CLAIM],
    Action.SCHEDULE: [Action.CLAIM],
    Action.UNSCHEDULE: [Action.CLAIM, Action.SCHEDULE],
    Action.PUBLISH: [Action.CLAIM, Action.SCHEDULE],
    Action.REJECT: [Action.CLAIM],
    Action.REOPEN: [Action.CLAIM, Action.REJECT],
    Action.MERGE: [Action.CLAIM],
    Action.RETURN: [Action.CLAIM],
    Action.WITHDRAW: [],
}


@pytest.mark.parametrize("action", TOLD)
@pytest.mark.parametrize("language", ["en", "nl", "el"])
def test_submitter_is_told_in_their_own_language(action, language):
    author = make_user(language=language)
    moderator = make_moderator("nobody-reads-this@registry.example")
    submission = make_submission(by=author, title="Night <b>bus</b> & shelter")
    if action is not Action.SUBMIT:
        submission = perform(submission, Action.SUBMIT, by=author, version=submission.version)
    if Action.SCHEDULE in (action, *PATHS[action]):
        tomorrow = timezone.localdate() + timedelta(days=1)
        submission = set_day(submission, by=author, day=tomorrow, version=submission.version)
    for step in PATHS[action]:
        submission = perform(submission, step, by=moderator, version=submission.version, note="First reason")
    OutgoingMail.objects.all().delete()
    if action is Action.PUBLISH:
        Submission.objects.update(embargo_until=timezone.localdate())
    if action is Action.RETURN:
        Nomination.objects.create(
            title="Night bus", text="Somebody says so", language="en", city=submission.city, submission=submission,
            status=NominationStatus.CLAIMED,
        )  # fmt: skip
    details = {"merger": Merger(practice=make_practice(), version=1, picks={})} if action is Action.MERGE else {}

    actor = author if action in (Action.SUBMIT, Action.WITHDRAW) else moderator
    submission = perform(
        submission, action, by=actor, version=submission.version, note="The reason in words", **details
    )

    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.language) == (author.email, language)
    assert mail.is_held == TRANSITIONS[action].holds_mail
    assert f"/{language}/submissions/{submission.uuid}/" in mail.body
    assert "&amp;" not in mail.subject + mail.body
    assert "nobody-reads-this" not in mail.subject + mail.body
    assert ("The reason in words" in mail.body) == (action not in (Action.SUBMIT, Action.WITHDRAW))


def test_confirmation_brings_a_copy_of_the_text():
    make_sent_submission(title="Night bus", summary="Two lines\nof summary")

    mail = OutgoingMail.objects.get()
    assert "Night bus" in mail.body
    assert "Two lines\nof summary" in mail.body
