"""OpenSearch beside the database: it answers while it is level with the registry, and the database at all other times.

So no answer is ever behind a publication, a change or a withdrawal, and none fails because OpenSearch is away.
"""

import logging
import time
from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from django.conf import settings
from pyroaring import BitMap

from practices.search.changes import stamp
from practices.search.documents import documents_of
from practices.search.engines import database
from practices.search.engines.wants import Want
from practices.search.opensearch.layout import BLOCK_BITS, Position, read_position, search
from practices.search.opensearch.server import OpenSearchError, as_json, reason_of, server_at
from practices.search.postings import Postings

# How long a question may take before the database is asked instead.
PATIENCE_SECONDS = 1.0
# How long OpenSearch is left alone after it failed: one request of a process tries again, the others do not wait.
REST_SECONDS = 10.0
# Blocks of numbers per want in one answer; servers make at most 65,535 buckets for a search.
PAGE = 10_000
# Which bits of a byte are set.
BITS_SET = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]

logger = logging.getLogger(__name__)


def matches(wants: Sequence[Want], levels: Sequence[str], postings: Postings | None = None) -> list[BitMap]:
    """For each want, the ids of the documents for these readers that may answer it: OpenSearch keeps the languages of a
    practice together, so all of them. Which token stands in which it does not tell, so no postings are read."""
    asked = {place: want for place, want in enumerate(wants) if want}
    if not asked or not levels:
        return [BitMap() for _want in wants]
    found = engine_at(settings.OPENSEARCH_URL).matches(asked, levels)
    if found is None:
        return database.matches(wants, levels, postings)
    return [documents_of(found.get(place, BitMap()), levels) for place in range(len(wants))]


class Engine:
    """What a process knows of one server. Any number of threads may ask."""

    def __init__(self, url: str):
        self._server = server_at(url, PATIENCE_SECONDS)
        self._known: Position | None = None
        self._failed, self._rests_until = False, 0.0

    def matches(self, asked: Mapping[int, Want], levels: Sequence[str]) -> dict[int, BitMap] | None:
        """None where the database has to answer."""
        if self._failed:
            if time.monotonic() < self._rests_until:
                return None
            self._rests_until = time.monotonic() + REST_SECONDS
        try:
            found = self._when_level(asked, levels)
        except OpenSearchError as error:
            self._failed, self._rests_until = True, time.monotonic() + REST_SECONDS
            logger.warning("The database searches instead of OpenSearch for %d seconds: %s", REST_SECONDS, error)
            return None
        if self._failed:
            self._failed = False
            logger.warning("OpenSearch answers again.")
        return found

    def _when_level(self, asked: Mapping[int, Want], levels: Sequence[str]) -> dict[int, BitMap] | None:
        now = stamp()
        known = self._known
        for _attempt in range(2):
            # An index only ever gets newer, so what was once level with this state needs no second look.
            if known is None or known.stamp != now:
                known = self._known = read_position(self._server)
            if known is None:
                raise OpenSearchError("it holds no index of this registry: start manage.py feed_opensearch --watch")
            if known.stamp != now:
                return None
            try:
                return self._numbers(known.index, asked, levels)
            except OpenSearchError as error:
                if error.status != 404:
                    raise
                # Another index took the place of this one a moment ago.
                known = None
        return None

    def _numbers(self, index: str, asked: Mapping[int, Want], levels: Sequence[str]) -> dict[int, BitMap]:
        """All numbers for all wants, page after page."""
        found = {place: BitMap() for place in asked}
        after: dict[int, int | None] = dict.fromkeys(asked)
        while after:
            bodies = (body(asked[place], levels, last) for place, last in after.items())
            lines = [line for each in bodies for line in ("{}", as_json(each))]
            answer = self._server.ask("POST", f"/{index}/_msearch", lines=lines)
            going_on: dict[int, int | None] = {}
            for place, blocks in zip(after, blocks_in(answer, len(after)), strict=True):
                found[place].update(numbers_of(blocks))
                if len(blocks) == PAGE:
                    going_on[place] = blocks[-1][0]
            after = going_on
        return found


def body(want: Want, levels: Sequence[str], after: int | None) -> dict:
    blocks: dict = {"size": PAGE, "sources": [{"block": {"terms": {"field": "block"}}}]}
    if after is not None:
        blocks["after"] = {"block": after}
    return {
        "size": 0,
        "track_total_hits": False,
        "query": search(want.tokens, want.phrases, levels),
        "aggs": {"blocks": {"composite": blocks, "aggs": {"bits": {"sum": {"field": "bit"}}}}},
    }


def blocks_in(answer: dict, expected: int) -> list[list[tuple[int, int]]]:
    """What each of the searches found: blocks of numbers, each with its bits."""
    try:
        responses = answer["responses"]
        for response in responses:
            if "error" in response:
                raise OpenSearchError(reason_of(response), response["status"])
            # A search that ran out of time, or missed a part of the index, is called a success.
            if response["timed_out"] or response["_shards"]["failed"]:
                raise OpenSearchError("it searched only a part of the index")
        found = [
            [block_in(bucket) for bucket in response["aggregations"]["blocks"]["buckets"]] for response in responses
        ]
    except (KeyError, TypeError) as error:
        raise OpenSearchError(f"its answer has another form: {error!r}") from error
    if len(found) != expected:
        raise OpenSearchError(f"it answered {len(found)} of {expected} searches")
    return found


def block_in(bucket: dict) -> tuple[int, int]:
    bits = int(bucket["bits"]["value"])
    # A practice has words in one circle at a time. Was it found twice, in the moment in which it changes from one into
    # another, its bits add up to something else.
    if bits.bit_count() != bucket["doc_count"]:
        raise OpenSearchError("it found a practice twice")
    return bucket["key"]["block"], bits


def numbers_of(blocks: Iterable[tuple[int, int]]) -> array:
    numbers = array("I")
    for block, bits in blocks:
        start = block * BLOCK_BITS
        for byte in bits.to_bytes(BLOCK_BITS // 8, "little"):
            numbers.extend([start + bit for bit in BITS_SET[byte]])
            start += 8
    return numbers


@cache
def engine_at(url: str) -> Engine:
    return Engine(url)
