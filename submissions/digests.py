"""What waits at the desk, by mail: to each moderator as often as they chose, and only if anything waits.

A digest holds figures and links to the lists they count, and no title, name or place: mails are read on telephones.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.letters import queue_letter
from accounts.models import User
from accounts.outbox import STUCK, count_mails
from cities.models import Membership
from practices.choices import AdaptationStatus
from practices.freshness import count_nobody_to_ask
from practices.models import Adaptation
from submissions.choices import (
    WITH_MODERATORS,
    Action,
    DigestPeriod,
    LinkState,
    NominationStatus,
    ProposalStatus,
    Status,
)
from submissions.deadlines import late_if_sent_before
from submissions.models import Digest, LinkCheck, Nomination, Submission, SubmissionEvent
from submissions.services.assigning import moderators
from submissions.services.terms import sent_proposals

# By the registry's time zone; a weekly one on Mondays.
MORNING = time(7)
EVERY = {DigestPeriod.DAILY: timedelta(days=1), DigestPeriod.WEEKLY: timedelta(days=7)}
# So late a run still sends it. After that the next morning is nearer than the last.
LATEST = {DigestPeriod.DAILY: timedelta(hours=12), DigestPeriod.WEEKLY: timedelta(days=2)}
OFFICER_DAYS = 14

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """How much of something waits, and where it is listed."""

    label: str
    count: int
    url: str


def period_of(user: User) -> DigestPeriod:
    """How often this moderator wants to read what waits; weekly until they choose."""
    chosen = Digest.objects.filter(user=user).values_list("period", flat=True).first()
    return DigestPeriod(chosen) if chosen else DigestPeriod.WEEKLY


@transaction.atomic
def choose_period(*, by: User, period: DigestPeriod) -> None:
    """Note a moderator's choice. What was sent already is not sent again."""
    Digest.objects.update_or_create(user=by, defaults={"period": period})


def send_digests() -> int:
    """Write to every moderator whose morning has come; returns how many mails there are. Twice is once."""
    now = timezone.now()
    due = {period: morning for period in EVERY if (morning := _morning(period, now))}
    if not due:
        return 0
    sent = 0
    for user in moderators().filter(unreachable_since=None).select_related("digest").order_by("pk"):
        digest = getattr(user, "digest", None)
        morning = due.get(DigestPeriod(digest.period) if digest else DigestPeriod.WEEKLY)
        if morning is None or (digest and digest.sent_at and digest.sent_at >= morning):
            continue
        try:
            sent += _send(user, morning, now)
        except Exception:
            # One that fails must not keep the others' from them.
            logger.exception("The digest of moderator %s was not written", user.pk)
    return sent


def _morning(period: DigestPeriod, now: datetime) -> datetime | None:
    """The morning whose digest is due now, if there is one."""
    day = timezone.localdate(now)
    if period == DigestPeriod.WEEKLY:
        day -= timedelta(days=day.weekday())
    morning = timezone.make_aware(datetime.combine(day, MORNING))
    return morning if morning <= now < morning + LATEST[period] else None


@transaction.atomic
def _send(user: User, morning: datetime, now: datetime) -> bool:
    digest, _new = Digest.objects.get_or_create(user=user)
    earlier = digest.sent_at
    if earlier is not None and earlier >= morning:
        return False
    # Of two runs one writes the row. It is written for an empty digest too: what comes in at noon waits for the next.
    if not Digest.objects.filter(pk=digest.pk, period=digest.period, sent_at=earlier).update(sent_at=now):
        return False
    since = earlier or morning - EVERY[DigestPeriod(digest.period)]
    with translation.override(user.language):
        lines = [line for line in lines_for(user, since=since) if line.count]
    if not lines:
        return False
    context = {
        "lines": lines,
        "period": digest.period,
        "choice_url": _address("admin:submissions_digest_changelist"),
    }
    queue_letter("submissions/mail/digest", to=user.email, language=user.language, context=context)
    return True


