"""How often a moderator reads by mail what waits: everybody chooses for themselves."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.reading import ReadOnlyAdmin
from accounts.permissions import is_moderator
from submissions.choices import DigestPeriod
from submissions.digests import choose_period, period_of
from submissions.models import Digest


class DigestForm(forms.Form):
    period = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=DigestPeriod.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how often.")},
    )


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    """One page instead of a list: one's own choice. Nobody reads or makes that of somebody else."""

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)

    def has_module_permission(self, request):
        return is_moderator(request.user)

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = DigestForm(
            request.POST if request.method == "POST" else None, initial={"period": period_of(request.user)}
        )
        if form.is_valid():
            choose_period(by=request.user, period=DigestPeriod(form.cleaned_data["period"]))
            messages.success(request, _("Noted."))
            return redirect("admin:submissions_digest_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Digest by mail"),
            "form": form,
            "reader": request.user,
        }
        return TemplateResponse(request, "admin/submissions/digest/choice.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect("admin:submissions_digest_changelist")
