"""The cities, and what each of them reports. They stand here because the app of the cities knows no practices."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from unicodedata import normalize

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cities.models import City
from practices.models import Practice, ServiceArea
from practices.presentation.cards import Card, cards_of
from practices.presentation.reader import Reader, country_label, number_label
from practices.projection import project

# Countries with one official language among ours: there the city's own name stands beside the one of the page.
OWN_LANGUAGE = {
    "AT": "de",
    "CY": "el",
    "DE": "de",
    "ES": "es",
    "FR": "fr",
    "GB": "en",
    "GR": "el",
    "IT": "it",
    "NL": "nl",
}


@require_safe
def city_list(request: HttpRequest) -> HttpResponse:
    counts = Practice.objects.visible_to(request.user).located_for(request.user).count_by_city()
    by_country: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in sorted(City.objects.current(), key=lambda city: sorting_key(str(city))):
        by_country[country_label(city)].append({"city": city, "count": counts[city.pk]})
    countries = sorted(by_country.items(), key=lambda entry: sorting_key(entry[0]))
    context = {"countries": countries, "reporting": len(counts), "known": sum(len(rows) for _, rows in countries)}
    return render(request, "cities/list.html", context)


def sorting_key(name: str) -> str:
    """Letters with an accent stand beside those without, in every alphabet."""
    return normalize("NFKD", name).casefold()


@require_safe
def city_detail(request: HttpRequest, slug: str) -> HttpResponse:
    city: City = get_object_or_404(City.objects.select_related("merged_into"), slug=slug)
    if city.merged_into:
        return redirect(city.merged_into, permanent=True)
    reader = Reader.of(request.user, get_language() or "en")
    practices = Practice.objects.visible_to(request.user).located_for(request.user).in_city(city).with_card()
    cards = cards_of(practices.order_by("-published_at", "-number"), reader)
    areas = list(ServiceArea.objects.current())
    reported = {area.pk for card in cards for area in card.areas}
    x, y = project(city.latitude, city.longitude)
    context = {
        "city": city,
        "own_name": own_name(city),
        "inhabitants": number_label(city.population) if city.population else "",
        "count": len(cards),
        "groups": grouped(cards, areas),
        "area_count": len(areas),
        "reported_count": len(reported),
        "unreported": [area for area in areas if area.pk not in reported],
        "x": x,
        "y": y,
    }
    return render(request, "cities/detail.html", context)


def grouped(cards: Iterable[Card], areas: Iterable[ServiceArea]) -> list[dict[str, object]]:
    """The practices under the first of their areas, each with its other areas."""
    by_area = defaultdict(list)
    for card in cards:
        first, *others = card.areas
        by_area[first.pk].append({"card": card, "others": others})
    return [{"area": area, "rows": by_area[area.pk]} for area in areas if area.pk in by_area]


def own_name(city: City) -> dict[str, str]:
    """The name that the city has at home, with its language, where it differs from the one shown."""
    code = OWN_LANGUAGE.get(str(city.country), "")
    name = getattr(city, f"name_{code}") if code else ""
    return {"lang": code, "name": name} if name and name != str(city) else {}
