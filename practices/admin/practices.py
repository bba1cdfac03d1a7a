"""The published records: read in full, withdrawn or confirmed, never edited by a stock form."""

import re

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.admin.reading import ReadOnlyAdmin
from accounts.permissions import is_moderator
from practices import document as documents
from practices import services
from practices.admin.freshness import FreshnessFilter, InvitesTheCity, freshness_of
from practices.admin.held import mail_view
from practices.admin.restoring import PublicationFilter, restore_view
from practices.choices import Publication
from practices.held_notices import held_notices, may_change_notices
from practices.models import Practice
from practices.notices import people_to_tell
from practices.presentation.whole import Names, sections
from practices.restoring import agreement_on

REFERENCE = re.compile(r"^\s*(?:cmise-)?(\d{1,8})\s*$", re.IGNORECASE)


class WithdrawalForm(forms.Form):
    """Why a practice goes. The reason stays as its tombstone."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        help_text=gettext_lazy(
            "Whoever could read the practice reads this reason at its address. Write nothing that puts anyone at risk."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )


@admin.register(Practice)
class PracticeAdmin(InvitesTheCity, ReadOnlyAdmin):
    list_display = [
        "shown_reference",
        "shown_title",
        "shown_cities",
        "visibility",
        "publication",
        "current_version",
        "confirmed_at",
    ]
    list_display_links = ["shown_reference", "shown_title"]
    list_filter = [FreshnessFilter, PublicationFilter, "visibility", "evidence_level", "original_language"]
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = [f"title_{code}" for code in settings.LANGUAGE_CODES]
    search_help_text = gettext_lazy("Title in any language, or reference, for example CMISE-0042.")
    actions = None
    list_per_page = 50

    # --- The list ---

    def get_queryset(self, request):
        return Practice.objects.with_card().prefetch_related("other_cities")

    def get_search_results(self, request, queryset, search_term):
        reference = REFERENCE.match(search_term)
        if reference:
            return queryset.filter(Q(number=int(reference[1]))), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=gettext_lazy("reference"), ordering="number")
    def shown_reference(self, practice):
        return practice.reference

    @admin.display(description=gettext_lazy("title"))
    def shown_title(self, practice):
        return practice.text("title", get_language() or settings.LANGUAGE_CODE).value

    @admin.display(description=gettext_lazy("cities"))
    def shown_cities(self, practice):
        return ", ".join(str(city) for city in [practice.lead_city, *practice.other_cities.all()])

    # --- Who may ---

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user) and super().has_view_permission(request, obj)

    # --- The record ---

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/withdraw/", view(self.withdraw_view), name="practices_practice_withdraw"),
            path("<int:pk>/restore/", view(self.restore_view), name="practices_practice_restore"),
            path("<int:pk>/mail/<int:mail>/", view(self.mail_view), name="practices_practice_mail"),
            path("<int:pk>/confirm/", view(self.confirm_view), name="practices_practice_confirm"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The document in full, peers' fields included; nothing on it can be typed over."""
        practice = self.get_object(request, unquote(object_id))
        if practice is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, practice):
            raise PermissionDenied
        document = documents.read(practice)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": practice.reference,
            "practice": practice,
            "text": practice.text("title", get_language() or settings.LANGUAGE_CODE),
            "sections": sections(document, names=Names([document])),
            "versions": practice.versions.select_related("created_by"),
            "events": practice.events.select_related("by"),
            "withdrawn": practice.publication == Publication.WITHDRAWN,
            "agreement": agreement_on(practice),
            "held": held_notices(practice) if may_change_notices(request.user, practice) else [],
            "freshness": freshness_of(practice),
        }
        return TemplateResponse(request, "admin/practices/practice/record.html", context)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks for the reason, then takes the practice from every page at once."""
        practice = self._asked_for(request, pk)
        if practice.publication == Publication.WITHDRAWN:
            return self._told_already_withdrawn(request, practice)
        form = WithdrawalForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            services.withdraw(practice, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("%(reference)s is withdrawn.") % {"reference": practice.reference})
            return redirect("admin:practices_practice_change", practice.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Withdraw %(reference)s") % {"reference": practice.reference},
            "practice": practice,
            "text": practice.text("title", get_language() or settings.LANGUAGE_CODE),
            "form": form,
            "tells_city": bool(people_to_tell(practice, by=request.user)),
        }
        return TemplateResponse(request, "admin/practices/practice/withdraw.html", context)

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return restore_view(self, request, self._asked_for(request, pk))

    def mail_view(self, request: HttpRequest, pk: int, mail: int) -> HttpResponse:
        return mail_view(self, request, self._asked_for(request, pk), mail)

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        practice = self._asked_for(request, pk)
        if request.method == "POST":
            if practice.publication == Publication.WITHDRAWN:
                return self._told_already_withdrawn(request, practice)
            services.confirm(practice, by=request.user)
            messages.success(request, _("Noted: the city stands behind the record as of today."))
        return redirect("admin:practices_practice_change", practice.pk)

    def _asked_for(self, request: HttpRequest, pk: int) -> Practice:
        practice = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, practice):
            raise PermissionDenied
        return practice

    def _told_already_withdrawn(self, request: HttpRequest, practice: Practice) -> HttpResponse:
        messages.warning(request, _("%(reference)s was withdrawn already.") % {"reference": practice.reference})
        return redirect("admin:practices_practice_change", practice.pk)
