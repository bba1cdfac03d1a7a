"""What moderators ask at the fields."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from submissions.models.submission import Submission


class Remark(models.Model):
    """What a moderator asks at one field. `path` is a document path, e.g. `title.nl`; empty: about the whole."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="remarks")
    path = models.CharField(_("field"), max_length=100, blank=True)
    text = models.TextField(_("remark"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    # Set when the moderator sends it to the officer; before that, only moderators see it.
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    reply = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["created_at", "pk"]

    def __str__(self):
        return self.text[:80]
