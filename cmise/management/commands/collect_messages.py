"""Brings the catalogue of every language up to date with the texts in the sources."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cmise.catalogues import GettextMissing, collect_messages, update_catalogue


class Command(BaseCommand):
    help = "Collect every translatable text into locale/; translations stay, changed texts wait for a new one."
    requires_system_checks = []

    def handle(self, *args, **options):
        try:
            messages = collect_messages(settings.BASE_DIR)
        except GettextMissing as missing:
            raise CommandError(str(missing)) from missing
        for language in settings.LANGUAGE_CODES:
            path = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
            changed = update_catalogue(path, messages, language)
            self.stdout.write(f"{language}: {len(messages)} messages, {'updated' if changed else 'unchanged'}")
