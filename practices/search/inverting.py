"""Writes the postings of documents: which of them hold a token, and how much of it."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from pyroaring import BitMap

from practices.models import SearchDocument, SearchPosting
from practices.search.amounts import EVERY, amounts_of
from practices.search.documents import NUMBER_SHIFT
from practices.search.postings import AMOUNT, block_of, circle_of, documents_in, packed, unpacked

# Rows that one statement writes, and tokens that one asks for.
ROWS_AT_ONCE, TOKENS_AT_ONCE = 500, 1_000

# Token, circle and block.
Key = tuple[str, int, int]


def replace(gone: Iterable[SearchDocument], come: Iterable[SearchDocument]) -> None:
    """Take documents out and others in, which may have the same ids. The caller has taken its turn to write."""
    before, after = _amounts(gone), _amounts(come)
    changed = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    for start in range(0, len(changed), TOKENS_AT_ONCE):
        _replace(changed[start : start + TOKENS_AT_ONCE], before, after)


def write_block(block: int) -> None:
    """Write all postings of a block anew, as its documents stand. The caller has taken its turn to write."""
    SearchPosting.objects.filter(block=block).delete()
    # Documents come in the order of their ids.
    held = sorted(_amounts(_documents_in(block)).items())
    rows = (_row(key, BitMap(each), array(AMOUNT, each.values())) for key, each in held)
    SearchPosting.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def count() -> int:
    """How many documents have postings."""
    return sum(len(_stored_in(row)[0]) for row in SearchPosting.objects.filter(token=EVERY))


def wrong_documents(block: int) -> set[int]:
    """The ids of those in a block whose postings are not what their words ask for."""
    meant = _amounts(_documents_in(block))
    stored = {
        _key(row): dict(zip(*_stored_in(row), strict=True))
        for row in SearchPosting.objects.filter(block=block).iterator()
    }
    return {
        document
        for key in meant.keys() | stored.keys()
        for document, _amount in meant.get(key, {}).items() ^ stored.get(key, {}).items()
    }


def blocks() -> set[int]:
    """Those of which there are postings."""
    return set(SearchPosting.objects.filter(token=EVERY).values_list("block", flat=True))


def _amounts(documents: Iterable[SearchDocument]) -> dict[Key, dict[int, int]]:
    """Document to amount for each row that tells of any of these."""
    found: dict[Key, dict[int, int]] = defaultdict(dict)
    for document in documents:
        circle, block = circle_of(document.visibility), block_of(document.pk >> NUMBER_SHIFT)
        for token, amount in amounts_of(document).items():
            found[token, circle, block][document.pk] = amount
    return found


def _replace(
    keys: Collection[Key], before: Mapping[Key, Mapping[int, int]], after: Mapping[Key, Mapping[int, int]]
) -> None:
    tokens, circles, places = (set(each) for each in zip(*keys, strict=True))
    known = SearchPosting.objects.filter(token__in=tokens, circle__in=circles, block__in=places)
    stored = {_key(row): row for row in known}
    rows, empty = [], []
    for key in keys:
        row = stored.get(key)
        documents, amounts = _stored_in(row) if row else (BitMap(), array(AMOUNT))
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
            rows.append(_row(key, documents, amounts))
        elif row:
            empty.append(row.pk)
    SearchPosting.objects.bulk_create(
        rows,
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["token", "circle", "block"],
        update_fields=["documents", "amounts"],
    )
    SearchPosting.objects.filter(pk__in=empty).delete()


def _row(key: Key, documents: BitMap, amounts: array) -> SearchPosting:
    token, circle, block = key
    return SearchPosting(
        token=token, circle=circle, block=block, documents=documents.serialize(), amounts=packed(amounts)
    )


def _stored_in(row: SearchPosting) -> tuple[BitMap, array]:
    return BitMap.deserialize(bytes(row.documents)), unpacked(row.amounts)


def _key(row: SearchPosting) -> Key:
    return row.token, row.circle, row.block


def _documents_in(block: int) -> Iterable[SearchDocument]:
    return SearchDocument.objects.filter(pk__range=documents_in(block)).order_by("pk").iterator()
