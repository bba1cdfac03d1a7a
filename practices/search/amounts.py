"""How much of each token a text holds: by field, and the less the longer the field is, as in BM25F.

Written with the index, so that nothing of a text need be read to rank it.
"""

from collections.abc import Iterator
from itertools import pairwise

from practices.models import SearchDocument
from practices.search.analyse import GAP

# Change `ANALYSER` with any of these figures: amounts are stored.
FIELD_WEIGHTS = {"title": 4.0, "summary": 2.0, "body": 0.7}
# Usual numbers of tokens; in a field longer than this a word counts less.
USUAL_LENGTHS = {"title": 12, "summary": 50, "body": 200}
LENGTH_EFFECT = 0.6
# One is stored as so many; nothing counts for more than the largest number of 16 bits.
SCALE, MOST = 512, (1 << 16) - 1
# Two tokens of at most so many letters side by side, as in "of the", are a token themselves: of the commonest, nearly
# every text holds both, and to look into every text for a phrase of them would take seconds.
SHORT_TOKEN = 4
# A token of every document.
EVERY = ""


def amounts_of(document: SearchDocument) -> dict[str, int]:
    """Every token of a document with its amount, a whole number of `1 / SCALE`."""
    amounts: dict[str, float] = dict.fromkeys(_pairs_in(document), 0.0)
    for name in FIELD_WEIGHTS:
        tokens = getattr(document, name).split(" ")
        weight = weight_in(name, len(tokens)) * SCALE
        for token in tokens:
            amounts[token] = amounts.get(token, 0.0) + weight
    amounts.pop(GAP, None)
    amounts[EVERY] = 0.0
    return {token: min(round(amount), MOST) for token, amount in amounts.items()}


def weight_in(field: str, length: int) -> float:
    """What a token counts in a field of so many."""
    return FIELD_WEIGHTS[field] / (1 - LENGTH_EFFECT + LENGTH_EFFECT * length / USUAL_LENGTHS[field])


def pair(first: str, second: str) -> str | None:
    """The token that two side by side are; None where a text has to be looked into. A space is in no other token."""
    if len(first) > SHORT_TOKEN or len(second) > SHORT_TOKEN or GAP in (first, second):
        return None
    return f"{first} {second}"


def _pairs_in(document: SearchDocument) -> Iterator[str]:
    columns = (getattr(document, name).split() for name in FIELD_WEIGHTS)
    return filter(None, (pair(first, second) for column in columns for first, second in pairwise(column)))
