"""The moderated way in: proposed documents, the talk about them, and the log of what happened."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from practices.models import Practice, reference_of
from submissions.choices import OPEN, Action, InvitationKind, Kind, Status
from submissions.querysets import SubmissionQuerySet


class Submission(models.Model):
    """A proposed document: a new practice, a change to one, or a translation of one.

    `content` may be half finished and invalid. `status` is written by `submissions.services` alone. `version` counts
    every write and makes two people's writes collide instead of overwriting each other.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.NEW)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=1)

    # What is proposed
    content = models.JSONField(_("document"), encoder=DjangoJSONEncoder, default=dict)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    # Copies from the document, for lists; the document is what counts.
    title = models.CharField(_("title"), max_length=200, blank=True)
    city = models.ForeignKey(
        City, verbose_name=_("city"), on_delete=models.PROTECT, null=True, blank=True, related_name="submissions"
    )
    # Sections that the officer has saved at least once.
    visited = models.JSONField(default=list, blank=True)
    # The document as it was sent the last time, for the moderators' comparison.
    last_sent = models.JSONField(encoder=DjangoJSONEncoder, null=True, blank=True)
    # As it was sent the time before: what a moderator asked to change is compared with it.
    previous_sent = models.JSONField(encoder=DjangoJSONEncoder, null=True, blank=True)

    # What it is about
    practice = models.ForeignKey(
        Practice,
        verbose_name=_("practice"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
    )
    # The version of the practice that the proposal started from.
    base_version = models.PositiveIntegerField(_("based on version"), null=True, blank=True)
    # The practice's permanent number, reserved when it is sent for the first time.
    number = models.PositiveIntegerField(_("number"), null=True, blank=True, editable=False)

    # Who
    submitter = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("submitted by"), on_delete=models.PROTECT, related_name="submissions"
    )
    co_editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("co-editors"), blank=True, related_name="shared_submissions"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("moderator"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_submissions",
    )

    # When
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    status_since = models.DateTimeField(_("in this status since"), default=timezone.now)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-saved_at"]
        permissions = [("moderate_submission", _("Can decide on submissions"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="submissions_submission_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    status__in=[
                        Status.SUBMITTED,
                        Status.IN_REVIEW,
                        Status.CHANGES_REQUESTED,
                        Status.PUBLISHED,
                        Status.REJECTED,
                    ]
                )
                | models.Q(submitted_at__isnull=False),
                name="submissions_submission_sent_with_date",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=Kind.NEW) | models.Q(practice__isnull=False, base_version__isnull=False),
                name="submissions_submission_change_names_practice",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.PUBLISHED) | models.Q(practice__isnull=False),
                name="submissions_submission_published_has_practice",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.IN_REVIEW) | models.Q(assignee__isnull=False),
                name="submissions_submission_review_has_assignee",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(kind=Kind.NEW), name="submissions_submission_number_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "submitter", "kind"],
                condition=models.Q(status__in=OPEN),
                name="submissions_submission_one_open_change",
            ),
        ]
        indexes = [models.Index(fields=["status", "submitted_at"], name="submissions_queue")]

    def __str__(self):
        return self.title or str(_("Without a title yet"))

    def get_absolute_url(self):
        return reverse("submission-detail", args=[self.uuid])

    @property
    def reference(self) -> str:
        """The reference that the practice has or will have; empty before the first sending."""
        if self.practice is not None:
            return self.practice.reference
        return reference_of(self.number) if self.number else ""


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


class SubmissionEvent(models.Model):
    """The log: who, what, when, from which status to which, why. Rows are only ever added, by the services."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(_("action"), max_length=20, choices=Action.choices)
    from_status = models.CharField(_("from"), max_length=20, choices=Status.choices)
    to_status = models.CharField(_("to"), max_length=20, choices=Status.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_action_display()} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError("The log is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The log is never shortened.")


def submission_file_path(instance, filename):
    """A generated name: nothing of the uploaded file's name reaches the disk."""
    return f"submissions/{instance.uuid}"


class SubmissionAttachment(models.Model):
    """A file of a draft; it becomes the practice's when the submission is published."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(_("file"), upload_to=submission_file_path)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    alternative_text = models.CharField(_("text alternative"), max_length=300, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]

    def __str__(self):
        return self.name


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
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

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
