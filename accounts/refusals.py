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
NOTED = "noted as a refusal"


def one_row(given: dict[str, Any]) -> str:
    """The row that is the first of a service's arguments, besides the actor `by`, with the state that it is in."""
    row = next(value for parameter, value in given.items() if parameter != "by")
    state = getattr(row, "status", None) or getattr(row, "publication", "–")
    return f"{row._meta.model_name} {row.pk} ({state})"


def logs_refusals(
    *, barred: Errors = (), late: Errors = (), about: Callable[[dict[str, Any]], str] = one_row
) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """For services with an actor `by`. `barred` are the errors for what somebody may not do, `late` those for what
    somebody else was faster with or what cannot be done now; what is both counts as late. `about` says of the arguments
    which rows they are about. An argument `action` names the act better than the service does. Where one service calls
    another, the inner one notes what it refuses, once."""

    def decorate(service: Callable[Given, Result]) -> Callable[Given, Result]:
        parameters = signature(service)

        @wraps(service)
        def logged(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            try:
                return service(*args, **kwargs)
            except (*barred, *late) as refusal:
                if not vars(refusal).get(NOTED):
                    vars(refusal)[NOTED] = True
                    given = parameters.bind(*args, **kwargs).arguments
                    level = logging.INFO if isinstance(refusal, late) else logging.WARNING
                    act = given.get("action", service.__name__)
                    # Nobody where the server acts by itself: the refusal must come through all the same.
                    person = getattr(given.get("by"), "pk", None) or "–"
                    error = type(refusal).__name__
                    refusals.log(level, "Refused: person %s, %s, %s, %s", person, act, about(given), error)
                raise

        return logged

    return decorate
