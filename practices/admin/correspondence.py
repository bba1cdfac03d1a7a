"""Messages that their recipient reported. The others are nobody's to read."""

from django.contrib import admin

from accounts.admin.reading import ReadOnlyAdmin
from accounts.permissions import is_moderator
from practices.models import ColleagueMessage


@admin.register(ColleagueMessage)
class ReportedMessageAdmin(ReadOnlyAdmin):
    """Read-only: the message, who sent it, and what is wrong with it. Memberships are revoked on their own page."""

    list_display = ["practice", "sender", "reported_at", "report"]
    list_display_links = ["practice"]
    fields = readonly_fields = [
        "practice",
        "sender",
        "recipient",
        "sent_at",
        "language",
        "text",
        "reported_at",
        "report",
    ]
    list_select_related = ["practice", "sender"]
    ordering = ["-reported_at"]
    actions = None

    def get_queryset(self, request):
        return ColleagueMessage.objects.reported()

    def has_module_permission(self, request):
        return is_moderator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_moderator(request.user)
