"""What moderators read of a submission: what was sent. What its officers type or upload after that is theirs until
they send it again, and what they had typed when they withdrew it stays theirs."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, QuerySet

from submissions.choices import WITH_SUBMITTER, Status
from submissions.models import Submission, SubmissionAttachment

AS_SENT = (*WITH_SUBMITTER, Status.WITHDRAWN)


def title_sent(submission: Submission) -> str:
    """Its title for moderators."""
    if submission.status not in AS_SENT or not submission.last_sent:
        return str(submission)
    return title_of(submission.last_sent.get("title"), submission.language) or str(submission)


def title_of(titles: Any, language: str) -> str:
    """Of the titles of a document, the one in its language, else the first; empty where there is none."""
    if not isinstance(titles, Mapping):
        return ""
    return str(titles.get(language) or next(iter(titles.values()), ""))


def files_sent(files: "QuerySet[SubmissionAttachment]") -> "QuerySet[SubmissionAttachment]":
    """Those of some files that were there at the last sending, or are with the moderators now."""
    return files.exclude(submission__status__in=AS_SENT, uploaded_at__gt=F("submission__submitted_at"))
