"""Going on with what a colleague of the same city left behind."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from submissions.models import Submission
from submissions.services import ConflictError, NotAllowedError
from submissions.services.ownership import OwnChangeError, take_over
from submissions.views.access import person


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_take_over(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Asks, then makes the person the one who submits. What cannot be taken over is not found; what was is shown."""
    user = person(request)
    own = Submission.objects.filter(submitter=user, uuid=uuid).first()
    if own is not None:
        # Pressed twice.
        return redirect(own)
    left = Submission.objects.of_colleagues(user).left_behind().select_related("city", "practice")
    submission = get_object_or_404(left, uuid=uuid)
    if request.method == "POST":
        try:
            taken = take_over(submission, by=user)
        except (ConflictError, NotAllowedError):
            messages.warning(request, _("This changed while the page was open. Look at it once more, then decide."))
            return redirect("submission-list")
        except OwnChangeError:
            messages.error(
                request, _("You have an open change to the same practice. Send or withdraw it first, then try again.")
            )
            return redirect("submission-list")
        messages.success(request, _("It is yours now. Who began it gets a mail."))
        return redirect(taken)
    return render(request, "submissions/take-over.html", {"submission": submission})
