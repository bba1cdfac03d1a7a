"""One query's answer, the same for page, API, export and feed."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from django.http import QueryDict
from pyroaring import BitMap

from practices import facets
from practices.briefs import Brief, read_briefs, read_texts, rows_of_texts
from practices.choices import Visibility
from practices.facets import Facet, Option
from practices.filters import LONGEST_QUERY, PracticeFilterSet, cleaned
from practices.hits import EXCERPT_FIELDS, Hit, hits_of
from practices.kept import Made, kept_of_list, kept_of_practices
from practices.models import Practice
from practices.querysets import visible_levels
from practices.search import facet_index
from practices.search.facet_index import Snapshot
from practices.search.find import Finding

__all__ = ["Catalogue", "Facet", "Hit", "Option"]

CHUNK = 200
# The filters only read the parameters here: the bitmaps say which practices they leave.
NO_ROWS = Practice.objects.public().none()


def renamed(params: QueryDict, snapshot: Snapshot) -> QueryDict:
    """The parameters with each merged term and city under the slug that it stands for now."""
    former = snapshot.former
    if not any(old in former.get(name, ()) for name, values in params.lists() for old in values):
        return params
    current = params.copy()
    for name in former.keys() & params.keys():
        values = [former[name].get(value, value) for value in params.getlist(name)]
        current.setlist(name, list(dict.fromkeys(values)))
    return current


class Catalogue:
    """One query's answer: the parameters are read once, the index is asked once."""

    def __init__(self, params: QueryDict, *, user, language: str):
        self.language = language
        levels = visible_levels(user)
        self._levels = tuple(levels)
        # Whether the reader may know withheld cities: asked once, as what is drawn is kept for all of these levels.
        self.trusted = Visibility.PEERS in levels
        self._snapshot = facet_index.current()
        # As they are called now: what a page makes of them leads on with the current names.
        self.params = renamed(params, self._snapshot)
        filters = PracticeFilterSet(
            self.params, NO_ROWS, known=facets.known_values(self._snapshot), trusted=self.trusted
        )
        self.errors: dict[str, list] = filters.problems
        self.selection: dict[str, Any] = filters.selection
        self.text = cleaned(params.get("q", "")[:LONGEST_QUERY])
        self.sort = filters.order or ("relevance" if self.text else "newest")
        # Whether other names of what the words mean are searched for, in every language.
        self.with_concepts: bool = filters.with_concepts
        self._finding = (
            Finding(
                self.text,
                snapshot=self._snapshot,
                levels=levels,
                language=language,
                with_concepts=self.with_concepts,
            )
            if self.text
            else None
        )
        self._base = self._finding.numbers if self._finding else self._snapshot.having("visibility", levels)
        self._filters = self._chosen()
        self._numbers: BitMap = self._base.intersection(*self._filters.values())
        self.count = len(self._numbers)
        self.widened = bool(self._finding and self._finding.widened)
        self.guessed = bool(self._finding and self._finding.guessed)
        self.did_you_mean: str | None = self._finding.did_you_mean if self._finding else None
        # Names, in the reader's language, of the concepts that the words mean.
        self.concepts: list[str] = (
            list(dict.fromkeys(concept.label(language) for concept in self._finding.concepts)) if self._finding else []
        )

    @cached_property
    def _visible(self):
        return Practice.objects.visible_at(self._levels)

    @cached_property
    def facets(self) -> list[Facet]:
        """The filters with their counts, in display order."""
        return self.kept("facets", self._counted)

    def _counted(self) -> list[Facet]:
        return facets.count(
            self._snapshot, self._base, self._filters, self.selection, trusted=self.trusted, language=self.language
        )

    def kept(self, kind: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes of the filters, kept for the other pages and orders of the same list. Words are hardly ever
        asked for twice: with them it is made anew."""
        if self._finding:
            return make()
        return kept_of_list(self._snapshot, (kind, self._levels, self.language, repr(self.selection)), make)

    def words(self, kind: Hashable) -> dict[Any, Any]:
        """Where pieces of a page are kept that are the same for all readers of this circle and language until the next
        change of the registry: names of places and terms, as they are drawn."""
        words: dict[Any, Any] = self._snapshot.memo.setdefault((kind, self._levels, self.language), {})
        return words

    @property
    def found(self) -> BitMap:
        """The numbers of all practices of the answer."""
        return self._numbers

    def numbers(self, page: int, size: int) -> list[int]:
        """The numbers of the practices of one page, counted from 1."""
        return self._ordered(page * size)[(page - 1) * size :]

    def page(self, number: int, size: int) -> list[Hit]:
        """The hits of one page. What lists show of a practice is kept for whoever sees the same practices; one that
        was withdrawn a moment ago is left out."""

        def read(numbers: list[int]) -> dict[int, Brief]:
            return read_briefs(self._visible.filter(number__in=numbers), self._snapshot)

        def read_longer(numbers: list[int], languages: Iterable[str]) -> dict[int, dict[tuple[str, str], str]]:
            keys = tuple((name, code) for name in EXCERPT_FIELDS for code in languages)
            key = ("longer texts", self._levels, keys)
            rows = kept_of_list(self._snapshot, key, lambda: rows_of_texts(self._visible, keys))
            return read_texts(rows, numbers, keys)

        numbers = self.numbers(number, size)
        practices = kept_of_practices(self._snapshot, ("briefs", self._levels), numbers, read)
        return hits_of(practices, self._finding, self.language, read_longer)

    def practices(self) -> Iterator[Practice]:
        """All practices of the answer in order, with everything a record shows, read in chunks: for exports. A file
        cannot say that its practices are guesses, so it holds none."""
        numbers = iter(() if self.guessed else self._ordered())
        while chunk := list(islice(numbers, CHUNK)):
            yield from self._read(chunk, self._visible.with_details())

    def _ordered(self, stop: int | None = None) -> list[int]:
        if self.sort == "relevance" and self._finding:
            return self._finding.ordered(self._numbers, stop)
        # Without words there is nothing to be relevant for.
        sort = "newest" if self.sort == "relevance" else self.sort
        return self._snapshot.ordered(self._numbers, sort, self.language, trusted=self.trusted, stop=stop)

    def _chosen(self) -> dict[str, BitMap]:
        """Per filter that is set, the practices that it leaves."""
        chosen = {
            name: self._snapshot.having(name, self.selection[name], trusted=self.trusted)
            for name in facets.LABELS
            if self.selection[name]
        }
        first, last = self.selection["year_from"], self.selection["year_to"]
        if first is not None or last is not None:
            chosen["years"] = self._snapshot.running(first, last)
        return chosen

    @staticmethod
    def _read(numbers: list[int], practices) -> list[Practice]:
        """The rows in this order. One that was withdrawn a moment ago is left out."""
        found = {practice.number: practice for practice in practices.filter(number__in=numbers)}
        return [found[number] for number in numbers if number in found]
