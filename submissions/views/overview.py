"""The pages around the form: my submissions, one submission, checking, sending, withdrawing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from practices.content import Section, fields_of
from practices.document import Problem, label_of
from practices.models import Practice
from practices.services import InvalidDocumentError
from submissions.choices import WITH_SUBMITTER, Action, Kind, Status
from submissions.forms.answers import Labels, language_name, shown_answer
from submissions.models import Submission
from submissions.services import ConflictError, NotAllowedError, perform, problems_of
from submissions.views.access import own_submission, person
from submissions.views.journey import clock, day, section_of, steps_of, tasks_of, turn_of, waits_for
from submissions.views.section import sent_remarks
from submissions.workflow import available_actions


@require_safe
@login_required
def submission_list(request: HttpRequest) -> HttpResponse:
    """Everything that the person began or was invited to."""
    submissions = list(Submission.objects.editable_by(request.user).select_related("practice", "city"))
    visible = set(
        Practice.objects.visible_to(request.user)
        .filter(pk__in=[submission.practice_id for submission in submissions if submission.practice_id])
        .values_list("pk", flat=True)
    )
    rows = [
        {
            "submission": submission,
            "waits_for": waits_for(submission),
            "mine": submission.status in WITH_SUBMITTER,
            "since": day(submission.status_since),
            "saved": clock(submission.saved_at),
            "practice": submission.practice if submission.practice_id in visible else None,
            "is_change": submission.kind != Kind.NEW,
        }
        for submission in submissions
    ]
    return render(request, "submissions/list.html", {"rows": rows})


@require_safe
@login_required
def submission_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The task list while it is the officer's turn, what was sent while it is not."""
    submission = own_submission(request, uuid)
    remarks = sent_remarks(submission)
    waiting = [remark for remark in remarks if not remark.answered_at]
    first = next((step for step in Section if any(section_of(remark.path) == step for remark in waiting)), None)
    next_remark = next((remark for remark in waiting if section_of(remark.path) == first), None)
    editable = submission.status in WITH_SUBMITTER
    reasons = submission.events.filter(to_status=submission.status).exclude(note="")
    context = {
        "submission": submission,
        "editable": editable,
        "turn": turn_of(submission, open_remarks=len(waiting), all_remarks=len(remarks)),
        "answered_count": len(remarks) - len(waiting),
        "remark_count": len(remarks),
        "next_remark": next_remark,
        "next_section": first,
        "note": reasons.last() if submission.status in (Status.CHANGES_REQUESTED, Status.REJECTED) else None,
        "steps": steps_of(submission),
        "tasks": tasks_of(submission, problems=problems_of(submission), remarks=remarks) if editable else [],
        "answers": [] if editable else answers_of(submission),
        "saved": clock(submission.saved_at),
        "language_name": language_name(submission.language),
        "may_withdraw": Action.WITHDRAW in available_actions(person(request), submission),
        "co_editors": submission.co_editors.all(),
        "practice": Practice.objects.visible_to(request.user).filter(pk=submission.practice_id).first(),
    }
    return render(request, "submissions/detail.html", context)


def answers_of(submission: Submission, problems: tuple[Problem, ...] | list[Problem] = ()) -> list[dict[str, Any]]:
    """Every answer, section by section, as the pages list them; with problems, each at its answer."""
    labels, language = Labels(), submission.language
    wrong: dict[str, list[str]] = {}
    for problem in problems:
        wrong.setdefault(problem.field, []).append(str(problem.message))
    sections = []
    for section in Section:
        address = reverse("submission-section", args=[submission.uuid, section.value])
        rows = [
            {
                "label": str(field.label),
                "value": shown_answer(field, submission.content, language=language, labels=labels),
                "lang": language if field.translatable else "",
                "change_url": f"{address}{'?check=1' if field.name in wrong else ''}#id_{field.name}",
                "errors": wrong.get(field.name, []),
            }
            for field in fields_of(section)
        ]
        sections.append({"title": section.label, "rows": rows, "slug": section.value})
    return sections


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every answer once more, what is missing, and the button that sends it."""
    submission = own_submission(request, uuid)
    if submission.status not in WITH_SUBMITTER:
        # The button was pressed twice, or a colleague was faster: it is sent, and that is what the page says.
        return redirect("submission-sent" if submission.submitted_at else "submission-detail", submission.uuid)
    problems = problems_of(submission)
    status = 200
    if request.method == "POST" and not problems:
        try:
            perform(submission, Action.SUBMIT, by=person(request), version=_version(request, submission))
        except ConflictError as conflict:
            submission, status = conflict.submission, 409
            if submission.status not in WITH_SUBMITTER:
                return redirect("submission-sent", submission.uuid)
            messages.warning(request, _("The text changed while this page was open. Read it once more, then send it."))
        except InvalidDocumentError as invalid:
            problems = invalid.problems
        else:
            return redirect("submission-sent", submission.uuid)
    return render(
        request,
        "submissions/check.html",
        {
            "submission": submission,
            "sections": answers_of(submission, problems),
            "problems": [
                {"url": _problem_address(submission, p), "text": p.message, "label": label_of(p.path)} for p in problems
            ],
            "waiting": sum(1 for remark in sent_remarks(submission) if not remark.answered_at),
            "language_name": language_name(submission.language),
            "files": submission.attachments.all(),
        },
        status=status,
    )


def _version(request: HttpRequest, submission: Submission) -> int:
    """The version that the person saw; nonsense counts as one that never was."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _problem_address(submission: Submission, problem: Problem) -> str:
    section = section_of(problem.path)
    address = reverse("submission-section", args=[submission.uuid, section.value])
    return f"{address}?check=1#id_{problem.field}"


@require_safe
@login_required
def submission_sent(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The reference, and what happens next. Shown as often as it is asked for."""
    submission = own_submission(request, uuid)
    if not submission.submitted_at:
        return redirect(submission)
    return render(
        request, "submissions/sent.html", {"submission": submission, "sent_on": clock(submission.submitted_at)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Asks, then takes the submission back. A second press finds it withdrawn and says so."""
    submission = own_submission(request, uuid)
    if submission.status == Status.WITHDRAWN or Action.WITHDRAW not in available_actions(person(request), submission):
        return redirect(submission)
    if request.method == "POST":
        try:
            perform(submission, Action.WITHDRAW, by=person(request), version=_version(request, submission))
        except (ConflictError, NotAllowedError):
            messages.warning(request, _("This changed while the page was open. Look at it once more, then decide."))
            return redirect("submission-withdraw", submission.uuid)
        messages.success(request, _("It is withdrawn. Nothing of it will be published."))
        return redirect(submission)
    return render(request, "submissions/withdraw.html", {"submission": submission})
