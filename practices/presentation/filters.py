"""The filters of a list as the page offers them: chips to remove, options to choose, ways out of an empty list."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from practices.catalogue import Catalogue, Facet, Option

YEARS = ("year_from", "year_to")
# A facet shows so many options at once; the rest unfolds. The list of cities ends after some more, with the chosen
# ones kept: every other city is reached by its own page.
OPTIONS_AT_ONCE = 7
OPTIONS_AT_MOST = {"city": 15}
OPEN_FACETS = 4
WAYS_TRIED = 4


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
    """What `components/facet.html` shows."""

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
    changed = params.copy()
    changed.pop("page", None)
    kept = [entry for entry in changed.getlist(name) if value is not None and entry != value]
    changed.pop(name, None)
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

    chip: Chip
    count: int


def ways_out(catalogue: Catalogue, params: QueryDict, *, user, language: str) -> list[WayOut]:
    """For an empty list: what comes back without its words or one of its filters, best first. Only a few are tried."""
    tried = []
    chips = chips_of(catalogue, params)
    if catalogue.text and chips:
        words = Chip("q", catalogue.text, _("Search words"), catalogue.text, address_of(without(params, "q")))
        chips = [words, *chips]
    for chip in chips[:WAYS_TRIED]:
        wider = Catalogue(QueryDict(chip.url.removeprefix("?")), user=user, language=language)
        if wider.count:
            tried.append(WayOut(chip, wider.count))
    return sorted(tried, key=lambda way: -way.count)
