"""The order of relevance: a BM25-like score over fields, worked out in Python for the best candidates only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import add, mul
from typing import Protocol

from pyroaring import BitMap

from practices.search.columns import LONG, SHORT, columns_of, edged, length
from practices.search.documents import LANGUAGE_PLACES, NUMBER_SHIFT, PLACE_BITS, circle_bits
from practices.search.facet_index import Snapshot
from practices.search.letters import likeness
from practices.search.postings import Postings
from practices.search.query import Term

# So many practices are weighed word by word; of long queries more, for their letters bring some up from further below.
CANDIDATES, CANDIDATES_FOR_LONG = 100, 150
# So many texts of a candidate are read: the likeliest.
TEXTS = 2
# Bodies are long, so only those of the best are read.
READ_WHOLE = 40
FIELD_WEIGHTS = {"title": 4.0, "summary": 2.0, "body": 0.7}
# Any of a practice's labels; a label is there or not, however often.
LABEL_WEIGHT = 3.0
# Usual numbers of tokens; in a field longer than this a word counts less.
USUAL_LENGTHS = {"title": 12, "summary": 50, "body": 200}
LENGTH_EFFECT = 0.6
SATURATION = 1.2
# Groups of letters count in queries of more words; what they are worth beside words.
SHORT_QUERY, LETTERS = 7, 0.3
# The reader's language decides between equals.
READERS_LANGUAGE = 1e-6

# So few tokens are looked for one by one; for more a text is taken apart.
FEW = 40

PLACES = range(len(LANGUAGE_PLACES))
PLACE_MASK = (1 << PLACE_BITS) - 1

# Token to the clauses that it stands for, each with what it is worth there.
Meanings = Mapping[str, list[tuple[int, float]]]
# A token, how it stands in texts, and its meanings.
Counted = tuple[str, str, list[tuple[int, float]]]
# For each clause how much a text holds of it.
Amounts = tuple[float, ...]


class Clause(Protocol):
    """What of a query's clause counts here: its term, the documents that hold its tokens, the practices that are
    classified by such a name, the best first, how rare it is, and its tokens with what they are worth."""

    term: Term
    texts: list[tuple[float, BitMap]]
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

    def __init__(
        self,
        clauses: Sequence[Clause],
        postings: Postings,
        *,
        snapshot: Snapshot,
        levels: Sequence[str],
        language: str,
    ):
        self._clauses, self._postings = clauses, postings
        self._snapshot, self._language = snapshot, language
        self._circles = [circle_bits(level) for level in levels]
        self._meanings = _meanings(clauses)
        self._rarities = [clause.rarity for clause in clauses]
        self._words = [clause for clause in clauses if clause.term.is_word]
        self._held = BitMap.union(BitMap(), *(texts for clause in clauses for _worth, texts in clause.texts))

    def scores(self, numbers: Collection[int]) -> dict[int, Score]:
        """For each practice its best text's score, to which its labels add."""
        held = self._likeliest(numbers)
        tokens = self._tokens_in(held)
        nothing = (0.0,) * len(self._clauses)
        short = self._amounts(dict.fromkeys(held, nothing), SHORT, tokens)
        # What a text holds, though neither in title nor summary, stands in its body: once, until that is read.
        body = FIELD_WEIGHTS["body"]
        texts = {
            document: tuple([amount or body * worth for amount, worth in zip(short[document], worths, strict=True)])
            for document, worths in held.items()
        }
        labels = self._labels(numbers)
        letters = self._letters(held)
        best = self._best(numbers, texts, labels, letters)
        first = set(sorted(best, key=lambda number: (-best[number].value, number))[:READ_WHOLE])
        whole = {document: short[document] for document in held if document >> NUMBER_SHIFT in first}
        return best | self._best(first, self._amounts(whole, LONG, tokens), labels, letters)

    def _likeliest(self, numbers: Iterable[int]) -> dict[int, list[float]]:
        """The documents of the practices that hold most of the query, in order; for each clause what it holds of it is
        worth."""
        first = BitMap([number << NUMBER_SHIFT for number in numbers])
        own = self._held & BitMap().union(
            *(first.shift(circle | place) for circle in self._circles for place in PLACES)
        )
        held = {document: [0.0] * len(self._clauses) for document in own}
        for place, clause in enumerate(self._clauses):
            # The first of its texts counts.
            for worth, texts in reversed(clause.texts):
                for document in texts & own:
                    held[document][place] = worth
        chosen: dict[int, list[float]] = {}
        for _number, group in groupby(own, key=lambda document: document >> NUMBER_SHIFT):
            documents = list(group)
            if len(documents) > TEXTS:
                weights = {document: round(sum(map(mul, self._rarities, held[document])), 9) for document in documents}
                # Equal ones are all read: which of them is better, their words decide.
                least = sorted(weights.values())[-TEXTS]
                documents = [document for document in documents if weights[document] >= least]
            chosen |= {document: held[document] for document in documents}
        return chosen

    def _letters(self, documents: Collection[int]) -> dict[int, float]:
        """What the groups of letters that texts share with a long query add to their scores."""
        if len(self._words) <= SHORT_QUERY:
            return {}
        alike = likeness([clause.term.folded for clause in self._words], documents)
        return {document: LETTERS * worth for document, worth in alike.items()}

    def _tokens_in(self, documents: Collection[int]) -> dict[int, list[Counted]]:
        """The tokens of the query that each document may hold: as the engine told, or, where it did not, all."""
        among = BitMap(documents)
        found: dict[int, list[Counted]] = {document: [] for document in documents}
        for token, meant in self._meanings.items():
            known = self._postings.get(token)
            counted = token, edged(token), meant
            for document in among if known is None else known & among:
                found[document].append(counted)
        return found

    def _amounts(
        self, before: Mapping[int, Amounts], fields: tuple[str, ...], tokens: Mapping[int, Sequence[Counted]]
    ) -> dict[int, Amounts]:
        """How much of each clause texts hold, by field and length, added to what they hold in other fields."""
        after = dict(before)
        read = columns_of([document for document in before if tokens[document]], fields, self._snapshot)
        for document, columns in read.items():
            amounts = list(before[document])
            for name, column in zip(fields, columns, strict=True):
                held = _held(tokens[document], column)
                if not held:
                    continue
                weight = weight_in(name, length(column))
                for _token, written, meant in held:
                    times = column.count(written)
                    for place, worth in meant:
                        amounts[place] += weight * worth * times
            after[document] = tuple(amounts)
        return after

    def _best(
        self,
        numbers: Iterable[int],
        texts: Mapping[int, Amounts],
        labels: Mapping[int, Sequence[float]],
        letters: Mapping[int, float],
    ) -> dict[int, Score]:
        best: dict[int, tuple[float, str]] = {}
        # Texts that hold a word in their bodies only are many, and hold the same of it.
        alike: dict[Amounts, float] = {}
        for document, amounts in texts.items():
            if not any(amounts):
                continue
            number, language = document >> NUMBER_SHIFT, LANGUAGE_PLACES[document & PLACE_MASK]
            if number in labels:
                # A text only adds to the labels.
                value = self._score(labels[number], amounts)
            else:
                known = alike.get(amounts)
                value = alike[amounts] = self._score(None, amounts) if known is None else known
            value += letters.get(document, 0.0)
            if language == self._language:
                value += READERS_LANGUAGE
            found = (value, language)
            if number not in best or best[number] < found:
                best[number] = found
        nothing = (0.0,) * len(self._clauses)
        return {
            number: Score(*best[number]) if number in best else Score(self._score(labels.get(number), nothing), None)
            for number in numbers
        }

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


def _held(tokens: Sequence[Counted], column: str) -> list[Counted]:
    """Those that a column holds."""
    if len(tokens) <= FEW:
        return [counted for counted in tokens if counted[1] in column]
    words = set(column.split())
    return [counted for counted in tokens if counted[0] in words]


def weight_in(field: str, length: int) -> float:
    """What a token counts in a field of so many."""
    return FIELD_WEIGHTS[field] / (1 - LENGTH_EFFECT + LENGTH_EFFECT * length / USUAL_LENGTHS[field])
