"""Merging terms and cities with all that is on its way: memberships, submissions, nominations, documents."""

from dataclasses import dataclass

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from accounts.models import User
from accounts.refusals import logs_refusals
from cities.models import City, Term, Typology
from cities.services import move_memberships
from practices import merging
from practices.merging import FIELD_OF, NotMergeableError, practices_of
from submissions.choices import OPEN
from submissions.models import Nomination, Submission, TermProposal

noting_refusals = logs_refusals(late=(NotMergeableError,))


@dataclass(frozen=True)
class Consequences:
    """What a merge reaches. `documents`: open submissions that name the row, drafts that nobody sent among them."""

    practices: int
    documents: int
    people: int = 0
    submissions: int = 0
    nominations: int = 0
    cities: int = 0


@noting_refusals
@transaction.atomic
def merge_terms(*, term: Term, into: Term, by: User) -> int:
    """Let a term become part of another of its vocabulary; see `practices.merging`. Documents stay as they are written
    and mean the other from now on. Returns the number of practices, for localities of cities. Raises
    `NotMergeableError`."""
    moved = merging.merge_term(term=term, into=into, by=by)
    if type(term) in FIELD_OF:
        decided = TermProposal.objects.filter(vocabulary=FIELD_OF[type(term)], term_slug=term.slug)
        decided.update(term_slug=into.slug)
    _log(term, into, by=by)
    return moved


@noting_refusals
@transaction.atomic
def merge_cities(*, city: City, into: City, by: User) -> int:
    """Let a city become part of another, with its people. Returns the number of practices. Raises
    `NotMergeableError`."""
    moved = merging.merge_city(city=city, into=into, by=by)
    move_memberships(city=city, into=into, by=by)
    # Not of the documents: what somebody types there stays theirs, and means the other city from now on.
    Submission.objects.filter(city=city).update(city=into)
    Nomination.objects.filter(city=city).update(city=into)
    _log(city, into, by=by)
    return moved


def _log(row: City | Term, into: City | Term, *, by: User) -> None:
    """In the histories of both."""
    kind = ContentType.objects.get_for_model(type(row))
    for one in (row, into):
        LogEntry.objects.create(
            user=by,
            content_type=kind,
            object_id=str(one.pk),
            object_repr=str(one)[:200],
            action_flag=CHANGE,
            change_message=f"{row.slug} → {into.slug}",
        )


def consequences_of(row: City | Term) -> Consequences:
    """What a merge of this row would reach, counted now."""
    if isinstance(row, City):
        return Consequences(
            practices=practices_of(row),
            documents=_naming(row.slug, "lead_city", "other_cities"),
            people=row.memberships.count(),
            submissions=Submission.objects.filter(city=row).count(),
            nominations=Nomination.objects.filter(city=row).count(),
        )
    if isinstance(row, Typology):
        return Consequences(practices=practices_of(row), documents=0, cities=row.cities.count())
    return Consequences(practices=practices_of(row), documents=_naming(row.slug, FIELD_OF[type(row)]))


def _naming(slug: str, *names: str) -> int:
    """How many open submissions have the slug in one of these fields. SQLite cannot ask a list in a document, so the
    text is asked first."""
    texts = Submission.objects.filter(status__in=OPEN).annotate(text=Cast("content", TextField()))
    found = texts.filter(text__contains=f'"{slug}"').order_by().values_list("content", flat=True)
    return sum(any(_names(content.get(name), slug) for name in names) for content in found.iterator(chunk_size=200))


def _names(value: object, slug: str) -> bool:
    return slug in value if isinstance(value, list) else value == slug
