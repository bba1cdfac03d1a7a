"""Files of a draft, for those who edit it and for moderators."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from practices.views.files import as_download
from submissions.models import Submission, SubmissionAttachment


@require_safe
@login_required
def submission_file(request: HttpRequest, uuid: UUID, file: UUID) -> FileResponse:
    """Send a file of a submission to someone who may read the submission."""
    submission = get_object_or_404(Submission.objects.visible_to(request.user), uuid=uuid)
    attachment = get_object_or_404(SubmissionAttachment, submission=submission, uuid=file)
    try:
        return as_download(attachment.file, name=attachment.name, content_type=attachment.content_type)
    except FileNotFoundError as lost:
        raise Http404 from lost
