"""Which documents hold a token, and how much of it, for one circle of readers after the other.

The table is the same on both databases, and one query reads whatever is asked for at once. A row tells of one block of
practices, so a publication writes little and a search reads few rows.
"""

import logging
import sys
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.db import connection
from pyroaring import BitMap

from practices.search.documents import CIRCLES, number_of

# A block holds so many practices, as a power of two. Larger ones take fewer rows to read, which is what a search pays
# for, and more bytes to write with each publication. Change it with a migration like `0011_larger_blocks`: publications
# would not find rows of other blocks.
BLOCK_BITS = 15
# Amounts as they are stored.
AMOUNT: Final = "H"
AMOUNT_BYTES = array(AMOUNT).itemsize
# As the databases hand out what is stored.
Binary = bytes | memoryview

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Posting:
    """The documents that hold a token, block after block; each with its amount."""

    # Documents and packed amounts.
    parts: Sequence[tuple[BitMap, Binary]] = ()

    @property
    def documents(self) -> BitMap:
        return together([self])

    def amounts(self, among: BitMap) -> Iterator[tuple[int, int]]:
        """The amount in each of these documents that holds the token."""
        for documents, packed_amounts in self.parts:
            held = documents & among
            if held:
                amounts = in_place(packed_amounts)
                for document in held:
                    yield document, amounts[documents.rank(document) - 1]


NOTHING = Posting()


class Postings:
    """The postings that one query asks for; each is read once. For readers of these levels: others' are never read."""

    def __init__(self, levels: Sequence[str]):
        self._circles = [circle_of(level) for level in levels]
        self._known: dict[str, Posting] = {}

    def of(self, tokens: Collection[str]) -> dict[str, Posting]:
        """The posting of each token; of what no document holds an empty one."""
        unknown = [token for token in tokens if token not in self._known]
        if unknown:
            self._known |= dict.fromkeys(unknown, NOTHING) | self._read(unknown)
        return {token: self._known[token] for token in tokens}

    def among(self, tokens: Collection[str], documents: BitMap) -> dict[str, Posting]:
        """The same, as far as these documents are concerned. Of tokens that were not read only their blocks are: where
        another engine finds, common words need not be read whole."""
        unknown = [token for token in tokens if token not in self._known]
        read = self._read(unknown, blocks_of(documents)) if unknown and documents else {}
        return {token: self._known.get(token) or read.get(token, NOTHING) for token in tokens}

    def _read(self, tokens: Sequence[str], blocks: Collection[int] = ()) -> dict[str, Posting]:
        if not self._circles:
            return {}
        # Written by hand: a search asks for dozens of tokens, and the ORM would take longer than the database.
        statement = (
            "SELECT token, circle, block, documents, amounts FROM practices_searchposting"  # noqa: S608 - only places
            f" WHERE token IN ({_places(tokens)}) AND circle IN ({_places(self._circles)})"
            + (f" AND block IN ({_places(blocks)})" if blocks else "")
        )
        parts: dict[str, list[tuple[BitMap, Binary]]] = {}
        with connection.cursor() as cursor:
            cursor.execute(statement, [*tokens, *self._circles, *blocks])
            for token, circle, block, documents, amounts in cursor.fetchall():
                held = intact(documents, amounts)
                if held is not None:
                    parts.setdefault(token, []).append((held, amounts))
                else:
                    # The word's other documents are better than no answer.
                    tell_damage(token, circle, block)
        return {token: Posting(own) for token, own in parts.items()}


def together(postings: Iterable[Posting], among: BitMap | None = None) -> BitMap:
    """The documents of any of them, or those among some."""
    each = [documents for posting in postings for documents, _amounts in posting.parts]
    return BitMap().union(*(each if among is None else (documents & among for documents in each)))


def circle_of(level: str) -> int:
    """A circle of readers as rows name it."""
    return CIRCLES.index(level)


def block_of(number: int) -> int:
    """The block that a practice stands in."""
    return number >> BLOCK_BITS


def blocks_of(documents: Iterable[int]) -> set[int]:
    return {block_of(number_of(document)) for document in documents}


def numbers_of(block: int) -> tuple[int, int]:
    """The lowest and the highest number that a practice in a block may have."""
    return block << BLOCK_BITS, (block + 1 << BLOCK_BITS) - 1


def intact(documents: Binary, amounts: Binary) -> BitMap | None:
    """The documents of a row that has an amount for each; None for what no writer of ours has written."""
    if not len(documents):
        return None
    try:
        held = BitMap.deserialize(bytes(documents))
    except ValueError:
        return None
    return held if held and len(amounts) == AMOUNT_BYTES * len(held) else None


@lru_cache(maxsize=1_000)
def tell_damage(token: str, circle: int, block: int) -> None:
    """Once in each process: a common word is asked for many times a minute."""
    logger.error(
        "The posting of %r, circle %d, block %d is damaged; `rebuild_search_index --anew` writes it again.",
        token,
        circle,
        block,
    )


def in_place(amounts: Binary) -> Sequence[int]:
    """Amounts to be read, not copied where they are stored as this machine has its numbers: a common word's are many,
    and few are asked for."""
    return memoryview(amounts).cast(AMOUNT) if sys.byteorder == "little" else unpacked(amounts)


def unpacked(amounts: Binary) -> array:
    """Amounts to be changed."""
    found = array(AMOUNT)
    found.frombytes(amounts)
    return _in_our_order(found)


def packed(amounts: array) -> bytes:
    return _in_our_order(amounts[:]).tobytes()


def _in_our_order(amounts: array) -> array:
    if sys.byteorder == "big":
        amounts.byteswap()
    return amounts


def _places(values: Collection) -> str:
    return ",".join(["%s"] * len(values))
