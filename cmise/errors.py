"""Error answers: pages for people, problem documents for programs."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

PROGRAM_PREFIXES = ("/api/",)


def answer(request: HttpRequest, status: HTTPStatus, title: str) -> HttpResponse:
    """The same answer for what never existed and for what is hidden: nothing of the address is repeated."""
    if request.path.startswith(PROGRAM_PREFIXES):
        problem = {"type": "about:blank", "title": title, "status": status.value}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    return render(request, f"{status.value}.html", status=status)


def bad_request(request, exception):
    return answer(request, HTTPStatus.BAD_REQUEST, _("The request cannot be understood"))


def permission_denied(request, exception):
    return answer(request, HTTPStatus.FORBIDDEN, _("This is not open to you"))


def page_not_found(request, exception):
    return answer(request, HTTPStatus.NOT_FOUND, _("Page not found"))


def server_error(request):
    return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something went wrong on our side"))


def method_not_allowed(request):
    return answer(request, HTTPStatus.METHOD_NOT_ALLOWED, _("The request cannot be understood"))


def too_large(request):
    return answer(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The request cannot be understood"))


def csrf_failure(request, reason=""):
    """A form whose token no longer fits, most often because its sender signed in again in another window. What was
    typed into a submission is handed back; nothing of it is stored before the person sends it again."""
    if request.path.startswith(PROGRAM_PREFIXES):
        return answer(request, HTTPStatus.FORBIDDEN, _("This is not open to you"))
    match = request.resolver_match
    if match is not None and match.url_name == "submission-autosave":
        # Its page fetches a new token and sends again.
        return JsonResponse({}, status=HTTPStatus.FORBIDDEN)
    kept = []
    if match is not None and match.url_name == "submission-section" and request.user.is_authenticated:
        kept = [
            (name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
        ]
    return render(request, "403_csrf.html", {"kept": kept, "action": request.path}, status=HTTPStatus.FORBIDDEN)
