"""What the field calls things in seven languages: a query's word stands for its names in every language.

A text that names a concept carries the concept's token in the index, whatever name and language it uses; so one token
finds them all. `practices/data/concepts.jsonl` holds the names; docs/search.md says how to add one.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from practices.search.analyse import ANALYSER, token_lists

FILE = Path(__file__).resolve().parent.parent / "data" / "concepts.jsonl"
# Before a concept's id: no word of a text is like that.
MARK = "·"


@dataclass(frozen=True)
class Concept:
    """`names` by language, the one to show first; `narrower`: ids of what it comprises, at any depth."""

    id: str
    names: dict[str, list[str]]
    narrower: tuple[str, ...]

    @property
    def token(self) -> str:
        return token_of(self.id)

    def label(self, language: str) -> str:
        return self.names[language][0]


@dataclass(frozen=True)
class Mention:
    """A concept that a text names, with the first word that does and the one after the last."""

    concept: Concept
    start: int
    end: int


def token_of(concept: str) -> str:
    return MARK + concept.replace("_", "")


class Thesaurus:
    """All concepts, to be found in texts by the tokens of their names."""

    def __init__(self, lines: str):
        records = [json.loads(line) for line in lines.splitlines()]
        broader = {record["id"]: record["broader"] for record in records}
        self.fingerprint = hashlib.sha256(lines.encode()).hexdigest()[:12]
        self.concepts = {
            record["id"]: Concept(record["id"], record["names"], tuple(_narrower(record["id"], broader)))
            for record in records
        }
        # Language to a name's first token to its whole names, the longest first.
        self._names: dict[str, dict[str, list[tuple[list[frozenset[str]], Concept]]]] = {}
        # Language and a concept's token to what the first words of its names become.
        self._beginnings: dict[tuple[str, str], set[str]] = {}
        for concept in self.concepts.values():
            for language, names in concept.names.items():
                for name in names:
                    self._add(name, language, concept)
        for by_token in self._names.values():
            for entries in by_token.values():
                entries.sort(key=lambda entry: -len(entry[0]))
        # Of so many words is the longest name.
        lengths = (len(entries[0][0]) for by_token in self._names.values() for entries in by_token.values())
        self.longest = max(lengths, default=0)

    def _add(self, name: str, language: str, concept: Concept) -> None:
        each = [frozenset(tokens) for tokens in token_lists(name, language)]
        for token in sorted(each[0]) if each else ():
            self._names.setdefault(language, {}).setdefault(token, []).append((each, concept))
            self._beginnings.setdefault((language, concept.token), set()).add(token)

    def beginnings(self, concepts: Iterable[str], language: str) -> frozenset[str]:
        """What the first words become of any name of these concepts, which are given by their tokens."""
        return frozenset().union(*(self._beginnings.get((language, concept), ()) for concept in concepts))

    def mentions(self, words: Sequence[Sequence[str]], language: str) -> Iterator[Mention]:
        """The concepts that a text in a language names; words are given by their tokens. A name inside a longer one
        that begins with the same word is not meant by itself."""
        known = self._names.get(language, {})
        for start, tokens in enumerate(words):
            # Most words begin no name.
            if not known.keys().isdisjoint(tokens):
                yield from self.mentions_at(start, words, language)

    def mentions_at(self, start: int, words: Sequence[Sequence[str]], language: str) -> Iterator[Mention]:
        """Those of them whose names begin at this word."""
        known = self._names.get(language, {})
        named = {
            concept.id: (len(name), concept)
            for token in words[start]
            for name, concept in reversed(known.get(token, ()))
            if _stands_at(start, name, words)
        }
        longest = max((length for length, _concept in named.values()), default=0)
        for length, concept in named.values():
            if length == longest:
                yield Mention(concept, start, start + length)


def _stands_at(start: int, name: list[frozenset[str]], words: Sequence[Sequence[str]]) -> bool:
    if start + len(name) > len(words):
        return False
    return all(not wanted.isdisjoint(words[place]) for place, wanted in enumerate(name, start))


def _narrower(concept: str, broader: dict[str, list[str]]) -> list[str]:
    found: list[str] = []
    waiting = [concept]
    while waiting:
        above = waiting.pop()
        for other, over in broader.items():
            if above in over and other not in found and other != concept:
                found.append(other)
                waiting.append(other)
    return sorted(found)


@cache
def thesaurus() -> Thesaurus:
    """The registry's concepts, read once."""
    return Thesaurus(FILE.read_text(encoding="utf-8"))


def analyser_version() -> str:
    """Written with the index: another one asks for a rebuild. New concepts count like other stems."""
    return f"{ANALYSER}/{thesaurus().fingerprint}"
