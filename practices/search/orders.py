"""Lists of all practices in one order each, kept sorted while single practices come, change and go."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from heapq import nsmallest
from itertools import islice
from typing import Any

from pyroaring import BitMap


class Order:
    """Practices by a key, equal ones by number. Never changed: the next state is another one."""

    def __init__(self, keys: Mapping[int, Any], numbers: list[int] | None = None):
        self._keys = keys
        self._numbers = numbers if numbers is not None else sorted(keys, key=lambda number: (keys[number], number))

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
        keys = self._keys
        return nsmallest(stop, wanted, key=lambda number: (keys[number], number))

    def after(self, gone: Iterable[int], come: Mapping[int, Any]) -> "Order":
        """This order when some practices are gone or changed their keys and some came."""
        keys, numbers = dict(self._keys), list(self._numbers)

        def place(number: int) -> int:
            return bisect_left(numbers, (keys[number], number), key=lambda other: (keys[other], other))

        for number in gone:
            if number in keys:
                del numbers[place(number)]
                del keys[number]
        for number, key in come.items():
            keys[number] = key
            numbers.insert(place(number), number)
        return Order(keys, numbers)
