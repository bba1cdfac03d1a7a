"""Who finds practices by the tokens of their documents. Everything else of the search is shared.

An engine is a function like `matches`. The registry's own is always there; docs/opensearch.md tells of the other.
"""

from collections.abc import Callable, Sequence

from django.conf import settings
from pyroaring import BitMap

from practices.search.engines import database, opensearch
from practices.search.engines.wants import Want
from practices.search.postings import Postings

__all__ = ["Want", "matches"]

ENGINES: dict[str, Callable[[Sequence[Want], Sequence[str], Postings | None], list[BitMap]]] = {
    "database": database.matches,
    "opensearch": opensearch.matches,
}


def matches(wants: Sequence[Want], levels: Sequence[str], postings: Postings | None = None) -> list[BitMap]:
    """For each want, the ids of the documents for these readers that answer it. `postings` keep what of the registry's
    own index was read for it; they are of these readers, too."""
    return ENGINES[settings.SEARCH_ENGINE](wants, levels, postings)
