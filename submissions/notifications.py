"""What people are told by mail, in their own language. Rows of the outbox, written in the act's own transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.letters import address_in, queue_letter
from accounts.models import OutgoingMail, User
from accounts.permissions import is_moderator
from accounts.services import end_of_hold
from practices.choices import EvidenceLevel
from practices.content import FIELDS
from practices.presentation.explanations import evidence_explained
from submissions.as_sent import title_sent
from submissions.choices import Action, ChangesKind, Kind
from submissions.deadlines import aim, date_in_words
from submissions.models import Invitation, Message, Submission

# With the news that it is public, or will be, goes the judgement that stands beside it there.
ASSESSED = (Action.APPROVE, Action.SCHEDULE, Action.PUBLISH)


def tell_submitter(submission: Submission, *, action: Action, note: str, held: bool = False) -> OutgoingMail:
    """Write to the person who began the submission. The moderators are never named. `held`: they may change it yet."""
    reader = submission.submitter
    practice = submission.practice
    with translation.override(reader.language):
        copy = text_copy(submission) if action is Action.SUBMIT else []
        expected = aim(submission)
        due = date_in_words(submission.due_on)
        assessment = _assessment_of(submission) if action in ASSESSED else []
    return _tell(
        reader,
        action.value,
        submission,
        note=note,
        practice_url=address_in(reader.language, "practice-detail", practice.slug) if practice else "",
        remarks=submission.remarks.exclude(sent_at=None).filter(answered_at=None).count(),
        copy=copy,
        aim=expected,
        due=due,
        minor=submission.changes_kind == ChangesKind.MINOR,
        assessment=assessment,
        not_before=end_of_hold() if held else None,
    )


def _assessment_of(submission: Submission) -> list[str]:
    """How well results are known in the moderators' judgement, and what that means. A translation is not judged."""
    if submission.kind == Kind.TRANSLATION:
        return []
    explanation = evidence_explained(EvidenceLevel(submission.content["evidence_level"]))
    return [explanation.heading, explanation.meaning]


def tell_colleague(submission: Submission, *, colleague: User, note: str) -> None:
    """A second moderator does not agree with the first, who alone reads why."""
    url = urljoin(settings.SITE_URL, reverse("admin:submissions_submission_change", args=[submission.pk]))
    context = {"submission": submission, "url": url, "note": note}
    _queue("disagree", to=colleague.email, language=colleague.language, context=context, secret=True)


def text_copy(submission: Submission) -> list[tuple[str, str]]:
    """Label and text of every filled text field, in the language of the submission: the officer's own copy."""
    rows = []
    for field in FIELDS:
        if field.translatable:
            value = submission.content.get(field.name, {}).get(submission.language, "")
            if value:
                rows.append((str(field.label), value))
    return rows


def tell_editors_of_the_end(submission: Submission, *, ends_on: date) -> None:
    """Warn everyone who writes along that the draft ends if nobody saves it."""
    for editor in [submission.submitter, *submission.co_editors.all()]:
        if editor.is_active:
            _tell(editor, "draft_ends", submission, ends_on=ends_on)


def send_invitation(invitation: Invitation, *, token: str, language: str) -> None:
    """The secret link to write along, to the address it is bound to and to nobody else."""
    _send_link("invitation", "invitation", invitation, token=token, language=language)


def ask_for_sign_off(invitation: Invitation, *, token: str, note: str) -> None:
    """The secret link to read a text and answer, in the language of the text."""
    _send_link("sign_off", "sign-off", invitation, token=token, language=invitation.submission.language, note=note)


def tell_joined(submission: Submission, *, who: User) -> None:
    """Who was invited writes along from now on."""
    _tell(submission.submitter, "joined", submission, who=str(who))


def tell_taken_over(submission: Submission, *, earlier: User) -> None:
    """A colleague of the city goes on with what this person began. Who it is, the colleagues know."""
    _tell(earlier, "taken_over", submission)


def tell_signed_off(invitation: Invitation) -> None:
    """The answer to a sign-off, to who asked for it and to who speaks for the submission now."""
    submission = invitation.submission
    readers = {submission.submitter}
    asked_by = invitation.invited_by
    # Who asked may have been removed since, and then reads no more of it.
    if asked_by and asked_by.is_active and submission.co_editors.filter(pk=asked_by.pk).exists():
        readers.add(asked_by)
    for reader in readers:
        _tell(reader, "signed_off", submission, invitation=invitation)


def tell_of_message(message: Message) -> None:
    """Write to the other side of the conversation: to everyone who writes the submission, without a moderator's name,
    or to the moderator who has it. Where nobody has it yet, the queue says that a message waits."""
    submission = message.submission
    if message.from_moderators:
        for editor in [submission.submitter, *submission.co_editors.all()]:
            if editor.is_active:
                _tell(editor, "message", submission, text=message.text)
    elif submission.assignee and is_moderator(submission.assignee):
        reader = submission.assignee
        url = address_in(reader.language, "admin:submissions_submission_change", submission.pk)
        context = {"submission": submission, "url": url, "text": message.text, "who": str(message.author)}
        _queue("officer_message", to=reader.email, language=reader.language, context=context)


def _tell(
    reader: User, template: str, submission: Submission, *, not_before: datetime | None = None, **more: Any
) -> OutgoingMail:
    url = address_in(reader.language, "submission-detail", submission.uuid)
    context = {"submission": submission, "url": url, **more}
    # What nobody has sent yet, a new title too, is read by those who write it alone, in the outbox too.
    secret = submission.submitted_at is None or title_sent(submission) != str(submission)
    return _queue(
        template, to=reader.email, language=reader.language, context=context, secret=secret, not_before=not_before
    )


def _send_link(template: str, name: str, invitation: Invitation, *, token: str, language: str, **more: Any) -> None:
    context = {
        "submission": invitation.submission,
        "inviter": invitation.invited_by,
        "expires_at": invitation.expires_at,
        "url": address_in(language, name, token),
        **more,
    }
    _queue(template, to=invitation.email, language=language, context=context, secret=True)


def _queue(
    template: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any],
    secret: bool = False,
    not_before: datetime | None = None,
) -> OutgoingMail:
    # Plain text: nothing is escaped, nothing that a submitter wrote becomes markup or a header.
    return queue_letter(
        f"submissions/mail/{template}",
        to=to,
        language=language,
        context=context,
        secret=secret,
        not_before=not_before,
    )
