"""The only writers of what is published. Each act is one transaction: rows, version, search index, log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from practices import document as documents
from practices.choices import Publication
from practices.models import (
    Numbering,
    PeerNoteVersion,
    Practice,
    PracticeEvent,
    PracticeVersion,
    reference_of,
)
from practices.search import index

SLUG_LENGTH = 100


class InvalidDocumentError(Exception):
    """The document cannot be published; `problems` says why, field by field."""

    def __init__(self, problems: list[documents.Problem]):
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = problems


class OutdatedError(Exception):
    """The practice changed since the document was made from it; nothing was written."""


@dataclass(frozen=True)
class Proposal:
    """A document to publish: as a new practice that wants this slug, or as the next version of `practice`."""

    document: documents.Document
    practice: Practice | None = None
    slug: str = ""


def reserve_number() -> int:
    """The next practice number. Called inside a transaction: the row stays locked until it ends, so numbers are handed
    out one after the other on both databases."""
    Numbering.objects.get_or_create(pk=1)
    Numbering.objects.filter(pk=1).update(last_number=F("last_number") + 1)
    return Numbering.objects.get(pk=1).last_number


@transaction.atomic
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
    vocabularies: documents.Vocabularies | None = None,
) -> Practice:
    """Publish a document: as a new practice, or as the next version of `practice`.

    `based_on` is the version that the author started from; if the practice has moved on, nothing is written and
    `OutdatedError` is raised. `number` is one that `reserve_number` gave. `confirmed`: the city itself stands behind
    the text as of now. Raises `InvalidDocumentError` before anything is written.
    """
    vocabularies = vocabularies or documents.Vocabularies()
    document = documents.complete(document)
    found = documents.problems(document, vocabularies=vocabularies)
    if found:
        raise InvalidDocumentError(found)
    now = at or timezone.now()
    before = None
    if practice is None:
        practice = Practice(number=number or reserve_number(), published_at=now, current_version=1)
        practice.slug = _free_slug(document, practice.number, slug)
        action = PracticeEvent.Action.PUBLISHED
    else:
        before = documents.read(practice)
        _claim_next_version(practice, based_on)
        action = PracticeEvent.Action.CHANGED
    practice.updated_at = now
    if confirmed:
        practice.confirmed_at = now
    practice.publication = Publication.PUBLISHED
    practice.withdrawn_at, practice.withdrawal_reason = None, ""
    documents.assign(practice, document, vocabularies=vocabularies)
    practice.save()
    documents.write_rows(practice, document, vocabularies=vocabularies)
    documents.write_texts(practice, document, before=before)
    _keep_version(practice, document, by=by, note=note, at=now)
    index.update(practice)
    PracticeEvent.objects.create(
        practice=practice, action=action, version=practice.current_version, at=now, by=by, note=note
    )
    return practice


@transaction.atomic
def publish_many(
    proposals: Iterable[Proposal], *, by: User | None, note: str, vocabularies: documents.Vocabularies
) -> list[Practice]:
    """Publish many documents, all or none of them; the search index is written once, at the end."""
    with index.postponed():
        return [
            publish(
                proposal.document,
                by=by,
                practice=proposal.practice,
                slug=proposal.slug,
                note=note,
                vocabularies=vocabularies,
            )
            for proposal in proposals
        ]


@transaction.atomic
def withdraw(practice: Practice, *, by: User | None, reason: str) -> Practice:
    """Take a practice from every page, list, export and index at once. A tombstone with the reason remains; twice is
    once."""
    now = timezone.now()
    changed = Practice.objects.filter(pk=practice.pk, publication=Publication.PUBLISHED).update(
        publication=Publication.WITHDRAWN, withdrawn_at=now, withdrawal_reason=reason, updated_at=now
    )
    practice.refresh_from_db()
    if changed:
        index.update(practice)
        PracticeEvent.objects.create(
            practice=practice,
            action=PracticeEvent.Action.WITHDRAWN,
            version=practice.current_version,
            at=now,
            by=by,
            note=reason,
        )
    return practice


@transaction.atomic
def confirm(practice: Practice, *, by: User | None) -> Practice:
    """Note that the city says the record is still right."""
    practice.confirmed_at = timezone.now()
    practice.save(update_fields=["confirmed_at"])
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
    claimed = Practice.objects.filter(pk=practice.pk, current_version=expected).update(current_version=expected + 1)
    if not claimed:
        raise OutdatedError(_("The practice was changed by someone else in the meantime."))
    practice.current_version = expected + 1


def _free_slug(document: documents.Document, number: int, wanted: str) -> str:
    """The wanted slug, or one from the title in English or the original, unique by the number. A withheld city must
    not be told by the address, so such a practice is known by its reference only."""
    reference = reference_of(number).lower()
    if document["city_withheld"] and not wanted:
        return reference
    titles = document["title"]
    title = titles.get("en") or titles[document["original_language"]]
    slug = (wanted or slugify(title))[:SLUG_LENGTH].strip("-") or reference
    return f"{slug}-{number}" if Practice.objects.filter(slug=slug).exists() else slug


def _keep_version(
    practice: Practice, document: documents.Document, *, by: User | None, note: str, at: datetime
) -> None:
    open_part, peer_part = documents.without_peer_fields(document)
    version = PracticeVersion.objects.create(
        practice=practice,
        number=practice.current_version,
        content=open_part,
        visibility=practice.visibility,
        city_withheld=practice.city_withheld,
        note=note,
        created_at=at,
        created_by=by,
    )
    if any(peer_part.values()):
        PeerNoteVersion.objects.create(version=version, content=peer_part)
