"""Keeps the search index equal to the published practices."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q

from cities.models import City, Term, Typology
from practices.choices import Publication, Visibility
from practices.models import (
    Approach,
    Practice,
    SearchChange,
    SearchDocument,
    SearchVersion,
    SearchWord,
    ServiceArea,
    TargetGroup,
)
from practices.search import inverting
from practices.search.changes import Stamp, changed_since, stamp
from practices.search.concepts import analyser_version
from practices.search.documents import PREFETCHED, number_of, rows_of, words_of
from practices.search.postings import block_of, numbers_of

CHUNK = 200
# How often a block in which others publish is inverted before they have to wait.
ATTEMPTS = 3
WORDS_AT_ONCE = 5_000
# How far behind a process may be before it reads everything anew.
KEPT_CHANGES = 10_000
# In the log, for a change that concerns no practice but what the filters show.
NO_PRACTICE = 0
RELATIONS: dict[type[Term], str] = {ServiceArea: "service_areas", TargetGroup: "target_groups", Approach: "approaches"}
# Of documents. By a join: PostgreSQL looks for each practice of a million through a list of all the others.
OF_PUBLISHED = Q(practice__publication=Publication.PUBLISHED)

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
    if ordered:
        _take_turn()
    for start in range(0, len(ordered), CHUNK):
        practices = _with_words(Practice.objects.filter(pk__in=ordered[start : start + CHUNK]))
        _write(practices)
        _log([practice.number for practice in practices])


@transaction.atomic
def update_for(edited: City | Term) -> None:
    """Follow an edit of a city or of a vocabulary's term: to be called in the same transaction. Its words stand in no
    document, but the practices' facts have to be read again."""
    if isinstance(edited, City):
        concerned = Q(lead_city=edited) | Q(other_cities=edited)
    elif isinstance(edited, Typology):
        concerned = Q(lead_city__typologies=edited) | Q(other_cities__typologies=edited)
    else:
        concerned = Q((RELATIONS[type(edited)], edited))
    numbers = sorted(set(Practice.objects.published().filter(concerned).values_list("number", flat=True)))
    _take_turn()
    _log(numbers or [NO_PRACTICE])


def rebuild(progress: Callable[[int, int], None] = lambda done, total: None, *, anew: bool = False) -> int:
    """Write the whole index anew, in steps between which others may publish and search; return the number of practices.

    An interrupted rebuild is taken up where it stopped, unless it is to begin `anew` or was made for another analyser.
    `progress` is told done and total. What is written is found as soon as its block is whole.
    """
    last = _begin_rebuild(anew)
    published = Practice.objects.published().order_by("number")
    done, total = published.filter(number__lte=last).count(), published.count()
    block = block_of(last)
    while numbers := list(published.filter(number__gt=last).values_list("number", flat=True)[:CHUNK]):
        if block_of(numbers[0]) != block:
            _finish(block)
            block = block_of(numbers[0])
        numbers = [number for number in numbers if block_of(number) == block]
        last = numbers[-1]
        with transaction.atomic():
            _take_turn()
            # Read after the turn came: what was published meanwhile is not written over with older words.
            practices = _with_words(Practice.objects.filter(number__in=numbers))
            _write_documents(practices)
            _log(numbers)
            SearchVersion.objects.filter(pk=1).update(rebuilt_to=last)
        done += len(numbers)
        progress(min(done, total), total)
    _finish(block)
    with transaction.atomic():
        _take_turn()
        SearchDocument.objects.exclude(OF_PUBLISHED).delete()
        for left in inverting.blocks() - {block_of(number) for number in published.values_list("number", flat=True)}:
            inverting.Block(left).write()
        SearchVersion.objects.filter(pk=1).update(analyser=analyser_version(), rebuilding="", rebuilt_to=0)
        _log([NO_PRACTICE])
    return total


def _finish(block: int) -> None:
    """Write the postings of a block whose documents are written."""
    with transaction.atomic():
        _take_turn()
        documents = SearchDocument.objects.filter(practice__number__range=numbers_of(block))
        documents.exclude(OF_PUBLISHED).delete()
    for _attempt in range(ATTEMPTS):
        # Worked out before the turn comes: to invert thousands of texts takes seconds, in which others may publish.
        before, postings = stamp(), inverting.Block(block)
        with transaction.atomic():
            _take_turn()
            if not _changed_in(block, before):
                postings.write()
                return
        del postings
    with transaction.atomic():
        _take_turn()
        inverting.Block(block).write()


def _changed_in(block: int, before: Stamp) -> bool:
    """Whether a practice of a block may have changed since a state of the index."""
    now = stamp()
    changed = changed_since(before, now) if now != before else set()
    return changed is None or any(block_of(number) == block for number in changed)


@transaction.atomic
def _begin_rebuild(anew: bool) -> int:
    """The number of the last practice that is written already."""
    _take_turn()
    version = SearchVersion.objects.get(pk=1)
    if version.rebuilding == analyser_version() and not anew:
        return version.rebuilt_to
    SearchWord.objects.all().delete()
    SearchVersion.objects.filter(pk=1).update(rebuilding=analyser_version(), rebuilt_to=0)
    return 0


