"""Warn of drafts that will end, and end those that nobody saved for twelve months."""

from django.core.management.base import BaseCommand, CommandError

from submissions.services import end_drafts


class Command(BaseCommand):
    help = (
        "Warns the editors of drafts that were never sent, ten and eleven and a half months after the last save, and "
        "deletes them with their files after twelve. deliver_mail --watch does the same once a day."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="count only, change nothing and write no mail")

    def handle(self, *args, **options):
        done = end_drafts(dry_run=options["dry_run"])
        verb = "would warn of" if options["dry_run"] else "warned of"
        self.stdout.write(f"{verb} {done.warned}, {'would delete' if options['dry_run'] else 'deleted'} {done.deleted}")
        if done.failed:
            raise CommandError(f"{done.failed} failed; the log says why. They are tried again at the next run.")
