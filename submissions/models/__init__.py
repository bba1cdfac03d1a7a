"""The moderated way in: proposed documents, the talk about them, and the log of what happened."""

from submissions.models.attachment import SubmissionAttachment, submission_file_path
from submissions.models.event import SubmissionEvent
from submissions.models.invitation import Invitation
from submissions.models.nomination import Nomination
from submissions.models.remark import Remark
from submissions.models.submission import Submission
from submissions.models.warning import DismissedWarning

__all__ = [
    "DismissedWarning",
    "Invitation",
    "Nomination",
    "Remark",
    "Submission",
    "SubmissionAttachment",
    "SubmissionEvent",
    "submission_file_path",
]
