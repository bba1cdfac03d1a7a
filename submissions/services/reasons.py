"""The library of reasons: sentences for decisions, in the language of whoever reads them."""

from django.conf import settings
from django.db.models import QuerySet

from submissions.choices import Action, Status
from submissions.models import Reason
from submissions.workflow import TRANSITIONS


def reasons_for(status: str) -> QuerySet[Reason]:
    """What can be said with the decisions that lead away from a status, in the table's order."""
    actions = [action for action, transition in TRANSITIONS.items() if Status(status) in transition.sources]
    return Reason.objects.filter(action__in=[action for action in actions if action is not Action.WITHDRAW])


def text_in(reason: Reason, language: str) -> str:
    """Its text in a language; in English where nobody has written it."""
    return getattr(reason, f"text_{language}") or getattr(reason, f"text_{settings.LANGUAGE_CODE}") or ""
