"""Measures one filled database, part by part, in a process of its own; prints the figures as JSON."""

import argparse
import json
import sys
import time
from collections.abc import Sequence

from benchmarks import desk, over_http, pages, record_page, saving, searching, sql_facets, storing


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("parts")
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args(arguments)
    parts = options.parts.split(",")
    measured = {
        "search": searching.figures,
        "facets": sql_facets.figures,
        "pages": pages.figures,
        "http": lambda: over_http.figures(seconds=options.seconds, with_datasette="datasette" in parts),
        "size": storing.size,
        "publish": storing.publications,
        "build": storing.build,
        "autosave": saving.figures,
        "queue": desk.figures,
        "record": record_page.figures,
    }
    found: dict = {}
    for part, figures in measured.items():
        if part in parts:
            begin = time.monotonic()
            found[part] = figures()
            print(f"{part}: {time.monotonic() - begin:.0f} s", file=sys.stderr)
    json.dump(found, sys.stdout)
