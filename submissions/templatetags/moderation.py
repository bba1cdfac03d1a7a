"""Figures for the first page of the moderators' desk."""

from django import template
from django.db.models import Count, Q

from accounts.permissions import is_moderator
from cities.models import Membership
from submissions.choices import Status
from submissions.models import Submission

register = template.Library()


@register.simple_tag
def desk_figures(user):
    """What waits, as the queue's filters count it; None for people who have no part in it."""
    if not is_moderator(user):
        return None
    figures = Submission.objects.sent().aggregate(
        waiting=Count("pk", filter=Q(status=Status.SUBMITTED)),
        mine=Count("pk", filter=Q(status=Status.IN_REVIEW, assignee=user)),
        changes=Count("pk", filter=Q(status=Status.CHANGES_REQUESTED)),
    )
    return {**figures, "members": Membership.objects.waiting().count()}
