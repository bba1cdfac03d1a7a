"""What cities report to have adopted: shown, or not."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.admin.reading import ReadOnlyAdmin
from accounts.permissions import is_moderator
from practices.adoption import AlreadyDecidedError, NotAllowedError, decide
from practices.choices import AdaptationStatus
from practices.models import Adaptation


@admin.register(Adaptation)
class AdaptationAdmin(ReadOnlyAdmin):
    """Nothing is typed over; a moderator shows it or does not."""

    list_display = ["__str__", "status", "year", "language", "created_at", "decided_by"]
    list_filter = ["status", "language"]
    show_facets = admin.ShowFacets.ALWAYS
    list_select_related = ["practice", "city", "decided_by"]
    search_fields = ["city__slug", "=practice__number"]
    ordering = ["-status", "created_at"]
    actions = None

    def has_module_permission(self, request):
        return is_moderator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What was reported; a POST is one decision."""
        adaptation = self.get_object(request, unquote(object_id))
        if adaptation is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, adaptation):
            raise PermissionDenied
        if request.method == "POST":
            return self._decide(request, adaptation)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(adaptation),
            "adaptation": adaptation,
            "text": adaptation.practice.text("title", get_language() or "en"),
            "own": adaptation.by_id == request.user.pk,
            "shown": adaptation.status == AdaptationStatus.SHOWN,
            "refused": adaptation.status == AdaptationStatus.REFUSED,
        }
        return TemplateResponse(request, "admin/practices/adaptation/record.html", context)

    def _decide(self, request: HttpRequest, adaptation: Adaptation) -> HttpResponse:
        # As the page showed it: what the city wrote anew since must be read first.
        if request.POST.get("seen") != adaptation.created_at.isoformat():
            messages.warning(request, _("The city wrote it anew meanwhile. Read it once more, then decide."))
            return redirect("admin:practices_adaptation_change", adaptation.pk)
        try:
            decide(adaptation, by=request.user, show="show" in request.POST)
        except AlreadyDecidedError:
            messages.warning(request, _("This was decided already. Nothing was changed."))
        except NotAllowedError:
            messages.error(request, _("You reported this yourself; another moderator decides on it."))
        else:
            done = _("It is listed with the practice.") if "show" in request.POST else _("It is not listed.")
            messages.success(request, done)
        return redirect("admin:practices_adaptation_change", adaptation.pk)
