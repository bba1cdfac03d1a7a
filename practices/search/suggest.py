"""Did you mean: for words that no visible document has."""

from collections.abc import Sequence

from practices.search import engines
from practices.search.analyse import tokens_in_every_language
from practices.search.query import Query, QueryWord
from practices.search.vocabulary import Vocabulary

MOST_WORDS = 3


def did_you_mean(
    query: Query, unknown: Sequence[QueryWord], *, vocabulary: Vocabulary, levels: Sequence[str]
) -> str | None:
    """The query with its unknown words replaced by the closest that find something, or None.

    The engine is asked about every offer: a word whose last visible document is gone is not offered.
    """
    offers = [(word, offer, slips) for word in unknown[:MOST_WORDS] for offer, slips in vocabulary.closest(word.folded)]
    found = engines.matches([sorted(tokens_in_every_language(offer)) for _word, offer, _slips in offers], levels)
    best: dict[int, tuple] = {}
    for (word, offer, slips), documents in zip(offers, found, strict=True):
        if documents:
            rank = (-slips, len(documents), offer)
            best[word.start] = max(rank, best.get(word.start, rank))
    if not best:
        return None
    text = query.text
    for word in sorted(unknown, key=lambda word: -word.start):
        if word.start in best:
            text = text[: word.start] + best[word.start][-1] + text[word.start + len(word.written) :]
    return text
