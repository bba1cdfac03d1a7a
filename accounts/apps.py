from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self):
        from accounts import roles  # noqa: PLC0415 - before it no model exists

        # Roles are groups with explicit permissions; they exist as soon as the tables do.
        post_migrate.connect(roles.create_groups, dispatch_uid="accounts.roles")
