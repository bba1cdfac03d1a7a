"""Write the search index anew: after a change of the analyser, or when /readyz says that it disagrees."""

from django.core.management.base import BaseCommand

from practices.search import index


class Command(BaseCommand):
    help = "Write the search index of all published practices anew."

    def handle(self, *args, **options):
        number = index.rebuild(self.report)
        self.stdout.write(self.style.SUCCESS(f"{number} practices indexed."))

    def report(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total}")
