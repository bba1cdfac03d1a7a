"""The queue: the list part of the submissions' admin."""

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.admin.filters import Case, CountedFilter, TalliedChangeList
from accounts.models import User
from cities.models import City
from practices.search.prefixes import folded_words
from submissions.admin.bulk import ACTIONS, BulkForm
from submissions.admin.filters import FILTERS, OLDEST_FIRST, AssigneeFilter, TagFilter, with_keys
from submissions.admin.record import WITHOUT_MENU
from submissions.admin.rows import rows_of
from submissions.admin.saved_views import SaveForm, kept, views_of
from submissions.choices import Action
from submissions.models import Submission
from submissions.services import ConflictError, NotAllowedError, perform
from submissions.services.saved_views import TooManyViewsError, drop_view, save_view
from submissions.services.summaries import titled
from submissions.workflow import TRANSITIONS

REFERENCE = re.compile(r"^\s*(?:cmise-)?(\d{1,8})\s*$", re.IGNORECASE)
CITY_NAMES = [f"name_{code}" for code in settings.LANGUAGE_CODES]
# By the word that stands for it in an address. A minus turns it round.
SORTS: Mapping[str, tuple[str | Promise, str]] = {
    "title": (gettext_lazy("title"), "as_sent__words"),
    "step": (pgettext_lazy("submission", "status"), "status_since"),
    "sent": (pgettext_lazy("submission", "sent"), "submitted_at"),
    "city": (gettext_lazy("city"), "city__slug"),
    "moderator": (gettext_lazy("moderator"), "assignee__email"),
}
BY_AGE = "sent"
# Of a search. Each narrows it further; a database takes no condition of a thousand parts.
MOST_WORDS = 12


class QueueList(TalliedChangeList):
    """Sorted by names instead of the numbers of columns, so that an address goes on meaning the same."""

    tallied_order = OLDEST_FIRST

    @property
    def sorted_by(self) -> tuple[str, bool]:
        """The name, and whether it is turned round."""
        asked = self.params.get("o", "")
        name = asked.removeprefix("-")
        return (name, asked.startswith("-")) if name in SORTS else (BY_AGE, False)

    def get_ordering(self, request, queryset):
        name, turned = self.sorted_by
        column = SORTS[name][1]
        if (name, turned) == (BY_AGE, False):
            return [*OLDEST_FIRST]
        return [f"{'-' * turned}{column}", *OLDEST_FIRST]

    def get_ordering_field_columns(self):
        return {}

    def get_results(self, request):
        """The keys alone: the database sorts no texts, and `rows_of` reads the rest."""
        super().get_results(request)
        self.result_list = self.keys_on_page

    @property
    def headers(self) -> list[Mapping[str, object]]:
        """The links that sort."""
        chosen, turned = self.sorted_by
        return [
            {
                "name": name,
                "label": label,
                "sorted": ("descending" if turned else "ascending") if name == chosen else "",
                "link": self.get_query_string({"o": f"-{name}" if name == chosen and not turned else name}),
            }
            for name, (label, _column) in SORTS.items()
        ]


