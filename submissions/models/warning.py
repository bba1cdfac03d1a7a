"""Warnings about a text that its author has put aside."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from submissions.models.submission import Submission


class DismissedWarning(models.Model):
    """That an editor read a warning and why they leave the text as it is. Moderators see it with its reason.

    `digest` stands for the words that the warning was about: other words at the same place warn anew.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="dismissed_warnings")
    # A document path, e.g. `summary.nl`.
    path = models.CharField(_("field"), max_length=100)
    code = models.CharField(_("warning"), max_length=30)
    digest = models.CharField(max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("dismissed warning")
        verbose_name_plural = _("dismissed warnings")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "path", "code", "digest"], name="submissions_dismissed_warning_once"
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.path}"
