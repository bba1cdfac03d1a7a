"""A moderator's own ways to look at the queue."""

from django.db import transaction

from accounts.models import User
from accounts.refusals import logs_refusals
from submissions.models import SavedView
from submissions.services.errors import NotAllowedError

MOST = 20
LONGEST_NAME = SavedView._meta.get_field("name").max_length or 0
LONGEST_QUERY = SavedView._meta.get_field("query").max_length or 0


class TooManyViewsError(NotAllowedError):
    """The figures of all of them are counted at each look."""


@logs_refusals(late=(TooManyViewsError,), about=lambda _given: "savedview")
@transaction.atomic
def save_view(*, by: User, name: str, query: str) -> SavedView:
    """Keep an address of the queue under a name; the same name again means the new address."""
    view, is_new = SavedView.objects.update_or_create(owner=by, name=name, defaults={"query": query})
    if is_new and SavedView.objects.filter(owner=by).count() > MOST:
        raise TooManyViewsError
    return view


def drop_view(*, by: User, pk: int) -> None:
    """Only one's own; dropping it twice is once."""
    SavedView.objects.filter(owner=by, pk=pk).delete()
