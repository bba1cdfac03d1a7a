"""For which cities a person speaks, until when, and asking the moderators to check it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cities.models import Membership
from cities.querysets import ENDS_SOON, REQUESTED
from cities.services import MOST_ASKED, AskedTooOftenError, TooManyRequestsError, ask_moderators
from submissions.forms.membership import MembershipForm
from submissions.views.access import person


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def membership_list(request: HttpRequest) -> HttpResponse:
    """The person's own memberships, with a button to ask anew, and the form for a first one."""
    form = MembershipForm(request.POST or None, initial={"city": request.GET.get("city", "")[:80]})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            ask_moderators(user=person(request), city=data["city"], evidence=data["evidence"])
        except TooManyRequestsError:
            form.add_error("city", _("You wait for an answer about several cities already. Please wait for one."))
        except AskedTooOftenError:
            text = _("You asked about this city %(count)d times within a month. Please ask again later.")
            form.add_error("evidence", text % {"count": MOST_ASKED})
        else:
            messages.success(request, _("The moderators check it, as a rule within days. You get a mail."))
            return redirect("membership-list")
    memberships = Membership.objects.filter(user=person(request)).select_related("city").with_last_word()
    rows = [row_of(membership) for membership in memberships]
    return render(request, "cities/memberships.html", {"form": form, "rows": rows})


def row_of(membership: Membership) -> dict[str, object]:
    """How it stands with one city, of a row `with_last_word`. Who decided stays with the moderators."""
    last_word: str = vars(membership)["last_word"]
    asked = last_word == REQUESTED or (membership.verified_at is None and not last_word)
    valid, until = membership.is_valid, membership.valid_until
    ends = valid and until is not None and until <= timezone.now() + ENDS_SOON
    return {
        "membership": membership,
        "asked": asked,
        "valid": valid,
        "ends": ends,
        "may_ask": not asked and (not valid or ends),
    }
