"""The questions as a document: downloaded, filled in without a connection, and uploaded into a draft."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from practices.content import FIELDS_BY_NAME, empty_document
from submissions.choices import WITH_SUBMITTER
from submissions.files import DOCX
from submissions.forms.offline import FilledDocumentForm
from submissions.models import Submission
from submissions.questionnaire.read import Reading
from submissions.questionnaire.write import file_name, written
from submissions.services import NotAllowedError, fill, start
from submissions.views.access import own_submission, person

# What the last upload could not bring into a draft, for the page after it.
REPORT = "filled_report"


@require_safe
def questionnaire(request: HttpRequest, language: str) -> HttpResponse:
    """The empty document in one of the seven languages."""
    if language not in settings.LANGUAGE_CODES:
        raise Http404
    return _as_file(written(language=language), file_name(language))


@require_http_methods(["GET", "HEAD", "POST"])
def submit_offline(request: HttpRequest) -> HttpResponse:
    """Explains the document, gives it out, and begins a draft from a filled-in one."""
    form = FilledDocumentForm()
    if request.method == "POST" and request.user.is_authenticated:
        form = FilledDocumentForm(request.POST, request.FILES)
        if form.is_valid():
            reading = form.reading
            content = {**empty_document(language=reading.language), **reading.answers}
            begun = start(by=person(request), language=reading.language, document=content)
            return _report(request, begun, reading, kept=[])
    return render(request, "submissions/offline.html", {"form": form, "languages": settings.LANGUAGES})


@require_safe
@login_required
def submission_document(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A draft as a document, with what it holds already."""
    submission = own_submission(request, uuid)
    data = written(language=submission.language, content=submission.content)
    return _as_file(data, file_name(submission.language))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_fill(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Upload a filled-in document into a draft; then, what came in and what did not."""
    submission = own_submission(request, uuid)
    if submission.status not in WITH_SUBMITTER:
        return redirect(submission)
    form = FilledDocumentForm(language=submission.language)
    if request.method == "POST":
        form = FilledDocumentForm(request.POST, request.FILES, language=submission.language)
        if form.is_valid():
            try:
                submission, kept = fill(submission, by=person(request), answers=form.reading.answers)
            except NotAllowedError:
                messages.warning(request, _("This was sent meanwhile and cannot be changed now."))
                return redirect(submission)
            return _report(request, submission, form.reading, kept=kept)
    report = request.session.get(REPORT, {})
    shown = report if report.get("uuid") == str(submission.uuid) else None
    return render(request, "submissions/fill.html", {"submission": submission, "form": form, "report": shown})


def _report(request: HttpRequest, submission: Submission, reading: Reading, *, kept: list[str]) -> HttpResponse:
    """Lead to the page that says what came of the upload; a reload shows it again and uploads nothing."""
    report: dict[str, Any] = {
        "uuid": str(submission.uuid),
        "read": len(reading.answers) - len(kept),
        "unread": [
            {"label": str(entry.label), "text": entry.text[:500], "reason": str(entry.reason)}
            for entry in reading.unread
        ],
        "kept": [
            {"label": str(FIELDS_BY_NAME[name].label), "text": _shown(reading.answers[name], submission.language)}
            for name in kept
        ],
    }
    request.session[REPORT] = report
    return redirect("submission-fill", submission.uuid)


def _shown(answer: Any, language: str) -> str:
    value = answer.get(language, "") if isinstance(answer, dict) else answer
    return value if isinstance(value, str) else ""


def _as_file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=DOCX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
