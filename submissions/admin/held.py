"""The messages of decisions while they are held: read, change, send now, take back."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts.models import OutgoingMail
from accounts.services import MailGoneError
from submissions.admin.decisions import CONFLICT
from submissions.admin.forms import MailForm
from submissions.admin.record import record_address
from submissions.models import Submission
from submissions.permissions import is_other_moderator
from submissions.services import NotAllowedError
from submissions.services.held_mail import LostLinkError, change_words, send_now, take_back_message

SAVE, SEND, TAKE_BACK = "save", "send", "take_back"


def mail_view(desk: ModelAdmin, request: HttpRequest, submission: Submission, mail: int) -> HttpResponse:
    """A held message. Once it is on its way the page says so, with what was typed."""
    message = OutgoingMail.objects.filter(pk=mail).filter(pk__in=submission.events.values("mail")).first()
    if message is None or not is_other_moderator(request.user, submission):
        messages.error(request, _("This message is not one that you can change."))
        return redirect(record_address(submission, "decision"))
    form = MailForm(request.POST or None, initial=_initial(message))
    status = 200
    if request.method == "POST" and (form.is_valid() or request.POST.get("act") != SAVE):
        try:
            told = _act(request, submission, message, form)
        except LostLinkError as lost:
            form.add_error("body", _("Keep this link in the text: %(links)s") % {"links": " ".join(lost.links)})
        except (MailGoneError, NotAllowedError):
            status = CONFLICT
            message.refresh_from_db()
            messages.warning(request, _what_happened(message))
        else:
            messages.success(request, told)
            return redirect(record_address(submission, "decision"))
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": _("Message to the officer"),
        "submission": submission,
        "mail": message,
        "form": form,
    }
    return TemplateResponse(request, "admin/submissions/submission/mail.html", context, status=status)


def _initial(mail: OutgoingMail) -> dict[str, str]:
    return {"seen": mail.not_before.isoformat(), "subject": mail.subject, "body": mail.body}


def _act(request: HttpRequest, submission: Submission, mail: OutgoingMail, form: MailForm) -> str:
    """Do what was pressed, and say so. Sending and taking back need no words, so they ask nothing of the form but the
    end of the hold that it showed."""
    act, seen = request.POST.get("act"), form.cleaned_data.get("seen")
    if seen is None:
        raise MailGoneError
    if act == SEND:
        send_now(submission, mail, by=request.user, seen=seen)
        return _("The message is sent with the next delivery, within a minute or so.")
    if act == TAKE_BACK:
        take_back_message(submission, mail, by=request.user, seen=seen)
        return _("The message is taken back and never sent. The decision stands.")
    data = form.cleaned_data
    change_words(submission, mail, by=request.user, seen=seen, subject=data["subject"], body=data["body"])
    return _("The message is changed and waits anew.")


def _what_happened(mail: OutgoingMail) -> str:
    if mail.taken_back_at is not None:
        return _("Somebody took the message back meanwhile. It is never sent.")
    if mail.is_held:
        return _("Somebody changed the message meanwhile. Yours is not saved and stands below; theirs is above it.")
    return _("Too late: the message is on its way. What you typed stands below.")
