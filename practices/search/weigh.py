"""Weighing many practices at once: sets are split, not practices visited."""

from collections.abc import Iterable
from math import log

from pyroaring import BitMap


def rarity(holding: int, total: int) -> float:
    """What a shared value or a matched word says, as in BM25: the fewer have it, the more."""
    return log(1 + (total - holding + 0.5) / (holding + 0.5))


def weigh(base: BitMap, signs: Iterable[tuple[float, BitMap]]) -> list[tuple[float, BitMap]]:
    """The practices of `base` in classes of equal weight, heaviest first; their weight is the sum of their signs'."""
    classes = [(0.0, base)]
    for weight, holding in signs:
        split = []
        for so_far, practices in classes:
            inside = practices & holding
            if inside:
                split.append((so_far + weight, inside))
            if len(inside) < len(practices):
                split.append((so_far, practices - inside))
        classes = split
    return sorted(classes, key=lambda entry: (-round(entry[0], 9), entry[1].min() if entry[1] else 0))
