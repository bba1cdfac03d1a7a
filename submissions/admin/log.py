"""The log, to search and to read. There is no way to change or shorten it."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.admin.reading import ReadOnlyAdmin
from accounts.permissions import is_moderator
from submissions.admin.audit import audit_page, audit_table
from submissions.as_sent import title_sent
from submissions.models import SubmissionEvent
from submissions.services.moderator_edits import note_in_words


@admin.register(SubmissionEvent)
class SubmissionEventAdmin(ReadOnlyAdmin):
    """Its list is the log of everything: submissions, practices, memberships."""

    readonly_fields = fields = ["shown_submission", "action", "from_status", "to_status", "by", "at", "shown_note"]
    actions = None

    @admin.display(description=_("submission"))
    def shown_submission(self, event):
        return title_sent(event.submission)

    @admin.display(description=_("note"))
    def shown_note(self, event):
        return note_in_words(event.action, event.note)

    def get_queryset(self, request):
        """As in the queue: what nobody sent is its author's."""
        return super().get_queryset(request).exclude(submission__submitted_at=None)

    def get_urls(self):
        table = self.admin_site.admin_view(self.table_view)
        return [path("table.csv", table, name="submissions_submissionevent_table"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        self._for_moderators(request)
        return audit_page(request)

    def table_view(self, request):
        """What the list finds, as a file."""
        self._for_moderators(request)
        return audit_table(request)

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)

    def _for_moderators(self, request):
        if not is_moderator(request.user):
            raise PermissionDenied
