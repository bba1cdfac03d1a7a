"""Files of published practices. They lie outside the web root; nobody gets one past the practice's visibility."""

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import User
from practices.models import Practice, PracticeAttachment
from practices.querysets import visible_levels


def as_download(file: FieldFile, *, name: str, content_type: str) -> FileResponse:
    """A file that a browser saves and never runs, whatever it is made to contain."""
    response = FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    # The middleware leaves a policy that stands already alone.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def files_for(user: User | AnonymousUser) -> QuerySet[PracticeAttachment]:
    """Every file that a reader may have."""
    practices = Practice.objects.visible_to(user).located_for(user)
    return PracticeAttachment.objects.filter(practice__in=practices, visibility__in=visible_levels(user))


@require_safe
def practice_file(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Send a file to whoever may see its practice. A file may name the city, so it goes where the city's name goes."""
    attachment = get_object_or_404(files_for(request.user), uuid=uuid)
    try:
        return as_download(attachment.file, name=attachment.name, content_type=attachment.content_type)
    except FileNotFoundError as lost:
        raise Http404 from lost
