"""What people are told by mail, in their own language. Rows of the outbox, written in the act's own transaction."""

from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User
from accounts.services import queue_mail
from practices.content import FIELDS
from submissions.choices import Action
from submissions.models import Submission


def tell_submitter(submission: Submission, *, action: Action, note: str) -> None:
    """Write to the person who began the submission. The moderators are never named."""
    with translation.override(submission.submitter.language):
        context = {
            "submission": submission,
            "note": note,
            "url": urljoin(settings.SITE_URL, submission.get_absolute_url()),
            "practice_url": urljoin(settings.SITE_URL, submission.practice.get_absolute_url())
            if submission.practice
            else "",
            "remarks": submission.remarks.exclude(sent_at=None).filter(answered_at=None).count(),
            "copy": text_copy(submission) if action is Action.SUBMIT else [],
        }
        _queue(submission.submitter, f"submissions/mail/{action.value}", context)


def text_copy(submission: Submission) -> list[tuple[str, str]]:
    """Label and text of every filled text field, in the language of the submission: the officer's own copy."""
    rows = []
    for field in FIELDS:
        if field.translatable:
            value = submission.content.get(field.name, {}).get(submission.language, "")
            if value:
                rows.append((str(field.label), value))
    return rows


def _queue(recipient: User, template: str, context: dict) -> None:
    # Plain text: nothing is escaped, nothing that a submitter wrote becomes markup or a header.
    subject = render_to_string(f"{template}_subject.txt", context)
    body = render_to_string(f"{template}_body.txt", context)
    queue_mail(to=recipient.email, language=recipient.language, subject=subject, body=body.strip() + "\n")
