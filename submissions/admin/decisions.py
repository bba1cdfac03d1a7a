"""Carrying out what a moderator pressed, and saying what came of it in words."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from practices import document as documents
from practices.services import InvalidDocumentError, OutdatedError
from submissions.admin.forms import DecisionForm
from submissions.choices import Action, Status
from submissions.models import Submission
from submissions.services import ConflictError, NotAllowedError, NoteRequiredError, approve, perform


def decide(request: HttpRequest, submission: Submission, form: DecisionForm) -> bool:
    """Take the form's action; False where nothing was written and the page must be shown again, with what was typed."""
    if not form.is_valid():
        return False
    data = form.cleaned_data
    action = Action(data["action"])
    try:
        _carry_out(request, submission, action, data)
    except ConflictError as conflict:
        messages.warning(request, _what_happened(request, conflict, action))
    except NoteRequiredError:
        form.add_error("note", _("Write a note: the officer must read why."))
    except NotAllowedError:
        messages.error(request, _("This cannot be done now, or not by you. Nothing was changed."))
    except OutdatedError:
        messages.error(
            request,
            _(
                "The practice was changed since this proposal was begun, so publishing it would undo that change. "
                "Ask the officer to bring the proposal up to date."
            ),
        )
    except InvalidDocumentError as invalid:
        for problem in invalid.problems:
            form.add_error(None, f"{documents.label_of(problem.path)}: {problem.message}")
    else:
        messages.success(request, SUCCESS[action]())
        return True
    return False


def _carry_out(request: HttpRequest, submission: Submission, action: Action, data: dict) -> None:
    seen = {"by": request.user, "version": data["version"], "note": data["note"]}
    if action is Action.APPROVE:
        approve(submission=submission, evidence_level=data["evidence_level"], **seen)
    else:
        perform(submission, action, **seen)


def _what_happened(request: HttpRequest, conflict: ConflictError, action: Action) -> str:
    """Who was faster with what; a second click on the same button hears that the first one counted."""
    event = conflict.last_event
    if event is None:
        return _("The submission was changed meanwhile. Nothing of yours was lost: your note stands below.")
    values = {
        "person": str(event.by) if event.by else _("somebody"),
        "status": Status(event.to_status).label,
        "time": date_format(timezone.localtime(event.at), "j M Y, H:i"),
    }
    if event.by == request.user and event.action == action:
        return _("You did this already, on %(time)s. It counted once.") % values
    return (
        _(
            "%(person)s was faster: the submission is “%(status)s” since %(time)s. Nothing was overwritten, and your "
            "note stands below."
        )
        % values
    )


SUCCESS = {
    Action.CLAIM: lambda: _("It is yours to review."),
    Action.RELEASE: lambda: _("It is back in the queue."),
    Action.REQUEST_CHANGES: lambda: _("The officer is asked for changes and gets a mail."),
    Action.APPROVE: lambda: _("The practice is published."),
    Action.REJECT: lambda: _("The submission is declined. It can be taken up again at any time."),
    Action.REOPEN: lambda: _("The submission is in the queue again."),
}
