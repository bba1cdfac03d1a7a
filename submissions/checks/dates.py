"""Years that do not fit each other or the status of the practice."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from practices.choices import OperationStatus
from submissions.checks.observations import Check, Observation

UNDER_WAY = (OperationStatus.RUNNING, OperationStatus.PILOT)


def contradicting_dates(document: Mapping[str, Any], *, today: date) -> Iterator[Observation]:
    """What the status, the years and the milestones say against each other, as it stands today."""
    status = document.get("operation_status")
    start, end = _year(document.get("start_year")), _year(document.get("end_year"))
    years = {"start": start, "end": end, "year": today.year}
    messages: list[tuple[str, bool, str]] = [
        ("end_year", status == OperationStatus.ENDED and end is None, _("It has ended, and no year says when.")),
        (
            "end_year",
            status == OperationStatus.ENDED and end is not None and end > today.year,
            _("It has ended, and the year of the end, %(end)s, is still to come."),
        ),
        (
            "operation_status",
            status in UNDER_WAY and end is not None and end < today.year,
            _("It is under way, and the year of the end, %(end)s, is over."),
        ),
        (
            "operation_status",
            status == OperationStatus.PLANNED and start is not None and start < today.year,
            _("It is planned, and the year of the start, %(start)s, is over."),
        ),
        (
            "operation_status",
            status in (*UNDER_WAY, OperationStatus.ENDED) and start is not None and start > today.year,
            _("It has begun already, and the year of the start, %(start)s, is still to come."),
        ),
        (
            "operation_status",
            status == OperationStatus.UNKNOWN and end is not None and end < today.year,
            _("The year of the end, %(end)s, is over, and the status is not stated."),
        ),
    ]
    for path, is_so, message in messages:
        if is_so:
            yield Observation(Check.DATES, path, message % years)
    for place, row in enumerate(document.get("milestones") or []):
        yield from _milestone(f"milestones.{place}.year", _year(row.get("year")), years)


def _milestone(path: str, year: int | None, years: Mapping[str, int | None]) -> Iterator[Observation]:
    if year is None:
        return
    start, end, now = years["start"], years["end"], years["year"]
    told = {**years, "milestone": year}
    if now is not None and year > now:
        yield Observation(Check.DATES, path, _("The milestone of %(milestone)s is still to come.") % told)
    elif start is not None and year < start:
        message = _("The milestone of %(milestone)s is before the start in %(start)s: a decision perhaps, or a slip.")
        yield Observation(Check.DATES, path, message % told)
    elif end is not None and year > end:
        yield Observation(Check.DATES, path, _("The milestone of %(milestone)s is after the end in %(end)s.") % told)


def _year(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
