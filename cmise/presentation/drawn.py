"""Components that are drawn once and stand on many pages.

What a component says depends on the language and on its arguments. What differs from page to page, words that somebody
typed or an address, goes into its open places: the component is drawn with placeholders there, and each page fills them
with escaped text. So a component may print an open place and must not ask about it.
"""

from collections.abc import Hashable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# Stands around the name of an open place; HTML knows no such character.
MARK = "\0"


def drawn(component: str, open_places: Mapping[str, Any], **arguments: Hashable) -> SafeString:
    """The component with its open places filled."""
    draw = _pieces.__wrapped__ if settings.DEBUG else _pieces
    frame = (get_language(), get_script_prefix(), settings.ROOT_URLCONF)
    pieces: list[str] = draw(component, frame, tuple(open_places), **arguments)
    if len(pieces) == 1:
        return SafeString(pieces[0])
    filled = pieces.copy()
    filled[1::2] = [_escaped(open_places[name]) for name in pieces[1::2]]
    return SafeString("".join(filled))


def _escaped(value: Any) -> str:
    # Most are plain texts; Django's own way asks whether one is lazy first, which takes longer than the rest.
    return escape(value) if type(value) is str else conditional_escape(value)


def open_place(name: str) -> str:
    """What a component prints where a page puts its own text."""
    return f"{MARK}{name}{MARK}"


@lru_cache(maxsize=1024)
def _pieces(
    component: str, frame: tuple[Hashable, ...], open_places: tuple[str, ...], **arguments: Hashable
) -> list[str]:
    """The HTML of a component, and at every second position the name of an open place."""
    context = {**arguments, **{name: open_place(name) for name in open_places}}
    return get_template(f"components/{component}.html").render(context).split(MARK)
