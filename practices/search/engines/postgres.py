"""PostgreSQL: a generated tsvector with a GIN index."""

import sys
from array import array
from collections.abc import Sequence

from pyroaring import BitMap

from practices.search.documents import circle_bits

# The function is made by the migration `search_rows`. Ids travel as the bytes of one value: thousands of rows would
# cost more than the search.
SELECT = "SELECT %s, practices_searchdocument_found(%s::tsquery, %s::text[], %s::bigint[])"


def statement(asked, levels: Sequence[str]) -> tuple[str, list]:
    circles = [circle_bits(level) for level in levels]
    parameters: list = []
    for place, want in asked:
        if want.tokens:
            parameters += [place, " | ".join(map(quoted, want.tokens)), [], circles]
        if want.phrases:
            # The vector has the tokens of a run somewhere, the text has them side by side.
            together = (f"({' & '.join(map(quoted, phrase))})" for phrase in want.phrases)
            parameters += [place, " | ".join(together), [" ".join(phrase) for phrase in want.phrases], circles]
    return " UNION ALL ".join([SELECT] * (len(parameters) // 4)), parameters


def quoted(token: str) -> str:
    """No operator can come in."""
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def unpacked(ids: memoryview | None) -> BitMap:
    found = array("I", bytes(ids or b""))
    if sys.byteorder == "little":
        found.byteswap()
    return BitMap(found)
