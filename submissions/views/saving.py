"""What a page of the form brings, taken into the draft: for its buttons, and for saving while somebody types."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from practices import document as documents
from practices.content import FIELDS_BY_NAME
from submissions.forms.answers import Labels, read_answers, shown_answer
from submissions.models import Remark, Submission
from submissions.services import ConflictError, digest_of, save_section
from submissions.services.drafts import base_after
from submissions.services.merge import answer_of, fingerprint, read_base, write_base
from submissions.services.remarks import Reply, answer_remarks, base_of_replies, reply_name, reply_of
from submissions.services.terms import (
    LONGEST,
    base_of_proposals,
    proposal_name,
    save_proposals,
    texts_of,
    vocabularies_on,
)
from submissions.steps import TRANSLATION, Step
from submissions.views.access import LONGEST_NUMBER, person

THEIRS, MINE = "theirs", "mine:"


@dataclass(frozen=True)
class Conflict:
    """A field, or an answer to a remark, that somebody else changed too, with what stands there now.

    `place` is the field at which it is shown, "" the whole page. `fingerprint` names the text that was shown, so that
    "keep mine" never overwrites a third one.
    """

    name: str
    place: str
    label: str
    theirs: str
    language: str
    fingerprint: str


@dataclass(frozen=True)
class Outcome:
    """After saving: the draft as it stands, what was posted, and where two people's texts wait for a decision.

    `base` is for the form if it stays open. `outdated` are the labels of fields that somebody else changed and this
    form still shows as they were.
    """

    submission: Submission
    values: dict[str, Any]
    base: str
    conflicts: list[Conflict]
    outdated: list[str]

    def content_shown(self) -> dict[str, Any]:
        """What the form goes on showing: the draft, with this person's text where a decision is open."""
        asked = [FIELDS_BY_NAME[conflict.name] for conflict in self.conflicts if conflict.name == conflict.place]
        return with_answers(self.submission, {field.name: self.values[field.name] for field in asked}, self.values)


