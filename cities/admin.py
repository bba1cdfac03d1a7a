"""Cities, terms, and who speaks for a city. `practices.admin` registers cities and terms, for it knows the search."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from accounts.admin.filters import Case, CountedFilter
from cities.models import City, Membership
from cities.services import OwnMembershipError, revoke_membership, verify_membership


class PerLanguageAdmin(admin.ModelAdmin):
    """A page with a group of fields for each language, without a script; the reader's own language stands open.

    English is required: it is what every other language falls back on.
    """

    translated_fields: tuple[str, ...] = ()
    own_fieldsets: list = []
    actions = None
    show_facets = admin.ShowFacets.ALWAYS

    def get_fieldsets(self, request, obj=None):
        open_codes = {settings.LANGUAGE_CODE, get_language()}
        return [
            *self.own_fieldsets,
            *(
                (
                    name,
                    {
                        "fields": [f"{field}_{code}" for field in self.translated_fields],
                        "classes": [] if code in open_codes else ["collapse"],
                    },
                )
                for code, name in settings.LANGUAGES
            ),
        ]

    def get_readonly_fields(self, request, obj=None):
        # The slug stands in addresses and exports.
        return ("slug",) if obj else ()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "language", None)
        if field and language:
            # The group's heading names the language.
            field.label = capfirst(db_field.translated_field.verbose_name)
            field.widget.attrs |= {"lang": language, "dir": "auto"}
            field.required = (
                language == settings.LANGUAGE_CODE and db_field.translated_field.name == (self.translated_fields[0])
            )
        return field


class TermAdmin(PerLanguageAdmin):
    list_display = ["__str__", "slug", "order"]
    search_fields = ["slug", *(f"label_{code}" for code in settings.LANGUAGE_CODES)]
    translated_fields = ("label", "definition", "synonyms")
    own_fieldsets = [(None, {"fields": ["slug", "order"]})]
    ordering = ["order", "slug"]

    def has_delete_permission(self, request, obj=None):
        # Its slug stands in documents, versions, exports and links.
        return False


class CountryFilter(CountedFilter):
    title = gettext_lazy("country")
    parameter_name = "country"

    def cases(self, request):
        field = City._meta.get_field("country")
        codes = City.objects.order_by().values_list("country", flat=True).distinct()
        named = sorted((field.countries.name(code), code) for code in codes)
        return [Case(code, name, Q(country=code)) for name, code in named]


class CityAdmin(PerLanguageAdmin):
    list_display = ["__str__", "country", "cmise_role", "population"]
    list_filter = ["cmise_role", CountryFilter]
    search_fields = ["slug", *(f"name_{code}" for code in settings.LANGUAGE_CODES)]
    translated_fields = ("name",)
    own_fieldsets = [
        (None, {"fields": ["slug", "country"]}),
        (
            gettext_lazy("Figures"),
            {"fields": ["latitude", "longitude", "population", "population_year", "geonames_id"]},
        ),
        (
            gettext_lazy("Place in the initiative"),
            {"fields": ["cmise_role", "cmise_role_source", "typologies", "typologies_source", "note", "sources"]},
        ),
        (gettext_lazy("Staff"), {"fields": ["mail_domains"]}),
    ]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "typologies":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class StateFilter(CountedFilter):
    title = pgettext_lazy("membership", "state")
    parameter_name = "state"

    def cases(self, request):
        now = timezone.now()
        return [
            Case("waiting", pgettext_lazy("membership", "Waiting"), Q(verified_at=None)),
            Case("valid", pgettext_lazy("membership", "Verified"), Q(valid_until__gt=now)),
            Case("ended", pgettext_lazy("membership", "Ended"), Q(valid_until__lte=now)),
        ]


class EvidenceForm(forms.Form):
    """On what ground a membership is verified."""

    evidence = forms.CharField(
        label=gettext_lazy("How we know"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: e-mail from an address of the municipality; a call to its switchboard."),
        error_messages={"required": gettext_lazy("Write how we know that this person works for the city.")},
    )


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Who says to work for a city, those waiting first. Only the two acts of the services change anything."""

    list_display = ["user", "city", "role", "state", "evidence", "requested_at", "verified_by", "valid_until"]
    list_filter = [StateFilter, "role"]
    show_facets = admin.ShowFacets.ALWAYS
    list_select_related = ["user", "city", "verified_by"]
    search_fields = ["user__email", "user__name", "city__slug", *(f"city__name_{c}" for c in settings.LANGUAGE_CODES)]
    fields = ["user", "city", "role", "evidence"]
    raw_id_fields = ["user"]
    actions = None

    def get_ordering(self, request):
        return [F("verified_at").asc(nulls_first=True), "requested_at", "pk"]

    @admin.display(description=pgettext_lazy("membership", "state"))
    def state(self, membership):
        if membership.verified_at is None:
            return pgettext_lazy("membership", "Waiting")
        if membership.is_valid:
            return pgettext_lazy("membership", "Verified")
        return pgettext_lazy("membership", "Ended")

    def has_change_permission(self, request, obj=None):
        """Nothing is edited in place; the record page offers the two acts instead."""
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def may_decide(self, request: HttpRequest) -> bool:
        return request.user.has_perm("cities.change_membership")

    def get_urls(self):
        return [
            path("<int:pk>/verify/", self.admin_site.admin_view(self.verify_view), name="cities_membership_verify"),
            path("<int:pk>/revoke/", self.admin_site.admin_view(self.revoke_view), name="cities_membership_revoke"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        membership = self.get_object(request, unquote(object_id))
        if membership is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, membership):
            raise PermissionDenied
        return self._record(request, membership, EvidenceForm(initial={"evidence": membership.evidence}))

    def verify_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        membership = self._asked_for(request, pk)
        if request.method != "POST":
            return redirect("admin:cities_membership_change", pk)
        form = EvidenceForm(request.POST)
        if not form.is_valid():
            return self._record(request, membership, form)
        try:
            verify_membership(membership=membership, by=request.user, evidence=form.cleaned_data["evidence"])
        except OwnMembershipError:
            messages.error(request, _("Nobody verifies their own membership. Ask another moderator."))
        else:
            self.log_change(request, membership, "Verified for one year.")
            messages.success(request, _("%(person)s speaks for %(city)s for one year.") % self._named(membership))
        return redirect("admin:cities_membership_change", pk)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        membership = self._asked_for(request, pk)
        if request.method == "POST":
            revoke_membership(membership=membership)
            self.log_change(request, membership, "Revoked.")
            messages.success(request, _("%(person)s no longer speaks for %(city)s.") % self._named(membership))
        return redirect("admin:cities_membership_change", pk)

    def _asked_for(self, request: HttpRequest, pk: int) -> Membership:
        if not self.may_decide(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def _named(self, membership: Membership) -> dict[str, str]:
        return {"person": str(membership.user), "city": str(membership.city)}

    def _record(self, request: HttpRequest, membership: Membership, form: EvidenceForm) -> HttpResponse:
        domain = membership.user.email.rpartition("@")[2].lower()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(membership),
            "membership": membership,
            "state": self.state(membership),
            "form": form,
            "domain_known": domain in membership.city.mail_domains,
            "own": membership.user == request.user,
            "may_decide": self.may_decide(request),
        }
        return TemplateResponse(request, "admin/cities/membership/record.html", context)
