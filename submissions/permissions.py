"""Who a person is to a submission. The workflow table combines these; nobody asks anything else."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import is_moderator
from cities.models import City
from cities.permissions import cities_of, speaks_for
from practices.choices import Visibility
from practices.models import PeerNote, Practice
from practices.querysets import visible_levels
from submissions.choices import Kind, Status
from submissions.models import Submission


def is_editor(user: User, submission: Submission) -> bool:
    """Began it, or was invited to write along."""
    return user.is_active and (submission.submitter_id == user.pk or submission.co_editors.filter(pk=user.pk).exists())


def leads(user: User, submission: Submission) -> bool:
    """Submits it: says who else writes along."""
    return user.is_active and submission.submitter_id == user.pk


def may_take_over(user: User, submission: Submission) -> bool:
    """Speaks for its city, whose officer who submitted it has left."""
    return Submission.objects.of_colleagues(user).left_behind().filter(pk=submission.pk).exists()


def is_other_moderator(user: User, submission: Submission) -> bool:
    """A moderator who did not write it: nobody decides on their own text."""
    return is_moderator(user) and not is_editor(user, submission)


def is_reviewer(user: User, submission: Submission) -> bool:
    """The moderator who took it into review, as long as they are one and did not write it."""
    return submission.assignee_id == user.pk and is_other_moderator(user, submission)


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
