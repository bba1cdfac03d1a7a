"""A section of the form: shown from the document, saved into it whatever was typed."""

from typing import Any
from urllib.parse import urlencode
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

from practices.content import Section
from practices.filters import LONGEST_QUERY
from submissions.choices import WITH_SUBMITTER, Kind
from submissions.files import detach
from submissions.forms.answers import Labels, language_name, shown_answer
from submissions.forms.files import UploadForm
from submissions.forms.risks import show_warnings
from submissions.forms.sections import SectionForm, remark_rows
from submissions.models import Remark, Submission
from submissions.services import NotAllowedError, problems_of
from submissions.services.merge import answer_of
from submissions.services.risks import open_risks, risks_of
from submissions.steps import SHORT, STEPS, TRANSLATION, Step
from submissions.views import unsaved
from submissions.views.access import own_submission, person
from submissions.views.files import after_receiving, receive, receive_aside
from submissions.views.journey import belongs_to, clock, section_of, time_of_day
from submissions.views.saving import Conflict, Outcome, answers_in, base_of, proposals_in, store, with_answers
from submissions.views.translation import beside_the_form, receive_proposals


@require_http_methods(["GET", "HEAD", "POST"])
def submission_section(request: HttpRequest, uuid: UUID, section: str) -> HttpResponse:
    """Show a section, or save it and go where the pressed button leads."""
    step = STEPS.get(section)
    if step is None:
        raise Http404
    if not request.user.is_authenticated:
        if request.method == "POST" and Submission.objects.filter(uuid=uuid).exists():
            unsaved.keep(request, uuid, step)
        return redirect_to_login(request.path, settings.LOGIN_URL)
    submission = own_submission(request, uuid)
    if (submission.kind == Kind.TRANSLATION) != (step is TRANSLATION):
        if step is TRANSLATION:
            raise Http404
        # Nothing else of the practice is asked, whoever links to it.
        return redirect("submission-section", uuid, TRANSLATION.value)
    if request.method == "POST":
        return save(request, submission, step)
    if submission.status not in WITH_SUBMITTER:
        return redirect(submission)
    if "discard" in request.GET:
        unsaved.forget(request)
        return redirect(request.path)
    kept = unsaved.recall(request, uuid, step)
    if kept is not None:
        return show_typed(request, submission, step, kept, state="unsaved")
    problems = problems_of(submission) if "check" in request.GET else []
    form = SectionForm(
        submission,
        step,
        problems=problems,
        remarks=remarks_for(submission, step),
        add=request.GET.get("add", ""),
    )
    return page(request, submission, step, form, saved="check" in request.GET or step.value in submission.visited)


def save(request: HttpRequest, submission: Submission, section: Step) -> HttpResponse:
    """Save what was typed; where somebody else changed the same field meanwhile, ask which text stays."""
    try:
        outcome = store(request, submission, section)
    except NotAllowedError:
        return show_typed(request, submission, section, request.POST, state="closed")
    unsaved.forget(request)
    if outcome.conflicts:
        if request.FILES:
            # A file has nothing to do with whose text stays.
            receive_aside(request, outcome.submission)
        return show_conflicts(request, outcome, section)
    return after_saving(request, outcome.submission, section)


def show_conflicts(request: HttpRequest, outcome: Outcome, section: Step) -> HttpResponse:
    """The section as it is saved, and both texts where two people changed the same field."""
    current, posted = outcome.submission, request.POST
    form = SectionForm(
        current,
        section,
        content=outcome.content_shown(),
        remarks=remarks_for(current, section, posted),
        others=proposals_in(section, posted),
    )
    conflicts: dict[str, list[Conflict]] = {}
    for conflict in outcome.conflicts:
        conflicts.setdefault(conflict.place, []).append(conflict)
    return page(
        request,
        current,
        section,
        form,
        base=outcome.base,
        state="conflict",
        conflicts=conflicts,
        status=409,
        resumed=posted.get("resume", ""),
    )


