"""The moderators' own words to sort by. They are for the desk alone, so nothing is logged and no version moves."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.permissions import is_moderator
from accounts.refusals import logs_refusals
from submissions.models import Submission, Tag
from submissions.services.errors import NotAllowedError

LONGEST = Tag._meta.get_field("name").max_length or 0


class TagNameError(ValueError):
    """Empty, or too long."""


def _tagged(given: dict[str, Any]) -> str:
    return f"submission {' '.join(str(one.pk) for one in given['submissions'])}"


noting_refusals = logs_refusals(barred=(NotAllowedError,), about=_tagged)


@noting_refusals
@transaction.atomic
def add_tag(submissions: Collection[Submission], *, name: str, by: User) -> Tag:
    """Put a tag on submissions; a name that nobody used before makes a new one. Capitals do not make another."""
    name = _cleaned(name)
    if not is_moderator(by):
        raise NotAllowedError
    tag = Tag.objects.filter(name__iexact=name).first() or Tag.objects.get_or_create(name=name)[0]
    links = Submission.tags.through.objects
    links.bulk_create(
        [Submission.tags.through(submission_id=one.pk, tag=tag) for one in submissions], ignore_conflicts=True
    )
    return tag


@noting_refusals
@transaction.atomic
def remove_tag(submissions: Collection[Submission], *, name: str, by: User) -> int:
    """Take a tag off; from how many. One that is on nothing any more is forgotten."""
    name = _cleaned(name)
    if not is_moderator(by):
        raise NotAllowedError
    tagged = Submission.tags.through.objects.filter(tag__name__iexact=name)
    removed, _by_model = tagged.filter(submission__in=[one.pk for one in submissions]).delete()
    if not tagged.exists():
        Tag.objects.filter(name__iexact=name).delete()
    return removed


def _cleaned(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST:
        raise TagNameError
    return name
