"""Beginning a draft and saving into it, valid or not."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from cities.models import City
from practices import document as documents
from practices import validation
from practices.content import FIELDS_BY_NAME, empty_document
from practices.models import Practice
from practices.vocabularies import Vocabularies
from submissions.choices import WITH_SUBMITTER, Kind
from submissions.files import problems_of_files
from submissions.models import Submission
from submissions.services.errors import ConflictError, NotAllowedError
from submissions.services.machine_texts import taken_over
from submissions.services.merge import Merge, answer_of, fingerprint, merge, read_base, write_base
from submissions.steps import Step

# How often a save is tried anew after somebody else was faster. Of writers that meet one always wins.
ATTEMPTS = 40


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
    copy_for_lists(submission)
    submission.save()
    return submission


def digest_of(submission: Submission, section: Step) -> str:
    """The fingerprints of a section's answers, a field each: a form carries them as its `base`, so that a save can
    tell which of them changed since."""
    return write_base(_fingerprints(submission, section))


def base_after(submission: Submission, section: Step, *, values: Mapping[str, Any], base: str) -> str:
    """The `base` of a form that shows `values` and stays open after they were saved: the new fingerprint where they
    are what is stored. Elsewhere the form still goes back to what it was made from."""
    now, before = _fingerprints(submission, section), read_base(base)
    for field in section.fields:
        shown = fingerprint(answer_of(field, values, submission.language)) if field.name in values else ""
        if shown != now[field.name]:
            now[field.name] = before.get(field.name, "")
    return write_base(now)


def _fingerprints(submission: Submission, section: Step) -> dict[str, str]:
    answers = {field.name: answer_of(field, submission.content, submission.language) for field in section.fields}
    return {name: fingerprint(answer) for name, answer in answers.items()}


def save_section(
    submission: Submission, *, by: User, section: Step, values: Mapping[str, Any], base: str
) -> Submission:
    """Write a section's answers into the draft, valid or not, merged field by field with what others saved meanwhile.

    `base` is the `digest_of` that the form was made from. A field that only this person changed is written, one that
    only somebody else changed stays. Where both changed one, it stays, everything else is written all the same, and
    then `ConflictError` is raised with the names of those fields: outside of a transaction, which it would undo.
    """
    fields = [field for field in section.fields if field.name in values]
    for _attempt in range(ATTEMPTS):
        with transaction.atomic():
            current = editable(submission.pk, by)
            merged = merge(
                fields, current=current.content, posted=values, base=read_base(base), language=current.language
            )
            if _take(current, section, values, merged):
                break
    else:
        raise ConflictError(current, fields=tuple(merged.changes))
    if merged.conflicts:
        raise ConflictError(current, fields=merged.conflicts)
    return current


def _take(current: Submission, section: Step, values: Mapping[str, Any], merged: Merge) -> bool:
    """Put what was merged into the draft; false if somebody else wrote since it was read."""
    content = {**current.content, **merged.changes}
    if current.kind == Kind.TRANSLATION:
        content = taken_over(
            current.content,
            content,
            current.language,
            asked=_still_shown(current, values, content),
            confirmed=values.get("confirmed") or (),
        )
    if content == current.content and section.value in current.visited:
        return True
    changed = [field for field in section.fields if field.name in merged.changes]
    unknown = documents.unknown_after(current.content, asked=changed, answered=values.get("unknown") or ())
    current.content = {**content, "unknown": unknown}
    current.visited = sorted({*current.visited, section.value})
    try:
        write(current)
    except ConflictError:
        return False
    return True


def _still_shown(current: Submission, values: Mapping[str, Any], content: Mapping[str, Any]) -> list[str]:
    """The fields of a translation whose text a person was asked to confirm, and had before them as it stands now."""
    return [
        name
        for name in values.get("asked") or ()
        if name in values
        and answer_of(FIELDS_BY_NAME[name], values, current.language)
        == answer_of(FIELDS_BY_NAME[name], content, current.language)
    ]


def editable(pk: int, by: User) -> Submission:
    """The submission as it stands, if this person may write into it now."""
    submission = Submission.objects.editable_by(by).filter(pk=pk).first()
    if submission is None or submission.status not in WITH_SUBMITTER:
        raise NotAllowedError
    return submission


def copy_for_lists(submission: Submission) -> None:
    """Put what lists show into the columns beside the document; saves nothing."""
    titles = submission.content.get("title") or {}
    submission.title = str(titles.get(submission.language) or next(iter(titles.values()), ""))[:200]
    slug = submission.content.get("lead_city")
    named = City.objects.filter(slug=slug).select_related("merged_into").first() if isinstance(slug, str) else None
    submission.city = (named.merged_into or named) if named else None


def write(submission: Submission) -> None:
    """Save the document if nobody else wrote since it was read."""
    copy_for_lists(submission)
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


def problems_of(submission: Submission, *, required: Collection[str] = validation.REQUIRED) -> list[validation.Problem]:
    """What keeps the document and its files from being sent."""
    return _problems_of_document(submission, required) + problems_of_files(submission)


def _problems_of_document(submission: Submission, required: Collection[str]) -> list[validation.Problem]:
    content, language = documents.complete(submission.content), submission.language
    if submission.kind != Kind.TRANSLATION:
        return validation.problems(content, vocabularies=Vocabularies(), required=required)
    # What the practice itself lacks is not the translator's to add.
    found = validation.problems(content, vocabularies=Vocabularies(), required=())
    if required and not content["title"].get(language):
        found.append(validation.Problem(f"title.{language}", validation.required_message(FIELDS_BY_NAME["title"])))
    return found
