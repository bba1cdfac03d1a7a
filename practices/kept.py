"""What was made of one state of the registry, kept for whoever asks next; the next state begins with nothing.

A key says everything that the thing depends on beside that state, above all for whom it is: what one circle of readers
sees is never shown to another.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from practices.search.facet_index import Snapshot

Made = TypeVar("Made")

# Of single practices, 3 to 4 KB each: a registry of 10,000 fits into some 40 MB. Of whole lists, 20 to 40 KB each.
MOST_OF_PRACTICES = 12_000
MOST_OF_LISTS = 500


def kept_of_list(snapshot: Snapshot, key: Hashable, make: Callable[[], Made]) -> Made:
    """One thing about a list of practices."""
    shelf = snapshot.memo.setdefault("of lists", {})
    found: Made | None = shelf.get(key)
    if found is None:
        found = make()
        _put(shelf, {key: found}, MOST_OF_LISTS)
    return found


def kept_of_practices(
    snapshot: Snapshot, key: Hashable, numbers: Iterable[int], make: Callable[[list[int]], Mapping[int, Made]]
) -> list[Made]:
    """One thing about each practice; `make` makes those that nobody has asked for yet, and may leave some out."""
    shelf = snapshot.memo.setdefault("of practices", {})
    found: dict[int, Made | None] = {number: shelf.get((key, number)) for number in numbers}
    missing = [number for number, thing in found.items() if thing is None]
    if missing:
        made = make(missing)
        _put(shelf, {(key, number): thing for number, thing in made.items()}, MOST_OF_PRACTICES)
        found |= made
    return [thing for thing in found.values() if thing is not None]


def _put(shelf: dict[Hashable, Any], made: Mapping[Hashable, Any], most: int) -> None:
    """With what is still asked for, a full shelf fills again at once."""
    if len(shelf) + len(made) > most:
        shelf.clear()
    shelf.update(made)
