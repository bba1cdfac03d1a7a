"""What came of asking for the web addresses that documents name."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from submissions.choices import LinkState


class LinkCheck(models.Model):
    """One web address and what it answered last. Addresses that no document names any more are dropped."""

    # SHA-256 of the address: an index over addresses themselves would be too wide.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    url = models.TextField(_("web address"))
    state = models.CharField(_("state"), max_length=10, choices=LinkState.choices)
    # The last HTTP status, where there was one.
    code = models.PositiveSmallIntegerField(_("status code"), null=True, blank=True)
    # A word for what went wrong, e.g. `timeout`; shown through a table of messages.
    problem = models.CharField(_("problem"), max_length=30, blank=True)
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    next_check_at = models.DateTimeField(_("next check"), default=timezone.now)

    class Meta:
        verbose_name = _("checked link")
        verbose_name_plural = _("checked links")
        ordering = ["url"]
        indexes = [models.Index(fields=["next_check_at"], name="submissions_link_due")]

    def __str__(self):
        return self.url
