"""What begins with what somebody has typed: words of public titles, and names.

Words are folded, not stemmed: a beginning is no word yet. What only peers or moderators may read is never looked at.
"""

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain

from django.conf import settings
from django.db import connection
from pyroaring import BitMap

from practices.models import Practice
from practices.search.analyse import fold, words
from practices.search.changes import Stamp, changed_since, stamp
from practices.search.facet_index import Snapshot

# Fewer letters begin too much.
FEWEST_LETTERS = 2
# So many practices may stand beside the index before they are written into it.
MOST_CHANGED = 200
# Rows held at once while all are read.
CHUNK = 5_000
# After the end of a beginning: no letter comes later.
LAST = "\U0010ffff"


@dataclass(frozen=True)
class Typed:
    """Folded words as somebody types them; the last one may still go on."""

    whole: tuple[str, ...]
    begun: str

    @classmethod
    def of(cls, text: str) -> "Typed | None":
        """None where there is too little to go by."""
        typed = folded_words(text)
        if sum(map(len, typed)) < FEWEST_LETTERS:
            return None
        return cls(tuple(typed[:-1]), typed[-1])

    def means(self, word: str) -> bool:
        """Whether a folded word is one of these."""
        return word.startswith(self.begun) or word in self.whole

    def fits(self, found: Collection[str]) -> bool:
        """Whether a text with these folded words has all that was typed."""
        return all(word in found for word in self.whole) and any(word.startswith(self.begun) for word in found)


def folded_words(text: str) -> list[str]:
    return [folded for match in words(text) if (folded := fold(match[0]))]


class Titles:
    """The words of public titles. Never changed: the next state is another one, which shares what stayed the same.

    A word has its language before it. The words stand sorted, and the numbers of their practices behind one another in
    the same order, so that those of all words with one beginning are a single run. Practices that changed since stand
    beside, with their words of today; what the run says of them is not heard.
    """

    def __init__(
        self, words: list[str], ends: array, numbers: array, changed: Mapping[int, frozenset[str]] | None = None
    ):
        self._words, self._ends, self._numbers = words, ends, numbers
        self._changed = changed or {}

    @classmethod
    def of(cls, numbers_of: Mapping[str, array]) -> "Titles":
        known = sorted(numbers_of)
        ends = array("I", accumulate(len(numbers_of[word]) for word in known))
        return cls(known, ends, array("I", chain.from_iterable(numbers_of[word] for word in known)))

    def having(self, typed: Typed, language: str) -> BitMap:
        """The practices whose title in a language has all that was typed."""
        begun, whole = f"{language}{typed.begun}", [f"{language}{word}" for word in typed.whole]
        found = self._run(bisect_left(self._words, begun), bisect_left(self._words, f"{begun}{LAST}"))
        for word in whole:
            found &= self._run(bisect_left(self._words, word), bisect_right(self._words, word))
        found -= BitMap(self._changed)
        here = Typed(tuple(whole), begun)
        return found | BitMap(number for number, own in self._changed.items() if here.fits(own))

    def _run(self, first: int, after: int) -> BitMap:
        if first == after:
            return BitMap()
        start = self._ends[first - 1] if first else 0
        return BitMap(self._numbers[start : self._ends[after - 1]])

    def after(self, numbers: Iterable[int], titles: Mapping[int, frozenset[str]]) -> "Titles":
        """These titles when some practices are gone, came, or have other words."""
        changed = {**self._changed, **{number: titles.get(number, frozenset()) for number in numbers}}
        beside = Titles(self._words, self._ends, self._numbers, changed)
        return beside if len(changed) <= MOST_CHANGED else beside._written_in()

    def _written_in(self) -> "Titles":
        gone = BitMap(self._changed)
        numbers_of: dict[str, array] = defaultdict(lambda: array("I"))
        for place, word in enumerate(self._words):
            if kept := self._run(place, place + 1) - gone:
                numbers_of[word].extend(kept)
        for number, own in self._changed.items():
            for word in own:
                numbers_of[word].append(number)
        return Titles.of(numbers_of)


def read_titles(numbers: Iterable[int] | None = None) -> Iterator[tuple[int, frozenset[str]]]:
    """Each public practice, or each of those with these numbers, with the words of its titles."""
    practices = Practice.objects.public().order_by("number")
    if numbers is not None:
        practices = practices.filter(number__in=list(numbers))
    columns = [f"title_{code}" for code in settings.LANGUAGE_CODES]
    for number, *titles in practices.values_list("number", *columns).iterator(CHUNK):
        yield (
            number,
            frozenset(
                f"{code}{word}"
                for code, title in zip(settings.LANGUAGE_CODES, titles, strict=True)
                for word in folded_words(title or "")
            ),
        )


class TitleIndex:
    """The titles of one database, as new as its index. Any number of threads may ask."""

    def __init__(self):
        self._stamp, self._titles = Stamp(), Titles.of({})
        self._loading = threading.Lock()

    def titles(self, snapshot: Snapshot) -> Titles:
        if self._stamp != snapshot.stamp:
            with self._loading:
                # Anew: while this thread waited, another may have gone further than its snapshot.
                now = stamp()
                if self._stamp != now:
                    self._titles = self._next(now)
                    self._stamp = now
        return self._titles

    def _next(self, now: Stamp) -> Titles:
        numbers = changed_since(self._stamp, now)
        if numbers is not None:
            return self._titles.after(numbers, dict(read_titles(numbers)))
        numbers_of: dict[str, array] = defaultdict(lambda: array("I"))
        for number, own in read_titles():
            for word in own:
                numbers_of[word].append(number)
        return Titles.of(numbers_of)


_indexes: dict[str, TitleIndex] = {}


def titles_of(snapshot: Snapshot) -> Titles:
    """The words of public titles, up to date with the state of the index or newer."""
    return _indexes.setdefault(str(connection.settings_dict["NAME"]), TitleIndex()).titles(snapshot)


@dataclass(frozen=True)
class Name:
    """What something is called in a language. `rank`: its place among the names it has there."""

    of: str
    text: str
    language: str
    rank: int = 0


class Names:
    """Names by how they begin, at the first or at any later word."""

    def __init__(self, names: Iterable[Name]):
        self._names = list(names)
        entries = sorted(
            (" ".join(own[first:]), place, first)
            for place, own in enumerate(folded_words(name.text) for name in self._names)
            for first in range(len(own))
        )
        self._keys = [key for key, _place, _first in entries]
        self._places = array("I", (place for _key, place, _first in entries))
        self._firsts = array("B", (min(first, 255) for _key, _place, first in entries))

    def beginning(self, typed: Typed, language: str) -> list[Name]:
        """One name of each thing that has a name that goes on as typed: of its names in the reader's language first,
        and rather one that begins so. The things in the order of these names."""
        begun = " ".join((*typed.whole, typed.begun))
        first, after = bisect_left(self._keys, begun), bisect_left(self._keys, f"{begun}{LAST}")

        def order(entry: int) -> tuple:
            name = self._names[self._places[entry]]
            return (name.language != language, self._firsts[entry] > 0, name.rank > 0, len(name.text), name.text)

        best: dict[str, Name] = {}
        for entry in sorted(range(first, after), key=order):
            name = self._names[self._places[entry]]
            best.setdefault(name.of, name)
        return list(best.values())
