"""Every publication as it was, with what changed since the one before. Read-only for everyone."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.reading import ReadOnlyAdmin
from accounts.permissions import is_moderator
from practices import document as documents
from practices.models import PracticeVersion
from practices.presentation.whole import Names, mark_changes, sections


def whole_document(version: PracticeVersion) -> documents.Document:
    """The version with its peers' part, which is kept apart."""
    note = getattr(version, "peer_note", None)
    return documents.complete(documents.joined(version.content, note.content if note else {}))


@admin.register(PracticeVersion)
class PracticeVersionAdmin(ReadOnlyAdmin):
    list_display = ["shown_reference", "number", "visibility", "note", "created_at", "created_by"]
    list_display_links = ["shown_reference", "number"]
    list_filter = ["visibility"]
    search_fields = ["note", "=practice__number"]
    show_facets = admin.ShowFacets.ALWAYS
    ordering = ["-created_at", "-pk"]
    actions = None

    def get_queryset(self, request):
        return PracticeVersion.objects.select_related("practice", "created_by", "peer_note")

    @admin.display(description=gettext_lazy("reference"), ordering="practice__number")
    def shown_reference(self, version):
        return version.practice.reference

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user) and super().has_view_permission(request, obj)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The version's document, each field with what the version changed in it."""
        version = self.get_object(request, unquote(object_id))
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        document = whole_document(version)
        before = self.get_queryset(request).filter(practice=version.practice, number=version.number - 1).first()
        shown_before = whole_document(before) if before else None
        names = Names([document, shown_before] if shown_before else [document])
        shown = sections(document, names=names)
        changed = mark_changes(shown, name="live", old=shown_before, new=document, names=names) if shown_before else []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("%(reference)s, version %(number)s")
            % {"reference": version.practice.reference, "number": version.number},
            "version": version,
            "before": before,
            "sections": shown,
            "changed": changed,
        }
        return TemplateResponse(request, "admin/practices/practiceversion/record.html", context)
