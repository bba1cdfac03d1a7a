"""A query's answer: which practices, in which order, matched in which language."""

from collections.abc import Sequence
from dataclasses import replace

from pyroaring import BitMap

from practices.search import engines
from practices.search.documents import language_of, number_of
from practices.search.facet_index import Snapshot, union
from practices.search.query import QueryWord, parse
from practices.search.rank import CANDIDATES, NEAR_WEIGHT, WordHits, best_documents, scores
from practices.search.suggest import did_you_mean
from practices.search.vocabulary import Vocabulary, vocabulary_of
from practices.search.weigh import rarity, weigh

# With fewer practices than this that have every word, those that lack the commonest words are shown too.
ENOUGH = 5


class Finding:
    """What a text finds among the practices that readers of these levels may see."""

    def __init__(self, text: str, *, snapshot: Snapshot, levels: Sequence[str], language: str):
        self._language, self._snapshot = language, snapshot
        visible = snapshot.having("visibility", levels)
        vocabulary = vocabulary_of(snapshot, levels)
        query = parse(text)
        wanted = [self._with_related(word, vocabulary) for word in query.wanted]
        groups = [tokens for word in wanted for tokens in (sorted(word.exact), word.near)]
        groups += [sorted(word.exact) for word in query.unwanted]
        documents = engines.matches(groups, levels)
        unwanted = union(practices_of(found) for found in documents[2 * len(wanted) :])
        allowed = visible - unwanted
        self._hits: list[WordHits] = []
        self._exact: list[BitMap] = []
        self._near: list[BitMap] = []
        for word, exact, near in zip(wanted, documents[0::2], documents[1 : 2 * len(wanted) : 2], strict=False):
            self._exact.append(practices_of(exact) & allowed)
            self._near.append(practices_of(near) & allowed - self._exact[-1])
            holding = len(self._exact[-1]) + len(self._near[-1])
            self._hits.append(WordHits(word, exact, near, rarity(holding, len(visible))))
        self.widened = False
        if query.number is not None:
            # A whole reference is no search: it names one practice, or none that the reader may know of.
            self.numbers = BitMap([query.number]) & visible
        elif self._hits:
            self.numbers = self._all_or_fewer_words()
        else:
            self.numbers = allowed if query.unwanted else BitMap()
        unknown = [hit.word for hit, exact in zip(self._hits, self._exact, strict=True) if not exact]
        self.did_you_mean = (
            did_you_mean(query, unknown, vocabulary=vocabulary, levels=levels)
            if unknown and query.number is None
            else None
        )
        self.tokens = frozenset(token for word in wanted for token in (*word.exact, *word.near))
        self._scores: dict[int, tuple[float, int]] = {}

    @staticmethod
    def _with_related(word: QueryWord, vocabulary: Vocabulary) -> QueryWord:
        related = vocabulary.related(word.folded)
        return replace(word, near=tuple(token for token in related if token not in word.exact))

    def _all_or_fewer_words(self) -> BitMap:
        """The practices with every word; where those are few, without the words that nobody has, then without the
        commonest, one after the other, and at last with any half of the words."""
        each = [exact | near for exact, near in zip(self._exact, self._near, strict=True)]
        complete = found = each[0].intersection(*each[1:])
        left = sorted((holding for holding in each if holding), key=len)
        while len(found) < ENOUGH and left:
            found = found | left[0].intersection(*left[1:])
            left.pop()
        present = [holding for holding in each if holding]
        if len(found) < ENOUGH and present:
            for held, practices in weigh(union(present), [(1, holding) for holding in present]):
                if held * 2 >= len(present):
                    found = found | practices
        self.widened = len(found) > len(complete)
        return found

    def ordered(self, numbers: BitMap) -> list[int]:
        """These practices by relevance: the best candidates weighed word by word, the others roughly."""
        signs = []
        for hit, exact, near in zip(self._hits, self._exact, self._near, strict=True):
            signs += [(hit.rarity, exact), (hit.rarity * NEAR_WEIGHT, near)]
        rough = [number for _weight, practices in weigh(numbers, signs) for number in practices]
        best = rough[:CANDIDATES]
        self._scores = scores(best, self._hits, self._language)
        best.sort(key=lambda number: (-self._scores[number][0] if number in self._scores else 0.0, number))
        return best + rough[CANDIDATES:]

    def language_of(self, number: int) -> str | None:
        """The language whose text of the practice matches best; None where only labels match."""
        if number in self._scores:
            document = self._scores[number][1]
        else:
            documents = best_documents(number, self._hits, self._language, 1)
            if not documents:
                return None
            document = documents[0]
        language = language_of(document)
        return language if language in self._snapshot.facts[number].values["language"] else None


def practices_of(documents: BitMap) -> BitMap:
    return BitMap({number_of(document) for document in documents})
