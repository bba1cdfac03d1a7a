"""The order of relevance: a BM25-like score over fields, worked out in Python for the best candidates only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import add
from typing import Protocol

from pyroaring import BitMap

from practices.search.amounts import SCALE
from practices.search.documents import documents_of, language_of, number_of
from practices.search.letters import likeness
from practices.search.postings import Postings
from practices.search.query import Term

# So many practices are weighed word by word; of long queries more, for their letters bring some up from further below.
CANDIDATES, CANDIDATES_FOR_LONG = 100, 150
# Any of a practice's labels; a label is there or not, however often.
LABEL_WEIGHT = 3.0
SATURATION = 1.2
# Groups of letters count in queries of more words; so many texts of a practice are read for them, the likeliest. What
# they are worth beside words.
SHORT_QUERY, TEXTS, LETTERS = 7, 2, 0.3
# The reader's language decides between equals.
READERS_LANGUAGE = 1e-6

# Token to the clauses that it stands for, each with what it is worth there.
Meanings = Mapping[str, list[tuple[int, float]]]
# For each clause how much a text holds of it.
Amounts = list[float]


class Clause(Protocol):
    """What of a query's clause counts here: its term, the documents that hold its tokens, the practices that are
    classified by such a name, the best first, how rare it is, and its tokens with what they are worth."""

    term: Term
    texts: list[BitMap]
    labelled: list[tuple[float, BitMap]]
    rarity: float

    @property
    def worth(self) -> Mapping[str, float]: ...


@dataclass(frozen=True)
class Score:
    """A practice's best score and the language of the text that gives it; None where only labels match."""

    value: float
    language: str | None


class Ranking:
    """Scores practices for one query."""

    def __init__(self, clauses: Sequence[Clause], postings: Postings, *, levels: Sequence[str], language: str):
        self._clauses, self._postings = clauses, postings
        self._levels, self._language = levels, language
        self._meanings = _meanings(clauses)
        self._rarities = [clause.rarity for clause in clauses]
        self._words = [clause for clause in clauses if clause.term.is_word]

    def scores(self, numbers: Collection[int]) -> dict[int, Score]:
        """For each practice its best text's score, to which its labels add."""
        labels = self._labels(numbers)
        own = documents_of(BitMap(numbers), self._levels)
        held = BitMap().union(*(texts & own for clause in self._clauses for texts in clause.texts))
        values = {
            document: self._score(labels.get(number_of(document)), amounts)
            for document, amounts in self._amounts(held).items()
        }
        for document, worth in self._letters(values).items():
            values[document] += worth
        best: dict[int, tuple[float, str]] = {}
        for document, value in values.items():
            number, language = number_of(document), language_of(document)
            found = (value + READERS_LANGUAGE if language == self._language else value, language)
            if number not in best or best[number] < found:
                best[number] = found
        nothing = [0.0] * len(self._clauses)
        return {
            number: Score(*best[number]) if number in best else Score(self._score(labels.get(number), nothing), None)
            for number in numbers
        }

    def _amounts(self, documents: BitMap) -> dict[int, Amounts]:
        """How much of each clause texts hold; those that hold nothing are left out."""
        found: dict[int, Amounts] = {}
        nothing = [0.0] * len(self._clauses)
        for token, posting in self._postings.among(sorted(self._meanings), documents).items():
            meanings = self._meanings[token]
            for document, amount in posting.amounts(documents):
                held = found.get(document)
                if held is None:
                    held = found[document] = nothing[:]
                for place, worth in meanings:
                    held[place] += worth * amount / SCALE
        return found

    def _letters(self, values: Mapping[int, float]) -> dict[int, float]:
        """What the groups of letters that texts share with a long query add to their scores."""
        if len(self._words) <= SHORT_QUERY:
            return {}
        likeliest: list[int] = []
        for _number, group in groupby(sorted(values, key=number_of), key=number_of):
            likeliest += sorted(group, key=lambda document: (-values[document], document))[:TEXTS]
        alike = likeness([clause.term.folded for clause in self._words], likeliest)
        return {document: LETTERS * worth for document, worth in alike.items()}

    def _labels(self, numbers: Iterable[int]) -> dict[int, list[float]]:
        """What labels add, clause by clause, to each practice that has such a label."""
        wanted = BitMap(numbers)
        labels: dict[int, list[float]] = {}
        for place, clause in enumerate(self._clauses):
            for worth, practices in reversed(clause.labelled):
                for number in practices & wanted:
                    labels.setdefault(number, [0.0] * len(self._clauses))[place] = LABEL_WEIGHT * worth
        return labels

    def _score(self, labels: Sequence[float] | None, text: Sequence[float]) -> float:
        score = 0.0
        for rare, whole in zip(self._rarities, map(add, labels, text) if labels else text, strict=True):
            if whole:
                score += rare * whole / (whole + SATURATION)
        return round(score, 7)


def _meanings(clauses: Sequence[Clause]) -> Meanings:
    meanings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, clause in enumerate(clauses):
        for token, worth in clause.worth.items():
            meanings[token].append((place, worth))
    return meanings
