"""Many short texts in one run of bytes: as many strings would take five times the room."""

from array import array
from collections.abc import Iterable


class Texts:
    """Texts by number, from 0, in the order in which they came. Any number of threads may read while one adds."""

    def __init__(self, texts: Iterable[str] = ()):
        self._bytes, self._ends = bytearray(), array("I", [0])
        for text in texts:
            self.add(text)

    def add(self, text: str) -> int:
        """The number of a text from now on."""
        self._bytes += text.encode()
        self._ends.append(len(self._bytes))
        return len(self._ends) - 2

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place: int) -> str:
        if place >= len(self):
            raise IndexError(place)
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode()
