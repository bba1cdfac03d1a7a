"""The search part: total, facets and the numbers of the first page, nothing read for drawing and nothing drawn."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from unittest.mock import patch

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from benchmarks.queries import KINDS, Asker, Question
from benchmarks.timing import milliseconds, quantiles, timed
from practices import facets
from practices.catalogue import Catalogue
from practices.models import SearchDocument
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
            # Others: what was asked once is answered from memory in part.
            found[kind] |= beside_ids(Asker(known, seed="beside ids").questions(kind, len(times)))
    return {**found, "all kinds": quantiles(every)}


def beside_ids(questions: Sequence[Question]) -> dict:
    """The whole search, and right beside it two that find ids and do nothing else: the engine, asked for the same
    groups of tokens and remembering nothing, and one plain full-text query for any of the words."""
    times: dict[str, list[float]] = {"whole": [], "engine": [], "plain": []}
    hits = []
    for question in questions:
        calls: list[tuple] = []
        with noted(calls):
            times["whole"].append(milliseconds(lambda question=question: search(question)))
        if not calls:
            raise AssertionError(f"The engine was not asked for {question.text!r}.")
        times["engine"].append(milliseconds(lambda calls=calls: [engines.matches(*call) for call in calls]))
        times["plain"].append(milliseconds(lambda question=question: plain_ids(question)))
        hits.append(catalogue(question).count)
    return {"beside": {name: quantiles(each) for name, each in times.items()}, "median_hits": median(hits)}


PLAIN = {
    "sqlite": ("SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s", '"{}"', " OR "),
    "postgresql": ("SELECT id FROM {table} WHERE full_text @@ %s::tsquery", "'{}'", " | "),
}


def plain_ids(question: Question) -> list[tuple]:
    """The ids of all documents with any of the words, as they are stemmed in the asker's language."""
    statement, quoted, joined = PLAIN[connection.vendor]
    tokens = dict.fromkeys(token for word in words(question.text) for token in tokens_of(word[0], question.language))
    with connection.cursor() as cursor:
        table = SearchDocument._meta.db_table
        cursor.execute(statement.format(table=table), [joined.join(map(quoted.format, tokens))])
        return cursor.fetchall()


@contextmanager
def noted(calls: list[tuple]) -> Iterator[None]:
    """Keeps what the engine is asked meanwhile, for which readers."""
    real = engines.matches

    def noting(wants, levels, *remembered):
        calls.append((wants, levels))
        return real(wants, levels, *remembered)

    with patch.object(engines, "matches", noting):
        yield
