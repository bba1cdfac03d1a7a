"""Lists of all practices in one order each, kept sorted while single practices come, change and go."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from heapq import nsmallest
from itertools import count, islice
from typing import Any, Protocol

from pyroaring import BitMap

from practices.search.texts import Texts

# So many practices are looked for one by one.
FEW = 10


class Keys(Protocol):
    """What practices are sorted by, one for each place: an array of figures is of this kind."""

    def __getitem__(self, place: int, /) -> Any: ...
    def __delitem__(self, place: int, /) -> None: ...
    def __copy__(self) -> "Keys": ...
    def insert(self, place: int, key: Any, /) -> None: ...


class TextKeys:
    """Texts as keys. What several orders show of one practice is mostly the same text, which they share."""

    def __init__(self, texts: Texts, held: array):
        self._texts, self._held = texts, held

    def __getitem__(self, place: int) -> str:
        return self._texts[self._held[place]]

    def __delitem__(self, place: int) -> None:
        del self._held[place]

    def __copy__(self) -> "TextKeys":
        return TextKeys(self._texts, self._held[:])

    def insert(self, place: int, key: str) -> None:
        self._held.insert(place, self._texts.add(key))


class Order:
    """Practices by a key, equal ones by number. Never changed: the next state is another one."""

    def __init__(self, numbers: array, keys: Keys, known: BitMap | None = None):
        """Both stand in order already. `known`: the same numbers, where somebody has them as a set."""
        self._numbers, self._keys = numbers, keys
        self._known = BitMap(numbers) if known is None else known

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def first(self, wanted: BitMap, stop: int | None = None) -> list[int]:
        """The wanted practices in order, or the first so many of them."""
        if stop is None:
            return [number for number in self._numbers if number in wanted]
        # Walking meets a wanted one every `len(self) / len(wanted)` steps; sorting looks at each wanted one.
        if len(wanted) ** 2 > stop * len(self):
            return list(islice((number for number in self._numbers if number in wanted), stop))
        return nsmallest(stop, wanted, key=self._place)

    def after(self, gone: Iterable[int], come: Mapping[int, Any]) -> "Order":
        """This order when some practices are gone or changed their keys and some came."""
        numbers, keys = self._numbers[:], copy(self._keys)
        there = self._known & BitMap(gone)
        places = dict(zip(there, map(self._found(len(there)), there), strict=True))
        same = {number for number, place in places.items() if number in come and come[number] == keys[place]}
        for place in sorted((place for number, place in places.items() if number not in same), reverse=True):
            del numbers[place], keys[place]
        for number, key in come.items():
            if number not in same:
                place = bisect_left(range(len(numbers)), (key, number), key=lambda other: (keys[other], numbers[other]))
                numbers.insert(place, number)
                keys.insert(place, key)
        return Order(numbers, keys, (self._known - there) | BitMap(come))

    def _found(self, count: int) -> Callable[[int], int]:
        """The cheapest way to the places of so many practices: to note where all stand takes ten times as long as to
        look for one."""
        return self._numbers.index if count <= FEW and "_places" not in self.__dict__ else self._place

    def _place(self, number: int) -> int:
        return self._places[self._known.rank(number) - 1]

    @cached_property
    def _places(self) -> array:
        """Where each practice stands, by number: numbers may have wide gaps."""
        places = dict(zip(self._numbers, count(), strict=False))
        return array("I", map(places.__getitem__, self._known))


def by_figure(figures: Mapping[int, float]) -> Order:
    numbers = array("I", sorted(figures, key=lambda number: (figures[number], number)))
    return Order(numbers, array("d", map(figures.__getitem__, numbers)))


def by_texts(texts_of: Mapping[int, Sequence[int]], texts: Texts, orders: int) -> list[Order]:
    """So many orders at once: the first by the first text of each practice, and so on."""
    ranks = _ranks(texts)
    numbers = sorted(texts_of)
    columns = zip(*map(texts_of.__getitem__, numbers), strict=True) if numbers else [()] * orders
    made = []
    for held in columns:
        # Sorting leaves equal ones as they stand, by number.
        order = sorted(range(len(numbers)), key=[ranks[text] for text in held].__getitem__)
        keys = TextKeys(texts, array("I", (held[place] for place in order)))
        made.append(Order(array("I", (numbers[place] for place in order)), keys))
    return made


def _ranks(texts: Texts) -> array:
    """Equal for equal texts, and lower for what stands before."""
    ranks, last, rank = array("I", bytes(4 * len(texts))), None, 0
    written = list(texts)
    for place in sorted(range(len(written)), key=written.__getitem__):
        if written[place] != last:
            last, rank = written[place], rank + 1
        ranks[place] = rank
    return ranks
