"""Marks the words of a text that a query found, by the analyser that found them."""

from collections.abc import Iterator
from functools import cache, lru_cache
from html import escape
from re import Match

from django.utils.safestring import SafeString

from practices.search.analyse import fold, tokens_of, words
from practices.search.concepts import MARK, thesaurus

# Stemmers shorten words at their ends; those of these languages at the beginning, too, as "ge" in Dutch.
STEMMED_IN_FRONT = frozenset({"nl"})
# A list looks through most of its texts twice: which to show, and where to mark it.
LATELY = 100
EXCERPT = 300
BEFORE = 80


@lru_cache(maxsize=LATELY)
def marked_places(text: str, language: str, tokens: frozenset[str]) -> list[tuple[int, int]]:
    """Where the words of a text stand that have one of the tokens, or name a concept whose token is among them."""
    if not tokens:
        return []
    if not any(token.startswith(MARK) for token in tokens):
        among = words(text) if language in STEMMED_IN_FRONT else _beginning_like(text, tokens)
        return [match.span() for match in among if not tokens.isdisjoint(tokens_of(match[0], language))]
    found = list(words(text))
    each = [tokens_of(match[0], language) for match in found]
    marked = {place for place, own in enumerate(each) if not tokens.isdisjoint(own)}
    for mention in thesaurus().mentions(each, language):
        if mention.concept.token in tokens:
            marked.update(range(mention.start, mention.end))
    return [found[place].span() for place in sorted(marked)]


def _beginning_like(text: str, tokens: frozenset[str]) -> Iterator[Match]:
    """The words that begin with the letter of one of the tokens: to take all apart would take three times as long."""
    firsts = {token[0] for token in tokens}
    return (match for match in words(text) if first_letter(match[0][0]) in firsts)


@cache
def first_letter(letter: str) -> str:
    """What the tokens of a word begin with whose first letter this is."""
    return fold(letter)[:1]


def highlight(text: str, language: str, tokens: frozenset[str]) -> SafeString:
    """The whole text, escaped, with the words marked."""
    return _marked(text, marked_places(text, language, tokens))


def excerpt(text: str, language: str, tokens: frozenset[str]) -> SafeString:
    """The part of a text around the words, or its beginning."""
    if len(text) <= EXCERPT:
        return highlight(text, language, tokens)
    places = marked_places(text, language, tokens)
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
