"""The registry's own index. It is written with each publication, so it is never behind."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from pyroaring import BitMap

from practices.models import SearchDocument
from practices.search.amounts import FIELD_WEIGHTS, pair
from practices.search.analyse import GAP
from practices.search.engines.wants import Want
from practices.search.postings import Postings, together

# Texts that one statement reads.
TEXTS_AT_ONCE = 2_000

Run = tuple[str, ...]


def matches(wants: Sequence[Want], levels: Sequence[str], postings: Postings | None = None) -> list[BitMap]:
    """For each want, the ids of the documents for these readers that answer it."""
    postings = postings or Postings(levels)
    runs = {run for want in wants for run in want.phrases}
    asked = {token for want in wants for token in want.tokens} | {token for run in runs for token in _signs_of(run)}
    known = postings.of(sorted(asked))
    found = _in_order(runs, postings)
    return [
        together(known[token] for token in want.tokens).union(*(found[run] for run in want.phrases)) for want in wants
    ]


def _signs_of(run: Run) -> Iterator[str]:
    """What a text holds that holds a run of tokens."""
    yield from run
    for first, second in pairwise(run):
        joined = pair(first, second)
        if joined:
            yield joined


def _in_order(runs: Iterable[Run], postings: Postings) -> dict[Run, BitMap]:
    """The documents with each run of tokens. Texts with all its tokens are looked into, unless it is a token itself."""
    found: dict[Run, BitMap] = {}
    unsure: dict[Run, BitMap] = {}
    for run in runs:
        first, *others = (posting.documents for posting in postings.of(list(_signs_of(run))).values())
        holding = first.intersection(*others)
        if len(run) == 2 and pair(*run):
            found[run] = holding
        else:
            found[run], unsure[run] = BitMap(), holding
    written = {run: f" {' '.join(run)} " for run in unsure}
    # Once for all runs: phrases of one query, and a phrase as seven languages take it apart, have much in common.
    for document, text in _texts(BitMap().union(*unsure.values())):
        for run, holding in unsure.items():
            if document in holding and written[run] in text:
                found[run].add(document)
    return found


def _texts(documents: BitMap) -> Iterator[tuple[int, str]]:
    """The tokens of documents, with a mark between fields and a space at each end."""
    waiting = iter(documents)
    while part := list(islice(waiting, TEXTS_AT_ONCE)):
        rows = SearchDocument.objects.filter(pk__in=part).values_list("pk", *FIELD_WEIGHTS)
        for document, *columns in rows.iterator(TEXTS_AT_ONCE):
            yield document, f" {f' {GAP} '.join(columns)} "
