"""The queue as a table for spreadsheets: what its rows show, and nothing that they do not."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from submissions.admin.rows import Row, rows_of
from submissions.models import Submission

COLUMNS = (
    "reference",
    "title",
    "language",
    "kind",
    "nominated",
    "status",
    "turn",
    "sent_at",
    "status_since",
    "due",
    "overdue",
    "city",
    "country",
    "moderator",
    "remarks_sent",
    "remarks_answered",
    "open_warnings",
    "conflict_of_interest",
    "tags",
)
CHUNK = 500


def table(submissions: QuerySet[Submission], *, user: User) -> Iterator[list[str]]:
    """The rows of the file, in the order of the list. The keys are read first, so that nobody's change meanwhile puts
    a row into it twice."""
    yield [*COLUMNS]
    keys = list(submissions.values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        yield from map(_cells, rows_of(keys[start : start + CHUNK], user=user))


def _cells(row: Row) -> list[str]:
    one = row.submission
    return [
        one.reference,
        row.title,
        one.language,
        one.kind,
        _yes(row.nominated),
        one.status,
        row.turn,
        timezone.localtime(one.submitted_at).isoformat(timespec="minutes") if one.submitted_at else "",
        timezone.localtime(one.status_since).isoformat(timespec="minutes"),
        row.due.isoformat() if row.due else "",
        _yes(row.overdue),
        str(one.city) if one.city else "",
        str(one.city.country) if one.city else "",
        str(one.assignee) if one.assignee else "",
        str(row.remarks),
        str(row.answered),
        "" if row.warnings is None else str(row.warnings),
        _yes(row.conflict),
        "; ".join(row.tags),
    ]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
