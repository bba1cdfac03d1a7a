"""The conversation between the moderators and those who write a submission."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from submissions import notifications
from submissions.models import Message, Submission
from submissions.permissions import is_editor, is_other_moderator
from submissions.services.errors import NotAllowedError, noting_refusals
from submissions.services.one_at_a_time import held

# By one person about one submission: more than a talk needs, fewer than a nuisance does. Each is a mail.
MOST_A_DAY = 20


class TooManyMessagesError(Exception):
    """This person wrote as much about this submission as one may in a day."""


def may_write(user: User, submission: Submission) -> bool:
    """Once it was sent, whoever writes the submission and every other moderator, also when it is closed: a reason may
    need another word. About what nobody sent there is nobody to talk to."""
    if submission.submitted_at is None:
        return False
    return is_editor(user, submission) or is_other_moderator(user, submission)


@noting_refusals
@transaction.atomic
def send_message(submission: Submission, *, by: User, text: str) -> Message:
    """Add a message and queue a mail to the other side. Who writes the submission speaks for it, moderator or not; all
    other moderators speak as “the moderators”. The last message once more is the same one: somebody pressed twice.

    Raises `NotAllowedError`, `TooManyMessagesError`.
    """
    current = held(submission)
    if not may_write(by, current):
        raise NotAllowedError
    last = current.messages.last()
    if last is not None and (last.author_id, last.text) == (by.pk, text):
        return last
    since = timezone.now() - timedelta(days=1)
    if current.messages.filter(author=by, at__gt=since).count() >= MOST_A_DAY:
        raise TooManyMessagesError
    message = Message.objects.create(
        submission=current, author=by, from_moderators=not is_editor(by, current), text=text
    )
    notifications.tell_of_message(message)
    return message


def message_waits() -> Exists:
    """Of a submission: its officers wrote last, so a message waits for a moderator."""
    later = Message.objects.filter(submission=OuterRef("submission"), from_moderators=True, pk__gt=OuterRef("pk"))
    return Exists(Message.objects.filter(~Exists(later), submission=OuterRef("pk"), from_moderators=False))
