"""The search part: total, facets and the numbers of the first page, nothing read for drawing and nothing drawn."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from unittest.mock import patch

from django.contrib.auth.models import AnonymousUser

from benchmarks import full_text
from benchmarks.queries import KINDS, Asker, Question
from benchmarks.timing import milliseconds, quantiles, timed
from practices import facets
from practices.catalogue import Catalogue
from practices.search import engines, facet_index
from practices.search.analyse import tokens_of, words

PAGE_SIZE = 20
ASKED = 140
WARM_UP = 35
SECONDS = 40


def catalogue(question: Question) -> Catalogue:
    return Catalogue(question.params, user=AnonymousUser(), language=question.language)


def search(question: Question) -> tuple:
    found = catalogue(question)
    return found.count, found.facets, found.numbers(1, PAGE_SIZE)


def known_values() -> dict[str, list[str]]:
    snapshot = facet_index.current()
    return {name: sorted(values) for name, values in facets.known_values(snapshot).items()}


def figures() -> dict:
    """p50 and p95 for each kind; for texts the engine's ids alone too."""
    begin = time.perf_counter()
    known = known_values()
    found: dict = {"index loaded": {"seconds": time.perf_counter() - begin}}
    begin = time.perf_counter()
    warm = Asker(known, seed="warm-up")
    for kind in KINDS:
        for question in warm.questions(kind, WARM_UP):
            search(question)
    found["warmed up"] = {"seconds": time.perf_counter() - begin}
    asker = Asker(known)
    every: list[float] = []
    for kind in KINDS:
        questions = asker.questions(kind, ASKED)
        times = timed(search, questions, seconds=SECONDS)
        every += times
        found[kind] = quantiles(times)
        if kind == "text":
            # Others: relatives of words that were asked for are remembered.
            found[kind] |= beside_ids(Asker(known, seed="beside ids").questions(kind, len(times)))
    return {**found, "all kinds": quantiles(every)}


def beside_ids(questions: Sequence[Question]) -> dict:
    """The whole search, and right beside it three that find ids and do nothing else: the engine, asked for the same
    groups of tokens; the database's own full-text index, asked for these groups; and asked once, for the words alone.
    """
    times: dict[str, list[float]] = {"whole": [], "engine": [], "full text": [], "plain": []}
    hits = []
    with full_text.full_text_index():
        give_up = time.monotonic() + SECONDS
        for question in questions:
            # At a million practices one question takes the database's own index seconds.
            if hits and time.monotonic() > give_up:
                break
            calls: list[tuple] = []
            with noted(calls):
                times["whole"].append(milliseconds(lambda question=question: search(question)))
            if not calls:
                raise AssertionError(f"The engine was not asked for {question.text!r}.")
            times["engine"].append(milliseconds(lambda calls=calls: [engines.matches(*call) for call in calls]))
            groups = [want.tokens for wants, _levels in calls for want in wants if want.tokens]
            times["full text"].append(milliseconds(lambda groups=groups: [full_text.ids(group) for group in groups]))
            own = {token for word in words(question.text) for token in tokens_of(word[0], question.language)}
            times["plain"].append(milliseconds(lambda own=own: full_text.ids(own)))
            hits.append(catalogue(question).count)
    return {"beside": {name: quantiles(each) for name, each in times.items()}, "median_hits": median(hits)}


@contextmanager
def noted(calls: list[tuple]) -> Iterator[None]:
    """Keeps what the engine is asked meanwhile, for which readers."""
    real = engines.matches

    def noting(wants, levels, *postings):
        calls.append((wants, levels))
        return real(wants, levels, *postings)

    with patch.object(engines, "matches", noting):
        yield
