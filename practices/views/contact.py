"""Writing to a colleague of another city, and what one wrote and received. No address is shown on any page."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from cities.models import Membership
from cities.permissions import is_peer
from practices.correspondence import (
    ClosedError,
    NobodyThereError,
    NotVerifiedError,
    TooManyError,
    answer,
    colleague_of,
    report,
    write_to_colleague,
)
from practices.forms import MessageForm, ReportForm
from practices.models import ColleagueMessage, Practice
from practices.presentation.reader import Reader, place_of
from practices.querysets import may_see_withheld_city

MOST_SHOWN = 200


def person(request: HttpRequest) -> User:
    """Who is signed in; only for views behind `login_required`."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker what the decorator made sure of
    return request.user


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def practice_contact(request: HttpRequest, slug: str) -> HttpResponse:
    """A message to the people of a practice."""
    user = person(request)
    practice = get_object_or_404(Practice.objects.visible_to(user).with_card(), slug=slug)
    if not is_peer(user):
        messages.error(request, _("Only verified officers of municipalities write to each other."))
        return redirect(practice)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            message = write_to_colleague(practice, by=user, **form.cleaned_data)
        except (NobodyThereError, NotVerifiedError, TooManyError) as error:
            form.add_error(None, _why_not(error))
        else:
            messages.success(request, _("Your message is on its way. The answer comes here, and we tell you by mail."))
            return redirect("message-detail", message.uuid)
    context = {
        "practice": practice,
        "title": practice.text("title", get_language() or "en"),
        "place": place_of(practice.lead_city, withheld=practice.city_withheld, reader=_reader(user)),
        "form": form,
        "somebody": colleague_of(practice, besides=user) is not None,
    }
    return render(request, "practices/contact.html", context)


def _reader(user: User) -> Reader:
    return Reader.of(user, get_language() or "en")


def _why_not(error: Exception) -> str:
    if isinstance(error, TooManyError):
        return _("You wrote many messages today. Nothing is sent; please try again tomorrow.")
    if isinstance(error, ClosedError):
        return _("A message of this conversation was reported to the moderators. Nothing more is passed on in it.")
    if isinstance(error, NotVerifiedError) and not error.own:
        return _(
            "Your colleague is no longer verified for a city, so nothing can be passed on. Write anew from the page of "
            "the practice."
        )
    if isinstance(error, NotVerifiedError):
        return _("Only verified officers of municipalities write to each other.")
    return _("At present nobody who is verified speaks for this city, so there is nobody to pass it on to.")


@require_safe
@login_required
def message_list(request: HttpRequest) -> HttpResponse:
    """The conversations of a person, those with the latest message first."""
    user = person(request)
    begun = ColleagueMessage.objects.of(user).filter(first=None).select_related("practice")
    last = Max("answers__sent_at")
    firsts = list(begun.annotate(answered_at=last, count=Count("answers")).order_by("-sent_at")[:MOST_SHOWN])
    titles = _titles(user, firsts)
    names = _names(user, {_other(first, user) for first in firsts})
    rows = [
        {
            "first": first,
            "title": titles.get(first.practice_id),
            "other": names[_other(first, user)],
            "last": first.answered_at or first.sent_at,
            "count": first.count + 1,
        }
        for first in firsts
    ]
    rows.sort(key=lambda row: row["last"], reverse=True)
    return render(request, "practices/messages.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def message_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One conversation, and the answer to it. Anyone else's is not found."""
    user = person(request)
    first = get_object_or_404(
        ColleagueMessage.objects.of(user).select_related("practice", "sender", "recipient"), uuid=uuid, first=None
    )
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answer(first, by=user, **form.cleaned_data)
        except (ClosedError, NotVerifiedError, TooManyError) as error:
            form.add_error(None, _why_not(error))
        else:
            messages.success(request, _("Your answer is on its way."))
            return redirect("message-detail", first.uuid)
    entries = list(ColleagueMessage.objects.in_conversation(first).order_by("sent_at", "pk"))
    other = _other(first, user)
    context = {
        "first": first,
        "title": _titles(user, [first]).get(first.practice_id),
        "other": _names(user, {other})[other],
        "entries": [{"message": entry, "own": entry.sender_id == user.pk} for entry in entries],
        "closed": any(entry.reported_at for entry in entries),
        "form": form,
    }
    return render(request, "practices/message.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def message_report(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Shows a message that one received to the moderators."""
    user = person(request)
    received = ColleagueMessage.objects.of(user).filter(recipient=user).select_related("first")
    message = get_object_or_404(received, uuid=uuid)
    conversation = message.first or message
    if message.reported_at:
        return redirect("message-detail", conversation.uuid)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        report(message, by=user, text=form.cleaned_data["text"])
        messages.success(request, _("The moderators see it now. Nothing more is passed on in this conversation."))
        return redirect("message-detail", conversation.uuid)
    context = {"message": message, "conversation": conversation, "form": form}
    return render(request, "practices/message-report.html", context)


def _other(first: ColleagueMessage, user: User) -> int:
    return first.recipient_id if first.sender_id == user.pk else first.sender_id


def _titles(user: User, firsts: Iterable[ColleagueMessage]) -> dict[int, Any]:
    """Titles of the practices that the conversations are about, of those that the person may see today."""
    language = get_language() or "en"
    visible = Practice.objects.visible_to(user).with_card().filter(pk__in={first.practice_id for first in firsts})
    return {practice.pk: practice.text("title", language) for practice in visible}


def _names(user: User, others: set[int]) -> dict[int, str]:
    """What the other side is called: by its cities, never by name or address. Who is not a verified officer any more
    learns no city: the practice's may be withheld."""
    cities: dict[int, list[str]] = defaultdict(list)
    if may_see_withheld_city(user):
        for membership in Membership.objects.valid().filter(user__in=others).select_related("city"):
            cities[membership.user_id].append(str(membership.city))
    return {
        other: _("A colleague from %(cities)s") % {"cities": ", ".join(sorted(cities[other]))}
        if cities[other]
        else _("A colleague")
        for other in others
    }
