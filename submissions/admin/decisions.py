"""Carrying out what a moderator pressed, and saying what came of it in words."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from practices import document as documents
from practices.services import InvalidDocumentError, OutdatedError
from submissions.admin.forms import APPROVALS, DecisionForm
from submissions.choices import Action, Status
from submissions.models import Submission
from submissions.services import ConflictError, NotAllowedError, NoteRequiredError, NotNowError, approve, perform


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
    except NotNowError:
        messages.error(request, _not_now(submission, action))
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
    if action in APPROVALS:
        approve(submission=submission, evidence_level=data["evidence_level"], action=action, **seen)
    else:
        perform(submission, action, **seen)


def _not_now(submission: Submission, action: Action) -> str:
    """Why not on this day: an embargo is kept, and one that is over is not waited for."""
    if action is Action.SCHEDULE:
        return _("There is no day ahead to wait for. It can be published now.")
    day = Submission.objects.get(pk=submission.pk).embargo_until
    return _(
        "Nothing was published: the city asked that it be published no earlier than on %(day)s. Approve it for that "
        "day instead."
    ) % {"day": date_format(day, "j M Y") if day else ""}


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
    Action.SCHEDULE: lambda: _("It is approved and is published on its day, not before."),
    Action.UNSCHEDULE: lambda: _("The approval is taken back. It is in review again and is not published by itself."),
    Action.REJECT: lambda: _("The submission is declined. It can be taken up again at any time."),
    Action.REOPEN: lambda: _("The submission is in the queue again."),
}
