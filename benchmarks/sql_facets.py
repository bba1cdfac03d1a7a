"""The facets against the best that one SQL statement does: disjunctive counts over narrow tables made only for them.

The opponent gets every advantage: public rows only, small integers, tables in the order in which they are counted,
nothing to label or to sort. Several forms are asked; the fastest counts.
"""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection

from benchmarks.queries import Asker, Question
from benchmarks.records import FACETS
from benchmarks.searching import catalogue, known_values
from benchmarks.timing import milliseconds, quantiles

ASKED = 105
SECONDS = 60
PLACES_OF_FACETS = {name: place for place, name in enumerate(FACETS)}
Execute = Callable[[str], list[tuple]]
Counts = dict[tuple[str, str], int]


class Tables:
    """Two shapes. `facet`: value by practice, a row each, sorted by value. `practice`: a row each with, per facet,
    the number of its set of values, and `member` says what is in a set: few sets are counted instead of many values.
    """

    def __init__(self, execute: Execute, *, concatenated: str, suffix: str):
        self.execute = execute
        staged = " UNION ALL ".join(
            f"SELECT {place} AS facet, number, CAST(value AS text) AS value FROM ({FACETS[name]}) AS rows_{place}"
            for name, place in PLACES_OF_FACETS.items()
        )
        execute(f"CREATE TABLE staged AS {staged}")
        execute("CREATE TABLE code (id integer PRIMARY KEY, facet smallint, value text)")
        execute(
            "INSERT INTO code SELECT row_number() OVER (ORDER BY facet, value), facet, value"
            " FROM (SELECT DISTINCT facet, value FROM staged) AS found"
        )
        execute(
            "CREATE TABLE facet"
            f" (facet smallint, value smallint, number integer, PRIMARY KEY (facet, value, number)){suffix}"
        )
        execute(
            "INSERT INTO facet SELECT code.facet, code.id, staged.number FROM staged"
            " JOIN code ON code.facet = staged.facet AND code.value = staged.value ORDER BY 1, 2, 3"
        )
        execute(
            f"CREATE TABLE combined AS SELECT number, facet, {concatenated} AS list"
            " FROM (SELECT number, facet, value FROM facet ORDER BY number, facet, value) AS sorted"
            " GROUP BY number, facet"
        )
        execute(
            "CREATE TABLE value_set AS SELECT row_number() OVER (ORDER BY facet, list) AS id, facet, list, first"
            " FROM (SELECT facet, list, min(number) AS first FROM combined GROUP BY facet, list) AS found"
        )
        execute(f"CREATE TABLE member (id integer, value smallint, PRIMARY KEY (value, id)){suffix}")
        execute(
            "INSERT INTO member SELECT value_set.id, facet.value FROM value_set"
            " JOIN facet ON facet.facet = value_set.facet AND facet.number = value_set.first"
        )
        columns = ", ".join(f'"{name}" integer' for name in FACETS)
        execute(f"CREATE TABLE practice (number integer PRIMARY KEY, {columns})")
        sets = ", ".join(f"max(CASE value_set.facet WHEN {place} THEN id END)" for place in PLACES_OF_FACETS.values())
        execute(
            f"INSERT INTO practice SELECT number, {sets} FROM combined JOIN value_set"
            " ON value_set.facet = combined.facet AND value_set.list = combined.list GROUP BY number ORDER BY number"
        )
        for name in FACETS:
            execute(f'CREATE INDEX practice_{name} ON practice ("{name}")')
        for table in ("staged", "combined", "value_set"):
            execute(f"DROP TABLE {table}")
        self.names = {number: (facet, value) for number, facet, value in execute("SELECT id, facet, value FROM code")}
        self.codes = {pair: number for number, pair in self.names.items()}

    def counts(self, statement: str) -> Counts:
        facets = list(FACETS)
        found = ((self.names[code], count) for code, count in self.execute(statement))
        return {(facets[facet], value): count for (facet, value), count in found}

    def values(self, question: Question) -> str:
        """Counts the rows of values; filters are sets of practices."""
        chosen = self._chosen(question)
        tables = [
            f"{name}_chosen AS (SELECT DISTINCT number FROM facet"
            f" WHERE facet = {PLACES_OF_FACETS[name]} AND value IN ({codes}))"
            for name, codes in chosen.items()
        ]
        parts = []
        for names, others in self._passes(chosen):
            places = ", ".join(str(PLACES_OF_FACETS[name]) for name in names)
            within = "".join(f" AND number IN (SELECT number FROM {name}_chosen)" for name in others)
            where = f"WHERE facet IN ({places}){within}" if chosen else ""
            parts.append(f"SELECT value, count(*) FROM facet {where} GROUP BY facet, value")
        return (f"WITH {', '.join(tables)} " if tables else "") + " UNION ALL ".join(parts)

    def sets(self, question: Question) -> str:
        """Counts each facet's sets of values, then adds up what is in them; filters are conditions on the row."""
        return self._of_sets(
            question,
            lambda names, where: [f'SELECT "{name}" AS id, count(*) AS n {where} GROUP BY 1' for name in names],
        )

    def grouping_sets(self, question: Question) -> str:
        """The same in one pass for all facets that are counted with the same filters."""

        def counted(names: list[str], where: str) -> list[str]:
            listed = [f'"{name}"' for name in names]
            grouped = ", ".join(f"({name})" for name in listed)
            return [
                f"SELECT coalesce({', '.join(listed)}) AS id, count(*) AS n {where} GROUP BY GROUPING SETS ({grouped})"
            ]

        return self._of_sets(question, counted)

    def _of_sets(self, question: Question, counted: Callable[[list[str], str], list[str]]) -> str:
        chosen = self._chosen(question)
        parts = []
        for names, others in self._passes(chosen):
            conditions = [f'"{name}" IN (SELECT id FROM member WHERE value IN ({chosen[name]}))' for name in others]
            where = f"FROM practice WHERE {' AND '.join(conditions)}" if conditions else "FROM practice"
            parts += counted(names, where)
        union = " UNION ALL ".join(parts)
        return f"SELECT value, sum(n) FROM ({union}) AS counted JOIN member ON member.id = counted.id GROUP BY value"

    def _chosen(self, question: Question) -> dict[str, str]:
        """Per facet that filters the codes of its values, as SQL lists them."""
        chosen: dict[str, list[int]] = {}
        for name, value in question.selection:
            chosen.setdefault(name, []).append(self.codes.get((PLACES_OF_FACETS[name], value), 0))
        return {name: ", ".join(map(str, codes)) for name, codes in chosen.items()}

    @staticmethod
    def _passes(chosen: Collection[str]) -> Iterator[tuple[list[str], list[str]]]:
        """Which facets are counted together, with which filters: each that filters without its own."""
        yield [name for name in FACETS if name not in chosen], list(chosen)
        for name in chosen:
            yield [name], [other for other in chosen if other != name]


