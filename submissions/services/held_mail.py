"""The messages of decisions, as long as they are held: change the words, send them now, or never."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from accounts.models import OutgoingMail, User
from accounts.services import MailGoneError, change_held, let_go, rewrite_held, take_back
from submissions.choices import Act
from submissions.models import Submission, SubmissionEvent
from submissions.permissions import is_other_moderator
from submissions.services.errors import NotAllowedError, noting_refusals
from submissions.services.log import note_act


def held_mails(submission: Submission) -> list[OutgoingMail]:
    """The messages about this submission that can still be changed, the first that goes first."""
    return sorted((mail for _event, mail in _held(submission)), key=lambda mail: mail.not_before)


@noting_refusals
@transaction.atomic
def change_words(
    submission: Submission, mail: OutgoingMail, *, by: User, seen: datetime, subject: str, body: str
) -> None:
    """Write other words into a held message; it is held anew. The log keeps what they were. `seen` is the end of the
    hold that the person saw. Raises `LostLinkError` and, where it is too late, `MailGoneError`."""
    _refuse_others(submission, mail, by)
    before = f"{mail.subject}\n\n{mail.body}"
    rewrite_held(mail, seen=seen, subject=subject, body=body)
    note_act(submission, Act.MAIL_EDITED, by=by, note=before)


@noting_refusals
@transaction.atomic
def send_now(submission: Submission, mail: OutgoingMail, *, by: User, seen: datetime) -> None:
    """Hold it no longer. Raises `MailGoneError`."""
    _refuse_others(submission, mail, by)
    let_go(mail, seen=seen)


@noting_refusals
@transaction.atomic
def take_back_message(submission: Submission, mail: OutgoingMail, *, by: User, seen: datetime) -> None:
    """The decision stands, and nobody gets a mail about it. Raises `MailGoneError`."""
    _refuse_others(submission, mail, by)
    take_back(mail, seen=seen)
    note_act(submission, Act.MAIL_TAKEN_BACK, by=by)


def take_back_overtaken(submission: Submission, *, by: User, at: datetime) -> None:
    """Whoever was not told yet of an earlier decision is not told any more: `by` decides otherwise. What left the
    status as it was stays true. Called inside the transaction of the decision, at its moment, before it is noted."""
    for event, mail in _held(submission):
        if event.from_status == event.to_status:
            continue
        try:
            take_back(mail)
        except MailGoneError:
            # It is on its way since a moment ago, and goes before what overtook it.
            continue
        note_act(submission, Act.MAIL_TAKEN_BACK, by=by, at=at)


def readdress_held(submission: Submission, *, to: User) -> None:
    """What waits still goes to this person: who was to read it has left. In the words and the language in which it was
    written."""
    for mail in held_mails(submission):
        # What went a moment ago went to who was there then.
        with suppress(MailGoneError):
            change_held(mail, recipient=to.email)


def _held(submission: Submission) -> list[tuple[SubmissionEvent, OutgoingMail]]:
    events = submission.events.filter(mail__sent_at=None, mail__taken_back_at=None).select_related("mail")
    return [(event, event.mail) for event in events if event.mail and event.mail.is_held]


def words_to_officers(event: SubmissionEvent) -> str:
    """What the moderators wrote to those who write the submission, as they were told it: nothing while the mail is held
    or where it was taken back, and the mail itself where its words were changed."""
    mail = event.mail
    if mail is None:
        return event.note
    if mail.is_held or mail.taken_back_at is not None:
        return ""
    changed = event.submission.events.filter(action=Act.MAIL_EDITED, at__gte=event.at).exists()
    return mail.body if changed else event.note


def _refuse_others(submission: Submission, mail: OutgoingMail, by: User) -> None:
    """Messages of this submission, by those who may decide on it."""
    if not submission.events.filter(mail=mail).exists() or not is_other_moderator(by, submission):
        raise NotAllowedError
