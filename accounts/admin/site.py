"""The admin's own door and names."""

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa import admin as second_factors
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth import admin as groups
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _


def enter(request: HttpRequest, extra_context=None) -> HttpResponse:
    """Nobody signs in here: the one sign-in of the site asks for the second factor, Django's form does not."""
    return redirect(get_next_redirect_url(request) or "admin:index")


def view_on_site(request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
    """To the public page of a row, for those who may read the row here. Django's own leads all of the staff to any row,
    and an address alone can tell the title of what is hidden."""
    model: Any = get_object_or_404(ContentType, pk=content_type_id).model_class()
    if not admin.site.is_registered(model):
        raise Http404
    desk = admin.site.get_model_admin(model)
    row = desk.get_object(request, object_id) if desk.has_view_permission(request) else None
    if row is None or not desk.has_view_permission(request, row):
        raise Http404
    return shortcut(request, content_type_id, object_id)


def own_urls(stock: Callable[[], list]) -> list:
    """The first of two of the same name is the one that counts."""
    view = admin.site.admin_view(view_on_site)
    return [path("r/<int:content_type_id>/<path:object_id>/", view, name="view_on_site"), *stock()]


admin.site.get_urls = partial(own_urls, admin.site.get_urls)
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
