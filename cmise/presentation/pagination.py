"""The links between the pages of a list."""

from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.safestring import SafeString

from cmise.presentation.drawn import drawn


def pagination(page: Page[Any], query: QueryDict) -> SafeString:
    """The first page, the last, those around this one and its neighbours; nothing where it is the only one. Every other
    parameter of `query` is kept."""
    if not page.has_other_pages():
        return SafeString()
    others = without_page(query)

    def link(component: str, number: int, **arguments: bool) -> SafeString:
        return drawn(component, {"url": f"?{others}page={number}", "number": number}, **arguments)

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    numbers = [
        link("page-number", number, current=number == page.number) if isinstance(number, int) else drawn("page-gap", {})
        for number in shown
    ]
    places = {
        "previous": link("page-previous", page.number - 1) if page.has_previous() else "",
        "numbers": SafeString("".join(numbers)),
        "next": link("page-next", page.number + 1) if page.has_next() else "",
    }
    return drawn("pagination", places)


def without_page(query: QueryDict) -> str:
    """The query as it stands before another parameter."""
    kept = QueryDict(mutable=True)
    # Not by `copy`, which copies whatever could stand in it: these are texts.
    for name, values in query.lists():
        if name != "page":
            kept.setlist(name, values)
    return f"{kept.urlencode()}&" if kept else ""
