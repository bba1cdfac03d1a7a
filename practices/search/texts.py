"""Many short texts in one run of bytes: as many strings would take five times the room."""

from array import array
from collections.abc import Iterable, Iterator

# A power of two.
FEWEST_SLOTS = 1024


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

    def __iter__(self) -> Iterator[str]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> str:
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode()


class DistinctTexts(Texts):
    """Texts that each come once, to be found by what they say: a table of places by hash, where a dictionary of
    strings would take ten times the room."""

    def __init__(self, texts: Iterable[str] = ()):
        self._slots = array("I", bytes(FEWEST_SLOTS * array("I").itemsize))
        super().__init__(texts)

    def add(self, text: str) -> int:
        if 2 * len(self) >= len(self._slots):
            self._slots = array("I", bytes(2 * len(self._slots) * self._slots.itemsize))
            for place, known in enumerate(self):
                self._slots[self._slot(known)] = place + 1
        place = super().add(text)
        self._slots[self._slot(text)] = place + 1
        return place

    def place(self, text: str) -> int | None:
        """The number of a text, if it is there."""
        held = self._slots[self._slot(text)]
        return held - 1 if held else None

    def _slot(self, text: str) -> int:
        """Where the table tells of a text, or will: 0 stands in a free slot."""
        slots, last = self._slots, len(self._slots) - 1
        slot = hash(text) & last
        while (held := slots[slot]) and self[held - 1] != text:
            slot = slot + 1 & last
        return slot
