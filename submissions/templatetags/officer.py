"""What an officer may do from the pages of others."""

from django import template

from submissions import permissions

register = template.Library()


@register.simple_tag
def may_change(user, practice) -> bool:
    """Whether to offer this reader to propose a change to the practice."""
    return permissions.may_change(user, practice)
