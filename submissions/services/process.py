"""Every change of a submission's status, and the assessment that goes with one."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from cities.permissions import speaks_for
from cities.services import request_membership
from practices import document as documents
from practices.choices import Publication
from practices.services import InvalidDocumentError, OutdatedError, publish, reserve_number
from submissions import files, notifications
from submissions.choices import Action, Kind
from submissions.models import Submission, SubmissionEvent
from submissions.permissions import is_reviewer
from submissions.services.checklist import clear_ticks
from submissions.services.drafts import problems_of
from submissions.services.errors import ConflictError, NotAllowedError, NoteRequiredError, NotNowError
from submissions.services.translations import may_read_live, publish_translation, renewed
from submissions.workflow import TRANSITIONS


@transaction.atomic
def perform(
    submission: Submission, action: Action, *, by: User, version: int, note: str = "", imported: bool = False
) -> Submission:
    """Carry out an action of the table: status, log, mail, and on approval the publication, or none of it.

    `version` is the one that the person saw. `imported`: what another system knew is enough to be sent, and
    no mail is written for each record. Raises `NotAllowedError`, `NotNowError`, `NoteRequiredError`, `ConflictError`,
    `InvalidDocumentError`; and what `publish` raises.
    """
    transition = TRANSITIONS[action]
    current = Submission.objects.get(pk=submission.pk)
    if current.version != version:
        raise ConflictError(current)
    if current.status not in transition.sources or not transition.allowed(by, current):
        raise NotAllowedError
    if not transition.is_ready(current):
        raise NotNowError
    if transition.needs_note and not note.strip():
        raise NoteRequiredError
    if action is Action.SUBMIT:
        found = problems_of(current, required=documents.ESSENTIAL if imported else documents.REQUIRED)
        if found:
            raise InvalidDocumentError(found)
    source, now = current.status, timezone.now()
    # Whoever bumps the version has won; the loser's action does not run.
    won = Submission.objects.filter(pk=current.pk, status=source, version=version).update(version=F("version") + 1)
    if not won:
        raise ConflictError(Submission.objects.get(pk=current.pk))
    changes = EFFECTS.get(action, _no_effect)(current, by=by, note=note)
    # Status and what must go with it in one statement: the constraints look at both.
    Submission.objects.filter(pk=current.pk).update(status=transition.target, status_since=now, **changes)
    current.refresh_from_db()
    SubmissionEvent.objects.create(
        submission=current, action=action, from_status=source, to_status=transition.target, by=by, at=now, note=note
    )
    if transition.tells_submitter and not imported:
        notifications.tell_submitter(current, action=action, note=note)
    return current


# What an action does besides changing the status. Each returns the submission's columns that change with it.


def _no_effect(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
    return {}


def _submit(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
    is_translation = submission.kind == Kind.TRANSLATION
    # Who translates does not say to speak for the city.
    if submission.city and not is_translation and not speaks_for(submission.submitter, submission.city):
        request_membership(user=submission.submitter, city=submission.city)
    # A translation is sent as one of the original as it stands now: the form has told what changed in it.
    renews = is_translation and may_read_live(by, submission)
    content = renewed(submission) if renews else documents.complete(submission.content)
    changes: dict[str, Any] = {
        "content": content,
        "last_sent": content,
        "previous_sent": submission.last_sent,
        "submitted_at": timezone.now(),
    }
    clear_ticks(submission)
    if submission.kind == Kind.NEW and submission.number is None:
        changes["number"] = reserve_number()
    if renews and submission.practice:
        changes["base_version"] = submission.practice.current_version
    return changes


def _claim(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
    return {"assignee": by}


def _release(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
    return {"assignee": None}


def _request_changes(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
    submission.remarks.filter(sent_at=None).update(sent_at=timezone.now())
    return {}


def _schedule(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
    """What could not be published now would fail on its day, when nobody is there to put it right."""
    found = problems_of(submission, required=documents.ESSENTIAL)
    if found:
        raise InvalidDocumentError(found)
    live = submission.practice
    if live and (live.publication != Publication.PUBLISHED or live.current_version != submission.base_version):
        raise OutdatedError
    return {}


def _approve(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
    if submission.kind == Kind.TRANSLATION:
        return {"practice": publish_translation(submission, by=by)}
    # The note is for the officer; a version's note would be public.
    city_speaks = speaks_for(submission.submitter, submission.city)
    practice = publish(
        submission.content,
        by=by,
        practice=submission.practice,
        based_on=submission.base_version,
        number=submission.number,
        confirmed=city_speaks,
    )
    files.copy_to_practice(submission, practice)
    return {"practice": practice}


EFFECTS = {
    Action.SUBMIT: _submit,
    Action.CLAIM: _claim,
    Action.RELEASE: _release,
    Action.REQUEST_CHANGES: _request_changes,
    Action.APPROVE: _approve,
    Action.SCHEDULE: _schedule,
    Action.PUBLISH: _approve,
}


@transaction.atomic
def assess(*, submission: Submission, by: User, version: int, evidence_level: str) -> Submission:
    """Write the reviewer's evidence level into the document. `version` is the one that the reviewer saw."""
    current = Submission.objects.get(pk=submission.pk)
    if current.version != version:
        raise ConflictError(current)
    if current.status not in TRANSITIONS[Action.APPROVE].sources or not is_reviewer(by, current):
        raise NotAllowedError
    if current.content.get("evidence_level") == evidence_level:
        return current
    content = {**current.content, "evidence_level": evidence_level}
    unchanged = Submission.objects.filter(pk=current.pk, version=version)
    written = unchanged.update(content=content, version=F("version") + 1)
    if not written:
        raise ConflictError(Submission.objects.get(pk=current.pk))
    current.refresh_from_db()
    return current


@transaction.atomic
def approve(
    *,
    submission: Submission,
    by: User,
    version: int,
    evidence_level: str,
    note: str = "",
    action: Action = Action.APPROVE,
) -> Submission:
    """Assess and publish in one step, or neither; with `Action.SCHEDULE`, assess and let it wait for its day. Raises
    what `perform` raises."""
    assessed = assess(submission=submission, by=by, version=version, evidence_level=evidence_level)
    return perform(assessed, action, by=by, version=assessed.version, note=note)
