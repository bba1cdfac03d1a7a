"""What was typed into a page whose sign-in had ended: kept in the visitor's session until they are back.

The session survives the sign-in of the person and is thrown away when somebody else signs in. Nothing is written into
the submission before its editor presses the button again.
"""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, QueryDict

from accounts.kept import KEPT_BY_VIEW
from submissions.steps import Step

KEY = "unsaved_answers"
# Not the text: the token that made the form valid in the ended session.
NOT_KEPT = ("csrfmiddlewaretoken",)


def _name(uuid: UUID, section: Step) -> str:
    return f"{uuid}/{section.value}"


def keep(request: HttpRequest, uuid: UUID, section: Step) -> None:
    """Remember the posted answers. One page at a time: the latest is the one the person looks for."""
    posted: Mapping[str, list[str]] = {
        name: [value.replace("\x00", "") for value in values]
        for name, values in request.POST.lists()
        if name not in NOT_KEPT
    }
    request.session[KEY] = {_name(uuid, section): posted}
    # For the middleware that keeps other forms when a session ends.
    request.META[KEPT_BY_VIEW] = True


def recall(request: HttpRequest, uuid: UUID, section: Step) -> QueryDict | None:
    """The answers that were kept for this page."""
    kept = request.session.get(KEY, {}).get(_name(uuid, section))
    if kept is None:
        return None
    posted = QueryDict(mutable=True)
    for name, values in kept.items():
        posted.setlist(name, values)
    return posted


def forget(request: HttpRequest) -> None:
    """They are saved now."""
    request.session.pop(KEY, None)
