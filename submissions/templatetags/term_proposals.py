"""What an officer missed in the vocabularies, beside their submission."""

from django import template

from submissions.services.terms import sent_proposals

register = template.Library()


@register.simple_tag
def term_proposals(submission):
    """The proposals that were sent with it."""
    return sent_proposals().filter(submission=submission)
