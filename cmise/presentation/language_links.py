"""The links from a page to the same page in the other languages: in its head for machines, in the switch for people."""

from collections.abc import Sequence
from functools import cache

from django.utils.safestring import SafeString

from cmise.context_processors import LanguageLink
from cmise.presentation.drawn import drawn, open_place


def language_links_html(component: str, links: Sequence[LanguageLink]) -> SafeString:
    """A component that shows `links`; drawn once, except for their addresses."""
    addresses = {f"{link.code} url": link.url for link in links}
    addresses |= {f"{link.code} absolute": link.absolute for link in links}
    return drawn(component, addresses, links=tuple([_opened(link.code, link.name, link.current) for link in links]))


@cache
def _opened(code: str, name: str, current: bool) -> LanguageLink:
    """A link whose addresses are open places."""
    return LanguageLink(code, name, open_place(f"{code} url"), open_place(f"{code} absolute"), current)
