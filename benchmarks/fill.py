"""Fills a database for the benchmarks: `python -m benchmarks.site fill 100000`, with the site's settings.

The same practices as `generate_practices`, written without versions and log, which no search reads. Beyond `REAL` they
are copied inside PostgreSQL, and inverted here: what is measured then is the size, not the words. Whatever is there
already stays.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from itertools import islice

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from practices import rows
from practices.choices import Publication
from practices.document import without_peer_fields
from practices.loading.synthetic import Synthesiser
from practices.loading.vocabulary import write_cities, write_terms
from practices.models import Numbering, Practice, PracticeText, SearchDocument
from practices.search import index, inverting
from practices.search.postings import BLOCK_BITS, block_of
from practices.vocabularies import Vocabularies

CHUNK = 500
REAL = 100_000
TERMS = (Practice.service_areas, Practice.target_groups, Practice.approaches, Practice.other_cities)


def write(count: int) -> None:
    """Practices with their rows; the first ones may be there."""
    synthesiser = Synthesiser(seed=1)
    there = Practice.objects.count()
    if not there:
        write_terms(synthesiser.vocabulary.terms)
        write_cities(synthesiser.vocabulary.cities)
    vocabularies = Vocabularies()
    entries = islice(synthesiser.entries(count), there, None)
    while chunk := list(islice(entries, CHUNK)):
        with transaction.atomic():
            now = timezone.now()
            practices = []
            for entry in chunk:
                practice = Practice(
                    number=entry.line,
                    slug=entry.slug,
                    publication=Publication.PUBLISHED,
                    current_version=1,
                    published_at=now,
                    updated_at=now,
                    **rows.BLANK_TEXTS,
                )
                rows.assign(practice, entry.document, vocabularies=vocabularies)
                practices.append(practice)
            Practice.objects.bulk_create(practices, batch_size=CHUNK)
            pairs = list(zip(practices, (entry.document for entry in chunk), strict=True))
            rows.insert(row for pair in pairs for row in rows.texts_of(*pair, before=None))
            parts = [(practice, *without_peer_fields(document)) for practice, document in pairs]
            rows.insert(row for part in parts for row in rows.rows_of(*part, vocabularies=vocabularies))
        progress(practices[-1].number, count, "written")


def multiply(count: int) -> None:
    """Copies of all practices with their search documents until there are `count`."""
    there = Practice.objects.count()
    highest = Practice.objects.latest("pk").pk
    copies = -(-count // there) - 1
    with transaction.atomic(), connection.cursor() as cursor:
        for copy in range(1, copies + 1):
            left = min(there, count - copy * there)
            shift = {"pk": copy * highest, "number": copy * there, "left": left}
            changed = {"id": "id + %(pk)s", "number": "number + %(number)s", "slug": f"slug || '-copy-{copy}'"}
            copied(cursor, Practice, changed, shift, "number <= %(left)s")
            mine = "practice_id IN (SELECT id FROM practices_practice WHERE number <= %(left)s)"
            for relation in TERMS:
                copied(cursor, relation.through, {"id": None, "practice_id": "practice_id + %(pk)s"}, shift, mine)
            copied(cursor, PracticeText, {"id": None, "practice_id": "practice_id + %(pk)s"}, shift, mine)
            changed = {"id": "id + %(number)s", "practice_id": "practice_id + %(pk)s"}
            copied(cursor, SearchDocument, changed, shift, mine)
            progress(copy * there + left, count, "copied")
        sequence = "pg_get_serial_sequence('practices_practice', 'id')"
        cursor.execute(f"SELECT setval({sequence}, max(id)) FROM practices_practice")
    last = block_of(count)
    for block in range(last + 1):
        with transaction.atomic():
            inverting.Block(block).write()
        progress(min(block + 1 << BLOCK_BITS, count), count)


def copied(cursor, model, changed: dict, shift: dict, condition: str) -> None:
    """Insert a table's own rows once more, with some columns changed and those that are None left to the database."""
    table = model._meta.db_table
    names = [field.column for field in model._meta.concrete_fields if changed.get(field.column, "") is not None]
    names = list(dict.fromkeys(names))
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name) or f'"{name}"' for name in names)
    cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}" WHERE {condition}', shift)


def progress(done: int, total: int, verb: str = "indexed") -> None:
    if done >= total or done * 10 // total > (done - CHUNK) * 10 // total:
        print(f"{done} of {total} {verb}", file=sys.stderr)


def fill(count: int) -> None:
    call_command("migrate", verbosity=0)
    figures: dict[str, float] = {}
    real = min(count, REAL)
    begin = time.perf_counter()
    if Practice.objects.count() < real:
        write(real)
        figures["filled_seconds"] = time.perf_counter() - begin
    if not index.agrees():
        begin = time.perf_counter()
        index.rebuild(progress)
        figures["built_seconds"] = time.perf_counter() - begin
        figures["built_practices"] = Practice.objects.count()
    if Practice.objects.count() < count:
        begin = time.perf_counter()
        multiply(count)
        figures["copied_seconds"] = time.perf_counter() - begin
    Numbering.objects.update_or_create(pk=1, defaults={"last_number": count})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(json.dumps(figures))


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site fill", description=__doc__)
    parser.add_argument("count", type=int, help="how many practices there shall be")
    fill(parser.parse_args(arguments).count)
