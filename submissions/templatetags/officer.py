"""What an officer may do from the pages of others."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from submissions import permissions
from submissions.services import translations

register = template.Library()


@register.simple_tag
def may_change(user, practice) -> bool:
    """Whether to offer this reader to propose a change to the practice."""
    return permissions.may_change(user, practice)


@register.simple_tag
def may_translate(user) -> bool:
    """Whether to offer this reader to translate a practice."""
    return translations.may_translate(user)


@register.simple_tag
def may_withdraw(user, practice) -> bool:
    """Whether to offer this reader to take the practice out of the registry."""
    return permissions.may_withdraw(user, practice)


@register.filter
def entry(entries: Mapping[str, Any], name: str) -> Any:
    """What is known under this name; nothing where there are no entries at all."""
    return entries.get(name) if entries else None


@register.filter
def at(entries: Mapping[str, Sequence[Any]], place: str) -> Sequence[Any]:
    """What stands at this place of a page; nothing at most of them."""
    return entries.get(place, ())
