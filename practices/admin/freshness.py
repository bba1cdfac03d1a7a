"""Whether a record was confirmed, who is asked about it, and what to do where nobody can be."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.admin.filters import Case, CountedFilter
from cities.models import Membership
from practices.choices import OperationStatus, Publication, Visibility
from practices.freshness import FRESH_FOR, MOST_REQUESTS, labelled, nobody_to_ask, not_confirmed_since
from practices.handover import invite_somebody, may_be_named
from practices.models import Practice


class FreshnessFilter(CountedFilter):
    title = gettext_lazy("confirmation")
    parameter_name = "freshness"

    def cases(self, request):
        published = Q(publication=Publication.PUBLISHED)
        return [
            Case(
                "confirmed",
                pgettext_lazy("practices", "Confirmed within a year"),
                published & Q(confirmed_at__gte=timezone.now() - FRESH_FOR),
            ),
            Case("asked", pgettext_lazy("practices", "City asked"), published & Q(confirmation_requests__gt=0)),
            Case("unanswered", pgettext_lazy("practices", "Not confirmed for long"), published & labelled()),
            Case("nobody", pgettext_lazy("practices", "Nobody can be asked"), nobody_to_ask()),
        ]


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks, spoke or wants to speak for the city, and why they are not asked; empty where they are."""

    membership: Membership
    hindrance: str


def freshness_of(practice: Practice) -> dict[str, Any]:
    """What the record page says about it. One query."""
    memberships = Membership.objects.filter(city=practice.lead_city_id).select_related("user").order_by("pk")
    people = [Speaker(membership, _hindrance(membership)) for membership in memberships]
    return {
        "since": not_confirmed_since(practice),
        "never": practice.confirmed_at is None,
        "asked": practice.confirmation_requests,
        "most": MOST_REQUESTS,
        "asked_at": practice.confirmation_asked_at,
        "people": people,
        "nobody": not any(not speaker.hindrance for speaker in people),
        "exempt": _exempt(practice),
    }


def _hindrance(membership: Membership) -> str:
    person = membership.user
    if membership.verified_at is None:
        return _("not verified")
    if not membership.is_valid:
        return _("ended")
    if not person.is_active:
        return _("account closed")
    if person.unreachable_since:
        return _("mail comes back")
    return ""


def _exempt(practice: Practice) -> str:
    """Why nobody is asked about it, whoever there is."""
    if practice.publication != Publication.PUBLISHED:
        return _("It is withdrawn.")
    if practice.visibility == Visibility.MODERATORS:
        return _("Only moderators read it, so the people of the city would not find it.")
    if practice.operation_status == OperationStatus.ENDED:
        return _("It has ended.")
    return ""


class InvitationForm(forms.Form):
    """Whom to write to, in which language."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy(
            "Of a person or an office of the city that you found yourself, on the city’s own pages."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write an e-mail address.")},
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the mail"), choices=settings.LANGUAGES)


class InvitesTheCity:
    """The page of a practice on which a moderator writes to somebody of its city."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.invite_view)
        return [path("<int:pk>/invite/", view, name="practices_practice_invite"), *super().get_urls()]

    def invite_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        practice = self._asked_for(request, pk)
        form = InvitationForm(request.POST or None, initial={"language": practice.original_language})
        if request.method == "POST" and form.is_valid():
            invite_somebody(practice, **form.cleaned_data)
            self.log_change(request, practice, "Wrote to the city: who speaks for it?")
            messages.success(request, _("The mail waits in the outbox."))
            return redirect("admin:practices_practice_change", practice.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Write to somebody of the city"),
            "practice": practice,
            "city": practice.lead_city,
            "named": may_be_named(practice),
            "form": form,
        }
        return TemplateResponse(request, "admin/practices/practice/invite.html", context)
