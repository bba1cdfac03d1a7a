"""The list of practices: words, filters, order and page in the address."""

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from practices.catalogue import Catalogue
from practices.presentation.cards import Card, cards_of
from practices.presentation.filter_column import facets_html
from practices.presentation.filters import (
    YEARS,
    address_of,
    chips_of,
    facet_views,
    ways_out,
    without,
    without_filters,
)
from practices.presentation.reader import Reader
from practices.presentation.results import Drawing
from practices.semantic.related import related

PAGE_SIZE = 20
# A longer number is no page of any list.
PAGE_DIGITS = 7


@require_safe
def practice_list(request: HttpRequest) -> HttpResponse:
    catalogue = Catalogue(request.GET, user=request.user, language=get_language() or "en")
    params = catalogue.params
    page, page_message = page_of(catalogue, params.get("page", ""))
    results = results_on(catalogue, page.number)
    empty = [] if results else ways_out(catalogue, params, user=request.user, language=catalogue.language)
    chips = chips_of(catalogue, params)
    years = {name: params.get(name, "")[:20] for name in YEARS}
    context = {
        "catalogue": catalogue,
        "page_obj": page,
        "results": results,
        "related": related_cards(catalogue, request.user) if page.number == 1 and not chips else [],
        "chips": chips,
        "clear_url": address_of(without_filters(params)),
        "facets": facets_html(facet_views(catalogue), catalogue.words("filters"), form="f"),
        "years": years,
        "years_open": any(years.values()),
        "years_error": " ".join(str(message) for name in YEARS for message in catalogue.errors.get(name, [])),
        "sorts": sort_links(catalogue, params),
        "messages_above": [*error_messages(catalogue), *([page_message] if page_message else [])],
        "export_query": address_of(without(params, "page")),
        "suggestion_url": suggestion_url(catalogue, params),
        "concepts_url": concepts_url(catalogue, params),
        "ways_out": empty,
    }
    return render(request, "practices/list.html", context)


def reader_of(catalogue: Catalogue) -> Reader:
    """Who is drawn for is who was searched for, whatever becomes of a membership meanwhile."""
    return Reader(language=catalogue.language, trusted=catalogue.trusted)


def results_on(catalogue: Catalogue, page: int) -> SafeString:
    """The hits of one page as they stand in the list."""
    return Drawing(reader_of(catalogue), catalogue.words("results")).results(catalogue.page(page, PAGE_SIZE))


def related_cards(catalogue: Catalogue, user) -> list[Card]:
    """What means something close and was not found by its words; the filters know nothing of meanings."""
    if not catalogue.text:
        return []
    return cards_of(related(catalogue.text, user=user, exclude=set(catalogue.found)), reader_of(catalogue))


def page_of(catalogue: Catalogue, wanted: str) -> tuple[Page, str]:
    """The page that was asked for, or the nearest one with a sentence about it."""
    paginator = Paginator(range(catalogue.count), PAGE_SIZE)
    if not wanted:
        return paginator.page(1), ""
    is_number = wanted.isascii() and wanted.isdigit() and len(wanted) <= PAGE_DIGITS
    if not is_number or int(wanted) < 1:
        return paginator.page(1), _("There is no such page. This is the first one.")
    if int(wanted) > paginator.num_pages:
        return paginator.page(paginator.num_pages), _("The list has no page %(number)s. This is the last one.") % {
            "number": wanted
        }
    return paginator.page(int(wanted)), ""


def error_messages(catalogue: Catalogue) -> list[str]:
    """What was ignored, said above the results too: on a phone the filters stand below them."""
    return [str(message) for messages in catalogue.errors.values() for message in messages]


def sort_links(catalogue: Catalogue, params: QueryDict) -> list[dict[str, object]]:
    labels = {
        "relevance": pgettext("order of a list", "Relevance"),
        "newest": pgettext("order of a list", "Newest"),
        "title": pgettext("order of a list", "Title"),
        "city": pgettext("order of a list", "City"),
        "confirmed": pgettext("order of a list", "Last confirmed"),
    }
    if not catalogue.text:
        del labels["relevance"]
    others = without(params, "sort").urlencode()
    before = f"?{others}&" if others else "?"
    return [
        {"label": label, "current": value == catalogue.sort, "url": f"{before}sort={value}"}
        for value, label in labels.items()
    ]


def suggestion_url(catalogue: Catalogue, params: QueryDict) -> str:
    return address_of(_with(params, "q", catalogue.did_you_mean)) if catalogue.did_you_mean else ""


def concepts_url(catalogue: Catalogue, params: QueryDict) -> str:
    """The same list with the other choice: with other names of what the words mean, or without."""
    return address_of(_with(params, "concepts", "off") if catalogue.with_concepts else without(params, "concepts"))


def _with(params: QueryDict, name: str, value: str) -> QueryDict:
    changed = without(params, name)
    changed[name] = value
    return changed
