"""What officers of different cities write to each other about a practice."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practices.models.practice import Practice
from practices.querysets import ColleagueMessageQuerySet


class ColleagueMessage(models.Model):
    """One message through the relay: neither side learns the other's address. Answers point at the first message."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey(
        Practice, verbose_name=_("practice"), on_delete=models.CASCADE, related_name="messages"
    )
    first = models.ForeignKey(
        "self",
        verbose_name=_("answer to"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="answers",
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("from"), on_delete=models.CASCADE, related_name="sent_messages"
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("to"), on_delete=models.CASCADE, related_name="received_messages"
    )
    text = models.TextField(_("message"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    # Abuse: who received it may tell the moderators, who alone read it then.
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    report = models.TextField(_("what is wrong with it"), blank=True)

    objects = ColleagueMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["sent_at", "pk"]
        indexes = [models.Index(fields=["sender", "sent_at"], name="practices_message_rate")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(sender=models.F("recipient")), name="practices_message_to_somebody_else"
            ),
        ]

    def __str__(self):
        return f"{self.practice.reference} {self.sent_at:%Y-%m-%d}"
