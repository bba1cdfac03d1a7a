"""Who a person is to a submission. The workflow table combines these; nobody asks anything else."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import is_moderator
from cities.permissions import speaks_for
from practices.models import Practice
from submissions.choices import Status
from submissions.models import Submission


def is_editor(user: User, submission: Submission) -> bool:
    """Began it, or was invited to write along."""
    return user.is_active and (submission.submitter_id == user.pk or submission.co_editors.filter(pk=user.pk).exists())


def is_other_moderator(user: User, submission: Submission) -> bool:
    """A moderator who did not write it: nobody decides on their own text."""
    return is_moderator(user) and not is_editor(user, submission)


def is_reviewer(user: User, submission: Submission) -> bool:
    """The moderator who took it into review, as long as they are one and did not write it."""
    return submission.assignee_id == user.pk and is_other_moderator(user, submission)


def may_change(user: User | AnonymousUser, practice: Practice) -> bool:
    """May propose a change: speaks for a city of the practice, or wrote a submission that was published as it."""
    if not user.is_authenticated:
        return False
    wrote = practice.submissions.filter(status=Status.PUBLISHED, submitter=user).exists()
    return wrote or any(speaks_for(user, city) for city in [practice.lead_city, *practice.other_cities.all()])
