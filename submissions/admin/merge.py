"""Merging a submission into a practice: find the practice, choose field by field, send."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from practices import document as documents
from practices.content import Field
from practices.models import Practice
from practices.presentation.whole import Names, sections
from practices.services import OutdatedError
from submissions.admin.decisions import CONFLICT, REFUSALS, SUCCESS, tell_refusal
from submissions.admin.forms import LONGEST_NOTE
from submissions.admin.record import record_address
from submissions.choices import Action
from submissions.models import Submission
from submissions.services import NoteRequiredError, perform
from submissions.services.merging import (
    AlreadyChangingError,
    Merger,
    Pick,
    UnreadableError,
    candidates,
    default_pick,
    differing,
    picks_of,
    proposed,
    refuse_second_change,
    refuse_unreadable,
)
from submissions.workflow import available_actions

PICK_LABELS: dict[Pick, str | Promise] = {
    Pick.LIVE: pgettext_lazy("merge", "Keep the practice’s"),
    Pick.SUBMITTED: pgettext_lazy("merge", "Take the submission’s"),
    Pick.BOTH: pgettext_lazy("merge", "Both"),
}


class MergeForm(forms.Form):
    """What the page saw of both, and why. The choices at the fields are read from the request."""

    practice = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    live_version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=gettext_lazy("Goes to the officer, who reads in the mail why the two are put together."),
    )


@dataclass(frozen=True)
class Choice:
    """One field with both answers, and what can be chosen."""

    field: Field
    live: Any
    submitted: Any
    options: list[tuple[Pick, str | Promise, bool]]


def merge_view(desk: ModelAdmin, request: HttpRequest, submission: Submission) -> HttpResponse:
    """Without a practice: those that could be meant. With one: both texts side by side."""
    if Action.MERGE not in available_actions(request.user, submission) and request.method != "POST":
        messages.error(request, _("This cannot be done now, or not by you. Nothing was changed."))
        return redirect(record_address(submission, "decision"))
    asked = request.POST if request.method == "POST" else request.GET
    key = asked.get("practice", "")
    practice = Practice.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
    if practice is None:
        return _find(desk, request, submission)
    why_not = _why_not(submission, practice)
    if why_not:
        messages.error(request, why_not)
        return _find(desk, request, submission)
    if request.method != "POST":
        seen = {"practice": practice.pk, "version": submission.version, "live_version": practice.current_version}
        form = MergeForm(initial=seen)
        form.fields["note"].widget.attrs["lang"] = submission.submitter.language
        return _compare(desk, request, submission, practice, form)
    return _merge(desk, request, submission, practice)


def _merge(desk: ModelAdmin, request: HttpRequest, submission: Submission, practice: Practice) -> HttpResponse:
    form, status = MergeForm(request.POST), 200
    if form.is_valid():
        data = form.cleaned_data
        merger = Merger(practice=practice, version=data["live_version"], picks=_picks(request.POST))
        try:
            perform(
                submission, Action.MERGE, by=request.user, version=data["version"], note=data["note"], merger=merger
            )
        except NoteRequiredError:
            form.add_error("note", _("Write a note: the officer must read why."))
        except OutdatedError:
            status = CONFLICT
            messages.warning(
                request, _("The practice was changed meanwhile. Nothing is merged: look at the fields once more.")
            )
        except REFUSALS as refusal:
            status = CONFLICT
            tell_refusal(request, submission, Action.MERGE, refusal, typed=bool(data["note"].strip()))
        else:
            messages.success(request, SUCCESS[Action.MERGE]())
            return redirect(record_address(submission))
    submission = desk.get_object(request, str(submission.pk)) or submission
    practice.refresh_from_db()
    # The next try is made against both as this page shows them.
    posted = request.POST.copy()
    posted["version"], posted["live_version"] = str(submission.version), str(practice.current_version)
    form.data = posted
    return _compare(desk, request, submission, practice, form, status=status)


def _find(desk: ModelAdmin, request: HttpRequest, submission: Submission) -> HttpResponse:
    words = request.GET.get("q", "")[:200]
    language = get_language() or "en"
    found = [(practice, practice.text("title", language)) for practice in candidates(submission, asked=words)]
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": _("Merge into which practice?"),
        "submission": submission,
        "words": words,
        "found": found,
    }
    return TemplateResponse(request, "admin/submissions/submission/merge_find.html", context)


def _compare(
    desk: ModelAdmin,
    request: HttpRequest,
    submission: Submission,
    practice: Practice,
    form: MergeForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "is_nav_sidebar_enabled": False,
        "title": _("Merge into %(reference)s") % {"reference": practice.reference},
        "submission": submission,
        "practice": practice,
        "practice_title": practice.text("title", get_language() or "en"),
        "choices": _choices(submission, practice, _picks(request.POST)),
        "form": form,
        "may": Action.MERGE in available_actions(request.user, submission),
    }
    return TemplateResponse(request, "admin/submissions/submission/merge.html", context, status=status)


def _choices(submission: Submission, practice: Practice, picked: dict[str, Pick]) -> list[Choice]:
    live = documents.read(practice)
    submitted = documents.complete(submission.content)
    shown = {field.name: proposed(field, live, submitted) for field in differing(live, submitted)}
    names = Names([live, {**submitted, **shown}])
    ours = _fields(live, names, practice.original_language)
    theirs = _fields({**submitted, **shown}, names, submission.language)
    choices = []
    for field in differing(live, submitted):
        chosen = picked.get(field.name, default_pick(field, live, submitted))
        options = [(pick, PICK_LABELS[pick], pick is chosen) for pick in picks_of(field, live)]
        choices.append(Choice(field, ours[field.name], theirs[field.name], options))
    return choices


def _fields(document: documents.Document, names: Names, language: str) -> dict[str, Any]:
    shown = sections(document, names=names, language=language)
    return {entry.field.name: entry for section in shown for entry in section.fields}


def _picks(posted: QueryDict) -> dict[str, Pick]:
    known = set(Pick)
    picked = {name.removeprefix("pick-"): value for name, value in posted.items() if name.startswith("pick-")}
    return {name: Pick(value) for name, value in picked.items() if value in known}


def _why_not(submission: Submission, practice: Practice) -> str:
    """Why this practice cannot be changed by those who write the submission; empty where it can."""
    try:
        refuse_unreadable(submission, practice)
        refuse_second_change(submission, practice)
    except UnreadableError:
        return _(
            "%(reference)s holds something that not everyone who writes this submission may read, so it cannot become "
            "their change. Verify them for its city first, or ask for changes and name the practice."
        ) % {"reference": practice.reference}
    except AlreadyChangingError:
        return _(
            "The officer proposes a change to %(reference)s already. Two at once would undo each other: decide on that "
            "one first."
        ) % {"reference": practice.reference}
    return ""