def with_answers(submission: Submission, answers: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The draft's document with some of the posted values in place of its own."""
    asked = [FIELDS_BY_NAME[name] for name in answers]
    unknown = documents.unknown_after(submission.content, asked=asked, answered=values.get("unknown") or ())
    return {**submission.content, **answers, "unknown": unknown}


def base_of(submission: Submission, section: Step, remarks: list[Remark]) -> str:
    """What a fresh form carries."""
    bases = (digest_of(submission, section), base_of_proposals(submission, section), base_of_replies(remarks))
    return ",".join(filter(None, bases))


def answers_in(section: Step, posted: QueryDict, submission: Submission) -> dict[str, Any]:
    """The answers that were posted, without the entries whose button "Remove" was pressed."""
    values = read_answers(section, posted, content=submission.content, language=submission.language)
    for name, index in (button.split("-", 1) for button in posted.getlist("remove") if "-" in button):
        rows = values.get(name)
        if not (index.isascii() and index.isdigit() and len(index) < LONGEST_NUMBER):
            continue
        if isinstance(rows, list) and int(index) < len(rows):
            values[name] = rows[: int(index)] + rows[int(index) + 1 :]
    if section is TRANSLATION:
        # Texts of a machine: about which the page asked, and which of them a person says are right.
        values |= {"asked": posted.getlist("asked"), "confirmed": posted.getlist("confirmed")}
    return values


def store(request: HttpRequest, submission: Submission, section: Step) -> Outcome:
    """Save what was posted. Where somebody else changed the same field since the form was made, theirs stays until
    this person has chosen; everything else is written. Raises `NotAllowedError` when nothing can be saved any more."""
    posted, by = request.POST, person(request)
    values, replies = answers_in(section, posted, submission), replies_in(posted, submission)
    others = proposals_in(section, posted)
    chosen = _chosen(posted, submission, section, values, replies)
    base = write_base(chosen | _chosen_terms(posted, submission, section, others))
    collided: tuple[str, ...] = ()
    try:
        current = save_section(submission, by=by, section=section, values=values, base=base)
    except ConflictError as conflict:
        current, collided = conflict.submission, conflict.fields
    labels = Labels()
    conflicts = [_field_conflict(current, name, labels) for name in collided]
    before, after, now = read_base(base), {}, read_base(digest_of(current, section))
    for remark in answer_remarks(current, by=by, answers=replies, base=base):
        name, mine = reply_name(remark), replies[remark.pk]
        if reply_of(remark) == mine:
            after[name] = fingerprint(mine)
        elif before.get(name) != fingerprint(mine):
            conflicts.append(_reply_conflict(remark, section))
    for vocabulary, theirs in save_proposals(current, by=by, section=section, texts=others, base=base).items():
        name, typed = proposal_name(vocabulary), others.get(vocabulary)
        if typed == theirs:
            after[name] = fingerprint(theirs)
        elif typed is not None and before.get(name) != fingerprint(typed):
            conflicts.append(_proposal_conflict(current, vocabulary, theirs))
    after = {**before, **read_base(base_after(current, section, values=values, base=base)), **after}
    left = (name for name in now if name in values and name not in collided and after.get(name) != now[name])
    return Outcome(
        submission=current,
        values=values,
        base=write_base(after),
        conflicts=conflicts,
        outdated=[str(FIELDS_BY_NAME[name].label) for name in left],
    )


def replies_in(posted: QueryDict, submission: Submission) -> dict[int, Reply]:
    """Answers and ticks of the remarks that stood on the page, by key of the remark."""
    ticked = posted.getlist("answered")
    keys = [name.removeprefix("reply-") for name in posted if name.startswith("reply-")]
    return {
        int(key): (posted.get(f"reply-{key}", "").replace("\x00", "").replace("\r\n", "\n").strip(), key in ticked)
        for key in keys
        if key.isascii() and key.isdigit() and len(key) < 19
    }


def proposals_in(section: Step, posted: QueryDict) -> dict[str, str]:
    """What was typed for terms that are missing, by vocabulary; a page without the boxes takes nothing away."""
    names = {name: proposal_name(name) for name in vocabularies_on(section)}
    return {
        name: " ".join(posted.get(box, "").replace("\x00", "").split())[:LONGEST]
        for name, box in names.items()
        if box in posted
    }


def _chosen_terms(posted: QueryDict, submission: Submission, section: Step, others: dict[str, str]) -> dict[str, str]:
    """As `_chosen`, for missing terms."""
    base = {}
    stored = texts_of(submission, section) if any(name.startswith("keep-other-") for name in posted) else {}
    for vocabulary, theirs in stored.items():
        choice = posted.get(f"keep-{proposal_name(vocabulary)}", "")
        if choice == THEIRS:
            others.pop(vocabulary, None)
        elif choice == MINE + fingerprint(theirs):
            base[proposal_name(vocabulary)] = fingerprint(theirs)
    return base


def _chosen(
    posted: QueryDict, submission: Submission, section: Step, values: dict[str, Any], replies: dict[int, Reply]
) -> dict[str, str]:
    """The base of the form after the choices between two texts: what gives way to the other text is taken out of the
    values; "mine" counts for the text that was shown beside it and for no later one."""
    base = read_base(posted.get("base", ""))
    for field in section.fields:
        choice = posted.get(f"keep-{field.name}", "")
        if choice == THEIRS:
            values.pop(field.name)
        elif choice == MINE + fingerprint(answer_of(field, submission.content, submission.language)):
            base[field.name] = choice.removeprefix(MINE)
    answered = [pk for pk in replies if f"keep-reply-{pk}" in posted]
    for remark in submission.remarks.filter(pk__in=answered) if answered else ():
        choice = posted.get(f"keep-{reply_name(remark)}", "")
        if choice == THEIRS:
            replies.pop(remark.pk)
        elif choice == MINE + fingerprint(reply_of(remark)):
            base[reply_name(remark)] = choice.removeprefix(MINE)
    return base


def _field_conflict(submission: Submission, name: str, labels: Labels) -> Conflict:
    field = FIELDS_BY_NAME[name]
    return Conflict(
        name=name,
        place=name,
        label=str(field.label),
        theirs=shown_answer(field, submission.content, language=submission.language, labels=labels),
        language=submission.language,
        fingerprint=fingerprint(answer_of(field, submission.content, submission.language)),
    )


def _proposal_conflict(submission: Submission, vocabulary: str, theirs: str) -> Conflict:
    return Conflict(
        name=proposal_name(vocabulary),
        place=vocabulary,
        label=_("Something else"),
        theirs=theirs,
        language=submission.language,
        fingerprint=fingerprint(theirs),
    )


def _reply_conflict(remark: Remark, section: Step) -> Conflict:
    place = remark.path.split(".")[0]
    return Conflict(
        name=reply_name(remark),
        place=place if place in {field.name for field in section.fields} else "",
        label=_("Answer to the moderator"),
        theirs=remark.reply,
        language="",
        fingerprint=fingerprint(reply_of(remark)),
    )
