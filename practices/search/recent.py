"""What was asked for lately, kept within bounds."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class Recent(Generic[Key, Kept]):
    """Entries in two halves: when the newer one is full, it takes the place of the older one, which is forgotten, and
    whatever is asked for again moves to the newer. Any number of threads may ask; at worst one forgets what another
    kept."""

    def __init__(self, room: int, size: Callable[[Kept], int]):
        self._half, self._size = room // 2, size
        self._newer: dict[Key, Kept] = {}
        self._older: dict[Key, Kept] = {}
        self._filled = 0

    def get(self, key: Key) -> Kept | None:
        found = self._newer.get(key)
        if found is None:
            found = self._older.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: Key, value: Kept) -> None:
        self._filled += self._size(value)
        if self._filled > self._half:
            self._older, self._newer, self._filled = self._newer, {}, self._size(value)
        self._newer[key] = value
