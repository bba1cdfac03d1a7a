"""Follows the change log and keeps OpenSearch's copy level with the registry's search documents.

Several feeds may run: each write carries the number of the change up to which its writer had read, and OpenSearch
refuses what is older than what it has.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import TextField

from practices.models import SearchChange, SearchDocument
from practices.search.changes import Stamp, stamp
from practices.search.documents import CIRCLES
from practices.search.index import NO_PRACTICE
from practices.search.opensearch.layout import (
    INDEX,
    POSITION,
    Position,
    position_row,
    read_position,
    row,
    written_through,
)
from practices.search.opensearch.server import OpenSearchError, Server, as_json, reason_of, server_at

# Writing is slower than asking.
PATIENCE_SECONDS = 60.0
CHANGES_AT_ONCE = 200
PRACTICES_AT_ONCE = 200
# OpenSearch takes 100 MB at most and likes a tenth better.
REQUEST_BYTES = 8_000_000
CONFLICT = 409

# Every column of tokens.
COLUMNS = [field.name for field in SearchDocument._meta.fields if isinstance(field, TextField)]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Fed:
    """What one round did: how many practices it wrote, and whether into a new index."""

    practices: int
    anew: bool


class LogLost(Exception):
    """The change log does not lead on from a position: it was cut, or belongs to another past."""


def configured_server() -> Server:
    return server_at(settings.OPENSEARCH_URL, PATIENCE_SECONDS)


def feed(server: Server, *, anew: bool = False, progress: Progress = lambda done, total: None) -> Fed:
    """Bring OpenSearch's copy level with the registry: by what changed, or whole where the log does not lead on."""
    position = None if anew else read_position(server)
    if position is not None:
        try:
            return Fed(_catch_up(server, position), anew=False)
        except LogLost:
            pass
    return Fed(_write_anew(server, progress), anew=True)


def lag(server: Server) -> int | None:
    """How many changes OpenSearch is behind; None where it must be written anew. Raises OpenSearchError."""
    position = read_position(server)
    if position is None:
        return None
    now = stamp()
    if position.stamp == now:
        return 0
    try:
        _changes_after(position.stamp, limit=0)
    except LogLost:
        return None
    return now.number - position.stamp.number


def _catch_up(server: Server, position: Position) -> int:
    written = 0
    while changes := _changes_after(position.stamp, CHANGES_AT_ONCE):
        last = changes[-1]
        position = Position(position.index, Stamp(last.number, last.mark))
        numbers = {change.practice_number for change in changes} - {NO_PRACTICE}
        _write(server, position, _rows_of(numbers, every_circle=True))
        written += len(numbers)
    return written


def _changes_after(known: Stamp, limit: int) -> list[SearchChange]:
    """The next changes in order. The log leads on from a state that is still in it; its numbers have no gaps."""
    if known == stamp():
        return []
    log = list(SearchChange.objects.filter(number__gte=known.number).order_by("number")[: limit + 1])
    if not known.mark or not log or (log[0].number, log[0].mark) != (known.number, known.mark):
        raise LogLost
    return log[1:]


def _write_anew(server: Server, progress: Progress) -> int:
    """Write a new index beside the one that is asked, and let it take that one's place when it is level."""
    # Before the rows are read: what is published meanwhile comes again from the log.
    position = Position(f"{server.alias}-{datetime.now(UTC):%Y%m%d%H%M%S%f}", stamp())
    server.ask("PUT", f"/{position.index}", INDEX | {"aliases": {written_through(position.index): {}}})
    found = SearchDocument.objects.order_by("practice__number").values_list("practice__number", flat=True).distinct()
    done, total, last = 0, found.count(), 0
    while numbers := list(found.filter(practice__number__gt=last)[:PRACTICES_AT_ONCE]):
        _send(server, position, _rows_of(numbers, every_circle=False))
        done, last = done + len(numbers), numbers[-1]
        progress(done, max(done, total))
    _write(server, position, ())
    try:
        _catch_up(server, position)
    except LogLost as error:
        raise OpenSearchError(
            "While the index was written, more changed than the change log keeps. It will be written again."
        ) from error
    _take_place(server, position.index)
    return done


def _take_place(server: Server, index: str) -> None:
    """Move the alias to an index, and remove its predecessors and what broken off writers left: all in one step."""
    own = re.compile(rf"{re.escape(server.alias)}-\d{{20}}")
    others = [name for name in server.ask("GET", f"/{server.alias}-*/_alias") if own.fullmatch(name) and name != index]
    actions = [{"add": {"index": index, "alias": server.alias}}]
    actions += [{"remove_index": {"index": name}} for name in others]
    server.ask("POST", "/_aliases", {"actions": actions})


def _rows_of(numbers: Iterable[int], *, every_circle: bool) -> Iterator[tuple[str, dict]]:
    """The documents of practices, each with its id, as the registry has them now."""
    columns: dict[tuple[int, str], list[str]] = defaultdict(list)
    documents = SearchDocument.objects.filter(practice__number__in=list(numbers)).order_by("pk")
    for number, circle, *texts in documents.values_list("practice__number", "visibility", *COLUMNS):
        columns[number, circle] += texts
    wanted = [(number, circle.value) for number in numbers for circle in CIRCLES] if every_circle else columns
    for number, circle in wanted:
        yield f"{number}-{circle}", row(number, circle, columns.get((number, circle), ()))


def _write(server: Server, position: Position, rows: Iterable[tuple[str, dict]]) -> None:
    """Write rows so that they are found, and only then say that they are there."""
    _send(server, position, rows)
    refreshed = server.ask("POST", f"/{position.index}/_refresh")
    if refreshed["_shards"]["failed"]:
        raise OpenSearchError("a part of the index could not be refreshed")
    _send(server, position, [(POSITION, position_row(position.stamp))])


def _send(server: Server, position: Position, rows: Iterable[tuple[str, dict]]) -> None:
    lines: list[str] = []
    size = 0
    for key, fields in rows:
        action = {"_id": key, "version": position.stamp.number, "version_type": "external_gte"}
        document = as_json(fields)
        length = len(document.encode())
        if lines and size + length > REQUEST_BYTES:
            _bulk(server, position.index, lines)
            lines, size = [], 0
        lines += [as_json({"index": action}), document]
        size += length
    if lines:
        _bulk(server, position.index, lines)


def _bulk(server: Server, index: str, lines: list[str]) -> None:
    answer = server.ask("POST", f"/{written_through(index)}/_bulk?require_alias=true", lines=lines)
    if answer["errors"]:
        for item in answer["items"]:
            outcome = item["index"]
            # Another feed wrote something newer.
            if "error" in outcome and outcome["status"] != CONFLICT:
                raise OpenSearchError(f"{outcome['_id']}: {reason_of(outcome)}", outcome["status"])
