"""What every page of a submission starts with."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from submissions.models import Submission


def person(request: HttpRequest) -> User:
    """Who is signed in; only for views behind `login_required`."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker what the decorator made sure of
    return request.user


def own_submission(request: HttpRequest, uuid: UUID) -> Submission:
    """The submission if this person may edit it. Anyone else's is not found, as if it did not exist."""
    submissions = Submission.objects.editable_by(request.user).select_related("practice", "city", "submitter")
    return get_object_or_404(submissions, uuid=uuid)
