"""What officers missed in the vocabularies, and the three things that moderators make of it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Case as DatabaseCase
from django.db.models import Count, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz import fuzz, process

from accounts.admin.filters import Case, CountedFilter
from accounts.admin.reading import ReadOnlyAdmin
from accounts.permissions import is_moderator
from cities.models import Term
from submissions.as_sent import title_sent
from submissions.choices import ProposalStatus, Vocabulary
from submissions.models import TermProposal
from submissions.services.terms import (
    DecidedAlreadyError,
    Seen,
    SlugTakenError,
    add_term,
    model_of,
    name_known,
    reason_of,
    refuse_terms,
    sent_proposals,
)

CONFLICT = 409
# How alike two texts are, of 100, to be decided on together, or for a term to be thought of.
ALIKE = 82
# So many waiting proposals of a vocabulary are compared.
MOST_COMPARED = 500


class OutcomeFilter(CountedFilter):
    title = gettext_lazy("status")
    parameter_name = "state"
    default = ProposalStatus.WAITING.value

    def cases(self, request):
        return [
            *(Case(status.value, status.label, Q(status=status)) for status in ProposalStatus),
            Case("all", gettext_lazy("All"), None),
        ]


class VocabularyFilter(CountedFilter):
    title = gettext_lazy("vocabulary")
    parameter_name = "vocabulary"

    def cases(self, request):
        return [Case(one.value, one.label, Q(vocabulary=one)) for one in Vocabulary]


def named(model: type[Term]) -> list[tuple[str, str]]:
    return [(term.slug, str(term)) for term in model.objects.current()]


class AddForm(forms.Form):
    """A new term with its labels; English is what every other language falls back on."""

    slug = forms.SlugField(
        label=gettext_lazy("Slug"),
        max_length=60,
        help_text=gettext_lazy("Stands in addresses and files, and never changes."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[f"label_{code}"] = forms.CharField(
                label=name,
                max_length=120,
                required=code == settings.LANGUAGE_CODE,
                widget=forms.TextInput(attrs={"lang": code, "dir": "auto"}),
            )

    @property
    def labels(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"label_{code}"] for code in settings.LANGUAGE_CODES}


class KnownForm(forms.Form):
    term = forms.ChoiceField(label=gettext_lazy("It is this term"))

    def __init__(self, *args: Any, model: type[Term], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["term"].choices = [("", gettext_lazy("Choose…")), *named(model)]


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("The officer reads it in a mail. Write in their language where you can."),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )


@admin.register(TermProposal)
class TermProposalAdmin(ReadOnlyAdmin):
    """Those waiting first, the same words beside each other. Nothing is typed over; the services decide."""

    list_display = [
        "shown_text",
        "vocabulary",
        "language",
        "alike",
        "shown_submission",
        "proposed_at",
        "status",
        "term_slug",
    ]
    list_display_links = ["shown_text"]
    list_filter = [OutcomeFilter, VocabularyFilter, "language"]
    show_facets = admin.ShowFacets.ALWAYS
    list_select_related = ["submission"]
    search_fields = ["text", "term_slug"]
    actions = None

    def get_queryset(self, request):
        """What was sent. What somebody types in a draft is theirs."""
        same = sent_proposals().filter(
            vocabulary=OuterRef("vocabulary"), status=ProposalStatus.WAITING, text__iexact=OuterRef("text")
        )
        counted = same.order_by().values("vocabulary").annotate(number=Count("pk")).values("number")
        return sent_proposals().annotate(same=Coalesce(Subquery(counted), Value(0)))

    def get_ordering(self, request):
        waiting = DatabaseCase(When(status=ProposalStatus.WAITING, then=Value(0)), default=Value(1))
        return [waiting, "vocabulary", Lower("text"), "proposed_at", "pk"]

    @admin.display(description=gettext_lazy("term"), ordering="text")
    def shown_text(self, proposal):
        return format_html('<span lang="{}" dir="auto">{}</span>', proposal.language, proposal.text)

    @admin.display(description=gettext_lazy("waiting with the same words"), ordering="same")
    def alike(self, proposal):
        return proposal.same or "–"

    @admin.display(description=gettext_lazy("submission"))
    def shown_submission(self, proposal):
        return title_sent(proposal.submission)

    def has_module_permission(self, request):
        return is_moderator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)

    def may_add(self, request: HttpRequest, proposal: TermProposal) -> bool:
        """Who may add terms by hand: administrators."""
        opts = model_of(proposal.vocabulary)._meta
        return request.user.has_perm(f"{opts.app_label}.add_{opts.model_name}")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/add/", view(self.add_term_view), name="submissions_termproposal_add_term"),
            path("<int:pk>/known/", view(self.known_view), name="submissions_termproposal_known"),
            path("<int:pk>/refuse/", view(self.refuse_view), name="submissions_termproposal_refuse"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        proposal = self.get_object(request, unquote(object_id))
        if proposal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        return self._record(request, proposal)

    def add_term_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        proposal = self._asked_for(request, pk)
        if not self.may_add(request, proposal):
            raise PermissionDenied
        form = AddForm(request.POST)

        def add(seen: list[Seen]) -> str:
            data = {"slug": form.cleaned_data["slug"], "labels": form.labels}
            term = add_term(vocabulary=proposal.vocabulary, seen=seen, by=request.user, **data)
            return _("“%(term)s” is a term now. Add its definition where you like.") % {"term": term}

        return self._decide(request, proposal, form, add, add=form)

    def known_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        proposal = self._asked_for(request, pk)
        model = model_of(proposal.vocabulary)
        form = KnownForm(request.POST, model=model)

        def name(seen: list[Seen]) -> str:
            term = model.objects.get(slug=form.cleaned_data["term"])
            known = name_known(vocabulary=proposal.vocabulary, seen=seen, by=request.user, term=term)
            return _("The search finds “%(term)s” by these words from now on.") % {"term": known}

        return self._decide(request, proposal, form, name, known=form)

    def refuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        proposal = self._asked_for(request, pk)
        form = RefusalForm(request.POST)

        def refuse(seen: list[Seen]) -> str:
            reason = form.cleaned_data["reason"]
            refuse_terms(vocabulary=proposal.vocabulary, seen=seen, by=request.user, reason=reason)
            return _("It is not taken up. The officer reads why.")

        return self._decide(request, proposal, form, refuse, refusal=form)

    def _decide(
        self,
        request: HttpRequest,
        proposal: TermProposal,
        form: forms.Form,
        act: Callable[[list[Seen]], str],
        **typed: forms.Form,
    ) -> HttpResponse:
        """Carry it out for this proposal and those ticked beside it, or show the page again with what was typed."""
        if request.method != "POST":
            return redirect("admin:submissions_termproposal_change", proposal.pk)
        if not form.is_valid():
            return self._record(request, proposal, **typed)
        try:
            messages.success(request, act(seen_in(request)))
        except SlugTakenError:
            form.add_error("slug", _("There is a term with this slug already."))
            return self._record(request, proposal, **typed)
        except DecidedAlreadyError:
            messages.warning(request, self._what_happened(request, proposal))
            return self._record(request, self._asked_for(request, proposal.pk), status=CONFLICT, **typed)
        return redirect("admin:submissions_termproposal_changelist")

    def _what_happened(self, request: HttpRequest, proposal: TermProposal) -> str:
        if proposal.decided_by is None:
            return _("One of the proposals was changed or decided meanwhile. Nothing was written; look once more.")
        values = {"person": proposal.decided_by, "status": ProposalStatus(proposal.status).label}
        if proposal.decided_by == request.user:
            return _("You decided this already: “%(status)s”. It counted once.") % values
        return _("%(person)s was faster: “%(status)s”. Nothing was written; your text stands below.") % values

    def _asked_for(self, request: HttpRequest, pk: int) -> TermProposal:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(sent_proposals().select_related("submission", "decided_by"), pk=pk)

    def _record(
        self,
        request: HttpRequest,
        proposal: TermProposal,
        *,
        add: forms.Form | None = None,
        known: forms.Form | None = None,
        refusal: forms.Form | None = None,
        status: int = 200,
    ) -> HttpResponse:
        model = model_of(proposal.vocabulary)
        labels = {f"label_{proposal.language}": proposal.text}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": proposal.text,
            "proposal": proposal,
            "open": proposal.status == ProposalStatus.WAITING,
            "reason": reason_of(proposal),
            "term": model.objects.filter(slug=proposal.term_slug).first() if proposal.term_slug else None,
            "alike": alike(proposal),
            "may_add": self.may_add(request, proposal),
            "add": add or AddForm(initial={"slug": slugify(proposal.text)[:60], **labels}, auto_id="id_add_%s"),
            "known": known or KnownForm(model=model, initial={"term": likely(proposal)}, auto_id="id_known_%s"),
            "refusal": refusal or RefusalForm(auto_id="id_refusal_%s"),
        }
        return TemplateResponse(request, "admin/submissions/termproposal/record.html", context, status=status)


def seen_in(request: HttpRequest) -> list[Seen]:
    """The proposals that the form is about, each with the text that stood on the page."""
    seen = []
    for key in dict.fromkeys(request.POST.getlist("proposal")):
        if key.isascii() and key.isdigit() and len(key) < 19:
            seen.append(Seen(int(key), request.POST.get(f"text-{key}", "")))
    return seen


def alike(proposal: TermProposal) -> list[TermProposal]:
    """Other waiting proposals of the vocabulary with nearly the same words."""
    waiting = sent_proposals().filter(vocabulary=proposal.vocabulary, status=ProposalStatus.WAITING)
    others = list(waiting.exclude(pk=proposal.pk).select_related("submission").order_by("-proposed_at")[:MOST_COMPARED])
    found = process.extract(
        proposal.text.casefold(),
        [other.text.casefold() for other in others],
        scorer=fuzz.token_sort_ratio,
        score_cutoff=ALIKE,
        limit=20,
    )
    return [others[place] for _text, _score, place in found]


def likely(proposal: TermProposal) -> str:
    """The slug of the term that is called nearly so in any language, or nothing."""
    names: list[tuple[str, str]] = []
    for term in model_of(proposal.vocabulary).objects.current():
        for code in settings.LANGUAGE_CODES:
            called = [getattr(term, f"label_{code}") or "", *(getattr(term, f"synonyms_{code}") or "").splitlines()]
            names += [(term.slug, name.casefold()) for name in called if name]
    best = process.extractOne(
        proposal.text.casefold(), [name for _slug, name in names], scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE
    )
    return names[best[2]][0] if best else ""
