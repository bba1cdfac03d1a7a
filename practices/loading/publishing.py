"""Publishing entries in chunks: new ones are published, changed ones get a version, and people's work stays."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from accounts.models import User
from practices import document as documents
from practices.choices import Publication
from practices.content import FIELDS, Kind
from practices.loading.practices import Entry
from practices.models import Practice, PracticeVersion
from practices.services import Proposal, publish_many
from practices.vocabularies import Vocabularies

CHUNK = 100


@dataclass
class Outcome:
    """What became of the entries. `kept` are slugs whose practice people have changed since, or withdrawn."""

    published: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)


def publish_entries(
    entries: Iterable[Entry],
    *,
    by: User | None,
    note: str,
    vocabularies: Vocabularies,
    progress: Callable[[int], None],
) -> Outcome:
    """Publish what is new or differs from what stands here under the same slug; everything else is left alone.

    Each chunk is a transaction of its own, unless the caller has one: after an interruption the same call goes on.
    `note` marks the versions, and a practice whose last version lacks it is somebody's work and is kept.
    """
    outcome, done = Outcome(), 0
    entries = iter(entries)
    while chunk := list(islice(entries, CHUNK)):
        proposals = list(_proposals(chunk, note, vocabularies, outcome))
        publish_many(proposals, by=by, note=note, vocabularies=vocabularies)
        outcome.published += sum(proposal.practice is None for proposal in proposals)
        outcome.changed += sum(proposal.practice is not None for proposal in proposals)
        done += len(chunk)
        progress(done)
    return outcome


def _proposals(chunk: list[Entry], note: str, vocabularies: Vocabularies, outcome: Outcome) -> Iterator[Proposal]:
    slugs = [entry.slug for entry in chunk]
    practices = (
        Practice.objects.filter(slug__in=slugs).with_details().select_related("peer_note").in_bulk(field_name="slug")
    )
    notes = dict(
        PracticeVersion.objects.filter(practice__slug__in=practices)
        .order_by("practice", "number")
        .values_list("practice__slug", "note")
    )
    for entry in chunk:
        practice = practices.get(entry.slug)
        if practice is None:
            yield Proposal(document=entry.document, slug=entry.slug)
        elif practice.publication == Publication.PUBLISHED and same(
            # What was merged since the file was made is no change.
            documents.read(practice),
            vocabularies.resolved(entry.document),
        ):
            outcome.unchanged += 1
        elif notes[entry.slug] != note or practice.publication == Publication.WITHDRAWN:
            outcome.kept.append(entry.slug)
        else:
            # Read anew: nothing that was read ahead for the comparison may outlive the writing.
            yield Proposal(document=entry.document, practice=Practice.objects.get(pk=practice.pk))


def same(old: documents.Document, new: documents.Document) -> bool:
    """Whether two documents say the same; terms and cities have no order."""
    return _comparable(old) == _comparable(new)


def _comparable(document: documents.Document) -> documents.Document:
    unordered = {field.name for field in FIELDS if field.kind in (Kind.CITIES, Kind.TERMS)}
    return {name: sorted(value) if name in unordered else value for name, value in document.items()}
