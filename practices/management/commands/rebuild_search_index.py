"""Write the search index anew, or compare it with the practices: when /readyz says that they disagree."""

from django.core.management.base import BaseCommand, CommandError

from practices.models import Practice
from practices.search import index, inverting


class Command(BaseCommand):
    help = (
        "Write the search index of all published practices anew, while the site runs. An interrupted run is taken up "
        "where it stopped. `migrate` does the same by itself after an upgrade that reads words differently."
    )

    def add_arguments(self, parser):
        parser.add_argument("--anew", action="store_true", help="begin at the first practice, whatever was done before")
        parser.add_argument("--check", action="store_true", help="write nothing; fail and say which practices differ")

    def handle(self, *args, anew, check, **options):
        if check:
            self.check_rows()
            return
        number = index.rebuild(self.report, anew=anew)
        self.stdout.write(self.style.SUCCESS(f"{number} practices indexed."))

    def check_rows(self):
        wrong = index.disagreements(self.report)
        if wrong:
            references = ", ".join(Practice(number=number).reference for number in wrong[:20])
            more = f" and {len(wrong) - 20} more" if len(wrong) > 20 else ""
            raise CommandError(f"The index differs from {len(wrong)} practices: {references}{more}.")
        # Of words that no practice has.
        damaged = inverting.damaged()
        if damaged:
            named = ", ".join(f"{token!r} (circle {circle}, block {block})" for token, circle, block in damaged[:20])
            more = f" and {len(damaged) - 20} more" if len(damaged) > 20 else ""
            raise CommandError(f"Damaged rows of the index: {named}{more}. Write it again with --anew.")
        if not (index.agrees() and index.is_current()):
            raise CommandError("The index was written by another analyser, or a rebuild was interrupted.")
        self.stdout.write(self.style.SUCCESS("Index and registry agree."))

    def report(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total}")
