"""The day before which a city does not want to be published."""

import logging
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from practices.services import InvalidDocumentError, OutdatedError
from submissions.choices import OPEN, Act, Action, Status
from submissions.models import Submission
from submissions.services.errors import ConflictError, NotAllowedError, NotNowError
from submissions.services.log import note_act
from submissions.services.process import perform

logger = logging.getLogger(__name__)


@transaction.atomic
def set_day(submission: Submission, *, by: User, day: date | None, version: int) -> Submission:
    """Write the city's wish that it be published no earlier than on `day`, or that there is none.

    Editors may, as long as it is not closed. What is approved already keeps a day that is ahead: `NotNowError`
    otherwise. `version` is the one that the person saw; a moderator who read it without the day cannot approve it.
    """
    current = Submission.objects.editable_by(by).filter(pk=submission.pk).first()
    if current is None or current.status not in OPEN:
        raise NotAllowedError
    if current.version != version:
        raise ConflictError(current)
    if current.status == Status.SCHEDULED and (day is None or day <= timezone.localdate()):
        raise NotNowError
    if current.embargo_until == day:
        return current
    written = Submission.objects.filter(pk=current.pk, status=current.status, version=version).update(
        embargo_until=day, version=F("version") + 1
    )
    if not written:
        raise ConflictError(Submission.objects.get(pk=current.pk))
    current.refresh_from_db()
    note_act(current, Act.DAY_SET, by=by, note=day.isoformat() if day else "")
    return current


@dataclass
class Published:
    """What a run of `publish_due` came to."""

    published: int = 0
    returned: int = 0
    failed: int = 0


def publish_due(*, today: date | None = None) -> Published:
    """Publish what is approved and whose day has come, each in a transaction of its own, in the name of the moderator
    who approved it. Runs beside each other publish once.

    What cannot be published any more goes back into review, and its submitter is told. `today` is the day by the
    registry's own time zone.
    """
    done = Published()
    due = Submission.objects.due(today or timezone.localdate()).order_by("embargo_until", "pk")
    for pk in list(due.values_list("pk", flat=True)):
        try:
            _publish_one(pk, done)
        except Exception:
            # One that fails must not keep the others from their day.
            logger.exception("Submission %s was not published on its day", pk)
            done.failed += 1
    return done


def _publish_one(pk: int, done: Published) -> None:
    submission = Submission.objects.select_related("assignee").get(pk=pk)
    if submission.status != Status.SCHEDULED or submission.assignee is None:
        # Another run or an editor's withdrawal was faster.
        return
    try:
        perform(submission, Action.PUBLISH, by=submission.assignee, version=submission.version)
    except (OutdatedError, InvalidDocumentError) as impossible:
        _return(submission, submission.assignee, impossible)
        done.returned += 1
    except (ConflictError, NotAllowedError):
        # The same, a moment later; where nothing moved, it is an error.
        if Submission.objects.get(pk=pk).version == submission.version:
            raise
    else:
        done.published += 1


def _return(submission: Submission, approver: User, impossible: Exception) -> None:
    with translation.override(submission.submitter.language):
        if isinstance(impossible, OutdatedError):
            why = _("The practice was changed or withdrawn since this was approved.")
        else:
            why = _("Something it refers to is no longer in the registry.")
        note = " ".join([_("It could not be published on its day and is in review again."), why])
    perform(submission, Action.UNSCHEDULE, by=approver, version=submission.version, note=note)
