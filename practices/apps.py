from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PracticesConfig(AppConfig):
    name = "practices"
    verbose_name = _("Practices")

    def ready(self):
        from practices.search.upgrade import write_index_anew  # noqa: PLC0415 - before it no model exists

        post_migrate.connect(write_index_anew, sender=self)
