"""Where a submission stands, in words: its steps, whose turn it is since when, and when an answer is expected."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from submissions.choices import WITH_MODERATORS, WITH_SUBMITTER, ChangesKind, Kind, Status
from submissions.deadlines import date_in_words
from submissions.models import Submission
from submissions.views.journey import day
from submissions.workflow import day_ahead


def steps_of(submission: Submission) -> list[dict[str, str]]:
    """The way of a submission as a list of steps: the day of each that was reached last, and who has it now."""
    reached = {event.to_status: event.at for event in submission.events.of_the_table()}
    reached[Status.DRAFT] = submission.created_at
    # Whether one moderator reads it or a second one too is theirs.
    status_now = Status.IN_REVIEW if submission.status == Status.ENDORSED else Status(submission.status)
    path = [Status.DRAFT, Status.SUBMITTED, Status.IN_REVIEW]
    if Status.CHANGES_REQUESTED in reached:
        path.append(Status.CHANGES_REQUESTED)
    if status_now is Status.SCHEDULED or (Status.SCHEDULED in reached and status_now is Status.PUBLISHED):
        path.append(Status.SCHEDULED)
    path.append(status_now if status_now in (Status.REJECTED, Status.WITHDRAWN) else Status.PUBLISHED)
    current = path.index(status_now)
    steps = []
    for place, status in enumerate(path):
        was_there = status in reached and (place <= current or status != Status.PUBLISHED)
        state = "current" if place == current else "done" if was_there else "ahead"
        note = day(reached.get(status)) if was_there else ""
        if state == "current" and note:
            note = f"{note}, {_who_has_it(submission)}" if _who_has_it(submission) else note
        elif state == "ahead" and status is Status.PUBLISHED and submission.embargo_until and day_ahead(submission):
            note = _("not before %(day)s") % {"day": date_in_words(submission.embargo_until)}
        steps.append({"label": str(status.label), "note": note, "state": state})
    return steps


def _who_has_it(submission: Submission) -> str:
    if submission.status == Status.CHANGES_REQUESTED:
        return _("waits for you")
    if submission.status in WITH_MODERATORS:
        return _("waits for the moderators")
    if submission.status == Status.SCHEDULED:
        return _("waits for %(day)s") % {"day": date_in_words(submission.embargo_until)}
    return ""


@dataclass(frozen=True)
class Turn:
    """Whose turn it is and what happens next."""

    heading: str
    text: str
    mine: bool = False


def turn_of(submission: Submission, *, open_remarks: int, all_remarks: int) -> Turn:
    """Whose turn it is, as told to those who write the submission."""
    status = Status(submission.status)
    if status is Status.DRAFT:
        text = _("Only you and your co-editors see it. Fill in what you can, then check your answers and send it.")
        return Turn(_("It is your turn: this is a draft"), text, mine=True)
    if status is Status.CHANGES_REQUESTED:
        return _turn_with_remarks(submission, open_remarks, all_remarks)
    if status is Status.SCHEDULED:
        when = date_in_words(submission.embargo_until)
        text = _("It is published on that day, as you asked, and not before. Until then you can withdraw it.")
        return Turn(_("Approved, waits for %(day)s") % {"day": when}, text)
    heading, text = _turn_of_others(status, submission)
    return Turn(heading, text)


def _turn_with_remarks(submission: Submission, open_remarks: int, all_remarks: int) -> Turn:
    heading = ngettext(
        "It is your turn: %(count)d remark is open", "It is your turn: %(count)d remarks are open", open_remarks
    ) % {"count": open_remarks}
    if not open_remarks:
        heading = _("It is your turn: send it again")
    sentences = [_("A moderator read your text and asks for changes.")]
    # What the mail says, for those who do not find it again.
    if submission.changes_kind == ChangesKind.MINOR:
        sentences.append(_("These are small things; everything else can stay as it is."))
    if submission.due_on:
        due = date_in_words(submission.due_on)
        sentences.append(_("We hope to have your answer by %(due)s. If you need longer, tell us.") % {"due": due})
    answered = _("You have answered %(done)d of %(total)d remarks.") % {
        "done": all_remarks - open_remarks,
        "total": all_remarks,
    }
    if all_remarks:
        sentences.append(answered)
    sentences.append(_("Nothing is public until you send it again and a moderator publishes it."))
    return Turn(heading, " ".join(sentences), mine=True)


def _turn_of_others(status: Status, submission: Submission) -> tuple[str, str]:
    reading = _("Either it is published, or you are asked for changes. You get a mail in both cases.")
    published = _("You can propose a change at any time; what is public stays as it is until the change is approved.")
    if submission.kind == Kind.TRANSLATION:
        published = _("Readers of the language find it from now on.")
    texts = {
        Status.SUBMITTED: (
            _("It is the moderators’ turn"),
            _("You get a mail when something happens."),
        ),
        Status.IN_REVIEW: (_("A moderator is reading it"), reading),
        Status.ENDORSED: (_("A second moderator is reading it"), reading),
        Status.PUBLISHED: (_("It is published"), published),
        Status.REJECTED: (
            _("It was declined"),
            _("The reason stands below and in your mail. Write to the moderators if you see it differently."),
        ),
        Status.WITHDRAWN: (_("It was withdrawn"), _("Nobody works on it any more. Nothing of it is public.")),
    }
    return texts[status]


def waits_for(submission: Submission, *, own: bool = True) -> str:
    """Whose turn it is, for lists. `own`: told to someone who writes along."""
    if submission.status in WITH_SUBMITTER:
        return _("Waits for you") if own else _("Waits for who wrote it")
    if submission.status in WITH_MODERATORS:
        return _("Waits for the moderators")
    if submission.status == Status.SCHEDULED:
        return _("Waits for %(day)s") % {"day": date_in_words(submission.embargo_until)}
    return _("Closed")
