"""The door to the search by meaning. Behind it nothing is loaded where a host did not switch it on."""

from collections.abc import Collection

from django.conf import settings
from django.utils.module_loading import import_string

from practices.models import Practice


def related(text: str, *, user, exclude: Collection[int] = (), limit: int = 5) -> list[Practice]:
    """Practices that the user may see and whose texts, in whatever language, mean something close to the words; the
    closest first, ready to be shown as cards. `exclude`: numbers of practices that are shown already.

    Where it is off, not filled yet or in trouble: none.
    """
    if not settings.SEMANTIC_SEARCH:
        return []
    nearest = import_string("practices.semantic.nearest.nearest")
    return nearest(text, user=user, exclude=exclude, limit=limit)
