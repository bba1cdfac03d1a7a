"""Django's admin as the moderators' desk."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.functional import lazy


class Desk(AdminSite):
    """Asks for the menu only where a page draws it: it asks every part of the admin whether this person may see it."""

    def get_app_list(self, request, app_label=None):
        return lazy(super().get_app_list, list)(request, app_label)


class DeskConfig(AdminConfig):
    default_site = "cmise.desk.Desk"
