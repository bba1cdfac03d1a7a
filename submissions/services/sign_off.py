"""The agreement of a superior who has no account: a secret link to the text as it stands, and one answer to it."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from practices import document as documents
from submissions import notifications
from submissions.choices import OPEN, Act, Answer, InvitationKind
from submissions.models import Invitation, Submission
from submissions.services.errors import NotAllowedError
from submissions.services.invitations import digest_of_link, may_share, new_link
from submissions.services.log import note_act

VALID_DAYS = 30


@transaction.atomic
def ask_for_sign_off(submission: Submission, *, by: User, email: str, note: str = "") -> Invitation:
    """Send somebody the text with all its translations, as it stands now, for a yes, a no or a comment.

    Any editor may ask. The text is kept with the invitation: what they read is what they answered to, whatever is
    written afterwards. Raises `NotAllowedError`, `TooManyInvitationsError`.
    """
    current = Submission.objects.editable_by(by).filter(pk=submission.pk).first()
    if current is None or not may_share(current):
        raise NotAllowedError
    invitation, token = new_link(
        current,
        kind=InvitationKind.SIGN_OFF,
        email=User.objects.normalize_email(email),
        by=by,
        days=VALID_DAYS,
        document=documents.complete(current.content),
    )
    note_act(current, Act.SIGN_OFF_ASKED, by=by, note=invitation.email)
    notifications.ask_for_sign_off(invitation, token=token, note=note)
    return invitation


def sign_off_behind(token: str) -> Invitation | None:
    """The question that this link is, as long as it is open; None for a link that was used, is over or never was."""
    return (
        Invitation.objects.open_ones(InvitationKind.SIGN_OFF)
        .select_related("submission__submitter", "submission__practice", "invited_by")
        .filter(digest=digest_of_link(token), submission__status__in=OPEN)
        .first()
    )


@transaction.atomic
def answer_sign_off(token: str, *, answer: Answer, comment: str = "") -> Invitation:
    """Take the one answer; raises `NotAllowedError` where the link is used, over or unknown."""
    invitation = sign_off_behind(token)
    if invitation is None:
        raise NotAllowedError
    taken = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(
        answer=answer, comment=comment, used_at=timezone.now()
    )
    if not taken:
        raise NotAllowedError
    invitation.refresh_from_db(fields=["answer", "comment", "used_at"])
    note_act(invitation.submission, Act.SIGNED_OFF, by=None, note=f"{invitation.email}: {answer}")
    notifications.tell_signed_off(invitation)
    return invitation


@dataclass(frozen=True)
class SignOff:
    """A question to a superior, and whether the text has changed since it was put before them."""

    invitation: Invitation
    changed: bool

    @property
    def state(self) -> str:
        """`answered`, `open`, `over`, or `taken_back` before an answer came."""
        if self.invitation.answer:
            return "answered"
        if self.invitation.used_at:
            return "taken_back"
        return "open" if self.invitation.expires_at > timezone.now() else "over"


def sign_offs_of(submission: Submission, document: documents.Document | None = None) -> list[SignOff]:
    """Everyone who was asked, the latest first. `document`: the text that the reader has before them, else the one as
    it stands now."""
    shown = documents.complete(submission.content) if document is None else document
    asked = submission.invitations.filter(kind=InvitationKind.SIGN_OFF)
    return [SignOff(invitation, _differs(invitation, shown)) for invitation in asked]


def _differs(invitation: Invitation, document: documents.Document) -> bool:
    # The moderators' assessment was not put before them.
    return any(change.field.section for change in documents.diff(invitation.document or {}, document))
