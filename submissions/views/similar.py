"""Practices that may be the one somebody begins to describe, so that nobody describes it twice."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models import User
from practices.filters import LONGEST_QUERY, cleaned
from practices.presentation.cards import Card, card_of
from practices.presentation.reader import Reader
from practices.similar import similar_to_title
from submissions.models import Submission
from submissions.permissions import changeable
from submissions.steps import SHORT, STEPS
from submissions.views.access import person

# With fewer letters a title has not begun to say anything.
FEWEST_LETTERS = 5


@dataclass(frozen=True)
class Lookalike:
    """A practice that may be the one, and whether this person may propose a change to it."""

    card: Card
    slug: str
    may_change: bool


@require_safe
def submit_similar(request: HttpRequest) -> HttpResponse:
    """What looks like a title, for those who are signed in: a page, or JSON for the script beside the title."""
    wants_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    if not request.user.is_authenticated:
        if wants_json:
            return JsonResponse({}, status=403)
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    title, city = (cleaned(request.GET.get(name, "")[:LONGEST_QUERY]) for name in ("title", "city"))
    found = lookalikes(title, city=city, user=person(request))
    response: HttpResponse
    if wants_json:
        response = JsonResponse({"results": [_as_json(lookalike) for lookalike in found]})
    else:
        way_back = {"submission": _submission(request), "step": _step(request)}
        response = render(
            request, "submissions/similar.html", {"title": title, "city": city, "found": found, **way_back}
        )
    patch_vary_headers(response, ["Accept"])
    return response


def lookalikes(title: str, *, city: str, user: User, limit: int = 5) -> list[Lookalike]:
    """Only practices that this person may see, in a fixed number of queries."""
    if len(title.strip()) < FEWEST_LETTERS:
        return []
    reader = Reader.of(user, get_language() or "en")
    practices = similar_to_title(title, city=city, user=user, language=reader.language, limit=limit)
    may = changeable(user, practices) if practices else set()
    return [Lookalike(card_of(practice, reader), practice.slug, practice.pk in may) for practice in practices]


def _as_json(lookalike: Lookalike) -> dict[str, Any]:
    card = lookalike.card
    place = ", ".join(part for part in (card.city_label, card.country_label) if part)
    return {
        "title": card.title,
        "language": card.title_lang,
        "place": place,
        "url": card.url,
        "may_change": lookalike.may_change,
    }


def _submission(request: HttpRequest) -> Submission | None:
    """The submission that the person came from, to lead back to; anything else is as if nothing had been said."""
    try:
        uuid = UUID(request.GET.get("back", ""))
    except ValueError:
        return None
    return Submission.objects.editable_by(request.user).filter(uuid=uuid).first()


def _step(request: HttpRequest) -> str:
    """The page of the form that the person came from."""
    step = request.GET.get("step", "")
    return step if step in STEPS else SHORT.value
