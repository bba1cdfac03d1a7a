"""The outbox, to see what waits and why."""

from django.contrib import admin, messages
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.admin.filters import Case, CountedFilter
from accounts.admin.reading import ReadOnlyAdmin
from accounts.models import OutgoingMail
from accounts.services import MAX_ATTEMPTS, retry_mails

WAITING = Q(sent_at=None, attempts__lt=MAX_ATTEMPTS)
STUCK = Q(sent_at=None, attempts__gte=MAX_ATTEMPTS)


class DeliveryFilter(CountedFilter):
    title = _("delivery")
    parameter_name = "delivery"

    def cases(self, request):
        return [
            Case("waiting", pgettext_lazy("mail", "Waiting"), WAITING),
            Case("stuck", pgettext_lazy("mail", "Given up"), STUCK),
            Case("sent", pgettext_lazy("mail", "Sent"), Q(sent_at__isnull=False)),
        ]


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """Read-only. A sign-in code, a secret link or a message to a colleague is its recipient's alone to read."""

    list_display = ["shown_subject", "recipient", "delivery", "attempts", "last_error", "created_at", "sent_at"]
    list_filter = [DeliveryFilter]
    show_facets = admin.ShowFacets.ALWAYS
    # Not the subject: that of a mail about a draft is its title, and a search that finds it tells it.
    search_fields = ["recipient"]
    readonly_fields = fields = [
        "recipient",
        "language",
        "shown_subject",
        "text",
        "delivery",
        "attempts",
        "last_error",
        "created_at",
        "not_before",
        "sent_at",
    ]
    actions = ["send_again"]

    @admin.display(description=_("subject"), ordering="created_at")
    def shown_subject(self, mail):
        return _("Not shown: it is for its recipient alone.") if mail.secret else mail.subject

    @admin.display(description=_("delivery"))
    def delivery(self, mail):
        if mail.sent_at:
            return pgettext_lazy("mail", "Sent")
        if mail.attempts >= MAX_ATTEMPTS:
            return pgettext_lazy("mail", "Given up")
        return pgettext_lazy("mail", "Waiting")

    @admin.display(description=_("text"))
    def text(self, mail):
        return _("Not shown: it is for its recipient alone.") if mail.secret else mail.body

    @admin.action(description=_("Send again"), permissions=["retry"])
    def send_again(self, request, queryset):
        count = retry_mails(mails=queryset)
        message = ngettext("%(count)d mail will be tried again.", "%(count)d mails will be tried again.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS if count else messages.WARNING)

    def has_retry_permission(self, request):
        return request.user.has_perm("accounts.change_outgoingmail")
