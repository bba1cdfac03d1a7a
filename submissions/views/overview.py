"""The pages around the form: my submissions, one submission, checking, sending, withdrawing."""

from collections.abc import Mapping
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
from practices.document import label_of
from practices.models import Practice
from practices.services import InvalidDocumentError
from practices.validation import Problem
from submissions.choices import OPEN, WITH_SUBMITTER, Action, Kind, Status
from submissions.deadlines import aim
from submissions.forms.answers import Labels, language_name, shown_answer
from submissions.guidance import Text
from submissions.models import Submission
from submissions.services import ConflictError, NotAllowedError, perform, problems_of
from submissions.services.held_mail import words_to_officers
from submissions.services.invitations import may_share
from submissions.services.moderator_edits import edits_of
from submissions.services.risks import open_risks, risks_of
from submissions.services.sign_off import sign_offs_of
from submissions.views.access import own_submission, person, version_seen
from submissions.views.conversation import conversation_of
from submissions.views.journey import clock, day, missing_of, section_of, step_for, tasks_of
from submissions.views.section import sent_remarks
from submissions.views.similar import Lookalike, lookalikes
from submissions.views.standing import steps_of, turn_of, waits_for
from submissions.workflow import TRANSITIONS, available_actions

# Beyond this a list of colleagues' work helps nobody.
MOST_OTHERS = 200


@require_safe
@login_required
def submission_list(request: HttpRequest) -> HttpResponse:
    """Everything that the person began or was invited to, and what colleagues of the same city have."""
    user = person(request)
    own = list(Submission.objects.editable_by(user).select_related("practice", "city"))
    others = list(
        Submission.objects.of_colleagues(user)
        .with_left()
        .select_related("practice", "city", "submitter")
        .defer("content", "last_sent", "previous_sent")[:MOST_OTHERS]
    )
    visible = set(
        Practice.objects.visible_to(user)
        .filter(pk__in=[submission.practice_id for submission in [*own, *others] if submission.practice_id])
        .values_list("pk", flat=True)
    )
    context = {
        "rows": [_row(submission, visible) for submission in own],
        "others": [_row(submission, visible, own=False) for submission in others],
    }
    return render(request, "submissions/list.html", context)


def _row(submission: Submission, visible: set[int], *, own: bool = True) -> dict[str, Any]:
    return {
        "submission": submission,
        "waits_for": waits_for(submission, own=own),
        "mine": own and submission.status in WITH_SUBMITTER,
        "since": day(submission.status_since),
        "saved": clock(submission.saved_at),
        "practice": submission.practice if submission.practice_id in visible else None,
        "is_change": submission.kind != Kind.NEW,
    }


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
    last = submission.events.of_the_table().select_related("mail").last()
    user = person(request)
    practices = Practice.objects.visible_to(user).select_related("lead_city")
    practice = practices.filter(pk=submission.practice_id).first() if submission.practice_id else None
    context = {
        "submission": submission,
        "editable": editable,
        "turn": turn_of(submission, open_remarks=len(waiting), all_remarks=len(remarks)),
        "answered_count": len(remarks) - len(waiting),
        "remark_count": len(remarks),
        "next_remark": next_remark,
        "next_section": first,
        "note": words_to_officers(last) if last and TRANSITIONS[Action(last.action)].explains else "",
        "steps": steps_of(submission),
        "tasks": tasks_of(submission, problems=problems_of(submission), remarks=remarks) if editable else [],
        "answers": [] if editable else answers_of(submission),
        "saved": clock(submission.saved_at),
        "language_name": language_name(submission.language),
        "may_withdraw": Action.WITHDRAW in available_actions(user, submission),
        "co_editors": submission.co_editors.all(),
        "open_warnings": len(open_risks(risks_of(submission))) if editable else 0,
        "practice": practice,
        "aim": aim(submission),
        "open": submission.status in OPEN,
        "may_share": may_share(submission),
        "may_compare": submission.kind != Kind.NEW
        or bool(submission.last_sent if editable else submission.previous_sent),
        "sign_offs": sign_offs_of(submission),
        "edits": edits_of(submission),
        **conversation_of(submission, user=user),
    }
    return render(request, "submissions/detail.html", context)


