"""The moderated way in: proposed documents, the talk about them, and the log of what happened."""

from submissions.models.attachment import SubmissionAttachment, submission_file_path
from submissions.models.desk import ChecklistTick, Digest, SavedView, StaffNote
from submissions.models.event import SubmissionEvent
from submissions.models.invitation import Invitation
from submissions.models.link_check import LinkCheck
from submissions.models.merged import BeforeMerger
from submissions.models.nomination import Nomination
from submissions.models.remark import Remark
from submissions.models.submission import Submission
from submissions.models.summary import SentSummary
from submissions.models.tag import Tag
from submissions.models.talk import Message, ModeratorEdit, Reason
from submissions.models.term_proposal import TermProposal
from submissions.models.warning import DismissedWarning

__all__ = [
    "BeforeMerger",
    "ChecklistTick",
    "Digest",
    "DismissedWarning",
    "Invitation",
    "LinkCheck",
    "Message",
    "ModeratorEdit",
    "Nomination",
    "Reason",
    "Remark",
    "SavedView",
    "SentSummary",
    "StaffNote",
    "Submission",
    "SubmissionAttachment",
    "SubmissionEvent",
    "Tag",
    "TermProposal",
    "submission_file_path",
]
