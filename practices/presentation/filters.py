"""The filters of a list as the page offers them: chips to remove, options to choose, ways out of an empty list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from practices.catalogue import Catalogue, Facet, Option
from practices.search.analyse import words
from practices.search.concepts import thesaurus
from practices.search.find import mentions_in

YEARS = ("year_from", "year_to")
# A facet shows so many options at once; the rest unfolds. The list of cities ends after some more, with the chosen
# ones kept: every other city is reached by its own page.
OPTIONS_AT_ONCE = 7
OPTIONS_AT_MOST = {"city": 15}
OPEN_FACETS = 4
WAYS_TRIED, WORDS_TRIED = 4, 2


@dataclass(frozen=True)
class Chip:
    """A filter that is on. `url` is the list without it."""

    name: str
    value: str
    group: str
    label: str
    url: str


@dataclass(frozen=True)
class FacetView:
    """A group of filters as it stands beside the list."""

    name: str
    label: str
    options: list[Option]
    more_options: list[Option]
    left_out: int
    selected_count: int
    open: bool
    errors: list[str]


def address_of(params: QueryDict) -> str:
    encoded = params.urlencode()
    return f"?{encoded}" if encoded else "?"


def without(params: QueryDict, name: str, value: str | None = None) -> QueryDict:
    """The parameters without one value, or without the whole parameter; always back on the first page."""
    changed = QueryDict(mutable=True)
    kept = []
    # Not by `copy`, which copies whatever could stand in it: these are texts.
    for other, entries in params.lists():
        if other == name:
            kept = [entry for entry in entries if value is not None and entry != value]
        elif other != "page":
            changed.setlist(other, entries)
    if kept:
        changed.setlist(name, kept)
    return changed


def without_filters(params: QueryDict) -> QueryDict:
    """Only the words and the order."""
    kept = QueryDict(mutable=True)
    for name in ("q", "sort"):
        if params.get(name):
            kept[name] = params.get(name, "")
    return kept


def chips_of(catalogue: Catalogue, params: QueryDict) -> list[Chip]:
    return [*_facet_chips(catalogue, params), *_year_chips(catalogue, params)]


def _facet_chips(catalogue: Catalogue, params: QueryDict) -> Iterator[Chip]:
    for facet in catalogue.facets:
        for option in facet.options:
            if option.selected:
                url = address_of(without(params, facet.name, option.value))
                yield Chip(facet.name, option.value, str(facet.label), str(option.label), url)


def _year_chips(catalogue: Catalogue, params: QueryDict) -> Iterator[Chip]:
    labels = {"year_from": pgettext("year", "From"), "year_to": pgettext("year", "To")}
    for name in YEARS:
        year = catalogue.selection[name]
        if year is not None:
            yield Chip(name, str(year), labels[name], str(year), address_of(without(params, name)))


def facet_views(catalogue: Catalogue) -> list[FacetView]:
    """Every facet with anything to choose, the first few unfolded."""
    shown = [facet for facet in catalogue.facets if facet.options or catalogue.errors.get(facet.name)]
    return [_facet_view(facet, catalogue, open=index < OPEN_FACETS) for index, facet in enumerate(shown)]


def _facet_view(facet: Facet, catalogue: Catalogue, *, open: bool) -> FacetView:
    first = facet.options[:OPTIONS_AT_ONCE]
    rest = facet.options[OPTIONS_AT_ONCE:]
    most = OPTIONS_AT_MOST.get(facet.name, len(facet.options))
    more = [option for position, option in enumerate(rest, start=OPTIONS_AT_ONCE) if position < most or option.selected]
    errors = [str(message) for message in catalogue.errors.get(facet.name, [])]
    return FacetView(
        name=facet.name,
        label=str(facet.label),
        options=first,
        more_options=more,
        left_out=len(rest) - len(more),
        selected_count=facet.selected_count,
        open=open or bool(facet.selected_count or errors),
        errors=errors,
    )


@dataclass(frozen=True)
class WayOut:
    """A list that has something, near an empty one."""

    label: str
    url: str
    count: int


def ways_out(catalogue: Catalogue, params: QueryDict, *, user, language: str) -> list[WayOut]:
    """For an empty list: what comes without its words or one of its filters, and what other words find, the most first.
    Only a few are tried."""

    def found(offers: Iterable[tuple[str, QueryDict]], *, exactly: bool = False) -> list[WayOut]:
        ways = []
        for label, changed in offers:
            nearby = Catalogue(changed, user=user, language=language)
            if nearby.count and not (exactly and nearby.widened):
                ways.append(WayOut(label, address_of(changed), nearby.count))
        return sorted(ways, key=lambda way: -way.count)

    fewer = found(islice(_fewer_filters(catalogue, params), WAYS_TRIED))
    return fewer + found(_other_words(catalogue, params, language), exactly=True)


def _fewer_filters(catalogue: Catalogue, params: QueryDict) -> Iterator[tuple[str, QueryDict]]:
    chips = chips_of(catalogue, params)
    if catalogue.text and chips:
        yield _without_label(_("Search words"), catalogue.text), without(params, "q")
    if catalogue.selection["language"]:
        yield _("In every language"), without(params, "language")
    for chip in chips:
        if chip.name != "language":
            value = None if chip.name in YEARS else chip.value
            yield _without_label(chip.group, chip.label), without(params, chip.name, value)


def _without_label(group: str, label: str) -> str:
    return _("Without “%(group)s: %(label)s”") % {"group": group, "label": label}


def _other_words(catalogue: Catalogue, params: QueryDict, language: str) -> Iterator[tuple[str, QueryDict]]:
    """The longest of several words alone, and the concepts next above those that the words name."""
    typed = list(dict.fromkeys(match[0] for match in words(catalogue.text)))
    if len(typed) > 1:
        for word in sorted(typed, key=len, reverse=True)[:WORDS_TRIED]:
            yield _("Only “%(word)s”") % {"word": word}, _with_words(params, word)
    named = {mention.concept.id for mention in mentions_in(typed)}
    broader = [concept for concept in thesaurus().concepts.values() if named.intersection(concept.narrower)]
    for concept in sorted(broader, key=lambda concept: len(concept.narrower))[:WORDS_TRIED]:
        label = concept.label(language)
        if label not in typed:
            yield _("“%(words)s” instead") % {"words": label}, _with_words(params, label)


def _with_words(params: QueryDict, text: str) -> QueryDict:
    changed = without(params, "q")
    changed["q"] = text
    return changed
