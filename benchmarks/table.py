"""Figures as lines for people: what, how much, and whether the bound beside it holds."""

from collections.abc import Iterator
from math import inf

from benchmarks import targets
from benchmarks.targets import Bound, bound

LINE = "  {:<33}{:>11}{:>11}   {}"


IDS = {
    "whole": "everything",
    "engine": "engine, same tokens",
    "full text": "FTS5 or GIN, same tokens",
    "plain": "FTS5 or GIN, the words alone",
}


def lines(size: int, found: dict) -> Iterator[str]:
    for part, shown in SHOWN.items():
        if part in found:
            yield ""
            yield from shown(size, found[part])


def line(name: str, first: float | str, second: float | str = "", note: str = "") -> str:
    return LINE.format(name, _figure(first), _figure(second), note).rstrip()


def _figure(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _judged(limit: Bound | None, figure: float) -> str:
    return limit.judge(figure) if limit else ""


def _ratio(figure: float) -> str:
    return f"{figure:.1f}" if figure >= 1 else f"1/{1 / figure:.1f}"


def _fill(size: int, found: dict) -> Iterator[str]:
    if "filled_seconds" in found:
        yield line("Filled, s", found["filled_seconds"])
    if "built_seconds" in found:
        yield from _build(size, {"seconds": found["built_seconds"], "practices": found["built_practices"]})
    if "copied_seconds" in found:
        yield line("Copied to this size, s", found["copied_seconds"])


def _search(size: int, found: dict) -> Iterator[str]:
    yield line("Search part, ms", "p50", "p95")
    kinds = [name for name in found if "p50" in found[name]]
    limits = targets.SEARCH.get(size)
    for kind in kinds:
        p50, p95 = found[kind]["p50"], found[kind]["p95"]
        note = f"{Bound(limits[0]).judge(p50)} | {Bound(limits[1]).judge(p95)}" if limits else ""
        yield line(kind, p50, p95, note)
    text = found["text"]
    yield line("Text beside ids alone, ms", "p50", "p95", f"median of {text['median_hits']:.0f} hits")
    for name, measured in text["beside"].items():
        yield line(IDS[name], measured["p50"], measured["p95"])
    for name in ("engine", "full text", "plain"):
        ratio = text["beside"]["whole"]["p50"] / text["beside"][name]["p50"]
        yield line(f"everything ÷ {IDS[name]}", _ratio(ratio), "", _judged(bound(targets.OVER_IDS, size), ratio))
    yield line("index loaded, s", found["index loaded"]["seconds"])


def _facets(size: int, found: dict) -> Iterator[str]:
    yield line("Facets, browsing, ms", "p50", "p95")
    for name, measured in found.items():
        if isinstance(measured, dict):
            yield line(name if name == "ours" else f"SQL, {name}", measured["p50"], measured["p95"])
    ratio = found["ratio"]
    judged = _judged(bound(targets.OVER_SQL_FACETS, size), ratio)
    yield line("ours ÷ best SQL, p50", _ratio(ratio), "", judged)


def _http(size: int, found: dict) -> Iterator[str]:
    yield line("HTTP, 4 clients", "answers/s", "p50/p95 ms")
    for name, measured in found.items():
        if isinstance(measured, dict):
            errors = f"{measured['errors']} ERRORS" if measured["errors"] else ""
            yield line(name, measured["per_second"], f"{measured['p50']:.0f}/{measured['p95']:.0f}", errors)
    bare = found["bare view"]["per_second"]
    limit = bound(targets.BARE_VIEW, size, least=True)
    for kind in ("browse", "text"):
        page, api = found[f"page, {kind}"]["per_second"], found[f"API, {kind}"]["per_second"]
        yield line(f"page ÷ bare view, {kind}", _ratio(page / bare), "", _judged(limit, page / bare))
        yield line(f"API ÷ bare view, {kind}", _ratio(api / bare))
        if f"Datasette page, {kind}" in found:
            # Beyond 10,000 the bound is for browsing.
            times = bound(targets.DATASETTE, size, least=True) if kind == "browse" or size <= 10_000 else None
            for name, ours, theirs in (("page", page, "page"), ("API", api, "JSON")):
                answered = found[f"Datasette {theirs}, {kind}"]["per_second"]
                # It may answer nothing in the time of a load.
                ratio = ours / answered if answered else inf
                yield line(f"{name} ÷ Datasette, {kind}", _ratio(ratio), "", _judged(times, ratio))
    yield line("Memory after the load, MB", "RSS", "PSS")
    for name in ("memory", "Datasette memory"):
        for worker in found.get(name, ()):
            limit = bound(targets.MEMORY, size) if name == "memory" else None
            yield line(
                "a worker" if name == "memory" else "Datasette",
                worker["rss"],
                worker["pss"],
                _judged(limit, worker["rss"]),
            )


def _size(size: int, found: dict) -> Iterator[str]:
    yield line("On disk, MB", "index", "everything")
    yield line("", found["index"], found["database"])


def _publish(size: int, found: dict) -> Iterator[str]:
    yield line("Publishing one change, ms", "p50", "p95")
    yield line("publish", found["publish"]["p50"], found["publish"]["p95"])
    at_once = f"{found['at_once']} of {found['asked']} at the next request"
    mark = "holds" if found["at_once"] == found["asked"] else "MISSED"
    yield line("another process's answer", found["visible"]["p50"], found["visible"]["p95"], f"{at_once} {mark}")


def _build(size: int, found: dict) -> Iterator[str]:
    rate = found["practices"] / found["seconds"]
    yield line("Index built anew, s", found["seconds"], "", f"{found['practices']} practices, {rate:.0f} a second")


def _autosave(size: int, found: dict) -> Iterator[str]:
    yield line("One autosave, ms", "p50", "p95", f"{found['wall']['n']} saves, {found['queries']} queries")
    wall, processor = found["wall"], found["processor"]
    yield line("from the request to the answer", wall["p50"], wall["p95"], Bound(targets.AUTOSAVE).judge(wall["p95"]))
    yield line("CPU of it, without the database's", processor["p50"], processor["p95"])


def _queue(size: int, found: dict) -> Iterator[str]:
    wall, processor, start = found["wall"], found["processor"], found["start"]
    yield line("Moderators' queue, ms", "p50", "p95", f"{found['submissions']} submissions, {wall['n']} pages")
    yield line("a page of the queue", wall["p50"], wall["p95"], Bound(targets.QUEUE).judge(wall["p95"]))
    yield line("CPU of it, without the database's", processor["p50"], processor["p95"])
    yield line("the admin's first page", start["p50"], start["p95"], Bound(targets.QUEUE).judge(start["p95"]))
    yield line(
        "queries of a page, at most", str(found["queries"]), "", Bound(targets.QUEUE_QUERIES).judge(found["queries"])
    )


def _record(size: int, found: dict) -> Iterator[str]:
    yield line("A record and the matrix, ms", "p50", "p95", f"{found['first']['wall']['n']} records")
    looks = {"first": "a record, first look", "again": "a record, next look", "matrix": "a page of the matrix"}
    for name, told in looks.items():
        wall, processor = found[name]["wall"], found[name]["processor"]
        limit = targets.MATRIX if name == "matrix" else targets.RECORD
        yield line(told, wall["p50"], wall["p95"])
        yield line(
            "CPU of it, without the database's",
            processor["p50"],
            processor["p95"],
            Bound(limit).judge(processor["p50"]),
        )
    yield line(
        "queries of a record, at most", str(found["queries"]), "", Bound(targets.RECORD_QUERIES).judge(found["queries"])
    )
    yield line("queries of the matrix", str(found["matrix_queries"]))


def _pages(size: int, found: dict) -> Iterator[str]:
    yield line("Pages in one process, ms", "p50", "p95")
    unit = found["bare view"]["p50"]
    for name, measured in found.items():
        if measured["status"] != 200:
            yield line(name, f"answers {measured['status']}")
            continue
        note = (
            f"{measured['p50'] / unit:.1f} × bare, {measured['queries']} queries, {measured['kilobytes']:.1f} KB gzip"
        )
        yield line(name, measured["p50"], measured["p95"], note)


SHOWN = {
    "fill": _fill,
    "search": _search,
    "facets": _facets,
    "http": _http,
    "publish": _publish,
    "size": _size,
    "build": _build,
    "autosave": _autosave,
    "queue": _queue,
    "record": _record,
    "pages": _pages,
}
