"""A submission is its city's: colleagues go on with what somebody began who works there no longer."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from submissions import notifications
from submissions.choices import WITH_SUBMITTER, Act
from submissions.models import Submission
from submissions.permissions import may_take_over
from submissions.services.errors import ConflictError, NotAllowedError
from submissions.services.held_mail import readdress_held
from submissions.services.log import note_act


class OwnChangeError(Exception):
    """The person has an open change to the same practice already."""


@transaction.atomic
def take_over(submission: Submission, *, by: User) -> Submission:
    """Make the person the one who submits, in place of somebody who has left the city. Who was told so far is told, and
    writes along no more; what is held still for them goes to the new person. Raises `NotAllowedError`, `ConflictError`,
    `OwnChangeError`."""
    current = Submission.objects.select_related("submitter", "city").get(pk=submission.pk)
    if not may_take_over(by, current):
        raise NotAllowedError
    earlier = current.submitter
    changes = {"end_warnings": 0, "saved_at": timezone.now()} if current.status in WITH_SUBMITTER else {}
    unmoved = Submission.objects.filter(pk=current.pk, version=current.version, submitter=earlier)
    try:
        with transaction.atomic():
            taken = unmoved.update(submitter=by, version=F("version") + 1, **changes)
    except IntegrityError as own:
        raise OwnChangeError from own
    if not taken:
        raise ConflictError(Submission.objects.get(pk=current.pk))
    current.refresh_from_db()
    current.co_editors.remove(by)
    # Links that the earlier person sent were theirs.
    current.invitations.filter(used_at=None).update(used_at=timezone.now())
    note_act(current, Act.TAKEN_OVER, by=by, note=earlier.email)
    readdress_held(current, to=by)
    notifications.tell_taken_over(current, earlier=earlier)
    return current
