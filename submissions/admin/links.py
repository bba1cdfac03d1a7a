"""Web addresses that documents name, and what they answered; to read."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.reading import ReadOnlyAdmin
from accounts.permissions import is_moderator
from submissions.checks.dead_links import problem_in_words
from submissions.models import LinkCheck


@admin.register(LinkCheck)
class LinkCheckAdmin(ReadOnlyAdmin):
    """Nothing is asked from here: `check_links` and `deliver_mail --watch` do that."""

    list_display = ["shown_url", "state", "shown_problem", "failing_since", "checked_at", "next_check_at"]
    list_filter = ["state", "failing_since"]
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ["url"]
    fields = readonly_fields = ["url", "state", "shown_problem", "failing_since", "checked_at", "next_check_at"]
    ordering = ["-failing_since", "url"]
    actions = None

    @admin.display(description=_("web address"), ordering="url")
    def shown_url(self, row):
        return format_html('<span dir="auto">{}</span>', row.url)

    @admin.display(description=_("problem"), ordering="problem")
    def shown_problem(self, row):
        return problem_in_words(row) or "–"

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)

    def has_module_permission(self, request):
        return is_moderator(request.user)
