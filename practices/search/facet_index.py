"""Which practices have which value, as bitmaps in each process: every count is an intersection.

Derived data, read on first use and compared with the index's stamp at each request. A snapshot is never changed; the
next one shares with it whatever stayed the same, so threads that still count on the old one are not disturbed.
"""

import threading
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from pyroaring import BitMap

from practices.search.analyse import sort_key
from practices.search.changes import Stamp, changed_since, stamp
from practices.search.facts import LOCATING, Facts, Place, Term, read_facts, read_terms

Bitmaps = dict[str, dict[Any, BitMap]]


class Snapshot:
    """All facts of one state of the index."""

    def __init__(
        self,
        state: Stamp,
        facts: dict[int, Facts],
        bitmaps: Bitmaps,
        places: dict[int, Place],
        terms: dict[str, dict[str, Term]],
    ):
        self.stamp, self.facts, self.bitmaps, self.terms = state, facts, bitmaps, terms
        self.places = {place.slug: place for place in places.values()}
        self._orders: dict[tuple, list[int]] = {}
        self.memo: dict[Any, Any] = {}

    def values(self, name: str, *, trusted: bool) -> dict[Any, BitMap]:
        """Value to practices. Who may not know withheld cities gets them in no facet that says where."""
        found = self.bitmaps.get(name, {})
        if trusted or name not in LOCATING:
            return found
        withheld = self.bitmaps.get("withheld", {}).get(True)
        if not withheld:
            return found
        key = ("values", name)
        if key not in self.memo:
            self.memo[key] = {value: bitmap - withheld for value, bitmap in found.items()}
        return self.memo[key]

    def having(self, name: str, values: Iterable, *, trusted: bool = True) -> BitMap:
        """The practices with any of the values."""
        found = self.values(name, trusted=trusted)
        return union(found[value] for value in values if value in found)

    def running(self, first: int | None, last: int | None) -> BitMap:
        """The practices known to run at some time between two years; None leaves that side open."""
        started, ended = self.bitmaps.get("start_year", {}), self.bitmaps.get("end_year", {})
        begun = union(bitmap for year, bitmap in started.items() if last is None or year <= last)
        return begun - union(bitmap for year, bitmap in ended.items() if first is not None and year < first)

    def ordered(self, sort: str, language: str, *, trusted: bool) -> list[int]:
        """Every practice's number in the order that is asked for, sorted once per snapshot."""
        key = (sort, language, trusted)
        if key not in self._orders:
            self._orders[key] = sorted(self.facts, key=self._sort_key(*key))
        return self._orders[key]

    def _sort_key(self, sort: str, language: str, trusted: bool) -> Callable[[int], tuple]:
        facts = self.facts
        if sort == "title":
            return lambda number: (facts[number].titles[language], number)
        if sort == "confirmed":
            return lambda number: (-facts[number].confirmed, number)
        if sort == "city":
            names = {slug: sort_key(term.label(language, slug)) for slug, term in self.terms["city"].items()}

            def by_city(number):
                # A place in the order must not tell a withheld city: those come last, by title.
                hidden = not trusted and bool(facts[number].values["withheld"])
                return hidden, "" if hidden else names[facts[number].city], facts[number].titles[language], number

            return by_city
        return lambda number: (-facts[number].published, number)


def union(bitmaps: Iterable[BitMap]) -> BitMap:
    return reduce(or_, bitmaps, BitMap())


class FacetIndex:
    """The newest snapshot of one database. Any number of threads may ask."""

    def __init__(self):
        self._snapshot: Snapshot | None = None
        self._loading = threading.Lock()

    def snapshot(self) -> Snapshot:
        snapshot = self._snapshot
        if snapshot is not None and snapshot.stamp.mark and snapshot.stamp == stamp():
            return snapshot
        with self._loading:
            # Again: while this thread waited, another may have caught up and the index moved on.
            now = stamp()
            # Before the first publication there is no mark, but there may be new cities and terms.
            if self._snapshot is None or self._snapshot.stamp != now or not now.mark:
                self._snapshot = _next(self._snapshot, now)
            return self._snapshot


def _next(old: Snapshot | None, now: Stamp) -> Snapshot:
    """The snapshot of a state. Rows written after the stamp was taken may be in it already; they are read once more."""
    numbers = changed_since(old.stamp, now) if old is not None else None
    if old is None or numbers is None:
        facts, places = read_facts()
        return Snapshot(now, facts, _bitmaps(facts), places, read_terms(places))
    changed, places = read_facts(numbers)
    facts = {number: known for number, known in old.facts.items() if number not in numbers} | changed
    bitmaps = {name: dict(values) for name, values in old.bitmaps.items()}
    for number in numbers:
        _replace(bitmaps, number, old.facts.get(number), changed.get(number))
    return Snapshot(now, facts, bitmaps, places, read_terms(places))


def _bitmaps(facts: dict[int, Facts]) -> Bitmaps:
    numbers: dict[str, dict[Any, list[int]]] = {}
    for number, known in facts.items():
        for name, values in known.values.items():
            for value in values:
                numbers.setdefault(name, {}).setdefault(value, []).append(number)
    return {name: {value: BitMap(found) for value, found in values.items()} for name, values in numbers.items()}


def _replace(bitmaps: Bitmaps, number: int, before: Facts | None, after: Facts | None) -> None:
    """Move one practice to its new values, in copies of the bitmaps that it leaves or enters."""
    one = BitMap([number])
    for name, values in before.values.items() if before else ():
        for value in values:
            bitmaps[name][value] = bitmaps[name][value] - one
    for name, values in after.values.items() if after else ():
        for value in values:
            found = bitmaps.setdefault(name, {})
            found[value] = found.get(value, BitMap()) | one


_indexes: dict[str, FacetIndex] = {}


def current() -> Snapshot:
    """The facts as this connection's database has them now."""
    # setdefault is atomic: two threads get the same index.
    return _indexes.setdefault(str(connection.settings_dict["NAME"]), FacetIndex()).snapshot()
