"""Pages behind a secret link."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from accounts.limits import HOUR, within_limit

# Of one network address: a town hall that confirms all its practices in one sitting comes nowhere near it.
MOST_LOOKS_AN_HOUR = 200
TOO_MANY = 429


def behind_a_link(view: Any) -> Any:
    """For pages behind a secret link: kept by no cache and no search engine, told to no other site, and nobody tries
    many links.

    The referrer is cut to the origin rather than left out: with "no-referrer" browsers send `Origin: null` with the
    form, which the protection of forms refuses.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        if within_limit(request, act="secret-link", most=MOST_LOOKS_AN_HOUR, seconds=HOUR):
            response = view(request, token)
        else:
            response = render(request, "submissions/link-too-many.html", status=TOO_MANY)
        patch_cache_control(response, private=True, no_store=True)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "strict-origin"
        return response

    return wrapped
