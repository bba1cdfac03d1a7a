"""What the queue can be narrowed to. One query counts all of it but the tags."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import Case as Choice
from django.db.models import CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import get_language, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.admin.filters import Case, CountedFilter, KeyedFilter
from accounts.models import User
from cities.models import City
from practices.search.countries import country_name
from submissions.choices import CLOSED, OPEN, WAITING_FOR_DAY, WITH_MODERATORS, Kind, Status
from submissions.deadlines import late_if_sent_before
from submissions.models import Submission, Tag
from submissions.services.assigning import moderators

NOBODY = 0
OLDEST_FIRST = ("submitted_at", "pk")
OFFICER_DAYS, STALE_DAYS = 14, 30


def with_keys(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Adds the aliases that the filters' keys name."""
    now = timezone.now()
    moving = ~Q(status__in=(*CLOSED, *WAITING_FOR_DAY))
    return submissions.alias(
        moderator_key=Coalesce("assignee_id", Value(NOBODY)),
        late_key=_named(
            moderators=Q(status__in=WITH_MODERATORS, submitted_at__lt=late_if_sent_before(timezone.localdate(now))),
            officer=Q(status=Status.CHANGES_REQUESTED, due_on__lt=timezone.localdate(now)),
        ),
        since_key=_named(
            stale=moving & Q(status_since__lt=now - timedelta(days=STALE_DAYS)),
            long=moving & Q(status_since__lt=now - timedelta(days=OFFICER_DAYS)),
        ),
        warnings_key=_named(some=Q(open_warnings__gt=0), none=Q(open_warnings=0)),
    )


def _named(**conditions: Q) -> Choice:
    """The name of the first condition that holds; empty where none does."""
    whens = [When(condition, then=Value(name)) for name, condition in conditions.items()]
    return Choice(*whens, default=Value(""), output_field=CharField())


class TurnFilter(KeyedFilter):
    """Open ones first: what is closed is history and would stand on top for ever, being the oldest."""

    title = pgettext_lazy("submission", "status")
    parameter_name = "turn"
    key = "status"
    default = "open"

    def cases(self, request):
        return [
            self.case("open", pgettext_lazy("submissions", "Open"), *OPEN),
            self.case("waiting", _("Waiting for moderators"), *WITH_MODERATORS),
            self.case("officer", _("Waiting for the officer"), Status.CHANGES_REQUESTED),
            self.case("scheduled", _("Waiting for its day"), *WAITING_FOR_DAY),
            *(self.case(status.value, status.label, status) for status in CLOSED),
            Case("all", pgettext_lazy("submissions", "All"), None),
        ]


class AssigneeFilter(KeyedFilter):
    title = _("moderator")
    parameter_name = "moderator"
    key = "moderator_key"

    def cases(self, request):
        # Read once. Asked of each person, PostgreSQL reads every submission for whoever was given none.
        assigned = Submission.objects.exclude(assignee=None).order_by().values("assignee")
        people = User.objects.filter(Q(pk__in=moderators().values("pk")) | Q(pk__in=assigned))
        others = sorted((person for person in people if person != request.user), key=str)
        return [
            self.case("mine", pgettext_lazy("submissions", "Mine"), request.user.pk),
            self.case("nobody", pgettext_lazy("submissions", "Nobody’s"), NOBODY),
            *(self.case(str(person.pk), str(person), person.pk) for person in others),
        ]


class LateFilter(KeyedFilter):
    title = pgettext_lazy("submissions", "due date")
    parameter_name = "late"
    key = "late_key"

    def cases(self, request):
        return [
            self.case("any", pgettext_lazy("submissions", "Overdue"), "moderators", "officer"),
            self.case("moderators", _("Our answer is overdue"), "moderators"),
            self.case("officer", _("The officer’s answer is overdue"), "officer"),
        ]


class SinceFilter(KeyedFilter):
    """What nothing happens to. What waits for its day waits on purpose."""

    title = pgettext_lazy("submissions", "last step")
    parameter_name = "since"
    key = "since_key"

    def cases(self, request):
        label = ngettext_lazy("Over %(days)d day ago", "Over %(days)d days ago", "days")
        return [
            self.case(str(OFFICER_DAYS), label % {"days": OFFICER_DAYS}, "long", "stale"),
            self.case(str(STALE_DAYS), label % {"days": STALE_DAYS}, "stale"),
        ]


class KindFilter(KeyedFilter):
    title = _("kind")
    parameter_name = "kind"
    key = "kind"

    def cases(self, request):
        return [self.case(kind.value, kind.label, kind) for kind in Kind]


class LanguageFilter(KeyedFilter):
    title = _("language")
    parameter_name = "language"
    key = "language"

    def cases(self, request):
        return [self.case(code, name, code) for code, name in settings.LANGUAGES]


class WarningsFilter(KeyedFilter):
    """Of what its texts could give away. What was not counted yet is in neither."""

    title = pgettext_lazy("submissions", "warnings")
    parameter_name = "warnings"
    key = "warnings_key"

    def cases(self, request):
        return [
            self.case("some", _("With open warnings"), "some"),
            self.case("none", _("No open warnings"), "none"),
        ]


class CountryFilter(KeyedFilter):
    """By the countries' cities: a submission has a city, and a join in every query would be dear."""

    title = _("country")
    parameter_name = "country"
    key = "city"
    hides_empty = True

    def cases(self, request):
        cities: dict[str, list[int]] = {}
        for pk, country in City.objects.order_by().values_list("pk", "country"):
            cities.setdefault(country, []).append(pk)
        named = sorted((country_name(code, get_language()), code) for code in cities)
        return [self.case(code, label, *cities[code]) for label, code in named]


class TagFilter(CountedFilter):
    """A submission has any number of tags, so they are counted by themselves."""

    title = _("tag")
    parameter_name = "tag"

    def cases(self, request):
        through = Submission.tags.through.objects
        return [
            Case(str(tag.pk), tag.name, Q(pk__in=through.filter(tag=tag.pk).values("submission")))
            for tag in Tag.objects.all()
        ]

    def get_facet_queryset(self, changelist):
        links = Submission.tags.through.objects.order_by()
        if self.value() is None:
            shown = changelist.shown
            counted = Counter(tag for pk, tag in links.values_list("submission", "tag") if pk in shown)
        else:
            # What the other tags would show is not what the list shows.
            others = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
            rows = links.filter(submission__in=others.order_by().values("pk"))
            counted = Counter(dict(rows.values_list("tag").annotate(rows=Count("pk"))))
        return {f"{index}__c": counted[int(value)] for index, value in enumerate(self.by_value)}


FILTERS = (
    TurnFilter,
    AssigneeFilter,
    LateFilter,
    SinceFilter,
    KindFilter,
    LanguageFilter,
    WarningsFilter,
    CountryFilter,
    TagFilter,
)
PARAMETERS = tuple(one.parameter_name for one in FILTERS)
KEYS = tuple(one.key for one in FILTERS if issubclass(one, KeyedFilter))


def chosen_cases(query: QueryDict, request: HttpRequest, model_admin) -> Iterable[tuple[CountedFilter, Case]]:
    """What an address of the queue narrows it to; its search left out."""
    for one in FILTERS:
        if one.default is None and not query.get(one.parameter_name):
            continue
        spec = one(request, dict(query.lists()), Submission, model_admin)
        if spec.chosen is not None and spec.chosen.condition is not None:
            yield spec, spec.chosen
