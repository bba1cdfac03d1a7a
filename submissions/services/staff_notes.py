"""What moderators write to each other about a submission. No officer ever reads it, in no page, mail or file."""

from django.db import transaction

from accounts.models import User
from submissions.models import StaffNote, Submission
from submissions.permissions import is_other_moderator
from submissions.services.errors import NotAllowedError, noting_refusals
from submissions.services.one_at_a_time import held


@noting_refusals
@transaction.atomic
def add_note(submission: Submission, *, by: User, text: str) -> StaffNote:
    """Write a note to colleagues, in whatever state the submission is once it was sent. The last note once more is the
    same note: the button was pressed twice."""
    current = held(submission)
    if current.submitted_at is None or not is_other_moderator(by, current):
        raise NotAllowedError
    last = current.staff_notes.last()
    if last is not None and (last.author_id, last.text) == (by.pk, text):
        return last
    return StaffNote.objects.create(submission=current, author=by, text=text)
