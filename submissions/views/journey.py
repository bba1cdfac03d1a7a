"""How far each section of a submission is, in words."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from practices.content import FIELDS_BY_NAME, Section, fields_of
from practices.validation import Problem
from submissions.choices import WITH_SUBMITTER, Kind, Status
from submissions.missing import Missing, missing_in
from submissions.models import Remark, Submission
from submissions.steps import SHORT, TRANSLATION, Step


def day(moment: Any) -> str:
    """A date as the page's language writes it."""
    return date_format(localtime(moment), "DATE_FORMAT") if moment else ""


def time_of_day(moment: Any) -> str:
    return f"{localtime(moment):%H:%M}"


def clock(moment: Any) -> str:
    """A date with the time, which can end a sentence in every language."""
    return f"{day(moment)} {time_of_day(moment)}" if moment else ""


def section_of(path: str) -> Section:
    """The section in which a remark or a problem is dealt with; what belongs to none is shown in the first."""
    field = FIELDS_BY_NAME.get(path.split(".")[0])
    return field.section if field and field.section else Section.BRIEF


def belongs_to(step: Step, path: str) -> bool:
    """Whether a remark or a problem is dealt with on this page."""
    return path.split(".")[0] in {field.name for field in step.fields} or step == section_of(path)


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
    missing = missing_of(submission)
    steps: list[tuple[Step, str, str]] = []
    if submission.kind == Kind.NEW and submission.status == Status.DRAFT:
        steps.append((SHORT, *_state_of_short_form(submission, problems)))
    if submission.kind == Kind.TRANSLATION:
        steps.append((TRANSLATION, *_state_of_translation(submission, problems, sum(waiting.values()))))
    for section in Section if submission.kind != Kind.TRANSLATION else ():
        is_partial = section.value not in submission.visited and any(m.field in section.fields for m in missing)
        state = _state(submission, section, waiting.get(section, 0), section in wrong or is_partial)
        steps.append((section, *state))
    editable = submission.status in WITH_SUBMITTER
    return [
        {
            "slug": step.value,
            "title": str(step.label),
            "hint": _hint(step, missing),
            "url": reverse("submission-section", args=[submission.uuid, step.value]) if editable else None,
            "status": status,
            "status_label": label,
        }
        for step, status, label in steps
    ]


def missing_of(submission: Submission) -> list[Missing]:
    """What is not said yet of all that the form asks."""
    asked = (field for section in Section for field in section.fields)
    return missing_in(submission.content, asked, language=submission.language)


def _state_of_short_form(submission: Submission, problems: Sequence[Problem]) -> tuple[str, str]:
    names = {field.name for field in SHORT.fields}
    if not any(problem.field in names for problem in problems):
        return "done", pgettext("short form", "Enough to send")
    if any(submission.content.get(field.name, field.empty) != field.empty for field in SHORT.fields):
        return "started", pgettext("section", "In progress")
    return "open", pgettext("section", "Not started")


def _hint(step: Step, missing: Sequence[Missing]) -> str:
    """What is not said yet and what it would be good for; where nothing is missing, what the page asks."""
    open_here = [one for one in missing if one.field in step.fields]
    if not open_here:
        return ", ".join(str(field.label) for field in step.fields[:4])
    first, more = open_here[0], len(open_here) - 1
    text = _("Needed: %(label)s. %(purpose)s") if first.field.required else _("Not said yet: %(label)s. %(purpose)s")
    said = text % {"label": first.field.label, "purpose": first.purpose}
    if not more:
        return said
    return f"{said} " + ngettext("%(count)d more is open.", "%(count)d more are open.", more) % {"count": more}


def step_for(submission: Submission, name: str) -> Step:
    """The page where an answer is changed: for whoever wrote the short form and not its section, the short form."""
    section = section_of(name)
    if SHORT.value in submission.visited and section.value not in submission.visited and belongs_to(SHORT, name):
        return SHORT
    return section


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


def _state_of_translation(submission: Submission, problems: Sequence[Problem], waiting: int) -> tuple[str, str]:
    if waiting:
        return "remark", ngettext("%(count)d remark", "%(count)d remarks", waiting) % {"count": waiting}
    if TRANSLATION.value not in submission.visited:
        return "open", pgettext("section", "Not started")
    return ("started", pgettext("section", "In progress")) if problems else ("done", pgettext("section", "Completed"))


def _is_begun(submission: Submission, section: Section) -> bool:
    """Whether a draft that came with answers, not typed here, has any in this section."""
    return submission.kind == Kind.NEW and any(
        submission.content.get(field.name, field.empty) != field.empty for field in fields_of(section)
    )
