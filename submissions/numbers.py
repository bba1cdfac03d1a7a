"""How much is sent and how long answers take. docs/freshness.md holds the definitions; the page shows them too.

Computed from the log in a fixed number of queries that read no document: some 30,000 rows for 5,000 submissions.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from statistics import median

from django.utils import timezone

from cities.models import City
from submissions.choices import OPEN, Action, Kind, Status
from submissions.models import Message, Submission, SubmissionEvent

# What an officer reads of a decision. A claim is none, nor is one moderator's word to another.
ANSWERS = frozenset(
    {Action.REQUEST_CHANGES, Action.APPROVE, Action.SCHEDULE, Action.REJECT, Action.MERGE, Action.RETURN}
)
ACTIONS = {Action.SUBMIT, Action.PUBLISH, Action.TAKE_BACK, *ANSWERS}
SECONDS_A_DAY = 24 * 60 * 60


class By(StrEnum):
    """What the numbers can be split by."""

    MONTH = "month"
    CITY = "city"
    LANGUAGE = "language"
    KIND = "kind"


@dataclass
class Course:
    """What became of one submission, as far as the numbers ask."""

    kind: str
    language: str
    city: int | None
    status: str
    sent_at: datetime
    answered_at: datetime | None = None
    published_at: datetime | None = None

    @property
    def month(self) -> date:
        """The first day of the month in which it was sent for the first time, by the registry's time zone."""
        return timezone.localdate(self.sent_at).replace(day=1)


@dataclass
class Numbers:
    """Of some submissions, each of which counts once. `sent` is the sum of the five that follow it."""

    key: Hashable
    courses: list[Course] = field(default_factory=list)

    @property
    def sent(self) -> int:
        return len(self.courses)

    @property
    def waiting(self) -> int:
        """With the moderators, or approved and waiting for its day."""
        return self._in(*(status for status in OPEN if status != Status.CHANGES_REQUESTED))

    @property
    def with_officers(self) -> int:
        return self._in(Status.CHANGES_REQUESTED)

    @property
    def published(self) -> int:
        return self._in(Status.PUBLISHED)

    @property
    def declined(self) -> int:
        return self._in(Status.REJECTED)

    @property
    def withdrawn(self) -> int:
        return self._in(Status.WITHDRAWN)

    @property
    def answered(self) -> int:
        return len(self._days(lambda course: course.answered_at))

    @property
    def days_to_answer(self) -> float | None:
        """The median of those that were answered; None where none was."""
        return _median(self._days(lambda course: course.answered_at))

    @property
    def days_to_publication(self) -> float | None:
        """The median of those that were published; None where none was."""
        return _median(self._days(lambda course: course.published_at))

    def _in(self, *statuses: Status) -> int:
        return sum(course.status in statuses for course in self.courses)

    def _days(self, end: Callable[[Course], datetime | None]) -> list[float]:
        ends = ((course.sent_at, end(course)) for course in self.courses)
        return [(ended - sent).total_seconds() / SECONDS_A_DAY for sent, ended in ends if ended is not None]


def _median(days: list[float]) -> float | None:
    return median(days) if days else None


def courses() -> list[Course]:
    """Everything that was ever sent."""
    columns = ("pk", "kind", "language", "city_id", "status", "submitted_at")
    found = {pk: Course(*rest) for pk, *rest in Submission.objects.sent().order_by().values_list(*columns)}
    _read_the_log(found)
    _read_the_messages(found)
    return list(found.values())


def _read_the_log(found: dict[int, Course]) -> None:
    events = SubmissionEvent.objects.filter(action__in=ACTIONS, submission__submitted_at__isnull=False)
    seen: set[int] = set()
    # Decisions that may still be taken back: what they changed, to be undone.
    before: dict[int, datetime | None] = {}
    rows = events.order_by("submission", "at", "pk").values_list("submission_id", "action", "to_status", "at")
    for pk, action, to_status, at in rows.iterator():
        course = found.get(pk)
        if course is None:
            continue
        if action == Action.SUBMIT:
            if pk not in seen:
                seen.add(pk)
                course.sent_at = at
        elif action == Action.TAKE_BACK:
            course.answered_at = before.get(pk)
        else:
            before[pk] = course.answered_at
            if action in ANSWERS and course.answered_at is None:
                course.answered_at = at
            if to_status == Status.PUBLISHED:
                course.published_at = at


def _read_the_messages(found: dict[int, Course]) -> None:
    rows = Message.objects.filter(from_moderators=True).order_by("at", "pk").values_list("submission_id", "at")
    for pk, at in rows.iterator():
        course = found.get(pk)
        # A message about a draft that was not sent yet answers nothing.
        if course and at >= course.sent_at and (course.answered_at is None or at < course.answered_at):
            course.answered_at = at


def numbers(by: By, known: Iterable[Course]) -> list[Numbers]:
    """Split by months, without a gap and newest first; by cities, languages or kinds with most sent first."""
    groups: dict[Hashable, Numbers] = {}
    for course in known:
        key = getattr(course, by.value)
        groups.setdefault(key, Numbers(key)).courses.append(course)
    if by == By.MONTH:
        return [groups.get(month) or Numbers(month) for month in _months(groups)]
    return sorted(groups.values(), key=lambda group: (-group.sent, str(group.key)))


def _months(groups: dict[Hashable, Numbers]) -> list[date]:
    """From this month back to the first in which anything was sent."""
    first = min((key for key in groups if isinstance(key, date)), default=None)
    month = timezone.localdate().replace(day=1)
    months = [month]
    while first is not None and months[-1] > first:
        last = months[-1]
        months.append(date(last.year - (last.month == 1), (last.month - 2) % 12 + 1, 1))
    return months


def names_of_cities(groups: Iterable[Numbers]) -> dict[Hashable, str]:
    """The cities' names in the active language, by key."""
    keys = [group.key for group in groups if isinstance(group.key, int)]
    return {city.pk: str(city) for city in City.objects.filter(pk__in=keys)}


def kinds() -> dict[Hashable, str]:
    return {kind.value: str(kind.label) for kind in Kind}
