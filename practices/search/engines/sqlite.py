"""SQLite: an FTS5 table over the search documents."""

from collections.abc import Sequence

# FTS5's own column name for a whole row is the table's name; every token is quoted, so no operator can come in.
SELECT = (
    "SELECT %s, hit.rowid FROM practices_searchdocument_fts AS hit"
    " JOIN practices_searchdocument AS document ON document.id = hit.rowid"
    " WHERE practices_searchdocument_fts MATCH %s AND document.visibility IN ({levels})"
)


def statement(asked: Sequence[tuple[int, Sequence[str]]], levels: Sequence[str]) -> tuple[str, list]:
    select = SELECT.format(levels=", ".join(["%s"] * len(levels)))
    parameters: list = []
    for place, tokens in asked:
        parameters += [place, " OR ".join(quoted(token) for token in tokens), *levels]
    return " UNION ALL ".join([select] * len(asked)), parameters


def quoted(token: str) -> str:
    return '"' + token.replace('"', '""') + '"'
