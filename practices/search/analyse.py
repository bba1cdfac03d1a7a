"""One analyser for documents, queries, highlighting and suggestions, on every database.

A word becomes the tokens stem(fold(word)) and fold(stem(word)), mostly the same: people leave out accents, and the
stemmers take the same word with and without them apart differently. The first tokens of a text stand in the order of
its words, so that a phrase is a run of tokens; behind them follow the second ones, and the concepts that it names.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import version

import Stemmer

# Change the first figure whenever the same text gives other tokens; the stemmers' own version counts too.
ANALYSER = f"5/{version('PyStemmer')}"
STEMMERS = {
    "en": "english",
    "de": "german",
    "el": "greek",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
}
LONGEST_TOKEN = 64
# What was made of so many words is remembered, about 300 bytes each: nearly all of a text's words are common ones.
KEPT_WORDS = 30_000

# A word may hold combining marks, soft hyphens and direction marks, which `normalised` takes out.
INVISIBLE = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
)
# A.M.E. is one word, like AME.
WORD = re.compile(rf"(?<![^\W_])(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?![^\W_]))?|[^\W_]+(?:[{INVISIBLE}]+[^\W_]*)*")
# Stands between words that stood apart, so that no phrase goes across it; no word is like that.
GAP = "·"
# l'accueil, d'asile, qu'elle: the article is no word.
ELISION = re.compile(rf"(?<![^\W_])[^\W\d_]{{1,2}}['’](?=[^\W_{INVISIBLE}])")
# Letters that Unicode does not take apart.
LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})

_stemmers = threading.local()


def words(text: str) -> Iterator[re.Match]:
    """The words of a text, each with its place."""
    if "'" not in text and "’" not in text:
        return WORD.finditer(text)
    found = WORD.finditer(text)
    return (match for match in found if len(match[0]) > 2 or not ELISION.match(text, match.start()))


@lru_cache(maxsize=KEPT_WORDS)
def normalised(word: str) -> str:
    """A word in one case and one composition, accents kept, with nothing in it but letters and digits."""
    if word.isascii():
        return _letters(word.lower())[:LONGEST_TOKEN]
    composed = unicodedata.normalize("NFKC", word).casefold()
    return _letters(unicodedata.normalize("NFC", composed))[:LONGEST_TOKEN]


@lru_cache(maxsize=KEPT_WORDS)
def fold(word: str) -> str:
    """A word as somebody types it who leaves out the accents."""
    if word.isascii():
        return _letters(word.lower())[:LONGEST_TOKEN]
    apart = unicodedata.normalize("NFKD", word.casefold())
    return _letters(apart).translate(LETTERS)[:LONGEST_TOKEN]


@lru_cache(maxsize=2 * KEPT_WORDS)
def tokens_of(word: str, language: str) -> tuple[str, ...]:
    """What stands for a word of a language in the index: one token or two; the first has its place in a phrase."""
    plain = normalised(word)
    folded = plain if plain.isascii() else fold(plain)
    first = fold(_stem(folded, language))
    if plain == folded:
        # The Greek stemmer leaves nothing of ΑΕΙ.
        return (first or folded,) if folded else ()
    second = fold(_stem(plain, language))
    return tuple(dict.fromkeys(token for token in (first, second) if token)) or ((folded,) if folded else ())


def forget_words() -> None:
    """Give back what is remembered of single words, when many were read that nobody asks for soon."""
    for remembering in (normalised, fold, tokens_of):
        remembering.cache_clear()


def tokens_in_every_language(word: str) -> frozenset[str]:
    """What may stand for a word whose language nobody knows: a query's."""
    return frozenset(token for language in STEMMERS for token in tokens_of(word, language))


def token_lists(text: str, language: str) -> list[tuple[str, ...]]:
    """The tokens of each word of a text, in order."""
    return [tokens for match in words(text) if (tokens := tokens_of(match[0], language))]


def written_words(text: str) -> set[str]:
    """The distinct words of a text in lower case with their accents: what a suggestion shows."""
    return {
        word[:LONGEST_TOKEN]
        for match in words(text)
        if (word := unicodedata.normalize("NFC", match[0].lower())).isalnum()
    }


def sort_key(text: str) -> str:
    """Orders texts alike on every database: by letters and digits, whatever the case and the accents."""
    return " ".join(fold(match[0]) for match in WORD.finditer(text))


def _letters(text: str) -> str:
    """Letters and digits only; most words have nothing else."""
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


def _stem(word: str, language: str) -> str:
    """Stemmers are not safe to share between threads."""
    known = _stemmers.__dict__
    if language not in known:
        # Without its own memory, which takes longer to tidy than to stem anew.
        known[language] = Stemmer.Stemmer(STEMMERS[language], 0)
    return known[language].stemWord(word)