@contextmanager
def tables() -> Iterator[tuple[Tables, list[str]]]:
    """The tables and the forms that this database knows; nothing of them is left behind."""
    if connection.vendor == "sqlite":
        with TemporaryDirectory() as folder, closing(connect(Path(folder) / "facets.sqlite3")) as own:
            own.execute("ATTACH ? AS registry", [str(connection.settings_dict["NAME"])])
            own.execute("PRAGMA cache_size = -200000")

            def execute(statement: str) -> list[tuple]:
                return own.execute(statement).fetchall()

            made = Tables(execute, concatenated="group_concat(value)", suffix=" WITHOUT ROWID")
            own.commit()
            own.execute("ANALYZE main")
            yield made, ["values", "sets"]
    else:
        connection.ensure_connection()
        with connection.connection.cursor() as cursor:

            def execute(statement: str) -> list[tuple]:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

            execute("DROP SCHEMA IF EXISTS opponent CASCADE")
            execute("CREATE SCHEMA opponent")
            try:
                execute("SET search_path = opponent, public")
                execute("SET jit = off")
                execute("SET work_mem = '256MB'")
                made = Tables(execute, concatenated="string_agg(value::text, ',' ORDER BY value)", suffix="")
                # Only a vacuumed table is counted from its index alone.
                execute("VACUUM ANALYZE facet")
                execute("VACUUM ANALYZE practice")
                execute("VACUUM ANALYZE member")
                yield made, ["values", "sets", "grouping_sets"]
            finally:
                execute("DROP SCHEMA opponent CASCADE")
                execute("RESET ALL")


def ours(question: Question) -> Counts:
    facets = catalogue(question).facets
    return {(facet.name, option.value): option.count for facet in facets for option in facet.options if option.count}


def figures() -> dict:
    """Ours and each form of the opponent's, asked in turns; before that, that both count the same."""
    questions = Asker(known_values(), seed="facets").questions("browse", ASKED)
    with tables() as (opponent, names):
        times: dict[str, list[float]] = {name: [] for name in ["ours", *names]}
        for question in questions[: ASKED // 5]:
            expected = ours(question)
            for name in names:
                counted = opponent.counts(getattr(opponent, name)(question))
                if counted != expected:
                    raise AssertionError(f"{name} counts otherwise for {question.query}: {counted} {expected}")
        stop = time.monotonic() + SECONDS
        for question in questions:
            found = catalogue(question)
            times["ours"].append(milliseconds(lambda found=found: found.facets))
            for name in names:
                statement = getattr(opponent, name)(question)
                times[name].append(milliseconds(lambda statement=statement: opponent.execute(statement)))
            if time.monotonic() > stop:
                break
    best = min(names, key=lambda name: median(times[name]))
    result: dict[str, Any] = {name: quantiles(values) for name, values in times.items()}
    return {**result, "best": best, "ratio": result["ours"]["p50"] / result[best]["p50"]}
