"""Proposed documents on their way to publication."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from practices.models import Practice, reference_of
from submissions.choices import OPEN, ChangesKind, Kind, Status
from submissions.models.tag import Tag
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

    # About what moderators read, and nobody put aside; unknown until it is sent.
    open_warnings = models.PositiveSmallIntegerField(_("open warnings"), null=True, blank=True, editable=False)

    # The city's wish that it be published no earlier than on this day.
    embargo_until = models.DateField(_("not before"), null=True, blank=True)

    # What the moderators ask for while they wait for the officer, and by when they hope to have it.
    changes_kind = models.CharField(_("changes asked"), max_length=5, choices=ChangesKind.choices, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    # The moderators' own words to sort by; nobody else sees them.
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="submissions")

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
    # How often its editors were told that the unsent draft will end.
    end_warnings = models.PositiveSmallIntegerField(default=0, editable=False)
    status_since = models.DateTimeField(_("in this status since"), default=timezone.now)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-saved_at"]
        permissions = [
            ("moderate_submission", _("Can decide on submissions")),
            ("translate_texts", _("Can translate texts of any city")),
        ]
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
                        Status.ENDORSED,
                        Status.SCHEDULED,
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
                condition=~models.Q(status__in=[Status.IN_REVIEW, Status.ENDORSED, Status.SCHEDULED])
                | models.Q(assignee__isnull=False),
                name="submissions_submission_review_has_assignee",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.SCHEDULED) | models.Q(embargo_until__isnull=False),
                name="submissions_submission_scheduled_has_day",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(kind=Kind.NEW), name="submissions_submission_number_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "submitter"],
                condition=models.Q(status__in=OPEN, kind=Kind.UPDATE),
                name="submissions_submission_one_open_change",
            ),
            models.UniqueConstraint(
                fields=["practice", "submitter", "language"],
                condition=models.Q(status__in=OPEN, kind=Kind.TRANSLATION),
                name="submissions_submission_one_open_translation",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "submitted_at"], name="submissions_queue"),
            # Everything that the queue counts and narrows by, in the order of its rows, so that neither reads a row:
            # the documents in it are long.
            models.Index(
                fields=[
                    "submitted_at",
                    "id",
                    "status",
                    "kind",
                    "language",
                    "assignee",
                    "city",
                    "due_on",
                    "status_since",
                    "open_warnings",
                    "submitter",
                ],
                name="submissions_tally",
            ),
        ]

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
