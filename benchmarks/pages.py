"""Whole pages inside one process: time, queries and size, beside a bare view through the same middleware."""

import gzip
from urllib.parse import quote

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from benchmarks.timing import quantiles, timed

WARM_UP = 3
REPEATED = 30
SECONDS = 20
PAGES = {
    "catalogue": "/en/practices/",
    "catalogue, filtered": "/en/practices/?area=healthcare&area=shelter&firewall=yes",
    "catalogue, page 5": "/en/practices/?page=5",
    "search": "/en/practices/?q=health+insurance",
    "search in Greek": f"/el/practices/?q={quote('στέγη')}",
    "search, misspelt": "/en/practices/?q=helthcare",
    "API list": "/api/v1/practices/",
    "API search": "/api/v1/practices/?q=shelter",
}


def in_process(path: str) -> dict:
    client = Client(raise_request_exception=False)
    response = client.get(path)
    if response.status_code != 200:
        return {"status": response.status_code}
    timed(client.get, [path] * WARM_UP, seconds=SECONDS)
    measured = quantiles(timed(client.get, [path] * REPEATED, seconds=SECONDS))
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    kilobytes = len(gzip.compress(response.content)) / 1024
    return {"status": 200, **measured, "queries": len(queries), "kilobytes": kilobytes}


def figures() -> dict:
    slug = Client().get("/api/v1/practices/?page_size=1").json()["results"][0]["slug"]
    with override_settings(ROOT_URLCONF="benchmarks.bare"):
        found = {"bare view": in_process("/bare.json")}
    for name, path in {**PAGES, "practice": f"/en/practices/{slug}/"}.items():
        found[name] = in_process(path)
    return found
