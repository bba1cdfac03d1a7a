"""PostgreSQL: a generated tsvector with a GIN index."""

import sys
from array import array
from collections.abc import Sequence

from pyroaring import BitMap

from practices.search.documents import circle_bits

# The function is made by the migration `search_rows`. Ids travel as the bytes of one value: thousands of rows would
# cost more than the search.
SELECT = "SELECT %s, practices_searchdocument_found(%s::tsquery, %s::bigint[])"


def statement(asked, levels: Sequence[str]) -> tuple[str, list]:
    circles = [circle_bits(level) for level in levels]
    parameters: list = []
    for place, want in asked:
        parameters += [place, expression(want), circles]
    return " UNION ALL ".join([SELECT] * len(asked)), parameters


def expression(want) -> str:
    """Every token is quoted, so no operator can come in."""
    phrases = (f"({' <-> '.join(map(quoted, phrase))})" for phrase in want.phrases)
    return " | ".join([*map(quoted, want.tokens), *phrases])


def quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def unpacked(ids: memoryview | None) -> BitMap:
    found = array("I", bytes(ids or b""))
    if sys.byteorder == "little":
        found.byteswap()
    return BitMap(found)
