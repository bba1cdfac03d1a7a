"""Files of drafts: kept, described, removed, and given to the practice on publication."""

from dataclasses import asdict, dataclass, fields

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from practices.choices import Visibility
from practices.models import Practice, PracticeAttachment
from practices.validation import Interpolated, Problem
from submissions.choices import WITH_SUBMITTER
from submissions.files.kinds import MAX_FILES, PICTURES, CheckedFile, RefusedFileError
from submissions.models import Submission, SubmissionAttachment


@dataclass(frozen=True)
class Description:
    """What is said about a file, and who may have it. `visibility` can only narrow the practice's."""

    credit: str = ""
    licence: str = ""
    alternative_text: str = ""
    visibility: str = Visibility.PUBLIC


@transaction.atomic
def attach(
    submission: Submission, *, by: User, checked: CheckedFile, description: Description | None = None
) -> SubmissionAttachment:
    """Keep a checked file with a draft. Refuses one too many, those of the practice that it changes counted too. The
    same file twice, as a button pressed twice sends it, is one."""
    # Taking the submission's lock first, so that two uploads at once do not both find room.
    Submission.objects.select_for_update().get(pk=submission.pk)
    _refuse_if_closed(submission, by)
    twin = _twin(submission, checked)
    if twin is not None:
        return describe(twin, by=by, description=description or Description())
    if _count_after_publication(submission, checked) > MAX_FILES:
        raise RefusedFileError(_("There are five files already. Remove one first."))
    attachment = SubmissionAttachment(
        submission=submission,
        name=checked.name,
        content_type=checked.content_type,
        size=len(checked.data),
        **asdict(description or Description()),
    )
    attachment.file.save(checked.name, ContentFile(checked.data), save=False)
    attachment.save()
    _note_saved(submission)
    return attachment


def _twin(submission: Submission, checked: CheckedFile) -> SubmissionAttachment | None:
    """The same file, if the draft has it already."""
    known_ones = submission.attachments.filter(name=checked.name, size=len(checked.data))
    return next((known for known in known_ones if _holds(known.file, checked.data)), None)


def _holds(file: FieldFile, data: bytes) -> bool:
    try:
        with file.open("rb") as stream:
            return bool(stream.read() == data)
    except FileNotFoundError:
        return False


def _count_after_publication(submission: Submission, checked: CheckedFile) -> int:
    """How many files the practice would have with this one."""
    mine = list(submission.attachments.values_list("name", "size"))
    theirs = submission.practice.attachments.values_list("name", "size") if submission.practice else ()
    coming = {*mine, (checked.name, len(checked.data))}
    return len(mine) + 1 + sum(1 for known in theirs if known not in coming)


def describe(attachment: SubmissionAttachment, *, by: User, description: Description) -> SubmissionAttachment:
    """Change what is said about a file of a draft; the file stays as it is."""
    _refuse_if_closed(attachment.submission, by)
    for name, value in asdict(description).items():
        setattr(attachment, name, value)
    attachment.save(update_fields=[field.name for field in fields(Description)])
    _note_saved(attachment.submission)
    return attachment


def _note_saved(submission: Submission) -> None:
    """A draft in which only files change is worked on too: it is not forgotten, and no decision that its officers went
    on from is taken back."""
    Submission.objects.filter(pk=submission.pk).update(saved_at=timezone.now())


def _refuse_if_closed(submission: Submission, by: User) -> None:
    if not Submission.objects.editable_by(by).filter(pk=submission.pk, status__in=WITH_SUBMITTER).exists():
        raise RefusedFileError(_("This was sent to the moderators in the meantime; its files cannot be changed now."))


def detach(attachment: SubmissionAttachment, *, by: User) -> None:
    """Remove a file of a draft, from the disk once the database has let go of it."""
    _refuse_if_closed(attachment.submission, by)
    stored = attachment.file
    with transaction.atomic():
        attachment.delete()
        _note_saved(attachment.submission)
        transaction.on_commit(lambda: stored.delete(save=False))


def problems_of_files(submission: Submission) -> list[Problem]:
    """Pictures about which something is missing that readers need; told at the sources, where files are added."""
    unsaid = submission.attachments.filter(content_type__in=PICTURES).filter(Q(credit="") | Q(alternative_text=""))
    message = _("Say of the picture “%(name)s” who made it and what it shows.")
    return [Problem("sources", Interpolated(message, name=name)) for name in unsaid.values_list("name", flat=True)]


def copy_to_practice(submission: Submission, practice: Practice) -> None:
    """Give the published practice the submission's files, under new names of their own. A file that it has already is
    not copied again; what is said about it now counts."""
    present = {(known.name, known.size): known for known in practice.attachments.all()}
    for attachment in submission.attachments.all():
        description = {field.name: getattr(attachment, field.name) for field in fields(Description)}
        with attachment.file.open("rb") as stream:
            data = stream.read()
        known = present.get((attachment.name, attachment.size))
        # Another file of the same name and size is not opened to whoever may have this one.
        if known is not None and _holds(known.file, data):
            PracticeAttachment.objects.filter(pk=known.pk).update(**description)
            continue
        copy = PracticeAttachment(
            practice=practice,
            name=attachment.name,
            content_type=attachment.content_type,
            size=attachment.size,
            language=submission.language,
            **description,
        )
        copy.file.save(attachment.name, ContentFile(data), save=False)
        copy.save()
