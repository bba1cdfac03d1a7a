"""Practices that have much in common with one: the more unusual what they share, the closer."""

from pyroaring import BitMap

from practices.choices import Visibility
from practices.filters import LONGEST_QUERY, cleaned
from practices.models import Practice
from practices.querysets import visible_levels
from practices.search import facet_index
from practices.search.analyse import words
from practices.search.find import Finding
from practices.search.weigh import rarity, weigh

# What a shared value is worth, next to how rare it is.
IMPORTANCE = {"area": 3.0, "group": 2.0, "approach": 1.0, "depth": 0.3, "firewall": 0.3}
# How much of what a title tells a practice must share to be taken for the same one: less where the city is the same.
ALIKE, ALIKE_IN_CITY = 0.6, 0.3


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
    return _read(chosen, user)


def similar_to_title(title: str, *, city: str, user, language: str, limit: int = 5) -> list[Practice]:
    """Practices that the user may see and that may be the one somebody begins to describe: those of the city first.

    `city`: a slug, or nothing. Whoever may not know a withheld city finds its practices by their words alone.
    """
    return _read(numbers_like_title(title, city=city, user=user, language=language, limit=limit), user)


def numbers_like_title(title: str, *, city: str, user, language: str, limit: int) -> list[int]:
    """The numbers of the practices that `similar_to_title` gives."""
    # A title is no query: a dash or a quotation mark in it means nothing.
    text = " ".join(word[0] for word in words(cleaned(title[:LONGEST_QUERY])))
    if not text:
        return []
    levels = visible_levels(user)
    snapshot = facet_index.current()
    finding = Finding(text, snapshot=snapshot, levels=levels, language=language)
    if finding.guessed:
        return []
    at_home = BitMap()
    if city:
        current = snapshot.former["city"].get(city, city)
        of_the_city = snapshot.having("city", [current], trusted=Visibility.PEERS in levels)
        at_home = finding.having(ALIKE_IN_CITY) & of_the_city
    elsewhere = finding.having(ALIKE) - at_home
    chosen = finding.ordered(at_home, limit) if at_home else []
    if elsewhere and len(chosen) < limit:
        chosen = chosen + finding.ordered(elsewhere, limit - len(chosen))
    return chosen


def _read(numbers: list[int], user) -> list[Practice]:
    """The practices in this order, ready to be shown as cards."""
    found = Practice.objects.visible_to(user).with_card().filter(number__in=numbers)
    return sorted(found, key=lambda practice: numbers.index(practice.number))
