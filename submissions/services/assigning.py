"""Giving a submission to a moderator: noted while it waits, handed over while it is in review."""

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from submissions.choices import Act, Status
from submissions.models import Submission
from submissions.permissions import is_other_moderator
from submissions.services.errors import ConflictError, NotAllowedError, noting_refusals
from submissions.services.log import note_act

ASSIGNABLE = (Status.SUBMITTED, Status.IN_REVIEW)


class NotAssignableError(NotAllowedError):
    """Nobody is given it in this status."""


class GiverBarredError(NotAllowedError):
    """Whoever wrote it or speaks for its city does not choose who judges it."""


class ReceiverBarredError(NotAllowedError):
    """The person is no moderator, wrote it, or speaks for its city."""


def moderators() -> QuerySet[User]:
    """Everybody of whom `is_moderator` holds."""
    permission = Permission.objects.filter(codename="moderate_submission", content_type__app_label="submissions")
    held = Q(groups__permissions__in=permission) | Q(user_permissions__in=permission) | Q(is_superuser=True)
    return User.objects.filter(held, is_active=True).distinct()


@noting_refusals
@transaction.atomic
def assign(submission: Submission, *, to: User | None, by: User) -> bool:
    """Give it to a moderator, or take the note away (`to` is None; only while it waits). False where it was theirs
    already. The status stays as it is: nobody reads it for that.

    Raises `NotAssignableError`, `GiverBarredError`, `ReceiverBarredError`, `ConflictError`.
    """
    current = Submission.objects.get(pk=submission.pk)
    if current.status not in ASSIGNABLE or (to is None and current.status != Status.SUBMITTED):
        raise NotAssignableError
    if not is_other_moderator(by, current):
        raise GiverBarredError
    if to is not None and not is_other_moderator(to, current):
        raise ReceiverBarredError
    if current.assignee_id == (to.pk if to else None):
        return False
    unmoved = Submission.objects.filter(pk=current.pk, status=current.status, version=current.version)
    if not unmoved.update(assignee=to, version=F("version") + 1):
        raise ConflictError(Submission.objects.get(pk=current.pk))
    note_act(current, Act.ASSIGNED, by=by, note=str(to) if to else "")
    return True
