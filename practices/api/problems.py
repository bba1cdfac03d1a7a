"""Errors of the API as problem documents (RFC 9457)."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status

from practices.models import Practice

CONTENT_TYPE = "application/problem+json"

TITLES = {
    HTTPStatus.BAD_REQUEST: _("The request cannot be understood"),
    HTTPStatus.FORBIDDEN: _("This is not open to you"),
    HTTPStatus.NOT_FOUND: _("There is nothing at this address"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("The API can only be read"),
    HTTPStatus.NOT_ACCEPTABLE: _("The API answers in JSON only"),
    HTTPStatus.GONE: _("This practice was withdrawn"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too many requests"),
}


class BadParameters(exceptions.APIException):
    """Parameters of the query that were not understood, each with its messages."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, errors: Mapping[str, Iterable[Any]]):
        super().__init__()
        self.errors = [
            {"parameter": name, "detail": str(message)} for name, messages in errors.items() for message in messages
        ]


class Gone(exceptions.APIException):
    """A practice that the reader could see and that was withdrawn."""

    status_code = status.HTTP_410_GONE

    def __init__(self, practice: Practice):
        super().__init__()
        self.practice = practice


def problem(code: int, **members: Any) -> HttpResponse:
    """A problem document. Members stand beside `type`, `title` and `status`."""
    known = HTTPStatus(code)
    document = {"type": "about:blank", "title": str(TITLES.get(known, known.phrase)), "status": code, **members}
    return JsonResponse(
        document,
        status=code,
        content_type=CONTENT_TYPE,
        encoder=DjangoJSONEncoder,
        json_dumps_params={"ensure_ascii": False},
    )


def gone(practice: Practice) -> HttpResponse:
    """What is left of a withdrawn practice."""
    return problem(status.HTTP_410_GONE, **_tombstone(practice))


def _tombstone(practice: Practice) -> dict[str, Any]:
    return {
        "reference": practice.reference,
        "withdrawn_at": practice.withdrawn_at,
        "reason": practice.withdrawal_reason,
    }


def problem_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """The exception handler of the API. None for what nobody foresaw: that is the site's own 500."""
    if isinstance(error, Http404):
        return problem(status.HTTP_404_NOT_FOUND)
    if isinstance(error, PermissionDenied):
        return problem(status.HTTP_403_FORBIDDEN)
    if not isinstance(error, exceptions.APIException):
        return None
    response = problem(error.status_code, **_members(error))
    if isinstance(error, exceptions.Throttled) and error.wait is not None:
        response.headers["Retry-After"] = str(ceil(error.wait))
    return response


def _members(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, BadParameters):
        return {"errors": error.errors}
    if isinstance(error, Gone):
        return _tombstone(error.practice)
    if isinstance(error, exceptions.Throttled) and error.wait is not None:
        return {"retry_after": ceil(error.wait)}
    return {}
