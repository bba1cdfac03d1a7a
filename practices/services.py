"""The only writers of what is published. Each act is one transaction: rows, version, search index, log."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from practices import document as documents
from practices import rows, validation
from practices.choices import Publication
from practices.models import (
    FormerNumber,
    Numbering,
    PeerNoteVersion,
    Practice,
    PracticeEvent,
    PracticeVersion,
    reference_of,
)
from practices.notices import take_back_notices, tell_city
from practices.search import index
from practices.vocabularies import Vocabularies

SLUG_LENGTH = 100


class InvalidDocumentError(Exception):
    """The document cannot be published; `problems` says why, field by field."""

    def __init__(self, problems: list[validation.Problem]):
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = problems


class OutdatedError(Exception):
    """The practice changed since the document was made from it; nothing was written."""


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A document to publish, as a new practice or as the next version of `practice`; see `publish`."""

    document: documents.Document
    practice: Practice | None = None
    based_on: int | None = None
    number: int | None = None
    slug: str = ""
    confirmed: bool = False
    translated: str = ""


@dataclass
class Writing:
    """A proposal on its way into the database; `before` is the document that it replaces."""

    proposal: Proposal
    document: documents.Document
    practice: Practice
    before: documents.Document | None
    # The document in two. Whatever others than peers can reach is written from the first.
    open_part: documents.Document = field(init=False)
    peer_part: documents.Document = field(init=False)

    def __post_init__(self) -> None:
        self.open_part, self.peer_part = documents.without_peer_fields(self.document)

    @property
    def newly_reserved(self) -> set[str]:
        """Names of the fields that the public could read until now."""
        return set(self.document["peers_only"]) - set(self.before["peers_only"] if self.before else ())


def reserve_number() -> int:
    """The next practice number. Called inside a transaction: the row stays locked until it ends, so numbers are handed
    out one after the other on both databases."""
    return _reserve_numbers(1)[0]


def _reserve_numbers(count: int) -> range:
    Numbering.objects.get_or_create(pk=1)
    Numbering.objects.filter(pk=1).update(last_number=F("last_number") + count)
    last = Numbering.objects.get(pk=1).last_number
    return range(last - count + 1, last + 1)


def lead_number_to(practice: Practice, *, number: int) -> None:
    """A number that was reserved and that no practice has got leads to this one from now on."""
    FormerNumber.objects.update_or_create(number=number, defaults={"practice": practice})


def publish(
    document: documents.Document,
    *,
    by: User | None,
    practice: Practice | None = None,
    based_on: int | None = None,
    number: int | None = None,
    slug: str = "",
    note: str = "",
    at: datetime | None = None,
    confirmed: bool = False,
    translated: str = "",
    vocabularies: Vocabularies | None = None,
) -> Practice:
    """Publish a document: as a new practice, or as the next version of `practice`.

    `based_on` is the version that the author started from; if the practice has moved on or was withdrawn since, nothing
    is written and `OutdatedError` is raised. `number` is one that `reserve_number` gave. `confirmed`: the city itself
    stands behind the text as of now. `translated`: the language whose text was made from the original as it stands.
    Raises `InvalidDocumentError` before anything is written.
    """
    proposal = Proposal(
        document=document,
        practice=practice,
        based_on=based_on,
        number=number,
        slug=slug,
        confirmed=confirmed,
        translated=translated,
    )
    return publish_many([proposal], by=by, note=note, at=at, vocabularies=vocabularies)[0]


