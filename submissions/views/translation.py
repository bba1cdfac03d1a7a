"""Beginning the translation of a practice. What follows is a page of the form, with the original beside it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cities.permissions import is_peer
from practices import document as documents
from practices.models import Practice
from practices.presentation.reader import language_label
from submissions.choices import Kind
from submissions.models import Submission
from submissions.services.translations import (
    live_sources,
    may_read_live,
    open_translation,
    sources_of,
    start_translation,
)
from submissions.steps import TRANSLATION
from submissions.views.access import person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def practice_translate(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for the language, and begins a translation or leads to the one that is open already."""
    user = person(request)
    practice = get_object_or_404(Practice.objects.visible_to(user), slug=slug)
    if not is_peer(user):
        messages.error(request, _("Translations are proposed by verified officers of municipalities."))
        return redirect(practice)
    already = open_translation(user, practice)
    if already:
        messages.info(request, _("You have begun a translation of this practice already. Here it is."))
        return redirect(already)
    languages = [code for code in settings.LANGUAGE_CODES if code != practice.original_language]
    wanted = request.POST.get("to", "") if request.method == "POST" else request.GET.get("to") or get_language()
    if request.method == "POST" and wanted in languages:
        try:
            begun = start_translation(by=user, practice=practice, language=wanted)
        except IntegrityError:
            # The button was pressed twice, and the other press was faster.
            return redirect(open_translation(user, practice) or practice)
        return redirect("submission-section", begun.uuid, TRANSLATION.value)
    states = {state.language: state for state in practice.texts.all()}
    context = {
        "practice": practice,
        "title": practice.text("title", get_language() or settings.LANGUAGE_CODE),
        "original_label": language_label(practice.original_language),
        "languages": [
            {"code": code, "label": language_label(code), "state": states.get(code), "wanted": code == wanted}
            for code in languages
        ],
        "refused": request.method == "POST",
    }
    return render(request, "submissions/translate.html", context, status=400 if request.method == "POST" else 200)


def beside_the_form(user: User | AnonymousUser, submission: Submission) -> dict[str, Any]:
    """What the form's page shows of the original: each text, and whether it changed since the translation was begun."""
    if submission.kind != Kind.TRANSLATION:
        return {}
    before = sources_of(documents.complete(submission.content))
    now = live_sources(submission) if may_read_live(user, submission) else before
    original = submission.content["original_language"]
    return {
        "source_language": original,
        "source_label": language_label(original),
        "sources": {
            name: {"text": now.get(name, ""), "changed": before.get(name) != now.get(name)} for name in {*before, *now}
        },
        "source_changed": before != now,
    }
