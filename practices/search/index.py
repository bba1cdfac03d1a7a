"""Keeps the search index equal to the published practices."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from cities.models import City, Term, Typology
from practices.choices import Publication
from practices.models import Approach, Practice, SearchChange, SearchDocument, SearchVersion, ServiceArea, TargetGroup
from practices.search.analyse import ANALYSER_VERSION
from practices.search.documents import PREFETCHED, documents_of

CHUNK = 200
# How far behind a process may be before it reads everything anew.
KEPT_CHANGES = 10_000
# In the log, for a change that concerns no practice but what the filters show.
NO_PRACTICE = 0
RELATIONS: dict[type[Term], str] = {ServiceArea: "service_areas", TargetGroup: "target_groups", Approach: "approaches"}

_postponed: ContextVar[set[int] | None] = ContextVar("practices whose index waits", default=None)


def update(practice: Practice) -> None:
    """Write the practice's search documents and the change log, inside the publishing transaction."""
    waiting = _postponed.get()
    if waiting is None:
        update_many([practice.pk])
    else:
        waiting.add(practice.pk)


@contextmanager
def postponed() -> Iterator[None]:
    """For bulk loads: the practices published inside are indexed together at the end, also when the load breaks off."""
    waiting: set[int] = set()
    token = _postponed.set(waiting)
    try:
        yield
    finally:
        _postponed.reset(token)
        update_many(waiting)


@transaction.atomic
def update_many(keys: Iterable[int]) -> None:
    """Write the search documents of the practices with these primary keys as they stand in the database."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        practices = _with_words(Practice.objects.filter(pk__in=ordered[start : start + CHUNK]))
        _write(practices)
        _log([practice.number for practice in practices])


def update_for(edited: City | Term) -> None:
    """Follow an edit of a city or of a vocabulary's term: to be called in the same transaction."""
    if isinstance(edited, City):
        concerned = Q(lead_city=edited) | Q(other_cities=edited)
    elif isinstance(edited, Typology):
        concerned = Q(lead_city__typologies=edited) | Q(other_cities__typologies=edited)
    else:
        concerned = Q((RELATIONS[type(edited)], edited))
    keys = set(Practice.objects.published().filter(concerned).values_list("pk", flat=True))
    if keys:
        update_many(keys)
    else:
        _log([NO_PRACTICE])


@transaction.atomic
def rebuild(progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Write the whole index anew and return the number of practices in it. `progress` is told done and total."""
    # First, so that a publication meanwhile waits for the end and is in the log after it.
    SearchVersion.objects.get_or_create(pk=1)
    SearchVersion.objects.filter(pk=1).update(number=F("number") + 1, mark=uuid.uuid4().hex, analyser=ANALYSER_VERSION)
    SearchChange.objects.all().delete()
    SearchDocument.objects.all().delete()
    keys = list(Practice.objects.published().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        _write(_with_words(Practice.objects.filter(pk__in=keys[start : start + CHUNK])))
        progress(min(start + CHUNK, len(keys)), len(keys))
    return len(keys)


def agrees() -> bool:
    """Whether every published practice is indexed, by the analyser that answers queries now."""
    practices = Practice.objects.published().count()
    if not practices:
        return True
    written_by = SearchVersion.objects.filter(pk=1).values_list("analyser", flat=True).first()
    rows = SearchDocument.objects.count()
    return written_by == ANALYSER_VERSION and rows == practices * len(settings.LANGUAGE_CODES)


def _with_words(practices) -> list[Practice]:
    """Read anew: the caller's instance may remember rows from before the change."""
    return list(practices.select_related("lead_city").prefetch_related(*PREFETCHED))


def _write(practices: list[Practice]) -> None:
    SearchDocument.objects.filter(practice__in=practices).delete()
    published = (practice for practice in practices if practice.publication == Publication.PUBLISHED)
    SearchDocument.objects.bulk_create(
        (document for practice in published for document in documents_of(practice)), batch_size=CHUNK
    )


def _log(numbers: list[int]) -> None:
    """Give each change the next version number. The row is locked until the transaction ends, so the numbers are
    committed in order, which a sequence's are not."""
    if not numbers:
        return
    SearchVersion.objects.get_or_create(pk=1, defaults={"analyser": ANALYSER_VERSION})
    changes = [SearchChange(practice_number=number, mark=uuid.uuid4().hex) for number in numbers]
    SearchVersion.objects.filter(pk=1).update(number=F("number") + len(changes), mark=changes[-1].mark)
    last = SearchVersion.objects.get(pk=1).number
    for number, change in enumerate(changes, start=last - len(changes) + 1):
        change.number = number
    SearchChange.objects.bulk_create(changes)
    SearchChange.objects.filter(number__lte=last - KEPT_CHANGES).delete()
