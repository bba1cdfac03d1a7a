"""The filtered list as a file."""

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from practices.catalogue import Catalogue
from practices.exports import FORMATS
from practices.presentation.reader import Reader


@require_safe
def practice_export(request: HttpRequest, format: str) -> StreamingHttpResponse:
    """Everything that the list with the same address shows, on all its pages."""
    if format not in FORMATS:
        raise Http404
    reader = Reader.of(request.user, get_language() or "en")
    catalogue = Catalogue(request.GET, user=request.user, language=reader.language)
    chosen = FORMATS[format]
    response = StreamingHttpResponse(chosen.write(catalogue.practices(), reader), content_type=chosen.content_type)
    name = f"cmise-practices-{timezone.localdate():%Y-%m-%d}-{reader.language}.{format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
