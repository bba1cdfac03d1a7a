"""What moderators keep beside a submission. Officers never see any of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from submissions.choices import DigestPeriod
from submissions.models.submission import Submission


class StaffNote(models.Model):
    """What a moderator writes to the other moderators about a submission."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="staff_notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField(_("note"))
    at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("note to colleagues")
        verbose_name_plural = _("notes to colleagues")
        ordering = ["at", "pk"]

    def __str__(self):
        return self.text[:80]


class ChecklistTick(models.Model):
    """That a moderator looked at one point of the checklist. Each sending clears the ticks: what was looked at
    may have changed."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="ticks")
    item = models.CharField(_("point"), max_length=30)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("point of the checklist")
        verbose_name_plural = _("points of the checklist")
        constraints = [
            models.UniqueConstraint(fields=["submission", "item"], name="submissions_tick_once"),
        ]

    def __str__(self):
        return self.item


class SavedView(models.Model):
    """A moderator's own way to look at the queue: the filters of its address under a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    # The part of the queue's address after the question mark.
    query = models.CharField(max_length=1000)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="submissions_saved_view_once"),
        ]

    def __str__(self):
        return self.name


class Digest(models.Model):
    """How often a moderator wants to read what waits, and what was sent last."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest")
    period = models.CharField(_("how often"), max_length=6, choices=DigestPeriod.choices, default=DigestPeriod.WEEKLY)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")

    def __str__(self):
        return f"{self.user} {self.period}"
