"""Writes the postings of documents: which of them hold a token, and how much of it."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from django.db import connection
from django.db.models import Q, QuerySet
from pyroaring import BitMap

from practices.models import SearchDocument, SearchPosting
from practices.search.amounts import EVERY, FIELD_WEIGHTS, amounts_of
from practices.search.documents import CIRCLES, number_of
from practices.search.postings import AMOUNT, Binary, block_of, circle_of, intact, numbers_of, packed, unpacked

# Rows that one statement writes, and tokens that one asks for.
ROWS_AT_ONCE, TOKENS_AT_ONCE = 500, 1_000
# So many tokens are looked for in texts by the database.
FEW_TOKENS = 3

# Ids in memory.
DOCUMENT = "I"

# Token, circle and block.
Key = tuple[str, int, int]
# Documents with the amount in each, in the same order, and as they are stored.
Held = tuple[BitMap, array]
Packed = tuple[bytes, bytes]


def replace(gone: Iterable[SearchDocument], come: Iterable[SearchDocument]) -> None:
    """Take documents out and others in, which may have the same ids. The caller has taken its turn to write.

    Whatever they hold is written, also what seems to stand there: in the middle of a rebuild it may not. The rows of
    documents are written already: a damaged row is made of them anew.
    """
    before, after = _amounts(gone), _amounts(come)
    keys = sorted(before.keys() | after.keys())
    for start in range(0, len(keys), TOKENS_AT_ONCE):
        _replace(keys[start : start + TOKENS_AT_ONCE], before, after)


class Block:
    """All postings of a block, as its documents stood when they were read; written in one go.

    `rows`: for each token and circle the packed documents and amounts.
    """

    def __init__(self, block: int):
        self._block = block
        # A block has millions of postings: arrays hold them in a tenth of the room.
        held: dict[tuple[str, int], tuple[array, array]] = {}
        for document in _documents_in(block).iterator():
            key, circle = document.id, circle_of(document.visibility)
            for token, amount in amounts_of(document).items():
                own = held.get((token, circle))
                if own is None:
                    own = held[token, circle] = array(DOCUMENT), array(AMOUNT)
                own[0].append(key)
                own[1].append(amount)
        self.rows: dict[tuple[str, int], Packed] = {}
        while held:
            row, (documents, amounts) = held.popitem()
            self.rows[row] = BitMap(documents).serialize(), packed(amounts)

    def write(self) -> None:
        """The caller has taken its turn to write, and nobody changed a practice of the block meanwhile."""
        SearchPosting.objects.filter(block=self._block).delete()
        # In order: rows that are read together then stand together, and the database's own index grows at one end.
        _write(((token, circle, self._block), self.rows[token, circle]) for token, circle in sorted(self.rows))


def count() -> int:
    """How many documents have postings."""
    rows = SearchPosting.objects.filter(token=EVERY).values_list("documents", "amounts")
    return sum(len(intact(*row) or ()) for row in rows)


def wrong_documents(block: int) -> set[int]:
    """The ids of those in a block whose postings are not what their words ask for."""
    meant = Block(block).rows
    wrong: set[int] = set()
    for row in SearchPosting.objects.filter(block=block).iterator():
        expected = meant.pop((row.token, row.circle), (BitMap().serialize(), b""))
        if expected != (bytes(row.documents), bytes(row.amounts)):
            wrong |= {document for document, _amount in _pairs(*expected) ^ _pairs(row.documents, row.amounts)}
    return wrong.union(*(BitMap.deserialize(documents) for documents, _amounts in meant.values()))


def damaged() -> list[Key]:
    """The rows that no writer of ours has written; what they are to say, `wrong_documents` knows."""
    rows = SearchPosting.objects.order_by("token", "circle", "block")
    every = rows.values_list("token", "circle", "block", "documents", "amounts").iterator()
    return [(token, circle, block) for token, circle, block, *held in every if intact(*held) is None]


def _pairs(documents: Binary, amounts: Binary) -> set[tuple[int, int]]:
    """Each document with its amount; none where a row is damaged."""
    held = intact(documents, amounts)
    return set(zip(held, unpacked(amounts), strict=True)) if held else set()


def blocks() -> set[int]:
    """Those of which there are postings."""
    return set(SearchPosting.objects.values_list("block", flat=True).distinct())


def _amounts(documents: Iterable[SearchDocument]) -> dict[Key, dict[int, int]]:
    """Document to amount for each row that tells of any of these."""
    found: dict[tuple[int, int], dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for document in documents:
        key = document.id
        own = found[circle_of(document.visibility), block_of(number_of(key))]
        for token, amount in amounts_of(document).items():
            own[token][key] = amount
    return {(token, *place): held for place, own in found.items() for token, held in own.items()}


def _replace(
    keys: Collection[Key], before: Mapping[Key, Mapping[int, int]], after: Mapping[Key, Mapping[int, int]]
) -> None:
    tokens, circles, places = (set(each) for each in zip(*keys, strict=True))
    known = SearchPosting.objects.filter(token__in=tokens, circle__in=circles, block__in=places)
    stored = {_key(row): row for row in known}
    told = _told(stored.values())
    rows: list[tuple[Key, Packed]] = []
    empty = []
    for key in keys:
        documents, amounts = told.get(key) or (BitMap(), array(AMOUNT))
        for document in before.get(key, ()):
            if document in documents:
                del amounts[documents.rank(document) - 1]
                documents.remove(document)
        for document, amount in after.get(key, {}).items():
            if document in documents:
                amounts[documents.rank(document) - 1] = amount
            else:
                documents.add(document)
                amounts.insert(documents.rank(document) - 1, amount)
        if documents:
            rows.append((key, (documents.serialize(), packed(amounts))))
        elif key in stored:
            empty.append(stored[key].pk)
    _write(rows)
    SearchPosting.objects.filter(pk__in=empty).delete()


def _told(rows: Iterable[SearchPosting]) -> dict[Key, Held]:
    """What each row says, or what it has to say where it is damaged."""
    told: dict[Key, Held] = {}
    damaged: dict[tuple[int, int], set[str]] = defaultdict(set)
    for row in rows:
        documents = intact(row.documents, row.amounts)
        if documents is None:
            damaged[row.circle, row.block].add(row.token)
        else:
            told[_key(row)] = documents, unpacked(row.amounts)
    # Damage seldom comes alone: the documents are read once for all of a circle and block.
    for (circle, block), tokens in damaged.items():
        told |= {(token, circle, block): held for token, held in _held(tokens, circle, block).items()}
    return told


def _held(tokens: set[str], circle: int, block: int) -> dict[str, Held]:
    """Who holds each of the tokens in a circle and block, and how much of it, as the documents say."""
    found = {token: (BitMap(), array(AMOUNT)) for token in tokens}
    for document in _documents_in(block).filter(_perhaps_holding(tokens), visibility=CIRCLES[circle]).iterator():
        amounts = amounts_of(document)
        for token in tokens & amounts.keys():
            documents, own = found[token]
            documents.add(document.id)
            own.append(amounts[token])
    return found


def _perhaps_holding(tokens: Collection[str]) -> Q:
    """The documents among which those with any of the tokens are. With many tokens all are read: to look for each
    would take longer."""
    if len(tokens) > FEW_TOKENS:
        return Q()
    return Q(*((f"{name}__contains", token) for token in tokens for name in FIELD_WEIGHTS), _connector=Q.OR)


def _write(rows: Iterable[tuple[Key, Packed]]) -> None:
    """Insert rows, or put them in the place of those with the same key."""
    waiting = iter(rows)
    with connection.cursor() as cursor:
        while part := list(islice(waiting, ROWS_AT_ONCE)):
            # Written by hand: a rebuild writes millions of rows, on which the ORM would spend most of its time.
            cursor.execute(
                "INSERT INTO practices_searchposting (token, circle, block, documents, amounts)"  # noqa: S608 - only places
                f" VALUES {', '.join(['(%s, %s, %s, %s, %s)'] * len(part))} ON CONFLICT (token, circle, block)"
                " DO UPDATE SET documents = excluded.documents, amounts = excluded.amounts",
                [value for key, row in part for value in (*key, *row)],
            )


def _key(row: SearchPosting) -> Key:
    return row.token, row.circle, row.block


def _documents_in(block: int) -> QuerySet[SearchDocument]:
    """In the order in which a bitmap has them."""
    return SearchDocument.objects.filter(practice__number__range=numbers_of(block)).order_by("pk")
