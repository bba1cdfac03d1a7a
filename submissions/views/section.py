"""A section of the form: shown from the document, saved into it whatever was typed."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practices.content import Section, fields_of
from submissions.choices import WITH_SUBMITTER
from submissions.files import RefusedFileError, attach, detach
from submissions.forms.answers import Labels, language_name, read_answers, shown_answer
from submissions.forms.files import UploadForm
from submissions.forms.sections import SectionForm, remark_rows
from submissions.models import Remark, Submission
from submissions.services import ConflictError, NotAllowedError, answer_remark, digest_of, problems_of, save_section
from submissions.views import unsaved
from submissions.views.access import own_submission, person
from submissions.views.journey import clock, section_of


@require_http_methods(["GET", "HEAD", "POST"])
def submission_section(request: HttpRequest, uuid: UUID, section: str) -> HttpResponse:
    """Show a section, or save it and go where the pressed button leads."""
    if section not in Section.values:
        raise Http404
    step = Section(section)
    if not request.user.is_authenticated:
        if request.method == "POST" and Submission.objects.filter(uuid=uuid).exists():
            unsaved.keep(request, uuid, step)
        return redirect_to_login(request.path, settings.LOGIN_URL)
    submission = own_submission(request, uuid)
    if request.method == "POST":
        return save(request, submission, step)
    if submission.status not in WITH_SUBMITTER:
        return redirect(submission)
    if "discard" in request.GET:
        unsaved.forget(request)
        return redirect(request.path)
    kept = unsaved.recall(request, uuid, step)
    if kept is not None:
        return show_typed(request, submission, step, kept, base=kept.get("base", ""), state="unsaved")
    problems = problems_of(submission) if "check" in request.GET else []
    form = SectionForm(
        submission,
        step,
        problems=problems,
        remarks=remarks_for(submission, step),
        add=request.GET.get("add", ""),
    )
    return page(request, submission, step, form, saved="check" in request.GET or step.value in submission.visited)


def save(request: HttpRequest, submission: Submission, section: Section) -> HttpResponse:
    """Save what was typed; a conflict shows both texts and writes nothing."""
    posted, base = request.POST, request.POST.get("base", "")
    values = read_answers(section, posted, content=submission.content, language=submission.language)
    for name, index in (button.split("-", 1) for button in posted.getlist("remove") if "-" in button):
        rows = values.get(name)
        if isinstance(rows, list) and index.isdigit() and int(index) < len(rows):
            values[name] = rows[: int(index)] + rows[int(index) + 1 :]
    try:
        current = save_section(submission, by=person(request), section=section, values=values, base=base)
        answer_remarks(request, current)
    except ConflictError as conflict:
        theirs = conflict.submission
        return show_typed(request, theirs, section, posted, base=digest_of(theirs, section), state="conflict")
    except NotAllowedError:
        return show_typed(request, submission, section, posted, base=base, state="closed")
    unsaved.forget(request)
    return after_saving(request, current, section)


def answer_remarks(request: HttpRequest, submission: Submission) -> None:
    """Store the replies and ticks of the remarks that stood on the page."""
    ticked = request.POST.getlist("answered")
    for remark in submission.remarks.exclude(sent_at=None):
        if f"reply-{remark.pk}" in request.POST:
            reply = request.POST[f"reply-{remark.pk}"].replace("\x00", "").strip()
            answer_remark(remark, by=person(request), reply=reply, answered=str(remark.pk) in ticked)


def after_saving(request: HttpRequest, submission: Submission, section: Section) -> HttpResponse:
    """Where the pressed button leads. An answer that cannot stay as it is holds the person here, saved all the same."""
    here = reverse("submission-section", args=[submission.uuid, section.value])
    if "upload" in request.POST or request.FILES:
        return receive_file(request, submission, section, here)
    if "drop" in request.POST:
        for attachment in submission.attachments.filter(uuid__in=_uuids(request.POST.getlist("drop"))):
            detach(attachment, by=person(request))
        return redirect(f"{here}#files")
    wanted = request.POST.get("add", "")
    if wanted in {field.name for field in fields_of(section)}:
        return redirect(f"{here}?add={wanted}#last-{wanted}")
    if "remove" in request.POST:
        return redirect(here)
    if "later" in request.POST:
        messages.success(request, _("Saved. Come back whenever you like; it stays here."))
        return redirect(submission)
    # What is missing may wait until the answers are checked; what is wrong is told now.
    wrong = problems_of(submission, required=())
    if any(section_of(problem.path) == section for problem in wrong):
        return redirect(f"{here}?check=1")
    following = [step for step in Section if step.value not in submission.visited]
    if following:
        return redirect("submission-section", submission.uuid, following[0].value)
    return redirect(submission)


def receive_file(request: HttpRequest, submission: Submission, section: Section, here: str) -> HttpResponse:
    """Check and keep an uploaded file; a refused one is told at its field, with the texts already saved."""
    upload = UploadForm(request.POST, request.FILES)
    if upload.is_valid():
        try:
            attach(
                submission,
                by=person(request),
                checked=upload.checked,
                credit=upload.cleaned_data["credit"],
                alternative_text=upload.cleaned_data["alternative_text"],
            )
        except RefusedFileError as refused:
            upload.add_error("file", str(refused.reason))
        else:
            messages.success(request, _("The file is added, and your text is saved."))
            return redirect(f"{here}#files")
    form = SectionForm(submission, section, remarks=remarks_for(submission, section))
    return page(request, submission, section, form, upload=upload, saved=True)


def _uuids(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def remarks_for(submission: Submission, section: Section, posted: QueryDict | None = None) -> dict[str, list[dict]]:
    remarks = [remark for remark in sent_remarks(submission) if section_of(remark.path) == section]
    return remark_rows(remarks, section, _("Remark of the moderator"), posted)


def sent_remarks(submission: Submission) -> list[Remark]:
    """What moderators asked; what they have not sent yet stays theirs."""
    return list(submission.remarks.exclude(sent_at=None))


def show_typed(
    request: HttpRequest, submission: Submission, section: Section, posted: QueryDict, *, base: str, state: str
) -> HttpResponse:
    """The section with what was typed and is not saved: after a lost sign-in, or where someone else was faster."""
    values = read_answers(section, posted, content=submission.content, language=submission.language)
    form = SectionForm(
        submission,
        section,
        content={**submission.content, **values},
        remarks=remarks_for(submission, section, posted),
    )
    labels = Labels()
    theirs = [
        {
            "label": field.label,
            "value": shown_answer(field, submission.content, language=submission.language, labels=labels),
            "lang": submission.language,
        }
        for field in fields_of(section)
        if submission.content.get(field.name) != values.get(field.name)
    ]
    status = {"conflict": 409, "closed": 409}.get(state, 200)
    return page(request, submission, section, form, base=base, state=state, theirs=theirs, status=status)


def page(
    request: HttpRequest,
    submission: Submission,
    section: Section,
    form: SectionForm,
    *,
    saved: bool = False,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Draw the section's page."""
    remarks = sent_remarks(submission)
    context = {
        "submission": submission,
        "section": section,
        "number": list(Section).index(section) + 1,
        "total": len(Section),
        "form": form,
        "base": digest_of(submission, section),
        "saved": clock(submission.saved_at) if saved else "",
        "language_name": language_name(submission.language),
        "whole_remarks": form.remarks.get("", []),
        "remark_links": [
            {
                "id": r.pk,
                "section": section_of(r.path).value,
                "text": Truncator(r.text).words(10),
                "answered": bool(r.answered_at),
            }
            for r in remarks
        ],
        "answered_count": sum(1 for remark in remarks if remark.answered_at),
        "with_files": section is Section.SOURCES,
        "files": submission.attachments.all() if section is Section.SOURCES else [],
        "upload": UploadForm() if section is Section.SOURCES else None,
        **more,
    }
    return render(request, "submissions/section.html", context, status=status)
