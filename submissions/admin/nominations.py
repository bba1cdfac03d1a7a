"""What was nominated: the moderators find the city's address and ask it, or do not pass it on."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.admin.filters import Case, CountedFilter
from accounts.admin.reading import ReadOnlyAdmin
from accounts.permissions import is_moderator
from cities.models import City
from submissions.choices import NominationStatus
from submissions.forms.nomination import AskForm, RefusalForm, likely_language
from submissions.models import Nomination
from submissions.services.nominations import UNDECIDED, AlreadyAnsweredError, ask_city, refuse_nomination


class OutcomeFilter(CountedFilter):
    title = pgettext_lazy("nomination", "status")
    parameter_name = "state"
    default = "open"

    def cases(self, request):
        now = timezone.now()
        asked = Q(status=NominationStatus.ASKED)
        return [
            Case("open", pgettext_lazy("nominations", "Open"), Q(status__in=UNDECIDED)),
            Case("waiting", NominationStatus.WAITING.label, Q(status=NominationStatus.WAITING)),
            Case("asked", NominationStatus.ASKED.label, asked & Q(expires_at__gt=now)),
            Case("expired", pgettext_lazy("nominations", "No answer in time"), asked & Q(expires_at__lte=now)),
            *(
                Case(status.value, status.label, Q(status=status))
                for status in NominationStatus
                if status not in UNDECIDED
            ),
            Case("all", pgettext_lazy("nominations", "All"), None),
        ]


@admin.register(Nomination)
class NominationAdmin(ReadOnlyAdmin):
    """Nothing here is typed over; the two acts of the services decide. Nobody reads the city's link: it is in the mail
    alone."""

    list_display = ["shown_title", "status", "place", "language", "age", "asked_at", "expires_at"]
    list_display_links = ["shown_title"]
    list_filter = [OutcomeFilter, "language"]
    show_facets = admin.ShowFacets.ALWAYS
    list_select_related = ["city"]
    search_fields = ["title", "city__slug", "city_name"]
    ordering = ["created_at", "pk"]
    actions = None

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def shown_title(self, nomination):
        return format_html('<span lang="{}" dir="auto">{}</span>', nomination.language, nomination)

    @admin.display(description=gettext_lazy("city"))
    def place(self, nomination):
        return f"{nomination.city}, {nomination.city.country.name}" if nomination.city else nomination.city_name

    @admin.display(description=gettext_lazy("age"), ordering="created_at")
    def age(self, nomination):
        days = (timezone.now() - nomination.created_at).days
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}

    def has_module_permission(self, request):
        return is_moderator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/ask/", view(self.ask_view), name="submissions_nomination_ask"),
            path("<int:pk>/refuse/", view(self.refuse_view), name="submissions_nomination_refuse"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        nomination = self.get_object(request, unquote(object_id))
        if nomination is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, nomination):
            raise PermissionDenied
        return self._record(request, nomination)

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sends the city its link, or a new one in place of the last."""
        nomination = self._asked_for(request, pk)
        if request.method != "POST":
            return redirect("admin:submissions_nomination_change", pk)
        form = AskForm(request.POST)
        if not form.is_valid():
            return self._record(request, nomination, ask=form)
        data = form.cleaned_data
        try:
            city = City.objects.get(slug=data["city"])
            ask_city(nomination, by=request.user, city=city, email=data["email"], language=data["language"])
        except AlreadyAnsweredError:
            messages.warning(request, _("This nomination is decided already. Nothing was sent."))
        else:
            messages.success(request, _("The city is asked. The link works once and for 60 days."))
        return redirect("admin:submissions_nomination_change", pk)

    def refuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        nomination = self._asked_for(request, pk)
        if request.method != "POST":
            return redirect("admin:submissions_nomination_change", pk)
        form = RefusalForm(request.POST)
        if not form.is_valid():
            return self._record(request, nomination, refusal=form)
        try:
            refuse_nomination(nomination, by=request.user, reason=form.cleaned_data["reason"])
        except AlreadyAnsweredError:
            messages.warning(request, _("This nomination is decided already. Nothing was changed."))
        else:
            messages.success(request, _("It is not passed on. A link that was sent no longer works."))
        return redirect("admin:submissions_nomination_change", pk)

    def _asked_for(self, request: HttpRequest, pk: int) -> Nomination:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Nomination, pk=pk)

    def _record(
        self,
        request: HttpRequest,
        nomination: Nomination,
        ask: AskForm | None = None,
        refusal: RefusalForm | None = None,
    ) -> HttpResponse:
        initial = {
            "city": nomination.city.slug if nomination.city else "",
            "email": nomination.email,
            "language": likely_language(nomination.city, nomination.language),
        }
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(nomination),
            "nomination": nomination,
            "place": self.place(nomination),
            "ask": ask or AskForm(initial=initial),
            "refusal": refusal or RefusalForm(),
            "open": nomination.status in UNDECIDED,
            "asked": nomination.status == NominationStatus.ASKED,
            "expired": nomination.expires_at is not None and nomination.expires_at <= timezone.now(),
        }
        return TemplateResponse(request, "admin/submissions/nomination/record.html", context)
