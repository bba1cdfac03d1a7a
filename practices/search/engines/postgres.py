"""PostgreSQL: a generated tsvector with a GIN index."""

import sys
from array import array
from collections.abc import Sequence

from pyroaring import BitMap

from practices.search.documents import CIRCLE_MASK, NUMBER_SHIFT, circle_bits

# Numbers travel as the bytes of one value: thousands of rows would cost more than the search.
SELECT = (
    f"SELECT %s, (SELECT string_agg(int4send((id >> {NUMBER_SHIFT})::int), '') FROM practices_searchdocument"  # noqa: S608
    f" WHERE full_text @@ %s::tsquery AND id & {CIRCLE_MASK} IN ({{circles}}))"
)


def statement(asked, levels: Sequence[str]) -> tuple[str, list]:
    select = SELECT.format(circles=", ".join(str(circle_bits(level)) for level in levels))
    parameters: list = []
    for place, want in asked:
        parameters += [place, expression(want)]
    return " UNION ALL ".join([select] * len(asked)), parameters


def expression(want) -> str:
    """Every token is quoted, so no operator can come in."""
    phrases = (f"({' <-> '.join(map(quoted, phrase))})" for phrase in want.phrases)
    return " | ".join([*map(quoted, want.tokens), *phrases])


def quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def unpacked(numbers: memoryview | None) -> BitMap:
    found = array("I", bytes(numbers or b""))
    if sys.byteorder == "little":
        found.byteswap()
    return BitMap(found)
