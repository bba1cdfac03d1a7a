"""Warnings about what a text could give away: read, put aside with a reason, or taken up again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practices.content import FIELDS_BY_NAME, Section
from submissions.checks import FILES, RiskWarning
from submissions.choices import WITH_SUBMITTER
from submissions.models import Submission
from submissions.services import NotAllowedError
from submissions.services.risks import (
    ReasonMissingError,
    Risk,
    WarningGoneError,
    dismiss_warning,
    open_risks,
    restore_warning,
    risks_of,
)
from submissions.views.access import own_submission, person
from submissions.views.journey import section_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_warnings(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Everything to look at before it is sent; nothing here keeps it from being sent."""
    submission = own_submission(request, uuid)
    if submission.status not in WITH_SUBMITTER:
        if request.method == "POST":
            messages.warning(request, _("This was sent in the meantime, so nothing can be changed here now."))
        return redirect(submission)
    failed: dict[str, str] = {}
    if request.method == "POST":
        answer = _act(request, submission, failed)
        if answer is not None:
            return answer
    risks = risks_of(submission)
    context = {
        "submission": submission,
        "groups": _groups(submission, risks, failed),
        "open_count": len(open_risks(risks)),
        "failed": failed,
        "error_anchor": next((risk.anchor for risk in risks if risk.key == failed.get("key")), ""),
    }
    return render(request, "submissions/warnings.html", context)


def _act(request: HttpRequest, submission: Submission, failed: dict[str, str]) -> HttpResponse | None:
    """Carry out the pressed button; what kept it from being done goes into `failed`, to be shown at its warning."""
    here = reverse("submission-warnings", args=[submission.uuid])
    try:
        if "restore" in request.POST:
            restore_warning(submission, by=person(request), key=request.POST["restore"][:64])
            return redirect(here)
        key = request.POST.get("dismiss", "")
        dismiss_warning(
            submission, by=person(request), key=key, reason=request.POST.get("reason", "").replace("\x00", "")
        )
    except ReasonMissingError:
        failed.update(key=key, message=_("Give a reason. The moderators read it."))
        return None
    except WarningGoneError:
        messages.info(request, _("The text has changed in the meantime. This is what to look at now."))
    except NotAllowedError:
        messages.warning(request, _("This was sent in the meantime, so nothing can be changed here now."))
    return redirect(here)


def _groups(submission: Submission, risks: list[Risk], failed: dict[str, str]) -> list[dict[str, Any]]:
    """Warnings by the text they are about, each text with its name and the address of its control."""
    groups: dict[str, dict[str, Any]] = {}
    for risk in risks:
        warning = risk.warning
        group = groups.setdefault(
            _group_of(warning),
            {
                "label": risk.label,
                "url": address_of(submission, warning),
                "lang": _language(warning, submission),
                "risks": [],
            },
        )
        group["risks"].append({"risk": risk, "failed": failed.get("message") if risk.key == failed.get("key") else ""})
    return list(groups.values())


def _group_of(warning: RiskWarning) -> str:
    """A field in one language, or one file."""
    parts = warning.path.split(".")
    return ".".join(parts[:2]) if parts[0] == FILES or not parts[-1].isdecimal() else parts[0]


def _language(warning: RiskWarning, submission: Submission) -> str:
    parts = warning.path.split(".")
    field = FIELDS_BY_NAME.get(parts[0])
    return parts[1] if field is not None and field.translatable and len(parts) > 1 else submission.language


def address_of(submission: Submission, warning: RiskWarning) -> str:
    """Where the text that a warning is about is written."""
    parts = warning.path.split(".")
    if parts[0] == FILES:
        if parts[-1] == "name":
            return f"{reverse('submission-section', args=[submission.uuid, Section.SOURCES.value])}#files"
        return reverse("submission-file-facts", args=[submission.uuid, parts[1]])
    page = reverse("submission-section", args=[submission.uuid, section_of(warning.path).value])
    control = "-".join(parts[:3]) if len(parts) > 2 and parts[1].isdecimal() else parts[0]
    return f"{page}#id_{control}"
