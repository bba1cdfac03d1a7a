"""Loads the registry's own content from a directory of files."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from practices.loading.progress import Progress
from practices.loading.records import FaultyFilesError
from practices.loading.registry import load_registry, read_registry

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Load cities, vocabularies, practices and translations from DIRECTORY (the format of practices/data). "
        "Everything is checked first; a fault in one record is named, and then nothing is loaded. Running it again "
        "publishes only what differs; practices that people changed on the site are left as they are and named."
    )

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path)

    def handle(self, *args, directory, **options):
        try:
            registry = read_registry(directory)
        except FaultyFilesError as error:
            for fault in error.faults[:SHOWN]:
                self.stderr.write(str(fault))
            if len(error.faults) > SHOWN:
                self.stderr.write(f"… and {len(error.faults) - SHOWN} more")
            raise CommandError(f"Nothing was loaded: {len(error.faults)} fault(s) in {directory}.") from None
        progress = Progress(self.stdout, total=len(registry.entries), noun="practices")
        outcome = load_registry(registry, progress=progress)
        for slug in outcome.kept:
            self.stdout.write(f"Left as it is, because people changed or withdrew it on the site: {slug}")
        self.stdout.write(
            f"{len(registry.vocabulary.cities)} cities; practices: {outcome.published} published, "
            f"{outcome.changed} changed, {outcome.unchanged} as before, {len(outcome.kept)} left as they are."
        )
