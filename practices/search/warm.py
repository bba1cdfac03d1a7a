"""Reads what a process needs for the first search before somebody asks for it."""

import ctypes
import gc
import logging
from threading import Thread

from django.conf import settings
from django.db import DatabaseError, connection

from practices.search import facet_index
from practices.search.analyse import forget_words
from practices.search.labels import labels_of
from practices.search.prefixes import titles_of
from practices.search.vocabulary import vocabulary_of

# After so many new things the collector looks through the youngest, rather than after 700: a search makes thousands,
# and nearly all are gone with its answer.
COLLECTED_AFTER = 10_000

# What glibc's malloc can be told: how many heaps there may be, from how many bytes on memory comes from the system by
# itself, and how many may be left free at a heap's end. By the numbers in `malloc.h`.
ONE_HEAP = {-8: 1, -3: 1_000_000, -1: 2_000_000}

logger = logging.getLogger(__name__)


def warm_up() -> None:
    """Read the index's facts and words. A database that is not ready is left alone: the first search reads again."""
    _share_one_heap()
    try:
        snapshot = facet_index.current()
        labels_of(snapshot)
        vocabulary_of(snapshot)
        titles_of(snapshot)
        # Last: lists are asked for in this order more rarely than somebody searches.
        snapshot.titles(settings.LANGUAGE_CODE)
    except DatabaseError as error:
        logger.warning("The search was not prepared: %s", error)
    finally:
        connection.close()
    forget_words()
    # What was read stays as long as the process: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)
    _give_back()


def _share_one_heap() -> None:
    """Each thread would have a heap of its own, which keeps what its largest answer needed: with four threads a
    twentieth of a worker's memory at 100,000 practices. They wait for one another anyway, as Python's threads do."""
    tell = getattr(ctypes.CDLL(None), "mallopt", None)
    if tell is not None:
        for parameter, value in ONE_HEAP.items():
            tell(parameter, value)


def _give_back() -> None:
    """Return to the system what reading needed and what was read does not: at 100,000 practices a tenth. Only glibc
    keeps it otherwise, and only glibc is asked."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def warm_up_beside() -> None:
    """The same while the process answers already."""
    Thread(target=warm_up, name="search warm-up", daemon=True).start()
