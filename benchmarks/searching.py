"""The search part: total, facets and the numbers of the first page, nothing read for drawing and nothing drawn."""

import time
from collections.abc import Sequence
from unittest.mock import patch

from django.contrib.auth.models import AnonymousUser

from benchmarks.queries import KINDS, Asker, Question
from benchmarks.timing import milliseconds, quantiles, timed
from practices import facets
from practices.catalogue import Catalogue
from practices.search import engines, facet_index

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
            found[kind] |= beside_ids(questions[: len(times)])
    return {**found, "all kinds": quantiles(every)}


def beside_ids(questions: Sequence[Question]) -> dict:
    """The engine asked for the same groups of tokens and nothing else, and the whole search again right beside it."""
    ids, whole, hits = [], [], []
    for question in questions:
        calls = asked_of_engine(question)
        ids.append(milliseconds(lambda calls=calls: [engines.matches(*call) for call in calls]))
        whole.append(milliseconds(lambda question=question: search(question)))
        hits.append(catalogue(question).count)
    ids_p50, whole_p50 = quantiles(ids)["p50"], quantiles(whole)["p50"]
    return {
        "ids_p50": ids_p50,
        "ids_p95": quantiles(ids)["p95"],
        "ratio": whole_p50 / ids_p50,
        "median_hits": sorted(hits)[len(hits) // 2],
    }


def asked_of_engine(question: Question) -> list[tuple]:
    calls = []
    real = engines.matches

    def noting(*call):
        calls.append(call)
        return real(*call)

    with patch.object(engines, "matches", noting):
        search(question)
    if not calls:
        raise AssertionError(f"The engine was not asked for {question.text!r}.")
    return calls
