"""Where benchmarks keep their databases, and the environment of a registry that stands on one."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = "postgres://postgres@127.0.0.1:5432/postgres"


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


def prepare(folder: Path) -> None:
    """Static files, which pages name, and the catalogues of messages, which a worker holds in memory."""
    for command in (["collectstatic", "--no-input", "--verbosity", "0"], ["compile_catalogues"]):
        environ = environment(folder, "sqlite://:memory:")
        # What it says is no figure.
        subprocess.run([sys.executable, "manage.py", *command], env=environ, cwd=ROOT, check=True, stdout=sys.stderr)


@contextmanager
def fresh_sqlite(folder: Path) -> Iterator[str]:
    path = folder / f"{secrets.token_hex(4)}.sqlite3"
    yield f"sqlite:///{path}"
    for leftover in folder.glob(f"{path.name}*"):
        leftover.unlink()


@contextmanager
def fresh_postgres(server: str) -> Iterator[str]:
    name = f"cmise_benchmark_{secrets.token_hex(4)}"
    with _administering(server) as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield _address(server, name)
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def kept_sqlite(folder: Path, size: int) -> Iterator[str]:
    """A database that the next run finds again."""
    yield f"sqlite:///{folder / f'cmise-bench-{size}.sqlite3'}"


@contextmanager
def kept_postgres(server: str, size: int) -> Iterator[str]:
    name = f"cmise_bench_{size}"
    with _administering(server) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f'CREATE DATABASE "{name}"')
    yield _address(server, name)


@contextmanager
def _administering(server: str):
    connection = psycopg2.connect(server)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def _address(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()
