"""The admin's own door and names."""

from allauth.account.decorators import secure_admin_login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa import admin as second_factors
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth import admin as groups
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


def enter(request: HttpRequest, extra_context=None) -> HttpResponse:
    """Nobody signs in here: the one sign-in of the site asks for the second factor, Django's form does not."""
    return redirect(get_next_redirect_url(request) or "admin:index")


admin.site.login = secure_admin_login(enter)
admin.site.site_header = _("C-MISE registry")
admin.site.site_title = _("C-MISE registry")
admin.site.index_title = _("The moderators’ desk")

# The roles are written by `accounts.roles`; a change here would last until the next upgrade.
admin.site.unregister(groups.Group)
# The library's page shows the secret.
admin.site.unregister(second_factors.Authenticator)


@admin.register(Authenticator)
class SecondFactorAdmin(admin.ModelAdmin):
    """For a person who lost their telephone: an administrator may remove the factor, nobody may read it."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    fields = readonly_fields = ["user", "type", "created_at", "last_used_at"]
    search_fields = ["user__email"]
    list_select_related = ["user"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
