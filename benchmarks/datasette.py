"""The same public records in Datasette: one table, a column per facet, several values as JSON, and a text index."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from benchmarks.places import ROOT
from benchmarks.queries import Question
from benchmarks.records import FACETS, MANY, SINGLE
from benchmarks.serving import HOST, Server, free_port, serving
from practices.models import Practice

PROGRAM = ROOT / ".venv" / "datasette" / "bin" / "datasette"
PAGE_SIZE = 20
INDEXED = ("title", "summary", "description")


def export(path: Path) -> None:
    """Every column that is a facet has an index; texts of all languages are one document of the text index."""
    values: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        for name, statement in FACETS.items():
            cursor.execute(statement)
            for number, value in cursor.fetchall():
                values[number][name].append(value)
    texts = [f"{name}_{code}" for name in INDEXED for code in settings.LANGUAGE_CODES]
    rows = Practice.objects.visible_to(AnonymousUser()).order_by("number")
    with closing(sqlite3.connect(path)) as file:
        columns = ", ".join(f'"{name}" TEXT' for name in FACETS)
        file.execute(
            "CREATE TABLE practices"
            f" (number INTEGER PRIMARY KEY, slug TEXT, title TEXT, summary TEXT, published_at TEXT, {columns})"
        )
        file.execute(
            "CREATE VIRTUAL TABLE practices_fts USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')"
        )
        marks = ", ".join("?" * (5 + len(FACETS)))
        for row in rows.values("number", "slug", "published_at", "original_language", *texts).iterator(2000):
            facets = values[row["number"]]
            cells = [json.dumps(facets[name]) if name in MANY else facets[name][0] for name in FACETS]
            original = row["original_language"]
            shown = [row[f"title_{original}"], row[f"summary_{original}"], row["published_at"].isoformat()]
            file.execute(f"INSERT INTO practices VALUES ({marks})", [row["number"], row["slug"], *shown, *cells])
            text = "\n".join(filter(None, (row[name] for name in texts)))
            file.execute("INSERT INTO practices_fts (rowid, text) VALUES (?, ?)", [row["number"], text])
        for name in SINGLE:
            file.execute(f"CREATE INDEX practices_{name} ON practices ({name})")
        file.commit()
        file.execute("ANALYZE")
        file.execute("VACUUM")


@contextmanager
def datasette() -> Iterator[Server]:
    """Datasette with the records; it is told that the file never changes and is given time for every facet."""
    with TemporaryDirectory() as folder:
        path, metadata = Path(folder) / "registry.db", Path(folder) / "metadata.json"
        export(path)
        table = {"fts_table": "practices_fts", "fts_pk": "number"}
        metadata.write_text(json.dumps({"databases": {"registry": {"tables": {"practices": table}}}}))
        port = free_port()
        options = {
            "suggest_facets": "off",
            "facet_time_limit_ms": "60000",
            "sql_time_limit_ms": "60000",
            "num_sql_threads": "4",
        }
        command = [str(PROGRAM), "serve", "--immutable", str(path), "--metadata", str(metadata)]
        command += ["--host", HOST, "--port", str(port)]
        for name, value in options.items():
            command += ["--setting", name, value]
        with serving(command, port, errors=DEVNULL) as server:
            yield server


def path_of(question: Question, *, json_wanted: bool) -> str:
    """The address that asks Datasette for the same: total, twenty rows, every facet, the same words and filters."""
    parameters = [("_size", str(PAGE_SIZE)), ("_facet_size", "max")]
    parameters += [("_facet_array" if name in MANY else "_facet", name) for name in FACETS]
    if question.text:
        # Any of the words, as the registry widens: with all of them Datasette would have next to nothing to count.
        parameters.append(("_search", " OR ".join(f'"{word}"' for word in question.text.split())))
        parameters.append(("_searchmode", "raw"))
    parameters += [(f"{name}__arraycontains" if name in MANY else name, value) for name, value in question.selection]
    if json_wanted:
        parameters.append(("_shape", "objects"))
    return f"/registry/practices{'.json' if json_wanted else ''}?{urlencode(parameters)}"
