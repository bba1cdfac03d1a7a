"""One query's answer, the same for page, API, export and feed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString
from pyroaring import BitMap

from practices import facets
from practices.choices import Visibility
from practices.facets import Facet, Option
from practices.filters import LONGEST_QUERY, PracticeFilterSet, cleaned
from practices.models import Practice, Text
from practices.querysets import visible_levels
from practices.search import facet_index
from practices.search.concepts import concepts_in
from practices.search.find import Finding
from practices.search.highlight import excerpt, highlight, marked_places

__all__ = ["Catalogue", "Facet", "Hit", "Option"]

CHUNK = 200
# Where a match is shown from when the summary has none.
EXCERPT_FIELDS = (
    "summary",
    "description",
    "access_conditions",
    "evidence",
    "challenges",
    "legal_basis",
    "funding",
    "transfer",
)


@dataclass(frozen=True)
class Hit:
    """A practice in a list, with the words marked that were asked for."""

    practice: Practice
    # The language whose text matched best; None without a query, or where only the vocabularies' labels matched.
    matched_language: str | None
    title_html: SafeString
    excerpt_html: SafeString
    excerpt_language: str
    # The title in the language that matched, for readers who have every language before them.
    matched_title_html: SafeString


class Catalogue:
    """One query's answer: the parameters are read once, the index is asked once."""

    def __init__(self, params: QueryDict, *, user, language: str):
        self.language = language
        levels = visible_levels(user)
        self._trusted = Visibility.PEERS in levels
        self._visible = Practice.objects.visible_to(user)
        self._snapshot = facet_index.current()
        filters = PracticeFilterSet(
            params, self._visible, known=facets.known_values(self._snapshot), trusted=self._trusted
        )
        self.errors: dict[str, list] = filters.problems
        self.selection: dict[str, Any] = filters.selection
        self.text = cleaned(params.get("q", "")[:LONGEST_QUERY])
        self.sort = filters.order or ("relevance" if self.text else "newest")
        self._finding = (
            Finding(self.text, snapshot=self._snapshot, levels=levels, language=language) if self.text else None
        )
        self._base = self._finding.numbers if self._finding else self._snapshot.having("visibility", levels)
        self._filters = self._chosen()
        self._numbers: BitMap = self._base.intersection(*self._filters.values())
        self.count = len(self._numbers)
        self.widened = bool(self._finding and self._finding.widened)
        self.did_you_mean: str | None = self._finding.did_you_mean if self._finding else None
        # Vocabulary terms that a word of the query is another name of: their practices were found by them too.
        self.also_searched: list[str] = concepts_in(self.text, self._snapshot, language) if self.text else []

    @cached_property
    def facets(self) -> list[Facet]:
        """The filters with their counts, in display order."""
        return facets.count(
            self._snapshot, self._base, self._filters, self.selection, trusted=self._trusted, language=self.language
        )

    def page(self, number: int, size: int) -> list[Hit]:
        """The hits of one page, counted from 1."""
        chosen = self._ordered[(number - 1) * size : number * size]
        return [self._hit(practice) for practice in self._read(chosen, self._visible.with_card())]

    def practices(self) -> Iterator[Practice]:
        """All practices of the answer in order, with everything a record shows, read in chunks: for exports."""
        numbers = iter(self._ordered)
        while chunk := list(islice(numbers, CHUNK)):
            yield from self._read(chunk, self._visible.with_details())

    @cached_property
    def _ordered(self) -> list[int]:
        if self.sort == "relevance" and self._finding:
            return self._finding.ordered(self._numbers)
        order = self._snapshot.ordered(self.sort, self.language, trusted=self._trusted)
        return [number for number in order if number in self._numbers]

    def _chosen(self) -> dict[str, BitMap]:
        """Per filter that is set, the practices that it leaves."""
        chosen = {
            name: self._snapshot.having(name, self.selection[name], trusted=self._trusted)
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

    def _hit(self, practice: Practice) -> Hit:
        tokens = self._finding.tokens if self._finding else frozenset()
        matched = self._finding.language_of(practice.number) if self._finding else None
        title = practice.text("title", self.language)
        shown = self._excerpt(practice, matched, tokens)
        found = practice.text("title", matched or self.language)
        return Hit(
            practice=practice,
            matched_language=matched,
            title_html=highlight(title.value, title.language, tokens),
            excerpt_html=excerpt(shown.value, shown.language, tokens),
            excerpt_language=shown.language,
            matched_title_html=highlight(found.value, found.language, tokens),
        )

    def _excerpt(self, practice: Practice, matched: str | None, tokens: frozenset[str]) -> Text:
        """The text that shows why the practice was found: in the reader's language if it can be, else in the one that
        matched, else simply the summary."""
        summary = practice.text("summary", self.language)
        if tokens:
            for language in dict.fromkeys((self.language, matched or self.language)):
                for name in EXCERPT_FIELDS:
                    text = practice.text(name, language)
                    if text.language == language and marked_places(text.value, language, tokens):
                        return text
        return summary
