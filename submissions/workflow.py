"""The whole process, as one table: which action leads from where to where, who may take it, and who is told.

Buttons, admin actions, mails, documentation and tests are made from `TRANSITIONS`. Only `services.perform` carries an
action out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from submissions.choices import Act, Action, Kind, Status
from submissions.models import Submission, SubmissionEvent
from submissions.permissions import (
    is_approver,
    is_editor,
    is_other_moderator,
    is_reviewer,
    is_second_moderator,
    may_approve,
)

# Decisions that can be taken back as if they had not been taken. The others have an action that reverses them.
UNDOABLE = (Action.REQUEST_CHANGES, Action.REJECT, Action.MERGE)


def day_ahead(submission: Submission) -> bool:
    """The city asked that it be published on a later day, counted in the registry's time zone."""
    return submission.embargo_until is not None and submission.embargo_until > timezone.localdate()


def no_day_ahead(submission: Submission) -> bool:
    """Nothing is asked for, or the day has come."""
    return not day_ahead(submission)


def four_eyes(submission: Submission) -> bool:
    """This registry publishes nothing before a second moderator agrees."""
    return settings.FOUR_EYES


def is_new(submission: Submission) -> bool:
    """It proposes a practice of its own."""
    return submission.kind == Kind.NEW


def was_nominated(submission: Submission) -> bool:
    """The city wrote it because somebody had named its practice."""
    return hasattr(submission, "nomination")


def is_untold(submission: Submission) -> bool:
    """Nobody was told of the last decision: its mail is held or was taken back, and nobody went on from it since."""
    decision = submission.events.of_the_table().select_related("mail").last()
    if decision is None or decision.mail is None or decision.action not in UNDOABLE:
        return False
    unread = decision.mail.is_held or decision.mail.taken_back_at is not None
    return unread and not _touched_since(submission, decision)


# What those who write it do beside the table, with the text as it stands.
ACTS_OF_EDITORS = (Act.DAY_SET, Act.INVITED, Act.JOINED, Act.TAKEN_OVER, Act.SIGN_OFF_ASKED, Act.SIGNED_OFF)


def _touched_since(submission: Submission, decision: SubmissionEvent) -> bool:
    """Whether those who write it changed, showed, answered or said anything after a decision, or a moderator corrected
    it."""
    since = decision.at
    return (
        submission.saved_at > since
        or submission.events.filter(action__in=ACTS_OF_EDITORS, at__gt=since).exists()
        or submission.remarks.filter(answered_at__gt=since).exists()
        or submission.remarks.filter(sent_at__gte=since).exclude(reply="").exists()
        or submission.messages.filter(at__gt=since, from_moderators=False).exists()
        or submission.moderator_edits.filter(at__gt=since).exists()
    )


@dataclass(frozen=True, kw_only=True)
class Transition:
    """From any of `sources` to `target`, if `allowed` says yes and, where there is a condition, `only_if` does.
    With `needs_note` there must be a reason: for the submitter, or for the colleague where the submitter is told
    nothing. With `holds_mail` the mail waits a while, and can be changed or taken back. What `overtakes` makes earlier
    decisions untrue: those whose mail is held still are told no more."""

    sources: frozenset[Status]
    target: Status
    allowed: Callable[[User, Submission], bool]
    only_if: Callable[[Submission], bool] | None = None
    needs_note: bool = False
    tells_submitter: bool = False
    holds_mail: bool = False
    overtakes: bool = False

    @property
    def explains(self) -> bool:
        """Whether its note is for the submitter. What moderators write to each other is read by nobody else."""
        return self.needs_note and self.tells_submitter

    def is_ready(self, submission: Submission) -> bool:
        """Whether its condition holds today."""
        return self.only_if is None or self.only_if(submission)


def step(*sources: Status, to: Status, by, **more) -> Transition:
    return Transition(sources=frozenset(sources), target=to, allowed=by, **more)


def told(*sources: Status, to: Status, by, **more) -> Transition:
    """A moderator's decision, which the submitter reads of once nobody wants to change the words."""
    return step(*sources, to=to, by=by, tells_submitter=True, holds_mail=True, overtakes=True, **more)


DRAFT = Status.DRAFT
SUBMITTED = Status.SUBMITTED
IN_REVIEW = Status.IN_REVIEW
CHANGES_REQUESTED = Status.CHANGES_REQUESTED
ENDORSED = Status.ENDORSED
SCHEDULED = Status.SCHEDULED
PUBLISHED = Status.PUBLISHED
REJECTED = Status.REJECTED
WITHDRAWN = Status.WITHDRAWN

# fmt: off
TRANSITIONS: dict[Action, Transition] = {
    Action.SUBMIT: step(DRAFT, CHANGES_REQUESTED, to=SUBMITTED, by=is_editor, tells_submitter=True),
    Action.CLAIM: step(SUBMITTED, to=IN_REVIEW, by=is_other_moderator),
    Action.RELEASE: step(IN_REVIEW, to=SUBMITTED, by=is_other_moderator),
    Action.REQUEST_CHANGES: told(IN_REVIEW, to=CHANGES_REQUESTED, by=is_reviewer, needs_note=True),
    Action.ENDORSE: step(IN_REVIEW, to=ENDORSED, by=is_reviewer, only_if=four_eyes),
    Action.DISAGREE: step(ENDORSED, to=IN_REVIEW, by=is_second_moderator, needs_note=True),
    Action.APPROVE: told(IN_REVIEW, ENDORSED, to=PUBLISHED, by=may_approve, only_if=no_day_ahead),
    Action.SCHEDULE: told(IN_REVIEW, ENDORSED, to=SCHEDULED, by=may_approve, only_if=day_ahead),
    Action.UNSCHEDULE: told(SCHEDULED, to=IN_REVIEW, by=is_other_moderator, needs_note=True),
    Action.PUBLISH: step(SCHEDULED, to=PUBLISHED, by=is_approver, only_if=no_day_ahead, tells_submitter=True,
                         overtakes=True),
    Action.REJECT: told(IN_REVIEW, to=REJECTED, by=is_reviewer, needs_note=True),
    Action.REOPEN: told(REJECTED, to=SUBMITTED, by=is_other_moderator, needs_note=True),
    Action.TAKE_BACK: step(IN_REVIEW, CHANGES_REQUESTED, REJECTED, to=IN_REVIEW, by=is_reviewer, only_if=is_untold),
    Action.MERGE: told(IN_REVIEW, to=IN_REVIEW, by=is_reviewer, only_if=is_new, needs_note=True),
    Action.RETURN: told(IN_REVIEW, to=WITHDRAWN, by=is_reviewer, only_if=was_nominated, needs_note=True),
    Action.WITHDRAW: step(DRAFT, SUBMITTED, IN_REVIEW, CHANGES_REQUESTED, ENDORSED, SCHEDULED, to=WITHDRAWN,
                          by=is_editor, tells_submitter=True, overtakes=True),
}
# fmt: on


def available_actions(user: User, submission: Submission) -> list[Action]:
    """What this person may do with the submission now, in the table's order."""
    # Many rows ask the same about a person.
    answers: dict[Callable[[User, Submission], bool], bool] = {}
    available = []
    for action, transition in TRANSITIONS.items():
        if submission.status not in transition.sources:
            continue
        if transition.allowed not in answers:
            answers[transition.allowed] = transition.allowed(user, submission)
        if answers[transition.allowed] and transition.is_ready(submission):
            available.append(action)
    return available
