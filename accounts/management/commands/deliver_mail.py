"""Send the mails that wait in the outbox."""

import time

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from accounts.services import deliver_waiting

PAUSE_SECONDS = 2


class Command(BaseCommand):
    help = "Sends the mails that wait in the outbox; with --watch, goes on until it is stopped."

    def add_arguments(self, parser):
        parser.add_argument("--watch", action="store_true", help="stay and look every two seconds")

    def handle(self, *args, **options):
        while True:
            try:
                sent, failed = deliver_waiting()
                if sent or failed:
                    self.stdout.write(f"sent {sent}, failed {failed}")
            except OperationalError as error:
                # The database may be restarting; a sender that gives up would leave every mail behind it.
                if not options["watch"]:
                    raise
                self.stderr.write(str(error))
            if not options["watch"]:
                return
            close_old_connections()
            time.sleep(PAUSE_SECONDS)
