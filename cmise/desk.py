"""Django's admin as the moderators' desk."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.functional import SimpleLazyObject


class Desk(AdminSite):
    """Puts the menu together where a page draws it, and once: it asks every part of the admin whether this person may
    see it."""

    def get_app_list(self, request, app_label=None):
        known: dict[str | None, Any] = request.__dict__.setdefault("app_lists", {})
        listed = super().get_app_list
        return known.setdefault(app_label, SimpleLazyObject(lambda: listed(request, app_label)))


class DeskConfig(AdminConfig):
    default_site = "cmise.desk.Desk"
