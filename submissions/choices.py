"""The states of a submission and what can be done with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    NEW = "new", pgettext_lazy("kind of submission", "New practice")
    UPDATE = "update", pgettext_lazy("kind of submission", "Change to a practice")
    TRANSLATION = "translation", pgettext_lazy("kind of submission", "Translation")


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("submission", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("submission", "Submitted")
    IN_REVIEW = "in_review", pgettext_lazy("submission", "In review")
    CHANGES_REQUESTED = "changes_requested", pgettext_lazy("submission", "Changes asked")
    PUBLISHED = "published", pgettext_lazy("submission", "Published")
    REJECTED = "rejected", pgettext_lazy("submission", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("submission", "Withdrawn")


# Whose turn it is.
WITH_SUBMITTER = (Status.DRAFT, Status.CHANGES_REQUESTED)
WITH_MODERATORS = (Status.SUBMITTED, Status.IN_REVIEW)
OPEN = (*WITH_SUBMITTER, *WITH_MODERATORS)
CLOSED = (Status.PUBLISHED, Status.REJECTED, Status.WITHDRAWN)


class Action(models.TextChoices):
    SUBMIT = "submit", pgettext_lazy("action", "Send to the moderators")
    CLAIM = "claim", pgettext_lazy("action", "Take into review")
    RELEASE = "release", pgettext_lazy("action", "Give back to the queue")
    REQUEST_CHANGES = "request_changes", pgettext_lazy("action", "Ask for changes")
    APPROVE = "approve", pgettext_lazy("action", "Approve and publish")
    REJECT = "reject", pgettext_lazy("action", "Decline")
    REOPEN = "reopen", pgettext_lazy("action", "Take up again")
    WITHDRAW = "withdraw", pgettext_lazy("action", "Withdraw")


class InvitationKind(models.TextChoices):
    CO_EDITOR = "co_editor", _("Co-editor")
    CLAIM = "claim", _("Claim of a nomination")
    SIGN_OFF = "sign_off", _("Sign-off")
