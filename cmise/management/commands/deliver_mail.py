"""Send the mails that wait in the outbox; beside it, whatever the registry does by itself when its time has come."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from accounts.services import deliver_waiting
from accounts.sessions import forget_expired
from cities.services import tell_of_ends
from submissions.digests import send_digests
from submissions.reminders import ask_cities, remind_of_due_days
from submissions.services import end_drafts, publish_due
from submissions.services.links import check_links
from submissions.services.summaries import count_warnings_anew

PAUSE_SECONDS = 2
MINUTE = 60
DAY = 24 * 60 * MINUTE

logger = logging.getLogger(__name__)


@dataclass
class Errand:
    """What is done every so often, the first time at once. Each is safe to run twice, and beside itself."""

    run: Callable[[], object]
    every_seconds: float
    due_at: float = 0.0

    def run_if_due(self, now: float) -> bool:
        """Run it where its time has come; an error is logged, and the next turn tries again. `now` is a monotonic
        time in seconds."""
        if now < self.due_at:
            return False
        self.due_at = now + self.every_seconds
        try:
            self.run()
        except Exception:
            # A sender that gives up would leave every mail behind it.
            logger.exception("An errand failed and is tried again later")
        return True


def errands() -> list[Errand]:
    """Everything that `--watch` does beside sending mail."""
    return [
        Errand(publish_due, MINUTE),
        Errand(check_links, 10 * MINUTE),
        Errand(count_warnings_anew, MINUTE),
        Errand(end_drafts, DAY),
        Errand(ask_cities, DAY),
        Errand(remind_of_due_days, DAY),
        Errand(send_digests, 10 * MINUTE),
        Errand(tell_of_ends, DAY),
        Errand(forget_expired, DAY),
    ]


class Command(BaseCommand):
    help = (
        "Sends the mails that wait in the outbox. With --watch, goes on until it is stopped, publishes what is "
        "approved for its day, and once a day warns of old drafts, ends them, asks cities to confirm old records, "
        "reminds officers of the day they were given, writes the moderators' digests, and forgets old sign-ins."
    )

    def add_arguments(self, parser):
        parser.add_argument("--watch", action="store_true", help="stay and look every two seconds")

    def handle(self, *args, **options):
        beside = errands() if options["watch"] else []
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
            for errand in beside:
                errand.run_if_due(time.monotonic())
            close_old_connections()
            time.sleep(PAUSE_SECONDS)
