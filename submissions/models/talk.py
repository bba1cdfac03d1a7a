"""What moderators and officers say and show to each other about a submission."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from submissions.choices import Action
from submissions.models.submission import Submission


class Message(models.Model):
    """One message of the conversation between the moderators and those who write the submission. The moderators speak
    as such: officers never see who wrote."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    from_moderators = models.BooleanField(_("from the moderators"))
    text = models.TextField(_("message"))
    at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]

    def __str__(self):
        return self.text[:80]


class ModeratorEdit(models.Model):
    """What a moderator changed in a submitted document, field by field, for its authors to see. Rows are only ever
    added."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="moderator_edits")
    # A document path, e.g. `title.nl`.
    path = models.CharField(_("field"), max_length=100)
    before = models.JSONField(encoder=DjangoJSONEncoder, null=True)
    after = models.JSONField(encoder=DjangoJSONEncoder, null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("edit by a moderator")
        verbose_name_plural = _("edits by moderators")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.path} {self.at:%Y-%m-%d %H:%M}"


class Reason(models.Model):
    """A sentence that moderators need again and again, in every language of the registry."""

    # The decisions it is offered for.
    action = models.CharField(_("decision"), max_length=20, choices=Action.choices)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    label = models.CharField(_("short name"), max_length=120)
    text = models.TextField(_("text"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("library of reasons")
        ordering = ["action", "order", "slug"]

    def __str__(self):
        return self.label or self.slug
