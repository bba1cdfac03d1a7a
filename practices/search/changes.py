"""How a process finds out what changed in the index since it last looked."""

from dataclasses import dataclass

from django.db import connection

from practices.models import SearchChange

# More changes than this are read faster by reading everything.
CATCH_UP = 500


@dataclass(frozen=True)
class Stamp:
    """A state of the index. Equal stamps mean equal contents, also across rolled back transactions."""

    number: int = 0
    mark: str = ""


def stamp() -> Stamp:
    # Asked at each request, so not through the ORM, which takes ten times as long as the database.
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, mark FROM practices_searchversion WHERE id = 1")
        row = cursor.fetchone()
    return Stamp(*row) if row else Stamp()


def changed_since(known: Stamp, now: Stamp) -> set[int] | None:
    """Numbers of the practices that changed between two states; None where the log does not lead from one to the
    other, so that everything has to be read."""
    if not known.mark or not 0 < now.number - known.number <= CATCH_UP:
        return None
    changes = list(
        SearchChange.objects.filter(number__range=(known.number, now.number))
        .order_by("number")
        .values_list("number", "mark", "practice_number")
    )
    whole = len(changes) == now.number - known.number + 1
    if not whole or changes[0][1] != known.mark or changes[-1][1] != now.mark:
        return None
    return {practice_number for _number, _mark, practice_number in changes[1:]}
