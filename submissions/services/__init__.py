"""The only writers of submissions: beginning, saving, remarking, inviting, and every change of status."""

from submissions.services.drafts import digest_of, problems_of, save_section, start
from submissions.services.errors import ConflictError, NotAllowedError, NoteRequiredError, NotNowError
from submissions.services.filling import fill
from submissions.services.process import approve, assess, perform
from submissions.services.remarks import add_remark, answer_remark, drop_remark
from submissions.services.retention import end_drafts
from submissions.services.schedule import publish_due, set_day

__all__ = [
    "ConflictError",
    "NotAllowedError",
    "NotNowError",
    "NoteRequiredError",
    "add_remark",
    "answer_remark",
    "approve",
    "assess",
    "digest_of",
    "drop_remark",
    "end_drafts",
    "fill",
    "perform",
    "problems_of",
    "publish_due",
    "save_section",
    "set_day",
    "start",
]
