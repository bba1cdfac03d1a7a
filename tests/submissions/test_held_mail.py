"""The message of a decision waits; it can be changed, sent at once, or taken back, with the decision or without."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.services import (
    LostLinkError,
    MailGoneError,
    deliver_waiting,
    own_links,
    queue_mail,
    retry_mails,
    take_back,
)
from submissions.choices import Act, Action, ChangesKind, Status
from submissions.models import Message, Remark, Submission
from submissions.permissions import is_editor
from submissions.services import (
    ConflictError,
    NotAllowedError,
    NoteRequiredError,
    NotNowError,
    add_remark,
    answer_remark,
    perform,
    publish_due,
    set_day,
)
from submissions.services.held_mail import change_words, held_mails, send_now, take_back_message
from submissions.services.merging import Merger
from submissions.workflow import TRANSITIONS
from tests.at_once import at_once
from tests.factories import make_moderator, make_practice, make_sent_submission, make_user

pytestmark = pytest.mark.django_db


def act(submission, action, *, by, **more):
    return perform(submission, action, by=by, version=submission.version, **more)


def asked_for_changes(moderator, *, language="en", note="Please name the law."):
    author = make_user(language=language)
    submission = act(make_sent_submission(by=author), Action.CLAIM, by=moderator)
    add_remark(submission, by=moderator, path="legal_basis", text="Which law?")
    OutgoingMail.objects.all().delete()
    day = timezone.localdate() + timedelta(days=14)
    return act(submission, Action.REQUEST_CHANGES, by=moderator, note=note, changes_kind=ChangesKind.MINOR, due_on=day)


def time_passes():
    OutgoingMail.objects.update(not_before=timezone.now() - timedelta(seconds=1))


def test_a_decision_waits_and_then_goes_once_in_the_officers_language(settings):
    submission = asked_for_changes(make_moderator(), language="nl")
    (mail,) = held_mails(submission)

    assert submission.events.of_the_table().last().mail == mail
    assert mail.not_before > timezone.now() + timedelta(minutes=settings.HOLD_MINUTES - 1)
    assert deliver_waiting() == (0, 0)
    time_passes()
    assert deliver_waiting() == (1, 0)
    assert deliver_waiting() == (0, 0)
    assert [(one.to, f"/nl/submissions/{submission.uuid}/" in one.body) for one in outbox.outbox] == [
        ([submission.submitter.email], True)
    ]
    assert held_mails(submission) == []


def test_what_is_asked_and_by_when_stands_in_the_mail_and_ends_with_the_next_sending():
    submission = asked_for_changes(make_moderator())

    assert (submission.changes_kind, submission.due_on) == ("minor", timezone.localdate() + timedelta(days=14))
    body = held_mails(submission)[0].body
    assert "These are small things" in body
    assert "We hope to have your answer by" in body
    sent = act(submission, Action.SUBMIT, by=submission.submitter)
    assert (sent.changes_kind, sent.due_on) == ("", None)


def test_mails_that_no_moderator_decided_on_are_not_held():
    submission = make_sent_submission()
    queue_mail(to="a@city.example", language="en", subject="Your code", body="123", secret=True)

    assert deliver_waiting() == (2, 0)
    assert held_mails(submission) == []


def test_words_can_be_changed_links_stay_and_the_log_keeps_what_they_were():
    moderator, colleague = make_moderator(), make_moderator()
    submission = asked_for_changes(moderator, note="Your first sentence is bad.")
    (mail,) = held_mails(submission)
    seen, before = mail.not_before, mail.body
    changes = {"by": colleague, "subject": "Please look\r\nBcc: all@example.org"}

    with pytest.raises(LostLinkError) as lost:
        change_words(submission, mail, seen=seen, body="No links at all", **changes)
    assert lost.value.links == own_links(before) != []
    new = before.replace("Your first sentence is bad.", "The first sentence could be clearer.")
    change_words(submission, mail, seen=seen, body=new, **changes)

    assert (mail.subject, mail.body) == ("Please look Bcc: all@example.org", new)
    assert mail.not_before > seen
    event = submission.events.last()
    assert (event.action, event.by) == (Act.MAIL_EDITED, colleague)
    assert before in event.note
    # Whoever saw the earlier words is told, and writes nothing over the new ones.
    for too_late in (
        lambda: change_words(submission, mail, seen=seen, body=before, **changes),
        lambda: send_now(submission, mail, by=moderator, seen=seen),
        lambda: take_back_message(submission, mail, by=moderator, seen=seen),
    ):
        with pytest.raises(MailGoneError):
            too_late()
    assert OutgoingMail.objects.get().body == new
    assert submission.events.filter(action=Act.MAIL_EDITED).count() == 1


def test_sending_now_ends_the_hold_and_taking_back_the_message_leaves_the_decision():
    moderator = make_moderator()
    first, second = asked_for_changes(moderator), None
    (mail,) = held_mails(first)
    send_now(first, mail, by=moderator, seen=mail.not_before)
    assert deliver_waiting() == (1, 0)

    second = asked_for_changes(moderator)
    (mail,) = held_mails(second)
    take_back_message(second, mail, by=moderator, seen=mail.not_before)
    time_passes()

    assert deliver_waiting() == (0, 0)
    assert retry_mails(mails=OutgoingMail.objects.all()) == 0
    assert len(outbox.outbox) == 1
    second.refresh_from_db()
    assert second.status == Status.CHANGES_REQUESTED
    assert second.events.last().action == Act.MAIL_TAKEN_BACK


def test_only_who_may_decide_touches_a_message_and_only_one_of_the_submission():
    moderator = make_moderator()
    submission, other = asked_for_changes(moderator), make_sent_submission()
    mail = OutgoingMail.objects.get(recipient=submission.submitter.email)
    author = submission.submitter
    assert is_editor(author, submission)

    for person, about in ((author, submission), (make_user(), submission), (moderator, other)):
        with pytest.raises(NotAllowedError):
            take_back_message(about, mail, by=person, seen=mail.not_before)
    assert OutgoingMail.objects.get(pk=mail.pk).taken_back_at is None


def test_a_decision_is_taken_back_with_its_message_and_its_remarks():
    moderator = make_moderator()
    for message_first in (False, True):
        submission = asked_for_changes(moderator)
        (mail,) = held_mails(submission)
        if message_first:
            take_back_message(submission, mail, by=moderator, seen=mail.not_before)

        back = act(submission, Action.TAKE_BACK, by=moderator, note="Too fast")

        assert (back.status, back.assignee, back.changes_kind, back.due_on) == ("in_review", moderator, "", None)
        assert OutgoingMail.objects.get(pk=mail.pk).taken_back_at is not None
        assert Remark.objects.get(submission=submission).sent_at is None
    time_passes()
    assert deliver_waiting() == (0, 0)


def test_a_decision_stands_once_it_was_told_or_the_officer_went_on(settings):
    moderator = make_moderator()

    def delivered(submission):
        time_passes()
        deliver_waiting()

    def being_delivered(submission):
        OutgoingMail.objects.update(attempts=1, not_before=timezone.now() + timedelta(minutes=5))

    def hold_is_over(submission):
        time_passes()

    def written(submission):
        Submission.objects.filter(pk=submission.pk).update(saved_at=timezone.now())

    def answered(submission):
        answer_remark(submission.remarks.get(), by=submission.submitter, reply="This one", answered=False)

    def said(submission):
        Message.objects.create(submission=submission, author=submission.submitter, from_moderators=False, text="?")

    def day_chosen(submission):
        set_day(submission, by=submission.submitter, day=timezone.localdate(), version=submission.version)

    for happened in (delivered, being_delivered, hold_is_over, written, answered, said, day_chosen):
        submission = asked_for_changes(moderator)
        happened(submission)
        submission.refresh_from_db()
        with pytest.raises(NotNowError):
            act(submission, Action.TAKE_BACK, by=moderator)
        submission.refresh_from_db()
        assert submission.status == Status.CHANGES_REQUESTED, happened.__name__
        assert submission.remarks.get().sent_at is not None

    settings.HOLD_MINUTES = 0
    with pytest.raises(NotNowError):
        act(asked_for_changes(moderator), Action.TAKE_BACK, by=moderator)


# --- A decision that overtakes another ---


def submitted(*, by_author=None, day=None):
    submission = make_sent_submission(by=by_author or make_user())
    if day is not None:
        later = timezone.localdate() + timedelta(days=day)
        submission = set_day(submission, by=submission.submitter, day=later, version=submission.version)
    return submission


def go(submission, *steps):
    """Take each action by its actor."""
    for action, actor in steps:
        submission = act(submission, action, by=actor, note="Why" if TRANSITIONS[action].needs_note else "")
    return submission


def told_of(submission):
    """The actions of which the officer reads a mail, in the order of the log."""
    time_passes()
    deliver_waiting()
    told = submission.events.exclude(mail__sent_at=None).exclude(mail=None)
    return [event.action for event in told if event.action != Action.SUBMIT]


def taken_back(submission):
    return [event.by for event in submission.events.filter(action=Act.MAIL_TAKEN_BACK)]


def test_what_is_reversed_within_the_hold_is_never_told():
    moderator, colleague = make_moderator(), make_moderator()
    claim, reject, reopen = (Action.CLAIM, moderator), (Action.REJECT, moderator), (Action.REOPEN, colleague)
    schedule, unschedule = (Action.SCHEDULE, moderator), (Action.UNSCHEDULE, colleague)

    once = go(submitted(), claim, reject, reopen)
    twice = go(submitted(), claim, reject, reopen, claim, reject)
    day = go(submitted(day=1), claim, schedule, unschedule)
    same_day = go(submitted(day=1), claim, schedule, unschedule, schedule)

    assert (told_of(once), taken_back(once)) == ([Action.REOPEN], [colleague])
    # What was done last stands last in the log.
    assert [event.action for event in once.events.all()][-3:] == [Action.REJECT, Act.MAIL_TAKEN_BACK, Action.REOPEN]
    assert (told_of(twice), taken_back(twice)) == ([Action.REJECT], [colleague, moderator])
    assert (told_of(day), taken_back(day)) == ([Action.UNSCHEDULE], [colleague])
    assert (told_of(same_day), taken_back(same_day)) == ([Action.SCHEDULE], [colleague, moderator])


def test_what_a_withdrawal_or_the_day_overtakes_is_never_told():
    moderator = make_moderator()
    claim, ask, schedule = (Action.CLAIM, moderator), (Action.REQUEST_CHANGES, moderator), (Action.SCHEDULE, moderator)

    asked, approved, due = submitted(), submitted(day=1), submitted(day=1)
    asked = go(asked, claim, ask, (Action.WITHDRAW, asked.submitter))
    approved = go(approved, claim, schedule, (Action.WITHDRAW, approved.submitter))
    due = go(due, claim, schedule)
    Submission.objects.filter(pk=due.pk).update(embargo_until=timezone.localdate())
    assert publish_due().published == 1

    assert [told_of(one) for one in (asked, approved, due)] == [[Action.WITHDRAW], [Action.WITHDRAW], [Action.PUBLISH]]


def test_what_was_answered_is_told_unless_it_is_decided_on():
    moderator, author = make_moderator(), make_user()
    claim, ask, send = (Action.CLAIM, moderator), (Action.REQUEST_CHANGES, moderator), (Action.SUBMIT, author)

    answered = go(submitted(by_author=author), claim, ask, send)
    decided = go(submitted(by_author=author), claim, ask, send, claim, (Action.APPROVE, moderator))

    assert (told_of(answered), taken_back(answered)) == ([Action.REQUEST_CHANGES], [])
    assert (told_of(decided), taken_back(decided)) == ([Action.APPROVE], [moderator])


def test_that_two_are_one_is_told_whatever_is_decided_next():
    moderator, practice = make_moderator(), make_practice()
    submission = go(submitted(), (Action.CLAIM, moderator))
    merger = Merger(practice=practice, version=1, picks={})
    submission = act(submission, Action.MERGE, by=moderator, note="The same", merger=merger)

    submission = go(submission, (Action.APPROVE, moderator))

    assert (told_of(submission), taken_back(submission)) == ([Action.MERGE, Action.APPROVE], [])


def test_what_is_on_its_way_or_was_taken_back_before_is_not_taken_back():
    moderator = make_moderator()
    to_reject, reopen = [(Action.CLAIM, moderator), (Action.REJECT, moderator)], (Action.REOPEN, moderator)
    let_go, stopped, over = (go(submitted(), *to_reject) for _each in range(3))
    (mail,) = held_mails(let_go)
    send_now(let_go, mail, by=moderator, seen=mail.not_before)
    (mail,) = held_mails(stopped)
    take_back_message(stopped, mail, by=moderator, seen=mail.not_before)
    OutgoingMail.objects.filter(pk__in=over.events.values("mail")).update(not_before=timezone.now())

    let_go, stopped, over = (go(one, reopen) for one in (let_go, stopped, over))

    assert [told_of(one) for one in (let_go, stopped, over)] == [
        [Action.REJECT, Action.REOPEN],
        [Action.REOPEN],
        [Action.REJECT, Action.REOPEN],
    ]
    assert [len(taken_back(one)) for one in (let_go, stopped, over)] == [0, 1, 0]


def test_what_fails_takes_no_message_back():
    moderator = make_moderator()
    submission = go(submitted(), (Action.CLAIM, moderator), (Action.REJECT, moderator))

    with pytest.raises(NoteRequiredError):
        act(submission, Action.REOPEN, by=moderator)
    with pytest.raises(ConflictError):
        perform(submission, Action.REOPEN, by=moderator, version=submission.version - 1, note="Why")

    assert len(held_mails(submission)) == 1
    assert told_of(submission) == [Action.REJECT]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_reverse_at_once_one_does_and_the_message_is_taken_back_once():
    people = [make_moderator(), make_moderator()]
    submission = go(submitted(), (Action.CLAIM, people[0]), (Action.REJECT, people[0]))

    outcomes = at_once(
        *(lambda who=who: go(submission, (Action.REOPEN, who)) for who in people), refusals=(ConflictError,)
    )

    assert [isinstance(outcome, ConflictError) for outcome in outcomes].count(True) == 1
    assert len(taken_back(submission)) == 1
    assert told_of(submission) == [Action.REOPEN]


# --- When no mail leaves ---


def test_a_mail_server_that_fails_delays_the_message_and_sends_it_once(monkeypatch):
    submission = asked_for_changes(make_moderator(), language="fr")
    time_passes()
    working = EmailBackend.send_messages

    def fail(self, messages):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    assert deliver_waiting() == (0, 1)
    with pytest.raises(MailGoneError):
        take_back(OutgoingMail.objects.get())
    monkeypatch.setattr(EmailBackend, "send_messages", working)
    assert deliver_waiting() == (0, 0)
    time_passes()
    assert deliver_waiting() == (1, 0)
    assert [message.to for message in outbox.outbox] == [[submission.submitter.email]]


def test_the_officers_page_says_what_the_message_says_and_not_before(client):
    moderator = make_moderator()
    submission = asked_for_changes(moderator, note="Words that were too sharp")
    client.force_login(submission.submitter)

    def page():
        return client.get(submission.get_absolute_url()).content.decode()

    assert "Words that were too sharp" not in page()
    (mail,) = held_mails(submission)
    body = mail.body.replace("Words that were too sharp", "Kinder words")
    change_words(submission, mail, by=moderator, seen=mail.not_before, subject=mail.subject, body=body)
    assert "Kinder words" not in page()
    time_passes()
    assert "Kinder words" in page()
    assert "Words that were too sharp" not in page()

    silent = asked_for_changes(moderator, note="Never meant for you")
    (mail,) = held_mails(silent)
    take_back_message(silent, mail, by=moderator, seen=mail.not_before)
    client.force_login(silent.submitter)
    assert "Never meant for you" not in client.get(silent.get_absolute_url()).content.decode()
