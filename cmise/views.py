"""The front page, and what the registry says about itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe

from cities.choices import CmiseRole
from cities.models import City
from practices.models import Practice
from practices.overview import Overview, overview_for, source_documents
from practices.presentation.cards import cards_of
from practices.presentation.reader import Reader
from practices.projection import dots_of

RECENT = 3
# The areas that the initiative's first call to cities named, in 2018; the others came with the practices.
CALLED_AREAS = ("shelter", "healthcare", "legal_aid", "education", "civic_id", "victims_of_crime")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    overview = overview_for(request.user)
    recent = Practice.objects.visible_to(request.user).with_card().order_by("-published_at", "-number")[:RECENT]
    dots = dots_of(overview.cities)
    context = {
        "overview": overview,
        "examples": example_searches(),
        "dots": dots,
        "rows": sorted(dots, key=lambda dot: (-dot.count, dot.name)),
        "recent": cards_of(recent, Reader.of(request.user, get_language() or "en")),
        **split_areas(overview),
        **working_group(),
    }
    return render(request, "pages/home.html", context)


def example_searches() -> list[str]:
    return [
        pgettext("example of a search", "medical card"),
        pgettext("example of a search", "city card"),
        pgettext("example of a search", "safe reporting"),
        pgettext("example of a search", "night shelter"),
    ]


def split_areas(overview: Overview) -> dict[str, object]:
    return {
        "called_areas": [row for row in overview.areas if row.area.slug in CALLED_AREAS],
        "other_areas": [row for row in overview.areas if row.area.slug not in CALLED_AREAS],
    }


def working_group() -> dict[str, list[City]]:
    cities = list(City.objects.current().exclude(cmise_role=""))
    return {
        "chairs": [city for city in cities if city.cmise_role == CmiseRole.CHAIR],
        "members": [city for city in cities if city.cmise_role in (CmiseRole.CHAIR, CmiseRole.MEMBER)],
        "associates": [city for city in cities if city.cmise_role == CmiseRole.ASSOCIATE],
    }


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/about.html")


@require_safe
def about_data(request: HttpRequest) -> HttpResponse:
    overview = overview_for(request.user)
    numbers = {
        "practices": overview.practices,
        "cities": overview.city_count,
        "countries": overview.country_count,
    }
    return render(request, "pages/about-data.html", {"numbers": numbers, "sources": source_documents(request.user)})


@require_safe
def about_accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


@require_safe
def about_privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")
