"""The admin's two conditions, in the person's language and behind a second factor; how long a sign-in lasts, and what
a sign-out takes along."""

import logging
import time
from http import HTTPStatus
from urllib.parse import urlsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import kept
from accounts.kept import KEPT_BY_VIEW
from accounts.models import User
from accounts.sessions import ended_elsewhere, forget_owner, has_ended, note_request, owner_of, remember_owner

refusals = logging.getLogger("accounts.refusals")


class SessionLimitsMiddleware:
    """Ends a sign-in after a time without requests, and in the end anyway; the form that is posted after it ended so,
    or after its person ended it from another browser, waits for the same person. Stands outside
    `ForgettingMiddleware`: the browser keeps what it saved, too."""

    def __init__(self, get_response):
        self.get_response = get_response
        # Asked by machines, also from a browser in which somebody is signed in.
        self.not_people = {reverse("healthz"), reverse("readyz")}

    def __call__(self, request):
        if request.path_info in self.not_people:
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self._not_signed_in(request)
        now = int(time.time())
        if has_ended(request.session, request.user, now=now):
            person = request.user
            logout(request)
            with translation.override(person.language):
                why = _(
                    "You were signed out because nothing was asked for a long time, or because a day’s work is over."
                )
            return self._just_ended(request, person, why)
        note_request(request.session, now=now)
        return self._shown_first(request, request.user) or self.get_response(request)

    def _not_signed_in(self, request: HttpRequest) -> HttpResponse:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        # Only of a session that is gone: most visitors cost no query.
        person = ended_elsewhere(key) if key not in ("", request.session.session_key) else None
        if person is None:
            return self._answered(request)
        with translation.override(person.language):
            why = _("You were signed out from another browser.")
        return self._just_ended(request, person, why)

    def _just_ended(self, request: HttpRequest, person: User, why: str) -> HttpResponse:
        messages.info(request, why)
        # A click in another tab may come before the form that was being filled in, and takes the old cookie away.
        remember_owner(request.session, person)
        return self._answered(request)

    def _answered(self, request: HttpRequest) -> HttpResponse:
        """Answer as to somebody who is not signed in, and keep what was posted where that asks for a sign-in, for the
        person whose sign-in ended in this browser."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            # Whoever sits there now.
            forget_owner(request.session)
        # The officers' form keeps its answers by itself, field by field.
        elif request.method == "POST" and KEPT_BY_VIEW not in request.META and _asks_to_sign_in(request, response):
            person = owner_of(request.session)
            if person is not None:
                kept.keep(request, of=person)
                # The next form may be somebody else's.
                forget_owner(request.session)
        return response

    def _shown_first(self, request: HttpRequest, person: User) -> HttpResponse | None:
        """What was typed before the sign-in ended, at the address it was typed for."""
        kept.forget_others(request)
        if request.method == "POST" or kept.DISCARD in request.GET:
            if kept.recall(request):
                kept.forget(request)
            return None
        form = kept.recall(request) if request.method == "GET" else None
        if form is None:
            return None
        with translation.override(person.language):
            return render(request, "accounts/kept.html", {"kept": form, "discard": kept.DISCARD})


def _asks_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """To come back here afterwards: the sign-in's own pages lead to one another, and theirs is no text to keep."""
    if response.status_code != HTTPStatus.FOUND:
        return False
    door = urlsplit(response.headers["Location"])
    doors = (resolve_url(settings.LOGIN_URL), reverse("admin:login"))
    return door.path in doors and QueryDict(door.query).get(REDIRECT_FIELD_NAME) == request.get_full_path()


class RefusalLogMiddleware:
    """Writes down who was refused what. The log's own filter takes secret links out of addresses."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == HTTPStatus.FORBIDDEN and request.user.is_authenticated:
            refusals.warning("Refused: person %s, %s %s", request.user.pk, request.method, request.path)
        return response


class AdminLanguageMiddleware:
    """The admin's addresses carry no language, so it speaks the one that the person chose. After the sign-in's
    middleware."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not (request.path_info.startswith(reverse("admin:index")) and request.user.is_authenticated):
            return self.get_response(request)
        # Kept: nobody is signed in any more after the sign-out page.
        language = request.user.language
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            # The header would come from the outer language.
            response.headers["Content-Language"] = language
            return response


class ForgettingMiddleware:
    """With a sign-out, by whichever door, the browser forgets what it kept of unsaved texts. Not when a session ends
    by itself: then they wait for the same person."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_signed_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"storage"'
        return response


class SecondFactorMiddleware:
    """Nobody reads the admin with one factor alone. Demo mode offers the second and does not demand it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.CMISE_DEMO or not request.path_info.startswith(reverse("admin:index")):
            return self.get_response(request)
        user = request.user
        if not (user.is_authenticated and user.is_staff) or request.path_info == reverse("admin:logout"):
            return self.get_response(request)
        if is_mfa_enabled(user):
            return self.get_response(request)
        with translation.override(user.language):
            messages.info(request, _("The moderators’ desk needs a second factor. Set one up, then open it again."))
            return redirect("mfa_activate_totp")
