"""What somebody without an account reads and answers, behind a secret link."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from practices import document as documents
from practices.presentation.whole import Names, sections
from submissions.choices import Answer
from submissions.forms.people import AnswerForm
from submissions.models import Invitation
from submissions.services import NotAllowedError
from submissions.services.sign_off import answer_sign_off, sign_off_behind
from submissions.views.links import behind_a_link


@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_link
def sign_off(request: HttpRequest, token: str) -> HttpResponse:
    """The text as it was sent, and one answer to it. A link that is used, over or unknown has one and the same page."""
    invitation = sign_off_behind(token)
    if invitation is None:
        return _no_such_link(request)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            answer_sign_off(token, answer=Answer(data["answer"]), comment=data["comment"])
        except NotAllowedError:
            return _no_such_link(request)
        return redirect("sign-off-done")
    return render(request, "submissions/sign-off.html", {"form": form, "token": token, **_shown(invitation)})


def _shown(invitation: Invitation) -> dict[str, Any]:
    document = documents.complete(invitation.document or {})
    language = document["original_language"]
    return {
        "invitation": invitation,
        "title": document["title"].get(language, ""),
        "language": language,
        # The moderators' assessment is not what they are asked about.
        "sections": sections(document, names=Names([document]), language=language, assessment=False),
        "withheld": document["city_withheld"],
    }


def _no_such_link(request: HttpRequest) -> HttpResponse:
    return render(request, "submissions/sign-off-none.html", status=404)


@require_safe
def sign_off_done(request: HttpRequest) -> HttpResponse:
    """Says thank you; there is nothing of the text on it."""
    return render(request, "submissions/sign-off-done.html")
