"""The messages of decisions while they are held."""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse

from accounts.admin.held import Acts, held_mail_page
from accounts.models import OutgoingMail
from submissions.admin.record import record_address
from submissions.as_sent import title_sent
from submissions.models import Submission
from submissions.permissions import is_other_moderator
from submissions.services import NotAllowedError
from submissions.services.held_mail import change_words, send_now, take_back_message

ACTS = Acts(change_words=change_words, send_now=send_now, take_back=take_back_message, barred=NotAllowedError)


def mail_view(desk: ModelAdmin, request: HttpRequest, submission: Submission, mail: int) -> HttpResponse:
    message = OutgoingMail.objects.filter(pk=mail).filter(pk__in=submission.events.values("mail")).first()
    return held_mail_page(
        desk,
        request,
        submission,
        message if is_other_moderator(request.user, submission) else None,
        acts=ACTS,
        back=record_address(submission, "decision"),
        name=title_sent(submission),
    )
