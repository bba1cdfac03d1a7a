"""Which terms of the vocabularies a query names, in whatever language."""

from functools import lru_cache

from practices.search.analyse import fold, tokens_of, words
from practices.search.facet_index import Snapshot
from practices.search.facts import VOCABULARIES

MOST_CONCEPTS = 3
LONGEST_PARTICLE = 3


def concepts_in(text: str, snapshot: Snapshot, language: str) -> list[str]:
    """Labels, in the reader's language, of terms that the query calls by another name."""
    asked = [match[0] for match in words(text)]
    folded = {fold(word) for word in asked}
    spoken: dict[str, frozenset[str]] = {}
    found = []
    for facet in VOCABULARIES:
        for value, term in snapshot.terms[facet].items():
            label = term.label(language, value)
            if {fold(word) for word in _speaking(label)} <= folded:
                continue
            for code, name in term.names:
                if code not in spoken:
                    spoken[code] = frozenset(token for word in asked for token in tokens_of(word, code))
                if _named(name, code, spoken[code]):
                    found.append(label)
                    break
    return found[:MOST_CONCEPTS]


@lru_cache(maxsize=10_000)
def _tokens(name: str, language: str) -> list[tuple[str, ...]]:
    return [tokens_of(word, language) for word in _speaking(name)]


def _speaking(name: str) -> list[str]:
    return [match[0] for match in words(name) if len(match[0]) > LONGEST_PARTICLE]


def _named(name: str, language: str, spoken: frozenset[str]) -> bool:
    """Whether each word of a name is in the query, in some form; "and" and "of" need not be."""
    each = _tokens(name, language)
    return bool(each) and all(not spoken.isdisjoint(tokens) for tokens in each)
