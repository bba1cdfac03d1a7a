"""What the queue can be narrowed to."""

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.admin.filters import Case, CountedFilter
from cities.models import City
from submissions.choices import CLOSED, WAITING_FOR_DAY, WITH_MODERATORS, Status


class TurnFilter(CountedFilter):
    """Open ones first: what is closed is history and would stand on top for ever, being the oldest."""

    title = pgettext_lazy("submission", "status")
    parameter_name = "turn"
    default = "open"

    def cases(self, request):
        return [
            Case("open", pgettext_lazy("submissions", "Open"), ~Q(status__in=CLOSED)),
            Case("waiting", _("Waiting for moderators"), Q(status__in=WITH_MODERATORS)),
            Case("officer", _("Waiting for the officer"), Q(status=Status.CHANGES_REQUESTED)),
            Case("scheduled", _("Waiting for its day"), Q(status__in=WAITING_FOR_DAY)),
            *(Case(status.value, status.label, Q(status=status)) for status in CLOSED),
            Case("all", pgettext_lazy("submissions", "All"), None),
        ]


class AssigneeFilter(CountedFilter):
    title = _("moderator")
    parameter_name = "moderator"

    def cases(self, request):
        mine = Q(assignee=request.user)
        return [
            Case("mine", pgettext_lazy("submissions", "Mine"), mine),
            Case("nobody", pgettext_lazy("submissions", "Nobody’s"), Q(assignee=None)),
            Case("others", pgettext_lazy("submissions", "Others’"), Q(assignee__isnull=False) & ~mine),
        ]


class LanguageFilter(CountedFilter):
    title = _("language")
    parameter_name = "language"

    def cases(self, request):
        return [Case(code, name, Q(language=code)) for code, name in settings.LANGUAGES]


class CountryFilter(CountedFilter):
    title = _("country")
    parameter_name = "country"

    def cases(self, request):
        countries = City._meta.get_field("country").countries
        codes = City.objects.exclude(submissions=None).order_by().values_list("country", flat=True).distinct()
        named = sorted((countries.name(code), code) for code in codes)
        # By the cities' ids: a condition over the join could not be counted.
        return [Case(code, name, Q(city__in=City.objects.filter(country=code).values("pk"))) for name, code in named]
