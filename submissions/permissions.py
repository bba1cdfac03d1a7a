"""Who a person is to a submission. The workflow table combines these; nobody asks anything else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from accounts.models import User
from accounts.permissions import is_moderator
from cities.models import City
from cities.permissions import cities_of, speaks_for
from practices.choices import Visibility
from practices.models import PeerNote, Practice
from practices.querysets import visible_levels
from submissions.choices import Action, Kind, Status
from submissions.models import Submission

Answer = TypeVar("Answer")
_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Inside, the database is asked once who a person is to a submission: for a page that asks it at every turn and
    writes nothing."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def _once(ask: Callable[[User, Submission], Answer]) -> Callable[[User, Submission], Answer]:
    @wraps(ask)
    def answer(user: User, submission: Submission) -> Answer:
        answers = _answers.get()
        if answers is None:
            return ask(user, submission)
        key = (ask, user.pk, submission.pk)
        if key not in answers:
            answers[key] = ask(user, submission)
        found: Answer = answers[key]
        return found

    return answer


@_once
def is_editor(user: User, submission: Submission) -> bool:
    """Began it, or was invited to write along."""
    return user.is_active and (submission.submitter_id == user.pk or submission.co_editors.filter(pk=user.pk).exists())


def leads(user: User, submission: Submission) -> bool:
    """Submits it: says who else writes along."""
    return user.is_active and submission.submitter_id == user.pk


def may_take_over(user: User, submission: Submission) -> bool:
    """Speaks for its city, whose officer who submitted it has left."""
    return Submission.objects.of_colleagues(user).left_behind().filter(pk=submission.pk).exists()


@_once
def conflict_of(user: User, submission: Submission) -> City | None:
    """The city for which a moderator speaks and which the submission is about: its own, one that the document names, or
    one of the practice that it changes. None where there is none. `with_conflict` says the same of many."""
    mine = cities_of(user)
    if not mine:
        return None
    about = Q(pk=submission.city_id) | Q(slug__in=cities_named(submission.content))
    if submission.practice_id:
        about |= Q(led_practices=submission.practice_id) | Q(joined_practices=submission.practice_id)
    return City.objects.filter(Q(pk__in=mine) | Q(merged_into__in=mine)).filter(about).order_by("slug").first()


def cities_named(content: Mapping[str, Any]) -> set[str]:
    """The slugs of the cities that a document names, whatever else stands in their place."""
    others = content.get("other_cities")
    named = [content.get("lead_city"), *(others if isinstance(others, list) else [])]
    return {slug for slug in named if isinstance(slug, str) and slug}


def is_other_moderator(user: User, submission: Submission) -> bool:
    """A moderator who did not write it and speaks for no city of it: nobody decides on their own text, or on that of
    their own city."""
    return is_moderator(user) and not is_editor(user, submission) and conflict_of(user, submission) is None


def is_reviewer(user: User, submission: Submission) -> bool:
    """The moderator who took it into review, as long as they are one, did not write it and have no conflict."""
    return submission.assignee_id == user.pk and is_other_moderator(user, submission)


def is_second_moderator(user: User, submission: Submission) -> bool:
    """Another moderator than the one who agreed first, and than the one who reviews it."""
    if submission.status != Status.ENDORSED or submission.assignee_id == user.pk:
        return False
    endorsed = submission.events.filter(action=Action.ENDORSE).last()
    return (endorsed is None or endorsed.by_id != user.pk) and is_other_moderator(user, submission)


def may_approve(user: User, submission: Submission) -> bool:
    """The reviewer; where two must agree, the second one, after the reviewer."""
    if submission.status == Status.ENDORSED:
        return is_second_moderator(user, submission)
    return not settings.FOUR_EYES and is_reviewer(user, submission)


def is_approver(user: User, submission: Submission) -> bool:
    """The moderator who approved it for its day. That they moderate no longer does not undo what they decided."""
    return submission.status == Status.SCHEDULED and submission.assignee_id == user.pk


def may_withdraw(user: User | AnonymousUser, practice: Practice) -> bool:
    """May take a published practice out of the registry at once: speaks for its lead city."""
    return speaks_for(user, practice.lead_city)


def may_change(user: User | AnonymousUser, practice: Practice) -> bool:
    """May propose a change: speaks for a city of the practice, or wrote a submission that was published as it. A change
    starts from the whole document, so whoever may not read its notes for peers proposes none, writer or not."""
    return practice.pk in changeable(user, [practice])


def changeable(user: User | AnonymousUser, practices: Sequence[Practice]) -> set[int]:
    """The keys of those practices to which this person may propose a change. A fixed number of queries, however many
    there are."""
    if not user.is_authenticated:
        return set()
    # Whoever translated it did not write it.
    written = Submission.objects.filter(submitter=user, status=Status.PUBLISHED, practice__in=practices).exclude(
        kind=Kind.TRANSLATION
    )
    may = {key for key in written.values_list("practice", flat=True) if key is not None}
    cities = cities_of(user)
    if Visibility.PEERS not in visible_levels(user):
        may -= set(PeerNote.objects.filter(practice__in=may).values_list("practice", flat=True))
    if not cities:
        return may
    joined = City.objects.filter(pk__in=cities, joined_practices__in=practices).values_list("joined_practices", "pk")
    return may | {key for key, _city in joined} | {one.pk for one in practices if one.lead_city_id in cities}
