"""What verified officers see and the public never does: a table of its own that no public query joins."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.models.practice import Practice
from practices.models.version import PracticeVersion


class PeerNote(models.Model):
    practice = models.OneToOneField(Practice, on_delete=models.CASCADE, related_name="peer_note")
    contact = models.TextField(_("contact"), blank=True)
    discreet_details = models.TextField(_("discreet details"), blank=True)
    # The rest of the peers' part of the document: the fields that this city keeps for peers, whose own columns and rows
    # are empty, with their names in `peers_only`.
    fields = models.JSONField(_("fields for peers"), default=dict, blank=True)

    class Meta:
        verbose_name = _("note for peers")
        verbose_name_plural = _("notes for peers")

    def __str__(self):
        return self.practice.reference

    @property
    def content(self) -> dict[str, Any]:
        """The peers' part of the practice's document, as `practices.document.joined` takes it."""
        return {"contact": self.contact, "discreet_details": self.discreet_details, **self.fields}


class PeerNoteVersion(models.Model):
    """The peers-only part of a version, apart from the version for the same reason."""

    version = models.OneToOneField(PracticeVersion, on_delete=models.CASCADE, related_name="peer_note")
    content = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("version of a note for peers")
        verbose_name_plural = _("versions of notes for peers")
