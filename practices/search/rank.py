"""The order of relevance: a BM25-like score over fields, worked out in Python for the best candidates only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from django.db import connection
from pyroaring import BitMap

from practices.search.documents import LANGUAGE_PLACES, NUMBER_SHIFT, circle_bits

CANDIDATES = 100
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
# The reader's language decides between equals.
READERS_LANGUAGE = 1e-6

PLACES = range(len(LANGUAGE_PLACES))

# Token to the clauses that it stands for, each with what it is worth there.
Meanings = Mapping[str, list[tuple[int, float]]]


class Clause(Protocol):
    """What of a query's clause counts here: its tokens with what they are worth, the documents that hold them, the
    practices that are classified by such a name, the best first, and how rare it is."""

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

    def __init__(self, clauses: Sequence[Clause], levels: Sequence[str], language: str):
        self._clauses, self._language = clauses, language
        self._circles = [circle_bits(level) for level in levels]
        self._meanings = _meanings(clauses)
        self._rarities = [clause.rarity for clause in clauses]
        self._tokens = frozenset(self._meanings)
        self._held = BitMap.union(BitMap(), *(texts for clause in clauses for _worth, texts in clause.texts))

    def scores(self, numbers: Collection[int]) -> dict[int, Score]:
        """For each practice its best text's score, to which its labels add."""
        texts = self._read(self._documents(numbers), ("title", "summary"))
        best = self._best(numbers, texts)
        first = sorted(best, key=lambda number: (-best[number].value, number))[:READ_WHOLE]
        whole = self._documents(first)
        for document, amounts in self._read(whole, ("body",)).items():
            texts[document] = [one + other for one, other in zip(texts.get(document, amounts), amounts, strict=True)]
        return best | self._best(first, {document: texts[document] for document in whole if document in texts})

    def _documents(self, numbers: Iterable[int]) -> list[int]:
        """The documents of the practices that hold most of the query."""
        first = BitMap([number << NUMBER_SHIFT for number in numbers])
        own = self._held & BitMap().union(
            *(first.shift(circle | place) for circle in self._circles for place in PLACES)
        )
        weights = dict.fromkeys(own, 0.0)
        for clause in self._clauses:
            worths: dict[int, float] = {}
            # The first of its texts counts.
            for worth, texts in reversed(clause.texts):
                worths |= dict.fromkeys(texts & own, clause.rarity * worth)
            for document, weight in worths.items():
                weights[document] += weight
        chosen = []
        for _number, documents in groupby(own, key=lambda document: document >> NUMBER_SHIFT):
            weighed = [(round(weights[document], 9), document) for document in documents]
            weighed.sort(reverse=True)
            # Equal ones are all read: which of them is better, their words decide.
            least = weighed[TEXTS - 1][0] if len(weighed) > TEXTS else 0.0
            chosen += [document for weight, document in weighed if weight >= least]
        return chosen

    def _read(self, documents: Sequence[int], fields: Sequence[str]) -> dict[int, list[float]]:
        """How much of each clause the documents hold, by field and length."""
        if not documents:
            return {}
        # Written by hand: the ids are our own numbers, and there are many.
        statement = (
            f"SELECT id, {', '.join(fields)} FROM practices_searchdocument"  # noqa: S608
            f" WHERE id IN ({','.join(map(str, documents))})"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall()
        return {document: self._amounts(fields, columns) for document, *columns in rows}

    def _amounts(self, fields: Sequence[str], columns: Sequence[str]) -> list[float]:
        amounts = [0.0] * len(self._clauses)
        for name, column in zip(fields, columns, strict=True):
            tokens = column.split()
            held = self._tokens.intersection(tokens)
            if not held:
                continue
            weight = FIELD_WEIGHTS[name] / (1 - LENGTH_EFFECT + LENGTH_EFFECT * len(tokens) / USUAL_LENGTHS[name])
            for token in held:
                times = tokens.count(token)
                for place, worth in self._meanings[token]:
                    amounts[place] += weight * worth * times
        return amounts

    def _best(self, numbers: Iterable[int], texts: Mapping[int, list[float]]) -> dict[int, Score]:
        by_number: dict[int, list[tuple[str, list[float]]]] = defaultdict(list)
        for document, amounts in texts.items():
            if any(amounts):
                by_number[document >> NUMBER_SHIFT].append((LANGUAGE_PLACES[document & 15], amounts))
        labels = self._labels(numbers)
        nothing = [0.0] * len(self._clauses)
        best = {}
        for number in numbers:
            named = labels.get(number, nothing)
            # A text only adds to the labels.
            found = [
                Score(self._score(named, amounts) + (READERS_LANGUAGE if code == self._language else 0.0), code)
                for code, amounts in by_number[number]
            ]
            best[number] = (
                max(found, key=lambda score: (score.value, score.language))
                if found
                else Score(self._score(named, nothing), None)
            )
        return best

    def _labels(self, numbers: Iterable[int]) -> dict[int, list[float]]:
        """What labels add, clause by clause, to each practice that has such a label."""
        wanted = BitMap(numbers)
        labels: dict[int, list[float]] = {}
        for place, clause in enumerate(self._clauses):
            for worth, practices in reversed(clause.labelled):
                for number in practices & wanted:
                    labels.setdefault(number, [0.0] * len(self._clauses))[place] = LABEL_WEIGHT * worth
        return labels

    def _score(self, labels: Sequence[float], text: Sequence[float]) -> float:
        score = 0.0
        for rarity, named, amount in zip(self._rarities, labels, text, strict=True):
            whole = named + amount
            score += rarity * whole / (whole + SATURATION)
        return round(score, 7)


def _meanings(clauses: Sequence[Clause]) -> Meanings:
    meanings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, clause in enumerate(clauses):
        for token, worth in clause.worth.items():
            meanings[token].append((place, worth))
    return meanings
