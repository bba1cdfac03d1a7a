"""The outbox, to see what waits and why."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from accounts.admin.filters import Case, CountedFilter
from accounts.admin.reading import ReadOnlyAdmin
from accounts.models import OutgoingMail
from accounts.outbox import SENT, STUCK, TAKEN_BACK, held, state_of, waiting
from accounts.services import retry_mails

STATES = {
    "waiting": pgettext_lazy("mail", "Waiting"),
    "held": pgettext_lazy("mail", "Held, can still be changed"),
    "stuck": pgettext_lazy("mail", "Given up"),
    "sent": pgettext_lazy("mail", "Sent"),
    "taken_back": pgettext_lazy("mail", "Taken back"),
}
UNREACHABLE = _("The mail server could not be reached.")
UNWRITABLE = _("No mail can be made of this address or this text.")
# What sending raised, by its class: a server's own words may quote the address or the text.
ERRORS = {
    "SMTPRecipientsRefused": _("The mail server does not take mail for this address."),
    "SMTPSenderRefused": _("The mail server does not take mail from the registry’s address."),
    "SMTPAuthenticationError": _("The mail server does not accept the registry’s password."),
    "SMTPDataError": _("The mail server refused the text."),
    "SMTPServerDisconnected": _("The mail server broke off."),
    "SMTPConnectError": UNREACHABLE,
    "ConnectionRefusedError": UNREACHABLE,
    "ConnectionResetError": UNREACHABLE,
    "TimeoutError": UNREACHABLE,
    "gaierror": UNREACHABLE,
    "ValueError": UNWRITABLE,
    "UnicodeEncodeError": UNWRITABLE,
}
NOT_SHOWN = _("Not shown: it is for its recipient alone.")


class DeliveryFilter(CountedFilter):
    title = _("delivery")
    parameter_name = "delivery"

    def cases(self, request):
        conditions = {
            "waiting": waiting(),
            "held": held(),
            "stuck": STUCK,
            "sent": SENT,
            "taken_back": TAKEN_BACK,
        }
        return [Case(state, STATES[state], condition) for state, condition in conditions.items()]


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """Read-only. A sign-in code, a secret link or a message to a colleague is its recipient's alone to read."""

    list_display = [
        "shown_subject",
        "recipient",
        "delivery",
        "attempts",
        "what_went_wrong",
        "next_attempt",
        "created_at",
        "sent_at",
    ]
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
        "what_went_wrong",
        "next_attempt",
        "created_at",
        "sent_at",
        "taken_back_at",
    ]
    actions = ["send_again"]

    @admin.display(description=_("subject"), ordering="created_at")
    def shown_subject(self, mail):
        return NOT_SHOWN if mail.secret else mail.subject

    @admin.display(description=_("delivery"))
    def delivery(self, mail):
        return STATES[state_of(mail)]

    @admin.display(description=_("what went wrong"), ordering="last_error")
    def what_went_wrong(self, mail):
        if not mail.last_error:
            return "–"
        return ERRORS.get(mail.last_error) or _("Something unexpected: %(name)s") % {"name": mail.last_error}

    @admin.display(description=_("next attempt"), ordering="not_before")
    def next_attempt(self, mail):
        return mail.not_before if state_of(mail) in ("waiting", "held") else None

    @admin.display(description=_("text"))
    def text(self, mail):
        return NOT_SHOWN if mail.secret else mail.body

    # --- Sending again ---

    @admin.action(description=_("Send again"), permissions=["retry"])
    def send_again(self, request, queryset):
        self._retry(request, queryset)

    def has_retry_permission(self, request):
        return request.user.has_perm("accounts.change_outgoingmail")

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.send_one_again))
        return [path("<int:pk>/send-again/", view, name="accounts_outgoingmail_send_again"), *super().get_urls()]

    def send_one_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_retry_permission(request):
            raise PermissionDenied
        mail = get_object_or_404(OutgoingMail, pk=pk)
        self._retry(request, OutgoingMail.objects.filter(pk=mail.pk))
        return redirect("admin:accounts_outgoingmail_change", pk)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        failed = obj is not None and obj.attempts > 0 and state_of(obj) in ("waiting", "stuck")
        context["may_send_again"] = failed and self.has_retry_permission(request)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def _retry(self, request: HttpRequest, mails: "QuerySet[OutgoingMail]") -> None:
        count = retry_mails(mails=mails)
        message = ngettext("%(count)d mail will be tried again.", "%(count)d mails will be tried again.", count)
        self.message_user(request, message % {"count": count}, messages.SUCCESS if count else messages.WARNING)
