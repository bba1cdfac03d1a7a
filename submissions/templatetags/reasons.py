"""The library of reasons on pages of others."""

from django import template

from submissions.choices import Action
from submissions.models import Reason
from submissions.services.reasons import text_in

register = template.Library()


@register.simple_tag
def withdrawal_reasons(practice) -> list[str]:
    """What can be said where a published practice is withdrawn, in the language it was written in."""
    return [text_in(reason, practice.original_language) for reason in Reason.objects.filter(action=Action.WITHDRAW)]
