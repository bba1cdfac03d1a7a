"""Ask for the web addresses that documents name."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from submissions.services.links import check_links

PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = (
        "Asks for the web addresses of published practices and sent submissions that are due: each about once a month, "
        "failing ones once a week. Never asks for private addresses. `deliver_mail --watch` does the same, a few at a "
        "time, every ten minutes."
    )

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=500, help="ask for at most so many addresses (default 500)")
        parser.add_argument(
            "--pause", type=float, default=PAUSE_SECONDS, help="seconds before a host is asked again (default 5)"
        )

    def handle(self, *args, **options):
        if not settings.CHECK_LINKS:
            raise CommandError("CHECK_LINKS=0: links are not checked on this registry.")
        asked = dropped = left = 0
        while asked < options["limit"]:
            run = check_links(at_most=options["limit"] - asked, seconds=float("inf"))
            asked, dropped, left = asked + run.asked, dropped + run.dropped, run.left
            if not run.asked or not left:
                break
            time.sleep(options["pause"])
        self.stdout.write(f"asked {asked}, dropped {dropped}, still due {left}")