def lines_for(user: User, *, since: datetime) -> list[Line]:
    """Everything that may wait, in the active language, with its figures: a fixed number of queries."""
    return [*_of_the_queue(user, since), *_beside_the_queue()]


def _of_the_queue(user: User, since: datetime) -> Iterator[Line]:
    now = timezone.now()
    waits = Q(status__in=WITH_MODERATORS)
    asked_before = SubmissionEvent.objects.filter(action=Action.REQUEST_CHANGES).values("submission")
    counts = Submission.objects.sent().aggregate(
        new=Count("pk", filter=waits & Q(submitted_at__gt=since)),
        nobodys=Count("pk", filter=waits & Q(assignee=None)),
        mine=Count("pk", filter=waits & Q(assignee=user)),
        second=Count("pk", filter=Q(status=Status.ENDORSED) & ~Q(assignee=user)),
        late=Count("pk", filter=waits & Q(submitted_at__lt=late_if_sent_before(timezone.localdate(now)))),
        answered=Count("pk", filter=Q(status=Status.SUBMITTED, pk__in=asked_before)),
        officers=Count(
            "pk",
            filter=Q(status=Status.CHANGES_REQUESTED, status_since__lt=now - timedelta(days=OFFICER_DAYS)),
        ),
    )
    queue = "admin:submissions_submission_changelist"
    yield Line(_("Sent since the last digest"), counts["new"], _address(queue, "turn=waiting"))
    yield Line(_("Waiting, and nobody’s yet"), counts["nobodys"], _address(queue, "turn=waiting&moderator=nobody"))
    yield Line(_("Waiting, and yours"), counts["mine"], _address(queue, "turn=waiting&moderator=mine"))
    yield Line(_("Waiting for a second moderator"), counts["second"], _address(queue, "turn=waiting"))
    yield Line(_("Later than we aim to answer"), counts["late"], _address(queue, "late=moderators"))
    yield Line(_("Sent again after changes were asked for"), counts["answered"], _address(queue, "turn=waiting"))
    label = _("Waiting for the officer for over %(days)d days") % {"days": OFFICER_DAYS}
    yield Line(label, counts["officers"], _address(queue, f"turn=officer&since={OFFICER_DAYS}"))


def _beside_the_queue() -> Iterator[Line]:
    nominations = Nomination.objects.filter(status=NominationStatus.WAITING).count()
    adaptations = Adaptation.objects.filter(status=AdaptationStatus.WAITING).count()
    terms = sent_proposals().filter(status=ProposalStatus.WAITING).count()
    broken = LinkCheck.objects.filter(state=LinkState.BROKEN).count()
    yield Line(
        _("People to verify"),
        Membership.objects.waiting().count(),
        _address("admin:cities_membership_changelist", "state=waiting"),
    )
    yield Line(
        _("Nominations to look at"), nominations, _address("admin:submissions_nomination_changelist", "state=waiting")
    )
    yield Line(
        _("Adaptations to look at"),
        adaptations,
        _address("admin:practices_adaptation_changelist", "status__exact=waiting"),
    )
    yield Line(
        _("Terms that officers missed"), terms, _address("admin:submissions_termproposal_changelist", "state=waiting")
    )
    yield Line(
        _("Mails that could not be delivered"),
        count_mails(STUCK),
        _address("admin:accounts_outgoingmail_changelist", "delivery=stuck"),
    )
    yield Line(
        _("Practices that nobody can be asked about"),
        count_nobody_to_ask(),
        _address("admin:practices_practice_changelist", "freshness=nobody"),
    )
    yield Line(_("Broken links"), broken, _address("admin:submissions_linkcheck_changelist", "state__exact=broken"))


def _address(name: str, query: str = "") -> str:
    address = urljoin(settings.SITE_URL, reverse(name))
    return f"{address}?{query}" if query else address
