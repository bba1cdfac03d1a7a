"""Co-editors: invited by a secret link that is bound to one address, works once and ends.

Only a digest of the link is kept; whoever reads the database cannot follow it.
"""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from submissions import notifications
from submissions.choices import OPEN, Act, InvitationKind, Kind
from submissions.models import Invitation, Submission
from submissions.permissions import leads
from submissions.services.errors import NotAllowedError
from submissions.services.log import note_act

VALID_DAYS = 14
# Of one person within a day, sign-offs counted too: more than any team has, fewer than a nuisance needs.
MOST_A_DAY = 20


class TooManyInvitationsError(Exception):
    """This person sent as many as one may in a day."""


class AlreadyEditorError(Exception):
    """Whoever has this address writes along already."""


def digest_of_link(token: str) -> str:
    """What is kept of a secret link."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_link(
    submission: Submission, *, kind: InvitationKind, email: str, by: User, days: int, document: dict | None = None
) -> tuple[Invitation, str]:
    """Note an invitation and give its secret token, which nobody can read again. Called inside the transaction that
    sends it. Raises `TooManyInvitationsError`."""
    # The row is locked, so that many presses at once are counted one after the other.
    User.objects.select_for_update().get(pk=by.pk)
    now = timezone.now()
    if Invitation.objects.filter(invited_by=by, created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyInvitationsError
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        submission=submission,
        kind=kind,
        email=email,
        digest=digest_of_link(token),
        invited_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
        document=document,
    )
    return invitation, token


def may_share(submission: Submission) -> bool:
    """Whether others may be let in: while it is open, and never to a translation. That is made from all that a practice
    has for peers, often another city's, and whoever is let in need not be one."""
    return submission.status in OPEN and submission.kind != Kind.TRANSLATION


@transaction.atomic
def invite(submission: Submission, *, by: User, email: str) -> Invitation:
    """Invite whoever reads mail at this address to write along, in place of an earlier invitation that is open.

    What the inviter sees is the same whether the address has an account or not. Raises `NotAllowedError`,
    `AlreadyEditorError`, `TooManyInvitationsError`.
    """
    current = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if not may_share(current) or not leads(by, current):
        raise NotAllowedError
    email = User.objects.normalize_email(email)
    if email.lower() == by.email.lower() or current.co_editors.filter(email__iexact=email).exists():
        raise AlreadyEditorError
    # The rows stay: an invitation that was replaced counts against the day's limit. Their links are dead.
    _open(current).filter(email__iexact=email).update(used_at=timezone.now())
    invitation, token = new_link(current, kind=InvitationKind.CO_EDITOR, email=email, by=by, days=VALID_DAYS)
    account = User.objects.filter(email__iexact=email, is_active=True).first()
    note_act(current, Act.INVITED, by=by, note=email)
    notifications.send_invitation(invitation, token=token, language=account.language if account else current.language)
    return invitation


def _open(submission: Submission):
    return submission.invitations.open_ones(InvitationKind.CO_EDITOR)


@transaction.atomic
def take_back(invitation: Invitation, *, by: User) -> None:
    """End an open invitation of either kind. Twice is once."""
    if not leads(by, invitation.submission):
        raise NotAllowedError
    ended = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=timezone.now())
    if ended:
        note_act(invitation.submission, Act.UNINVITED, by=by, note=invitation.email)


def invitation_behind(token: str, *, user: User) -> Invitation | None:
    """The open invitation to write along that this link is, for the person whose address it is bound to; None for
    everybody else, as for a link that never was."""
    return (
        Invitation.objects.open_ones(InvitationKind.CO_EDITOR)
        .select_related("submission", "invited_by")
        .filter(digest=digest_of_link(token), email__iexact=user.email, submission__status__in=OPEN)
        .first()
    )


@transaction.atomic
def accept(token: str, *, by: User) -> Submission:
    """Write along from now on. The link is used with it; raises `NotAllowedError` where it is not this person's, used,
    over or unknown."""
    invitation = invitation_behind(token, user=by)
    if invitation is None:
        raise NotAllowedError
    taken = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=timezone.now())
    if not taken:
        raise NotAllowedError
    submission = invitation.submission
    if submission.submitter_id != by.pk:
        submission.co_editors.add(by)
        note_act(submission, Act.JOINED, by=by)
        notifications.tell_joined(submission, who=by)
    return submission


@transaction.atomic
def remove_co_editor(submission: Submission, editor: User, *, by: User) -> None:
    """Take somebody from those who write along, or leave oneself. From the next request on they find nothing."""
    current = Submission.objects.get(pk=submission.pk)
    if by.pk != editor.pk and not leads(by, current):
        raise NotAllowedError
    if not current.co_editors.filter(pk=editor.pk).exists():
        return
    current.co_editors.remove(editor)
    # Links that they sent were theirs: nobody answers to them in the others' name any more.
    current.invitations.filter(invited_by=editor, used_at=None).update(used_at=timezone.now())
    if by.pk == editor.pk:
        note_act(current, Act.LEFT, by=by)
    else:
        note_act(current, Act.REMOVED, by=by, note=editor.email)