def after_saving(request: HttpRequest, submission: Submission, section: Step) -> HttpResponse:
    """Where the pressed button leads. An answer that cannot stay as it is holds the person here, saved all the same."""
    here = reverse("submission-section", args=[submission.uuid, section.value])
    if "upload" in request.POST or request.FILES:
        return receive_file(request, submission, section, here)
    if "describe" in request.POST:
        wanted_files = submission.attachments.filter(uuid__in=_uuids(request.POST.getlist("describe")))
        for attachment in wanted_files[:1]:
            return redirect("submission-file-facts", submission.uuid, attachment.uuid)
        return redirect(f"{here}#files")
    if "drop" in request.POST:
        for attachment in submission.attachments.filter(uuid__in=_uuids(request.POST.getlist("drop"))):
            detach(attachment, by=person(request))
        return redirect(f"{here}#files")
    wanted = request.POST.get("add", "")
    if wanted in {field.name for field in section.fields}:
        return redirect(f"{here}?add={wanted}#last-{wanted}")
    if "remove" in request.POST or "resume" in request.POST:
        return redirect(here)
    if "propose" in request.POST:
        receive_proposals(request, submission)
        return redirect(here)
    if "similar" in request.POST:
        return redirect(similar_address(submission, section))
    if "full" in request.POST:
        return redirect("submission-section", submission.uuid, Section.BRIEF.value)
    if "later" in request.POST:
        messages.success(request, _("Saved. Come back whenever you like; it stays here."))
        return redirect(submission)
    # What is missing may wait until the answers are checked; what is wrong is told now.
    wrong = problems_of(submission, required=())
    if any(belongs_to(section, problem.path) for problem in wrong):
        return redirect(f"{here}?check=1")
    if section in (SHORT, TRANSLATION):
        return redirect("submission-check", submission.uuid)
    following = [step for step in Section if step.value not in submission.visited]
    if following:
        return redirect("submission-section", submission.uuid, following[0].value)
    return redirect(submission)


def similar_address(submission: Submission, section: Step) -> str:
    """Where the practices that look similar stand, with the way back."""
    title = str((submission.content.get("title") or {}).get(submission.language, ""))
    city = submission.content.get("lead_city") or ""
    back = {"title": title[:LONGEST_QUERY], "city": city, "back": submission.uuid, "step": section.value}
    return f"{reverse('submit-similar')}?{urlencode(back)}"


def receive_file(request: HttpRequest, submission: Submission, section: Step, here: str) -> HttpResponse:
    """Check and keep an uploaded file; a refused one is told at its field, with the texts already saved."""
    upload, attachment = receive(request, submission)
    if attachment is not None:
        return after_receiving(request, attachment)
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


def remarks_for(submission: Submission, section: Step, posted: QueryDict | None = None) -> dict[str, list[dict]]:
    remarks = [remark for remark in sent_remarks(submission) if belongs_to(section, remark.path)]
    return remark_rows(remarks, section, _("Remark of the moderator"), posted)


def sent_remarks(submission: Submission) -> list[Remark]:
    """What moderators asked; what they have not sent yet stays theirs."""
    return list(submission.remarks.exclude(sent_at=None))


def show_typed(
    request: HttpRequest, submission: Submission, section: Step, posted: QueryDict, *, state: str
) -> HttpResponse:
    """The section with what was typed and is not saved: after a lost sign-in, or where it was sent meanwhile."""
    values = answers_in(section, posted, submission)
    answers = {field.name: values[field.name] for field in section.fields}
    content = with_answers(submission, answers, values)
    form = SectionForm(
        submission,
        section,
        content=content,
        remarks=remarks_for(submission, section, posted),
        others=proposals_in(section, posted),
    )
    labels = Labels()
    theirs = [
        {
            "label": field.label,
            "value": shown_answer(field, submission.content, language=submission.language, labels=labels),
            "lang": submission.language,
        }
        for field in section.fields
        if answer_of(field, submission.content, submission.language) != answer_of(field, content, submission.language)
    ]
    status = 409 if state == "closed" else 200
    base = posted.get("base", "")
    return page(request, submission, section, form, base=base, state=state, theirs=theirs, status=status)


def page(
    request: HttpRequest,
    submission: Submission,
    section: Step,
    form: SectionForm,
    *,
    saved: bool = False,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Draw the section's page."""
    remarks = sent_remarks(submission)
    show_warnings(
        form,
        open_risks(risks_of(submission)),
        language=submission.language,
        page=reverse("submission-warnings", args=[submission.uuid]),
    )
    context = {
        "submission": submission,
        "section": section,
        "number": list(Section).index(section) + 1 if isinstance(section, Section) else 0,
        "total": len(Section),
        "is_short": section is SHORT,
        "form": form,
        "base": base_of(submission, section, remarks),
        "conflicts": {},
        "saved": clock(submission.saved_at) if saved else "",
        "saved_time": time_of_day(submission.saved_at) if saved else "",
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
        **beside_the_form(request.user, submission),
        **more,
    }
    return render(request, "submissions/section.html", context, status=status)
