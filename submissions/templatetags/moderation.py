"""The moderators' desk on the first page of the admin."""

from django import template

from submissions import as_sent
from submissions.admin.start import start_of
from submissions.models import Submission

register = template.Library()


@register.filter
def title_sent(submission: Submission) -> str:
    """Its title for moderators."""
    return as_sent.title_sent(submission)


@register.simple_tag(takes_context=True)
def desk_start(context):
    """What waits, as the queue counts it; None for people who have no part in it."""
    return start_of(context["request"])
