"""Ways to look at the queue that have a name: everybody's, and each moderator's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import IntegerField, QuerySet, Value
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.admin.filters import KeyedFilter, Tally
from submissions.admin.filters import OFFICER_DAYS, PARAMETERS, STALE_DAYS, chosen_cases
from submissions.models import SavedView, Submission
from submissions.services.saved_views import LONGEST_NAME, LONGEST_QUERY

SEARCH, ORDER = "q", "o"
# What an address of the queue may hold; a page of it is no view.
KEPT = (*PARAMETERS, SEARCH, ORDER)


def _waiting_for_long() -> str:
    days = OFFICER_DAYS
    return ngettext("Waiting for the officer over %(days)d day", "Waiting for the officer over %(days)d days", days) % {
        "days": days
    }


BUILT_IN: tuple[tuple[str | Promise, str], ...] = (
    (pgettext_lazy("saved view", "Mine"), "moderator=mine"),
    (pgettext_lazy("saved view", "Unclaimed"), "turn=waiting&moderator=nobody"),
    # Filling a lazy text in settles its language, so the whole is lazy.
    (lazy(_waiting_for_long, str)(), f"turn=officer&since={OFFICER_DAYS}"),
    (pgettext_lazy("saved view", "Stale"), f"since={STALE_DAYS}"),
)


@dataclass(frozen=True)
class ShownView:
    """A name, the address behind it, and how many rows are there now. `pk`: of one's own."""

    name: str | Promise
    query: str
    count: int
    is_shown: bool
    pk: int | None = None


class SaveForm(forms.Form):
    """The address of the queue as it is narrowed now, under a name."""

    name = forms.CharField(
        label=_("Name of the view"), max_length=LONGEST_NAME, widget=forms.TextInput({"dir": "auto"})
    )
    query = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_query(self):
        query = kept(QueryDict(self.cleaned_data["query"])).urlencode()
        if len(query) > LONGEST_QUERY:
            raise forms.ValidationError(_("This search is too long to be kept."))
        return query


def kept(query: QueryDict) -> QueryDict:
    """What of an address makes a view, in one order."""
    result = QueryDict(mutable=True)
    for name in KEPT:
        if query.get(name):
            result[name] = query[name].replace("\x00", "")
    return result


def views_of(request: HttpRequest, model_admin, *, tally: Tally) -> list[ShownView]:
    """All views of this moderator with their figures. `tally`: of everything that was sent; own views with a search or
    a tag need one more query, all of them together."""
    own = [(view.name, view.query, view.pk) for view in SavedView.objects.filter(owner=request.user)]
    views = [*((name, query, None) for name, query in BUILT_IN), *own]
    narrowed: dict[str, Mapping[str, frozenset[Any]]] = {}
    asked: dict[str, QuerySet[Submission]] = {}
    for _name, query, _pk in views:
        address = QueryDict(query)
        cases = list(chosen_cases(address, request, model_admin))
        narrowed[query] = {spec.key: case.keys or frozenset() for spec, case in cases if isinstance(spec, KeyedFilter)}
        others = [case.condition for spec, case in cases if not isinstance(spec, KeyedFilter)]
        if address.get(SEARCH) or others:
            sent = Submission.objects.sent().filter(*others)
            asked[query], _duplicates = model_admin.get_search_results(request, sent, address.get(SEARCH, ""))
    tallies = {query: tally.among(keys) for query, keys in _found(asked).items()}
    counts = {query: tallies.get(query, tally).count(keys) for query, keys in narrowed.items()}
    here = kept(request.GET).urlencode()
    return [
        ShownView(name, query, counts[query], kept(QueryDict(query)).urlencode() == here, pk)
        for name, query, pk in views
    ]


def _found(asked: Mapping[str, QuerySet[Submission]]) -> Mapping[str, set[int]]:
    """By address, the keys of the rows of each of these: one query with a part for each."""
    found: dict[str, set[int]] = {query: set() for query in asked}
    parts = [
        rows.order_by().annotate(part=Value(number, IntegerField())).values_list("part", "pk")
        for number, rows in enumerate(asked.values())
    ]
    sets = list(found.values())
    for number, key in parts[0].union(*parts[1:], all=True) if parts else ():
        sets[number].add(key)
    return found
