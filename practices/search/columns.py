"""The tokens of documents as text, in which the order of relevance counts some of them.

To look for the few tokens that a document is known to hold takes a fraction of taking it apart.
"""

from collections.abc import Collection, Sequence

from django.db import connection

from practices.search.facet_index import Snapshot
from practices.search.recent import Recent

SHORT, LONG = ("title", "summary"), ("body",)
# Of short and of long fields a process remembers so many characters; a document counts as so many more.
ROOM = {SHORT: 6_000_000, LONG: 4_000_000}
DOCUMENT = 250
# Each token stands between two spaces of its own, so that those of the same token are told apart.
EDGE, APART = " ", "  "

# The fields of one document.
Columns = Sequence[str]


def columns_of(documents: Collection[int], fields: tuple[str, ...], snapshot: Snapshot) -> dict[int, Columns]:
    """Some fields of each document; a document that is gone is left out. An id names the circle of its readers, so
    whoever may know the id may know the words."""
    lately: Recent[int, Columns] = snapshot.memo.setdefault(("columns", *fields), Recent(ROOM[fields], _size))
    known: dict[int, Columns] = {}
    unknown: list[int] = []
    for document in documents:
        columns = lately.get(document)
        if columns is None:
            unknown.append(document)
        else:
            known[document] = columns
    if unknown:
        for document, columns in _read(unknown, fields):
            lately.keep(document, columns)
            known[document] = columns
    return known


def edged(token: str) -> str:
    """A token as it stands in a column."""
    return f"{EDGE}{token}{EDGE}"


def length(column: str) -> int:
    """How many tokens a column has, of which there is one at least."""
    return column.count(APART) + 1


def _read(documents: Collection[int], fields: Sequence[str]) -> list[tuple[int, Columns]]:
    # Written by hand: the ids are our own numbers, and there are many.
    statement = (
        f"SELECT id, {', '.join(fields)} FROM practices_searchdocument"  # noqa: S608
        f" WHERE id IN ({','.join(map(str, documents))})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall()
    return [(document, tuple(edged(column.replace(EDGE, APART)) for column in columns)) for document, *columns in rows]


def _size(columns: Columns) -> int:
    return DOCUMENT + sum(map(len, columns))
