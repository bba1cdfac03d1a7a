"""The log of what happened to a submission."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import OutgoingMail
from submissions.choices import Act, Action, Status
from submissions.models.submission import Submission
from submissions.querysets import SubmissionEventQuerySet


class SubmissionEvent(models.Model):
    """The log: who, what, when, from which status to which, why. Rows are only ever added, by the services.

    An `Act` leaves the status as it is: both columns then hold the one it was in.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(_("action"), max_length=20, choices=[*Action.choices, *Act.choices])
    from_status = models.CharField(_("from"), max_length=20, choices=Status.choices)
    to_status = models.CharField(_("to"), max_length=20, choices=Status.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    note = models.TextField(_("note"), blank=True)
    # The mail that told of it, as long as the outbox keeps it.
    mail = models.ForeignKey(
        OutgoingMail, verbose_name=_("mail"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = SubmissionEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_action_display()} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("The log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The log is never shortened.")
