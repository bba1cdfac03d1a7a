"""What stands in OpenSearch: one document per practice and circle of readers, and the position in the change log.

An index's layout is never altered: another one, like a log that does not lead on, asks for a new index; when that is
level, it takes the alias. Readers ask the index in which they read the position, so that both are always of one index.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from practices.search.changes import Stamp
from practices.search.opensearch.server import OpenSearchError, Server

POSITION = "position"
# Change it with anything below that old indexes do not have.
LAYOUT = 1
# Numbers come back as bits, a block of them in one value: a list of thousands would cost more than the search. A sum is
# a float there, which is exact for so many bits and a few more.
BLOCK_BITS = 48

INDEX = {
    "settings": {
        "index": {
            # The feed refreshes before it says what is there; in between it would be work for nothing.
            "refresh_interval": "-1",
            # Replicas of the other kind show a write later than the primary, whatever the feed says.
            "replication.type": "DOCUMENT",
        }
    },
    "mappings": {
        "dynamic": "strict",
        # Words are only searched, never read back.
        "_source": {"includes": [f"{POSITION}.*"]},
        "properties": {
            "block": {"type": "integer", "index": False},
            "bit": {"type": "long", "index": False},
            "circle": {"type": "keyword"},
            "words": {"type": "text", "analyzer": "whitespace", "norms": False},
            POSITION: {"type": "object", "enabled": False},
        },
    },
}


@dataclass(frozen=True)
class Position:
    """An index, and the state of the registry's own index that it holds at least."""

    index: str
    stamp: Stamp


def written_through(index: str) -> str:
    """The alias of one index for its writer: a write through it never makes an index that was removed anew."""
    return f"{index}.feed"


def read_position(server: Server) -> Position | None:
    """Where the registry's index in OpenSearch stands; None if there is none that this release can read."""
    try:
        found = server.ask("GET", f"/{server.alias}/_doc/{POSITION}")
    except OpenSearchError as error:
        if error.status == 404:
            return None
        raise
    try:
        position = found["_source"][POSITION]
        if position["layout"] != LAYOUT:
            return None
        return Position(found["_index"], Stamp(position["number"], position["mark"]))
    except (KeyError, TypeError) as error:
        raise OpenSearchError(f"What stands under {server.alias} was not written by this registry.") from error


def position_row(stamp: Stamp) -> dict:
    return {POSITION: {"layout": LAYOUT, "number": stamp.number, "mark": stamp.mark}}


def row(number: int, circle: str, columns: Iterable[str]) -> dict:
    """A document. Without columns it only holds the place, so that an older write which comes late is refused; each
    column is a value of its own, so that no phrase goes from one into the next."""
    words = [column for column in columns if column]
    block, bit = divmod(number, BLOCK_BITS)
    return {"block": block, "bit": 1 << bit, "circle": circle, "words": words} if words else {}


def search(tokens: Sequence[str], phrases: Iterable[Sequence[str]], circles: Sequence[str]) -> dict:
    """Matches documents of these circles with any of the tokens or any of the runs of tokens."""
    any_of: list[dict] = [{"match_phrase": {"words": " ".join(phrase)}} for phrase in phrases]
    if tokens:
        any_of.append({"terms": {"words": list(tokens)}})
    return {
        "bool": {
            "filter": [{"terms": {"circle": list(circles)}}],
            "should": any_of,
            "minimum_should_match": 1,
        }
    }
