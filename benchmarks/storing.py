"""What the index takes: room on disk, time to build it anew, and time until somebody else finds what was published."""

import json
import time
from random import Random

from django.db import connection

from benchmarks import over_http
from benchmarks.serving import registry
from benchmarks.timing import milliseconds, quantiles
from practices import document as documents
from practices.models import Practice
from practices.search import index
from practices.services import publish

PUBLICATIONS = 20
MEGABYTE = 1024 * 1024
INDEX_TABLES = "practices_search%"


def size() -> dict:
    """Megabytes of the search's tables with their indexes, and of the whole database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT sum(pgsize) FROM dbstat WHERE aggregate = 1 AND name IN"
                " (SELECT name FROM sqlite_master WHERE tbl_name LIKE %s)",
                [INDEX_TABLES],
            )
            index_bytes = cursor.fetchone()[0]
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        else:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE %s",
                [INDEX_TABLES],
            )
            index_bytes = cursor.fetchone()[0]
            cursor.execute("SELECT pg_database_size(current_database())")
        whole = cursor.fetchone()[0]
    return {"index": float(index_bytes) / MEGABYTE, "database": whole / MEGABYTE}


def build() -> dict:
    begin = time.perf_counter()
    practices = index.rebuild()
    return {"seconds": time.perf_counter() - begin, "practices": practices}


def publications() -> dict:
    """Publish changes here and ask the server's processes for each at once. The practices are put back afterwards."""
    chance = Random("published")
    numbers = list(Practice.objects.public().values_list("number", flat=True))
    times, seen_after, at_once = [], [], 0
    with registry() as server:
        over_http.everybody_loads(server)
        for number in chance.sample(numbers, min(PUBLICATIONS, len(numbers))):
            practice = Practice.objects.get(number=number)
            before = documents.read(practice)
            word = "".join(chance.choices("bcdfgklmnprstvz", k=12))
            language = before["original_language"]
            changed = {**before, "title": {**before["title"], language: f"{before['title'][language][:150]} {word}"}}
            times.append(
                milliseconds(lambda practice=practice, changed=changed: publish(changed, by=None, practice=practice))
            )
            begin = time.perf_counter()
            found = json.loads(over_http.answer(server, f"/api/v1/practices/?q={word}"))
            seen_after.append((time.perf_counter() - begin) * 1000)
            # What resembles the word a little may follow where little is found.
            at_once += [result["reference"] for result in found["results"]][:1] == [practice.reference]
            publish(before, by=None, practice=Practice.objects.get(number=number))
    return {"publish": quantiles(times), "visible": quantiles(seen_after), "at_once": at_once, "asked": len(times)}
