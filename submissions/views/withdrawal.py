"""Taking a published practice out of the registry, by somebody who speaks for its city."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from practices.models import Practice
from practices.services import withdraw
from submissions.forms.withdrawal import WithdrawalForm
from submissions.permissions import may_withdraw
from submissions.views.access import person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def practice_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for the reason and a tick, then leaves a tombstone at once. For everybody else there is no such page."""
    user = person(request)
    practice = Practice.objects.visible_to(user).select_related("lead_city").filter(slug=slug).first()
    if practice is None:
        gone = Practice.objects.tombstones_for(user).select_related("lead_city").filter(slug=slug).first()
        if gone is not None and may_withdraw(user, gone):
            # Pressed twice, or a colleague was faster: the tombstone says the rest.
            return redirect(gone)
        raise Http404
    if not may_withdraw(user, practice):
        raise Http404
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        withdraw(practice, by=user, reason=form.cleaned_data["reason"])
        messages.success(request, _("It is withdrawn. Only the reason stands at its address."))
        return redirect(practice)
    return render(request, "submissions/withdraw-practice.html", {"practice": practice, "form": form})
