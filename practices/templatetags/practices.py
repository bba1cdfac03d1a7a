"""How the pages of the catalogue write small things."""

from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

from practices.facets import Option

register = template.Library()


@register.filter
def host(url: str) -> str:
    """The name of the site that an address leads to: shorter than the address, and it says where one ends up."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


@register.simple_tag
def page_in(language: str, view_name: str, *args: object) -> str:
    """The address of a page in another language."""
    with override(language):
        return reverse(view_name, args=args)


@register.simple_tag
def facet_options(name: str, options: Iterable[Option], form_id: str) -> SafeString:
    """The values of a filter, to tick. So many stand on a page that a template would take longer than all the rest."""
    return mark_safe("".join([_option(escape(form_id), escape(name), option) for option in options]))  # noqa: S308 - escaped


def _option(form: str, name: str, option: Option) -> str:
    value = escape(option.value)
    return (
        f'\n<div class="c-opt"><input form="{form}" id="{name}-{value}" name="{name}" value="{value}" type="checkbox"'
        f'{" checked" if option.selected else ""}><label for="{name}-{value}">'
        f'<span class="c-opt__l">{escape(option.label)}</span><span class="c-opt__n">{option.count}</span>'
        '<svg class="c-bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="c-bar__t" width="100" height="3"/>'
        f'<rect class="c-bar__v" width="{option.share}" height="3"/></svg></label></div>\n'
    )
