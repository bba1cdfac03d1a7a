"""Who writes along and who is asked to agree: the page of a submission's people, and the invitation's own page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from submissions.choices import InvitationKind
from submissions.forms.people import InvitationForm, SignOffForm
from submissions.models import Submission
from submissions.permissions import leads
from submissions.services import NotAllowedError
from submissions.services.invitations import (
    AlreadyEditorError,
    TooManyInvitationsError,
    accept,
    invitation_behind,
    invite,
    may_share,
    remove_co_editor,
    take_back,
)
from submissions.services.sign_off import ask_for_sign_off, sign_offs_of
from submissions.views.access import own_submission, person
from submissions.views.links import behind_a_link

LONGEST_KEY = 18


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_people(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Editors, open invitations and sign-offs; a POST is one act, told by the pressed button."""
    submission = own_submission(request, uuid)
    if request.method != "POST":
        return _show(request, submission)
    acts = {"invite": _invite, "ask": _ask, "take-back": _take_back, "remove": _remove}
    act = next((acts[name] for name in acts if name in request.POST), None)
    return act(request, submission) if act else redirect("submission-people", submission.uuid)


def _show(request: HttpRequest, submission: Submission, *, status: int = 200, **forms: Any) -> HttpResponse:
    lead = leads(person(request), submission)
    open_still = may_share(submission)
    context = {
        "submission": submission,
        "leads": lead,
        "open": open_still,
        "co_editors": submission.co_editors.order_by("email"),
        "invitations": submission.invitations.open_ones(InvitationKind.CO_EDITOR) if lead else [],
        "sign_offs": sign_offs_of(submission),
        "invitation_form": InvitationForm(),
        "sign_off_form": SignOffForm(),
        **forms,
    }
    return render(request, "submissions/people.html", context, status=status)


def _invite(request: HttpRequest, submission: Submission) -> HttpResponse:
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            invite(submission, by=person(request), email=form.cleaned_data["email"])
        except AlreadyEditorError:
            form.add_error("email", _("Whoever has this address writes along already."))
        except TooManyInvitationsError:
            form.add_error("email", _too_many())
        except NotAllowedError:
            messages.error(request, _("Only the person who submits it invites others, and only while it is open."))
            return redirect("submission-people", submission.uuid)
        else:
            # The same words whether the address has an account or not.
            messages.success(request, _("The invitation is on its way. It stands below until it is used or over."))
            return redirect("submission-people", submission.uuid)
    return _show(request, submission, invitation_form=form)


def _ask(request: HttpRequest, submission: Submission) -> HttpResponse:
    form = SignOffForm(request.POST)
    if form.is_valid():
        try:
            data = form.cleaned_data
            ask_for_sign_off(submission, by=person(request), email=data["email"], note=data["note"])
        except TooManyInvitationsError:
            form.add_error("email", _too_many())
        except NotAllowedError:
            messages.error(request, _("It is closed, so nobody can be asked to agree with it."))
            return redirect("submission-people", submission.uuid)
        else:
            messages.success(request, _("The text is on its way. You get a mail with the answer."))
            return redirect("submission-people", submission.uuid)
    return _show(request, submission, sign_off_form=form)


def _too_many() -> str:
    return _("You sent as many invitations today as one person may. Try again tomorrow.")


def _take_back(request: HttpRequest, submission: Submission) -> HttpResponse:
    invitation = _by_key(submission.invitations.all(), request.POST["take-back"])
    try:
        if invitation is None:
            raise NotAllowedError
        take_back(invitation, by=person(request))
    except NotAllowedError:
        messages.error(request, _("Only the person who submits it takes invitations back."))
    else:
        messages.success(request, _("The link does not work any more."))
    return redirect("submission-people", submission.uuid)


def _remove(request: HttpRequest, submission: Submission) -> HttpResponse:
    by = person(request)
    editor = _by_key(submission.co_editors.all(), request.POST["remove"])
    if editor is None:
        return redirect("submission-people", submission.uuid)
    try:
        remove_co_editor(submission, editor, by=by)
    except NotAllowedError:
        messages.error(request, _("Only the person who submits it removes others."))
        return redirect("submission-people", submission.uuid)
    if editor.pk == by.pk:
        messages.success(request, _("You do not write along any more."))
        return redirect("submission-list")
    messages.success(request, _("They do not write along any more."))
    return redirect("submission-people", submission.uuid)


def _by_key(rows: Any, typed: str) -> Any:
    """The row with the posted key; nonsense is nobody's."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < LONGEST_KEY):
        return None
    return rows.filter(pk=int(typed)).first()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@behind_a_link
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """For the person whose address it is bound to: who invites them to what, and the button. For everybody else it is
    the page of a link that never was."""
    user = person(request)
    found = invitation_behind(token, user=user)
    if found is None:
        return _no_such_invitation(request)
    if request.method == "POST":
        try:
            submission = accept(token, by=user)
        except NotAllowedError:
            return _no_such_invitation(request)
        messages.success(request, _("You write along from now on."))
        return redirect(submission)
    return render(request, "submissions/invitation.html", {"invitation": found, "submission": found.submission})


def _no_such_invitation(request: HttpRequest) -> HttpResponse:
    return render(request, "submissions/invitation-none.html", status=404)
