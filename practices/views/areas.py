"""The page of a service area: what it means and what cities do in it."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from practices.catalogue import Catalogue
from practices.models import ServiceArea
from practices.presentation.cards import cards_of
from practices.presentation.reader import Reader

CARDS = 12
# What is counted inside an area, each count a link into the catalogue.
FACETS = ("group", "approach", "country")
OPTIONS = 8


@require_safe
def area_detail(request: HttpRequest, slug: str) -> HttpResponse:
    area = get_object_or_404(ServiceArea.objects.select_related("merged_into"), slug=slug)
    if area.merged_into:
        return redirect("area-detail", area.merged_into.slug, permanent=True)
    reader = Reader.of(request.user, get_language() or "en")
    query = QueryDict(mutable=True)
    query["area"] = area.slug
    catalogue = Catalogue(query, user=request.user, language=reader.language)
    hits = catalogue.page(1, CARDS) if catalogue.count else []
    context = {
        "area": area,
        "areas": ServiceArea.objects.current(),
        "count": catalogue.count,
        "cards": cards_of([hit.practice for hit in hits], reader),
        "facets": [
            {"name": facet.name, "label": facet.label, "options": facet.options[:OPTIONS]}
            for facet in catalogue.facets
            if facet.name in FACETS and facet.options
        ],
    }
    return render(request, "practices/area.html", context)
