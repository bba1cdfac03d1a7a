"""What a city is told of a withdrawal or of its end, while it is held."""

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.admin.held import Acts, held_mail_page
from practices.choices import Publication
from practices.held_notices import (
    NotAllowedError,
    change_words,
    may_change_notices,
    notices_of,
    send_now,
    take_back_notice,
)
from practices.models import Practice

ACTS = Acts(change_words=change_words, send_now=send_now, take_back=take_back_notice, barred=NotAllowedError)


def mail_view(desk: ModelAdmin, request: HttpRequest, practice: Practice, mail: int) -> HttpResponse:
    """Beside the reason that stays at its address, whatever the mail says."""
    message = notices_of(practice).filter(pk=mail).first()
    return held_mail_page(
        desk,
        request,
        practice,
        message if may_change_notices(request.user, practice) else None,
        acts=ACTS,
        back=reverse("admin:practices_practice_change", args=[practice.pk]) + "#acts",
        name=practice.reference,
        tombstone=practice if practice.publication == Publication.WITHDRAWN else None,
    )
