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
    ENDORSED = "endorsed", pgettext_lazy("submission", "Waits for a second moderator")
    SCHEDULED = "scheduled", pgettext_lazy("submission", "Approved, waits for its day")
    PUBLISHED = "published", pgettext_lazy("submission", "Published")
    REJECTED = "rejected", pgettext_lazy("submission", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("submission", "Withdrawn")


# Whose turn it is.
WITH_SUBMITTER = (Status.DRAFT, Status.CHANGES_REQUESTED)
WITH_MODERATORS = (Status.SUBMITTED, Status.IN_REVIEW, Status.ENDORSED)
# Approved already; the registry publishes it by itself when its day comes.
WAITING_FOR_DAY = (Status.SCHEDULED,)
OPEN = (*WITH_SUBMITTER, *WITH_MODERATORS, *WAITING_FOR_DAY)
CLOSED = (Status.PUBLISHED, Status.REJECTED, Status.WITHDRAWN)


class Action(models.TextChoices):
    SUBMIT = "submit", pgettext_lazy("action", "Send to the moderators")
    CLAIM = "claim", pgettext_lazy("action", "Take into review")
    RELEASE = "release", pgettext_lazy("action", "Give back to the queue")
    REQUEST_CHANGES = "request_changes", pgettext_lazy("action", "Ask for changes")
    ENDORSE = "endorse", pgettext_lazy("action", "Agree and ask a second moderator")
    DISAGREE = "disagree", pgettext_lazy("action", "Disagree and give it back")
    APPROVE = "approve", pgettext_lazy("action", "Approve and publish")
    SCHEDULE = "schedule", pgettext_lazy("action", "Approve and publish on its day")
    UNSCHEDULE = "unschedule", pgettext_lazy("action", "Take back the approval")
    PUBLISH = "publish", pgettext_lazy("action", "Publish on its day")
    REJECT = "reject", pgettext_lazy("action", "Decline")
    REOPEN = "reopen", pgettext_lazy("action", "Take up again")
    TAKE_BACK = "take_back", pgettext_lazy("action", "Take back the decision")
    MERGE = "merge", pgettext_lazy("action", "Merge into a practice")
    RETURN = "return", pgettext_lazy("action", "Return to the nomination")
    WITHDRAW = "withdraw", pgettext_lazy("action", "Withdraw")


class Act(models.TextChoices):
    """What the log holds besides the actions of the table: acts that leave the status as it is."""

    DAY_SET = "day_set", pgettext_lazy("log", "Day of publication chosen")
    INVITED = "invited", pgettext_lazy("log", "Co-editor invited")
    UNINVITED = "uninvited", pgettext_lazy("log", "Invitation taken back")
    JOINED = "joined", pgettext_lazy("log", "Co-editor joined")
    LEFT = "left", pgettext_lazy("log", "Co-editor left")
    REMOVED = "removed", pgettext_lazy("log", "Co-editor removed")
    TAKEN_OVER = "taken_over", pgettext_lazy("log", "Taken over by a colleague")
    SIGN_OFF_ASKED = "sign_off_asked", pgettext_lazy("log", "Sign-off asked for")
    SIGNED_OFF = "signed_off", pgettext_lazy("log", "Sign-off answered")
    END_WARNED = "end_warned", pgettext_lazy("log", "Warned that the draft will end")
    ASSIGNED = "assigned", pgettext_lazy("log", "Given to a moderator")
    EDITED = "edited", pgettext_lazy("log", "Edited by a moderator")
    MAIL_EDITED = "mail_edited", pgettext_lazy("log", "Message changed before it was sent")
    MAIL_TAKEN_BACK = "mail_taken_back", pgettext_lazy("log", "Message taken back")
    REMINDED = "reminded", pgettext_lazy("log", "Officer reminded")


class InvitationKind(models.TextChoices):
    CO_EDITOR = "co_editor", _("Co-editor")
    CLAIM = "claim", _("Claim of a nomination")
    SIGN_OFF = "sign_off", _("Sign-off")


class Answer(models.TextChoices):
    """What a superior says to a text that is put before them."""

    APPROVED = "approved", pgettext_lazy("sign-off", "Agreed")
    COMMENTED = "commented", pgettext_lazy("sign-off", "Comment")
    REFUSED = "refused", pgettext_lazy("sign-off", "Refused")


class NominationStatus(models.TextChoices):
    """Whose turn it is with a nomination, or how it ended."""

    WAITING = "waiting", pgettext_lazy("nomination", "Waits for the moderators")
    ASKED = "asked", pgettext_lazy("nomination", "City asked")
    CLAIMED = "claimed", pgettext_lazy("nomination", "Taken up by the city")
    DECLINED = "declined", pgettext_lazy("nomination", "Declined by the city")
    REFUSED = "refused", pgettext_lazy("nomination", "Not passed on")


class ChangesKind(models.TextChoices):
    """How much a moderator asks for."""

    MINOR = "minor", pgettext_lazy("changes", "Minor")
    MAJOR = "major", pgettext_lazy("changes", "Major")


class Vocabulary(models.TextChoices):
    """The vocabularies that an officer may propose a term for; the values are the document's fields."""

    AREAS = "service_areas", _("Service areas")
    GROUPS = "target_groups", _("Target groups")
    APPROACHES = "approaches", _("Approaches")


class ProposalStatus(models.TextChoices):
    """What became of a proposed term."""

    WAITING = "waiting", pgettext_lazy("term proposal", "Waits for the moderators")
    ADDED = "added", pgettext_lazy("term proposal", "New term")
    SYNONYM = "synonym", pgettext_lazy("term proposal", "Known under another name")
    REFUSED = "refused", pgettext_lazy("term proposal", "Not taken up")


class DigestPeriod(models.TextChoices):
    """How often a moderator reads what waits."""

    NEVER = "never", pgettext_lazy("digest", "Never")
    DAILY = "daily", pgettext_lazy("digest", "Every day")
    WEEKLY = "weekly", pgettext_lazy("digest", "Every week")


class LinkState(models.TextChoices):
    """What came of asking for a web address."""

    OK = "ok", pgettext_lazy("link", "Answers")
    BROKEN = "broken", pgettext_lazy("link", "Broken")
    UNSURE = "unsure", pgettext_lazy("link", "Could not be checked")
    REFUSED = "refused", pgettext_lazy("link", "Not asked: not a public web address")
