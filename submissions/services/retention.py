"""Drafts that nobody sent end twelve months after they were last saved, and their editors are warned twice before."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from submissions import notifications
from submissions.choices import Act
from submissions.models import Submission
from submissions.services.log import note_act

LIFE = timedelta(days=365)
# Ten and eleven and a half months after the last save.
WARNED_AFTER = (timedelta(days=304), timedelta(days=350))
# However late a run is, nobody has less than this between two warnings, and between the last one and the end.
NOTICE = timedelta(days=14)
BATCH = 200

logger = logging.getLogger(__name__)


@dataclass
class Ended:
    """What a run of `end_drafts` did, or would do."""

    warned: int = 0
    deleted: int = 0
    failed: int = 0


def end_drafts(*, dry_run: bool = False, now: datetime | None = None) -> Ended:
    """Warn the editors of drafts that were not saved for long, and delete those that nobody saved for twelve months,
    with their files. What was sent once is never touched.

    Each draft is a transaction of its own; memory does not grow with their number. Twice a day is once.
    """
    now = now or timezone.now()
    done = Ended()
    if not dry_run:
        # Whoever goes on writing is warned anew the next time.
        Submission.objects.unsent().filter(end_warnings__gt=0, saved_at__gt=now - WARNED_AFTER[0]).update(
            end_warnings=0
        )
    last = 0
    while keys := list(_old(now).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        for pk in keys:
            try:
                _attend(pk, now, done, dry_run=dry_run)
            except Exception:
                # One that fails must not keep the others from their warning.
                logger.exception("Draft %s was not attended to", pk)
                done.failed += 1
        last = keys[-1]
    return done


def _old(now: datetime) -> "QuerySet[Submission]":
    return Submission.objects.unsent().filter(saved_at__lte=now - WARNED_AFTER[0])


@transaction.atomic
def _attend(pk: int, now: datetime, done: Ended, *, dry_run: bool) -> None:
    # A save that comes in between waits for this, or makes the draft young again before it.
    draft = _old(now).select_for_update().filter(pk=pk).first()
    if draft is None:
        return
    warned_at = draft.events.filter(action=Act.END_WARNED, at__gt=draft.saved_at).aggregate(last=Max("at"))["last"]
    rested = warned_at is None or warned_at <= now - NOTICE
    age = now - draft.saved_at
    if draft.end_warnings < len(WARNED_AFTER):
        if age >= WARNED_AFTER[draft.end_warnings] and rested:
            done.warned += 1
            if not dry_run:
                _warn(draft, now)
    elif age >= LIFE and rested:
        done.deleted += 1
        if not dry_run:
            _delete(draft)


def _warn(draft: Submission, now: datetime) -> None:
    warned = Submission.objects.filter(pk=draft.pk, end_warnings=draft.end_warnings).update(
        end_warnings=F("end_warnings") + 1
    )
    if not warned:
        return
    left = len(WARNED_AFTER) - draft.end_warnings
    ends_on = timezone.localdate(max(draft.saved_at + LIFE, now + left * NOTICE))
    note_act(draft, Act.END_WARNED, by=None, note=ends_on.isoformat(), at=now)
    notifications.tell_editors_of_the_end(draft, ends_on=ends_on)


def _delete(draft: Submission) -> None:
    """Rows first, files once they are gone for good: a file that stays behind is the lesser evil than a lost one."""
    files = [(attachment.file.storage, str(attachment.file.name)) for attachment in draft.attachments.all()]
    Submission.objects.filter(pk=draft.pk).delete()
    transaction.on_commit(lambda: _remove(files))


def _remove(files: list[tuple[Storage, str]]) -> None:
    for storage, name in files:
        try:
            storage.delete(name)
        except OSError:
            logger.exception("The file %s of an ended draft is still there", name)
