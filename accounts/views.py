"""A person's own choices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from accounts.forms import PreferencesForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """The language in which the registry writes to a person, and a name."""
    form = PreferencesForm(request.POST if request.method == "POST" else None, instance=request.user)
    if not form.is_valid():
        return render(request, "accounts/preferences.html", {"form": form})
    person = form.save()
    # The answer is in the new language already.
    with override(person.language):
        messages.success(request, _("Your choices are saved."))
        return redirect(reverse("account-preferences"))
