"""The order of relevance: a BM25-like score over fields, worked out in Python for the best candidates only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from practices.models import SearchDocument
from practices.search.documents import LABELS_PLACE, LANGUAGE_PLACES, NUMBER_SHIFT, circle_bits

CANDIDATES = 100
FIELD_WEIGHTS = {"title": 4.0, "summary": 2.0, "body": 0.7}
# Any of a practice's labels; a label is there or not, however often.
LABEL_WEIGHT = 3.0
# Usual numbers of tokens; in a field longer than this a word counts less.
USUAL_LENGTHS = {"title": 12, "summary": 50, "body": 200}
LENGTH_EFFECT = 0.6
SATURATION = 1.2
# The reader's language decides between equals.
READERS_LANGUAGE = 1e-6

# Token to the clauses that it stands for, each with what it is worth there.
Meanings = Mapping[str, list[tuple[int, float]]]


class Clause(Protocol):
    """What of a query's clause counts here: its tokens with what they are worth, and how rare it is."""

    @property
    def worth(self) -> Mapping[str, float]: ...

    rarity: float


@dataclass(frozen=True)
class Score:
    """A practice's best score and the language of the text that gives it; None where only labels match."""

    value: float
    language: str | None


def scores(numbers: Iterable[int], clauses: Sequence[Clause], levels: Sequence[str], language: str) -> dict[int, Score]:
    """For each practice its best text's score, to which its labels add."""
    meanings = _meanings(clauses)
    rarities = [clause.rarity for clause in clauses]
    circles = [circle_bits(level) for level in levels]
    places = (*range(len(LANGUAGE_PLACES)), LABELS_PLACE)
    asked = [number << NUMBER_SHIFT | circle | place for number in numbers for circle in circles for place in places]
    labels: dict[int, list[float]] = {}
    texts: dict[int, list[tuple[str, list[float]]]] = defaultdict(list)
    rows = SearchDocument.objects.filter(pk__in=asked).values_list("pk", "language", "labels", *FIELD_WEIGHTS)
    for document, code, label, *columns in rows:
        number = document >> NUMBER_SHIFT
        if code:
            texts[number].append((code, _amounts_in_text(columns, meanings, len(clauses))))
        else:
            labels[number] = _amounts_in_labels(label, meanings, len(clauses))
    nothing = [0.0] * len(clauses)
    best = {}
    for number in labels.keys() | texts.keys():
        named = labels.get(number, nothing)
        found = [Score(_score(named, nothing, rarities), None)]
        for code, amounts in texts[number]:
            if any(amounts):
                bonus = READERS_LANGUAGE if code == language else 0.0
                found.append(Score(_score(named, amounts, rarities) + bonus, code))
        best[number] = max(found, key=lambda score: (score.value, score.language or ""))
    return best


def _meanings(clauses: Sequence[Clause]) -> Meanings:
    meanings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, clause in enumerate(clauses):
        for token, worth in clause.worth.items():
            meanings[token].append((place, worth))
    return meanings


def _amounts_in_text(columns: Sequence[str], meanings: Meanings, clauses: int) -> list[float]:
    """How much of each clause a text holds, by field and length."""
    amounts = [0.0] * clauses
    for (name, weight), column in zip(FIELD_WEIGHTS.items(), columns, strict=True):
        tokens = column.split()
        length = 1 - LENGTH_EFFECT + LENGTH_EFFECT * len(tokens) / USUAL_LENGTHS[name]
        for token in meanings.keys() & set(tokens):
            times = tokens.count(token)
            for place, worth in meanings[token]:
                amounts[place] += weight * worth * times / length
    return amounts


def _amounts_in_labels(column: str, meanings: Meanings, clauses: int) -> list[float]:
    amounts = [0.0] * clauses
    for token in meanings.keys() & set(column.split()):
        for place, worth in meanings[token]:
            amounts[place] = max(amounts[place], LABEL_WEIGHT * worth)
    return amounts


def _score(labels: Sequence[float], text: Sequence[float], rarities: Sequence[float]) -> float:
    score = 0.0
    for named, amount, rare in zip(labels, text, rarities, strict=True):
        whole = named + amount
        score += rare * whole / (whole + SATURATION)
    return round(score, 7)
