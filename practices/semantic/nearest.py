"""Practices whose texts mean something close to a query's words."""

from collections.abc import Collection
from itertools import islice, takewhile

from django.conf import settings

from practices.models import Practice
from practices.querysets import visible_levels
from practices.semantic.embedding import EmbeddingError, prepared
from practices.semantic.process import worker
from practices.semantic.vectors import current


def nearest(text: str, *, user, exclude: Collection[int], limit: int) -> list[Practice]:
    if not prepared(text):
        return []
    embedder = worker(settings.SEMANTIC_MODEL)
    try:
        [vector] = embedder.embed([text], "query")
    except EmbeddingError:
        # Said in the log. The page goes without.
        return []
    found = current(embedder.name, embedder.dimension)
    if found is None:
        return []
    vectors, changed = found
    closest = vectors.closest(vector, levels=visible_levels(user), without={*exclude, *changed})
    related = takewhile(lambda practice: practice[1] >= embedder.threshold, closest)
    numbers = [number for number, _closeness in islice(related, limit)]
    practices = Practice.objects.visible_to(user).with_card().filter(number__in=numbers)
    return sorted(practices, key=lambda practice: numbers.index(practice.number))
