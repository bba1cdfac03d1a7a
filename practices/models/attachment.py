"""Files of a practice, kept outside the web root and served by a view that asks for visibility."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.choices import Visibility
from practices.models.practice import Practice


def attachment_path(instance, filename):
    """A generated name: nothing of the uploaded file's name reaches the disk."""
    return f"practices/{instance.uuid}"


class PracticeAttachment(models.Model):
    """A file with the credit and licence it needs to be shown. `visibility` can only narrow its practice's."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(_("file"), upload_to=attachment_path)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    alternative_text = models.CharField(_("text alternative"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    visibility = models.CharField(_("visible to"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]

    def __str__(self):
        return self.name
