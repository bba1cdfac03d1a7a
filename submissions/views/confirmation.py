"""The page behind the yearly question whether a record is still right."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from practices import document as documents
from practices.choices import OperationStatus
from practices.freshness import Question, confirm_by_link, question_of
from practices.models import Practice
from submissions.choices import OPEN, Kind
from submissions.models import Submission
from submissions.permissions import may_change
from submissions.services import start
from submissions.views.access import person
from submissions.views.links import behind_a_link


@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_link
def confirmation(request: HttpRequest, token: str) -> HttpResponse:
    """Asks, and takes the answer. "Yes" needs no sign-in: the link was sent to one person, who speaks for the city."""
    question = question_of(token)
    if question is None:
        return render(request, "submissions/confirmation-over.html", status=410)
    answer = request.POST.get("answer", "")
    if answer == "yes":
        confirm_by_link(question)
        return redirect(request.path)
    if answer in ("changes", "ended", "withdraw"):
        return _sign_in_and_go_on(request, question, answer)
    practice = question.practice
    context = {
        "practice": practice,
        "title": practice.text("title", get_language() or "en"),
        "answered": question.is_answered,
    }
    return render(request, "submissions/confirmation.html", context)


def _sign_in_and_go_on(request: HttpRequest, question: Question, answer: str) -> HttpResponse:
    """To the draft of a change, or to the withdrawal. Whoever signs in on the way presses the button again."""
    if not request.user.is_authenticated:
        messages.info(request, _("Sign in for this. The page opens again afterwards; press the button once more."))
        return redirect_to_login(request.path)
    user = person(request)
    seen = Practice.objects.visible_to(user).filter(pk=question.practice.pk).exists()
    if not seen or not may_change(user, question.practice):
        raise Http404
    if answer == "withdraw":
        return redirect("practice-withdraw", question.practice.slug)
    draft, new = _change(user, question.practice, ended=answer == "ended")
    if not new:
        messages.info(request, _("You have begun a change to this practice already. Here it is."))
    elif answer == "ended":
        messages.info(request, _("The draft says that the practice has ended. Add the year, then send it."))
    return redirect(draft)


def _change(user: User, practice: Practice, *, ended: bool) -> tuple[Submission, bool]:
    """The person's open change to the practice, or a new one."""
    open_ones = user.submissions.filter(practice=practice, kind=Kind.UPDATE, status__in=OPEN)
    already = open_ones.first()
    if already:
        return already, False
    document = documents.read(practice)
    if ended:
        document["operation_status"] = OperationStatus.ENDED.value
    try:
        with transaction.atomic():
            begun = start(
                by=user,
                language=practice.original_language,
                kind=Kind.UPDATE,
                practice=practice,
                document=document,
            )
    except IntegrityError:
        # The button was pressed twice, and the other press was faster.
        return open_ones.get(), False
    return begun, True
