"""Ways to look at the queue that have a name: everybody's, and each moderator's own."""

from dataclasses import dataclass
from functools import reduce
from operator import and_

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from submissions.admin.filters import OFFICER_DAYS, PARAMETERS, STALE_DAYS, conditions, with_keys
from submissions.models import SavedView, Submission
from submissions.services.saved_views import LONGEST_NAME, LONGEST_QUERY

SEARCH, ORDER = "q", "o"
# What an address of the queue may hold; a page of it is no view.
KEPT = (*PARAMETERS, SEARCH, ORDER)

BUILT_IN: tuple[tuple[str | Promise, str], ...] = (
    (pgettext_lazy("saved view", "Mine"), "moderator=mine"),
    (pgettext_lazy("saved view", "Unclaimed"), "turn=waiting&moderator=nobody"),
    (
        ngettext_lazy(
            "Waiting for the officer over %(days)d day", "Waiting for the officer over %(days)d days", OFFICER_DAYS
        )
        % {"days": OFFICER_DAYS},
        f"turn=officer&since={OFFICER_DAYS}",
    ),
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
            result[name] = query[name]
    return result


def views_of(request: HttpRequest, model_admin) -> list[ShownView]:
    """All views of this moderator with their figures, counted by one query."""
    own = [(view.name, view.query, view.pk) for view in SavedView.objects.filter(owner=request.user)]
    views = [*((name, query, None) for name, query in BUILT_IN), *own]
    sent = with_keys(Submission.objects.sent().order_by())
    counts = {
        f"view_{number}": Count("pk", filter=_condition(QueryDict(query), request, model_admin))
        for number, (_name, query, _pk) in enumerate(views)
    }
    counted = sent.aggregate(**counts)
    here = kept(request.GET).urlencode()
    return [
        ShownView(name, query, counted[f"view_{number}"], kept(QueryDict(query)).urlencode() == here, pk)
        for number, (name, query, pk) in enumerate(views)
    ]


def _condition(query: QueryDict, request: HttpRequest, model_admin) -> Q:
    parts = list(conditions(query, request, model_admin))
    if query.get(SEARCH):
        found, _duplicates = model_admin.get_search_results(request, Submission.objects.order_by(), query[SEARCH])
        parts.append(Q(pk__in=found.values("pk")))
    return reduce(and_, parts, Q(pk__isnull=False))
