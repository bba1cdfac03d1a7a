"""The moderators' desk on the first page of the admin."""

from django import template

from practices.models import PracticeEvent
from submissions import as_sent
from submissions.admin.rows_html import draw_rows
from submissions.admin.start import start_of
from submissions.models import Submission, SubmissionEvent
from submissions.services import moderator_edits

register = template.Library()


@register.filter
def title_sent(submission: Submission) -> str:
    """Its title for moderators."""
    return as_sent.title_sent(submission)


@register.filter
def note_in_words(event: SubmissionEvent | PracticeEvent) -> str:
    """What the log says of an event."""
    return moderator_edits.note_in_words(event.action, event.note)


@register.simple_tag(takes_context=True)
def desk_start(context):
    """What waits, as the queue counts it; None for people who have no part in it."""
    return start_of(context["request"])


@register.simple_tag
def queue_rows(rows, select=False):
    """Rows of the queue, as lines of a table's body."""
    return draw_rows(rows, select=bool(select))
