"""Texts for a translator's own tools: which leave, and what becomes of those that come back.

Only what the public reads leaves the house. What comes back is compared with the practice as it stands, told in a
report, and on a second press written into drafts of the person who brought it. It publishes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.refusals import logs_refusals
from practices import document as documents
from practices import validation
from practices.choices import Provenance
from practices.content import FIELDS_BY_NAME, TRANSLATABLE, Kind
from practices.models import Practice, PracticeText, PracticeVersion, Text
from practices.querysets import PracticeQuerySet
from practices.services import InvalidDocumentError
from submissions.choices import OPEN, WITH_SUBMITTER, Action
from submissions.choices import Kind as SubmissionKind
from submissions.models import Submission
from submissions.services.drafts import editable, write
from submissions.services.errors import ConflictError, NotAllowedError, NotNowError
from submissions.services.machine_texts import machine_texts, text_of, with_machine_texts
from submissions.services.process import perform
from submissions.services.translations import may_translate, public_part, sources_of, start_translation
from submissions.steps import TRANSLATION
from submissions.xliff import Returned, Sent, State, mark_of, writable

NAMES = frozenset(entry.name for entry in TRANSLATABLE)
# By practice and version: the original as it was then.
Earlier = dict[tuple[int, int], dict[str, str]]


# --- What leaves ------------------------------------------------------------------------------------------------------


def texts_to_send(practices: PracticeQuerySet, languages: Sequence[str], *, all_texts: bool = True) -> Iterator[Sent]:
    """The public texts of those practices that are public, for translation into the languages; with `all_texts` those
    too that need nothing. A fixed number of queries."""
    chosen = list(practices.public().with_details())
    earlier = _earlier_originals(chosen)
    for practice in chosen:
        document = public_part(practice)
        states = {state.language: state for state in practice.texts.all()}
        for language in languages:
            if language == practice.original_language:
                continue
            for unit in _units(practice, document, language, states.get(language), earlier):
                if all_texts or unit.state is not State.TRANSLATED:
                    yield unit


def _units(
    practice: Practice, document: documents.Document, language: str, state: PracticeText | None, earlier: Earlier
) -> Iterator[Sent]:
    before = earlier.get((practice.pk, state.source_version), {}) if state and state.stale else None
    by_machine = state is not None and state.provenance == Provenance.MACHINE
    for name, source in sources_of(document).items():
        entry, target = FIELDS_BY_NAME[name], text_of(document, name, language)
        changed = before is not None and before.get(name) != source
        yield Sent(
            reference=practice.reference,
            version=practice.current_version,
            field=name,
            label=str(entry.label),
            note=_limit(entry.max_length),
            source_language=practice.original_language,
            target_language=language,
            source=source,
            target=target,
            state=State.MISSING if not target else State.TO_REVIEW if by_machine or changed else State.TRANSLATED,
            by_machine=bool(target) and by_machine,
            earlier=before.get(name, "") if before and target and changed else "",
            max_length=entry.max_length,
        )


def _limit(length: int) -> str:
    return ngettext("At most %(count)d character.", "At most %(count)d characters.", length) % {"count": length}


def _earlier_originals(practices: Sequence[Practice]) -> Earlier:
    """The original of each version that a stale text still says the same as, where the public may read it."""
    stale = [
        (practice, state.source_version) for practice in practices for state in practice.texts.all() if state.stale
    ]
    if not stale:
        return {}
    versions = PracticeVersion.objects.visible_to(AnonymousUser()).filter(
        practice__in={practice.pk for practice, _number in stale}, number__in={number for _practice, number in stale}
    )
    originals = {practice.pk: practice.original_language for practice in practices}
    return {
        (version.practice_id, version.number): sources_of(documents.complete(version.content))
        for version in versions
        if version.content.get("original_language") == originals[version.practice_id]
    }


# --- What comes back --------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """What becomes of one text."""

    NEW = "new"
    CHANGED = "changed"
    # The text stays; a person says that it is right.
    CONFIRMED = "confirmed"
    SAME = "same"
    EMPTY = "empty"
    REFUSED = "refused"


DOING = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.CONFIRMED})


@dataclass(frozen=True, kw_only=True)
class PlannedText:
    """One text of the file and what becomes of it, with what stands there now, or the reason why it cannot be used."""

    unit: Returned
    outcome: Outcome
    text: str = ""
    before: str = ""
    reason: str | Promise | validation.Interpolated = ""

    @property
    def label(self) -> str:
        entry = FIELDS_BY_NAME.get(self.unit.field)
        return str(entry.label) if entry is not None else self.unit.field


@dataclass(frozen=True)
class PlannedRecord:
    """The texts of one practice in one language. No practice: none of this reference is theirs to translate."""

    reference: str
    language: str
    practice: Practice | None
    draft: Submission | None
    texts: list[PlannedText]

    def of(self, *outcomes: Outcome) -> list[PlannedText]:
        return [text for text in self.texts if text.outcome in outcomes]

    @property
    def title(self) -> Text | None:
        return self.practice.text("title", self.practice.original_language) if self.practice else None

    @property
    def language_name(self) -> str:
        return str(dict(settings.LANGUAGES).get(self.language, self.language))

    @property
    def does(self) -> list[PlannedText]:
        return self.of(*DOING)

    @property
    def refused(self) -> list[PlannedText]:
        return self.of(Outcome.REFUSED)


@dataclass(frozen=True)
class Plan:
    records: list[PlannedRecord]

    def count(self, *outcomes: Outcome) -> int:
        return sum(len(record.of(*outcomes)) for record in self.records)

    @property
    def doing(self) -> list[tuple[Returned, Outcome]]:
        return [(text.unit, text.outcome) for record in self.records for text in record.does]


UNKNOWN_PRACTICE = _("There is no practice under this reference that you may translate.")
UNKNOWN_FIELD = _("The registry has no such text.")
WRONG_LANGUAGE = _("The file does not say that this is in one of the registry’s other languages.")
OTHER_ORIGINAL = _("The original is in another language than the file says.")
ORIGINAL_GONE = _("The original says nothing here any more.")
ORIGINAL_CHANGED = _("The original has changed since the file was made. Export it anew and translate the change.")
WITH_CODES = _("The text holds codes for formatting, which the registry has not. Remove them in your tool.")
ONE_LINE = _("This text stands on one line; here it has several.")
TWICE = _("The file holds this text twice. The first was taken.")
WAITS = _("Your translation waits for the moderators already and cannot be changed now.")
TOO_LONG = _("The text is %(length)d characters long; at most %(limit)d fit.")


class PlanChangedError(Exception):
    """What the person saw in the report is no longer what would happen; nothing was written."""


# A file has many texts; which of them it was about is in the file alone.
noting_refusals = logs_refusals(
    barred=(NotAllowedError,),
    late=(NotNowError, ConflictError, PlanChangedError),
    about=lambda _given: "practicetext",
)


@noting_refusals
def plan(units: Iterable[Returned], *, by: User) -> Plan:
    """What an import would do, and why it could not do the rest. Writes nothing, and takes the same number of queries
    for one text and for thousands."""
    if not may_translate(by):
        raise NotAllowedError
    order = {entry.name: place for place, entry in enumerate(TRANSLATABLE)}
    sorted_units = sorted(units, key=lambda unit: (_number(unit), unit.target_language, order.get(unit.field, 99)))
    numbers = {_number(unit) for unit in sorted_units}
    public = Practice.objects.public().filter(number__in=numbers).with_details()
    practices = {practice.number: practice for practice in public}
    drafts = {
        (draft.practice_id, draft.language): draft
        for draft in by.submissions.filter(
            kind=SubmissionKind.TRANSLATION, status__in=OPEN, practice__in=practices.values()
        )
    }
    earlier = _earlier_originals(list(practices.values()))
    records = []
    for (reference, language), group in groupby(sorted_units, key=lambda unit: (unit.reference, unit.target_language)):
        practice = practices.get(int(reference.removeprefix("CMISE-")))
        draft = drafts.get((practice.pk, language)) if practice else None
        comparison = _Comparison(practice, language, draft, earlier)
        records.append(PlannedRecord(reference, language, practice, draft, [comparison.of(unit) for unit in group]))
    return Plan(records)


def _number(unit: Returned) -> int:
    return int(unit.reference.removeprefix("CMISE-"))


@dataclass
class _Comparison:
    """Compares the texts of one practice and language with what stands there."""

    practice: Practice | None
    language: str
    draft: Submission | None
    earlier: Earlier
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.practice is None:
            return
        live = public_part(self.practice)
        self.sources = sources_of(live)
        self.content = self.draft.content if self.draft else live
        self.noted = machine_texts(self.content, self.language)
        state = self.practice.provenance_in(self.language)
        stale = state if state and state.stale else None
        # What the published text was made from; as long as no draft takes it up, saying that it holds is news.
        self.before = self.earlier.get((self.practice.pk, stale.source_version), {}) if stale else None

    def of(self, unit: Returned) -> PlannedText:
        reason = self._objection(unit)
        if reason:
            return PlannedText(unit=unit, outcome=Outcome.REFUSED, text=unit.target, reason=reason)
        text, before = _tidy(unit.target), text_of(self.content, unit.field, self.language)
        outcome = self._outcome(unit, text, before)
        if outcome in DOING and self.draft and self.draft.status not in WITH_SUBMITTER:
            return PlannedText(unit=unit, outcome=Outcome.REFUSED, text=text, before=before, reason=WAITS)
        return PlannedText(unit=unit, outcome=outcome, text=text, before=before)

    def _outcome(self, unit: Returned, text: str, before: str) -> Outcome:
        if not text:
            return Outcome.EMPTY
        if writable(text) != writable(before):
            return Outcome.CHANGED if before else Outcome.NEW
        is_news = self.noted.get(unit.field) is False or (
            self.draft is None and self.before is not None and self.before.get(unit.field) != self.sources[unit.field]
        )
        return Outcome.CONFIRMED if unit.confirmed and is_news else Outcome.SAME

    def _objection(self, unit: Returned) -> str | Promise | validation.Interpolated:
        if self.practice is None or self.practice.reference != unit.reference:
            return UNKNOWN_PRACTICE
        if self.language not in settings.LANGUAGE_CODES or self.language == self.practice.original_language:
            return WRONG_LANGUAGE
        if unit.source_language != self.practice.original_language:
            return OTHER_ORIGINAL
        if unit.field not in NAMES:
            return UNKNOWN_FIELD
        if unit.field in self.seen:
            return TWICE
        self.seen.add(unit.field)
        if unit.field not in self.sources:
            return ORIGINAL_GONE
        if unit.source_mark != mark_of(self.sources[unit.field]):
            return ORIGINAL_CHANGED
        return _unfit(unit)


def _unfit(unit: Returned) -> str | Promise | validation.Interpolated:
    """Why a text cannot be stored in its field, whatever stands there."""
    entry, text = FIELDS_BY_NAME[unit.field], _tidy(unit.target)
    if unit.broken:
        return WITH_CODES
    if entry.kind is Kind.LINE and "\n" in text:
        return ONE_LINE
    if len(text) > entry.max_length:
        return validation.Interpolated(TOO_LONG, length=len(text), limit=entry.max_length)
    return ""


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


@dataclass
class Imported:
    """What an import did: drafts that stay with the person, what went to the moderators, and what could not go."""

    kept: list[Submission] = field(default_factory=list)
    sent: list[Submission] = field(default_factory=list)
    unsent: list[tuple[Submission, list[validation.Problem]]] = field(default_factory=list)


@noting_refusals
@transaction.atomic
def carry_out(wanted: Sequence[tuple[Returned, Outcome]], *, by: User, send: bool) -> Imported:
    """Write the texts into drafts of this person, all or none, and send those drafts if they wish so. `wanted` is what
    the report said; where that would come out differently now, `PlanChangedError` is raised."""
    current = plan([unit for unit, _outcome in wanted], by=by)
    if sorted(current.doing, key=repr) != sorted(wanted, key=repr):
        raise PlanChangedError
    done = Imported()
    for record in current.records:
        draft = _write(record, by=by)
        if not send:
            done.kept.append(draft)
            continue
        try:
            done.sent.append(perform(draft, Action.SUBMIT, by=by, version=draft.version, imported=True))
        except InvalidDocumentError as invalid:
            done.unsent.append((draft, invalid.problems))
    return done


def _write(record: PlannedRecord, *, by: User) -> Submission:
    if record.practice is None:
        raise NotAllowedError
    draft = record.draft or start_translation(by=by, practice=record.practice, language=record.language)
    current = editable(draft.pk, by)
    content, noted = dict(current.content), machine_texts(current.content, current.language)
    for text in record.does:
        name, unit = text.unit.field, text.unit
        if text.outcome is not Outcome.CONFIRMED:
            content[name] = {**(content.get(name) or {}), current.language: text.text}
            noted.pop(name, None)
        if unit.by_machine or name in noted:
            noted[name] = unit.confirmed
    current.content = with_machine_texts(content, current.language, noted)
    current.visited = sorted({*current.visited, TRANSLATION.value})
    write(current)
    return current
