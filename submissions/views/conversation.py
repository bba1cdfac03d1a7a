"""The conversation with the moderators, on the page of a submission and on one of its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from submissions.forms.talk import MessageForm
from submissions.models import Submission
from submissions.services import NotAllowedError
from submissions.services.messages import TooManyMessagesError, may_write, send_message
from submissions.views.access import own_submission, person


@dataclass(frozen=True)
class ShownMessage:
    """A message as those read it who write the submission."""

    who: str
    text: str
    at: datetime
    from_moderators: bool


def conversation_of(submission: Submission, *, user: User, form: MessageForm | None = None) -> dict[str, Any]:
    """What was said, and the form to say more; nothing before it was sent, when there is nobody to talk to."""
    if not may_write(user, submission):
        return {"talk": [], "message_form": None}
    talk = [
        ShownMessage(
            who=_who(message.author, user, moderators=message.from_moderators),
            text=message.text,
            at=timezone.localtime(message.at),
            from_moderators=message.from_moderators,
        )
        for message in submission.messages.select_related("author")
    ]
    return {"talk": talk, "message_form": form or MessageForm(auto_id="message-%s")}


def _who(author: User | None, reader: User, *, moderators: bool) -> str:
    """Moderators have no names here."""
    if moderators:
        return _("The moderators")
    if author == reader:
        return pgettext("author of a message", "You")
    return str(author) if author else _("Somebody who wrote along")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_conversation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Takes a message; shows it again with what is wrong with it, or the whole conversation."""
    submission = own_submission(request, uuid)
    if not may_write(person(request), submission):
        return redirect(submission)
    form = MessageForm(request.POST if request.method == "POST" else None, auto_id="message-%s")
    if request.method == "POST" and form.is_valid():
        try:
            send_message(submission, by=person(request), text=form.cleaned_data["text"])
        except TooManyMessagesError:
            form.add_error("text", _("You have written many messages today. Write the rest tomorrow."))
        except NotAllowedError:
            return redirect(submission)
        else:
            messages.success(request, _("Your message is sent to the moderators."))
            return redirect(f"{submission.get_absolute_url()}#conversation")
    context = {"submission": submission, **conversation_of(submission, user=person(request), form=form)}
    return render(request, "submissions/conversation.html", context)
