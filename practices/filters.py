"""The catalogue's parameters: what they may be, what is wrong with them, and what they mean in SQL."""

import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from practices.models import FIRST_YEAR, LAST_YEAR

SORTS = ("relevance", "newest", "title", "city", "confirmed")
# Whether other names of what the words mean are searched for.
SWITCH = ("on", "off")
LONGEST_QUERY = 300
# So much of an unknown value is repeated to whoever sent it, and so many of them.
SHOWN_CHARACTERS = 60
SHOWN_MESSAGES = 5
# What cannot be stored, shown or sent: control characters and halves of surrogate pairs.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def cleaned(text: str) -> str:
    """A parameter's text in one line that can be shown and sent."""
    return " ".join(UNPRINTABLE.sub(" ", text).split())


class Unchanging:
    """Each request gets its own fields and filters, but what these hold is never changed, so it need not be copied."""

    def __deepcopy__(self, memo):
        # Not by `copy`, which takes six times as long: thirty of these are made for each request.
        twin = self.__class__.__new__(self.__class__)
        twin.__dict__.update(self.__dict__)
        return twin


class KnownValuesField(Unchanging, forms.Field):
    """Any number of known values. Says of each unknown one that it is, not only of the first."""

    # Its way to read a repeated parameter is what is wanted; the form is never shown.
    widget = forms.MultipleHiddenInput

    def __init__(self, *, known: Collection[str] = (), **options):
        super().__init__(**options)
        self.known = known

    def validate(self, value):
        unknown = [text for text in dict.fromkeys(value or ()) if text not in self.known]
        if unknown:
            raise ValidationError([unknown_value(text) for text in unknown[:SHOWN_MESSAGES]])


def unknown_value(text: str) -> ValidationError:
    shown = cleaned(text[: SHOWN_CHARACTERS + 1])
    if len(text) > SHOWN_CHARACTERS:
        shown = f"{shown[:SHOWN_CHARACTERS]}…"
    return ValidationError(
        _("“%(value)s” is not known here, so it was left out."), code="unknown", params={"value": shown}
    )


class YearField(Unchanging, forms.IntegerField):
    def __init__(self, **options):
        message = _("Write the year with four digits, for example 2019.")
        messages = {"invalid": message, "min_value": message, "max_value": message}
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, error_messages=messages, **options)


class CodesFilter(Unchanging, django_filters.Filter):
    """Practices with any of the values that are asked for."""

    field_class = KnownValuesField

    def __init__(self, *lookups: str, locates: bool = False, **options):
        super().__init__(**options)
        self.lookups, self.locates = lookups, locates

    def condition(self, values: Collection[str]) -> Q:
        return Q(*((f"{lookup}__in", values) for lookup in self.lookups), _connector=Q.OR)


class LanguagesFilter(CodesFilter):
    """Practices that have a title in any of the languages."""

    def condition(self, values):
        return Q(*((f"title_{code}__gt", "") for code in values), _connector=Q.OR)


class YearFilter(Unchanging, django_filters.Filter):
    field_class = YearField


class PlainField(Unchanging, forms.Field):
    pass


class PlainFilter(Unchanging, django_filters.Filter):
    """A parameter that the form checks as a whole and SQL knows nothing of."""

    field_class = PlainField


class CatalogueForm(forms.Form):
    """What no field can check alone."""

    def clean_sort(self):
        value = self.cleaned_data["sort"]
        if value and value not in SORTS:
            raise unknown_value(value)
        return value

    def clean_concepts(self):
        value = self.cleaned_data["concepts"]
        if value and value not in SWITCH:
            raise unknown_value(value)
        return value

    def clean(self):
        super().clean()
        values = self.cleaned_data
        first, last = values.get("year_from"), values.get("year_to")
        if first is not None and last is not None and first > last:
            self.add_error("year_from", _("The first year is after the last one."))
            del self.cleaned_data["year_to"]
        if len(self.data.get("q", "")) > LONGEST_QUERY:
            message = _("The search is too long: only its first %(limit)d characters were used.")
            self.add_error("q", ValidationError(message, code="too-long", params={"limit": LONGEST_QUERY}))
        return values


