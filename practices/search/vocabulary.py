"""The words that public practices hold: for related forms, compounds, misspellings and beginnings.

What only peers or moderators may read adds no word. A word may stay for a while after the last practice that held it:
whoever offers a word asks the engine first.
"""

import threading
from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from math import log

from django.db import connection
from pyroaring import BitMap
from rapidfuzz import process
from rapidfuzz.distance import OSA

from practices.models import SearchWord
from practices.search.analyse import fold, tokens_of, written_words
from practices.search.changes import Stamp, changed_since
from practices.search.facet_index import Snapshot
from practices.search.labels import words_in
from practices.search.texts import DistinctTexts, Texts

GRAM, PAIR = 4, 2
# A part of a compound has at least so many letters, and so has what is left of it.
SHORTEST_PART, SHORTEST_REST = 5, 3
SHORTEST_WORD = 4
# The likeness of a compound and its part.
PART = 0.5
# In each language.
MOST_RELATED = 24
# Words whose relatives are remembered.
MOST_KEPT = 1_000
# So many slips are forgiven in a word of at most so many letters.
FORGIVEN = ((5, 1), (11, 2), (64, 3))
# So many of its letters and pairs of letters one slip takes from a word at most: a letter with the two pairs that it
# stands in, or the three pairs around two letters that are swapped.
TAKEN = 3
# The places of a gram that more words have take less room as a bitmap.
MANY = 128
# Rows held at once while all are read.
CHUNK = 5_000


