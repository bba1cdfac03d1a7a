"""The moderators' desk on the first page of the admin."""

from django import template

from submissions.admin.start import start_of

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_start(context):
    """What waits, as the queue counts it; None for people who have no part in it."""
    return start_of(context["request"])
