"""Ticking what a moderator has looked at."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from submissions.checklist import CHECKLIST, POINTS, Point
from submissions.choices import WITH_MODERATORS
from submissions.models import ChecklistTick, Submission
from submissions.permissions import is_other_moderator
from submissions.services.errors import NotAllowedError, noting_refusals


@dataclass(frozen=True)
class ShownPoint:
    """A point of the checklist, with its tick where somebody looked at it."""

    point: Point
    tick: ChecklistTick | None


def points_of(submission: Submission) -> list[ShownPoint]:
    """Every point in order. Ticks of points that the list has no longer are left out."""
    ticks = {tick.item: tick for tick in submission.ticks.select_related("by")}
    return [ShownPoint(point, ticks.get(point.name)) for point in CHECKLIST]


@noting_refusals
@transaction.atomic
def set_tick(submission: Submission, *, by: User, item: str, ticked: bool) -> None:
    """Tick a point or take the tick away, while it waits for moderators. Doing it twice is once, and the first tick
    counts."""
    current = Submission.objects.get(pk=submission.pk)
    if item not in POINTS or current.status not in WITH_MODERATORS or not is_other_moderator(by, current):
        raise NotAllowedError
    if ticked:
        ChecklistTick.objects.get_or_create(submission=current, item=item, defaults={"by": by})
    else:
        ChecklistTick.objects.filter(submission=current, item=item).delete()


def clear_ticks(submission: Submission) -> None:
    """Begin anew: what was looked at may have changed. Called inside the transaction of a sending."""
    submission.ticks.all().delete()
