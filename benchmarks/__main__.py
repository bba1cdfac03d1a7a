"""Fills a fresh database per size and kind, measures pages on it, prints one table, and removes the database again."""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"
COLUMNS = "{:<26}{:>9}{:>9}{:>9}{:>10}{:>9}"


def arguments():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1000", help="numbers of practices, e.g. 1000,10000 (default 1000)")
    parser.add_argument("--databases", default="sqlite,postgres", help="sqlite, postgres or both (default)")
    parser.add_argument("--repeat", type=int, default=30, help="how often each page is asked for (default 30)")
    parser.add_argument(
        "--postgres-url",
        default=os.environ.get("TEST_POSTGRES_URL", POSTGRES),
        help=f"a server where databases may be created (default $TEST_POSTGRES_URL or {POSTGRES})",
    )
    return parser.parse_args()


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """A site as in production, except that it is reached by plain http and that nothing is throttled."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SITE_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        "HTTPS": "0",
        "DEBUG": "0",
        "CMISE_DEMO": "0",
        "EMAIL_URL": "dummymail://",
        "CACHE_URL": "locmemcache://benchmarks",
        "API_THROTTLE": "1000000/min",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "DJANGO_SETTINGS_MODULE": "cmise.settings",
    }


@contextmanager
def fresh_sqlite(folder: Path) -> Iterator[str]:
    path = folder / f"{secrets.token_hex(4)}.sqlite3"
    yield f"sqlite:///{path}"
    for leftover in folder.glob(f"{path.name}*"):
        leftover.unlink()


@contextmanager
def fresh_postgres(server: str) -> Iterator[str]:
    name = f"cmise_benchmark_{secrets.token_hex(4)}"
    connection = psycopg2.connect(server)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
            try:
                yield urlsplit(server)._replace(path=f"/{name}").geturl()
            finally:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        connection.close()


def measure(size: int, repeat: int, settings: dict[str, str]) -> dict:
    command = [sys.executable, "-m", "benchmarks.measure", str(size), str(repeat)]
    done = subprocess.run(command, env=settings, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)


def print_table(database: str, size: int, figures: dict) -> None:
    print(f"\n{database}, {size} practices (published at {figures['filled_per_second']:.0f} a second)")
    print(COLUMNS.format("", "p50 ms", "p95 ms", "ratio", "queries", "gzip KB"))
    unit = figures["rows"][0]["p50"]
    for row in figures["rows"]:
        if row["status"] != 200:
            print(f"{row['page']:<26}answers {row['status']}")
            continue
        queries = row.get("queries", "")
        size_shown = f"{row['kilobytes']:.1f}" if "kilobytes" in row else ""
        ratio = f"{row['p50'] / unit:.1f}"
        print(COLUMNS.format(row["page"], f"{row['p50']:.1f}", f"{row['p95']:.1f}", ratio, queries, size_shown))


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
            env=environment(folder, "sqlite://:memory:"),
            cwd=ROOT,
            check=True,
        )
        for database in options.databases.split(","):
            for size in map(int, options.sizes.split(",")):
                fresh = fresh_sqlite(folder) if database == "sqlite" else fresh_postgres(options.postgres_url)
                with fresh as url:
                    figures = measure(size, options.repeat, environment(folder, url))
                print_table(database, size, figures)
    print("\nratio: p50 divided by that of a bare Django view that answers a small JSON through the same middleware")


if __name__ == "__main__":
    main()
