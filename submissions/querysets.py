"""Whose submissions are whose, and which wait for whom."""

from django.db import models
from django.db.models import Q

from accounts.permissions import is_moderator
from submissions.choices import OPEN, WITH_MODERATORS, Status


class SubmissionQuerySet(models.QuerySet):
    def editable_by(self, user):
        """A person's own submissions and those they were invited to."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(submitter=user) | Q(co_editors=user)).distinct()

    def visible_to(self, user):
        """Editors see theirs; moderators see all that was ever sent, never a draft that nobody sent."""
        if is_moderator(user):
            return self.filter(~Q(status=Status.DRAFT) | Q(submitter=user) | Q(co_editors=user)).distinct()
        return self.editable_by(user)

    def sent(self):
        return self.exclude(submitted_at=None)

    def open(self):
        return self.filter(status__in=OPEN)

    def waiting_for_moderators(self):
        return self.filter(status__in=WITH_MODERATORS)
