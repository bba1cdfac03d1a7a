"""Databases filled with one collection each, asked by a process of their own."""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from benchmarks.places import ROOT, environment, fresh_postgres, fresh_sqlite
from benchmarks.relevance.collection import REGISTRY, Collection

Question = tuple[dict[str, str], str]


class Databases:
    """`keep`: where SQLite's files stay for the next run; on PostgreSQL databases stay under fixed names."""

    def __init__(self, engine: str, server: str, keep: Path | None, folder: Path):
        self.engine, self.server, self.keep, self.folder = engine, server, keep, folder

    def answers(self, collection: Collection, questions: list[Question], size: int) -> list[list[str]]:
        """For each question the first slugs that the registry answers."""
        registry, records = self._files(collection)
        order = {
            "registry": str(registry),
            "records": records and str(records),
            "expected": len({text.slug for text in collection.texts}),
            "questions": questions,
            "size": size,
        }
        with self._database(collection) as url:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.relevance.asking"],
                env=environment(self.folder, url),
                cwd=ROOT,
                input=json.dumps(order),
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode:
            sys.exit(done.stderr)
        return json.loads(done.stdout)

    def _files(self, collection: Collection) -> tuple[Path, Path | None]:
        """The registry's files, and those to import: with those the registry has cities and terms, but no practices."""
        if collection.records is None:
            return REGISTRY, None
        bare = Path(tempfile.mkdtemp(dir=self.folder))
        for file in REGISTRY.iterdir():
            empty = file.name.startswith("practices")
            (bare / file.name).write_bytes(b"" if empty else file.read_bytes())
        records = self.folder / f"{collection.name}.jsonl"
        records.write_text("".join(json.dumps(record) + "\n" for record in collection.records), encoding="utf-8")
        return bare, records

    def _database(self, collection: Collection) -> AbstractContextManager[str]:
        if not self.keep:
            return fresh_sqlite(self.folder) if self.engine == "sqlite" else fresh_postgres(self.server)
        name = f"cmise_relevance_{collection.name}_{_fingerprint(collection)}"
        if self.engine == "postgres":
            return kept_postgres(self.server, name)
        self.keep.mkdir(parents=True, exist_ok=True)
        return nullcontext(f"sqlite:///{(self.keep / name).resolve()}.sqlite3")


@contextmanager
def kept_postgres(server: str, name: str) -> Iterator[str]:
    connection = psycopg2.connect(server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    connection.close()
    yield urlsplit(server)._replace(path=f"/{name}").geturl()


def _fingerprint(collection: Collection) -> str:
    """Other content is another database."""
    content = hashlib.sha256(json.dumps(collection.records).encode())
    for file in sorted(REGISTRY.iterdir()):
        content.update(file.read_bytes())
    return content.hexdigest()[:8]
