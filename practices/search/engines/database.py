"""The database's own full-text index. It is written with each publication, so it is never behind.

For each database there is a module with `statement(asked, levels)`: one query that answers, for several numbered wants,
with one row each: the number and what `unpacked` makes a bitmap of.
"""

from collections.abc import Sequence

from django.db import connection
from pyroaring import BitMap

from practices.search.engines import postgres, sqlite
from practices.search.engines.wants import Want

DATABASES = {"sqlite": sqlite, "postgresql": postgres}


def matches(wants: Sequence[Want], levels: Sequence[str]) -> list[BitMap]:
    """For each want, the ids of the documents for these readers that answer it."""
    asked = [(place, want) for place, want in enumerate(wants) if want]
    found: dict[int, BitMap] = {}
    if asked and levels:
        database = DATABASES[connection.vendor]
        statement, parameters = database.statement(asked, levels)
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            for place, ids in cursor.fetchall():
                found[place] = found.get(place, BitMap()) | database.unpacked(ids)
    return [found.get(place, BitMap()) for place in range(len(wants))]
