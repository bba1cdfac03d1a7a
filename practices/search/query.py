"""What somebody asks for: the words of a query, and what in the index may stand for each."""

import re
from dataclasses import dataclass, field

from practices.search.analyse import fold, tokens_in_every_language, words

MOST_WORDS = 20
REFERENCE = re.compile(r"\s*CMISE[-\s]?0*([1-9]\d{0,8})\s*", re.IGNORECASE | re.ASCII)
# A minus before a word, itself at the beginning or after a space, takes the word's practices out.
EXCLUDING = re.compile(r"(?:^|(?<=\s))-$")


@dataclass(frozen=True)
class QueryWord:
    """One word with its place in the query. `near`: tokens of related words, which count less."""

    written: str
    start: int
    exact: frozenset[str]
    near: tuple[str, ...] = ()

    @property
    def folded(self) -> str:
        return fold(self.written)


@dataclass(frozen=True)
class Query:
    text: str
    wanted: list[QueryWord] = field(default_factory=list)
    unwanted: list[QueryWord] = field(default_factory=list)
    # The number of a practice, where the whole query is its reference.
    number: int | None = None


def parse(text: str) -> Query:
    """Never fails: whatever is no word is a space."""
    reference = REFERENCE.fullmatch(text)
    query = Query(text, number=int(reference[1]) if reference else None)
    seen: set[frozenset[str]] = set()
    for match in words(text):
        exact = tokens_in_every_language(match[0])
        if not exact or exact in seen or len(seen) >= MOST_WORDS:
            continue
        seen.add(exact)
        excluded = EXCLUDING.search(text[: match.start()])
        (query.unwanted if excluded else query.wanted).append(QueryWord(match[0], match.start(), exact))
    return query
