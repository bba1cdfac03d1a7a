"""Practices of a city that somebody else names."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from submissions.choices import NominationStatus
from submissions.models.submission import Submission


class Nomination(models.Model):
    """What anyone says about a city's practice. Nothing of it is public; the city is asked once a moderator has found
    the right address, and only what the city then writes and sends takes the way of every submission."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=NominationStatus.choices, default=NominationStatus.WAITING
    )

    # What is nominated
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what the city does"))
    url = models.URLField(_("web address"), max_length=1000, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    city = models.ForeignKey(
        City, verbose_name=_("city"), on_delete=models.PROTECT, null=True, blank=True, related_name="nominations"
    )
    # Where the city is not in the registry yet.
    city_name = models.CharField(_("name of the city"), max_length=120, blank=True)

    # Who nominates
    nominator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("nominated by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="nominations",
    )
    nominator_email = models.EmailField(_("e-mail address of the nominator"), blank=True)
    created_at = models.DateTimeField(_("nominated"), default=timezone.now)

    # The question to the city: only a digest of its secret link is kept.
    email = models.EmailField(_("e-mail address of the city"), blank=True)
    digest = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("city asked"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    # Why the city or the moderators said no.
    reason = models.TextField(_("reason"), blank=True)
    submission = models.OneToOneField(
        Submission,
        verbose_name=_("submission"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="nomination",
    )

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=NominationStatus.values), name="submissions_nomination_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(city__isnull=False) | ~models.Q(city_name=""),
                name="submissions_nomination_names_city",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=NominationStatus.ASKED)
                | (
                    ~models.Q(email="")
                    & models.Q(digest__isnull=False, asked_at__isnull=False, expires_at__isnull=False)
                ),
                name="submissions_nomination_asked_has_link",
            ),
        ]

    def __str__(self):
        return self.title
