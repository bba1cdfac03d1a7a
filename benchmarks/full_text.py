"""What the databases' own full-text indexes, FTS5 and GIN, make of the same tokens, which they take as they stand.

The registry does not use them; it is compared with them. They hold public documents only.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import connection

from practices.models import SearchDocument
from practices.search.amounts import FIELD_WEIGHTS

INDEX = "benchmark_full_text"
MADE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE {index} USING fts5(words, content='', detail='none', tokenize='ascii')",
        "INSERT INTO {index} (rowid, words) SELECT id, {words} FROM {documents} WHERE visibility = 'public'",
    ],
    "postgresql": [
        "CREATE TABLE {index} AS SELECT id,"
        " array_to_tsvector(array_remove(string_to_array({words}, ' '), '')) AS words FROM {documents}"
        " WHERE visibility = 'public'",
        "CREATE INDEX {index}_words ON {index} USING gin (words) WITH (fastupdate = off)",
        "ANALYZE {index}",
        # With many words the planner takes the whole table for cheaper than the index.
        "SET enable_seqscan = off",
    ],
}
AFTERWARDS = {"sqlite": ["DROP TABLE IF EXISTS {index}"]}
AFTERWARDS["postgresql"] = [*AFTERWARDS["sqlite"], "RESET enable_seqscan"]
# The statement, a token in it, and what stands between two of which one is enough.
ASKED = {
    "sqlite": ("SELECT rowid FROM {index} WHERE {index} MATCH %s", '"{}"', " OR "),
    "postgresql": ("SELECT id FROM {index} WHERE words @@ %s::tsquery", "'{}'", " | "),
}


@contextmanager
def full_text_index() -> Iterator[None]:
    """There while it is compared with."""
    words = " || ' ' || ".join(FIELD_WEIGHTS)
    names = {"index": INDEX, "documents": SearchDocument._meta.db_table, "words": words}
    # A run that was killed may have left it.
    before, after = [*AFTERWARDS[connection.vendor], *MADE[connection.vendor]], AFTERWARDS[connection.vendor]
    try:
        _execute(before, names)
        yield
    finally:
        _execute(after, names)


def _execute(statements: Iterable[str], names: Mapping[str, str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(**names))


def ids(tokens: Collection[str]) -> list[tuple]:
    """The ids of all documents with any of the tokens; those of words hold neither quotes nor signs."""
    statement, quoted, joined = ASKED[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(index=INDEX), [joined.join(map(quoted.format, tokens))])
        return cursor.fetchall()
