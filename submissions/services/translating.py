"""What translators do beside writing: asking a machine for a proposal, and saying that a text still holds."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from accounts.limits import HOUR, person_within_limit
from accounts.models import User
from accounts.permissions import is_moderator
from practices import validation
from practices.content import FIELDS_BY_NAME, Kind
from practices.models import Practice
from practices.services import OutdatedError
from practices.texts import confirm_text
from submissions import machine
from submissions.choices import Action, Status
from submissions.choices import Kind as SubmissionKind
from submissions.models import Submission
from submissions.permissions import conflict_of
from submissions.services.drafts import ATTEMPTS, editable, write
from submissions.services.errors import ConflictError, NotAllowedError, noting_refusals
from submissions.services.machine_texts import machine_texts, text_of, with_machine_texts
from submissions.services.process import perform
from submissions.services.translations import public_part, sources_of, start_translation
from submissions.steps import TRANSLATION

# Each asks another server for all empty texts of a practice: more than a translator reads in an hour.
MOST_PROPOSALS_AN_HOUR = 30


class TooManyProposalsError(Exception):
    """This person asked the machine as often as one may in an hour."""


@dataclass(frozen=True)
class Proposed:
    """What a machine wrote into a draft, and what stayed empty, by name of the field."""

    filled: list[str]
    left: list[str]


def proposable(submission: Submission) -> dict[str, str]:
    """The original texts that may go to another server: what anyone reads today, where the draft says nothing."""
    if submission.kind != SubmissionKind.TRANSLATION:
        return {}
    practice = Practice.objects.public().filter(pk=submission.practice_id).first()
    sources = sources_of(public_part(practice)) if practice is not None else {}
    return {name: text for name, text in sources.items() if not text_of(submission.content, name, submission.language)}


def propose(submission: Submission, *, by: User, backend: machine.Backend | None = None) -> Proposed:
    """Let a machine fill the empty texts of a translation's draft. What it writes counts as a machine's until a person
    changes or confirms it; what somebody typed in the meantime stays. Raises `machine.MachineError`,
    `TooManyProposalsError`.

    The machine is asked outside of any transaction, so that nobody waits for it but who pressed the button.
    """
    current = editable(submission.pk, by)
    texts = proposable(current)
    if texts and not person_within_limit(by, act="machine-proposal", most=MOST_PROPOSALS_AN_HOUR, seconds=HOUR):
        raise TooManyProposalsError
    answers = (backend or machine.backend()).translate(
        list(texts.values()), source=str(current.content["original_language"]), target=current.language
    )
    proposals = {name: _fitting(name, text) for name, text in zip(texts, answers, strict=True)}
    for _attempt in range(ATTEMPTS):
        try:
            filled = _fill(current.pk, {name: text for name, text in proposals.items() if text}, by=by)
        except ConflictError:
            continue
        return Proposed(filled, [name for name in texts if name not in filled])
    raise ConflictError(current)


@transaction.atomic
def _fill(pk: int, proposals: dict[str, str], *, by: User) -> list[str]:
    current = editable(pk, by)
    content, language = dict(current.content), current.language
    noted, filled = machine_texts(content, language), []
    for name, text in proposals.items():
        if not text_of(content, name, language):
            content[name] = {**(content.get(name) or {}), language: text}
            noted[name] = False
            filled.append(name)
    if filled:
        current.content = with_machine_texts(content, language, noted)
        write(current)
    return filled


def _fitting(name: str, text: str) -> str:
    """What of a machine's answer can be stored in this field; nothing if it cannot."""
    field = FIELDS_BY_NAME[name]
    tidy = " ".join(text.split()) if field.kind is Kind.LINE else text.strip()
    return "" if validation.UNSTORABLE.search(tidy) or len(tidy) > field.max_length else tidy


def may_confirm(user: User, practice: Practice, language: str) -> bool:
    """A moderator says by themselves that a text holds, unless they wrote it or speak for its city, or two moderators
    must agree: then it is a proposal like any other."""
    own = Submission.objects.filter(
        practice=practice,
        kind=SubmissionKind.TRANSLATION,
        language=language,
        status=Status.PUBLISHED,
        submitter=user,
    )
    if settings.FOUR_EYES or not is_moderator(user) or own.exists():
        return False
    # Nobody decides on what their own city says, whichever way it is put to them.
    if conflict_of(user, Submission(practice=practice, kind=SubmissionKind.TRANSLATION)) is not None:
        return False
    return Practice.objects.visible_to(user).filter(pk=practice.pk).exists()


@noting_refusals
def confirm_translation(practice: Practice, *, language: str, by: User, version: int, checked: bool) -> Practice:
    """A moderator compared the published text with the original and found it right: it is stale no longer and, if it
    was `checked` word by word, a machine's no longer. `version` is the one that they saw. Raises `OutdatedError` when
    the practice moved on since."""
    if not may_confirm(by, practice, language):
        raise NotAllowedError
    current = Practice.objects.get(pk=practice.pk)
    if current.current_version != version:
        raise OutdatedError
    return confirm_text(current, language=language, by=by, based_on=version, checked=checked)


@transaction.atomic
def propose_as_it_is(practice: Practice, *, language: str, by: User, version: int, checked: bool) -> Submission:
    """What `confirm_translation` does, proposed by somebody who may not do it alone: the published text goes to the
    moderators as it is. Raises `OutdatedError` when the practice moved on since."""
    submission = start_translation(by=by, practice=practice, language=language)
    if submission.base_version != version:
        raise OutdatedError
    if checked:
        noted = dict.fromkeys(machine_texts(submission.content, language), True)
        submission.content = with_machine_texts(submission.content, language, noted)
    submission.visited = [TRANSLATION.value]
    write(submission)
    return perform(submission, Action.SUBMIT, by=by, version=submission.version)
