"""Which documents hold a token or a run of tokens, as the engine answered: remembered while the index stays the same.

Common words are in most queries, and to read their documents is most of an engine's work.
"""

from collections.abc import Sequence
from typing import Protocol

from pyroaring import BitMap

from practices.search.facet_index import Snapshot
from practices.search.recent import Recent

# A token, or a run of tokens.
Key = str | tuple[str, ...]
# What a process remembers for each circle of readers, in bytes: those of a bitmap, and about so many for each document.
ROOM, BITMAP, DOCUMENT = 8_000_000, 200, 3


class Postings(Protocol):
    """Where an engine looks before it asks, and keeps what it was told."""

    def get(self, key: Key, /) -> BitMap | None: ...

    def keep(self, key: Key, documents: BitMap, /) -> None: ...


class Asked:
    """What one query's engine was asked, by these readers in this state of the index; and before it by others like
    them."""

    def __init__(self, snapshot: Snapshot, levels: Sequence[str]):
        self._own: dict[Key, BitMap] = {}
        self._lately: Recent[Key, BitMap] = snapshot.memo.setdefault(("postings", *levels), Recent(ROOM, _size))

    def get(self, key: Key) -> BitMap | None:
        found = self._own.get(key)
        if found is None:
            found = self._lately.get(key)
            if found is not None:
                self._own[key] = found
        return found

    def keep(self, key: Key, documents: BitMap) -> None:
        self._own[key] = documents
        self._lately.keep(key, documents)


def _size(documents: BitMap) -> int:
    return BITMAP + DOCUMENT * len(documents)
