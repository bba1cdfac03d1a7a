"""Compiles the message catalogues without the gettext tools, so a bare host needs nothing but Python."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from cmise.catalogues import compile_catalogues


class Command(BaseCommand):
    help = "Compile the message catalogues that changed, without gettext."
    requires_system_checks = []

    def handle(self, *args, **options):
        for folder in settings.LOCALE_PATHS:
            for catalogue in compile_catalogues(Path(folder)):
                self.stdout.write(f"compiled {catalogue.relative_to(settings.BASE_DIR)}")
