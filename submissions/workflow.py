"""The whole process, as one table: which action leads from where to where, who may take it, and who is told.

Buttons, admin actions, mails, documentation and tests are made from `TRANSITIONS`. Only `services.perform` carries an
action out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from submissions.choices import Action, Status
from submissions.models import Submission
from submissions.permissions import is_approver, is_editor, is_other_moderator, is_reviewer


def day_ahead(submission: Submission) -> bool:
    """The city asked that it be published on a later day, counted in the registry's time zone."""
    return submission.embargo_until is not None and submission.embargo_until > timezone.localdate()


def no_day_ahead(submission: Submission) -> bool:
    """Nothing is asked for, or the day has come."""
    return not day_ahead(submission)


@dataclass(frozen=True, kw_only=True)
class Transition:
    """From any of `sources` to `target`, if `allowed` says yes and, where there is a condition, `only_if` does.
    With `needs_note` the submitter reads a reason."""

    sources: frozenset[Status]
    target: Status
    allowed: Callable[[User, Submission], bool]
    only_if: Callable[[Submission], bool] | None = None
    needs_note: bool = False
    tells_submitter: bool = False

    def is_ready(self, submission: Submission) -> bool:
        """Whether its condition holds today."""
        return self.only_if is None or self.only_if(submission)


def step(*sources: Status, to: Status, by, **more) -> Transition:
    return Transition(sources=frozenset(sources), target=to, allowed=by, **more)


DRAFT = Status.DRAFT
SUBMITTED = Status.SUBMITTED
IN_REVIEW = Status.IN_REVIEW
CHANGES_REQUESTED = Status.CHANGES_REQUESTED
SCHEDULED = Status.SCHEDULED

# fmt: off
TRANSITIONS: dict[Action, Transition] = {
    Action.SUBMIT: step(DRAFT, CHANGES_REQUESTED, to=SUBMITTED, by=is_editor, tells_submitter=True),
    Action.CLAIM: step(SUBMITTED, to=IN_REVIEW, by=is_other_moderator),
    Action.RELEASE: step(IN_REVIEW, to=SUBMITTED, by=is_other_moderator),
    Action.REQUEST_CHANGES: step(IN_REVIEW, to=CHANGES_REQUESTED, by=is_reviewer, needs_note=True,
                                 tells_submitter=True),
    Action.APPROVE: step(IN_REVIEW, to=Status.PUBLISHED, by=is_reviewer, only_if=no_day_ahead, tells_submitter=True),
    Action.SCHEDULE: step(IN_REVIEW, to=SCHEDULED, by=is_reviewer, only_if=day_ahead, tells_submitter=True),
    Action.UNSCHEDULE: step(SCHEDULED, to=IN_REVIEW, by=is_other_moderator, needs_note=True, tells_submitter=True),
    Action.PUBLISH: step(SCHEDULED, to=Status.PUBLISHED, by=is_approver, only_if=no_day_ahead, tells_submitter=True),
    Action.REJECT: step(IN_REVIEW, to=Status.REJECTED, by=is_reviewer, needs_note=True, tells_submitter=True),
    Action.REOPEN: step(Status.REJECTED, to=SUBMITTED, by=is_other_moderator, needs_note=True, tells_submitter=True),
    Action.WITHDRAW: step(DRAFT, SUBMITTED, IN_REVIEW, CHANGES_REQUESTED, SCHEDULED, to=Status.WITHDRAWN, by=is_editor,
                          tells_submitter=True),
}
# fmt: on


def available_actions(user: User, submission: Submission) -> list[Action]:
    """What this person may do with the submission now, in the table's order."""
    return [
        action
        for action, transition in TRANSITIONS.items()
        if submission.status in transition.sources
        and transition.is_ready(submission)
        and transition.allowed(user, submission)
    ]
