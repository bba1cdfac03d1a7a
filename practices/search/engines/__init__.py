"""What each database does for the search: find documents by their tokens. Everything else is shared.

An engine is a module with `statement(asked, levels)`: one query that answers, for several numbered groups of tokens,
with rows of the group's number and the id of a document that holds any of its tokens and that readers of these levels
may see. The database keeps its full-text index equal to the table by itself; the migration `full_text` says how.
"""

from collections.abc import Sequence

from django.db import connection
from pyroaring import BitMap

from practices.search.engines import postgres, sqlite

ENGINES = {"sqlite": sqlite, "postgresql": postgres}


def matches(groups: Sequence[Sequence[str]], levels: Sequence[str]) -> list[BitMap]:
    """For each group of tokens, the ids of the visible documents that hold any of them."""
    found: list[list[int]] = [[] for _group in groups]
    asked = [(place, group) for place, group in enumerate(groups) if group]
    if asked and levels:
        statement, parameters = ENGINES[connection.vendor].statement(asked, levels)
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            for place, document in cursor.fetchall():
                found[place].append(document)
    return [BitMap(documents) for documents in found]