class PracticeFilterSet(django_filters.FilterSet):
    """The one reading of the parameters, for page, API, export and feed.

    `known` gives the values that each facet may have. `selection` is what is valid; `qs` the practices that it leaves
    of a queryset, by SQL alone: the words are the search's matter, not the database's.
    """

    area = CodesFilter("service_areas__slug", label=_("Service area"))
    group = CodesFilter("target_groups__slug", label=_("For whom"))
    approach = CodesFilter("approaches__slug", label=_("Approach"))
    country = CodesFilter("lead_city__country", "other_cities__country", locates=True, label=_("Country"))
    city = CodesFilter("lead_city__slug", "other_cities__slug", locates=True, label=_("City"))
    language = LanguagesFilter(label=_("Available in"))
    status = CodesFilter("operation_status", label=_("Status of the practice"))
    firewall = CodesFilter("firewall", label=_("Data firewall"))
    evidence = CodesFilter("evidence_level", label=_("Evidence level"))
    depth = CodesFilter("depth", label=_("Depth"))
    typology = CodesFilter(
        "lead_city__typologies__slug", "other_cities__typologies__slug", locates=True, label=_("Type of locality")
    )
    year_from = YearFilter(label=_("From year"))
    year_to = YearFilter(label=_("To year"))
    q = PlainFilter(label=_("Search"))
    sort = PlainFilter(label=_("Sort by"))
    concepts = PlainFilter(label=_("Other names of what the words mean"))

    def __init__(self, data: QueryDict, queryset: QuerySet, *, known: Mapping[str, Collection[str]], trusted: bool):
        # Each request has its own filters, and sets few of them.
        self.base_filters = {name: chosen for name, chosen in self.declared_filters.items() if name in data}
        super().__init__(data=data, queryset=queryset)
        self.trusted = trusted
        self.known = known
        # Clean once; `cleaned_data` then holds what is valid.
        self.form.full_clean()

    @cached_property
    def form(self) -> CatalogueForm:
        """Of the parameters that are set."""
        form = CatalogueForm(self.data)
        form.fields = {name: deepcopy(FIELDS[name]) for name in self.filters}
        for name, field in form.fields.items():
            if isinstance(field, KnownValuesField):
                field.known = self.known[name]
        return form

    @property
    def selection(self) -> dict[str, Any]:
        """Per parameter what is valid of it: lists of values, and the two years."""
        chosen: dict[str, Any] = {
            name: [value for value in dict.fromkeys(self.data.getlist(name)) if value in values]
            for name, values in self.known.items()
        }
        return chosen | {name: self.form.cleaned_data.get(name) for name in ("year_from", "year_to")}

    @property
    def order(self) -> str:
        """The order that was asked for, or nothing."""
        return self.form.cleaned_data.get("sort") or ""

    @property
    def with_concepts(self) -> bool:
        return self.form.cleaned_data.get("concepts") != "off"

    @property
    def problems(self) -> dict[str, list]:
        """Per parameter what to tell about it."""
        return {name: list(messages) for name, messages in self.form.errors.items()}

    def filter_queryset(self, queryset):
        selection = self.selection
        for name in self.known:
            if selection[name]:
                chosen = self.filters[name]
                queryset = queryset.filter(chosen.condition(selection[name]))
                if chosen.locates and not self.trusted:
                    queryset = queryset.filter(city_withheld=False)
        first, last = selection["year_from"], selection["year_to"]
        if first is not None or last is not None:
            queryset = queryset.filter(start_year__isnull=False)
        if last is not None:
            queryset = queryset.filter(start_year__lte=last)
        if first is not None:
            queryset = queryset.exclude(end_year__lt=first)
        return queryset.distinct()


# Made once: each request gets copies.
FIELDS = {name: chosen.field for name, chosen in PracticeFilterSet.declared_filters.items()}
