"""Who finds practices by the tokens of their documents. Everything else of the search is shared.

An engine is a function like `matches`. The database's own is always there; docs/opensearch.md tells of the other.
"""

from collections.abc import Callable, Sequence

from django.conf import settings
from pyroaring import BitMap

from practices.search.engines import database, opensearch
from practices.search.engines.wants import Want

__all__ = ["Want", "matches"]

ENGINES: dict[str, Callable[[Sequence[Want], Sequence[str]], list[BitMap]]] = {
    "database": database.matches,
    "opensearch": opensearch.matches,
}


def matches(wants: Sequence[Want], levels: Sequence[str]) -> list[BitMap]:
    """For each want, the numbers of the practices with a document for these readers that answers it."""
    return ENGINES[settings.SEARCH_ENGINE](wants, levels)
