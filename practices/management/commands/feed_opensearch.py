"""Keep OpenSearch level with the registry."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections

from practices.search.opensearch.feed import configured_server, feed, lag
from practices.search.opensearch.server import OpenSearchError

PAUSE_SECONDS = 1


class Command(BaseCommand):
    help = (
        "Brings the search index in OpenSearch level with the registry: what changed since, or everything where the "
        "change log does not lead on. With --watch, goes on until it is stopped."
    )

    def add_arguments(self, parser):
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--watch", action="store_true", help="stay and look every second")
        ways.add_argument("--check", action="store_true", help="write nothing; fail unless it is level")
        parser.add_argument("--anew", action="store_true", help="write a new index first; searches go on meanwhile")

    def handle(self, *args, watch, check, anew, **options):
        if not settings.OPENSEARCH_URL:
            raise CommandError("OPENSEARCH_URL is not set; docs/opensearch.md explains it.")
        if check:
            self.tell_lag()
            return
        while True:
            try:
                self.bring_level(anew)
                anew = False
            except (OpenSearchError, OperationalError) as error:
                # Either server may be restarting; a feed that gives up would leave OpenSearch behind for good.
                if not watch:
                    raise CommandError(str(error)) from error
                self.stderr.write(str(error))
            if not watch:
                return
            close_old_connections()
            time.sleep(PAUSE_SECONDS)

    def bring_level(self, anew):
        fed = feed(configured_server(), anew=anew, progress=self.report)
        if fed.anew:
            self.stdout.write(f"{fed.practices} practices in a new index.")
        elif fed.practices:
            self.stdout.write(f"{fed.practices} practices brought up to date.")

    def tell_lag(self):
        try:
            behind = lag(configured_server())
        except OpenSearchError as error:
            raise CommandError(str(error)) from error
        if behind is None:
            raise CommandError("OpenSearch has no index that the change log leads on from; it must be written anew.")
        if behind:
            raise CommandError(f"OpenSearch is {behind} changes behind.")
        self.stdout.write("OpenSearch is level with the registry.")

    def report(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total}")
