"""The registry's own index. It is written with each publication, so it is never behind."""

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from django.db.models import TextField, Value
from django.db.models.functions import Concat, StrIndex
from pyroaring import BitMap

from practices.models import SearchDocument
from practices.search.amounts import FIELD_WEIGHTS, pair
from practices.search.analyse import GAP
from practices.search.engines.wants import Want
from practices.search.postings import Postings, together

# Texts that one statement looks into.
TEXTS_AT_ONCE = 5_000


def matches(wants: Sequence[Want], levels: Sequence[str], postings: Postings | None = None) -> list[BitMap]:
    """For each want, the ids of the documents for these readers that answer it."""
    postings = postings or Postings(levels)
    runs = {run for want in wants for run in want.phrases}
    asked = {token for want in wants for token in want.tokens} | {token for run in runs for token in _signs_of(run)}
    known = postings.of(sorted(asked))
    found = {run: _in_order(run, postings) for run in runs}
    return [
        together(known[token] for token in want.tokens).union(*(found[run] for run in want.phrases)) for want in wants
    ]


def _signs_of(run: Sequence[str]) -> Iterator[str]:
    """What a text holds that holds a run of tokens."""
    yield from run
    for first, second in pairwise(run):
        joined = pair(first, second)
        if joined:
            yield joined


def _in_order(run: tuple[str, ...], postings: Postings) -> BitMap:
    """The documents with a run of tokens. Their texts are looked into, unless the run is a token itself."""
    first, *others = (posting.documents for posting in postings.of(list(_signs_of(run))).values())
    holding = first.intersection(*others)
    return holding if len(run) == 2 and pair(*run) else BitMap(_with_run(run, holding))


def _with_run(run: Sequence[str], documents: BitMap) -> Iterator[int]:
    columns = [part for name in FIELD_WEIGHTS for part in (Value(f" {GAP} "), name)]
    whole = Concat(*columns, Value(" "), output_field=TextField())
    texts = SearchDocument.objects.alias(place=StrIndex(whole, Value(f" {' '.join(run)} ")))
    waiting = iter(documents)
    while part := list(islice(waiting, TEXTS_AT_ONCE)):
        yield from texts.filter(pk__in=part, place__gt=0).values_list("pk", flat=True)
