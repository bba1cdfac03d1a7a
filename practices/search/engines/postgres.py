"""PostgreSQL: a generated tsvector with a GIN index."""

from collections.abc import Sequence

SELECT = "SELECT %s, id FROM practices_searchdocument WHERE full_text @@ %s::tsquery AND visibility IN ({levels})"


def statement(asked: Sequence[tuple[int, Sequence[str]]], levels: Sequence[str]) -> tuple[str, list]:
    select = SELECT.format(levels=", ".join(["%s"] * len(levels)))
    parameters: list = []
    for place, tokens in asked:
        parameters += [place, " | ".join(quoted(token) for token in tokens), *levels]
    return " UNION ALL ".join([select] * len(asked)), parameters


def quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
