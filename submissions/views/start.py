"""Before a draft exists: what to expect, and the beginning."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from practices.content import Section
from practices.models import Practice
from submissions.choices import OPEN, Kind
from submissions.forms.questions import questions_by_section
from submissions.forms.start import StartForm
from submissions.models import Submission
from submissions.permissions import may_change
from submissions.services import start
from submissions.steps import SHORT
from submissions.views.access import person


@require_http_methods(["GET", "HEAD", "POST"])
def submit_start(request: HttpRequest) -> HttpResponse:
    """Says what a submission takes, asks for the language, and begins a draft for who is signed in."""
    initial = {"language": _wanted_language(request), "depth": request.GET.get("depth")}
    form = StartForm(request.POST if request.method == "POST" else None, initial=initial)
    if not request.user.is_authenticated:
        if request.method == "POST" or "begin" in request.GET:
            chosen = {name: request.POST.get(name) or request.GET.get(name, "") for name in form.fields}
            back = f"{reverse('submit-start')}?{urlencode({name: value for name, value in chosen.items() if value})}"
            return redirect_to_login(back, settings.LOGIN_URL)
    elif form.is_valid():
        begun = start(by=person(request), language=form.cleaned_data["language"])
        if form.cleaned_data["depth"] == SHORT.value:
            return redirect("submission-section", begun.uuid, SHORT.value)
        return redirect(begun)
    context = {"form": form, "short": SHORT, "sections": list(Section)}
    return render(request, "submissions/start.html", context)


@require_safe
def submit_questions(request: HttpRequest) -> HttpResponse:
    """Every question with its hints and examples, and room to write: for reading, for colleagues, for printing."""
    return render(request, "submissions/questions.html", {"sections": questions_by_section()})


def _wanted_language(request: HttpRequest) -> str | None:
    """What was chosen before signing in, else the page's language."""
    chosen = request.GET.get("language")
    return chosen if chosen in settings.LANGUAGE_CODES else get_language()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Begins a proposal for a published practice, or leads to the one that is open already."""
    user = person(request)
    practice = get_object_or_404(Practice.objects.visible_to(user), slug=slug)
    if request.method != "POST":
        # Whoever had to sign in on the way presses the button again.
        return redirect(practice)
    if not may_change(user, practice):
        messages.error(request, _("Changes are proposed by people who speak for the city of the practice."))
        return redirect(practice)
    already = _open_change(user, practice)
    if already:
        messages.info(request, _("You have begun a change to this practice already. Here it is."))
        return redirect(already)
    try:
        begun = start(by=user, language=practice.original_language, kind=Kind.UPDATE, practice=practice)
    except IntegrityError:
        # The button was pressed twice, and the other press was faster.
        return redirect(_open_change(user, practice) or practice)
    return redirect(begun)


def _open_change(user: User, practice: Practice) -> Submission | None:
    return user.submissions.filter(practice=practice, kind=Kind.UPDATE, status__in=OPEN).first()
