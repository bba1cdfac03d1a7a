"""What moderators ask at the fields, and what officers answer."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from practices.content import FIELDS
from submissions.choices import WITH_MODERATORS
from submissions.models import Remark, Submission
from submissions.permissions import is_other_moderator
from submissions.services.drafts import editable
from submissions.services.errors import NotAllowedError, noting_refusals
from submissions.services.merge import fingerprint, read_base, write_base

# What an officer writes to a remark, and whether they call it done.
Reply = tuple[str, bool]


@noting_refusals
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


@noting_refusals
@transaction.atomic
def drop_remark(remark: Remark, *, by: User) -> None:
    """Take back one's own remark that was not sent yet."""
    dropped, _rows = Remark.objects.filter(pk=remark.pk, author=by, sent_at=None).delete()
    if not dropped:
        raise NotAllowedError


@transaction.atomic
def answer_remark(remark: Remark, *, by: User, reply: str, answered: bool) -> Remark:
    """The officer's answer, and whether they call the remark done."""
    editable(remark.submission_id, by)
    remark.reply = reply
    remark.answered_at = (remark.answered_at or timezone.now()) if answered else None
    remark.save(update_fields=["reply", "answered_at"])
    return remark


def reply_name(remark: Remark) -> str:
    """What the answer to a remark is called in forms, and in their base."""
    return f"reply-{remark.pk}"


def reply_of(remark: Remark) -> Reply:
    return remark.reply, bool(remark.answered_at)


def base_of_replies(remarks: Iterable[Remark]) -> str:
    """The fingerprints of the answers to these remarks, for the `base` of a form."""
    return write_base({reply_name(remark): fingerprint(reply_of(remark)) for remark in remarks})


def answer_remarks(submission: Submission, *, by: User, answers: Mapping[int, Reply], base: str) -> list[Remark]:
    """Store what officers answered to remarks, by key of the remark, merged like the fields of a draft. Gives the
    remarks as they stand now: where two people answered at once, with the other one's answer."""
    if not answers:
        return []
    editable(submission.pk, by)
    known = read_base(base)
    remarks = list(submission.remarks.exclude(sent_at=None).filter(pk__in=answers))
    for remark in remarks:
        mine, theirs, before = answers[remark.pk], reply_of(remark), known.get(reply_name(remark))
        if mine != theirs and (before == fingerprint(theirs) or (before is None and theirs == ("", False))):
            _write_reply(remark, mine)
    return remarks


def _write_reply(remark: Remark, reply: Reply) -> None:
    """Only if nobody else answered since the remark was read."""
    text, answered = reply
    as_read = Remark.objects.filter(pk=remark.pk, reply=remark.reply, answered_at=remark.answered_at)
    as_read.update(reply=text, answered_at=(remark.answered_at or timezone.now()) if answered else None)
    remark.refresh_from_db(fields=["reply", "answered_at"])
