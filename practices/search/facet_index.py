"""Which practices have which value, as bitmaps in each process: every count is an intersection.

Derived data, read on first use and compared with the index's stamp at each request. A snapshot is never changed; the
next one shares with it whatever stayed the same, so threads that still count on the old one are not disturbed.
"""

import threading
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from django.conf import settings
from django.db import connection
from pyroaring import BitMap

from practices.search.analyse import sort_key
from practices.search.changes import Stamp, changed_since, stamp
from practices.search.facts import LOCATING, Facts, Place, Term, read_facts, read_terms, read_title_keys
from practices.search.orders import Order, by_figure, by_texts
from practices.search.texts import Texts

Bitmaps = dict[str, dict[Any, BitMap]]


class Snapshot:
    """All facts of one state of the index.

    `memo` is for what others derive from this state and want to keep as long as it holds; two threads may write the
    same entry, which must then be the same.
    """

    def __init__(
        self,
        state: Stamp,
        bitmaps: Bitmaps,
        orders: dict[str, Order],
        places: dict[int, Place],
        terms: dict[str, dict[str, Term]],
    ):
        self.stamp, self.bitmaps, self.terms = state, bitmaps, terms
        self.places = {place.slug: place for place in places.values()}
        self.memo: dict[Any, Any] = {}
        # By name; titles have one order per language, all made when one is first asked for.
        self.orders = orders
        self._making = threading.Lock()

    def values(self, name: str, *, trusted: bool) -> dict[Any, BitMap]:
        """Value to practices. Who may not know withheld cities gets them in no facet that says where."""
        found = self.bitmaps.get(name, {})
        if trusted or name not in LOCATING:
            return found
        withheld = self.withheld
        if not withheld:
            return found
        key = ("values", name)
        if key not in self.memo:
            self.memo[key] = {value: bitmap - withheld for value, bitmap in found.items()}
        return self.memo[key]

    @property
    def former(self) -> dict[str, dict[str, str]]:
        """Facet to the slugs of what was merged to the one that each stands for now."""
        if "former" not in self.memo:
            self.memo["former"] = {
                name: {old: slug for slug, term in terms.items() for old in term.former}
                for name, terms in self.terms.items()
            }
        found: dict[str, dict[str, str]] = self.memo["former"]
        return found

    @property
    def withheld(self) -> BitMap:
        """The practices whose city only trusted readers may know."""
        return self.bitmaps.get("withheld", {}).get(True, BitMap())

    def values_of(self, number: int, name: str) -> list:
        """What a practice has of a facet."""
        return [value for value, practices in self.bitmaps.get(name, {}).items() if number in practices]

    def having(self, name: str, values: Iterable, *, trusted: bool = True) -> BitMap:
        """The practices with any of the values."""
        found = self.values(name, trusted=trusted)
        return union(found[value] for value in values if value in found)

    def running(self, first: int | None, last: int | None) -> BitMap:
        """The practices known to run at some time between two years; None leaves that side open."""
        started, ended = self.bitmaps.get("start_year", {}), self.bitmaps.get("end_year", {})
        begun = union(bitmap for year, bitmap in started.items() if last is None or year <= last)
        return begun - union(bitmap for year, bitmap in ended.items() if first is not None and year < first)

    def ordered(
        self, numbers: BitMap, sort: str, language: str, *, trusted: bool, stop: int | None = None
    ) -> list[int]:
        """These practices in the order that is asked for, or the first so many of them."""
        if sort == "city":
            return list(islice(self._by_city(numbers, language, trusted), stop))
        if sort == "title":
            return self.titles(language).first(numbers, stop)
        return self.orders[sort].first(numbers, stop)

    def titles(self, language: str) -> Order:
        """All practices by the title that a reader of a language sees."""
        name = f"title {language}"
        if name not in self.orders:
            with self._making:
                if name not in self.orders:
                    self.orders |= _by_title(read_title_keys(), self.orders["newest"])
        return self.orders[name]

    def _by_city(self, numbers: BitMap, language: str, trusted: bool) -> Iterator[int]:
        """A place in the order must not tell a withheld city: those come last, by title."""
        hidden = BitMap() if trusted else numbers & self.withheld
        cities = self.bitmaps.get("lead", {})
        names = {slug: sort_key(self.terms["city"][slug].label(language, slug)) for slug in cities}
        titles = self.titles(language)
        groups = ((cities[slug] & numbers) - hidden for slug in sorted(cities, key=lambda slug: (names[slug], slug)))
        return chain.from_iterable(titles.first(group, len(group)) for group in chain(groups, (hidden,)) if group)


def union(bitmaps: Iterable[BitMap]) -> BitMap:
    # All at once, which takes a fraction of one after the other.
    return BitMap().union(*bitmaps)


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
    facts, places = read_facts(numbers)
    newest = {number: -time for number, time in facts.published.items()}
    confirmed = {number: -time for number, time in facts.confirmed.items()}
    if old is None or numbers is None:
        bitmaps = {
            name: {value: BitMap(found) for value, found in known.items()} for name, known in facts.values.items()
        }
        orders = {"newest": by_figure(newest), "confirmed": by_figure(confirmed)}
    else:
        bitmaps = _replaced(old.bitmaps, BitMap(numbers), facts)
        orders = {
            "newest": old.orders["newest"].after(numbers, newest),
            "confirmed": old.orders["confirmed"].after(numbers, confirmed),
        }
        if f"title {settings.LANGUAGE_CODE}" in old.orders:
            titles = dict(read_title_keys(numbers))
            for place, code in enumerate(settings.LANGUAGE_CODES):
                come = {number: titles[number][place] if number in titles else "" for number in newest}
                orders[f"title {code}"] = old.orders[f"title {code}"].after(numbers, come)
    return Snapshot(now, bitmaps, orders, places, read_terms(places))


def _by_title(keys: Iterable[tuple[int, list[str]]], numbers: Iterable[int]) -> dict[str, Order]:
    """One order per language. The keys were read now: they may lack a practice that this state has, or have another."""
    codes, texts = settings.LANGUAGE_CODES, Texts()
    held = dict.fromkeys(numbers, [texts.add("")] * len(codes))
    for number, own in keys:
        if number in held:
            # Languages that show the same text share it.
            added = {text: texts.add(text) for text in dict.fromkeys(own)}
            held[number] = [added[text] for text in own]
    orders = by_texts(held, texts, len(codes))
    return {f"title {code}": order for code, order in zip(codes, orders, strict=True)}


def _replaced(old: Bitmaps, changed: BitMap, facts: Facts) -> Bitmaps:
    """Bitmaps in which the changed practices have their new values; those that lose and gain nothing are shared."""
    bitmaps = {
        name: {value: found - changed if found.intersect(changed) else found for value, found in known.items()}
        for name, known in old.items()
    }
    for name, known in facts.values.items():
        values = bitmaps.setdefault(name, {})
        for value, numbers in known.items():
            values[value] = values.get(value, BitMap()) | BitMap(numbers)
    return bitmaps


_indexes: dict[str, FacetIndex] = {}


def current() -> Snapshot:
    """The facts as this connection's database has them now."""
    # setdefault is atomic: two threads get the same index.
    return _indexes.setdefault(str(connection.settings_dict["NAME"]), FacetIndex()).snapshot()
