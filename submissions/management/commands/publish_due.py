"""Publish what is approved and whose day has come."""

from django.core.management.base import BaseCommand, CommandError

from submissions.services import publish_due


class Command(BaseCommand):
    help = "Publishes approved submissions whose day has come. Safe to run twice, and beside deliver_mail --watch."

    def handle(self, *args, **options):
        done = publish_due()
        self.stdout.write(f"published {done.published}, returned to review {done.returned}")
        if done.failed:
            raise CommandError(f"{done.failed} failed; the log says why. They are tried again at the next run.")
