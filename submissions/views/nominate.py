"""Nominating another city's practice, and the page on which the city answers."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import DAY, within_limit
from submissions import guard
from submissions.choices import NominationStatus
from submissions.forms.nomination import DeclineForm, NominationForm
from submissions.models import Nomination
from submissions.services.nominations import (
    AlreadyAnsweredError,
    claim_nomination,
    decline_nomination,
    nominate,
    nomination_behind,
)
from submissions.views.access import person
from submissions.views.links import TOO_MANY, behind_a_link

# Of one network address in a day: with the calculation, and with the question in its place.
MOST_A_DAY = 10
MOST_A_DAY_WITHOUT_PROOF = 3


@require_http_methods(["GET", "HEAD", "POST"])
def nomination_form(request: HttpRequest) -> HttpResponse:
    """The form that anyone may send, with or without an account and JavaScript."""
    if request.method != "POST":
        form = NominationForm(initial={"language": get_language(), "challenge": guard.new_challenge()})
        return _show(request, form)
    form = NominationForm(request.POST)
    refusal = _refusal(request, form)
    if refusal:
        return refusal
    data = form.cleaned_data
    nomination, new = nominate(
        uuid=guard.uuid_of(data["challenge"]),
        by=request.user if request.user.is_authenticated else None,
        **{name: data[name] for name in ("title", "text", "language", "city", "city_name", "url", "email")},
    )
    if not new and (nomination.title, nomination.text) != (data["title"], data["text"]):
        # The page was taken back and rewritten after it was sent: that is another nomination.
        form.begin_anew(guard.new_challenge())
        form.add_error(None, _("Your last nomination arrived. To send this one too, press the button once more."))
        return _show(request, form)
    return redirect("nominate-sent")


def _refusal(request: HttpRequest, form: NominationForm) -> HttpResponse | None:
    """The page that is shown again, with everything that was typed, or None where it may be stored."""
    challenge = request.POST.get("challenge", "")
    age = guard.age_of(challenge)
    valid = form.is_valid()
    if age is None:
        challenge, age = guard.new_challenge(), timedelta()
        form.begin_anew(challenge)
        if valid:
            form.add_error(None, _("This page stood open for a long time. Nothing is lost: please send it once more."))
            return _show(request, form)
    if not valid:
        return _show(request, form)
    if age < guard.SOONEST:
        form.add_error(None, _("That was very quick. Read it through once more, then send it."))
        return _show(request, form)
    solved = guard.is_solved(challenge, form.cleaned_data["proof"])
    if not solved and form.cleaned_data["answer"].strip() != str(sum(guard.question_of(challenge))):
        form.asks = True
        if form.cleaned_data["answer"]:
            form.add_error("answer", _("That is not the sum. Write the number in digits."))
        return _show(request, form)
    if Nomination.objects.filter(uuid=guard.uuid_of(challenge)).exists():
        # Pressed twice: it is stored already and costs nothing.
        return None
    most, act = (MOST_A_DAY, "nominate") if solved else (MOST_A_DAY_WITHOUT_PROOF, "nominate-by-question")
    if within_limit(request, act=act, most=most, seconds=DAY):
        return None
    form.add_error(
        None,
        _("Many nominations came from your network today. Nothing you typed is stored yet: please send it tomorrow."),
    )
    return _show(request, form, status=TOO_MANY)


def _show(request: HttpRequest, form: NominationForm, *, status: int = 200) -> HttpResponse:
    response = render(
        request, "submissions/nominations/form.html", {"form": form, "proof_bits": guard.BITS}, status=status
    )
    # The challenge is this reader's alone.
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_safe
def nomination_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "submissions/nominations/sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_link
def nomination_answer(request: HttpRequest, token: str) -> HttpResponse:
    """What was nominated; the city takes it up, signed in, or declines. Only a POST changes anything."""
    nomination = nomination_behind(token)
    if nomination is None:
        raise Http404
    if nomination.status != NominationStatus.ASKED:
        return _answered(request, nomination)
    form = DeclineForm(request.POST if "decline" in request.POST else None)
    try:
        if "claim" in request.POST:
            if not request.user.is_authenticated:
                return redirect_to_login(request.path)
            submission = claim_nomination(token, by=person(request))
            messages.success(
                request, _("It is yours now. Change whatever you like; nothing is public before you send it.")
            )
            return redirect(submission)
        if form.is_bound and form.is_valid():
            decline_nomination(token, reason=form.cleaned_data["reason"])
            return redirect(request.path)
    except AlreadyAnsweredError:
        return redirect(request.path)
    return render(request, "submissions/nominations/answer.html", {"nomination": nomination, "form": form})


def _answered(request: HttpRequest, nomination: Nomination) -> HttpResponse:
    """The link had its one use. Who began the draft is led to it; nobody else learns more than that."""
    submission = nomination.submission
    if submission and request.user.is_authenticated and submission.submitter_id == request.user.pk:
        return redirect(submission)
    return render(
        request,
        "submissions/nominations/answered.html",
        {"declined": nomination.status == NominationStatus.DECLINED},
        status=200 if nomination.status == NominationStatus.DECLINED else 410,
    )
