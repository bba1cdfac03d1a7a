"""Ask the cities once a year whether their records are still right. Made to be run every day."""

from django.core.management.base import BaseCommand

from submissions.reminders import ask_cities


class Command(BaseCommand):
    help = (
        "Asks those who speak for a city about its practices that nobody has confirmed for a year, with at most two "
        "reminders. Run it every day. With --dry-run it only says who would be asked."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only say who would be asked")

    def handle(self, *args, **options):
        asked = ask_cities(dry_run=options["dry_run"])
        for practice, people in asked:
            # No addresses: the output ends in logs.
            self.stdout.write(f"{practice.reference}: {len(people)}")
        self.stdout.write(f"{len(asked)} practices")
