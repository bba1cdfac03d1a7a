"""What the admin's first page shows of the desk: the views with their figures, what waits beside the queue, and who has
waited longest."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.admin.filters import Tally
from accounts.models import OutgoingMail
from accounts.permissions import is_moderator
from accounts.services import MAX_ATTEMPTS
from cities.models import Membership
from practices.choices import AdaptationStatus
from practices.freshness import count_nobody_to_ask
from practices.models import Adaptation
from submissions.admin.filters import KEYS, OLDEST_FIRST
from submissions.admin.rows import rows_of
from submissions.admin.saved_views import views_of
from submissions.choices import WITH_MODERATORS, NominationStatus
from submissions.models import Nomination, Submission

FIRST = 10


@dataclass(frozen=True)
class Figure:
    """What waits in another list of the admin."""

    count: int
    label: str
    link: str


def start_of(request: HttpRequest) -> dict[str, Any] | None:
    """For moderators; None for people who have no part in the queue."""
    if not is_moderator(request.user):
        return None
    model_admin = admin.site.get_model_admin(Submission)
    tally = Tally.of(model_admin.get_queryset(request).order_by(*OLDEST_FIRST), KEYS)
    waiting = tally.found({"status": frozenset(WITH_MODERATORS)})
    return {
        "views": views_of(request, model_admin, tally=tally),
        "beside": list(_beside()),
        "rows": rows_of(waiting[:FIRST], user=request.user),
    }


def _beside() -> Iterator[Figure]:
    count = Nomination.objects.filter(status=NominationStatus.WAITING).count()
    label = ngettext("nomination waits", "nominations wait", count)
    yield Figure(count, label, _list("submissions_nomination", "state=waiting"))
    count = Adaptation.objects.filter(status=AdaptationStatus.WAITING).count()
    label = ngettext("adaptation to look at", "adaptations to look at", count)
    yield Figure(count, label, _list("practices_adaptation", "status__exact=waiting"))
    count = Membership.objects.waiting().count()
    label = ngettext("officer to verify", "officers to verify", count)
    yield Figure(count, label, _list("cities_membership", "state=waiting"))
    count = OutgoingMail.objects.filter(sent_at=None, taken_back_at=None, attempts__gte=MAX_ATTEMPTS).count()
    label = ngettext("mail could not be delivered", "mails could not be delivered", count)
    yield Figure(count, label, _list("accounts_outgoingmail", "delivery=stuck"))
    count = count_nobody_to_ask()
    label = ngettext("practice that nobody can be asked about", "practices that nobody can be asked about", count)
    yield Figure(count, label, _list("practices_practice", "freshness=nobody"))


def _list(name: str, query: str) -> str:
    return f"{reverse(f'admin:{name}_changelist')}?{query}"
