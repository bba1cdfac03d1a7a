"""What the registry reminds cities and officers of by itself. Each is made to be run every day, or more often."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.letters import address_in, queue_letter
from accounts.models import User
from practices.freshness import BETWEEN_REQUESTS, ask_for_confirmation
from practices.models import Practice
from submissions.choices import WAITING_FOR_DAY, WITH_MODERATORS, WITH_SUBMITTER, Act, Kind, Status
from submissions.models import Submission
from submissions.services.log import note_act

# The officer reads of the day once before it and once after it, and never so soon after the request itself.
BEFORE, AFTER = timedelta(days=3), timedelta(days=7)
REST = timedelta(days=2)

logger = logging.getLogger(__name__)


def ask_cities(*, dry_run: bool = False) -> list[tuple[Practice, list[User]]]:
    """The yearly question, for all but those practices whose city has a change under way; see `practices.freshness`."""
    return ask_for_confirmation(answered=_under_change().values("practice"), dry_run=dry_run)


def _under_change() -> "QuerySet[Submission]":
    """Changes that moderators have, and those that somebody is writing. One that was left lying answers nothing."""
    lately = timezone.now() - BETWEEN_REQUESTS
    in_work = Q(status__in=WITH_SUBMITTER) & (Q(saved_at__gt=lately) | Q(status_since__gt=lately))
    return Submission.objects.filter(kind=Kind.UPDATE).filter(
        Q(status__in=(*WITH_MODERATORS, *WAITING_FOR_DAY)) | in_work
    )


def remind_of_due_days() -> int:
    """Write to officers from whom changes are awaited: three days before the day that a moderator named, and once more
    a week after it. Returns how many were written to. Twice is once."""
    today = timezone.localdate()
    keys = list(_awaited(today).order_by("pk").values_list("pk", flat=True))
    reminded = 0
    for pk in keys:
        try:
            reminded += _remind(pk)
        except Exception:
            # One that fails must not keep the others from their reminder.
            logger.exception("The officer of submission %s was not reminded", pk)
    return reminded


def _awaited(today) -> "QuerySet[Submission]":
    reachable = Q(submitter__is_active=True, submitter__unreachable_since=None)
    return Submission.objects.filter(reachable, status=Status.CHANGES_REQUESTED, due_on__lte=today + BEFORE)


@transaction.atomic
def _remind(pk: int) -> bool:
    today = timezone.localdate()
    # SQLite lets one transaction write at a time, PostgreSQL locks the row: the log is read after an earlier run.
    submission = _awaited(today).select_for_update(of=("self",)).select_related("submitter").filter(pk=pk).first()
    if submission is None or submission.due_on is None:
        return False
    due, asked = submission.due_on, timezone.localdate(submission.status_since)
    reminders = submission.events.filter(action=Act.REMINDED, at__gt=submission.status_since)
    days = [timezone.localdate(moment) for moment in reminders.values_list("at", flat=True)]
    late = today > due
    if late:
        wanted = today >= due + AFTER and not any(day > due for day in days)
    else:
        wanted = today >= asked + REST and not days
    if wanted:
        note_act(submission, Act.REMINDED, by=None, note=due.isoformat())
        _write(submission, late=late)
    return wanted


def _write(submission: Submission, *, late: bool) -> None:
    reader = submission.submitter
    context = {
        "submission": submission,
        "due_on": submission.due_on,
        "late": late,
        "remarks": submission.remarks.exclude(sent_at=None).filter(answered_at=None).count(),
        "url": address_in(reader.language, "submission-detail", submission.uuid),
    }
    queue_letter("submissions/mail/due", to=reader.email, language=reader.language, context=context)