class QueueAdmin(admin.ModelAdmin):
    """What was sent, oldest first. A draft that nobody sent is its author's."""

    list_filter = FILTERS
    show_facets = admin.ShowFacets.ALWAYS
    show_full_result_count = False
    # That there is a search; `get_search_results` says in what.
    search_fields: Sequence[str] = ["title", "submitter__email", "city__slug"]
    search_help_text = gettext_lazy("Title, city, officer’s e-mail address, or reference, for example CMISE-0042.")
    list_per_page = 50
    actions = ACTIONS
    action_form = BulkForm

    def get_queryset(self, request):
        documents = ("content", "last_sent", "previous_sent")
        return with_keys(Submission.objects.sent().select_related("practice").defer(*documents))

    def get_changelist(self, request, **kwargs):
        return QueueList

    def get_search_results(self, request, queryset, search_term):
        reference = REFERENCE.match(search_term)
        if reference:
            number = int(reference[1])
            return queryset.filter(Q(number=number) | Q(practice__number=number)), False
        # A dash between two words is none.
        words = [word for word in search_term.split() if folded_words(word)][:MOST_WORDS]
        if search_term.strip() and not words:
            return queryset.none(), False
        for word in words:
            cities = City.objects.filter(_any_of(["slug", *CITY_NAMES], word))
            # Their own tables first: they are narrow.
            found = Q(pk__in=titled(word)) | Q(city__in=cities.values("pk"))
            found |= Q(submitter__in=User.objects.filter(email__icontains=word).values("pk"))
            queryset = queryset.filter(found)
        return queryset, False

    def changelist_view(self, request, extra_context=None):
        """The table is wide; the menu at the side makes room for it."""
        response = super().changelist_view(request, {"title": _("The queue"), **WITHOUT_MENU, **(extra_context or {})})
        context = getattr(response, "context_data", None)
        if context and "cl" in context:
            here, changelist = kept(request.GET), context["cl"]
            rows = rows_of(changelist.result_list, user=request.user)
            changelist.result_list = [row.submission for row in rows]
            context |= {
                "rows": rows,
                "views": views_of(request, self, tally=changelist.whole),
                "save_form": SaveForm(initial={"query": here.urlencode()}),
                "here": here.urlencode(),
                "people": _names(request, AssigneeFilter),
                "tags": _names(request, TagFilter),
            }
        return response

    # --- One row ---

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/claim/", view(self.claim_view), name="submissions_submission_claim"),
            path("<int:pk>/release/", view(self.release_view), name="submissions_submission_release"),
            path("views/", view(self.save_view_view), name="submissions_submission_save_view"),
            path("views/<int:pk>/delete/", view(self.drop_view_view), name="submissions_submission_drop_view"),
            *super().get_urls(),
        ]

    def claim_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._take(request, pk, Action.CLAIM, _("“%(title)s” is yours to review."))

    def release_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._take(request, pk, Action.RELEASE, _("“%(title)s” is back in the queue."))

    def _take(self, request: HttpRequest, pk: int, action: Action, done: str) -> HttpResponse:
        """A row's button: the action against the version that the row showed, and back to the same rows."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        submission = Submission.objects.sent().select_related("city", "assignee", "practice").filter(pk=pk).first()
        if submission is None:
            raise Http404
        title = rows_of([pk], user=request.user)[0].title
        seen = request.POST.get("version", "")
        try:
            perform(submission, action, by=request.user, version=int(seen) if seen.isdecimal() else 0)
        except ConflictError as conflict:
            messages.warning(
                request, _faster(request, conflict, action) % {"title": title, "person": conflict.submission.assignee}
            )
        except NotAllowedError:
            messages.error(request, _("“%(title)s”: this cannot be done now, or not by you.") % {"title": title})
        else:
            messages.success(request, done % {"title": title})
        return self._back(request)

    # --- Saved views ---

    def save_view_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = SaveForm(request.POST)
        if not form.is_valid():
            for error in (text for texts in form.errors.values() for text in texts):
                messages.warning(request, error)
            return self._back(request)
        try:
            view = save_view(by=request.user, name=form.cleaned_data["name"], query=form.cleaned_data["query"])
        except TooManyViewsError:
            messages.warning(request, _("You have as many views as can be kept. Delete one first."))
        else:
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return self._back(request)

    def drop_view_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        drop_view(by=request.user, pk=pk)
        messages.success(request, _("The view is deleted. The submissions in it stay as they are."))
        return self._back(request)

    def _back(self, request: HttpRequest) -> HttpResponse:
        """To the rows that the button stood in."""
        query = kept(QueryDict(request.POST.get("here", ""))).urlencode()
        return redirect(f"{reverse('admin:submissions_submission_changelist')}{'?' if query else ''}{query}")


def _faster(request: HttpRequest, conflict: ConflictError, action: Action) -> str:
    """What somebody else did meanwhile, or that the first click of two counted."""
    event, now = conflict.last_event, conflict.submission
    if event and event.by == request.user and event.action == action:
        return _("You did this with “%(title)s” already. It counted once.")
    if action is Action.CLAIM and now.status in TRANSITIONS[Action.RELEASE].sources:
        return _("%(person)s was faster: “%(title)s” is in their review.")
    return _("“%(title)s” was changed meanwhile. Look at it before you go on; nothing was overwritten.")


def _names(request: HttpRequest, one: type[CountedFilter]) -> list[Case]:
    """The links of a filter, which the request knows since it made the list."""
    return list(request.__dict__["counted_cases"][one].values())


def _any_of(columns: Sequence[str], word: str) -> Q:
    return reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns))
