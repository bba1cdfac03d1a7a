"""Saving while somebody types: what the page's own program talks to. It answers JSON and never leads elsewhere."""

import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from submissions.choices import WITH_SUBMITTER
from submissions.services import NotAllowedError
from submissions.steps import STEPS
from submissions.views import unsaved
from submissions.views.access import own_submission
from submissions.views.journey import time_of_day
from submissions.views.saving import Outcome, store

# What an element of a form may be called in an address.
PLACE = re.compile(r"[A-Za-z][\w-]{0,80}", re.ASCII)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submission_autosave(request: HttpRequest, uuid: UUID, section: str) -> JsonResponse:
    """Save what was typed so far; asked with GET, say whether it could be, and give a fresh token for the form.

    401 for nobody signed in, with the way to sign in and back to the field; 409 when the draft was sent or closed.
    """
    step = STEPS.get(section)
    if step is None:
        raise Http404
    if not request.user.is_authenticated:
        back = reverse("submission-section", args=[uuid, section])
        place = request.POST.get("at", "")
        back += f"#{place}" if PLACE.fullmatch(place) else ""
        token = get_token(request)
        return JsonResponse({"login": redirect_to_login(back, settings.LOGIN_URL).url, "token": token}, status=401)
    submission = own_submission(request, uuid)
    token = get_token(request)
    if submission.status not in WITH_SUBMITTER:
        return JsonResponse({"token": token}, status=409)
    if request.method != "POST":
        return JsonResponse({"token": token})
    try:
        outcome = store(request, submission, step)
    except NotAllowedError:
        return JsonResponse({"token": token}, status=409)
    if not outcome.conflicts:
        unsaved.forget(request)
    return JsonResponse({"token": token, **answer(outcome)})


def answer(outcome: Outcome) -> dict[str, Any]:
    """When it was saved, what the form goes on from, and both texts where somebody else was at the same field."""
    return {
        "saved": time_of_day(timezone.now()),
        "base": outcome.base,
        "conflicts": [
            {
                "name": conflict.name,
                "place": conflict.place,
                "html": render_to_string("submissions/conflict.html", {"conflict": conflict}),
            }
            for conflict in outcome.conflicts
        ],
        "outdated": outcome.outdated,
    }
