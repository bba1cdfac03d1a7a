"""What every page of a submission starts with."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from submissions.models import Submission

# More digits than any version has.
LONGEST_NUMBER = 10


def person(request: HttpRequest) -> User:
    """Who is signed in; only for views behind `login_required`."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker what the decorator made sure of
    return request.user


def own_submission(request: HttpRequest, uuid: UUID) -> Submission:
    """The submission if this person may edit it. Anyone else's is not found, as if it did not exist."""
    submissions = Submission.objects.editable_by(request.user).select_related("practice", "city", "submitter")
    return get_object_or_404(submissions, uuid=uuid)


def version_seen(request: HttpRequest) -> int:
    """The posted version of the submission that the person saw; nonsense counts as one that never was."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < LONGEST_NUMBER else 0
