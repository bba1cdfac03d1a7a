"""Every change of a submission's status, and the assessment that goes with one."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.services import MailGoneError, take_back
from cities.permissions import speaks_for
from cities.services import request_membership
from practices import document as documents
from practices import validation
from practices.choices import Publication
from practices.services import InvalidDocumentError, OutdatedError, lead_number_to, publish, reserve_number
from submissions import files, notifications
from submissions.choices import Action, ChangesKind, Kind, NominationStatus, Status
from submissions.models import Nomination, StaffNote, Submission, SubmissionEvent
from submissions.permissions import is_reviewer
from submissions.services.checklist import clear_ticks
from submissions.services.drafts import problems_of
from submissions.services.errors import ConflictError, NotAllowedError, NoteRequiredError, NotNowError, noting_refusals
from submissions.services.held_mail import take_back_overtaken
from submissions.services.merging import Merger, forget_rounds, keep_rounds, merged_columns, unmerged_columns
from submissions.services.summaries import summarise
from submissions.services.translations import publish_translation, renewed_for
from submissions.workflow import TRANSITIONS

# What moderators ask for ends with the next sending.
NOTHING_ASKED: dict[str, Any] = {"changes_kind": "", "due_on": None}


@noting_refusals
@transaction.atomic
def perform(
    submission: Submission,
    action: Action,
    *,
    by: User,
    version: int,
    note: str = "",
    imported: bool = False,
    **details: Any,
) -> Submission:
    """Carry out an action of the table: status, log, mail, and on approval the publication, or none of it.

    `version` is the one that the person saw. `imported`: what another system knew is enough to be sent, and
    no mail is written for each record. `details` are what an action asks besides a note: `changes_kind` and `due_on` of
    `REQUEST_CHANGES`, `merger` of `MERGE`. Raises `NotAllowedError`, `NotNowError`, `NoteRequiredError`,
    `ConflictError`, `InvalidDocumentError`; and what `publish` and a merger raise.
    """
    transition = TRANSITIONS[action]
    # Whoever bumps the version has won, and holds the row: what is asked below is asked of one moment. Who comes second
    # is told of the first, and not of what the first has changed. A refusal below takes the bump back.
    won = Submission.objects.filter(pk=submission.pk, version=version).update(version=F("version") + 1)
    current = Submission.objects.get(pk=submission.pk)
    if not won:
        raise ConflictError(current)
    if current.status not in transition.sources or not transition.allowed(by, current):
        raise NotAllowedError
    if not transition.is_ready(current):
        raise NotNowError
    if transition.needs_note and not note.strip():
        raise NoteRequiredError
    if action is Action.SUBMIT:
        found = problems_of(current, required=validation.ESSENTIAL if imported else validation.REQUIRED)
        if found:
            raise InvalidDocumentError(found)
    source, now = current.status, timezone.now()
    changes = EFFECTS.get(action, _no_effect)(current, by=by, note=note, at=now, **details)
    # Status and what must go with it in one statement: the constraints look at both.
    Submission.objects.filter(pk=current.pk).update(status=transition.target, status_since=now, **changes)
    current.refresh_from_db()
    if "last_sent" in changes:
        summarise(current)
    if action is not Action.MERGE:
        forget_rounds(current)
    if transition.overtakes:
        take_back_overtaken(current, by=by, at=now)
    told = transition.tells_submitter and not imported
    mail = notifications.tell_submitter(current, action=action, note=note, held=transition.holds_mail) if told else None
    SubmissionEvent.objects.create(
        submission=current,
        action=action,
        from_status=source,
        to_status=transition.target,
        by=by,
        at=now,
        note=note if transition.tells_submitter else "",
        mail=mail,
    )
    if note.strip() and not transition.tells_submitter:
        # Between moderators: nobody who writes the submission reads it, a moderator among them neither.
        StaffNote.objects.create(submission=current, author=by, text=note, at=now)
    return current


# What an action does besides changing the status. Each returns the submission's columns that change with it.


def _no_effect(submission: Submission, **_given: Any) -> dict[str, Any]:
    return {}


def _submit(submission: Submission, *, by: User, **_given: Any) -> dict[str, Any]:
    is_translation = submission.kind == Kind.TRANSLATION
    # Who translates does not say to speak for the city.
    if submission.city and not is_translation and not speaks_for(submission.submitter, submission.city):
        request_membership(user=submission.submitter, city=submission.city)
    # A translation is sent as one of the original as it stands now: the form has told what changed in it.
    renewal = renewed_for(by, submission) if is_translation else None
    content = renewal or documents.complete(submission.content)
    changes: dict[str, Any] = {
        "content": content,
        "last_sent": content,
        "previous_sent": submission.last_sent,
        "submitted_at": timezone.now(),
        **NOTHING_ASKED,
    }
    clear_ticks(submission)
    if submission.kind == Kind.NEW and submission.number is None:
        changes["number"] = reserve_number()
    if renewal and submission.practice:
        changes["base_version"] = submission.practice.current_version
    return changes


def _claim(submission: Submission, *, by: User, **_given: Any) -> dict[str, Any]:
    return {"assignee": by}


def _release(submission: Submission, **_given: Any) -> dict[str, Any]:
    return {"assignee": None}


def _request_changes(
    submission: Submission,
    *,
    at: datetime,
    changes_kind: str = ChangesKind.MAJOR,
    due_on: date | None = None,
    **_given: Any,
) -> dict[str, Any]:
    submission.remarks.filter(sent_at=None).update(sent_at=at)
    return {"changes_kind": changes_kind, "due_on": due_on}


def _take_back(submission: Submission, **_given: Any) -> dict[str, Any]:
    """The mail is never sent, the remarks that went with the decision wait again, and what was merged is one again."""
    decision = submission.events.of_the_table().select_related("mail").last()
    if decision is None or decision.mail is None:
        raise NotNowError
    if decision.mail.taken_back_at is None:
        try:
            take_back(decision.mail)
        except MailGoneError:
            decision.mail.refresh_from_db()
            # Between the question and this moment somebody took the mail back, which is well, or it was sent.
            if decision.mail.taken_back_at is None:
                raise NotNowError from None
    submission.remarks.filter(sent_at__gte=decision.at).update(sent_at=None)
    as_sent = unmerged_columns(submission) if decision.action == Action.MERGE else {}
    return {**NOTHING_ASKED, **as_sent}


def _endorse(submission: Submission, **_given: Any) -> dict[str, Any]:
    """The second moderator is asked about nothing that could not be published."""
    _refuse_unpublishable(submission)
    return {}


def _disagree(submission: Submission, *, note: str, **_given: Any) -> dict[str, Any]:
    if submission.assignee:
        notifications.tell_colleague(submission, colleague=submission.assignee, note=note)
    return {}


def _schedule(submission: Submission, *, by: User, **_given: Any) -> dict[str, Any]:
    """What could not be published now would fail on its day, when nobody is there to put it right. It is published in
    the name of whoever approves it now."""
    _refuse_unpublishable(submission)
    return {"assignee": by}


def _refuse_unpublishable(submission: Submission) -> None:
    found = problems_of(submission, required=validation.ESSENTIAL)
    if found:
        raise InvalidDocumentError(found)
    live = submission.practice
    if live and (live.publication != Publication.PUBLISHED or live.current_version != submission.base_version):
        raise OutdatedError


def _merge(submission: Submission, *, merger: Merger, **_given: Any) -> dict[str, Any]:
    columns = merged_columns(submission, merger)
    keep_rounds(submission)
    return columns


def _return(submission: Submission, *, note: str, **_given: Any) -> dict[str, Any]:
    """The nomination waits for the moderators again. The link that the city had is used up."""
    Nomination.objects.filter(submission=submission).update(
        status=NominationStatus.WAITING, submission=None, digest=None, expires_at=None, answered_at=None, reason=note
    )
    return {}


def _approve(submission: Submission, *, by: User, **_given: Any) -> dict[str, Any]:
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
    if submission.number and submission.number != practice.number:
        # It was merged: the reference that its authors know leads on.
        lead_number_to(practice, number=submission.number)
    return {"practice": practice}


EFFECTS: Mapping[Action, Callable[..., dict[str, Any]]] = {
    Action.SUBMIT: _submit,
    Action.CLAIM: _claim,
    Action.RELEASE: _release,
    Action.REQUEST_CHANGES: _request_changes,
    Action.TAKE_BACK: _take_back,
    Action.ENDORSE: _endorse,
    Action.DISAGREE: _disagree,
    Action.APPROVE: _approve,
    Action.SCHEDULE: _schedule,
    Action.PUBLISH: _approve,
    Action.MERGE: _merge,
    Action.RETURN: _return,
}


@noting_refusals
@transaction.atomic
def assess(*, submission: Submission, by: User, version: int, evidence_level: str) -> Submission:
    """Write the reviewer's evidence level into the document. `version` is the one that the reviewer saw."""
    current = Submission.objects.get(pk=submission.pk)
    if current.version != version:
        raise ConflictError(current)
    if current.status not in TRANSITIONS[Action.ENDORSE].sources or not is_reviewer(by, current):
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
    """Assess and publish in one step, or neither; with `Action.SCHEDULE`, assess and let it wait for its day; with
    `Action.ENDORSE`, assess and ask a second moderator, who then agrees to the assessment as it is. Raises what
    `perform` raises."""
    if Submission.objects.get(pk=submission.pk).status == Status.ENDORSED:
        return perform(submission, action, by=by, version=version, note=note)
    assessed = assess(submission=submission, by=by, version=version, evidence_level=evidence_level)
    return perform(assessed, action, by=by, version=assessed.version, note=note)
