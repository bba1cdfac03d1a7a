"""Filters of the admin's lists, with figures that hold."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property


@dataclass(frozen=True)
class Case:
    """One link of a filter. Without a condition it shows everything. `keys`: for filters that are counted together."""

    value: str
    label: str | Promise
    condition: Q | None
    keys: frozenset[Any] | None = None


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

    @property
    def chosen(self) -> Case | None:
        return self.by_value.get(self.value())

    def queryset(self, request, queryset):
        case = self.chosen
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


class KeyedFilter(CountedFilter):
    """A filter whose cases are sets of values of one column or alias, its `key`. All such filters of a list are counted
    by one query, which a `TalliedChangeList` asks."""

    key: str
    # Whether links that would show nothing are left out; for long lists.
    hides_empty = False

    def case(self, value: str, label: str | Promise, *keys: Any) -> Case:
        """The link for rows whose key is one of these; without keys, for all."""
        return Case(value, label, Q(**{f"{self.key}__in": keys}) if keys else None, frozenset(keys) or None)

    def choices(self, changelist):
        if self.hides_empty:
            counted = self.get_facet_queryset(changelist).values()
            cases = zip(self.by_value.values(), counted, strict=True)
            self.by_value = {case.value: case for case, count in cases if count or case == self.chosen}
            self.lookup_choices = [(case.value, case.label) for case in self.by_value.values()]
        yield from super().choices(changelist)

    def get_facet_queryset(self, changelist):
        counted = changelist.counted[self.key]
        return {
            f"{index}__c": sum(count for key, count in counted.items() if case.keys is None or key in case.keys)
            for index, case in enumerate(self.by_value.values())
        }


class Tally:
    """How many rows have which keys, for any narrowing: read once, counted here.

    Not grouped by the database: with this many keys there are hardly fewer groups than rows. Each row begins with its
    primary key; they stand as the queryset orders them.
    """

    def __init__(self, rows: Sequence[tuple[Any, ...]], keys: Sequence[str]):
        self.rows, self.keys = rows, keys
        self.places = {key: place for place, key in enumerate(keys, start=1)}
        # By what it is narrowed to, in order: filters and views of one page begin alike.
        self._known: dict[tuple[tuple[str, frozenset[Any]], ...], Sequence[tuple[Any, ...]]] = {(): rows}

    @classmethod
    def of(cls, rows: QuerySet, keys: Sequence[str]) -> "Tally":
        named = {f"key_{place}": F(key) for place, key in enumerate(keys)}
        return cls(list(rows.annotate(**named).values_list("pk", *named)), keys)

    def among(self, found: Collection[Any]) -> "Tally":
        """The same of the rows with these primary keys."""
        return Tally([row for row in self.rows if row[0] in found], self.keys)

    def count(self, chosen: Mapping[str, frozenset[Any]]) -> int:
        """How many rows have one of the chosen values of every key that is named."""
        return len(self._narrowed(chosen))

    def found(self, chosen: Mapping[str, frozenset[Any]]) -> list[Any]:
        """The primary keys of those rows, in their order."""
        return [row[0] for row in self._narrowed(chosen)]

    def by_key(self, chosen: Mapping[str, frozenset[Any]]) -> dict[str, Counter[Any]]:
        """For each key, how many rows have which value of it, of those that all other choices show."""
        shown = self._narrowed(chosen)
        found = {}
        for key, place in self.places.items():
            others = {other: values for other, values in chosen.items() if other != key}
            found[key] = Counter(map(itemgetter(place), self._narrowed(others) if key in chosen else shown))
        return found

    def _narrowed(self, chosen: Mapping[str, frozenset[Any]]) -> Sequence[tuple[Any, ...]]:
        narrowing: tuple[tuple[str, frozenset[Any]], ...] = ()
        for key, values in chosen.items():
            before, place = self._known[narrowing], self.places[key]
            narrowing = (*narrowing, (key, values))
            if narrowing not in self._known:
                self._known[narrowing] = [row for row in before if row[place] in values]
        return self._known[narrowing]


class TalliedChangeList(ChangeList):
    """Counts what every `KeyedFilter` would show with a single query, which gives the rows of a page as well where the
    list is sorted by `tallied_order`, names of columns that tell every row apart."""

    tallied_order: Sequence[str] = ("pk",)

    def get_queryset(self, request, exclude_parameters=None):
        self.request = request
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request):
        # The paginator asks for the number of rows, which the tally knows. It asks a function of one argument only, and
        # else reads all rows. No method of this list: in a circle of references all that was read would outlive it.
        total = self.total()
        self.queryset.count = lambda _queryset=None: total
        super().get_results(request)

    @property
    def keys_on_page(self) -> list[Any]:
        """The primary keys of the page's rows."""
        if [*self.get_ordering(self.request, self.queryset)] != [*self.tallied_order]:
            return list(self.result_list.values_list("pk", flat=True))
        found = self.tally.found(self.chosen)
        if not self.multi_page or (self.show_all and self.can_show_all):
            return found
        begin = (self.page_num - 1) * self.list_per_page
        return found[begin : begin + self.list_per_page]

    def total(self) -> int:
        """How many rows the list has on all its pages."""
        return self.tally.count(self.chosen)

    @cached_property
    def chosen(self) -> Mapping[str, frozenset[Any]]:
        """By key, the values that the list is narrowed to."""
        cases = {spec.key: spec.chosen for spec in self.filter_specs if isinstance(spec, KeyedFilter)}
        return {key: case.keys for key, case in cases.items() if case and case.keys is not None}

    @cached_property
    def whole(self) -> Tally:
        """Of everything that the list could show."""
        keys = [spec.key for spec in self.filter_specs if isinstance(spec, KeyedFilter)]
        return Tally.of(self.root_queryset.order_by(*self.tallied_order), keys)

    @cached_property
    def tally(self) -> Tally:
        """Of what the search and the other kinds of filters show."""
        rows = self.root_queryset
        for spec in self.filter_specs:
            if not isinstance(spec, KeyedFilter):
                rows = spec.queryset(self.request, rows)
        if self.query:
            rows, _duplicates = self.model_admin.get_search_results(self.request, rows, self.query)
        if rows is self.root_queryset:
            return self.whole
        return self.whole.among(set(rows.order_by().values_list("pk", flat=True)))

    @cached_property
    def shown(self) -> Set[Any]:
        """The primary keys of the rows on all the list's pages."""
        return set(self.tally.found(self.chosen))

    @cached_property
    def counted(self) -> Mapping[str, Counter[Any]]:
        return self.tally.by_key(self.chosen)
