"""Weighing many practices at once: sets are split, not practices visited."""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from math import log

from pyroaring import BitMap

# Sets of so few are weighed one practice after the other.
FEW = 8


def rarity(holding: float, total: int) -> float:
    """What a shared value or a matched word says, as in BM25: the fewer have it, the more."""
    return log(1 + (total - holding + 0.5) / (holding + 0.5))


def weigh(base: BitMap, signs: Iterable[tuple[float, BitMap]]) -> Iterator[tuple[float, BitMap]]:
    """The practices of `base` in sets of equal weight, heaviest first; their weight is the sum of their signs'.

    Sets are split by one sign after the other, always the one that may still weigh most: who needs the first hundred
    of a hundred thousand pays for little more than these.
    """
    ordered = sorted(signs, key=lambda sign: -sign[0])
    left = [0.0] * (len(ordered) + 1)
    for place in range(len(ordered) - 1, -1, -1):
        left[place] = left[place + 1] + ordered[place][0]
    turn = count()
    waiting = [(-left[0], next(turn), 0, 0.0, base)] if base else []
    while waiting:
        _bound, _turn, place, weight, practices = heappop(waiting)
        if place == len(ordered):
            yield weight, practices
        elif len(practices) <= FEW:
            for number in practices:
                whole = weight + sum(worth for worth, holding in ordered[place:] if number in holding)
                heappush(waiting, (-whole, next(turn), len(ordered), whole, BitMap([number])))
        else:
            worth, holding = ordered[place]
            inside = practices & holding
            if inside:
                heappush(waiting, (-(weight + left[place]), next(turn), place + 1, weight + worth, inside))
            if len(inside) < len(practices):
                outside = practices - inside
                heappush(waiting, (-(weight + left[place + 1]), next(turn), place + 1, weight, outside))
