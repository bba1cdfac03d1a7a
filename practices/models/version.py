"""Every publication, kept as the document that was published."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import OutgoingMail
from practices.choices import Visibility
from practices.models.practice import Practice
from practices.querysets import PracticeVersionQuerySet


class PracticeVersion(models.Model):
    """Numbered from 1 per practice and never changed. Holds the visibility it was published with: a version that only
    peers could read stays theirs when the practice becomes public."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("document"), encoder=DjangoJSONEncoder)
    visibility = models.CharField(_("visible to"), max_length=10, choices=Visibility.choices)
    city_withheld = models.BooleanField(_("city withheld"), default=False)
    note = models.CharField(_("what changed"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("published"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("published by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = PracticeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["practice", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="practices_version_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="practices_version_counts_from_one"),
        ]

    def __str__(self):
        return f"{self.practice_id} v{self.number}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("A version is never changed; publish a new one.")
        super().save(*args, **kwargs)


class PracticeEvent(models.Model):
    """The log of a practice's publication: who did what, when. Rows are only ever added."""

    class Action(models.TextChoices):
        PUBLISHED = "published", _("Published")
        CHANGED = "changed", _("Changed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ENDORSED = "endorsed", _("Agreed to publish it again")
        CONFIRMED = "confirmed", _("Confirmed by the city")
        MAIL_EDITED = "reworded", pgettext_lazy("log", "Message changed before it was sent")
        MAIL_TAKEN_BACK = "unsent", pgettext_lazy("log", "Message taken back")

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    version = models.PositiveIntegerField(_("version"))
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    note = models.TextField(_("note"), blank=True)
    # Those that told of it, as long as the outbox keeps them.
    mails = models.ManyToManyField(OutgoingMail, verbose_name=_("outgoing mails"), blank=True, related_name="+")

    class Meta:
        verbose_name = _("event of a practice")
        verbose_name_plural = _("events of practices")
        ordering = ["-at", "-pk"]

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("The log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The log is never shortened.")
