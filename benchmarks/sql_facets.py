"""The facets against the best that one SQL statement does: disjunctive counts over narrow tables made only for them.

The opponent gets every advantage: public rows only, small integers, tables in the order in which they are counted,
nothing to label or to sort. Several forms are asked; the fastest counts.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import connect
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection

from benchmarks.queries import Asker, Question
from benchmarks.records import FACETS, MANY, SINGLE
from benchmarks.searching import catalogue, known_values
from benchmarks.timing import milliseconds, quantiles

ASKED = 105
SECONDS = 60
PLACES_OF_FACETS = {name: place for place, name in enumerate(FACETS)}
Execute = Callable[[str], list[tuple]]
Counts = dict[tuple[str, str], int]


class Tables:
    """Value by practice, a row each, sorted by value; and the single values once more in one row per practice."""

    def __init__(self, execute: Execute, *, suffix: str):
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
        columns = ", ".join(f"{name} smallint" for name in SINGLE)
        execute(f"CREATE TABLE single (number integer PRIMARY KEY, {columns})")
        values = ", ".join(f"max(CASE facet WHEN {PLACES_OF_FACETS[name]} THEN value END)" for name in SINGLE)
        execute(f"INSERT INTO single SELECT number, {values} FROM facet GROUP BY number ORDER BY number")
        for name in SINGLE:
            execute(f"CREATE INDEX single_{name} ON single ({name})")
        execute("DROP TABLE staged")
        self.names = {number: (facet, value) for number, facet, value in execute("SELECT id, facet, value FROM code")}
        self.codes = {pair: number for number, pair in self.names.items()}

    def counts(self, statement: str) -> Counts:
        facets = list(FACETS)
        found = ((self.names[code], count) for code, count in self.execute(statement))
        return {(facets[facet], value): count for (facet, value), count in found}

    def narrow(self, question: Question) -> str:
        """Everything from the one table of values."""
        return self._statement(question, self._of_values)

    def mixed(self, question: Question) -> str:
        """The single values from their columns' indexes."""
        return self._statement(question, self._of_columns)

    def grouped(self, question: Question) -> str:
        """The single values in one pass, by grouping sets."""
        return self._statement(question, self._of_sets)

    def _statement(self, question: Question, single: Callable[[set[str], str], list[str]]) -> str:
        chosen: dict[str, list[str]] = {}
        for name, value in question.selection:
            chosen.setdefault(name, []).append(value)
        tables = [f"{name}_chosen AS ({self._having(name, values)})" for name, values in chosen.items()]
        free = set(FACETS) - set(chosen)
        parts = self._of_values(free & set(MANY), self._within(chosen)) + single(
            free & set(SINGLE), self._within(chosen)
        )
        for name in chosen:
            within = self._within(other for other in chosen if other != name)
            parts += self._of_values({name}, within) if name in MANY else single({name}, within)
        return (f"WITH {', '.join(tables)} " if tables else "") + " UNION ALL ".join(parts)

    def _having(self, name: str, values: list[str]) -> str:
        place = PLACES_OF_FACETS[name]
        codes = ", ".join(str(self.codes.get((place, value), 0)) for value in values)
        return f"SELECT DISTINCT number FROM facet WHERE facet = {place} AND value IN ({codes})"

    @staticmethod
    def _within(chosen) -> str:
        return "".join(f" AND number IN (SELECT number FROM {name}_chosen)" for name in chosen)

    @staticmethod
    def _of_values(names: set[str], within: str) -> list[str]:
        if not names:
            return []
        places = sorted(PLACES_OF_FACETS[name] for name in names)
        listed = ", ".join(map(str, places))
        where = f"facet IN ({listed})" if within or len(places) < len(FACETS) else "true"
        return [f"SELECT value, count(*) FROM facet WHERE {where}{within} GROUP BY facet, value"]

    @staticmethod
    def _of_columns(names: set[str], within: str) -> list[str]:
        return [
            f"SELECT {name}, count(*) FROM single WHERE {name} IS NOT NULL{within} GROUP BY {name}"
            for name in sorted(names)
        ]

    @staticmethod
    def _of_sets(names: set[str], within: str) -> list[str]:
        if not names:
            return []
        listed = sorted(names)
        sets = ", ".join(f"({name})" for name in listed)
        counted = f"SELECT coalesce({', '.join(listed)}), count(*) FROM single"
        return [f"{counted} WHERE true{within} GROUP BY GROUPING SETS ({sets})"]


@contextmanager
def tables() -> Iterator[tuple[Tables, list[str]]]:
    """The tables and the forms that this database knows; nothing of them is left behind."""
    if connection.vendor == "sqlite":
        with TemporaryDirectory() as folder, closing(connect(Path(folder) / "facets.sqlite3")) as own:
            own.execute("ATTACH ? AS registry", [str(connection.settings_dict["NAME"])])
            own.execute("PRAGMA cache_size = -200000")

            def execute(statement: str) -> list[tuple]:
                return own.execute(statement).fetchall()

            made = Tables(execute, suffix=" WITHOUT ROWID")
            own.commit()
            own.execute("ANALYZE main")
            yield made, ["narrow", "mixed"]
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
                made = Tables(execute, suffix="")
                # Only a vacuumed table is counted from its index alone.
                execute("VACUUM ANALYZE facet")
                execute("VACUUM ANALYZE single")
                yield made, ["narrow", "mixed", "grouped"]
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
