"""Measures one database that was filled for this; runs in a process of its own and prints its figures as JSON."""

import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import quote

import django
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

WARM_UP = 3
HOST = "127.0.0.1"
START_SECONDS = 30

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


def quantiles(seconds):
    ordered = sorted(seconds)
    return ordered[len(ordered) // 2] * 1000, ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000


def timed(answer, repeat):
    """p50 and p95 in milliseconds, after some calls that do not count."""
    for _ in range(WARM_UP):
        answer()
    times = []
    for _ in range(repeat):
        begin = time.perf_counter()
        answer()
        times.append(time.perf_counter() - begin)
    return quantiles(times)


def in_process(name, path, repeat):
    client = Client(raise_request_exception=False)
    response = client.get(path)
    if response.status_code != 200:
        return {"page": name, "status": response.status_code}
    p50, p95 = timed(lambda: client.get(path), repeat)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    size = len(gzip.compress(response.content)) / 1024
    return {"page": name, "status": 200, "p50": p50, "p95": p95, "queries": len(queries), "kilobytes": size}


def over_http(name, path, repeat, port):
    """The same page from the production server, on one connection that stays open."""
    line = http.client.HTTPConnection(HOST, port, timeout=60)

    def fetch():
        line.request("GET", path, headers={"Host": HOST})
        answer = line.getresponse()
        answer.read()
        return answer.status

    status = fetch()
    p50, p95 = timed(fetch, repeat)
    line.close()
    return {"page": f"{name}, HTTP", "status": status, "p50": p50, "p95": p95}


def start_server():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "cmise.wsgi:application", "--bind", f"{HOST}:{port}", "--threads", "4"]
    server = subprocess.Popen([*command, "--log-level", "error"], start_new_session=True)
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return server, port
    os.killpg(server.pid, signal.SIGKILL)
    raise TimeoutError("The server did not start.")


def first_slug():
    answer = Client(raise_request_exception=False).get("/api/v1/practices/?page_size=1")
    return answer.json()["results"][0]["slug"] if answer.status_code == 200 else "synthetic-1-1"


def main(size, repeat):
    django.setup()
    call_command("migrate", verbosity=0)
    begin = time.perf_counter()
    call_command("generate_practices", size, seed=1, stdout=sys.stderr)
    filled = time.perf_counter() - begin
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    pages = {**PAGES, "practice": f"/en/practices/{first_slug()}/"}
    with override_settings(ROOT_URLCONF="benchmarks.bare"):
        rows = [in_process("bare Django", "/bare.json", repeat)]
    rows += [in_process(name, path, repeat) for name, path in pages.items()]
    server, port = start_server()
    try:
        rows += [over_http(name, pages[name], repeat, port) for name in ("catalogue", "search", "practice")]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    json.dump({"filled_per_second": size / filled, "rows": rows}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
