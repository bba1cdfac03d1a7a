"""What four clients get over HTTP from the registry, from a bare Django view on the same server, and from Datasette."""

import http.client
import json
from itertools import cycle, islice

from benchmarks import load
from benchmarks.datasette import datasette, path_of
from benchmarks.queries import Asker, Question
from benchmarks.records import FACETS
from benchmarks.searching import known_values
from benchmarks.serving import HOST, Server, memory, registry

ASKED = 500


def questions() -> dict[str, list[Question]]:
    asker = Asker(known_values(), seed="over http")
    return {"browse": asker.questions("browse", ASKED), "text": asker.questions("text", ASKED)}


def page(question: Question) -> str:
    return f"/{question.language}/practices/?{question.query}"


def api_list(question: Question) -> str:
    return f"/api/v1/practices/?{question.query}"


def figures(*, seconds: float, with_datasette: bool) -> dict:
    asked = questions()
    found = {}
    with registry() as server:
        everybody_loads(server)
        found["bare view"] = load.throughput(server, ["/bare.json"], seconds=seconds)
        for kind, each in asked.items():
            found[f"page, {kind}"] = load.throughput(server, [page(one) for one in each], seconds=seconds)
            found[f"API, {kind}"] = load.throughput(server, [api_list(one) for one in each], seconds=seconds)
        found["memory"] = [memory(worker) for worker in server.workers()]
    if with_datasette:
        with datasette() as server:
            for kind, each in asked.items():
                check(server, each[0])
                for name, json_wanted in (("page", False), ("JSON", True)):
                    paths = [path_of(one, json_wanted=json_wanted) for one in each]
                    found[f"Datasette {name}, {kind}"] = load.throughput(server, paths, seconds=seconds)
            found["Datasette memory"] = [memory(server.pid)]
    return found


def everybody_loads(server: Server) -> None:
    """Every worker reads its index before anything is measured: new lines reach both sooner or later."""
    for path in islice(cycle(["/en/practices/", "/de/practices/?q=haus"]), 24):
        answer(server, path)


def check(server: Server, question: Question) -> None:
    """Datasette does the same work: it counts, and shows every facet; one that runs out of time it leaves out."""
    body = json.loads(answer(server, path_of(question, json_wanted=True)))
    if body["filtered_table_rows_count"] is None or set(body["facet_results"]) != set(FACETS):
        raise AssertionError(f"Datasette left something out: {body}")


def answer(server: Server, path: str) -> bytes:
    line = http.client.HTTPConnection(HOST, server.port, timeout=120)
    line.request("GET", path)
    response = line.getresponse()
    body = response.read()
    line.close()
    if response.status != 200:
        raise AssertionError(f"{path} answers {response.status}")
    return body
