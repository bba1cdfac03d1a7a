"""Why an act was not carried out, and noting it."""

from accounts.refusals import logs_refusals
from submissions.models import Submission, SubmissionEvent


class NotAllowedError(Exception):
    """The table does not let this person do this now."""


class NotNowError(NotAllowedError):
    """The table lets this person do this, but its condition does not hold: not on this day, not with this setting, not
    any more."""


class NoteRequiredError(Exception):
    """The submitter, or the colleague, must read a reason, and there is none."""


class ConflictError(Exception):
    """Someone else was faster. `submission` is as it stands now; nothing was written, or nothing but what had no
    conflict: `fields` names those that had."""

    def __init__(self, submission: Submission, *, fields: tuple[str, ...] = ()):
        super().__init__("The submission was changed by someone else.")
        self.submission = submission
        self.fields = fields

    @property
    def last_event(self) -> SubmissionEvent | None:
        return self.submission.events.of_the_table().select_related("by").last()


# On what moderators do, outside of the transaction that a refusal undoes.
noting_refusals = logs_refusals(barred=(NotAllowedError,), late=(NotNowError, ConflictError))
