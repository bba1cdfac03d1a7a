"""The words that visible documents hold: for related forms, compounds and misspellings.

Each circle of readers has its own vocabulary, made from the rows that the circle may see. A word may stay in it for
a while after the last document that held it: whoever offers a word asks the engine first.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

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
CLOSENESS = 0.7


class Vocabulary:
    """Tokens and words of one circle of readers."""

    def __init__(self):
        self.stamp = Stamp()
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._tokens: list[str] = []
        self._known: set[str] = set()
        self._grams: dict[str, list[int]] = defaultdict(list)
        # Folded word to the word as it is written.
        self._words: dict[str, str] = {}

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
            self._words.setdefault(fold(word), word)
            for token in tokens_of(word, language):
                if token not in self._known:
                    self._known.add(token)
                    for gram in grams(token):
                        self._grams[gram].append(len(self._tokens))
                    self._tokens.append(token)

    def related(self, bases: Iterable[str]) -> list[str]:
        """Tokens that resemble one of the bases, or are a part of it, or have it as a part; the closest first."""
        likeness: dict[str, float] = {}
        with self._lock:
            for base in bases:
                if len(base) >= SHORTEST_WORD and not any(letter.isdigit() for letter in base):
                    for token, degree in self._related(base):
                        likeness[token] = max(degree, likeness.get(token, 0))
        return sorted(likeness, key=lambda token: (-likeness[token], token))[:MOST_RELATED]

    def _related(self, base: str) -> Iterable[tuple[str, float]]:
        own = grams(base)
        shared = Counter(place for gram in own for place in self._grams.get(gram, ()))
        for place, common in shared.items():
            token = self._tokens[place]
            degree = 2 * common / (len(own) + max(len(token) - GRAM + 1, 1))
            alike = degree >= LIKENESS and token[:SHARED_BEGINNING] == base[:SHARED_BEGINNING]
            if alike or is_part(base, token):
                yield token, degree
        for length in range(SHORTEST_PART, len(base) - SHORTEST_REST + 1):
            for part in (base[:length], base[-length:]):
                if part in self._known:
                    yield part, length / len(base) / 2

    def closest(self, word: str, limit: int = 5) -> list[tuple[str, float]]:
        """Written words that `word` may be a slip of, with how alike they are."""
        if len(word) < SHORTEST_WORD or any(letter.isdigit() for letter in word):
            return []
        with self._lock:
            found = process.extract(
                word, self._words.keys(), scorer=OSA.normalized_similarity, score_cutoff=CLOSENESS, limit=limit
            )
            return [(self._words[folded], likeness) for folded, likeness, _place in found if folded != word]


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
