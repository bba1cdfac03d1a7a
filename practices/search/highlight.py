"""Marks the words of a text that a query found, by the analyser that found them."""

from collections.abc import Collection
from html import escape
from itertools import islice

from django.utils.safestring import SafeString

from practices.search.analyse import WORD, fold, normalised, tokens_of, words
from practices.search.concepts import MARK, thesaurus

# Stemmers shorten words at their ends; in these languages words with this letter may lose their beginning, too: "ge".
SHORTENED_IN_FRONT = {"nl": "g"}
EXCERPT = 300
BEFORE = 80

Span = tuple[int, int]


class FirstLetters(dict[str, str]):
    """The first letter of a word to the one that its tokens begin with."""

    def __missing__(self, letter: str) -> str:
        self[letter] = folded = fold(normalised(letter))[:1]
        return folded


FIRST_LETTERS = FirstLetters()


class Telling(dict[str, frozenset[str]]):
    """A piece of a text, without spaces, to those of its words that have any of the wanted tokens.

    Words that begin like none of them are passed over: to take every word apart would take three times as long.
    """

    def __init__(self, wanted: frozenset[str], language: str):
        super().__init__()
        self._wanted, self._language = wanted, language
        self._firsts = {token[0] for token in wanted} | set(SHORTENED_IN_FRONT.get(language, ""))

    def __missing__(self, piece: str) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for word in (piece,) if piece.isalnum() else WORD.findall(piece):
            if FIRST_LETTERS[word[0]] in self._firsts and not self._wanted.isdisjoint(tokens_of(word, self._language)):
                found |= {word}
        self[piece] = found
        return found


class Marker:
    """Marks the words of a language that have one of a query's tokens, or name a concept whose token is among them.

    The texts of one list share many of their words: what is known of a word is remembered.
    """

    def __init__(self, language: str, tokens: Collection[str]):
        self._language = language
        self._concepts = frozenset(token for token in tokens if token.startswith(MARK))
        self._tokens = frozenset(tokens) - self._concepts
        self._beginnings = thesaurus().beginnings(self._concepts, language)
        self._telling = Telling(self._tokens | self._beginnings, language)
        self._places: dict[str, list[Span]] = {}

    def places(self, text: str) -> list[Span]:
        """Where the words stand that are to be marked."""
        known = self._places.get(text)
        if known is None:
            known = self._places[text] = self._find(text) if self._tokens or self._beginnings else []
        return known

    def _find(self, text: str) -> list[Span]:
        # No word goes across a space, and to split a text takes a fraction of finding its words.
        marked: set[Span] = set()
        start = 0
        for piece in text.split(" "):
            telling = self._telling[piece]
            if telling:
                for match in words(piece):
                    if match[0] in telling:
                        marked |= self._meant(text, start + match.start(), match[0])
            start += len(piece) + 1
        return sorted(marked)

    def _meant(self, text: str, start: int, word: str) -> set[Span]:
        """Where words stand that are to be marked because of the one that starts here: itself, and the rest of a name
        that begins with it."""
        tokens = tokens_of(word, self._language)
        own = set() if self._tokens.isdisjoint(tokens) else {(start, start + len(word))}
        return own if self._beginnings.isdisjoint(tokens) else own | self._named(text, start)

    def _named(self, text: str, start: int) -> set[Span]:
        """Where the words stand that name a concept, from the one that starts here."""
        ahead = list(islice(words(text[start:]), thesaurus().longest))
        tokens = [tokens_of(match[0], self._language) for match in ahead]
        mentions = thesaurus().mentions_at(0, tokens, self._language)
        ends = (mention.end for mention in mentions if mention.concept.token in self._concepts)
        return {(start + match.start(), start + match.end()) for match in ahead[: max(ends, default=0)]}

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


def _beginning(text: str, places: list[Span]) -> int:
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


def _marked(text: str, places: list[Span]) -> SafeString:
    parts = []
    done = 0
    for start, end in places:
        parts += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return SafeString("".join([*parts, escape(text[done:])]))
