"""How the pages of the catalogue write small things."""

from urllib.parse import urlsplit

from django import template
from django.urls import reverse
from django.utils.translation import override

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
