"""The words that visible documents hold: for related forms, compounds and misspellings.

Each circle of readers has its own vocabulary, made from the rows that the circle may see. A word may stay in it for
a while after the last document that held it: whoever offers a word asks the engine first.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection
from rapidfuzz import process
from rapidfuzz.distance import OSA

from practices.models import SearchDocument
from practices.search.analyse import fold, tokens_of
from practices.search.changes import Stamp, changed_since
from practices.search.facet_index import Snapshot

GRAM = 4
LIKENESS = 0.6
# A part of a compound has at least so many letters, and so has what is left of it.
SHORTEST_PART, SHORTEST_REST = 5, 3
SHORTEST_WORD = 4
MOST_RELATED = 24
# Related forms begin alike; "mother" and "other" are not related.
SHARED_BEGINNING = 2
# So many slips are forgiven in a word of at most so many letters.
FORGIVEN = ((5, 1), (11, 2), (64, 3))


class Vocabulary:
    """The words of one circle of readers."""

    def __init__(self):
        self.stamp = Stamp()
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        # Folded words, by place; for each the word as it is written and its tokens.
        self._folded: list[str] = []
        self._written: dict[str, str] = {}
        self._tokens: dict[str, set[str]] = {}
        self._grams: dict[str, list[int]] = defaultdict(list)

    def follow(self, snapshot: Snapshot, levels: Sequence[str]) -> None:
        """Take in what was published since; read everything anew where the log is too short."""
        if self.stamp == snapshot.stamp:
            return
        with self._lock:
            if self.stamp == snapshot.stamp:
                return
            numbers = changed_since(self.stamp, snapshot.stamp)
            rows = SearchDocument.objects.filter(visibility__in=levels)
            if numbers is None:
                self._clear()
            else:
                rows = rows.filter(practice__number__in=numbers)
            found: dict[str, set[str]] = defaultdict(set)
            for language, written in rows.values_list("language", "words").iterator():
                found[language].update(written.split())
            for language in sorted(found):
                self._add(language, found[language])
            self.stamp = snapshot.stamp

    def _add(self, language: str, written: Iterable[str]) -> None:
        for word in sorted(written):
            folded = fold(word)
            if folded not in self._written:
                self._written[folded] = word
                self._tokens[folded] = set()
                for gram in grams(folded):
                    self._grams[gram].append(len(self._folded))
                self._folded.append(folded)
            self._tokens[folded].update(tokens_of(word, language))

    def related(self, word: str) -> list[str]:
        """Tokens of words that resemble a folded word, or are a part of it, or have it as a part; the closest first."""
        if not comparable(word):
            return []
        likeness: dict[str, float] = {}
        with self._lock:
            for other, degree in self._related(word):
                for token in self._tokens[other]:
                    likeness[token] = max(degree, likeness.get(token, 0))
        return sorted(likeness, key=lambda token: (-likeness[token], token))[:MOST_RELATED]

    def _related(self, word: str) -> Iterator[tuple[str, float]]:
        own = grams(word)
        shared = Counter(place for gram in own for place in self._grams.get(gram, ()))
        for place, common in shared.items():
            other = self._folded[place]
            degree = 2 * common / (len(own) + max(len(other) - GRAM + 1, 1))
            alike = degree >= LIKENESS and other[:SHARED_BEGINNING] == word[:SHARED_BEGINNING]
            if alike or is_part(word, other):
                yield other, degree
        for length in range(SHORTEST_PART, len(word) - SHORTEST_REST + 1):
            for part in (word[:length], word[-length:]):
                if part in self._tokens:
                    yield part, length / len(word) / 2

    def closest(self, word: str, limit: int = 5) -> list[tuple[str, int]]:
        """Written words that a folded word may be meant for, with the number of slips between them."""
        if not comparable(word):
            return []
        forgiven = next(slips for letters, slips in FORGIVEN if len(word) <= letters)
        with self._lock:
            found = process.extract(word, self._folded, scorer=OSA.distance, score_cutoff=forgiven, limit=limit)
            return [(self._written[folded], slips) for folded, slips, _place in found if slips]


def comparable(word: str) -> bool:
    """Short words and numbers resemble everything."""
    return len(word) >= SHORTEST_WORD and not any(letter.isdigit() for letter in word)


def grams(token: str) -> set[str]:
    return {token[start : start + GRAM] for start in range(len(token) - GRAM + 1)}


def is_part(part: str, whole: str) -> bool:
    """Whether a compound begins or ends with a word, with enough left to be another word."""
    return (
        len(part) >= SHORTEST_PART
        and len(whole) - len(part) >= SHORTEST_REST
        and (whole.startswith(part) or whole.endswith(part))
    )


_vocabularies: dict[tuple, Vocabulary] = {}


def vocabulary_of(snapshot: Snapshot, levels: Sequence[str]) -> Vocabulary:
    """The vocabulary of a circle of readers, up to date."""
    key = (str(connection.settings_dict["NAME"]), *levels)
    vocabulary = _vocabularies.setdefault(key, Vocabulary())
    vocabulary.follow(snapshot, levels)
    return vocabulary
