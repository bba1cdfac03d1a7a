"""The whole process, as one table: which action leads from where to where, who may take it, and who is told.

Buttons, admin actions, mails, documentation and tests are made from `TRANSITIONS`. Only `services.perform` carries an
action out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from submissions.choices import Action, Status
from submissions.models import Submission
from submissions.permissions import is_editor, is_other_moderator, is_reviewer


@dataclass(frozen=True, kw_only=True)
class Transition:
    """From any of `sources` to `target`, if `allowed` says yes. With `needs_note` the submitter reads a reason."""

    sources: frozenset[Status]
    target: Status
    allowed: Callable[[User, Submission], bool]
    needs_note: bool = False
    tells_submitter: bool = False


def step(*sources: Status, to: Status, by, needs_note: bool = False, tells_submitter: bool = False) -> Transition:
    return Transition(
        sources=frozenset(sources), target=to, allowed=by, needs_note=needs_note, tells_submitter=tells_submitter
    )


DRAFT = Status.DRAFT
SUBMITTED = Status.SUBMITTED
IN_REVIEW = Status.IN_REVIEW
CHANGES_REQUESTED = Status.CHANGES_REQUESTED

# fmt: off
TRANSITIONS: dict[Action, Transition] = {
    Action.SUBMIT: step(DRAFT, CHANGES_REQUESTED, to=SUBMITTED, by=is_editor, tells_submitter=True),
    Action.CLAIM: step(SUBMITTED, to=IN_REVIEW, by=is_other_moderator),
    Action.RELEASE: step(IN_REVIEW, to=SUBMITTED, by=is_other_moderator),
    Action.REQUEST_CHANGES: step(IN_REVIEW, to=CHANGES_REQUESTED, by=is_reviewer, needs_note=True,
                                 tells_submitter=True),
    Action.APPROVE: step(IN_REVIEW, to=Status.PUBLISHED, by=is_reviewer, tells_submitter=True),
    Action.REJECT: step(IN_REVIEW, to=Status.REJECTED, by=is_reviewer, needs_note=True, tells_submitter=True),
    Action.REOPEN: step(Status.REJECTED, to=SUBMITTED, by=is_other_moderator, needs_note=True, tells_submitter=True),
    Action.WITHDRAW: step(DRAFT, SUBMITTED, IN_REVIEW, CHANGES_REQUESTED, to=Status.WITHDRAWN, by=is_editor,
                          tells_submitter=True),
}
# fmt: on


def available_actions(user: User, submission: Submission) -> list[Action]:
    """What this person may do with the submission now, in the table's order."""
    return [
        action
        for action, transition in TRANSITIONS.items()
        if submission.status in transition.sources and transition.allowed(user, submission)
    ]
