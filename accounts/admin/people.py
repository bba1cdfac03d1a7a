"""Accounts: read by moderators, managed by administrators. A password, or its hash, is never shown."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from accounts.admin.filters import Case, CountedFilter
from accounts.models import User
from accounts.permissions import is_moderator
from accounts.reachability import mark_reachable, mark_unreachable
from accounts.sessions import end_sessions


class ReachableFilter(CountedFilter):
    title = _("mail")
    parameter_name = "mail"

    def cases(self, request):
        return [
            Case("arrives", pgettext_lazy("mail to a person", "Arrives"), Q(unreachable_since=None)),
            Case("returns", pgettext_lazy("mail to a person", "Comes back"), Q(unreachable_since__isnull=False)),
        ]


# Whose change signs the person out everywhere.
ROLE = frozenset({"is_active", "is_staff", "groups"})


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Administrators open and close accounts and give roles; people set their own password, by mail."""

    list_display = ["email", "name", "language", "is_active", "is_staff", "last_login", "unreachable_since"]
    list_filter = ["is_active", ReachableFilter, "is_staff", "groups", "language"]
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ["email", "name"]
    ordering = ["email"]
    actions = None
    fieldsets = [
        (None, {"fields": ["email", "name", "language", "unreachable_since", "last_login", "date_joined"]}),
        (_("Role"), {"fields": ["is_active", "is_staff", "groups"]}),
    ]
    always_readonly = ("unreachable_since", "last_login", "date_joined")

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [(None, {"fields": ["email", "name", "language"]}), (_("Role"), {"fields": ["is_staff", "groups"]})]
        return super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return self.always_readonly
        # The address is the login and was confirmed by its owner; nobody closes or raises their own account.
        own = ("is_active", "is_staff", "groups") if obj == request.user else ()
        return ("email", *self.always_readonly, *own)

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and ROLE.intersection(form.changed_data):
            end_sessions(user=form.instance)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    # --- Whether mail arrives: for moderators too, who read the bounces ---

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/mail/", view(require_POST(self.mail_view)), name="accounts_user_mail"),
            *super().get_urls(),
        ]

    def mail_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Notes that mails to a person come back, or that they arrive again. Twice is once."""
        if not is_moderator(request.user):
            raise PermissionDenied
        person = get_object_or_404(User, pk=pk)
        people = User.objects.filter(pk=person.pk)
        if "returns" in request.POST and mark_unreachable(people=people):
            self.log_change(request, person, "Mail comes back.")
            messages.success(request, _("Noted. Nobody is asked at this address until a mail arrives there again."))
        elif "arrives" in request.POST and mark_reachable(people=people):
            self.log_change(request, person, "Mail arrives again.")
            messages.success(request, _("Noted. This person is asked again."))
        return redirect("admin:accounts_user_change", pk)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["may_note_mail"] = obj is not None and is_moderator(request.user)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)