@transaction.atomic
def publish_many(
    proposals: Iterable[Proposal],
    *,
    by: User | None,
    note: str = "",
    at: datetime | None = None,
    vocabularies: Vocabularies | None = None,
) -> list[Practice]:
    """Publish many documents, all of them or none: what `publish` does, with one statement per table instead of one per
    practice."""
    vocabularies = vocabularies or Vocabularies()
    writings = [_checked(proposal, vocabularies) for proposal in proposals]
    _number_and_address([writing for writing in writings if writing.before is None])
    for writing in writings:
        _write_columns(writing, vocabularies, at or timezone.now())
    new = [writing.practice for writing in writings if writing.before is None]
    Practice.objects.bulk_create(new, batch_size=rows.BATCH)
    rows.insert(row for writing in writings for row in _rows(writing, vocabularies))
    _reserve_in_earlier_versions(writings)
    versions = [_version(writing, by=by, note=note) for writing in writings]
    rows.insert(versions)
    rows.insert(_peer_versions(writings, versions))
    rows.insert(_event(writing, by=by, note=note) for writing in writings)
    index.update_many(writing.practice.pk for writing in writings)
    return [writing.practice for writing in writings]


def _checked(proposal: Proposal, vocabularies: Vocabularies) -> Writing:
    document = vocabularies.resolved(documents.complete(proposal.document))
    found = validation.problems(document, vocabularies=vocabularies, required=validation.ESSENTIAL)
    if found:
        raise InvalidDocumentError(found)
    if proposal.practice is None:
        return Writing(proposal, document, Practice(current_version=1, **rows.BLANK_TEXTS), None)
    return Writing(proposal, document, proposal.practice, documents.read(proposal.practice))


def _number_and_address(writings: list[Writing]) -> None:
    """Give new practices their number, and a slug that nobody has."""
    without_number = [writing for writing in writings if writing.proposal.number is None]
    numbers = iter(_reserve_numbers(len(without_number)) if without_number else ())
    wanted = {}
    for writing in writings:
        number = writing.proposal.number
        writing.practice.number = next(numbers) if number is None else number
        wanted[writing.practice.number] = _wanted_slug(writing)
    taken = set(Practice.objects.filter(slug__in=wanted.values()).values_list("slug", flat=True))
    for writing in writings:
        slug = wanted[writing.practice.number]
        writing.practice.slug = f"{slug}-{writing.practice.number}" if slug in taken else slug
        taken.add(slug)


def _wanted_slug(writing: Writing) -> str:
    """The slug that was asked for, or one from the title in English or the original. A withheld city must not be told
    by the address, so such a practice is known by its reference only."""
    document = writing.document
    reference = reference_of(writing.practice.number).lower()
    if document["city_withheld"] and not writing.proposal.slug:
        return reference
    title = document["title"].get("en") or document["title"][document["original_language"]]
    return (writing.proposal.slug or slugify(title))[:SLUG_LENGTH].strip("-") or reference


def _write_columns(writing: Writing, vocabularies: Vocabularies, now: datetime) -> None:
    """Set the practice's columns; of a practice that is there already, write them and clear its rows."""
    practice = writing.practice
    if writing.before is None:
        practice.published_at = now
    else:
        _claim_next_version(practice, writing.proposal.based_on)
    practice.updated_at = now
    if writing.proposal.confirmed:
        practice.confirmed_at = now
        practice.confirmation_asked_at, practice.confirmation_requests = None, 0
    practice.publication = Publication.PUBLISHED
    practice.withdrawn_at, practice.withdrawal_reason = None, ""
    rows.assign(practice, writing.open_part, vocabularies=vocabularies)
    if writing.before is not None:
        practice.save()


def _rows(writing: Writing, vocabularies: Vocabularies) -> Iterator[Model]:
    # Which translations are stale is read from the rows of the version before.
    translated = writing.proposal.translated
    texts = list(rows.texts_of(writing.practice, writing.document, before=writing.before, translated=translated))
    if writing.before is not None:
        rows.clear(writing.practice)
    yield from texts
    yield from rows.rows_of(writing.practice, writing.open_part, writing.peer_part, vocabularies=vocabularies)


