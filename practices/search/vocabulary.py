"""The words that public practices hold: for related forms, compounds, misspellings and beginnings.

What only peers or moderators may read adds no word. A word may stay for a while after the last practice that held it:
whoever offers a word asks the engine first.
"""

import threading
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise
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
            for place, degree in self._related(word, least):
                for token in self._tokens(place):
                    likeness[token] = max(degree, likeness.get(token, 0))
            if len(self._likenesses) >= MOST_KEPT:
                self._likenesses.clear()
            self._likenesses[asked] = likeness
        return likeness

    def _related(self, word: str, least: float) -> list[tuple[int, float]]:
        total = len(self._folded)
        own = {gram: log(1 + total / (1 + len(self._grams.get(gram, ())))) for gram in grams(word)}
        whole = sum(own[gram] for gram in sorted(own))
        among = self._sharing(own, least * whole)
        shared: dict[int, float] = defaultdict(float)
        passed_over: list[tuple[str, float]] = []
        left = least * whole
        # The commonest grams come last: a word that shares only these is not alike enough, so they need not be walked.
        for gram, weight in sorted(own.items(), key=lambda entry: (entry[1], entry[0])):
            if weight < left:
                left -= weight
                passed_over.append((gram, weight))
            else:
                left = 0
                held = self._grams.get(gram, ())
                for place in held if among is None else among.intersection(BitMap(held)):
                    shared[place] += weight
        found: dict[int, float] = {}
        rest = sum(weight for _gram, weight in passed_over)
        for place, common in shared.items():
            if common + rest < least * whole:
                continue
            other = self._folded[place]
            if rest:
                edged = f"_{other}_"
                common += sum(weight for gram, weight in passed_over if gram in edged)
            if common >= least * whole and other != word:
                # Whoever holds the whole word has all its grams but those of an end.
                within = common >= PART * whole and is_part(word, other)
                found[place] = max(common / whole, PART) if within else common / whole
        for length in range(SHORTEST_PART, len(word) - SHORTEST_REST + 1):
            for part in (word[:length], word[-length:]):
                place = self._folded.place(part)
                if place is not None:
                    found[place] = max(PART, found.get(place, 0))
        # The closest of each language: a German word has few relatives among all that look alike in seven.
        taken: Counter[str] = Counter()
        chosen = []
        for place, degree in sorted(found.items(), key=lambda entry: (-entry[1], entry[0])):
            languages = self._sets[self._languages[place]]
            if any(taken[language] < MOST_RELATED for language in languages):
                taken.update(languages)
                chosen.append((place, degree))
        return chosen

    def _sharing(self, weights: Mapping[str, float], least: float) -> BitMap | None:
        """The places with as many of the grams as weigh so much at the least; None where that may be a single one."""
        heaviest = accumulate(sorted(weights.values(), reverse=True))
        # Sums of floats depend on their order.
        fewest = next((count for count, weight in enumerate(heaviest, 1) if weight >= least - 1e-6), len(weights))
        if fewest < 2:
            return None
        # At n the places that more than n of the grams have.
        places = [BitMap()] * fewest
        for gram in weights:
            having = BitMap(self._grams.get(gram, ()))
            places = [places[0] | having, *(more | (fewer & having) for fewer, more in pairwise(places))]
        return places[-1]

    def _tokens(self, place: int) -> Iterable[str]:
        for language in self._sets[self._languages[place]]:
            yield from tokens_of(self._as_written(place), language)

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
        """The places of words of about this length with nearly all of its letters, of which a slip takes away one at
        most, and of its pairs of letters."""
        nothing = BitMap()
        lengths = range(len(word) - forgiven, len(word) + forgiven + 1)
        alike = nothing.union(*(self._lengths.get(length, nothing) for length in lengths))
        lacking = _by_lacking(
            [alike, *[nothing] * forgiven], [self._letters.get(letter, nothing) for letter in set(word)]
        )
        lacking = _by_lacking(
            [*lacking, *[nothing] * (TAKEN - 1) * forgiven],
            [self._pairs.get(pair, nothing) for pair in grams(word, PAIR)],
        )
        return nothing.union(*lacking)


def _by_lacking(places: list[BitMap], signs: Iterable[BitMap]) -> list[BitMap]:
    """At n the places that lack n signs. Given are those that lacked n before; whichever lack more than there is room
    for are left out."""
    for having in signs:
        places = [
            *((same & having) | (fewer - having) for same, fewer in zip(places, (BitMap(), *places), strict=False))
        ]
    return places


def comparable(word: str) -> bool:
    """Short words and numbers resemble everything."""
    return len(word) >= SHORTEST_WORD and not any(letter.isdigit() for letter in word)


def grams(token: str, size: int = GRAM) -> set[str]:
    """Every four letters, or so many, that stand together in a word, whose two ends count as letters."""
    edged = f"_{token}_"
    return {edged[start : start + size] for start in range(len(edged) - size + 1)}


def is_part(part: str, whole: str) -> bool:
    """Whether a compound begins or ends with a word, with enough left to be another word."""
    return (
        len(part) >= SHORTEST_PART
        and len(whole) - len(part) >= SHORTEST_REST
        and (whole.startswith(part) or whole.endswith(part))
    )


_vocabularies: dict[str, Vocabulary] = {}


def vocabulary_of(snapshot: Snapshot) -> Vocabulary:
    """The public words, up to date with the state of the index."""
    vocabulary = _vocabularies.setdefault(str(connection.settings_dict["NAME"]), Vocabulary())
    vocabulary.follow(snapshot)
    return vocabulary
