"""What the queue shows of each submission, put together for a page of them in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise, cached_property
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from practices.search.countries import country_name
from submissions.admin.record import turn
from submissions.choices import Action, Kind, Status
from submissions.deadlines import answer_expected
from submissions.models import Nomination, Remark, Submission
from submissions.services.messages import message_waits
from submissions.workflow import TRANSITIONS

LANGUAGES = dict(settings.LANGUAGES)
SHOWN = [
    *("uuid", "kind", "status", "version", "language", "number", "embargo_until", "due_on"),
    *("submitted_at", "status_since", "open_warnings", "submitter", "practice__number"),
    *("city__slug", "city__country", *(f"city__name_{code}" for code in settings.LANGUAGE_CODES)),
    *("assignee__name", "assignee__email"),
]


@dataclass(kw_only=True)
class Row:
    """One line of the queue for one moderator."""

    submission: Submission
    title: str
    # Open ones; None: not counted yet.
    warnings: int | None
    today: date
    remarks: int = 0
    answered: int = 0
    nominated: bool = False
    own: bool = False
    conflict: bool = False
    mine: bool = False
    message_waits: bool = False
    tags: list[str] = field(default_factory=list)

    @property
    def turn(self) -> str:
        return turn(self.submission)

    @property
    def status(self) -> str | Promise:
        return Status(self.submission.status).label

    @property
    def standing(self) -> str:
        """For whom it waits, and since when it is in its status."""
        days = (timezone.now() - self.submission.status_since).days
        if not days:
            return _("%(turn)s, since today") % {"turn": self.turn}
        return ngettext("%(turn)s, for %(days)d day", "%(turn)s, for %(days)d days", days) % {
            "turn": self.turn,
            "days": days,
        }

    @property
    def age(self) -> str:
        days = (timezone.now() - self.submission.submitted_at).days if self.submission.submitted_at else 0
        return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days} if days else _("today")

    @cached_property
    def due(self) -> date | None:
        """By when the next step is hoped for, of whoever's turn it is."""
        if self.submission.status == Status.CHANGES_REQUESTED:
            return self.submission.due_on
        return answer_expected(self.submission)

    @property
    def overdue(self) -> bool:
        return self.due is not None and self.due < self.today

    @property
    def due_in_words(self) -> str:
        if self.due is None:
            return ""
        text = _("Overdue since %(day)s") if self.overdue else _("Due %(day)s")
        return text % {"day": date_format(self.due, "j M Y")}

    @property
    def about(self) -> str:
        """Reference, kind and language in a line."""
        one = self.submission
        parts = [one.reference, str(Kind(one.kind).label), str(LANGUAGES[one.language])]
        if self.nominated:
            parts.insert(2, _("from a nomination"))
        return " · ".join(parts)

    @property
    def remarks_in_words(self) -> str:
        if not self.remarks:
            return _("No remarks")
        values = {"answered": self.answered, "sent": self.remarks}
        return _("Remarks answered: %(answered)d of %(sent)d") % values

    @property
    def warnings_in_words(self) -> str:
        if self.warnings is None:
            return _("Warnings: not counted yet")
        if not self.warnings:
            return _("No open warnings")
        count = self.warnings
        return ngettext("%(count)d open warning", "%(count)d open warnings", count) % {"count": count}

    @property
    def place(self) -> str:
        city = self.submission.city
        return f"{city}, {country_name(city.country.code, get_language())}" if city else ""

    @property
    def barred(self) -> bool:
        return self.own or self.conflict

    @property
    def may_claim(self) -> bool:
        return self.submission.status in TRANSITIONS[Action.CLAIM].sources and not self.barred

    @property
    def may_release(self) -> bool:
        """Only one's own: what a colleague reads is given back on its page."""
        return self.submission.status in TRANSITIONS[Action.RELEASE].sources and self.mine and not self.barred


def rows_of(keys: Sequence[int], *, user: User) -> list[Row]:
    """The rows of what was sent with these keys for this moderator, in their order."""
    known = _with_facts(Submission.objects.sent(), user).in_bulk(keys)
    found = [known[key] for key in keys if key in known]
    today = timezone.localdate()
    tags: dict[int, list[str]] = {}
    for pk, name in _tags(found):
        tags.setdefault(pk, []).append(name)
    return [
        Row(
            submission=one,
            title=one.sent_title,
            today=today,
            remarks=one.remarks_sent or 0,
            answered=one.remarks_answered or 0,
            warnings=one.open_warnings,
            nominated=one.from_nomination,
            own=one.submitter_id == user.pk or one.shared,
            conflict=one.conflict,
            message_waits=one.message_waits,
            mine=one.assignee_id == user.pk,
            tags=tags.get(one.pk, []),
        )
        for one in found
    ]


def _with_facts(submissions: QuerySet[Submission], user: User) -> QuerySet[Any]:
    """What a row shows, and what other tables and the documents know of it: documents are long, practices and cities
    wide, and none of them is read whole."""
    remarks = Remark.objects.filter(submission=OuterRef("pk"), sent_at__isnull=False).order_by()
    counted = remarks.values("submission").annotate(sent=Count("pk"), answered=Count("answered_at"))
    co_editors = Submission.co_editors.through.objects.filter(submission=OuterRef("pk"), user=user)
    facts = (
        submissions.with_sent_title()
        .with_conflict(user)
        .annotate(
            remarks_sent=Subquery(counted.values("sent")),
            remarks_answered=Subquery(counted.values("answered")),
            from_nomination=Exists(Nomination.objects.filter(submission=OuterRef("pk"))),
            shared=Exists(co_editors),
            message_waits=message_waits(),
        )
    )
    return facts.order_by().select_related("city", "assignee", "practice").only(*SHOWN)


def _tags(submissions: list[Submission]):
    links = Submission.tags.through.objects.filter(submission__in=submissions)
    return links.order_by("tag__name").values_list("submission", "tag__name")
