"""Accounts: read by moderators, managed by administrators. A password, or its hash, is never shown."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Administrators open and close accounts and give roles; people set their own password, by mail."""

    list_display = ["email", "name", "language", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "groups", "language"]
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ["email", "name"]
    ordering = ["email"]
    actions = None
    fieldsets = [
        (None, {"fields": ["email", "name", "language", "last_login", "date_joined"]}),
        (_("Role"), {"fields": ["is_active", "is_staff", "groups"]}),
    ]
    always_readonly = ("last_login", "date_joined")

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

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