class Vocabulary:
    """The public words of one database, by their folded forms."""

    def __init__(self):
        self.stamp = Stamp()
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._last = 0
        # Labels that were taken in, each with its language.
        self._names: set[tuple[str, str]] = set()
        # Folded words in the order in which they came; for each which of the known sets of languages are its own.
        self._folded = DistinctTexts()
        self._languages = array("H")
        self._sets: list[tuple[str, ...]] = []
        # Which of them are written otherwise, and how, in the same order.
        self._accented, self._written = BitMap(), Texts()
        # Length, letter, pair of letters and 4-gram to places.
        self._lengths: dict[int, BitMap] = {}
        self._letters: dict[str, BitMap] = {}
        self._pairs: dict[str, BitMap] = {}
        self._grams: dict[str, array | BitMap] = {}
        # What was asked already: the same words are asked for again and again.
        self._likenesses: dict[tuple[str, float], dict[str, float]] = {}

    def follow(self, snapshot: Snapshot) -> None:
        """Take in what was published since; read everything anew where the log is too short."""
        if self.stamp == snapshot.stamp:
            return
        with self._lock:
            if self.stamp == snapshot.stamp:
                return
            if changed_since(self.stamp, snapshot.stamp) is None:
                self._clear()
            for language, name in words_in(snapshot):
                if (language, name) not in self._names:
                    self._names.add((language, name))
                    for word in written_words(name):
                        self._add(language, word)
            words = SearchWord.objects.filter(pk__gt=self._last).order_by("pk")
            for pk, language, written in words.values_list("pk", "language", "word").iterator(CHUNK):
                self._add(language, written)
                self._last = pk
            self._likenesses = {}
            self.stamp = snapshot.stamp

    def _add(self, language: str, written: str) -> None:
        folded = fold(written)
        if not folded:
            return
        place = self._folded.place(folded)
        if place is not None:
            known = self._sets[self._languages[place]]
            if language not in known:
                self._languages[place] = self._set((*known, language))
            return
        place = self._folded.add(folded)
        self._languages.append(self._set((language,)))
        if written != folded:
            self._accented.add(place)
            self._written.add(written)
        self._lengths.setdefault(len(folded), BitMap()).add(place)
        for letter in set(folded):
            self._letters.setdefault(letter, BitMap()).add(place)
        for pair in grams(folded, PAIR):
            self._pairs.setdefault(pair, BitMap()).add(place)
        for gram in grams(folded):
            held = self._grams.get(gram)
            if held is None:
                self._grams[gram] = array("I", [place])
            elif isinstance(held, BitMap):
                held.add(place)
            elif len(held) < MANY:
                held.append(place)
            else:
                self._grams[gram] = BitMap([*held, place])

    def _set(self, languages: tuple[str, ...]) -> int:
        """The number of a set of languages; there are few."""
        if languages not in self._sets:
            self._sets.append(languages)
        return self._sets.index(languages)

    def _as_written(self, place: int) -> str:
        return self._written[self._accented.rank(place) - 1] if place in self._accented else self._folded[place]

    def related(self, word: str, least: float) -> dict[str, float]:
        """Tokens of words that resemble a folded word, or are a part of it, or have it as a part, each with its
        likeness, from `least` to 1. Not to be changed: whoever asks next gets the same."""
        if not comparable(word):
            return {}
        with self._lock:
            asked = (word, least)
            if asked in self._likenesses:
                return self._likenesses[asked]
            likeness: dict[str, float] = {}
            # The most alike come first.
            for place, degree in self._related(word, least):
                written = self._as_written(place)
                for language in self._sets[self._languages[place]]:
                    for token in tokens_of(written, language):
                        likeness.setdefault(token, degree)
            if len(self._likenesses) >= MOST_KEPT:
                self._likenesses.clear()
            self._likenesses[asked] = likeness
        return likeness

    def _related(self, word: str, least: float) -> list[tuple[int, float]]:
        found = self._alike(word, least)
        parts = self._parts(word).difference(*(places for degree, places in found.items() if degree >= PART))
        if parts:
            found = {degree: places if degree >= PART else places - parts for degree, places in found.items()}
            found[PART] = found.get(PART, BitMap()) | parts
        # The closest of each language: a German word has few relatives among all that look alike in seven.
        taken: Counter[str] = Counter()
        full: set[str] = set()
        chosen = []
        for degree in sorted(found, reverse=True):
            for place in found[degree]:
                languages = self._sets[self._languages[place]]
                if not full.issuperset(languages):
                    chosen.append((place, degree))
                    for language in languages:
                        taken[language] += 1
                        if taken[language] == MOST_RELATED:
                            full.add(language)
        return chosen

    def _alike(self, word: str, least: float) -> dict[float, BitMap]:
        """The places of other words that share at least so much of what a word's grams weigh, by how much that is; the
        fewer words have a gram, the more it weighs.

        Sets of words are split by one gram after the other, the rarest first, and left out as soon as all the grams
        that follow would not be enough.
        """
        having = {gram: self._having(gram) for gram in grams(word)}
        total = len(self._folded)
        weights = {gram: log(1 + total / (1 + len(places))) for gram, places in having.items()}
        left = whole = sum(weights[gram] for gram in sorted(weights))
        enough = least * whole
        # Sums of floats depend on their order.
        nearly = enough - 1e-6
        rising = sorted(weights, key=lambda gram: (weights[gram], gram))
        # Whoever shares only the commonest is not alike enough.
        common = set(rising[: sum(weight < enough for weight in accumulate(map(weights.__getitem__, rising)))])
        own = self._folded.place(word)
        seen = BitMap() if own is None else BitMap([own])
        # What the words of a set share, the commonest first, and its weight.
        sets: list[tuple[tuple[str, ...], float, BitMap]] = []
        for gram in reversed(rising):
            places, weight = having[gram], weights[gram]
            before, sets = sets, []
            left -= weight
            if gram not in common:
                new = places - seen
                seen |= places
                if new:
                    sets.append(((gram,), weight, new))
            for shared, worth, those in before:
                inside = those & places
                if inside:
                    sets.append(((gram, *shared), worth + weight, inside))
                if worth + left >= nearly and len(inside) < len(those):
                    sets.append((shared, worth, those - inside))
        found: dict[float, BitMap] = {}
        for shared, _worth, those in sets:
            worth = sum(weights[gram] for gram in shared if gram not in common)
            worth += sum(weights[gram] for gram in shared if gram in common)
            if worth >= enough:
                found[worth / whole] = those | found.get(worth / whole, BitMap())
        return found

    def _having(self, gram: str) -> BitMap:
        held = self._grams.get(gram, ())
        return held if isinstance(held, BitMap) else BitMap(held)

    def _parts(self, word: str) -> BitMap:
        """The places of words that a compound begins or ends with."""
        lengths = range(SHORTEST_PART, len(word) - SHORTEST_REST + 1)
        places = (self._folded.place(part) for length in lengths for part in (word[:length], word[-length:]))
        return BitMap(place for place in places if place is not None)

    def closest(self, word: str, limit: int = 20) -> list[tuple[str, int]]:
        """Written words that a folded word may be meant for, with the number of slips between them."""
        if not comparable(word):
            return []
        forgiven = next(slips for letters, slips in FORGIVEN if len(word) <= letters)
        with self._lock:
            places = list(self._perhaps_meant(word, forgiven))
            words = list(map(self._folded.__getitem__, places))
            near = process.extract(word, words, scorer=OSA.distance, score_cutoff=forgiven, limit=None)
            found = sorted((slips, folded, places[index]) for folded, slips, index in near)[:limit]
            return [(self._as_written(place), slips) for slips, _folded, place in found if slips]

    def _perhaps_meant(self, word: str, forgiven: int) -> BitMap:
        """The places of words of about this length with nearly all of its letters and pairs of letters."""
        nothing = BitMap()
        lengths = range(len(word) - forgiven, len(word) + forgiven + 1)
        alike = nothing.union(*(self._lengths.get(length, nothing) for length in lengths))
        signs = [self._letters.get(letter, nothing) for letter in set(word)]
        signs += [self._pairs.get(pair, nothing) for pair in grams(word, PAIR)]
        return _with_most(alike, signs, len(signs) - TAKEN * forgiven)


def _with_most(places: BitMap, signs: Sequence[BitMap], fewest: int) -> BitMap:
    """Those of the places that have so many of the signs at the least."""
    if fewest <= 0:
        return places
    # At n those that have n of the signs so far, or more.
    having = [places, *(BitMap() for _ in range(fewest))]
    # The rarest first: what is counted stays small for longer.
    for seen, sign in enumerate(sorted(signs, key=len), 1):
        # Whoever has fewer by now will not have enough at the end.
        needed = max(fewest - len(signs) + seen, 1)
        for count in range(min(seen, fewest), needed - 1, -1):
            having[count] |= having[count - 1] & sign
    return having[fewest]


def comparable(word: str) -> bool:
    """Short words and numbers resemble everything."""
    return len(word) >= SHORTEST_WORD and not any(letter.isdigit() for letter in word)


def grams(token: str, size: int = GRAM) -> set[str]:
    """Every four letters, or so many, that stand together in a word, whose two ends count as letters."""
    edged = f"_{token}_"
    return {edged[start : start + size] for start in range(len(edged) - size + 1)}


_vocabularies: dict[str, Vocabulary] = {}


def vocabulary_of(snapshot: Snapshot) -> Vocabulary:
    """The public words, up to date with the state of the index."""
    vocabulary = _vocabularies.setdefault(str(connection.settings_dict["NAME"]), Vocabulary())
    vocabulary.follow(snapshot)
    return vocabulary
