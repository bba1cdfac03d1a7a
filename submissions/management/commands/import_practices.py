"""Takes over the practices of another system."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from practices.loading.practices import Entry, EntryReader
from practices.loading.progress import Progress
from practices.loading.publishing import publish_entries
from practices.loading.records import Fault, read_lines
from practices.vocabularies import Vocabularies
from submissions.choices import Action
from submissions.models import Submission
from submissions.services import perform, start

SHOWN = 50
# Marks the versions that the import wrote: a later one without it is somebody's work.
NOTE = "Import"


class Command(BaseCommand):
    help = (
        "Import practices from FILE, one JSON object a line with the field names of practices/data. The least record "
        'is {"slug": …, "original_language": …, "title": {…}, "summary": {…}, "city": …}; its city must be in the '
        "registry. All records are checked first: if one has a fault, it is named with its line and field and nothing "
        "is imported, unless --skip-bad says to import the others. Without --publish the practices become submissions "
        "that wait for the moderators. Running it again continues after an interruption and imports nothing twice."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--publish", action="store_true", help="publish at once instead of submitting")
        parser.add_argument("--by", metavar="EMAIL", help="in whose name; needed unless --publish is given")
        parser.add_argument("--skip-bad", action="store_true", help="import the good records although others are bad")

    def handle(self, *args, file, publish, by, skip_bad, **options):
        person = self.person(by, needed=not publish)
        good, bad = self.count(file)
        if bad:
            self.stderr.write(f"{bad} of {good + bad} records cannot be imported.")
        if (bad and not skip_bad) or not good:
            raise CommandError("Nothing was imported.")
        progress = Progress(self.stdout, total=good, noun="records")
        if publish:
            outcome = publish_entries(
                self.entries(file), by=person, note=NOTE, vocabularies=Vocabularies(), progress=progress
            )
            for slug in outcome.kept:
                self.stdout.write(f"Left as it is, because it was not imported or has been changed since: {slug}")
            self.stdout.write(
                f"{outcome.published} published, {outcome.changed} changed, {outcome.unchanged} as before, "
                f"{len(outcome.kept)} left as they are."
            )
        else:
            sent, known = self.submit(file, person, progress)
            self.stdout.write(f"{sent} submitted, {known} were submitted before.")

    def person(self, email, *, needed):
        if not email:
            if needed:
                raise CommandError("In whose name are these submitted? Add --by EMAIL, or --publish.")
            return None
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise CommandError(f"No active account has the address {email}.")
        return person

    def count(self, file):
        """How many records are good and how many are not; names the faults."""
        good = bad = faults = 0
        for result in self.results(file):
            if isinstance(result, Entry):
                good += 1
                continue
            bad += 1
            for fault in result:
                faults += 1
                if faults <= SHOWN:
                    self.stderr.write(str(fault))
        if faults > SHOWN:
            self.stderr.write(f"… and {faults - SHOWN} more faults")
        return good, bad

    def results(self, file) -> Iterator[Entry | list[Fault]]:
        reader = EntryReader(file.name, vocabularies=Vocabularies())
        for line, record in read_lines(file):
            yield [record] if isinstance(record, Fault) else reader.read(line, record)

    def entries(self, file) -> Iterator[Entry]:
        # Read once more instead of kept: the file may be larger than memory.
        return (result for result in self.results(file) if isinstance(result, Entry))

    def submit(self, file, person, progress):
        sent = known = 0
        sent_before = {
            digest(content)
            for content in Submission.objects.filter(submitter=person)
            .exclude(last_sent=None)
            .values_list("last_sent", flat=True)
            .iterator()
        }
        for entry in self.entries(file):
            if digest(entry.document) in sent_before:
                known += 1
            else:
                with transaction.atomic():
                    language = entry.document["original_language"]
                    submission = start(by=person, language=language, document=entry.document)
                    perform(submission, Action.SUBMIT, by=person, version=submission.version, imported=True)
                sent += 1
            progress(sent + known)
        return sent, known


def digest(document) -> bytes:
    """A short stand-in for a document: the set of all of them must fit into memory."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).digest()
