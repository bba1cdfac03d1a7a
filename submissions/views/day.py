"""The day before which nothing is published, chosen by the officer."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from submissions.choices import OPEN
from submissions.forms.day import DayForm
from submissions.services import ConflictError, NotAllowedError, NotNowError, set_day
from submissions.views.access import own_submission, person, version_seen


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_day(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for the day and keep it. What is closed has no such page any more."""
    submission = own_submission(request, uuid)
    if submission.status not in OPEN:
        return redirect(submission)
    form = DayForm(request.POST if request.method == "POST" else None, initial={"day": submission.embargo_until})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            set_day(submission, by=person(request), day=form.cleaned_data["day"], version=version_seen(request))
        except ConflictError as conflict:
            submission, status = conflict.submission, 409
            messages.warning(request, _("The submission changed while this page was open. Look once more, then save."))
        except NotNowError:
            form.add_error("day", _("It is approved for a day: choose another day that is ahead, or withdraw it."))
        except NotAllowedError:
            return redirect(submission)
        else:
            messages.success(request, _("Saved."))
            return redirect(submission)
    return render(request, "submissions/day.html", {"submission": submission, "form": form}, status=status)
