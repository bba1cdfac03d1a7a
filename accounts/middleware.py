"""The admin's two conditions, in the person's language and behind a second factor; and what a sign-out takes along."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _


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
