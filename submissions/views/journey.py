"""Where a submission stands, in words: its steps, whose turn it is, and how far each section is."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from practices.content import FIELDS_BY_NAME, Section, fields_of
from practices.document import Problem
from submissions.choices import WITH_MODERATORS, WITH_SUBMITTER, Kind, Status
from submissions.models import Remark, Submission


def day(moment: Any) -> str:
    """A date as the page's language writes it."""
    return date_format(localtime(moment), "DATE_FORMAT") if moment else ""


def clock(moment: Any) -> str:
    """A date with the time, which can end a sentence in every language."""
    return f"{day(moment)} {localtime(moment):%H:%M}" if moment else ""


def steps_of(submission: Submission) -> list[dict[str, str]]:
    """The way of a submission as a list of steps, with the day of each that was reached last."""
    reached = {event.to_status: event.at for event in submission.events.all()}
    reached[Status.DRAFT] = submission.created_at
    path = [Status.DRAFT, Status.SUBMITTED, Status.IN_REVIEW]
    if Status.CHANGES_REQUESTED in reached:
        path.append(Status.CHANGES_REQUESTED)
    closed = submission.status in (Status.REJECTED, Status.WITHDRAWN)
    path.append(Status(submission.status) if closed else Status.PUBLISHED)
    steps = []
    current = path.index(Status(submission.status))
    for place, status in enumerate(path):
        was_there = status in reached and (place <= current or status != Status.PUBLISHED)
        state = "current" if place == current else "done" if was_there else "ahead"
        note = day(reached.get(status)) if was_there else ""
        if state == "current" and submission.status in WITH_SUBMITTER and status != Status.DRAFT:
            note = _("since %(day)s, waits for you") % {"day": note}
        steps.append({"label": str(status.label), "note": note, "state": state})
    return steps


def turn_of(submission: Submission, *, open_remarks: int, all_remarks: int) -> dict[str, Any]:
    """Whose turn it is and what happens next."""
    status = Status(submission.status)
    if status is Status.DRAFT:
        return {
            "mine": True,
            "heading": _("It is your turn: this is a draft"),
            "text": _(
                "Only you and your co-editors see it. Fill in what you can, then check your answers and send it."
            ),
        }
    if status is Status.CHANGES_REQUESTED:
        heading = ngettext(
            "It is your turn: %(count)d remark is open", "It is your turn: %(count)d remarks are open", open_remarks
        ) % {"count": open_remarks}
        if not open_remarks:
            heading = _("It is your turn: send it again")
        asked = _("A moderator read your text and asks for changes.")
        answered = _("You have answered %(done)d of %(total)d remarks.") % {
            "done": all_remarks - open_remarks,
            "total": all_remarks,
        }
        rest = _("Nothing is public until you send it again and a moderator publishes it.")
        return {
            "mine": True,
            "heading": heading,
            "text": f"{asked} {answered} {rest}",
        }
    return {"mine": False, **_turn_of_others(status)}


def _turn_of_others(status: Status) -> dict[str, str]:
    texts = {
        Status.SUBMITTED: (
            _("It is the moderators’ turn"),
            _("A moderator takes it up, as a rule within ten working days. You get a mail when something happens."),
        ),
        Status.IN_REVIEW: (
            _("A moderator is reading it"),
            _("Either it is published, or you are asked for changes. You get a mail in both cases."),
        ),
        Status.PUBLISHED: (
            _("It is published"),
            _("You can propose a change at any time; what is public stays as it is until the change is approved."),
        ),
        Status.REJECTED: (
            _("It was declined"),
            _("The reason stands below and in your mail. Write to the moderators if you see it differently."),
        ),
        Status.WITHDRAWN: (_("It was withdrawn"), _("Nobody works on it any more. Nothing of it is public.")),
    }
    heading, text = texts[status]
    return {"heading": heading, "text": text}


def section_of(path: str) -> Section:
    """The section in which a remark or a problem is dealt with; what belongs to none is shown in the first."""
    field = FIELDS_BY_NAME.get(path.split(".")[0])
    return field.section if field and field.section else Section.BRIEF


def tasks_of(
    submission: Submission, *, problems: Sequence[Problem], remarks: Sequence[Remark]
) -> list[dict[str, str | None]]:
    """The sections with how far each is."""
    wrong = {section_of(problem.path) for problem in problems}
    waiting: dict[Section, int] = {}
    for remark in remarks:
        if not remark.answered_at:
            section = section_of(remark.path)
            waiting[section] = waiting.get(section, 0) + 1
    editable = submission.status in WITH_SUBMITTER
    tasks = []
    for section in Section:
        status, label = _state(submission, section, waiting.get(section, 0), section in wrong)
        tasks.append(
            {
                "slug": section.value,
                "title": str(section.label),
                "hint": ", ".join(str(field.label) for field in fields_of(section)[:4]),
                "url": reverse("submission-section", args=[submission.uuid, section.value]) if editable else None,
                "status": status,
                "status_label": label,
            }
        )
    return tasks


def _state(submission: Submission, section: Section, waiting: int, wrong: bool) -> tuple[str, str]:
    if waiting:
        return "remark", ngettext("%(count)d remark", "%(count)d remarks", waiting) % {"count": waiting}
    if section.value in submission.visited or _is_begun(submission, section):
        if wrong:
            return "started", pgettext("section", "In progress")
        return "done", pgettext("section", "Completed")
    if submission.kind != Kind.NEW:
        return "open", pgettext("section", "Not changed")
    return "open", pgettext("section", "Not started")


def _is_begun(submission: Submission, section: Section) -> bool:
    """Whether a draft that came with answers, not typed here, has any in this section."""
    return submission.kind == Kind.NEW and any(
        submission.content.get(field.name, field.empty) != field.empty for field in fields_of(section)
    )


def waits_for(submission: Submission) -> str:
    """Whose turn it is, for lists."""
    if submission.status in WITH_SUBMITTER:
        return _("Waits for you")
    if submission.status in WITH_MODERATORS:
        return _("Waits for the moderators")
    return _("Closed")
