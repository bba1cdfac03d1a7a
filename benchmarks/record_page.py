"""The moderators' page of one submission, and the translators' matrix: whole pages inside one process, in the middle of
thousands of submissions."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks.desk import filled
from benchmarks.saving import processor_seconds
from benchmarks.timing import quantiles
from benchmarks.visitor import Visitor
from practices import document as documents
from practices.models import Practice, PracticeVersion
from submissions.choices import Kind, Status
from submissions.models import Message, StaffNote, Submission

# How many pages of each kind of submission.
RECORDS = {Kind.NEW: 30, Kind.UPDATE: 20, Kind.TRANSLATION: 10}
WARM_UP = 5
# One word in so many is another than it was in the round before, or is live.
REWORDED = 12
WRITTEN = 3
MATRIX = ("", "to=de", "state=missing", "to=el&state=missing", "country=DE", "q=a", "page=2", "to=nl&page=3")


def figures() -> dict:
    """Wall and CPU milliseconds of each page when it is looked at first, and when it is looked at again, as after each
    remark; what was filled in is taken away afterwards."""
    with filled() as (visitor, _tag), _records() as keys, override_settings(CMISE_DEMO=True):
        pages = [reverse("admin:submissions_submission_change", args=[key]) for key in keys]
        first = [_measured(visitor, page) for page in pages][WARM_UP:]
        again = [_measured(visitor, page) for page in pages][WARM_UP:]
        here = reverse("admin:practices_practicetext_changelist")
        matrix = [_measured(visitor, f"{here}?{query}") for _turn in range(6) for query in MATRIX][WARM_UP:]
        return {
            "first": _told(first),
            "again": _told(again),
            "matrix": _told(matrix),
            "queries": max(_queries(visitor, page) for page in pages[:: len(pages) // 12]),
            "matrix_queries": _queries(visitor, f"{here}?country=DE"),
        }


def _measured(visitor: Visitor, address: str) -> tuple[float, float]:
    begin, begin_processor = time.perf_counter(), processor_seconds()
    visitor.get(address)
    wall, processor = time.perf_counter() - begin, processor_seconds() - begin_processor
    return wall * 1000, processor * 1000


def _told(measured: list[tuple[float, float]]) -> dict:
    wall, processor = zip(*measured, strict=True)
    return {"wall": quantiles(wall), "processor": quantiles(processor)}


def _queries(visitor: Visitor, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        visitor.get(address)
    return len(queries)


@contextmanager
def _records() -> Iterator[list[int]]:
    """Submissions that were sent twice and talked about; changes begin from a version, as published ones do."""
    waiting = Submission.objects.filter(status__in=[Status.SUBMITTED, Status.IN_REVIEW], practice=None)
    changes = Submission.objects.filter(status__in=[Status.SUBMITTED, Status.IN_REVIEW], practice__isnull=False)
    chosen = [
        *waiting.filter(kind=Kind.NEW).order_by("pk")[: RECORDS[Kind.NEW]],
        *changes.filter(kind=Kind.UPDATE).order_by("pk")[: RECORDS[Kind.UPDATE]],
        *changes.filter(kind=Kind.TRANSLATION).order_by("pk")[: RECORDS[Kind.TRANSLATION]],
    ]
    versions = []
    try:
        for submission in chosen:
            before = submission.content
            if submission.practice is not None:
                before, version = _published(submission.practice)
                versions += [version] if version else []
            submission.previous_sent, submission.content = before, _reworded(before)
            submission.last_sent, submission.language = submission.content, before["original_language"]
            submission.save()
            _talk(submission)
        yield [submission.pk for submission in sorted(chosen, key=lambda one: str(one.uuid))]
    finally:
        PracticeVersion.objects.filter(pk__in=versions).delete()


def _published(practice: Practice) -> tuple[documents.Document, int | None]:
    """Its document, and the key of a version that was made for it: the practices are filled in without."""
    document = documents.read(practice)
    version, is_new = PracticeVersion.objects.get_or_create(
        practice=practice,
        number=practice.current_version,
        defaults={
            "content": documents.without_peer_fields(document)[0],
            "visibility": practice.visibility,
            "created_at": practice.updated_at,
        },
    )
    return document, version.pk if is_new else None


def _reworded(document: documents.Document) -> documents.Document:
    changed = deepcopy(document)
    for value in changed.values():
        if isinstance(value, dict):
            for code, text in value.items():
                words = str(text).split(" ")
                if len(words) > REWORDED:
                    words[REWORDED::REWORDED] = [f"{word}x" for word in words[REWORDED::REWORDED]]
                    value[code] = " ".join(words)
    return changed


def _talk(submission: Submission) -> None:
    author, now = submission.assignee, timezone.now()
    Message.objects.bulk_create(
        Message(submission=submission, author=author, from_moderators=True, text="Thank you.", at=now)
        for _number in range(WRITTEN)
    )
    StaffNote.objects.bulk_create(
        StaffNote(submission=submission, author=author, text="Looks good to me.", at=now) for _number in range(WRITTEN)
    )
