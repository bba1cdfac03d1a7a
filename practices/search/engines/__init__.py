"""What each engine does for the search: find practices by the tokens of their documents. Everything else is shared.

A database's engine is a module with `statement(asked, levels)`: one query that answers, for several numbered wants,
with one row each: the number and `packed(...)`, the practices that readers of these levels may see. The database keeps
its full-text index equal to the table by itself; the migration `full_text` says how.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from pyroaring import BitMap

from practices.search.engines import postgres, sqlite

ENGINES = {"sqlite": sqlite, "postgresql": postgres}


@dataclass(frozen=True)
class Want:
    """Documents with any of the tokens, or any of the runs of tokens."""

    tokens: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tokens or self.phrases)


def matches(wants: Sequence[Want], levels: Sequence[str]) -> list[BitMap]:
    """For each want, the numbers of the practices with a document for these readers that answers it."""
    asked = [(place, want) for place, want in enumerate(wants) if want]
    found: dict[int, BitMap] = {}
    if asked and levels:
        engine = ENGINES[connection.vendor]
        statement, parameters = engine.statement(asked, levels)
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            found = {place: engine.unpacked(numbers) for place, numbers in cursor.fetchall()}
    return [found.get(place, BitMap()) for place in range(len(wants))]
