"""Keeps the vectors equal to the published practices, by the same change log that every process follows."""

import hashlib
import struct
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from practices.models import Practice, SemanticProgress, SemanticVector
from practices.search.changes import Stamp, changed_since, stamp
from practices.semantic.embedding import Embedder, EmbedderDownError, EmbeddingError, prepared

CHUNK = 50
# Texts that the worker gets at once.
BATCH = 16
# How often, a second apart, an embedder is asked again that is starting anew.
ATTEMPTS = 120


class OvertakenError(Exception):
    """Another process writes vectors at the same time; this one has nothing left to do."""


@dataclass
class Outcome:
    embedded: int = 0
    removed: int = 0
    # References and languages of texts that the embedder could not take.
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Passage:
    """A text as it is embedded, and whose it is."""

    practice: Practice
    language: str
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def follow(embedder: Embedder, *, progress: Callable[[int, int], None] = lambda done, total: None) -> Outcome:
    """Write the vectors of all practices that changed since the last time; of all that need one where the log does
    not lead on. Breaking off loses nothing: the next time goes on."""
    state, done = _begin(embedder.name)
    now = stamp()
    if done == now:
        return Outcome()
    changed = changed_since(done, now)
    practices = Practice.objects.all() if changed is None else Practice.objects.filter(number__in=changed)
    keys = list(practices.order_by("pk").values_list("pk", flat=True))
    outcome = Outcome()
    for start in range(0, len(keys), CHUNK):
        state = _follow_chunk(keys[start : start + CHUNK], embedder, state, outcome)
        progress(min(start + CHUNK, len(keys)), len(keys))
    _write_state(state, number=now.number, mark=now.mark)
    return outcome


@transaction.atomic
def forget() -> int:
    """Delete every vector and return how many there were."""
    SemanticProgress.objects.all().delete()
    return SemanticVector.objects.all().delete()[0]


def _begin(model: str) -> tuple[str, Stamp]:
    """The state of the vectors, and up to which change they are; another model starts from nothing."""
    known, _made = SemanticProgress.objects.get_or_create(pk=1)
    if known.model == model:
        return known.state, Stamp(known.number, known.mark)
    return _write_state(known.state, model=model, number=0, mark=""), Stamp()


def _write_state(known: str, **columns) -> str:
    state = uuid.uuid4().hex
    if not SemanticProgress.objects.filter(pk=1, state=known).update(state=state, **columns):
        raise OvertakenError
    return state


def _follow_chunk(keys: Sequence[int], embedder: Embedder, state: str, outcome: Outcome) -> str:
    """Compare these practices with their vectors and write what differs; the new state."""
    practices = list(Practice.objects.published().filter(pk__in=keys))
    known = {
        (row.practice_id, row.language): row for row in SemanticVector.objects.filter(practice__in=keys).defer("vector")
    }
    wanted = {(passage.practice.pk, passage.language): passage for each in practices for passage in _passages(each)}
    new = [
        passage
        for key, passage in wanted.items()
        if key not in known or (known[key].model, known[key].digest) != (embedder.name, passage.digest)
    ]
    fresh = list(_embedded(new, embedder, outcome))
    moved = [
        (row, wanted[key].practice.visibility)
        for key, row in known.items()
        if key in wanted and row.visibility != wanted[key].practice.visibility
    ]
    # A text that changed and could not be embedded loses its vector as well.
    stale = {(passage.practice.pk, passage.language) for passage in new}
    gone = [row.pk for key, row in known.items() if key not in wanted or key in stale]
    if not (fresh or moved or gone):
        return state
    with transaction.atomic():
        # First: it fails where another process wrote in between, and makes one that comes later wait.
        state = _write_state(state)
        SemanticVector.objects.filter(pk__in=gone).delete()
        SemanticVector.objects.bulk_create(fresh)
        for row, visibility in moved:
            SemanticVector.objects.filter(pk=row.pk).update(visibility=visibility)
    outcome.embedded += len(fresh)
    outcome.removed += len([key for key in known if key not in wanted])
    return state


def _passages(practice: Practice) -> Iterator[Passage]:
    """Title and summary in each language that has them. Nothing else of a practice is embedded: not the city, which
    may be withheld, and no notes for peers."""
    for language in settings.LANGUAGE_CODES:
        title, summary = getattr(practice, f"title_{language}"), getattr(practice, f"summary_{language}")
        text = prepared(f"{title or ''} {summary or ''}")
        if text:
            yield Passage(practice, language, text)


def _embedded(passages: list[Passage], embedder: Embedder, outcome: Outcome) -> Iterator[SemanticVector]:
    for start in range(0, len(passages), BATCH):
        batch = passages[start : start + BATCH]
        try:
            yield from _rows(batch, embedder)
        except EmbedderDownError:
            raise
        except EmbeddingError:
            # One of them may be to blame: each by itself.
            for passage in batch:
                try:
                    yield from _rows([passage], embedder)
                except EmbedderDownError:
                    raise
                except EmbeddingError:
                    outcome.failed.append(f"{passage.practice.reference} {passage.language}")


def _rows(passages: list[Passage], embedder: Embedder) -> list[SemanticVector]:
    vectors = _patiently(embedder, [passage.text for passage in passages])
    return [
        SemanticVector(
            practice=passage.practice,
            language=passage.language,
            visibility=passage.practice.visibility,
            model=embedder.name,
            digest=passage.digest,
            vector=struct.pack(f"<{len(vector)}e", *vector),
        )
        for passage, vector in zip(passages, vectors, strict=True)
    ]


def _patiently(embedder: Embedder, texts: list[str]) -> list[list[float]]:
    for _attempt in range(ATTEMPTS):
        try:
            return embedder.embed(texts, "passage")
        except EmbedderDownError:
            time.sleep(1)
    return embedder.embed(texts, "passage")
