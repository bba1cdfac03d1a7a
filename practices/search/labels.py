"""Which practices the words of vocabularies, cities and countries name: their classification, searched like a text.

Labels stand in no document. A term has few names and many practices, whose bitmaps every process holds already; so an
edited label is found at once, and nothing is written for it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.conf import settings
from pyroaring import BitMap

from practices.search.analyse import token_lists
from practices.search.concepts import thesaurus
from practices.search.countries import country_name
from practices.search.facet_index import Snapshot, union

FACETS = ("area", "group", "approach", "typology", "city")


class Labels:
    """The names in one state of the index. A withheld city is named to nobody: who knows it need not search for it."""

    def __init__(self, snapshot: Snapshot):
        self._practices = {facet: snapshot.values(facet, trusted=False) for facet in (*FACETS, "country")}
        # Token to the values that have it in a name; and each name's first tokens in order, between spaces.
        self._values: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._runs: dict[str, tuple[str, str]] = {}
        for language, name, value in names_in(snapshot):
            each = token_lists(name, language)
            concepts = [mention.concept.token for mention in thesaurus().mentions(each, language)]
            for token in (*concepts, *(token for tokens in each for token in tokens)):
                self._values[token].add(value)
            self._runs[f" {' '.join(tokens[0] for tokens in each)} "] = value

    def found(self, worth: Mapping[str, float]) -> list[tuple[float, BitMap]]:
        """The practices that any of the tokens names, by what the best of these tokens is worth; the best first."""
        best: dict[tuple[str, str], float] = {}
        for token in worth.keys() & self._values.keys():
            for value in self._values[token]:
                best[value] = max(worth[token], best.get(value, 0.0))
        return self._by_worth(best)

    def found_in_order(self, runs: Collection[tuple[str, ...]]) -> list[tuple[float, BitMap]]:
        """The practices with a name that holds any of the runs of tokens."""
        wanted = [f" {' '.join(run)} " for run in runs]
        named = {value: 1.0 for name, value in self._runs.items() if any(run in name for run in wanted)}
        return self._by_worth(named)

    def _by_worth(self, best: Mapping[tuple[str, str], float]) -> list[tuple[float, BitMap]]:
        practices: dict[float, list[BitMap]] = defaultdict(list)
        for (facet, value), worth in best.items():
            found = self._practices[facet].get(value)
            if found:
                practices[worth].append(found)
        return [(worth, union(practices[worth])) for worth in sorted(practices, reverse=True)]


def names_in(snapshot: Snapshot) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Language, name, and the facet and value that it names; every name of a city in whatever language it is asked."""
    for facet in FACETS:
        for value, term in snapshot.terms[facet].items():
            for language, name in term.names:
                yield language, name, (facet, value)
    for value in snapshot.terms["country"]:
        for language in settings.LANGUAGE_CODES:
            yield language, country_name(value, language), ("country", value)


def labels_of(snapshot: Snapshot) -> Labels:
    """The labels of a state, made once for it."""
    if "labels" not in snapshot.memo:
        snapshot.memo["labels"] = Labels(snapshot)
    return snapshot.memo["labels"]


def words_in(snapshot: Snapshot) -> Iterable[tuple[str, str]]:
    """Each name with its language."""
    return ((language, name) for language, name, _value in names_in(snapshot))