def answers_of(
    submission: Submission,
    problems: tuple[Problem, ...] | list[Problem] = (),
    *,
    purposes: Mapping[str, Text] | None = None,
) -> list[dict[str, Any]]:
    """Every answer, section by section, as the pages list them; with problems and with what missing answers would be
    good for, each at its answer."""
    labels, language = Labels(), submission.language
    wrong: dict[str, list[str]] = {}
    for problem in problems:
        wrong.setdefault(problem.field, []).append(str(problem.message))
    sections = []
    for section in Section:
        rows = [
            {
                "label": str(field.label),
                "value": shown_answer(field, submission.content, language=language, labels=labels),
                "lang": language if field.translatable else "",
                "change_url": field_address(submission, field.name, check=field.name in wrong),
                "errors": wrong.get(field.name, []),
                "purpose": (purposes or {}).get(field.name, ""),
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
            perform(submission, Action.SUBMIT, by=person(request), version=version_seen(request))
        except ConflictError as conflict:
            submission, status = conflict.submission, 409
            if submission.status not in WITH_SUBMITTER:
                return redirect("submission-sent", submission.uuid)
            messages.warning(request, _("The text changed while this page was open. Read it once more, then send it."))
        except InvalidDocumentError as invalid:
            problems = invalid.problems
        else:
            return redirect("submission-sent", submission.uuid)
    missing = missing_of(submission)
    purposes = {one.field.name: one.purpose for one in missing}
    return render(
        request,
        "submissions/check.html",
        {
            "submission": submission,
            "sections": answers_of(submission, problems, purposes=purposes),
            "problems": [
                {
                    "url": field_address(submission, problem.field, check=True),
                    "text": problem.message,
                    "label": label_of(problem.path),
                    "purpose": purposes.get(problem.field, ""),
                }
                for problem in problems
            ],
            "open_questions": sum(1 for one in missing if not one.field.required),
            "lookalikes": _lookalikes(request, submission),
            "waiting": sum(1 for remark in sent_remarks(submission) if not remark.answered_at),
            "language_name": language_name(submission.language),
            "files": submission.attachments.all(),
            "open_warnings": len(open_risks(risks_of(submission))),
        },
        status=status,
    )


def field_address(submission: Submission, name: str, *, check: bool = False) -> str:
    """Where an answer is changed; with `check`, told there what is wrong with it."""
    address = reverse("submission-section", args=[submission.uuid, step_for(submission, name).value])
    return f"{address}{'?check=1' if check else ''}#id_{name}"


def _lookalikes(request: HttpRequest, submission: Submission) -> list[Lookalike]:
    """For a practice that is new to the registry and was not sent yet."""
    if submission.kind != Kind.NEW or submission.submitted_at:
        return []
    city = submission.content.get("lead_city")
    return lookalikes(submission.title, city=city if isinstance(city, str) else "", user=person(request), limit=3)


@require_safe
@login_required
def submission_sent(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The reference, and what happens next. Shown as often as it is asked for."""
    submission = own_submission(request, uuid)
    if not submission.submitted_at:
        return redirect(submission)
    return render(
        request,
        "submissions/sent.html",
        {"submission": submission, "sent_on": clock(submission.submitted_at), "aim": aim(submission)},
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
            perform(submission, Action.WITHDRAW, by=person(request), version=version_seen(request))
        except (ConflictError, NotAllowedError):
            messages.warning(request, _("This changed while the page was open. Look at it once more, then decide."))
            return redirect("submission-withdraw", submission.uuid)
        messages.success(request, _("It is withdrawn. Nothing of it will be published."))
        return redirect(submission)
    return render(request, "submissions/withdraw.html", {"submission": submission})
