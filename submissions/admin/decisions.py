"""Carrying out what a moderator pressed, and saying what came of it in words."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.admin.fresh import ask_again, is_fresh, recall
from accounts.models import OutgoingMail
from practices import document as documents
from practices.services import InvalidDocumentError, OutdatedError
from submissions.admin.forms import AMONG_COLLEAGUES, APPROVALS, DecisionForm
from submissions.admin.record import record_address, record_page
from submissions.choices import Action, Status
from submissions.models import Submission
from submissions.services import ConflictError, NotAllowedError, NoteRequiredError, NotNowError, approve, perform
from submissions.services.held_mail import held_mails
from submissions.workflow import TRANSITIONS

CONFLICT = 409


def record_view(desk: ModelAdmin, request: HttpRequest, submission: Submission) -> HttpResponse:
    """The record; with the decision that was typed before a fresh sign-in, not carried out."""
    kept = recall(request)
    if kept is None:
        return record_page(desk, request, submission)
    messages.info(request, _("You signed in afresh. Nothing is decided yet: look once more, then press the button."))
    form = DecisionForm(initial={name: kept.get(name, "") for name in DecisionForm.base_fields}, submission=submission)
    return record_page(desk, request, submission, decision=form)


def decision_view(desk: ModelAdmin, request: HttpRequest, submission: Submission) -> HttpResponse:
    """One decision, or reasons put into the note. What was typed stands on every page that is shown again."""
    form = DecisionForm(request.POST, submission=submission)
    if "insert" in request.POST:
        return record_page(desk, request, submission, decision=form.with_reasons())
    if form.is_valid() and form.cleaned_data["action"] in APPROVALS and not is_fresh(request):
        return ask_again(request)
    if decide(request, submission, form):
        return redirect(record_address(submission))
    submission = desk.get_object(request, str(submission.pk)) or submission
    seen = form.cleaned_data.get("version")
    # The next try is made against the record as this page shows it.
    data = request.POST.copy()
    data["version"] = str(submission.version)
    form.data = data
    status = CONFLICT if form.is_valid() and seen != submission.version else 200
    return record_page(desk, request, submission, status=status, decision=form)


def decide(request: HttpRequest, submission: Submission, form: DecisionForm) -> bool:
    """Take the form's action; False where nothing was written and the page must be shown again, with what was typed."""
    if not form.is_valid():
        return False
    action = Action(form.cleaned_data["action"])
    held = held_mails(submission)
    try:
        _carry_out(request, submission, action, form.cleaned_data)
    except InvalidDocumentError as invalid:
        for problem in invalid.problems:
            form.add_error(None, f"{documents.label_of(problem.path)}: {problem.message}")
    except NoteRequiredError:
        if action in AMONG_COLLEAGUES:
            form.add_error("colleague_note", _("Write a note: your colleague must read why."))
        else:
            form.add_error("note", _("Write a note: the officer must read why."))
    except REFUSALS as refusal:
        typed = any(form.cleaned_data[name].strip() for name in ("note", "colleague_note"))
        tell_refusal(request, submission, action, refusal, typed=typed)
    else:
        messages.success(request, SUCCESS[action]())
        before = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in held])
        if TRANSITIONS[action].overtakes and before.exclude(taken_back_at=None).exists():
            messages.info(request, _("The message about the decision before was held still. It is never sent."))
        return True
    return False


REFUSALS = (ConflictError, NotAllowedError, OutdatedError)


def tell_refusal(
    request: HttpRequest, submission: Submission, action: Action, refusal: Exception, *, typed: bool
) -> None:
    """Say why nothing was written. `typed`: there was a note, which the page shows again."""
    if isinstance(refusal, ConflictError):
        messages.warning(request, _what_happened(request, refusal, action, typed=typed))
    elif isinstance(refusal, NotNowError):
        messages.error(request, _not_now(submission, action))
    elif isinstance(refusal, OutdatedError):
        messages.error(
            request,
            _(
                "The practice was changed since this proposal was begun, so publishing it would undo that change. "
                "Ask the officer to bring the proposal up to date."
            ),
        )
    else:
        messages.error(request, _("This cannot be done now, or not by you. Nothing was changed."))


