"""Headers that every answer carries, and answers that Django leaves bare."""

from http import HTTPStatus

from django.urls import reverse

from cmise import errors

# Five times the largest file that is let in: somewhat too large a picture is told at its field, with the text saved,
# but nobody fills the disk.
LARGEST_BODY = 50 * 1024 * 1024

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


class PolicyHeadersMiddleware:
    """Adds the policies that Django has no setting for; stands first, so that static files and errors have them too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class PrivatePagesMiddleware:
    """Keeps what a signed-in person saw out of every cache."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        return response


class StorableCookiesMiddleware:
    """Forgets cookies that hold a NUL, which quoting can smuggle in: the look-up of a session fails on it in
    PostgreSQL."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\x00" not in value}
        return self.get_response(request)


class ReadableErrorsMiddleware:
    """Refuses what is far too large before it is read, and a NUL in the admin's filters, which PostgreSQL fails on;
    gives the bare "method not allowed" of a view a page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > LARGEST_BODY:
            return errors.too_large(request)
        if "%00" in request.META.get("QUERY_STRING", "") and request.path_info.startswith(reverse("admin:index")):
            return errors.bad_request(request, None)
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        readable = errors.method_not_allowed(request)
        readable.headers["Allow"] = response.headers["Allow"]
        return readable
