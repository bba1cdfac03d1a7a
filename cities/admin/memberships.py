"""Who says to work for which city: asked for, verified, refused, revoked, with the history of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case as DatabaseCase
from django.db.models import F, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.admin.filters import Case, CountedFilter
from cities.models import City, Membership, MembershipEvent
from cities.querysets import DECIDED, ENDS_SOON, REQUESTED, is_waiting
from cities.services import (
    VALID_DAYS,
    DecidedMeanwhileError,
    NothingToEndError,
    OwnMembershipError,
    refuse_membership,
    revoke_membership,
    verify_membership,
)
from cities.validators import belongs_to

CONFLICT = 409


class StateFilter(CountedFilter):
    title = pgettext_lazy("membership", "state")
    parameter_name = "state"

    def cases(self, request):
        now = timezone.now()
        return [
            Case("waiting", pgettext_lazy("membership", "Waiting"), is_waiting()),
            Case("valid", pgettext_lazy("membership", "Verified"), Q(valid_until__gt=now)),
            Case(
                "ending",
                pgettext_lazy("membership", "Ends soon"),
                Q(valid_until__gt=now, valid_until__lte=now + ENDS_SOON),
            ),
            Case("ended", pgettext_lazy("membership", "Ended"), Q(valid_until__lte=now)),
            Case(
                "refused",
                pgettext_lazy("membership", "Refused or revoked"),
                Q(verified_at=None, last_word=MembershipEvent.Action.REVOKED),
            ),
        ]


class AddressFilter(CountedFilter):
    """Whether the person's address is one of the municipality. A sign for a moderator, who decides."""

    title = gettext_lazy("address")
    parameter_name = "address"

    def cases(self, request):
        rows = Membership.objects.exclude(city__mail_domains=[]).values_list("pk", "user__email", "city__mail_domains")
        theirs = Q(pk__in=[pk for pk, email, domains in rows if belongs_to(email, domains)])
        return [
            Case("theirs", gettext_lazy("Of the municipality"), theirs),
            Case("other", gettext_lazy("Another one"), ~theirs),
        ]


def longest_term():
    return timezone.localdate() + timedelta(days=VALID_DAYS)


