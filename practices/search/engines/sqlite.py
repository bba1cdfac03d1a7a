"""SQLite: an FTS5 table over the search documents."""

import json
from collections.abc import Sequence

from pyroaring import BitMap

from practices.search.documents import CIRCLE_MASK, circle_bits

# FTS5's own column name for a whole row is the table's name. Ids travel as one value: thousands of rows would cost
# more than the search.
SELECT = (
    f"SELECT %s, (SELECT json_group_array(rowid) FROM practices_searchdocument_fts"  # noqa: S608
    f" WHERE practices_searchdocument_fts MATCH %s AND rowid & {CIRCLE_MASK} IN ({{circles}}))"
)


def statement(asked, levels: Sequence[str]) -> tuple[str, list]:
    select = SELECT.format(circles=", ".join(str(circle_bits(level)) for level in levels))
    parameters: list = []
    for place, want in asked:
        parameters += [place, expression(want)]
    return " UNION ALL ".join([select] * len(asked)), parameters


def expression(want) -> str:
    """Every token is quoted, so no operator can come in."""
    return " OR ".join([*map(quoted, want.tokens), *(" + ".join(map(quoted, phrase)) for phrase in want.phrases)])


def quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def unpacked(ids: str) -> BitMap:
    return BitMap(json.loads(ids))
