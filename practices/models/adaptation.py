"""What other cities made of a practice."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from practices.choices import AdaptationStatus
from practices.models.practice import FIRST_YEAR, LAST_YEAR, Practice
from practices.querysets import AdaptationQuerySet


class Adaptation(models.Model):
    """That a city adopted a practice and what it changed. Shown beside the practice once a moderator has agreed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    practice = models.ForeignKey(
        Practice, verbose_name=_("practice"), on_delete=models.CASCADE, related_name="adaptations"
    )
    city = models.ForeignKey(City, verbose_name=_("city"), on_delete=models.PROTECT, related_name="adaptations")
    year = models.PositiveSmallIntegerField(_("since"), null=True, blank=True)
    text = models.TextField(_("what was changed"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    status = models.CharField(
        _("status"), max_length=10, choices=AdaptationStatus.choices, default=AdaptationStatus.WAITING
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reported by"), on_delete=models.PROTECT, related_name="adaptations"
    )
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = AdaptationQuerySet.as_manager()

    class Meta:
        verbose_name = _("adaptation")
        verbose_name_plural = _("adaptations")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "city"], name="practices_adaptation_once_per_city"),
            models.CheckConstraint(
                condition=models.Q(status__in=AdaptationStatus.values), name="practices_adaptation_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(year=None) | models.Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                name="practices_adaptation_year_in_range",
            ),
        ]

    def __str__(self):
        return f"{self.practice.reference} – {self.city}"
