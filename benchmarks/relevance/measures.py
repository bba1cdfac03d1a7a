"""How good a ranked list is, given what was judged: 2 exactly what was asked for, 1 useful, all else nothing."""

from collections.abc import Mapping, Sequence
from math import log2

DEPTH = 10


def ndcg(ranked: Sequence[str], judgements: Mapping[str, int]) -> float:
    """The gain of the first ten, discounted by place, as a part of the best that could be had."""
    best = _discounted(sorted(judgements.values(), reverse=True))
    return _discounted([judgements.get(slug, 0) for slug in ranked]) / best if best else 0.0


def recall(ranked: Sequence[str], judgements: Mapping[str, int]) -> float:
    """How much of what is relevant stands among the first ten; more than ten cannot stand there."""
    relevant = {slug for slug, grade in judgements.items() if grade}
    return len(relevant.intersection(ranked[:DEPTH])) / min(DEPTH, len(relevant)) if relevant else 0.0


def reciprocal_rank(ranked: Sequence[str], judgements: Mapping[str, int]) -> float:
    """One divided by the place of the first relevant one among the first ten."""
    places = (place for place, slug in enumerate(ranked[:DEPTH], start=1) if judgements.get(slug))
    return 1 / next(places, float("inf"))


def _discounted(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades[:DEPTH], start=1))


MEASURES = {"nDCG@10": ndcg, "recall@10": recall, "MRR": reciprocal_rank}
