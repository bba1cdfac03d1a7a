"""What moderators write beside the record: notes to colleagues, messages to the officer, ticks."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from submissions.admin.duplicates import beside_view
from submissions.admin.edits import edit_view
from submissions.admin.held import mail_view
from submissions.admin.merge import merge_view
from submissions.admin.record import record_address, record_page
from submissions.forms.talk import MessageForm, NoteForm
from submissions.models import Submission
from submissions.services import NotAllowedError
from submissions.services.checklist import set_tick
from submissions.services.messages import TooManyMessagesError, send_message
from submissions.services.staff_notes import add_note

View = Callable[[ModelAdmin, HttpRequest, Submission], HttpResponse]


def record_urls(desk: ModelAdmin) -> list[URLPattern]:
    """The addresses below a record, all behind the admin's door."""

    def below(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        behind_the_door = desk.admin_site.admin_view(partial(_with_record, desk, view))
        return path(f"<str:object_id>/{route}", behind_the_door, name=f"submissions_submission_{name}")

    return [
        below("note/", note_view, "note"),
        below("message/", message_view, "message"),
        below("tick/", tick_view, "tick"),
        below("edit/<slug:name>/", edit_view, "edit"),
        below("beside/<slug:kind>/<slug:other>/", beside_view, "beside"),
        below("mail/<int:mail>/", mail_view, "mail"),
        below("merge/", merge_view, "merge"),
    ]


def _with_record(
    desk: ModelAdmin, view: Callable[..., HttpResponse], request: HttpRequest, object_id: str, **more: Any
) -> HttpResponse:
    submission = desk.get_object(request, object_id)
    if submission is None:
        messages.warning(request, _("There is no such submission."))
        return redirect("admin:submissions_submission_changelist")
    if not desk.has_change_permission(request, submission):
        raise PermissionDenied
    return view(desk, request, submission, **more)


def note_view(desk: ModelAdmin, request: HttpRequest, submission: Submission) -> HttpResponse:
    if request.method != "POST":
        return redirect(record_address(submission, "notes"))
    form = NoteForm(request.POST, auto_id="note-%s")
    if form.is_valid():
        try:
            add_note(submission, by=request.user, text=form.cleaned_data["text"])
        except NotAllowedError:
            messages.error(request, _("Notes are for moderators who neither wrote this nor speak for its city."))
        else:
            messages.success(request, _("The note is kept. Officers do not see it."))
            return redirect(record_address(submission, "notes"))
    return record_page(desk, request, submission, note=form)


def message_view(desk: ModelAdmin, request: HttpRequest, submission: Submission) -> HttpResponse:
    if request.method != "POST":
        return redirect(record_address(submission, "conversation"))
    form = MessageForm(request.POST, auto_id="message-%s")
    if form.is_valid():
        try:
            send_message(submission, by=request.user, text=form.cleaned_data["text"])
        except TooManyMessagesError:
            form.add_error("text", _("These are more messages than one may write in a day. Write it tomorrow."))
        except NotAllowedError:
            messages.error(request, _("You speak for its city, so another moderator talks with the officer."))
        else:
            messages.success(request, _("Sent. The officer gets a mail."))
            return redirect(record_address(submission, "conversation"))
    return record_page(desk, request, submission, message=form)


def tick_view(desk: ModelAdmin, request: HttpRequest, submission: Submission) -> HttpResponse:
    """Sets a point to what the button said, so a second press changes nothing."""
    if request.method == "POST":
        try:
            set_tick(
                submission,
                by=request.user,
                item=request.POST.get("item", ""),
                ticked=request.POST.get("ticked") == "1",
            )
        except NotAllowedError:
            messages.error(
                request, _("The checklist is ticked while it waits for moderators, by those without a part.")
            )
    return redirect(record_address(submission, "checklist"))
