"""Terms and cities with the page that merges one into another; the apps below know nothing of submissions."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cities.models import City, Typology
from practices.admin.vocabularies import SearchedCityAdmin, SearchedTermAdmin
from practices.merging import NotMergeableError
from practices.models import Approach, ServiceArea, TargetGroup
from submissions.services.uniting import consequences_of, merge_cities, merge_terms

CONFLICT = 409
TERMS = (ServiceArea, TargetGroup, Approach, Typology)

admin.site.unregister([*TERMS, City])


class TargetForm(forms.Form):
    """Which row stays."""

    into = forms.ChoiceField(label=gettext_lazy("Merge into"))

    def __init__(self, row: Any, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        others = type(row)._default_manager.current().exclude(pk=row.pk)
        named = sorted(((other.slug, _label(other)) for other in others), key=lambda option: option[1].casefold())
        self.fields["into"].choices = [("", gettext_lazy("Choose…")), *named]


def _label(row: Any) -> str:
    return f"{row} ({row.country.name})" if isinstance(row, City) else str(row)


class MergingMixin(admin.ModelAdmin):
    """First which one stays, then what it reaches in figures, then it is done: once, in one transaction."""

    change_form_template = "admin/cities/merging/change_form.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        return [path("<int:pk>/merge/", self.admin_site.admin_view(self.merge_view), name=name), *super().get_urls()]

    def has_merge_permission(self, request: HttpRequest) -> bool:
        """Administrators': who adds terms and removes cities."""
        act = "delete" if self.model is City else "add"
        return request.user.has_perm(f"{self.opts.app_label}.{act}_{self.opts.model_name}")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.get_object(request, object_id)
        offered = row is not None and row.merged_into_id is None and self.has_merge_permission(request)
        more = {"may_merge": offered, "merged_into": row.merged_into if row else None}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_merge_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.model._default_manager.select_related("merged_into"), pk=pk)
        chosen = TargetForm(row, request.POST if request.method == "POST" else request.GET or None)
        into = None
        if chosen.is_bound and chosen.is_valid():
            into = self.model._default_manager.get(slug=chosen.cleaned_data["into"])
        if request.method == "POST" and into is not None and row.merged_into is None:
            try:
                moved = self._merge(request, row, into)
            except NotMergeableError:
                row.refresh_from_db()
                if row.merged_into is None:
                    self._tell_merged(request, into)
                    return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_merge", row.pk)
            else:
                messages.success(request, self._done(row, into, moved))
                return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", into.pk)
        if row.merged_into is not None:
            self._tell_merged(request, row)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Merge “%(name)s” into another") % {"name": row},
            "row": row,
            "into": into,
            "form": chosen,
            "found": consequences_of(row),
            "is_city": self.model is City,
            "list": f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist",
        }
        return TemplateResponse(request, "admin/cities/merging/merge.html", context)

    def _tell_merged(self, request: HttpRequest, row: Any) -> None:
        messages.warning(request, _("“%(name)s” was merged already. Nothing was changed.") % {"name": row})

    def _merge(self, request: HttpRequest, row: Any, into: Any) -> int:
        if isinstance(row, City):
            return merge_cities(city=row, into=into, by=request.user)
        return merge_terms(term=row, into=into, by=request.user)

    def _done(self, row: Any, into: Any, moved: int) -> str:
        if self.model is Typology:
            said = ngettext(
                "“%(old)s” is part of “%(new)s” now, and so is %(count)d city.",
                "“%(old)s” is part of “%(new)s” now, and so are %(count)d cities.",
                moved,
            )
        else:
            said = ngettext(
                "“%(old)s” is part of “%(new)s” now, and so is %(count)d practice.",
                "“%(old)s” is part of “%(new)s” now, and so are %(count)d practices.",
                moved,
            )
        return said % {"old": row, "new": into, "count": moved}


@admin.register(*TERMS)
class MergingTermAdmin(MergingMixin, SearchedTermAdmin):
    pass


@admin.register(City)
class MergingCityAdmin(MergingMixin, SearchedCityAdmin):
    pass
