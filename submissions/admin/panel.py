"""What the panel shows in which a moderator decides."""

from typing import Any

from accounts.models import User
from practices.choices import EvidenceLevel
from practices.presentation.explanations import EVIDENCE_MEANS
from submissions.admin.forms import AMONG_COLLEAGUES, APPROVALS, MODERATOR_ACTIONS, DecisionForm, first_decision
from submissions.choices import Action, Status
from submissions.models import Submission
from submissions.permissions import conflict_of, is_editor
from submissions.services.held_mail import held_mails
from submissions.workflow import TRANSITIONS, available_actions, day_ahead

# What ends the work of an officer is told apart from what goes on.
GRAVE = (Action.REJECT, Action.RETURN)
# Decided without a message to anybody.
SILENT = (Action.CLAIM, Action.RELEASE, Action.TAKE_BACK)


def decision_context(
    submission: Submission, *, user: User, evidence_level: str, form: DecisionForm | None
) -> dict[str, Any]:
    """The buttons that this moderator has, around the form as it was typed, and the messages that can be stopped."""
    available = available_actions(user, submission)
    actions = [action for action in MODERATOR_ACTIONS if action in available]
    own_text = not actions and is_editor(user, submission)
    return {
        "actions": [(action, TRANSITIONS[action].needs_note) for action in actions],
        "grave": GRAVE,
        "may_approve": submission.status != Status.ENDORSED and any(action in APPROVALS for action in actions),
        "evidence_levels": [(level.label, EVIDENCE_MEANS[level]) for level in EvidenceLevel],
        "may_merge": Action.MERGE in available,
        "asks_changes": Action.REQUEST_CHANGES in actions,
        "writes_note": any(action not in (*SILENT, *AMONG_COLLEAGUES) for action in actions),
        "writes_to_colleagues": any(action in AMONG_COLLEAGUES for action in actions),
        "day_ahead": day_ahead(submission),
        "own_text": own_text,
        "conflict": None if actions or own_text else conflict_of(user, submission),
        "held": held_mails(submission),
        # A note that somebody typed is shown to them again, also where they can do nothing with it any more.
        "typed": form is not None,
        "decision_form": form or first_decision(submission, evidence_level=evidence_level),
    }
