"""A query's answer: which practices, in which order, matched in which language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pyroaring import BitMap

from practices.search import engines
from practices.search.analyse import STEMMERS, tokens_in_every_language, tokens_of
from practices.search.concepts import Concept, Mention, thesaurus, token_of
from practices.search.documents import documents_of, language_of, number_of, numbers_in
from practices.search.engines import Want
from practices.search.facet_index import Snapshot, union
from practices.search.labels import Labels, labels_of
from practices.search.postings import Postings, together
from practices.search.prefixes import titles_of
from practices.search.query import Query, Term, parse, without_quotes
from practices.search.rank import CANDIDATES, CANDIDATES_FOR_LONG, SHORT_QUERY, Ranking, Score
from practices.search.vocabulary import Vocabulary, vocabulary_of
from practices.search.weigh import rarity, weigh

# With fewer practices than this that have every word, those that lack the commonest words are shown too. Who describes
# at length expects no practice with every word, and more that come close.
ENOUGH, ENOUGH_FOR_LONG = 20, 300
# Where nobody has any of the words, so many practices with words that look like them.
GUESSES = 10
# A share among the texts of one language is mixed with the share among all as if so many more had been seen.
DOUBT = 20
# A word that more than half of so many practices hold is not asked of each.
MANY = 50
# What a related word, a concept's other name, a narrower concept and a corrected slip are worth beside the word itself.
RELATED, CONCEPT, NARROWER, CORRECTED = 0.8, 0.4, 0.2, 0.6
# Words less alike than this do not stand for each other; where little is found, they are signs of what may be meant.
ALIKE, RESEMBLING = 0.4, 0.06
# Of what the word that resembles a term most is worth: where the next step begins.
LIKENESS_STEPS = (0.6, 0.3, 0.1, 0.0)
# How fast the worth of a related word falls with its likeness.
POWER = 2
MOST_CORRECTED = 3
# What a word in a title tells beside the word anywhere, in the rough order.
TITLED = 0.5


@dataclass
class Clause:
    """A term with everything that may stand for it, and the practices that each finds.

    `others`: tokens that stand for the term, with what they are worth beside its own; `weak`: tokens that only
    resemble it. `labelled`: practices classified by such a name, the best names first.
    """

    term: Term
    others: dict[str, float] = field(default_factory=dict)
    weak: dict[str, float] = field(default_factory=dict)
    labelled: list[tuple[float, BitMap]] = field(default_factory=list)
    exact: BitMap = field(default_factory=BitMap)
    near: BitMap = field(default_factory=BitMap)
    hinted: list[tuple[float, BitMap]] = field(default_factory=list)
    # Whether any visible practice has the term itself, excluded ones too.
    known: bool = False
    # The documents that hold the term, or what may stand for it.
    texts: list[BitMap] = field(default_factory=list)
    rarity: float = 0.0

    def wants(self) -> tuple[Want, Want]:
        own = Want(phrases=self.term.runs) if self.term.is_phrase else Want(tuple(sorted(self.term.exact)))
        return own, Want(tuple(sorted(self.others.keys() - self.term.exact)))

    def hints(self) -> list[tuple[float, Want]]:
        """What resembles the term, in steps from the most alike to the least; each with what it is worth."""
        left = {token: worth for token, worth in self.weak.items() if token not in self.others}
        most = max(left.values(), default=0.0)
        steps = []
        for share in LIKENESS_STEPS:
            alike = sorted(token for token, worth in left.items() if worth >= share * most)
            if alike:
                steps.append((max(left[token] for token in alike), Want(tuple(alike))))
                left = {token: worth for token, worth in left.items() if token not in alike}
        return steps

    @property
    def worth(self) -> dict[str, float]:
        """Every token with what it is worth."""
        return self.weak | self.others | dict.fromkeys(self.term.exact, 1.0)

    def telling(self) -> tuple[float, list[str]]:
        """The tokens that mean the term, or, where no practice has it, those that come closest; what they are worth."""
        if self.known or not self.others:
            return 1.0, sorted(self.term.exact)
        most = max(self.others.values())
        return most, sorted(token for token, worth in self.others.items() if worth == most)

    def label(self, labels: Labels) -> None:
        """Ask the labels what the tokens ask the texts. A reference is a label that one practice has."""
        if self.term.number is not None:
            self.labelled = [(1.0, BitMap([self.term.number]))]
        elif self.term.is_phrase:
            self.labelled = labels.found_in_order(self.term.runs)
        else:
            self.labelled = labels.found(self.worth)

    def hint(self, worth: float, practices: BitMap) -> None:
        """Take practices in that have words like the term, unless they were found by better ones."""
        new = practices.difference(self.exact, self.near, *(known for _worth, known in self.hinted))
        if new:
            self.hinted.append((worth, new))

    @property
    def named(self) -> BitMap:
        """The practices that the term itself classifies."""
        return union(practices for worth, practices in self.labelled if worth == 1)

    @property
    def found(self) -> BitMap:
        return self.exact | self.near


class Finding:
    """What a text finds among the practices that readers of these levels may see."""

    def __init__(
        self, text: str, *, snapshot: Snapshot, levels: Sequence[str], language: str, with_concepts: bool = True
    ):
        self._language, self._levels, self._snapshot = language, levels, snapshot
        self._visible = snapshot.having("visibility", levels)
        self._labels = labels_of(snapshot)
        vocabulary = self._vocabulary = vocabulary_of(snapshot)
        self._postings = Postings(levels)
        self._scores: dict[int, Score] = {}
        self._ranking: Ranking | None = None
        query = parse(text)
        allowed = self._ask(query, vocabulary, with_concepts)
        # Who quotes words wants them as they stand; where nobody has them so, the words alone are better than nothing.
        unquoted = any(clause.term.is_phrase and not clause.exact for clause in self._clauses)
        if unquoted:
            query = without_quotes(query)
            allowed = self._ask(query, vocabulary, with_concepts)
        self.did_you_mean = self._correct(query, vocabulary, allowed) if query.number is None else None
        self._tell_rarity()
        self.widened = unquoted
        # Whether nobody has any of the words, so that what is found has words that look like them.
        self.guessed = False
        if query.number is not None:
            # A whole reference is no search: it names one practice, or none that the reader may know of.
            self.numbers = BitMap([query.number]) & self._visible
        elif self._clauses:
            self.numbers = self._all_or_fewer_words(allowed)
            self.guessed = bool(self.numbers) and not any(clause.found for clause in self._clauses)
            if self.guessed:
                self.numbers = BitMap(self.ordered(self.numbers, GUESSES))
        else:
            self.numbers = allowed if query.unwanted else BitMap()
        self.tokens = frozenset(token for clause in self._clauses for token in (*clause.term.exact, *clause.others))

    @staticmethod
    def _clause(term: Term, vocabulary: Vocabulary) -> Clause:
        if not term.is_word:
            return Clause(term)
        clause = Clause(term)
        for token, likeness in vocabulary.related(term.folded, ALIKE).items():
            clause.others[token] = RELATED * likeness**POWER
        return clause

    def _name_concepts(self, searched: bool) -> None:
        """Let the other names of the concepts that the words name stand for these words."""
        words = [clause for clause in self._clauses if clause.term.is_word]
        for mention in mentions_in([clause.term.written for clause in words]):
            if mention.concept not in self.concepts:
                self.concepts.append(mention.concept)
            if not searched:
                continue
            worth = {mention.concept.token: CONCEPT} | {token_of(other): NARROWER for other in mention.concept.narrower}
            for clause in words[mention.start : mention.end]:
                clause.others |= {token: max(value, clause.others.get(token, 0)) for token, value in worth.items()}

    def _ask(self, query: Query, vocabulary: Vocabulary, with_concepts: bool) -> BitMap:
        """Let each clause find its practices; return those that hold nothing unwanted."""
        # Concepts that the query names, whether they are searched or not.
        self.concepts: list[Concept] = []
        self._clauses = [self._clause(term, vocabulary) for term in query.wanted]
        self._name_concepts(with_concepts)
        wants = [want for clause in self._clauses for want in clause.wants()]
        unwanted = [Clause(term) for term in query.unwanted]
        wants += [clause.wants()[0] for clause in unwanted]
        for clause in (*self._clauses, *unwanted):
            clause.label(self._labels)
        found = engines.matches(wants, self._levels, self._postings)
        asked = 2 * len(self._clauses)
        allowed = self._visible.difference(*map(numbers_in, found[asked:]), *(clause.named for clause in unwanted))
        for clause, exact, near in zip(self._clauses, found[0:asked:2], found[1:asked:2], strict=True):
            clause.texts = [exact, near]
            own = (numbers_in(exact) | clause.named) & self._visible
            clause.known, clause.exact = bool(own), own & allowed
            others = (numbers_in(near), *(practices for _worth, practices in clause.labelled))
            clause.near = (union(others) & allowed) - clause.exact
        return allowed

    def _correct(self, query: Query, vocabulary: Vocabulary, allowed: BitMap) -> str | None:
        """Search for what unknown words may be meant for, too; return the query with the likeliest words, or None.

        The engine is asked about every offer: a word whose last visible document is gone is not offered.
        """
        unknown = [clause for clause in self._clauses if not clause.known and clause.term.is_word]
        offers = [
            (clause, offer, slips)
            for clause in unknown[:MOST_CORRECTED]
            for offer, slips in vocabulary.closest(clause.term.folded)
        ]
        if not offers:
            return None
        tokens = [tokens_in_every_language(offer) for _clause, offer, _slips in offers]
        found = engines.matches([Want(tuple(sorted(each))) for each in tokens], self._levels, self._postings)
        best: dict[int, tuple] = {}
        for (clause, offer, slips), each, texts in zip(offers, tokens, found, strict=True):
            named = self._labels.found(dict.fromkeys(each, 1.0))
            practices = union((numbers_in(texts), *(found for _worth, found in named))) & self._visible
            if not practices:
                continue
            rank = (-slips, len(practices), offer)
            start = clause.term.start
            best[start] = max(rank, best.get(start, rank))
            clause.near |= practices & allowed
            clause.texts.append(texts)
            clause.others |= {token: max(CORRECTED / slips, clause.others.get(token, 0)) for token in each}
            clause.label(self._labels)
        text = query.text
        for clause in sorted(unknown, key=lambda clause: -clause.term.start):
            start = clause.term.start
            if start in best:
                text = text[:start] + best[start][-1] + text[start + len(clause.term.written) :]
        return text if best else None

    def _tell_rarity(self) -> None:
        """How rare each clause is in the language where it is commonest: "the" says nothing, however many texts are
        Greek. A language of few texts is believed little."""
        visible = self._visible
        texts = self._snapshot.memo.setdefault(
            ("texts", *self._levels),
            [practices & visible for practices in self._snapshot.bitmaps.get("language", {}).values()],
        )
        for clause in self._clauses:
            found = clause.exact or clause.near
            everywhere = DOUBT * len(found) / max(len(visible), 1)
            commonest = max(
                (
                    (found.intersection_cardinality(practices) + everywhere) / (len(practices) + DOUBT)
                    for practices in texts
                ),
                default=0.0,
            )
            clause.rarity = clause.term.weight * rarity(commonest * len(visible), len(visible))

    def _all_or_fewer_words(self, allowed: BitMap) -> BitMap:
        """The practices with every word; where those are few, those that lack words too, the commonest words first."""
        total = len(self._visible)
        telling = [clause for clause in self._clauses if total < MANY or 2 * len(clause.found) <= total]
        complete = allowed.intersection(*(clause.found for clause in telling or self._clauses))
        # Phrases are not left out: who quotes words wants these.
        phrases = [clause.exact for clause in self._clauses if clause.term.is_phrase]
        found = complete
        enough = ENOUGH_FOR_LONG if self._is_long else ENOUGH
        if len(complete) < enough and len(self._clauses) > len(phrases):
            self._take_hints(allowed)
            least = 0.0
            for weight, practices in weigh(allowed.intersection(*phrases) if phrases else allowed, self._signs()):
                # Those of equal weight come together.
                if weight <= 0 or (len(found) >= enough and round(weight, 9) < least):
                    break
                found, least = found | practices, round(weight, 9)
        self.widened = self.widened or len(found) > len(complete)
        return found

    @property
    def _is_long(self) -> bool:
        return len(self._clauses) > SHORT_QUERY

    def _take_hints(self, allowed: BitMap) -> None:
        """Look for words that resemble those of the query that nobody uses."""
        unused = [clause for clause in self._clauses if not clause.known and clause.term.is_word]
        for clause in unused:
            related = self._vocabulary.related(clause.term.folded, RESEMBLING)
            clause.weak = {token: RELATED * likeness**POWER for token, likeness in related.items()}
            clause.label(self._labels)
        asked = [(clause, worth, want) for clause in unused for worth, want in clause.hints()]
        found = engines.matches([want for _clause, _worth, want in asked], self._levels, self._postings)
        for (clause, worth, _want), texts in zip(asked, found, strict=True):
            clause.texts.append(texts)
            clause.hint(worth, numbers_in(texts) & allowed)
        for clause in unused:
            for worth, practices in clause.labelled:
                clause.hint(worth, practices & allowed)

    def _signs(self) -> list[tuple[float, BitMap]]:
        signs = []
        for clause in self._clauses:
            signs.append((clause.rarity, clause.exact))
            signs.append((clause.rarity * max(clause.others.values(), default=0), clause.near))
            signs += [(clause.rarity * worth, practices) for worth, practices in clause.hinted]
        return [(weight, practices) for weight, practices in signs if practices]

    def having(self, share: float) -> BitMap:
        """All practices with at least this share of what the words tell, whether the answer holds them or not. A rare
        word tells more than a common one."""
        least = share * sum(clause.rarity for clause in self._clauses)
        found = BitMap()
        for weight, practices in weigh(self._visible, self._signs()):
            if weight <= 0 or weight < least:
                break
            found |= practices
        return found

    def _titled(self) -> list[tuple[float, BitMap]]:
        """What it tells that a title has the words."""
        titles = titles_of(self._snapshot).values()
        signs = []
        for clause in self._clauses:
            if clause.term.is_word:
                worth, tokens = clause.telling()
                named = union(each.beginning(token) for each in titles for token in tokens)
                signs.append((TITLED * clause.rarity * worth, named))
        return signs

    def ordered(self, numbers: BitMap, stop: int | None = None) -> list[int]:
        """These practices by relevance, or the first so many: the best candidates weighed word by word, the others
        roughly."""
        rough: list[int] = []
        candidates = CANDIDATES_FOR_LONG if self._is_long else CANDIDATES
        wanted = candidates if stop is None else max(candidates, stop)
        signs = self._signs()
        if len(numbers) > candidates:
            # Which of many that have the same words are read, their titles decide.
            signs += self._titled()
        for _weight, practices in weigh(numbers, signs):
            rough += practices if stop is None else islice(practices, wanted - len(rough))
            if stop is not None and len(rough) >= wanted:
                break
        best = rough[:candidates]
        self._ranking = self._new_ranking()
        self._scores = self._ranking.scores(best)
        best.sort(key=lambda number: (-self._scores[number].value if number in self._scores else 0.0, number))
        return (best + rough[candidates:])[:stop]

    def _new_ranking(self) -> Ranking:
        return Ranking(self._clauses, self._postings, levels=self._levels, language=self._language)

    def languages_of(self, numbers: Sequence[int]) -> dict[int, str | None]:
        """For each practice the language whose text matches best; None where only labels match."""
        unknown = [number for number in numbers if number not in self._scores]
        if unknown:
            self._ranking = self._ranking or self._new_ranking()
            self._scores |= self._ranking.scores(unknown)
        return {number: self._scores[number].language for number in numbers}

    def holding(self, numbers: Sequence[int]) -> dict[int, set[str]]:
        """Per practice the languages whose text holds any word that the query found."""
        own = documents_of(BitMap(numbers), self._levels)
        found: dict[int, set[str]] = {number: set() for number in numbers}
        for document in together(self._postings.among(sorted(self.tokens), own).values(), own):
            found[number_of(document)].add(language_of(document))
        return found


def mentions_in(words: Sequence[str]) -> Iterator[Mention]:
    """The concepts that words name in whatever language, without those named only by a part of a longer name."""
    found = {
        (mention.concept.id, mention.start, mention.end): mention
        for language in STEMMERS
        for mention in thesaurus().mentions([tokens_of(word, language) for word in words], language)
    }
    for mention in sorted(found.values(), key=lambda mention: (mention.start, -mention.end, mention.concept.id)):
        length = mention.end - mention.start
        if not any(
            other.start <= mention.start and mention.end <= other.end and other.end - other.start > length
            for other in found.values()
        ):
            yield mention
