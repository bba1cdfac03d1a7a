"""What every view of the API has in common: one reader, one language, and a validator that saves work."""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language, override
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from practices.api.parameters import single_language
from practices.search.changes import stamp

# The API's reader. A session changes nothing here: nobody gets more than the public does.
PUBLIC = AnonymousUser()


def fingerprint_of_code() -> str:
    """Changes when an upgrade may answer differently although no practice has changed."""
    digest = hashlib.sha256()
    for pattern in ("practices/**/*.py", "cities/**/*.py", "locale/**/*.mo"):
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


CODE = fingerprint_of_code()


def validator_of(*parts: object) -> str:
    """An entity tag made of everything that the answer depends on."""
    return quote_etag(hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32])


def catalogue_state() -> str:
    """Another text after each change of what is published, and on each day: records grow old overnight."""
    return f"{CODE} {stamp()} {timezone.localdate()}"


class RegistryView(APIView):
    """A read-only answer for everyone, in one language or all.

    With `follows_catalogue` the answer changes only with what is published, so that a repeated question is answered
    "not modified" without asking it again. Otherwise the validator is made of the answer itself.
    """

    http_method_names = ["get", "head", "options"]
    follows_catalogue = True
    language: str | None = None

    def dispatch(self, request, *args, **kwargs):
        wanted = request.GET.get("lang")
        with override(wanted if wanted in settings.LANGUAGE_CODES else get_language()):
            response = super().dispatch(request, *args, **kwargs)
            # Drawn while the language is in force: labels are translated when they are written.
            if isinstance(response, Response):
                response.render()
                self.conclude(response)
            response.headers["Content-Language"] = get_language()
        patch_vary_headers(response, ["Accept-Language"])
        return response

    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        self.language = single_language(request.GET)
        if self.follows_catalogue:
            self.tag = validator_of(catalogue_state(), request.get_full_path(), get_language())
            if self.is_known(self.tag):
                return self.not_modified()
        return Response(self.answer(request, **kwargs))

    def options(self, request, *args, **kwargs):
        """The methods, and nothing about fields."""
        return HttpResponse(status=204)

    def answer(self, request: Request, **kwargs: Any) -> Any:
        """What the answer says, as JSON."""
        raise NotImplementedError

    def conclude(self, response: Response) -> None:
        """Give a successful answer its validator; empty it where the client has just that answer."""
        if response.status_code != 200:
            return
        if not self.follows_catalogue:
            self.tag = validator_of(response.content)
            if self.is_known(self.tag):
                response.status_code = 304
                response.content = b""
        self.let_caches_ask(response)

    def is_known(self, tag: str) -> bool:
        """Whether the client says it has this answer. `*` would be true of what does not exist, so it is not."""
        known = parse_etags(self.request.headers.get("If-None-Match", ""))
        return tag in {entry.removeprefix("W/") for entry in known}

    def not_modified(self) -> HttpResponse:
        response = HttpResponse(status=304)
        self.let_caches_ask(response)
        return response

    def let_caches_ask(self, response: HttpResponse) -> None:
        """Any cache may keep the answer and must ask before each use: what is withdrawn is gone at once."""
        response.headers["ETag"] = self.tag
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
