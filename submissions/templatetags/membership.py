"""Whether the registry knows that an officer works for a city."""

from django import template

from cities import permissions

register = template.Library()


@register.simple_tag
def speaks_for(user, city) -> bool:
    """Verified for this city and not ended."""
    return permissions.speaks_for(user, city)
