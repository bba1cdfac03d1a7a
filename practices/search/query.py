"""What somebody asks for: the words and phrases of a query, and what in the index may stand for each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from practices.search.analyse import STEMMERS, fold, tokens_in_every_language, tokens_of, words

# For a phrase texts are read: further ones are only words, and nothing is kept out by them.
MOST_TERMS, MOST_PHRASES = 40, 6
REFERENCE = re.compile(r"(?<!\w)(?:CMISE[-\s]?0*|(?=\d{4})0+)([1-9]\d{0,8})(?!\w)", re.IGNORECASE | re.ASCII)
# Each letter more than usual makes a word tell a little more, within bounds: long words are seldom particles.
USUAL_LETTERS, LETTER, LEAST_WEIGHT, MOST_WEIGHT = 6, 0.06, 0.6, 2.0
# Between any two of these the words are a phrase; an apostrophe is none.
QUOTES = re.compile(r'"([^"]+)"|[“„”]([^“„”]+)[“”]|«([^«»]+)»|»([^«»]+)«')
# A minus before a term, itself at the beginning or after a space, takes the term's practices out.
EXCLUDING = re.compile(r"(?:^|(?<=\s))[-−]$")


@dataclass(frozen=True)
class Term:
    """A word with its place in the query, a phrase, which is to be found as it stands, or a practice's reference.

    `exact`: tokens that mean the word itself; `runs`: the phrase's tokens in order, once per way to analyse it;
    `number`: the referenced practice's.
    """

    written: str
    start: int
    exact: frozenset[str] = frozenset()
    runs: tuple[tuple[str, ...], ...] = ()
    number: int | None = None

    @property
    def folded(self) -> str:
        return fold(self.written)

    @property
    def is_phrase(self) -> bool:
        return bool(self.runs)

    @property
    def is_word(self) -> bool:
        return not self.runs and self.number is None

    @property
    def weight(self) -> float:
        """What the term tells beside how rare it is."""
        if not self.is_word:
            return 1.0
        return min(max(1 + LETTER * (len(self.folded) - USUAL_LETTERS), LEAST_WEIGHT), MOST_WEIGHT)


@dataclass(frozen=True)
class Query:
    text: str
    wanted: list[Term] = field(default_factory=list)
    unwanted: list[Term] = field(default_factory=list)
    # The number of a practice, where the whole query is its reference.
    number: int | None = None


def parse(text: str) -> Query:
    """Never fails: whatever is neither word nor phrase is a space. Who takes a word out does not want it as well."""
    reference = REFERENCE.fullmatch(text.strip())
    wanted: dict[tuple, Term] = {}
    unwanted: dict[tuple, Term] = {}
    for term in _terms(text):
        if len(wanted) + len(unwanted) < MOST_TERMS:
            (unwanted if excludes(text, term.start) else wanted).setdefault((term.exact, term.runs, term.number), term)
    return Query(
        text,
        wanted=[term for key, term in wanted.items() if key not in unwanted],
        unwanted=list(unwanted.values()),
        number=int(reference[1]) if reference else None,
    )


def excludes(text: str, start: int) -> bool:
    """Whether a minus stands before a word or before the quotation mark that opens its phrase."""
    return bool(EXCLUDING.search(text[:start].rstrip('"“„”«»')))


def without_quotes(query: Query) -> Query:
    """The query with its wanted phrases as words; what is not wanted stays as it is."""
    text = QUOTES.sub(lambda match: "" if excludes(query.text, match.start()) else f" {match[0][1:-1]} ", query.text)
    loose = parse(" ".join(text.split()))
    return replace(loose, unwanted=query.unwanted)


def _terms(text: str) -> list[Term]:
    references = [Term(match[0], match.start(), number=int(match[1])) for match in REFERENCE.finditer(text)]
    phrases = [
        term
        for match in QUOTES.finditer(text)
        if (term := _phrase(match[0], match.start(), [word[0] for word in words(match[0])]))
    ]
    left_out = [term for term in phrases[MOST_PHRASES:] if excludes(text, term.start)]
    taken = references + phrases[:MOST_PHRASES]
    single = [
        Term(match[0], match.start(), tokens)
        for match in words(text)
        if not any(term.start <= match.start() < term.start + len(term.written) for term in taken + left_out)
        and (tokens := tokens_in_every_language(match[0]))
    ]
    return sorted(taken + single, key=lambda term: term.start)


def _phrase(written: str, start: int, within: Sequence[str]) -> Term | None:
    """None where only one word stands between the quotes: it is a word like any other."""
    runs = {tuple(tokens[0] for word in within if (tokens := tokens_of(word, language))) for language in STEMMERS}
    runs = {run for run in runs if len(run) > 1}
    exact = frozenset(token for word in within for token in tokens_in_every_language(word))
    return Term(written, start, exact, tuple(sorted(runs))) if runs else None
