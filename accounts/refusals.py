"""What was refused to whom, in the log of the server: keys, names of acts and states, never a text or a name.

A service that refuses is answered with a message on a page that is otherwise in order. The decorator notes it where it
is refused, by whichever door it came.
"""

import logging
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

refusals = logging.getLogger("accounts.refusals")

Given = ParamSpec("Given")
Result = TypeVar("Result")
Errors = tuple[type[Exception], ...]


def logs_refusals(*, barred: Errors, late: Errors = ()) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """For services whose first argument, besides the actor `by`, is the row that they are about. `barred` are the
    errors for what somebody may not do, `late` those for what somebody else was faster with or what cannot be done now;
    what is both counts as late. An argument `action` names the act better than the service does."""

    def decorate(service: Callable[Given, Result]) -> Callable[Given, Result]:
        parameters = signature(service)

        @wraps(service)
        def logged(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            try:
                return service(*args, **kwargs)
            except (*barred, *late) as refusal:
                level = logging.INFO if isinstance(refusal, late) else logging.WARNING
                given = parameters.bind(*args, **kwargs).arguments
                _note(level, refusal, service.__name__, given)
                raise

        return logged

    return decorate


def _note(level: int, refusal: Exception, name: str, given: dict[str, Any]) -> None:
    row = next(value for parameter, value in given.items() if parameter != "by")
    state = getattr(row, "status", None) or getattr(row, "publication", "–")
    refusals.log(
        level,
        "Refused: person %s, %s, %s %s (%s), %s",
        given["by"].pk,
        given.get("action", name),
        row._meta.model_name,
        row.pk,
        state,
        type(refusal).__name__,
    )
