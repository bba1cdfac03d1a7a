"""Everything that the record page shows of one submission."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from cities.models import Membership
from practices import document as documents
from practices.models import Practice
from practices.presentation.whole import Names, ShownSection, mark_changes, sections
from submissions.admin.forms import APPROVALS, MODERATOR_ACTIONS, DecisionForm, RemarkForm
from submissions.choices import WAITING_FOR_DAY, WITH_MODERATORS, WITH_SUBMITTER, Action, Kind, Status
from submissions.models import Remark, Submission
from submissions.permissions import is_editor, is_other_moderator
from submissions.services.risks import risks_of
from submissions.services.sign_off import sign_offs_of
from submissions.workflow import TRANSITIONS, available_actions, day_ahead


def shown_document(submission: Submission) -> documents.Document:
    """What was sent. While the officer works on changes, what they type is theirs until they send it."""
    unsent = submission.status in (*WITH_SUBMITTER, Status.WITHDRAWN)
    return documents.complete(submission.last_sent if unsent and submission.last_sent else submission.content)


def offered_actions(user: User, submission: Submission) -> list[Action]:
    """The table's actions for this moderator, without those that an author has on their own text."""
    available = available_actions(user, submission)
    return [action for action in MODERATOR_ACTIONS if action in available]


def record_context(
    submission: Submission, *, user: User, decision: DecisionForm | None = None, remark: RemarkForm | None = None
) -> dict[str, Any]:
    """The record as it stands now, around the forms as they were typed."""
    document = shown_document(submission)
    live, live_document = _live(submission)
    previous = documents.complete(submission.previous_sent) if submission.previous_sent else None
    names = Names([known for known in (document, live_document, previous) if known])
    shown = sections(document, names=names, language=submission.language)
    changed = {
        name: mark_changes(shown, name=name, old=old, new=document, names=names) if old else []
        for name, old in (("live", live_document), ("round", previous))
    }
    known = documents.Vocabularies()
    blocking = documents.problems(document, vocabularies=known, required=documents.ESSENTIAL)
    missing = [problem for problem in documents.problems(document, vocabularies=known) if problem not in blocking]
    actions = offered_actions(user, submission)
    remarks = list(submission.remarks.select_related("author"))
    sent = [entry for entry in remarks if entry.sent_at]
    _place(remarks, shown)
    return {
        "submission": submission,
        "title": document["title"].get(submission.language) or str(submission),
        "sections": shown,
        "live": live,
        "outdated": live is not None and live.current_version != submission.base_version,
        "changed": changed,
        "previous": previous,
        "problems": _labelled(blocking),
        "missing": _labelled(missing),
        "unsent_changes": submission.status == Status.CHANGES_REQUESTED,
        "general_remarks": [entry for entry in remarks if not entry.path],
        "remarks_sent": len(sent),
        "remarks_answered": sum(1 for entry in sent if entry.answered_at),
        "remarks_unsent": len(remarks) - len(sent),
        "may_remark": submission.status in WITH_MODERATORS and is_other_moderator(user, submission),
        "remark_form": remark or RemarkForm(),
        "events": list(submission.events.select_related("by")),
        "sign_offs": sign_offs_of(submission, document),
        "attachments": list(submission.attachments.all()),
        "risks": risks_of(submission, document=document),
        "membership": _membership(submission),
        "actions": [(action, TRANSITIONS[action].needs_note) for action in actions],
        "may_approve": any(action in APPROVALS for action in actions),
        "day_ahead": day_ahead(submission),
        "own_text": is_editor(user, submission),
        "decision_form": decision
        or DecisionForm(initial={"version": submission.version, "evidence_level": document["evidence_level"]}),
        "turn": turn(submission),
    }


def turn(submission: Submission):
    """For whom it waits, in words."""
    if submission.status in WITH_MODERATORS:
        return _("Waiting for moderators")
    if submission.status in WITH_SUBMITTER:
        return _("Waiting for the officer")
    if submission.status in WAITING_FOR_DAY and submission.embargo_until:
        return _("Approved, waits for %(day)s") % {"day": date_format(submission.embargo_until, "j F Y")}
    return _("Closed")


def _live(submission: Submission) -> tuple[Practice | None, documents.Document | None]:
    """The practice that a change is about, with the document that readers see now."""
    if submission.practice_id is None or submission.kind == Kind.NEW:
        return None, None
    practice = Practice.objects.with_details().get(pk=submission.practice_id)
    return practice, documents.read(practice)


def _labelled(problems: list[documents.Problem]) -> list[dict[str, Any]]:
    return [
        {"anchor": f"field-{problem.field}", "label": documents.label_of(problem.path), "message": problem.message}
        for problem in problems
    ]


def _place(remarks: list[Remark], shown: list[ShownSection]) -> None:
    """Put each remark at its field."""
    for section in shown:
        for entry in section.fields:
            entry.remarks = [remark for remark in remarks if remark.path.split(".")[0] == entry.field.name]


def _membership(submission: Submission) -> Membership | None:
    if submission.city_id is None:
        return None
    return Membership.objects.filter(user=submission.submitter_id, city=submission.city_id).first()
