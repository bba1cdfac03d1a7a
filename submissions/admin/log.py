"""The log, to search and to read. There is no way to change or shorten it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin.reading import ReadOnlyAdmin
from accounts.permissions import is_moderator
from submissions.models import SubmissionEvent


@admin.register(SubmissionEvent)
class SubmissionEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "shown_submission", "action", "from_status", "to_status", "by", "note"]
    list_filter = ["action"]
    show_facets = admin.ShowFacets.ALWAYS
    list_select_related = ["submission", "submission__practice", "by"]
    search_fields = ["submission__title", "=submission__number", "by__email", "by__name", "note"]
    readonly_fields = fields = ["submission", "action", "from_status", "to_status", "by", "at", "note"]
    ordering = ["-at", "-pk"]
    date_hierarchy = "at"
    actions = None

    def get_queryset(self, request):
        """As in the queue: what nobody sent is its author's."""
        return super().get_queryset(request).exclude(submission__submitted_at=None)

    @admin.display(description=_("submission"))
    def shown_submission(self, event):
        return f"{event.submission.reference} {event.submission}"

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)
