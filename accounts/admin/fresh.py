"""Acts that ask for a fresh sign-in, and what was typed meanwhile.

The session keeps one form for the address it was posted to. Whoever comes back finds it filled in as it was; nothing is
carried out before they press the button again.
"""

import time
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse

# Beside `accounts.kept`, which keeps what was posted into a session that had ended.
KEY = "form_before_fresh_sign_in"
# Not the text: the token that belongs to the posted page.
NOT_KEPT = ("csrfmiddlewaretoken",)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in, or proved who they are, within `ACCOUNT_REAUTHENTICATION_TIMEOUT`. Who has no
    password and no second factor cannot be asked again; outside of a demo nobody opens the admin like that."""
    times = [record["at"] for record in get_authentication_records(request, request.user)]
    if times and time.time() - max(times) < app_settings.REAUTHENTICATION_TIMEOUT:
        return True
    return not get_reauthentication_flows(request.user)


def ask_again(request: HttpRequest) -> HttpResponseRedirect:
    """Keep what was posted, and lead to the sign-in and back."""
    posted = {
        name: [value.replace("\x00", "") for value in values]
        for name, values in request.POST.lists()
        if name not in NOT_KEPT
    }
    request.session[KEY] = {request.path: posted}
    query = urlencode({REDIRECT_FIELD_NAME: request.path})
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{query}")


def recall(request: HttpRequest) -> QueryDict | None:
    """What was posted to this address before the sign-in, once."""
    kept = request.session.get(KEY, {}).get(request.path)
    if kept is None:
        return None
    del request.session[KEY]
    posted = QueryDict(mutable=True)
    for name, values in kept.items():
        posted.setlist(name, values)
    return posted
