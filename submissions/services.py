"""The only writers of submissions: beginning, saving, remarking, and every change of status."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from cities.models import City
from cities.permissions import speaks_for
from cities.services import request_membership
from practices import document as documents
from practices.content import FIELDS, Section, empty_document, fields_of
from practices.models import Practice
from practices.services import InvalidDocumentError, publish, reserve_number
from submissions import files, notifications
from submissions.choices import WITH_MODERATORS, WITH_SUBMITTER, Action, Kind
from submissions.models import Remark, Submission, SubmissionEvent
from submissions.permissions import is_other_moderator, is_reviewer
from submissions.workflow import TRANSITIONS


class NotAllowedError(Exception):
    """The table does not let this person do this now."""


class NoteRequiredError(Exception):
    """The submitter must read a reason, and there is none."""


class ConflictError(Exception):
    """Someone else was faster; nothing was written. `submission` is as it stands now."""

    def __init__(self, submission: Submission):
        super().__init__("The submission was changed by someone else.")
        self.submission = submission

    @property
    def last_event(self) -> SubmissionEvent | None:
        return self.submission.events.select_related("by").last()


@transaction.atomic
def start(
    *,
    by: User,
    language: str,
    kind: Kind = Kind.NEW,
    practice: Practice | None = None,
    document: documents.Document | None = None,
) -> Submission:
    """Begin a draft: an empty one, one that proposes a change to a practice and starts from its live document, or one
    with a document that was written elsewhere."""
    content = document
    if content is None:
        content = empty_document(language=language) if practice is None else documents.read(practice)
    submission = Submission(
        kind=kind,
        content=content,
        language=language,
        practice=practice,
        base_version=practice.current_version if practice else None,
        submitter=by,
        version=1,
    )
    _copy_for_lists(submission)
    submission.save()
    return submission


def digest_of(submission: Submission, section: Section) -> str:
    """A fingerprint of a section's answers: a form carries it, so that a save can tell whether they changed since."""
    values = {field.name: submission.content.get(field.name) for field in fields_of(section)}
    text = json.dumps(values, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def save_section(
    submission: Submission, *, by: User, section: Section, values: Mapping[str, Any], base: str
) -> Submission:
    """Write a section's answers into the draft, valid or not.

    `base` is the `digest_of` the form was made from. Saves of other sections, in another tab or by a colleague, are
    merged; if this section itself changed meanwhile, `ConflictError` is raised and nothing is written.
    """
    names = {field.name for field in fields_of(section)}
    with transaction.atomic():
        current = _editable(submission.pk, by)
        if digest_of(current, section) != base:
            unchanged = all(current.content.get(name) == value for name, value in values.items() if name in names)
            if unchanged:
                return current
            raise ConflictError(current)
        current.content = {**current.content, **{name: value for name, value in values.items() if name in names}}
        current.visited = sorted({*current.visited, section.value})
        _write(current)
    return current


def _editable(pk: int, by: User) -> Submission:
    """The submission as it stands, if this person may write into it now."""
    submission = Submission.objects.editable_by(by).filter(pk=pk).first()
    if submission is None or submission.status not in WITH_SUBMITTER:
        raise NotAllowedError
    return submission


def _copy_for_lists(submission: Submission) -> None:
    titles = submission.content.get("title") or {}
    submission.title = str(titles.get(submission.language) or next(iter(titles.values()), ""))[:200]
    slug = submission.content.get("lead_city")
    submission.city = City.objects.filter(slug=slug).first() if isinstance(slug, str) and slug else None


def _write(submission: Submission) -> None:
    """Save the document if nobody else wrote since it was read."""
    _copy_for_lists(submission)
    submission.saved_at = timezone.now()
    written = Submission.objects.filter(pk=submission.pk, version=submission.version).update(
        content=submission.content,
        title=submission.title,
        city=submission.city,
        visited=submission.visited,
        saved_at=submission.saved_at,
        version=F("version") + 1,
    )
    if not written:
        raise ConflictError(Submission.objects.get(pk=submission.pk))
    submission.version += 1


def problems_of(submission: Submission, *, required: Collection[str] = documents.REQUIRED) -> list[documents.Problem]:
    """What keeps the document from being sent."""
    return documents.problems(
        documents.complete(submission.content), vocabularies=documents.Vocabularies(), required=required
    )


@transaction.atomic
def perform(
    submission: Submission, action: Action, *, by: User, version: int, note: str = "", imported: bool = False
) -> Submission:
    """Carry out an action of the table: status, log, mail, and on approval the publication, or none of it.

    `version` is the one that the person saw. `imported`: what another system knew is enough to be sent, and
    no mail is written for each record. Raises `NotAllowedError`, `NoteRequiredError`, `ConflictError`,
    `InvalidDocumentError`; and what `publish` raises.
    """
    transition = TRANSITIONS[action]
    current = Submission.objects.get(pk=submission.pk)
    if current.version != version:
        raise ConflictError(current)
    if current.status not in transition.sources or not transition.allowed(by, current):
        raise NotAllowedError
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
    if submission.city and not speaks_for(submission.submitter, submission.city):
        request_membership(user=submission.submitter, city=submission.city)
    content = documents.complete(submission.content)
    changes: dict[str, Any] = {
        "content": content,
        "last_sent": content,
        "previous_sent": submission.last_sent,
        "submitted_at": timezone.now(),
    }
    if submission.kind == Kind.NEW and submission.number is None:
        changes["number"] = reserve_number()
    return changes


def _claim(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
    return {"assignee": by}


def _release(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
    return {"assignee": None}


def _request_changes(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
    submission.remarks.filter(sent_at=None).update(sent_at=timezone.now())
    return {}


def _approve(submission: Submission, *, by: User, note: str) -> dict[str, Any]:
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
def approve(*, submission: Submission, by: User, version: int, evidence_level: str, note: str = "") -> Submission:
    """Assess and publish in one step, or neither. Raises what `perform` raises."""
    assessed = assess(submission=submission, by=by, version=version, evidence_level=evidence_level)
    return perform(assessed, Action.APPROVE, by=by, version=assessed.version, note=note)


@transaction.atomic
def add_remark(submission: Submission, *, by: User, path: str, text: str) -> Remark:
    """Note a remark at a field; the officer sees it once changes are asked for. The same remark twice is one."""
    current = Submission.objects.get(pk=submission.pk)
    if current.status not in WITH_MODERATORS or not is_other_moderator(by, current):
        raise NotAllowedError
    known = {field.name for field in FIELDS}
    remark, _created = Remark.objects.get_or_create(
        submission=current, path=path if path.split(".")[0] in known else "", text=text, author=by, sent_at=None
    )
    return remark


@transaction.atomic
def drop_remark(remark: Remark, *, by: User) -> None:
    """Take back one's own remark that was not sent yet."""
    dropped, _rows = Remark.objects.filter(pk=remark.pk, author=by, sent_at=None).delete()
    if not dropped:
        raise NotAllowedError


@transaction.atomic
def answer_remark(remark: Remark, *, by: User, reply: str, answered: bool) -> Remark:
    """The officer's answer, and whether they call the remark done."""
    _editable(remark.submission_id, by)
    remark.reply = reply
    remark.answered_at = (remark.answered_at or timezone.now()) if answered else None
    remark.save(update_fields=["reply", "answered_at"])
    return remark
