"""The database's own full-text index. It is written with each publication, so it is never behind.

For each database there is a module with `statement(keys, levels)`: one query that answers, for several tokens and runs
of tokens, with one row each: its place and what `unpacked` makes a bitmap of. Each is asked for by itself: to walk the
documents of all is the work either way, and what a common word found is known for the next query.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from pyroaring import BitMap

from practices.search.engines import postgres, sqlite
from practices.search.engines.wants import Want
from practices.search.postings import Key, Postings

DATABASES = {"sqlite": sqlite, "postgresql": postgres}


def matches(wants: Sequence[Want], levels: Sequence[str], postings: Postings | None = None) -> list[BitMap]:
    """For each want, the ids of the documents for these readers that answer it."""
    found: dict[Key, BitMap] = {}
    unknown: list[Key] = []
    for key in dict.fromkeys(key for want in wants for key in want.keys):
        known = postings.get(key) if postings is not None else None
        if known is None:
            unknown.append(key)
        else:
            found[key] = known
    if unknown and levels:
        for key, documents in _ask(unknown, levels):
            found[key] = documents
            if postings is not None:
                postings.keep(key, documents)
    return [BitMap().union(*(found[key] for key in want.keys if key in found)) for want in wants]


def _ask(keys: Sequence[Key], levels: Sequence[str]) -> Iterable[tuple[Key, BitMap]]:
    database = DATABASES[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(*database.statement(keys, levels))
        return [(keys[place], database.unpacked(ids)) for place, ids in cursor.fetchall()]
