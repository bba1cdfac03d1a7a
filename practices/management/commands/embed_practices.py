"""Make the vectors of new and changed practices for the search by meaning."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections

from practices.semantic.embedding import EmbeddingError
from practices.semantic.follow import OvertakenError, follow, forget
from practices.semantic.process import worker

PAUSE_SECONDS = 5


class Command(BaseCommand):
    help = "Makes the vectors of new and changed practices; with --watch, goes on until it is stopped."

    def add_arguments(self, parser):
        parser.add_argument("--watch", action="store_true", help="stay and look every five seconds")
        parser.add_argument("--clear", action="store_true", help="delete every vector instead")

    def handle(self, *args, watch, clear, **options):
        if clear:
            self.stdout.write(f"{forget()} vectors deleted.")
            return
        if not settings.SEMANTIC_SEARCH:
            raise CommandError("The search by meaning is off. To switch it on: docs/semantic.md.")
        while True:
            try:
                self.embed(silent=watch)
            except (OperationalError, OvertakenError, EmbeddingError) as error:
                # The database or the worker may come back; a watcher that gives up would leave every change behind it.
                if not watch:
                    raise CommandError(str(error) or "Another process makes the vectors.") from error
                self.stderr.write(str(error))
            if not watch:
                return
            close_old_connections()
            time.sleep(PAUSE_SECONDS)

    def embed(self, *, silent: bool) -> None:
        outcome = follow(worker(settings.SEMANTIC_MODEL), progress=self.report)
        for text in outcome.failed:
            self.stderr.write(f"The model cannot take this text: {text}")
        if not silent or outcome.embedded or outcome.removed:
            self.stdout.write(f"{outcome.embedded} texts embedded, {outcome.removed} vectors removed.")

    def report(self, done: int, total: int) -> None:
        if total > 1:
            self.stdout.write(f"{done} of {total} practices compared")