def _carry_out(request: HttpRequest, submission: Submission, action: Action, data: dict[str, Any]) -> None:
    note = data["colleague_note"] if action in AMONG_COLLEAGUES else data["note"]
    seen = {"by": request.user, "version": data["version"], "note": note}
    if action in APPROVALS:
        approve(submission=submission, evidence_level=data["evidence_level"], action=action, **seen)
    elif action is Action.REQUEST_CHANGES:
        perform(submission, action, changes_kind=data["changes_kind"], due_on=data["due_on"], **seen)
    else:
        perform(submission, action, **seen)


def _not_now(submission: Submission, action: Action) -> str:
    """Which condition does not hold: an embargo is kept, and one that is over is not waited for."""
    if action is Action.SCHEDULE:
        return _("There is no day ahead to wait for. It can be published now.")
    if action is Action.TAKE_BACK:
        return _(
            "The decision cannot be taken back any more: its message is sent, or the officer has gone on working. "
            "Nothing was changed."
        )
    if action is not Action.APPROVE:
        return _("This cannot be done now, or not by you. Nothing was changed.")
    day = Submission.objects.get(pk=submission.pk).embargo_until
    return _(
        "Nothing was published: the city asked that it be published no earlier than on %(day)s. Approve it for that "
        "day instead."
    ) % {"day": date_format(day, "j M Y") if day else ""}


def _what_happened(request: HttpRequest, conflict: ConflictError, action: Action, *, typed: bool) -> str:
    """Who was faster with what; a second click on the same button hears that the first one counted."""
    event = conflict.last_event
    if event is None:
        if typed:
            return _("The submission was changed meanwhile. Nothing of yours was lost: your note stands below.")
        return _("The submission was changed meanwhile. Nothing was overwritten.")
    values = {
        "person": str(event.by) if event.by else _("somebody"),
        "status": Status(event.to_status).label,
        "time": date_format(timezone.localtime(event.at), "j M Y, H:i"),
    }
    if event.by == request.user and event.action == action:
        return _("You did this already, on %(time)s. It counted once.") % values
    if not typed:
        return (
            _("%(person)s was faster: the submission is “%(status)s” since %(time)s. Nothing was overwritten.") % values
        )
    return (
        _(
            "%(person)s was faster: the submission is “%(status)s” since %(time)s. Nothing was overwritten, and your "
            "note stands below."
        )
        % values
    )


SUCCESS: dict[Action, Callable[[], str]] = {
    Action.CLAIM: lambda: _("It is yours to review."),
    Action.RELEASE: lambda: _("It is back in the queue."),
    Action.REQUEST_CHANGES: lambda: _("The officer is asked for changes and gets a mail."),
    Action.ENDORSE: lambda: _("You agree. Nothing is published before a second moderator agrees too."),
    Action.DISAGREE: lambda: _("It is in review again. Your colleague gets a mail; the officer is told nothing."),
    Action.APPROVE: lambda: _("The practice is published."),
    Action.SCHEDULE: lambda: _("It is approved and is published on its day, not before."),
    Action.UNSCHEDULE: lambda: _("The approval is taken back. It is in review again and is not published by itself."),
    Action.REJECT: lambda: _("The submission is declined. It can be taken up again at any time."),
    Action.REOPEN: lambda: _("The submission is in the queue again."),
    Action.TAKE_BACK: lambda: _("The decision is taken back. Its message is never sent, and it is in review again."),
    Action.MERGE: lambda: _("It is a proposed change to the practice now. Look at it as a whole before you approve."),
    Action.RETURN: lambda: _("The nomination waits for the moderators again."),
}