def _reserve_in_earlier_versions(writings: list[Writing]) -> None:
    """Move the fields that a city keeps for peers from now on out of what the public reads in earlier versions. The
    version as a whole stays what it was; what was kept for peers then stays theirs for good."""
    names = {writing.practice.pk: writing.newly_reserved for writing in writings if writing.newly_reserved}
    if not names:
        return
    for version in PracticeVersion.objects.filter(practice__in=names).select_related("peer_note"):
        note = getattr(version, "peer_note", None)
        kept = note.content if note else {}
        whole = documents.complete(documents.joined(version.content, kept))
        reserved = names[version.practice_id] | documents.reserved_in(kept)
        open_part, peer_part = documents.without_peer_fields(whole, reserved=reserved)
        PracticeVersion.objects.filter(pk=version.pk).update(content=open_part)
        PeerNoteVersion.objects.update_or_create(version=version, defaults={"content": peer_part})


def _version(writing: Writing, *, by: User | None, note: str) -> PracticeVersion:
    practice = writing.practice
    return PracticeVersion(
        practice=practice,
        number=practice.current_version,
        content=writing.open_part,
        visibility=practice.visibility,
        city_withheld=practice.city_withheld,
        note=note,
        created_at=practice.updated_at,
        created_by=by,
    )


def _peer_versions(writings: list[Writing], versions: list[PracticeVersion]) -> Iterator[PeerNoteVersion]:
    for writing, version in zip(writings, versions, strict=True):
        if any(writing.peer_part.values()):
            yield PeerNoteVersion(version=version, content=writing.peer_part)


def _event(writing: Writing, *, by: User | None, note: str) -> PracticeEvent:
    practice = writing.practice
    action = PracticeEvent.Action.PUBLISHED if writing.before is None else PracticeEvent.Action.CHANGED
    return PracticeEvent(
        practice=practice, action=action, version=practice.current_version, at=practice.updated_at, by=by, note=note
    )


@transaction.atomic
def withdraw(practice: Practice, *, by: User | None, reason: str) -> Practice:
    """Take a practice from every page, list, export and index at once. A tombstone with the reason remains, and the
    people of the city are told; twice is once. Nobody is told where nobody did it, `by` being None."""
    now = timezone.now()
    changed = Practice.objects.filter(pk=practice.pk, publication=Publication.PUBLISHED).update(
        publication=Publication.WITHDRAWN, withdrawn_at=now, withdrawal_reason=reason, updated_at=now
    )
    practice.refresh_from_db()
    if changed:
        index.update(practice)
        published_last = practice.events.filter(action=PracticeEvent.Action.PUBLISHED).order_by("pk").last()
        event = PracticeEvent.objects.create(
            practice=practice,
            action=PracticeEvent.Action.WITHDRAWN,
            version=practice.current_version,
            at=now,
            by=by,
            note=reason,
        )
        take_back_notices(published_last)
        if by is not None:
            event.mails.set(tell_city(practice, "withdrawn", by=by, reason=reason))
    return practice


@transaction.atomic
def confirm(practice: Practice, *, by: User | None) -> Practice:
    """Note that the city says the record is still right."""
    practice.confirmed_at = timezone.now()
    practice.confirmation_asked_at, practice.confirmation_requests = None, 0
    practice.save(update_fields=["confirmed_at", "confirmation_asked_at", "confirmation_requests"])
    index.update(practice)
    PracticeEvent.objects.create(
        practice=practice,
        action=PracticeEvent.Action.CONFIRMED,
        version=practice.current_version,
        at=practice.confirmed_at,
        by=by,
    )
    return practice


def _claim_next_version(practice: Practice, based_on: int | None) -> None:
    expected = practice.current_version if based_on is None else based_on
    claimable = Practice.objects.filter(pk=practice.pk, current_version=expected)
    if based_on is not None:
        # A proposal that waited while the practice was withdrawn must not bring it back.
        claimable = claimable.published()
    claimed = claimable.update(current_version=expected + 1)
    if not claimed:
        raise OutdatedError(_("The practice was changed by someone else in the meantime."))
    practice.current_version = expected + 1
