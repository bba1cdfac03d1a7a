"""Words by which moderators sort their queue."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """One such word, in the language of whoever made it up. Only moderators see it."""

    name = models.CharField(_("tag"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self):
        return self.name
