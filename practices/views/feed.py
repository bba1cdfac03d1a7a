"""The newest practices of a list, as a feed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from practices.catalogue import Catalogue
from practices.feeds import feed_of
from practices.models import SearchVersion
from practices.presentation.filters import address_of, without
from practices.presentation.reader import Reader

ENTRIES = 50


def feed_state(request: HttpRequest) -> str | None:
    """Changes with every publication, and overnight, when records grow old. Nothing is remembered of what signed-in
    people read."""
    if request.user.is_authenticated:
        return None
    version = SearchVersion.objects.values_list("number", flat=True).first() or 0
    return f'"{version}-{timezone.localdate()}"'


@require_safe
@condition(etag_func=feed_state)
def practice_feed(request: HttpRequest) -> HttpResponse:
    reader = Reader.of(request.user, get_language() or "en")
    catalogue = Catalogue(request.GET, user=request.user, language=reader.language)
    # A feed cannot say that its practices are guesses.
    hits = catalogue.page(1, ENTRIES) if catalogue.count and not catalogue.guessed else []
    query = address_of(without(catalogue.params, "page")).removesuffix("?")
    feed = feed_of(
        [hit.practice for hit in hits],
        reader,
        words=catalogue.text,
        page_url=f"{settings.SITE_URL}{reverse('practice-list')}{query}",
        feed_url=f"{settings.SITE_URL}{reverse('practice-feed')}{query}",
    )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
