"""Secret links that are sent to one address."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from submissions.choices import Answer, InvitationKind
from submissions.models.submission import Submission
from submissions.querysets import InvitationQuerySet


class Invitation(models.Model):
    """A secret link for one person: to edit along, to claim a nomination, to sign off. Only a digest of it is kept."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="invitations")
    kind = models.CharField(_("kind"), max_length=10, choices=InvitationKind.choices)
    email = models.EmailField(_("e-mail address"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("invited by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("invited"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    # What a person without an account signs off: the document as it stood, and what they said to it.
    document = models.JSONField(_("document"), encoder=DjangoJSONEncoder, null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="submissions_invitation_expires_later"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.email}"
