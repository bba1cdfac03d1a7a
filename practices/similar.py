"""Practices that have much in common with one: the more unusual what they share, the closer."""

from practices.models import Practice
from practices.querysets import visible_levels
from practices.search import facet_index
from practices.search.weigh import rarity, weigh

# What a shared value is worth, next to how rare it is.
IMPORTANCE = {"area": 3.0, "group": 2.0, "approach": 1.0, "depth": 0.3, "firewall": 0.3}


def similar_to(practice: Practice, *, user, limit: int = 3) -> list[Practice]:
    """The most similar practices that the user may see, ready to be shown as cards; none rather than any."""
    snapshot = facet_index.current()
    visible = snapshot.having("visibility", visible_levels(user))
    signs = []
    for name, importance in IMPORTANCE.items():
        for value in sorted(snapshot.values_of(practice.number, name)):
            if value != "unknown":
                sharing = visible & snapshot.bitmaps[name][value]
                signs.append((importance * rarity(len(sharing), len(visible)), sharing))
    visible.discard(practice.number)
    chosen: list[int] = []
    for weight, practices in weigh(visible, signs):
        if weight <= 0 or len(chosen) >= limit:
            break
        # Equally close: the newest first.
        chosen += snapshot.orders["newest"].first(practices, limit - len(chosen))
    found = Practice.objects.visible_to(user).with_card().filter(number__in=chosen)
    return sorted(found, key=lambda other: chosen.index(other.number))