def is_current() -> bool:
    """Whether the index was written, to its end, by the analyser that reads queries now."""
    version = SearchVersion.objects.filter(pk=1).first()
    if version is None:
        return not Practice.objects.published().exists()
    return version.analyser == analyser_version() and not version.rebuilding


def agrees() -> bool:
    """Whether the index was written by this analyser, and each text of the published practices, and no other, has a
    row in its own circle, and each row its postings."""
    documents = SearchDocument.objects
    published = Practice.objects.published()
    texts = {
        code: Count("pk", filter=~Q(**{f"title_{code}": "", f"summary_{code}": ""})) for code in settings.LANGUAGE_CODES
    }
    return (
        not SearchVersion.objects.exclude(analyser=analyser_version()).exists()
        and sum(published.aggregate(**texts).values()) == documents.count()
        and not documents.exclude(OF_PUBLISHED, visibility=F("practice__visibility")).exists()
        and documents.count() == inverting.count()
    )


def disagreements(progress: Callable[[int, int], None] = lambda done, total: None) -> list[int]:
    """Numbers of the practices whose rows are not what would be written now: every text is read and compared."""
    wrong: set[int] = set()
    practices = Practice.objects.order_by("pk")
    done, total, last = 0, practices.count(), 0
    while keys := list(practices.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        last = keys[-1]
        stored: dict[int, dict[int, tuple]] = defaultdict(dict)
        for document in SearchDocument.objects.filter(practice__in=keys):
            stored[document.practice_id][document.pk] = _comparable(document)
        for practice in _with_words(practices.filter(pk__in=keys)):
            published = practice.publication == Publication.PUBLISHED
            meant = rows_of(practice) if published else []
            if stored[practice.pk] != {document.pk: _comparable(document) for document in meant}:
                wrong.add(practice.number)
        done += len(keys)
        progress(done, total)
    blocks = {block_of(number) for number in practices.values_list("number", flat=True)} | inverting.blocks()
    for block in sorted(blocks):
        wrong |= _wrong_in(block)
    return sorted(wrong)


def _wrong_in(block: int) -> set[int]:
    """Numbers of a block's practices whose postings are wrong. Its texts and its postings are read one after the other:
    who changed in between is left out."""
    before = stamp()
    wrong = {number_of(document) for document in inverting.wrong_documents(block)}
    now = stamp()
    changed = changed_since(before, now) if wrong and now != before else set()
    return _wrong_in(block) if changed is None else wrong - changed


def _comparable(document: SearchDocument) -> tuple:
    texts = (document.title, document.summary, document.body)
    return (document.language, document.visibility, *texts)


def _with_words(practices) -> list[Practice]:
    """Read anew: the caller's instance may remember rows from before the change."""
    return list(practices.select_related("lead_city").prefetch_related(*PREFETCHED))


def _write(practices: list[Practice]) -> None:
    inverting.replace(*_write_documents(practices))


def _write_documents(practices: list[Practice]) -> tuple[list[SearchDocument], list[SearchDocument]]:
    """Write the documents of practices; return those that were there and those that are there now."""
    published = [practice for practice in practices if practice.publication == Publication.PUBLISHED]
    come = [document for practice in published for document in rows_of(practice)]
    # Also what stands under an id of theirs and is not theirs: a process of an older release may have written it.
    there = SearchDocument.objects.filter(Q(practice__in=practices) | Q(pk__in=[document.pk for document in come]))
    gone = list(there)
    there.delete()
    SearchDocument.objects.bulk_create(come, batch_size=CHUNK)
    public = (practice for practice in published if practice.visibility == Visibility.PUBLIC)
    _add_words(set().union(*(words_of(practice) for practice in public)))
    return gone, come


def _add_words(found: set[tuple[str, str]]) -> None:
    """Most are known already, so only the others are sent."""
    ordered = sorted(found)
    for start in range(0, len(ordered), WORDS_AT_ONCE):
        part = ordered[start : start + WORDS_AT_ONCE]
        known = SearchWord.objects.filter(word__in={word for _language, word in part})
        new = sorted(set(part) - set(known.values_list("language", "word")))
        SearchWord.objects.bulk_create(SearchWord(language=language, word=word) for language, word in new)


def _take_turn() -> None:
    """Lock the index's version until the transaction ends: writers follow one another, so that numbers are committed
    in order, which a sequence's are not, and no two wait for each other."""
    SearchVersion.objects.get_or_create(pk=1, defaults={"analyser": analyser_version()})
    SearchVersion.objects.select_for_update().get(pk=1)


def _log(numbers: list[int]) -> None:
    """Give each change the next version number. The caller has taken its turn."""
    if not numbers:
        return
    changes = [SearchChange(practice_number=number, mark=uuid.uuid4().hex) for number in numbers]
    SearchVersion.objects.filter(pk=1).update(number=F("number") + len(changes), mark=changes[-1].mark)
    last = SearchVersion.objects.get(pk=1).number
    for number, change in enumerate(changes, start=last - len(changes) + 1):
        change.number = number
    SearchChange.objects.bulk_create(changes)
    SearchChange.objects.filter(number__lte=last - KEPT_CHANGES).delete()
