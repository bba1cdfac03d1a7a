"""Fills a database per size and kind, measures the registry on it, and prints each figure beside its bound."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from benchmarks import table
from benchmarks.places import (
    POSTGRES,
    ROOT,
    environment,
    fresh_postgres,
    fresh_sqlite,
    kept_postgres,
    kept_sqlite,
    prepare,
)

PARTS = ("search", "facets", "pages", "http", "datasette", "size", "publish", "build", "autosave", "queue", "record")
DEFAULT = "search,facets,size"


def arguments():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1000", help="numbers of practices, e.g. 10000,100000 (default 1000)")
    parser.add_argument("--databases", default="sqlite,postgres", help="sqlite, postgres or both (default)")
    parser.add_argument("--parts", default=DEFAULT, help=f"any of {','.join(PARTS)} (default {DEFAULT})")
    parser.add_argument("--http", action="store_true", help="add the parts http and publish")
    parser.add_argument("--datasette", action="store_true", help="add the part datasette, and http")
    parser.add_argument("--seconds", type=float, default=6, help="how long each load over HTTP lasts (default 6)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the filled databases there for the next run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--postgres-url",
        default=os.environ.get("TEST_POSTGRES_URL", POSTGRES),
        help=f"a server where databases may be created (default $TEST_POSTGRES_URL or {POSTGRES})",
    )
    options = parser.parse_args()
    wanted = set(options.parts.split(","))
    if options.http or options.datasette or "datasette" in wanted:
        wanted |= {"http"}
    if options.http:
        wanted |= {"publish"}
    if options.datasette:
        wanted |= {"datasette"}
    if unknown := wanted - set(PARTS):
        parser.error(f"not a part: {', '.join(sorted(unknown))}")
    options.parts = [part for part in PARTS if part in wanted]
    return options


def place(options, folder: Path, database: str, size: int) -> AbstractContextManager[str]:
    """The address of a database: a new one, or one to keep."""
    if database == "sqlite":
        return kept_sqlite(folder, size) if options.keep else fresh_sqlite(folder)
    return kept_postgres(options.postgres_url, size) if options.keep else fresh_postgres(options.postgres_url)


def filled(kept: Path | None, database: str, size: int, settings: dict[str, str]) -> dict:
    """What filling took: now, or when a kept database was filled."""
    figures = run("benchmarks.site", "fill", str(size), settings=settings)
    if kept is None:
        return figures
    file = kept / f"{database}-{size}.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps(known | figures))
    return known | figures


def run(module: str, *command: str, settings: dict[str, str]) -> dict:
    """What a module prints at its end, run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", module, *command], env=settings, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
    )
    return json.loads(done.stdout)


def main():
    options = arguments()
    results = []
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    with nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        prepare(folder)
        for database in options.databases.split(","):
            for size in map(int, options.sizes.split(",")):
                print(f"\n{database}, {size:,} practices", flush=True)
                with place(options, folder, database, size) as url:
                    settings = environment(folder, url)
                    found = {"fill": filled(options.keep, database, size, settings)}
                    parts = ("--seconds", str(options.seconds), ",".join(options.parts))
                    found |= run("benchmarks.site", "measure", *parts, settings=settings)
                print("\n".join(table.lines(size, found)), flush=True)
                results.append({"database": database, "size": size, "python": platform.python_version(), **found})
                if options.json:
                    options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
