"""The order of relevance: a BM25-like score over fields, worked out in Python for the best candidates only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from practices.models import SearchDocument
from practices.search.documents import LANGUAGE_PLACES, PLACES, language_of, number_of
from practices.search.query import QueryWord

CANDIDATES = 100
ROWS_PER_CANDIDATE = 2
FIELD_WEIGHTS = {"title": 4.0, "labels": 2.5, "summary": 1.5}
# A word that the document has, but none of these fields.
BODY_WEIGHT = 0.5
# Usual numbers of tokens; a field longer than this counts less per word.
USUAL_LENGTHS = {"title": 12, "labels": 45, "summary": 70}
LENGTH_EFFECT = 0.5
SATURATION = 1.2
NEAR_WEIGHT = 0.4


@dataclass(frozen=True)
class WordHits:
    """The documents that one word of the query finds, by itself and by related forms."""

    word: QueryWord
    exact: BitMap
    near: BitMap
    rarity: float

    def weight_in(self, document: int) -> float:
        if document in self.exact:
            return self.rarity
        return self.rarity * NEAR_WEIGHT if document in self.near else 0.0


def best_documents(number: int, hits: Sequence[WordHits], language: str, limit: int) -> list[int]:
    """The documents of a practice that hold most of the query, the reader's language first among equals."""
    first = number * PLACES
    documents = []
    for document in range(first, first + len(LANGUAGE_PLACES)):
        weight = sum(hit.weight_in(document) for hit in hits)
        if weight:
            documents.append((-round(weight, 9), language_of(document) != language, document))
    return [document for _weight, _foreign, document in sorted(documents)[:limit]]


def scores(numbers: Iterable[int], hits: Sequence[WordHits], language: str) -> dict[int, tuple[float, int]]:
    """For each practice its best score and the document that gives it."""
    asked = [document for number in numbers for document in best_documents(number, hits, language, ROWS_PER_CANDIDATE)]
    meanings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, hit in enumerate(hits):
        for token in hit.word.exact:
            meanings[token].append((place, 1.0))
        for token in hit.word.near:
            meanings[token].append((place, NEAR_WEIGHT))
    best: dict[int, tuple[float, int]] = {}
    rows = SearchDocument.objects.filter(pk__in=asked).values_list("pk", *FIELD_WEIGHTS)
    for document, *columns in sorted(rows):
        score = _score(document, columns, hits, meanings)
        # The reader's language decides between equals.
        if language_of(document) == language:
            score += 1e-6
        number = number_of(document)
        if number not in best or score > best[number][0]:
            best[number] = score, document
    return best


def _score(
    document: int, columns: Sequence[str], hits: Sequence[WordHits], meanings: dict[str, list[tuple[int, float]]]
) -> float:
    found = [0.0] * len(hits)
    for (name, weight), column in zip(FIELD_WEIGHTS.items(), columns, strict=True):
        tokens = column.split()
        length = 1 - LENGTH_EFFECT + LENGTH_EFFECT * len(tokens) / USUAL_LENGTHS[name]
        for token in tokens:
            for place, degree in meanings.get(token, ()):
                found[place] += weight * degree / length
    score = 0.0
    for hit, amount in zip(hits, found, strict=True):
        in_body = 0.0 if amount else BODY_WEIGHT * bool(hit.weight_in(document))
        score += hit.rarity * (amount + in_body) / (amount + in_body + SATURATION)
    return round(score, 7)