class SeenForm(forms.Form):
    """What the moderator saw of the log: the key of its last word."""

    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class EvidenceForm(SeenForm):
    """On what ground a membership is verified, and until when."""

    evidence = forms.CharField(
        label=gettext_lazy("How we know"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("For example: e-mail from an address of the municipality; a call to its switchboard."),
        error_messages={"required": gettext_lazy("Write how we know that this person works for the city.")},
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("A year from now at most. Earlier where you know that the person leaves."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_until(self):
        until = self.cleaned_data["until"] or longest_term()
        if not timezone.localdate() < until <= longest_term():
            raise forms.ValidationError(gettext_lazy("Choose a day after today and within a year."))
        return until

    @property
    def days(self) -> int:
        return (self.cleaned_data["until"] - timezone.localdate()).days


class ReasonForm(SeenForm):
    """Why somebody does not speak for a city, or no longer."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("The person reads it in a mail. Write in their language where you can."),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Who says to work for a city, those waiting first. Only the acts of the services change anything."""

    list_display = ["user", "city", "role", "state", "theirs", "requested_at", "verified_by", "valid_until"]
    list_filter = [StateFilter, AddressFilter, "role"]
    show_facets = admin.ShowFacets.ALWAYS
    list_select_related = ["user", "city", "verified_by"]
    search_fields = ["user__email", "user__name", "city__slug", *(f"city__name_{c}" for c in settings.LANGUAGE_CODES)]
    fields = ["user", "city", "role", "evidence"]
    raw_id_fields = ["user"]
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_last_word()

    def get_ordering(self, request):
        waiting = When(is_waiting(), then=Value(0))
        return [DatabaseCase(waiting, default=Value(1)), F("verified_at").asc(nulls_first=True), "requested_at", "pk"]

    @admin.display(description=pgettext_lazy("membership", "state"))
    def state(self, membership):
        asks = membership.last_word == MembershipEvent.Action.REQUESTED
        if membership.is_valid and asks:
            return pgettext_lazy("membership", "Verified, asks anew")
        if membership.is_valid:
            return pgettext_lazy("membership", "Verified")
        if asks or (membership.verified_at is None and not membership.last_word):
            return pgettext_lazy("membership", "Waiting")
        if membership.verified_at is None:
            return pgettext_lazy("membership", "Refused or revoked")
        return pgettext_lazy("membership", "Ended")

    @admin.display(description=gettext_lazy("address of the municipality"), boolean=True)
    def theirs(self, membership):
        return belongs_to(membership.user.email, membership.city.mail_domains)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "city":
            kwargs["queryset"] = City.objects.current()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        """Nothing is edited in place; the record page offers the acts instead."""
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def may_decide(self, request: HttpRequest) -> bool:
        return request.user.has_perm("cities.change_membership")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/verify/", view(self.verify_view), name="cities_membership_verify"),
            path("<int:pk>/refuse/", view(self.refuse_view), name="cities_membership_refuse"),
            path("<int:pk>/revoke/", view(self.revoke_view), name="cities_membership_revoke"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        membership = self.get_object(request, unquote(object_id))
        if membership is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, membership):
            raise PermissionDenied
        return self._record(request, membership)

    def save_model(self, request, obj, form, change):
        """A membership that a moderator enters is asked for in the person's place."""
        super().save_model(request, obj, form, change)
        MembershipEvent.objects.create(
            membership=obj, action=MembershipEvent.Action.REQUESTED, by=request.user, note=obj.evidence
        )

    def verify_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        membership = self._asked_for(request, pk)
        if request.method != "POST":
            return redirect("admin:cities_membership_change", pk)
        form = EvidenceForm(request.POST)
        if not form.is_valid():
            return self._record(request, membership, evidence=form)

        def verify():
            data = form.cleaned_data
            verify_membership(
                membership=membership,
                by=request.user,
                evidence=data["evidence"],
                days=form.days,
                seen=data["seen"],
                tell=True,
            )
            until = date_format(membership.valid_until, "j M Y")
            self.log_change(request, membership, f"Verified until {membership.valid_until:%Y-%m-%d}.")
            named = {**self._named(membership), "until": until}
            return _("%(person)s speaks for %(city)s until %(until)s.") % named

        return self._carried_out(request, membership, verify, evidence=form)

    def refuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._end(
            request, pk, refuse_membership, "Refused.", _("%(person)s reads that we could not confirm it.")
        )

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._end(request, pk, revoke_membership, "Revoked.", _("%(person)s no longer speaks for %(city)s."))

    def _end(self, request: HttpRequest, pk: int, act: Callable, logged: str, said: str) -> HttpResponse:
        membership = self._asked_for(request, pk)
        if request.method != "POST":
            return redirect("admin:cities_membership_change", pk)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._record(request, membership, reason=form)

        def end():
            data = form.cleaned_data
            act(membership=membership, by=request.user, reason=data["reason"], seen=data["seen"])
            self.log_change(request, membership, logged)
            return said % self._named(membership)

        return self._carried_out(request, membership, end, reason=form)

    def _carried_out(self, request: HttpRequest, membership: Membership, act: Callable, **typed) -> HttpResponse:
        """Do it and say so; where somebody was faster, say who did what and show what was typed."""
        try:
            with transaction.atomic():
                said = act()
        except OwnMembershipError:
            messages.error(request, _("Nobody verifies their own membership. Ask another moderator."))
        except NothingToEndError:
            messages.warning(request, _("It is not like that any more. Nothing was changed; look at what happened."))
        except DecidedMeanwhileError as conflict:
            messages.warning(request, self._what_happened(request, conflict.event))
            return self._record(request, self._asked_for(request, membership.pk), status=CONFLICT, **typed)
        else:
            messages.success(request, said)
        return redirect("admin:cities_membership_change", membership.pk)

    def _what_happened(self, request: HttpRequest, event: MembershipEvent | None) -> str:
        if event is None:
            return _("This was changed meanwhile. Nothing was written; your text stands below.")
        values = {
            "person": str(event.by) if event.by else _("The registry"),
            "action": event.get_action_display(),
            "time": date_format(timezone.localtime(event.at), "j M Y, H:i"),
        }
        if event.by == request.user:
            return _("You did this already: “%(action)s” on %(time)s. It counted once.") % values
        return (
            _("%(person)s was faster: “%(action)s” on %(time)s. Nothing was written; your text stands below.") % values
        )

    def _asked_for(self, request: HttpRequest, pk: int) -> Membership:
        if not self.may_decide(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request).select_related("user", "city", "verified_by"), pk=pk)

    def _named(self, membership: Membership) -> dict[str, str]:
        return {"person": str(membership.user), "city": str(membership.city)}

    def beside(self, membership: Membership) -> dict[str, Any]:
        """What else helps to decide; an app that knows more of the person adds to it."""
        others = Membership.objects.filter(user=membership.user).exclude(pk=membership.pk)
        return {"others": [(other, self.state(other)) for other in others.select_related("city").with_last_word()]}

    def _record(
        self,
        request: HttpRequest,
        membership: Membership,
        *,
        evidence: EvidenceForm | None = None,
        reason: ReasonForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        history = history_of(membership)
        words = [entry.event for entry in history if entry.event.action in (REQUESTED, *DECIDED)]
        seen = words[-1].pk if words else 0
        if evidence is None:
            # What the person says of themselves is no ground yet; for a renewal the last one stands.
            known = membership.evidence if membership.verified_at else ""
            initial = {"evidence": known, "until": longest_term(), "seen": seen}
            evidence = EvidenceForm(initial=initial)
        reason = reason or ReasonForm(initial={"seen": seen}, auto_id="id_reason_%s")
        for form in (evidence, reason):
            if form.is_bound:
                # The next try is made against the log as this page shows it.
                form.data = {**form.data.dict(), "seen": seen}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(membership),
            "membership": membership,
            "state": self.state(membership),
            "form": evidence,
            "reason_form": reason,
            "history": history,
            "told": next((event.note for event in reversed(words) if event.action == REQUESTED and event.note), ""),
            "domain_known": self.theirs(membership),
            "own": membership.user == request.user,
            "may_decide": self.may_decide(request),
            **self.beside(membership),
        }
        return TemplateResponse(request, "admin/cities/membership/record.html", context, status=status)


@dataclass(frozen=True)
class Entry:
    """A line of a membership's history."""

    event: MembershipEvent
    label: str


def history_of(membership: Membership) -> list[Entry]:
    """Who asked and decided what, oldest first. To revoke what was not verified is to refuse it."""
    entries, verified = [], False
    for event in membership.events.select_related("by"):
        action = event.action
        refused = action == MembershipEvent.Action.REVOKED and not verified
        label = pgettext("membership", "Refused") if refused else str(event.get_action_display())
        entries.append(Entry(event, label))
        if action in DECIDED:
            verified = action == MembershipEvent.Action.VERIFIED
    return entries
