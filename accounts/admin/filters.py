"""Filters of the admin's lists, with figures that hold."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True)
class Case:
    """One link of a filter. Without a condition it shows everything."""

    value: str
    label: str | Promise
    condition: Q | None


class CountedFilter(admin.SimpleListFilter):
    """Links whose figure is what a click shows: the search and the other filters apply, its own choice does not.

    Needs `show_facets = admin.ShowFacets.ALWAYS` on the list. With `default` set, that case applies until another is
    chosen.
    """

    default: str | None = None

    def cases(self, request: HttpRequest) -> Iterable[Case]:
        raise NotImplementedError

    def lookups(self, request, model_admin):
        # Django makes every filter anew for each figure it asks for; the cases stay the same for a request.
        known = request.__dict__.setdefault("counted_cases", {})
        if type(self) not in known:
            known[type(self)] = {case.value: case for case in self.cases(request)}
        self.by_value = known[type(self)]
        return [(case.value, case.label) for case in self.by_value.values()]

    def value(self):
        value = super().value()
        return value if value in self.by_value else self.default

    def queryset(self, request, queryset):
        case = self.by_value.get(self.value())
        return queryset.filter(case.condition) if case and case.condition is not None else queryset

    def get_facet_counts(self, pk_attname, filtered_qs):
        return {
            f"{index}__c": Count(pk_attname, filter=case.condition) for index, case in enumerate(self.by_value.values())
        }

    def choices(self, changelist):
        choices = super().choices(changelist)
        if self.default is not None:
            # The first link would be Django's “All”, which here is a case of its own.
            next(choices)
        yield from choices
