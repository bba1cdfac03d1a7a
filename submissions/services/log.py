"""Noting what was done beside the table: people, days, sign-offs, warnings."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from submissions.choices import Act
from submissions.models import Submission, SubmissionEvent


def note_act(submission: Submission, act: Act, *, by: User | None, note: str = "", at: datetime | None = None) -> None:
    """Add a row to the log that leaves the status as it is. Called inside the transaction of the act. `by` is None
    where the registry acted by itself, or somebody without an account."""
    SubmissionEvent.objects.create(
        submission=submission,
        action=act,
        from_status=submission.status,
        to_status=submission.status,
        by=by,
        at=at or timezone.now(),
        note=note,
    )
