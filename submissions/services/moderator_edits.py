"""Small corrections that a moderator makes in a submitted text, kept for its authors to see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from practices import document as documents
from practices.content import Field
from practices.content import Kind as FieldKind
from practices.presentation.whole import Piece, language_name, text_pieces
from practices.services import InvalidDocumentError
from submissions.choices import Act, Kind, Status
from submissions.models import ModeratorEdit, Submission
from submissions.permissions import is_reviewer
from submissions.services.drafts import copy_for_lists, problems_of
from submissions.services.errors import ConflictError, NotAllowedError, NoteRequiredError, noting_refusals
from submissions.services.log import note_act
from submissions.services.summaries import summarise

# By document path, e.g. `title.nl` or `contact`.
Texts = dict[str, str]


def may_edit(user: User, submission: Submission) -> bool:
    """The reviewer, as long as it is in review."""
    return submission.status == Status.IN_REVIEW and is_reviewer(user, submission)


def texts_to_edit(submission: Submission, field: Field, *, content: documents.Document | None = None) -> Texts:
    """The texts of a field that a moderator may correct, the submission's language first: those that somebody wrote.
    Whatever is chosen, listed or counted is the city's to answer, and so is what it left empty. Of a translation only
    its own language is proposed. `content`: the submission's, where it was completed already."""
    if field.kind not in (FieldKind.LINE, FieldKind.TEXT):
        return {}
    value = (documents.complete(submission.content) if content is None else content)[field.name]
    translates = submission.kind == Kind.TRANSLATION
    if not field.translatable:
        return {field.name: value} if value and not translates else {}
    languages = dict.fromkeys([submission.language, *([] if translates else settings.LANGUAGE_CODES)])
    return {f"{field.name}.{code}": value[code] for code in languages if value.get(code)}


@noting_refusals
@transaction.atomic
def edit_texts(
    submission: Submission, *, by: User, field: Field, texts: Mapping[str, str], reason: str, version: int
) -> Submission:
    """Write other texts into a field, with a reason that its authors read. `version` is the one that the moderator saw.
    Texts that stand there already are no edit, so a second press changes nothing.

    What was sent is corrected with it: what the officer changes afterwards is compared with the text as corrected.
    Raises `NotAllowedError`, `NoteRequiredError` without a reason, `ConflictError`, and `InvalidDocumentError` where a
    text would not be valid.
    """
    current = Submission.objects.get(pk=submission.pk)
    if not may_edit(by, current):
        if current.version != version:
            raise ConflictError(current)
        raise NotAllowedError
    before = texts_to_edit(current, field)
    after = {path: _tidy(texts[path]) for path in before if path in texts}
    changed = [path for path, text in after.items() if text != before[path]]
    if not changed:
        return current
    if current.version != version:
        raise ConflictError(current)
    if not reason.strip():
        raise NoteRequiredError
    edits = [
        ModeratorEdit(submission=current, path=path, before=before[path], after=after[path], reason=reason, by=by)
        for path in changed
    ]
    for edit in edits:
        current.content = _with_text(current.content, edit)
        current.last_sent = _with_text(current.last_sent, edit) if current.last_sent else current.last_sent
    found = [problem for problem in problems_of(current) if problem.path in changed]
    if found:
        raise InvalidDocumentError(found)
    _write(current)
    summarise(current)
    ModeratorEdit.objects.bulk_create(edits)
    note_act(current, Act.EDITED, by=by, note=f"{', '.join(changed)}: {reason}")
    return current


def note_in_words(action: str, note: str) -> str:
    """What the log notes of an act, for readers: of an edit “Summary, Dutch: why” instead of `summary.nl`."""
    if action != Act.EDITED:
        return note
    paths, colon, reason = note.partition(": ")
    return "; ".join(_in_words(path) for path in paths.split(", ")) + colon + reason


def _in_words(path: str) -> str:
    label, language = str(documents.label_of(path)), language_name(path.partition(".")[2])
    return f"{label}, {language}" if language else label


def _write(submission: Submission) -> None:
    copy_for_lists(submission)
    as_seen = Submission.objects.filter(pk=submission.pk, status=Status.IN_REVIEW, version=submission.version)
    written = as_seen.update(
        content=submission.content,
        last_sent=submission.last_sent,
        title=submission.title,
        version=F("version") + 1,
    )
    if not written:
        raise ConflictError(Submission.objects.get(pk=submission.pk))
    submission.version += 1


def _tidy(text: str) -> str:
    # Browsers send both characters at the end of a line.
    return text.replace("\r\n", "\n").strip()


def _with_text(document: documents.Document, edit: ModeratorEdit) -> documents.Document:
    name, _dot, language = edit.path.partition(".")
    value = {**(document.get(name) or {}), language: edit.after} if language else edit.after
    return documents.complete({**document, name: value})


@dataclass(frozen=True)
class ShownEdit:
    """A correction as its readers see it: word by word, without a name."""

    label: str
    language: str
    pieces: list[Piece]
    reason: str
    at: datetime

    @property
    def language_name(self) -> str:
        return language_name(self.language)


def edits_of(submission: Submission) -> list[ShownEdit]:
    """Every correction, the latest first."""
    return [
        ShownEdit(
            label=str(documents.label_of(edit.path)),
            language=edit.path.partition(".")[2],
            pieces=text_pieces(str(edit.before or ""), str(edit.after or "")),
            reason=edit.reason,
            at=timezone.localtime(edit.at),
        )
        for edit in submission.moderator_edits.order_by("-at", "-pk")
    ]
