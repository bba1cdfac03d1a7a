"""PostgreSQL: a generated tsvector with a GIN index."""

import sys
from array import array
from collections.abc import Sequence

from pyroaring import BitMap

from practices.search.documents import circle_bits
from practices.search.postings import Key

# The function is made by the migration `search_rows`. Ids travel as the bytes of one value: thousands of rows would
# cost more than the search. A run's tokens are somewhere in the vector and side by side in the text.
SELECT = (
    "SELECT place - 1, practices_searchdocument_found(asked::tsquery, array_remove(ARRAY[run], NULL), %s::bigint[])"
    " FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS each (asked, run, place)"
)


def statement(keys: Sequence[Key], levels: Sequence[str]) -> tuple[str, list]:
    asked = [quoted(key) if isinstance(key, str) else " & ".join(map(quoted, key)) for key in keys]
    runs = [None if isinstance(key, str) else " ".join(key) for key in keys]
    return SELECT, [[circle_bits(level) for level in levels], asked, runs]


def quoted(token: str) -> str:
    """No operator can come in."""
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def unpacked(ids: memoryview | None) -> BitMap:
    found = array("I", bytes(ids or b""))
    if sys.byteorder == "little":
        found.byteswap()
    return BitMap(found)
