"""What was typed into a form whose sign-in had ended, by itself or from another browser: kept until the same person is
back, then shown before it is sent.

Kept for the one person who had been signed in, in the session that goes on through their sign-in; nothing is done with
it until they say so. Files are not kept, nor what protects or opens something.
"""

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from accounts.models import User

KEY = "kept_form"
# In `request.META`: the view has kept what was typed by itself.
KEPT_BY_VIEW = "cmise.kept_by_view"
DISCARD = "without-kept"
NOT_KEPT = ("csrfmiddlewaretoken",)
# What has a space or is longer than any code is text that somebody wrote; the rest are buttons and choices.
LONGEST_CODE = 30


@dataclass(frozen=True)
class Kept:
    """A form as it was posted."""

    fields: list[tuple[str, str]]

    @property
    def texts(self) -> list[str]:
        """What the person will want to see again."""
        return [value for _name, value in self.fields if " " in value.strip() or len(value) > LONGEST_CODE]


def keep(request: HttpRequest, *, of: User) -> None:
    """Remember what was posted. One form at a time."""
    posted = [
        (name, value.replace("\x00", ""))
        for name, values in request.POST.lists()
        if name not in NOT_KEPT and "password" not in name
        for value in values
    ]
    request.session[KEY] = {"person": of.pk, "path": _place(request), "fields": posted}


def recall(request: HttpRequest) -> Kept | None:
    """What this person had posted to this address."""
    kept = request.session.get(KEY)
    if not kept or (kept["person"], kept["path"]) != (request.user.pk, _place(request)):
        return None
    return Kept([(name, value) for name, value in kept["fields"]])


def forget(request: HttpRequest) -> None:
    """It was sent, or is not wanted any more."""
    request.session.pop(KEY, None)


def forget_others(request: HttpRequest) -> None:
    """Somebody else signed in at the same browser: it is none of theirs."""
    kept = request.session.get(KEY)
    if kept and kept["person"] != request.user.pk:
        forget(request)


def _place(request: HttpRequest) -> str:
    """The address with its query, without the word that discards."""
    query = QueryDict(request.META.get("QUERY_STRING", ""), mutable=True)
    query.pop(DISCARD, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
