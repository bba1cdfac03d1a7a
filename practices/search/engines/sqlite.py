"""SQLite: an FTS5 table over the search documents."""

import json
from collections.abc import Sequence

from pyroaring import BitMap

from practices.search.documents import CIRCLE_MASK, circle_bits
from practices.search.postings import Key

# FTS5's own column name for a whole row is the table's name. Ids travel as one value: thousands of rows would cost
# more than the search.
SELECT = (
    f"SELECT key, (SELECT json_group_array(rowid) FROM practices_searchdocument_fts"  # noqa: S608
    f" WHERE practices_searchdocument_fts MATCH value AND rowid & {CIRCLE_MASK} IN ({{circles}}))"
    " FROM json_each(%s)"
)


def statement(keys: Sequence[Key], levels: Sequence[str]) -> tuple[str, list]:
    circles = ", ".join(str(circle_bits(level)) for level in levels)
    return SELECT.format(circles=circles), [json.dumps([expression(key) for key in keys])]


def expression(key: Key) -> str:
    """Every token is quoted, so no operator can come in."""
    return quoted(key) if isinstance(key, str) else " + ".join(map(quoted, key))


def quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'


def unpacked(ids: str) -> BitMap:
    return BitMap(json.loads(ids))
