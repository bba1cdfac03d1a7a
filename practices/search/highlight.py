"""Marks the words of a text that a query found, by the analyser that found them."""

from collections.abc import Collection, Iterator, Sequence
from html import escape
from re import Match

from django.utils.safestring import SafeString

from practices.search.analyse import fold, normalised, tokens_of, words
from practices.search.concepts import MARK, thesaurus

# Stemmers shorten words at their ends; in these languages words with this letter may lose their beginning, too: "ge".
SHORTENED_IN_FRONT = {"nl": "g"}
EXCERPT = 300
BEFORE = 80

# Whether a word has one of the tokens, and whether a name may begin with it of a concept that is among them.
Meaning = tuple[bool, bool]


class FirstLetters(dict[str, str]):
    """The first letter of a word to the one that its tokens begin with."""

    def __missing__(self, letter: str) -> str:
        self[letter] = folded = fold(normalised(letter))[:1]
        return folded


FIRST_LETTERS = FirstLetters()


class Marker:
    """Marks the words of a language that have one of a query's tokens, or name a concept whose token is among them.

    The texts of one list share many of their words: what is known of a word is remembered.
    """

    def __init__(self, language: str, tokens: Collection[str]):
        self._language = language
        self._concepts = frozenset(token for token in tokens if token.startswith(MARK))
        self._tokens = frozenset(tokens) - self._concepts
        self._beginnings = thesaurus().beginnings(self._concepts, language)
        firsts = {token[0] for token in self._tokens | self._beginnings}
        self._firsts = firsts | set(SHORTENED_IN_FRONT.get(language, "")) if firsts else firsts
        self._meanings: dict[str, Meaning] = {}
        self._places: dict[str, list[tuple[int, int]]] = {}

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where the words stand that are to be marked."""
        known = self._places.get(text)
        if known is None:
            known = self._places[text] = self._find(text) if self._firsts else []
        return known

    def _find(self, text: str) -> list[tuple[int, int]]:
        found = list(words(text))
        marked: set[int] = set()
        for place, (wanted, begins) in self._meant(found):
            if wanted:
                marked.add(place)
            if begins:
                marked |= self._named(found, place)
        return [found[place].span() for place in sorted(marked)]

    def _meant(self, found: Sequence[Match]) -> Iterator[tuple[int, Meaning]]:
        """The words that may mean something, with their places. Those that begin like no token are left out: to take
        every word apart would take three times as long."""
        for place, match in enumerate(found):
            word = match[0]
            if FIRST_LETTERS[word[0]] in self._firsts:
                yield place, self._meanings.get(word) or self._meaning(word)

    def _meaning(self, word: str) -> Meaning:
        tokens = tokens_of(word, self._language)
        meaning = self._meanings[word] = (
            not self._tokens.isdisjoint(tokens),
            not self._beginnings.isdisjoint(tokens),
        )
        return meaning

    def _named(self, found: Sequence[Match], start: int) -> set[int]:
        """The places of the words that name a concept, from this one on."""
        ahead = [tokens_of(match[0], self._language) for match in found[start : start + thesaurus().longest]]
        mentions = thesaurus().mentions_at(0, ahead, self._language)
        ends = (mention.end for mention in mentions if mention.concept.token in self._concepts)
        return set(range(start, start + max(ends, default=0)))

    def whole(self, text: str) -> SafeString:
        """The whole text, escaped, with the words marked."""
        return _marked(text, self.places(text))

    def excerpt(self, text: str) -> SafeString:
        """The part of a text around the words, or its beginning."""
        if len(text) <= EXCERPT:
            return self.whole(text)
        places = self.places(text)
        start = _beginning(text, places)
        end = _word_end(text, start + EXCERPT)
        shifted = [(left - start, right - start) for left, right in places if left >= start and right <= end]
        part = _marked(text[start:end], shifted)
        return SafeString(f"{'… ' if start else ''}{part}{' …' if end < len(text) else ''}")


def _beginning(text: str, places: list[tuple[int, int]]) -> int:
    """Where the window with the most marks begins: at the start of the text, or of a word before the first mark."""
    if not places or places[0][1] < EXCERPT - BEFORE:
        return 0
    starts = [start for start, _end in places]
    room = EXCERPT - BEFORE
    crowded = max(starts, key=lambda first: (sum(first <= start < first + room for start in starts), -first))
    start = text.rfind(" ", 0, max(crowded - BEFORE, 0)) + 1
    return start if crowded - start < room else crowded


def _word_end(text: str, wanted: int) -> int:
    if wanted >= len(text):
        return len(text)
    end = text.rfind(" ", wanted - BEFORE, wanted)
    return end if end > 0 else wanted


def _marked(text: str, places: list[tuple[int, int]]) -> SafeString:
    parts = []
    done = 0
    for start, end in places:
        parts += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return SafeString("".join([*parts, escape(text[done:])]))
