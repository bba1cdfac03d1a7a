"""What begins with what somebody has typed: words of public titles, and names.

Words are folded, not stemmed: a beginning is no word yet. What only peers or moderators may read is never looked at.
"""

import threading
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
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
# A shorter stem begins words of other meanings.
SHORTEST_STEM = 4
# So many practices may stand beside the index before they are written into it.
MOST_CHANGED = 200
# Rows held at once while all are read.
CHUNK = 5_000
# So many words are looked for one by one.
STRETCH = 32
# Before and after every letter.
FIRST, LAST = "\0", "\U0010ffff"


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


class SortedWords(Sequence[str]):
    """Words in order, in one run of bytes: as many strings would take five times the room."""

    def __init__(self, ordered: Sequence[str]):
        encoded = [word.encode() for word in ordered]
        self._bytes, self._ends = b"".join(encoded), array("I", accumulate(map(len, encoded), initial=0))
        # The first word of each stretch, to begin with when one is looked for.
        self._firsts = ordered[::STRETCH]

    def place(self, text: str) -> int:
        """Where a text stands, or would stand, in the order."""
        stretch = bisect_left(self._firsts, text)
        return bisect_left(self, text, max(stretch - 1, 0) * STRETCH, min(stretch * STRETCH, len(self)))

    def between(self, first: str, after: str) -> tuple[int, int]:
        """The place of the first word from one text on, and that of the first from another."""
        start = self.place(first)
        # Mostly no word of a language stands there.
        end = self.place(after) if start < len(self) and self[start] < after else start
        return start, end

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, place):
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode()


class Titles:
    """The words of public titles in one language. Never changed: the next state is another one, which shares what
    stayed the same.

    The words stand sorted, and the numbers of their practices behind one another in the same order, so that those of
    all words with one beginning are a single run. Practices that changed since stand beside, with their words of
    today; what the run says of them is not heard.
    """

    def __init__(self, titles: Iterable[tuple[int, frozenset[str]]]):
        self._write(by_word(titles))

    def _write(self, numbers_of: Mapping[str, array]) -> None:
        ordered = sorted(numbers_of)
        self._words = SortedWords(ordered)
        self._ends = array("I", accumulate((len(numbers_of[word]) for word in ordered), initial=0))
        self._numbers = array("I", chain.from_iterable(numbers_of[word] for word in ordered))
        self._changed: dict[int, frozenset[str]] = {}
        self._beside: Titles | None = None

    def having(self, typed: Typed) -> BitMap:
        """The practices whose title has all that was typed."""
        found = self._between(typed.begun, f"{typed.begun}{LAST}")
        for word in typed.whole:
            found &= self._between(word, f"{word}{FIRST}")
        return found

    def beginning(self, word: str) -> BitMap:
        """The practices with a word in their title that begins so; a short word has to be the whole of it."""
        return self._between(word, f"{word}{LAST if len(word) >= SHORTEST_STEM else FIRST}")

    def _between(self, first: str, after: str) -> BitMap:
        """The practices with a word that stands in order from one text to before another."""
        found = BitMap(self._run(*self._words.between(first, after)))
        return (found - BitMap(self._changed)) | self._beside._between(first, after) if self._beside else found

    def _run(self, first: int, after: int) -> array:
        return self._numbers[self._ends[first] : self._ends[after]]

    def after(self, numbers: Iterable[int], come: Mapping[int, frozenset[str]]) -> "Titles":
        """These titles when some practices are gone, came, or have other words."""
        following = copy(self)
        following._changed = {**self._changed, **{number: come.get(number, frozenset()) for number in numbers}}
        if len(following._changed) > MOST_CHANGED:
            following._write(following._written_in())
        else:
            following._beside = Titles(following._changed.items())
        return following

    def _written_in(self) -> dict[str, array]:
        gone = set(self._changed)
        numbers_of = by_word(self._changed.items())
        for place, word in enumerate(self._words):
            run = self._run(place, place + 1)
            kept = run if gone.isdisjoint(run) else array("I", (number for number in run if number not in gone))
            if kept:
                numbers_of[word] += kept
        return numbers_of


def by_word(titles: Iterable[tuple[int, frozenset[str]]]) -> dict[str, array]:
    numbers_of: dict[str, array] = defaultdict(lambda: array("I"))
    for number, own in titles:
        for word in own:
            numbers_of[word].append(number)
    return numbers_of


def read_titles(language: str, numbers: Iterable[int] | None = None) -> Iterator[tuple[int, frozenset[str]]]:
    """Each public practice that has a title in a language, or each of those with these numbers, with its words."""
    column = f"title_{language}"
    practices = Practice.objects.public().exclude(**{column: ""}).order_by()
    if numbers is not None:
        practices = practices.filter(number__in=list(numbers))
    for number, title in practices.values_list("number", column).iterator(CHUNK):
        yield number, frozenset(folded_words(title))


class TitleIndex:
    """The titles of one database by language, as new as its search index. Any number of threads may ask."""

    def __init__(self):
        self._stamp, self._titles = Stamp(), {code: Titles(()) for code in settings.LANGUAGE_CODES}
        self._loading = threading.Lock()

    def titles(self, snapshot: Snapshot) -> dict[str, Titles]:
        if self._stamp != snapshot.stamp:
            with self._loading:
                # Anew: while this thread waited, another may have gone further than its snapshot.
                now = stamp()
                if self._stamp != now:
                    numbers = changed_since(self._stamp, now)
                    self._titles = {code: self._next(code, numbers) for code in settings.LANGUAGE_CODES}
                    self._stamp = now
        return self._titles

    def _next(self, language: str, numbers: set[int] | None) -> Titles:
        # One language after the other: what is only needed to sort the words is given back each time.
        if numbers is None:
            return Titles(read_titles(language))
        return self._titles[language].after(numbers, dict(read_titles(language, numbers)))


_indexes: dict[str, TitleIndex] = {}


def titles_of(snapshot: Snapshot) -> dict[str, Titles]:
    """The words of public titles by language, up to date with the state of the index or newer."""
    return _indexes.setdefault(str(connection.settings_dict["NAME"]), TitleIndex()).titles(snapshot)


@dataclass(frozen=True, slots=True)
class Name:
    """What something is called in a language. `rank`: its place among the names it has there; `weight`: how much of
    the registry it leads to."""

    of: str
    text: str
    language: str
    rank: int = 0
    weight: int = 0


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
        """One name of each thing that has a name that goes on as typed, the likeliest first: names in the reader's
        language, names that begin so, preferred names, what leads to most."""
        begun = " ".join((*typed.whole, typed.begun))
        first, after = bisect_left(self._keys, begun), bisect_left(self._keys, f"{begun}{LAST}")

        def order(entry: int) -> tuple:
            name = self._names[self._places[entry]]
            return (name.language != language, self._firsts[entry] > 0, name.rank > 0, -name.weight, name.text)

        best: dict[str, Name] = {}
        for entry in sorted(range(first, after), key=order):
            name = self._names[self._places[entry]]
            best.setdefault(name.of, name)
        return list(best.values())
