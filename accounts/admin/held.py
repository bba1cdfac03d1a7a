"""The page of a held message: read, change, send now, take back. The records whose messages are held lead to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import OutgoingMail
from accounts.services import LostLinkError, MailGoneError

SAVE, SEND, TAKE_BACK = "save", "send", "take_back"
CONFLICT = 409


class MailForm(forms.Form):
    """The words of a held message. `seen` is the end of the hold that the page showed."""

    seen = forms.DateTimeField(widget=forms.HiddenInput)
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=250,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": gettext_lazy("Write a subject.")},
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18, "dir": "auto"}),
        help_text=gettext_lazy("Links to the registry must stay."),
        error_messages={"required": gettext_lazy("Write the message, or take it back.")},
    )


@dataclass(frozen=True, kw_only=True)
class Acts:
    """What is done with the messages of one kind of record. Each is called with the record, the mail, `by` and `seen`,
    the first with `subject` and `body` as well; each raises `MailGoneError`, and `barred` for what somebody may not."""

    change_words: Callable[..., None]
    send_now: Callable[..., None]
    take_back: Callable[..., None]
    barred: type[Exception]


def held_mail_page(
    desk: ModelAdmin,
    request: HttpRequest,
    record: Model,
    mail: OutgoingMail | None,
    *,
    acts: Acts,
    back: str,
    name: str,
    **more: Any,
) -> HttpResponse:
    """A message about a record that is called `name` and stands at `back`; None where it is not this person's to touch.
    Once it is on its way the page says so, with what was typed."""
    if mail is None:
        messages.error(request, _("This message is not one that you can change."))
        return redirect(back)
    form = MailForm(request.POST or None, initial=_initial(mail))
    status = 200
    if request.method == "POST" and (form.is_valid() or request.POST.get("act") != SAVE):
        try:
            told = _act(request, record, mail, form, acts)
        except LostLinkError as lost:
            form.add_error("body", _("Keep this link in the text: %(links)s") % {"links": " ".join(lost.links)})
        except (MailGoneError, acts.barred):
            status = CONFLICT
            mail.refresh_from_db()
            messages.warning(request, _what_happened(mail))
        else:
            messages.success(request, told)
            return redirect(back)
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": _("Message to the officer"),
        "name": name,
        "back": back,
        "mail": mail,
        "form": form,
        **more,
    }
    return TemplateResponse(request, "admin/accounts/outgoingmail/held.html", context, status=status)


def _initial(mail: OutgoingMail) -> dict[str, str]:
    return {"seen": mail.not_before.isoformat(), "subject": mail.subject, "body": mail.body}


def _act(request: HttpRequest, record: Model, mail: OutgoingMail, form: MailForm, acts: Acts) -> str:
    """Do what was pressed, and say so. Sending and taking back need no words, so they ask nothing of the form but the
    end of the hold that it showed."""
    act, seen = request.POST.get("act"), form.cleaned_data.get("seen")
    if seen is None:
        raise MailGoneError
    if act == SEND:
        acts.send_now(record, mail, by=request.user, seen=seen)
        return _("The message is sent with the next delivery, within a minute or so.")
    if act == TAKE_BACK:
        acts.take_back(record, mail, by=request.user, seen=seen)
        return _("The message is taken back and never sent. The decision stands.")
    data = form.cleaned_data
    acts.change_words(record, mail, by=request.user, seen=seen, subject=data["subject"], body=data["body"])
    return _("The message is changed and waits anew.")


def _what_happened(mail: OutgoingMail) -> str:
    if mail.taken_back_at is not None:
        return _("Somebody took the message back meanwhile. It is never sent.")
    if mail.is_held:
        return _("Somebody changed the message meanwhile. Yours is not saved and stands below; theirs is above it.")
    return _("Too late: the message is on its way. What you typed stands below.")
