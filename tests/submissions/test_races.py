"""Two people act on one submission at the same moment: one wins, the other is told, and everything happens once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.services import MailGoneError, deliver_waiting
from practices.models import Practice
from submissions.choices import Action, ChangesKind, NominationStatus, Status
from submissions.models import Nomination, Submission
from submissions.services import ConflictError, NotAllowedError, perform, set_day
from submissions.services.held_mail import held_mails, take_back_message
from submissions.services.merging import Merger
from submissions.workflow import TRANSITIONS
from tests.at_once import at_once
from tests.factories import make_moderator, make_practice, make_sent_submission, make_submission, make_user

pytestmark = pytest.mark.django_db(transaction=True)


CLAIMED = NominationStatus.CLAIMED


REFUSALS = (ConflictError, NotAllowedError, MailGoneError)


def act(submission, action, *, by, **more):
    return perform(submission, action, by=by, version=submission.version, note="Because.", **more)


def brought_to(action, *, author, first, settings):
    """A submission at which the action can be taken, and who may take it; the reviewer's are sent twice by the same."""
    second = make_moderator()
    settings.FOUR_EYES = action in (Action.ENDORSE, Action.DISAGREE)
    if action is Action.SUBMIT:
        return make_submission(by=author), (author, author)
    submission = make_sent_submission(by=author)
    if action in (Action.SCHEDULE, Action.UNSCHEDULE, Action.PUBLISH):
        tomorrow = timezone.localdate() + timedelta(days=1)
        submission = set_day(submission, by=author, day=tomorrow, version=submission.version)
    if action is Action.WITHDRAW:
        return submission, (author, author)
    if action is Action.CLAIM:
        return submission, (first, second)
    before = {
        Action.DISAGREE: [Action.CLAIM, Action.ENDORSE],
        Action.UNSCHEDULE: [Action.CLAIM, Action.SCHEDULE],
        Action.PUBLISH: [Action.CLAIM, Action.SCHEDULE],
        Action.REOPEN: [Action.CLAIM, Action.REJECT],
        Action.TAKE_BACK: [Action.CLAIM, Action.REJECT],
    }.get(action, [Action.CLAIM])
    for step in before:
        submission = act(submission, step, by=first)
    if action is Action.PUBLISH:
        Submission.objects.update(embargo_until=timezone.localdate())
    if action is Action.RETURN:
        Nomination.objects.create(
            title="T",
            text="T",
            language="en",
            city_name="Ghent",
            submission=submission,
            status=NominationStatus.CLAIMED,
        )
    pair = {
        Action.RELEASE: (first, second),
        Action.UNSCHEDULE: (first, second),
        Action.REOPEN: (first, second),
        Action.DISAGREE: (second, make_moderator()),
    }.get(action, (first, first))
    return submission, pair


def details_of(action):
    if action is Action.MERGE:
        return {"merger": Merger(practice=make_practice(), version=1, picks={})}
    return {"changes_kind": ChangesKind.MINOR} if action is Action.REQUEST_CHANGES else {}


@pytest.mark.parametrize("action", TRANSITIONS, ids=str)
def test_of_two_who_do_the_same_at_once_one_wins(settings, action):
    author, first = make_user(), make_moderator()
    submission, pair = brought_to(action, author=author, first=first, settings=settings)
    details, mails, practices = details_of(action), OutgoingMail.objects.count(), Practice.objects.count()

    outcomes = at_once(*(lambda who=who: act(submission, action, by=who, **details) for who in pair), refusals=REFUSALS)

    won = [outcome for outcome in outcomes if isinstance(outcome, Submission)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, ConflictError)]
    assert (len(won), len(lost)) == (1, 1)
    # Who lost is told what happened meanwhile.
    assert lost[0].last_event.action == action
    assert submission.events.filter(action=action).count() == 1
    submission.refresh_from_db()
    assert submission.status == TRANSITIONS[action].target
    told = TRANSITIONS[action].tells_submitter or action is Action.DISAGREE
    assert OutgoingMail.objects.count() == mails + told
    publishes = action in (Action.APPROVE, Action.PUBLISH)
    assert Practice.objects.count() == practices + publishes


def test_of_different_decisions_at_once_one_counts():
    first, second = make_moderator(), make_moderator()
    submission = act(make_sent_submission(), Action.CLAIM, by=first)

    outcomes = at_once(
        lambda: act(submission, Action.APPROVE, by=first),
        lambda: act(submission, Action.REJECT, by=first),
        lambda: act(submission, Action.RELEASE, by=second),
        lambda: act(submission, Action.WITHDRAW, by=submission.submitter),
        refusals=REFUSALS,
    )

    won = [outcome for outcome in outcomes if isinstance(outcome, Submission)]
    assert len(won) == 1
    submission.refresh_from_db()
    assert submission.status == won[0].status
    assert Practice.objects.count() == (submission.status == Status.PUBLISHED)


def test_a_message_is_either_sent_or_taken_back(mailoutbox):
    """The end of the hold, two senders, and two people who stop it: one thing happens."""
    moderator = make_moderator()
    for after_the_hold in (False, True):
        mailoutbox.clear()
        submission = act(act(make_sent_submission(), Action.CLAIM, by=moderator), Action.REJECT, by=moderator)
        OutgoingMail.objects.exclude(pk=held_mails(submission)[0].pk).delete()
        (mail,) = held_mails(submission)
        if after_the_hold:
            OutgoingMail.objects.update(not_before=timezone.now())
        mail.refresh_from_db()

        outcomes = at_once(
            deliver_waiting,
            deliver_waiting,
            lambda mail=mail, about=submission: take_back_message(about, mail, by=moderator, seen=mail.not_before),
            lambda about=submission: act(about, Action.TAKE_BACK, by=moderator),
            refusals=REFUSALS,
        )

        mail.refresh_from_db()
        sent = sum(outcome[0] for outcome in outcomes if isinstance(outcome, tuple))
        assert len(mailoutbox) == sent == (1 if after_the_hold else 0)
        assert (mail.sent_at is None) == (mail.taken_back_at is not None)
        submission.refresh_from_db()
        assert submission.status == (Status.REJECTED if after_the_hold else Status.IN_REVIEW)


def test_who_comes_second_is_told_of_the_first_and_not_of_what_changed(settings):
    """The slower one has read the submission when the faster one's act ends, and asks for its condition only then."""
    first = make_moderator()
    submission, _pair = brought_to(Action.RETURN, author=make_user(), first=first, settings=settings)
    faster_is_done = threading.Event()

    def slowly(execute, sql, *rest):
        if "submissions_nomination" in sql:
            faster_is_done.wait(timeout=1)
        return execute(sql, *rest)

    def slower():
        with connection.execute_wrapper(slowly):
            return act(submission, Action.RETURN, by=first)

    def faster():
        try:
            return act(submission, Action.RETURN, by=first)
        finally:
            faster_is_done.set()

    outcomes = at_once(slower, faster, refusals=REFUSALS)

    assert [type(outcome) for outcome in outcomes].count(ConflictError) == 1
    assert submission.events.filter(action=Action.RETURN).count() == 1
