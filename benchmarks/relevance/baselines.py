"""What the registry's search is compared with. Nothing here comes from the registry: its analyser may be wrong."""

import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from math import log

import Stemmer

from benchmarks.relevance.collection import Text

STEMMERS = {
    "en": "english",
    "de": "german",
    "el": "greek",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
}
WORD = re.compile(r"\w+")
GRAM = 4
K1, B = 1.2, 0.75

Tokens = Callable[[str, str], Iterator[str]]


class Contains:
    """`icontains` of every word, in whichever language version; without an order of its own, so in that of the file."""

    def __init__(self, texts: Sequence[Text]):
        self._contents: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            self._contents[text.slug].append(text.content.lower())

    def find(self, query: str, language: str) -> list[str]:
        words = query.lower().split()
        return [
            slug
            for slug, contents in self._contents.items()
            if words and all(any(word in content for content in contents) for word in words)
        ]


class FullText:
    """What most sites do: SQLite's full-text search, all words, in the order of its own BM25."""

    def __init__(self, texts: Sequence[Text]):
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE text USING fts5 (slug UNINDEXED, content, tokenize = 'unicode61')")
        self._database.executemany("INSERT INTO text VALUES (?, ?)", [(text.slug, text.content) for text in texts])

    def find(self, query: str, language: str) -> list[str]:
        words = " ".join(f'"{word}"' for word in WORD.findall(query))
        if not words:
            return []
        rows = self._database.execute("SELECT slug FROM text WHERE text MATCH ? ORDER BY rank, rowid", [words])
        return list(dict.fromkeys(slug for (slug,) in rows))


class Bm25:
    """BM25 over tokens of the text's language, any word enough; a practice counts as much as its best version."""

    def __init__(self, texts: Sequence[Text], tokens: Tokens):
        self._tokens = tokens
        self._slugs = [text.slug for text in texts]
        counts = [Counter(tokens(text.content, text.language)) for text in texts]
        lengths = [count.total() for count in counts]
        mean = sum(lengths) / max(len(lengths), 1)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            for token, times in count.items():
                weight = times * (K1 + 1) / (times + K1 * (1 - B + B * length / mean))
                self._postings[token].append((place, weight))

    def find(self, query: str, language: str) -> list[str]:
        scores: dict[int, float] = defaultdict(float)
        for token, times in Counter(self._tokens(query, language)).items():
            postings = self._postings.get(token, ())
            rarity = log(1 + (len(self._slugs) - len(postings) + 0.5) / (len(postings) + 0.5))
            for place, weight in postings:
                scores[place] += times * rarity * weight
        ranked = sorted(scores, key=lambda place: (-scores[place], place))
        return list(dict.fromkeys(self._slugs[place] for place in ranked))


def stems(text: str, language: str) -> Iterator[str]:
    """Every word's stem in its language, accents folded."""
    return (_stem(word, language) for word in WORD.findall(text))


def stems_and_grams(text: str, language: str) -> Iterator[str]:
    """The stems, and beside them every four letters that stand together in a word."""
    for word in WORD.findall(text):
        yield _stem(word, language)
        yield from _grams(_folded(word))


def stems_and_edged_grams(text: str, language: str) -> Iterator[str]:
    """The same with a word's two ends as letters of their own: short words and beginnings count for more."""
    for word in WORD.findall(text):
        yield _stem(word, language)
        yield from _grams(f"_{_folded(word)}_")


def _grams(letters: str) -> Iterator[str]:
    # The sign keeps a gram apart from a stem of four letters.
    return (f"+{letters[start : start + GRAM]}" for start in range(len(letters) - GRAM + 1))


@cache
def _stemmer(language: str):
    return Stemmer.Stemmer(STEMMERS[language])


@cache
def _stem(word: str, language: str) -> str:
    return _folded(_stemmer(language).stemWord(_folded(word)))


@cache
def _folded(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


BASELINES: dict[str, Callable[[Sequence[Text]], Contains | FullText | Bm25]] = {
    "icontains": Contains,
    "FTS AND": FullText,
    "stems": lambda texts: Bm25(texts, stems),
    "stems+grams": lambda texts: Bm25(texts, stems_and_grams),
    "stems+edged": lambda texts: Bm25(texts, stems_and_edged_grams),
}
