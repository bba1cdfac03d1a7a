"""The questions that the API answers. Each is a GET; what an answer looks like stands in `representations`."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.generic import TemplateView
from drf_spectacular.utils import extend_schema, extend_schema_view

from cities.models import City, Typology
from practices.api import representations
from practices.api.base import PUBLIC, RegistryView
from practices.api.parameters import check_page, page_and_size
from practices.api.problems import BadParameters, Gone
from practices.api.schema import CATALOGUE, TYPED, openapi, operation
from practices.api.serializers import (
    CityListSerializer,
    CitySerializer,
    PracticeListSerializer,
    PracticeSerializer,
    SuggestionsSerializer,
    VersionListSerializer,
    VersionSerializer,
    VocabulariesSerializer,
)
from practices.catalogue import Catalogue
from practices.choices import Depth, EvidenceLevel, Firewall, OperationStatus
from practices.models import Adaptation, Approach, Practice, PracticeVersion, ServiceArea, TargetGroup
from practices.suggestions import suggestions


@operation(
    PracticeListSerializer,
    name="practices_list",
    tag="Practices",
    summary="Search and filter the practices",
    parameters=CATALOGUE,
)
class PracticeList(RegistryView):
    def answer(self, request, **kwargs):
        errors: dict[str, list[Any]] = {}
        number, size = page_and_size(request.GET, errors)
        catalogue = Catalogue(request.GET, user=PUBLIC, language=get_language())
        self.params = catalogue.params
        if errors or catalogue.errors:
            raise BadParameters({**catalogue.errors, **errors})
        pages = check_page(number, size, catalogue.count)
        places = catalogue.words("places")
        cards = representations.Cards(self.language, places, searched=bool(catalogue.text))
        return {
            "count": catalogue.count,
            "next": self.address_of_page(number + 1) if number < pages else None,
            "previous": self.address_of_page(number - 1) if number > 1 else None,
            "widened": catalogue.widened,
            "guessed": catalogue.guessed,
            "did_you_mean": catalogue.did_you_mean,
            "concepts": catalogue.concepts,
            "facets": {facet.name: representations.facet(facet) for facet in catalogue.facets},
            "results": [cards.card(hit) for hit in catalogue.page(number, size)],
        }

    def address_of_page(self, number: int) -> str:
        params = self.params.copy()
        params["page"] = str(number)
        return representations.absolute(f"{self.request.path}?{params.urlencode()}")


@operation(
    PracticeSerializer,
    name="practices_read",
    tag="Practices",
    summary="Everything public about a practice",
    missing=True,
    withdrawn=True,
)
class PracticeDetail(RegistryView):
    def answer(self, request, *, slug: str, **kwargs):
        practice = Practice.objects.visible_to(PUBLIC).with_details().filter(slug=slug).first()
        if practice is None:
            raise missing(slug)
        adaptations = Adaptation.objects.visible_to(PUBLIC).filter(practice=practice).count()
        return representations.practice_details(practice, self.language, adaptations=adaptations)


@operation(
    VersionListSerializer,
    name="versions_list",
    tag="Practices",
    summary="The published versions of a practice, the newest first",
    missing=True,
    withdrawn=True,
)
class VersionList(RegistryView):
    def answer(self, request, *, slug: str, **kwargs):
        practice = Practice.objects.visible_to(PUBLIC).filter(slug=slug).first()
        if practice is None:
            raise missing(slug)
        versions = PracticeVersion.objects.visible_to(PUBLIC).filter(practice=practice)
        lines = [
            representations.version_line(version)
            for version in versions.select_related("practice").defer("content").order_by("-number")
        ]
        return {"reference": practice.reference, "slug": practice.slug, "count": len(lines), "results": lines}


@operation(
    VersionSerializer,
    name="versions_read",
    tag="Practices",
    summary="A version as it was published",
    missing=True,
    withdrawn=True,
)
class VersionDetail(RegistryView):
    def answer(self, request, *, slug: str, number: int, **kwargs):
        versions = PracticeVersion.objects.visible_to(PUBLIC).select_related("practice")
        version = versions.filter(practice__slug=slug, number=number).first()
        if version is None:
            raise missing(slug)
        return representations.version_details(version, self.language)


@operation(CityListSerializer, name="cities_list", tag="Cities", summary="Every city of the registry")
class CityList(RegistryView):
    follows_catalogue = False

    def answer(self, request, **kwargs):
        counts = located().count_by_city()
        cities = [
            representations.city_card(city, self.language, practices=counts[city.pk])
            for city in City.objects.current().prefetch_related("typologies").order_by("slug")
        ]
        return {"count": len(cities), "results": cities}


@operation(CitySerializer, name="cities_read", tag="Cities", summary="A city and its sources", missing=True)
class CityDetail(RegistryView):
    follows_catalogue = False

    city: City

    def get(self, request, **kwargs):
        cities = City.objects.select_related("merged_into").prefetch_related("typologies")
        self.city = get_object_or_404(cities, slug=kwargs["slug"])
        if self.city.merged_into is None:
            return super().get(request, **kwargs)
        query = request.META.get("QUERY_STRING", "")
        address = reverse(request.resolver_match.view_name, kwargs={"slug": self.city.merged_into.slug})
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)

    def answer(self, request, *, slug: str, **kwargs):
        count = located().in_city(self.city).count()
        return representations.city_details(self.city, self.language, practices=count)


@operation(
    VocabulariesSerializer,
    name="vocabularies_read",
    tag="Vocabularies",
    summary="Every term and code, with its label",
)
class Vocabularies(RegistryView):
    follows_catalogue = False

    def answer(self, request, **kwargs):
        terms = {"areas": ServiceArea, "groups": TargetGroup, "approaches": Approach, "typologies": Typology}
        codes = {
            "statuses": OperationStatus,
            "firewalls": Firewall,
            "depths": Depth,
            "evidence_levels": EvidenceLevel,
        }
        listed = {
            name: [representations.term(row, self.language) for row in model.objects.current()]
            for name, model in terms.items()
        }
        return listed | {name: labelled(choices, self.language) for name, choices in codes.items()}


@operation(
    SuggestionsSerializer,
    name="suggestions_list",
    tag="Practices",
    summary="What the beginning of a search may be going to mean",
    parameters=[TYPED],
)
class Suggest(RegistryView):
    def answer(self, request, **kwargs):
        found = suggestions(request.GET.get("q", ""), language=get_language())
        return {name: [representations.suggestion(row) for row in rows] for name, rows in vars(found).items()}


@extend_schema_view(get=extend_schema(exclude=True))
class Schema(RegistryView):
    """The OpenAPI description of this API."""

    follows_catalogue = False

    def answer(self, request, **kwargs):
        return openapi()


class Documentation(TemplateView):
    """The schema to read and to try, in the browser."""

    template_name = "api/docs.html"
    http_method_names = ["get", "head", "options"]


def located():
    """The public practices whose city the public may know."""
    return Practice.objects.visible_to(PUBLIC).located_for(PUBLIC)


def missing(slug: str) -> Http404 | Gone:
    """What to raise for a practice that is not there: gone where it was public once, else as if it had never been."""
    tombstone = Practice.objects.tombstones_for(PUBLIC).filter(slug=slug).first()
    if tombstone is None:
        return Http404()
    return Gone(tombstone)


def labelled(choices: type[TextChoices], language: str | None) -> list[dict[str, Any]]:
    """The codes with their labels in the wanted language, or in every one."""
    wanted: Iterable[str] = [language] if language else settings.LANGUAGE_CODES
    rows: list[dict[str, Any]] = [{"slug": value, "label": {}} for value in choices.values]
    for code in wanted:
        with override(code):
            for row, label in zip(rows, choices.labels, strict=True):
                row["label"][code] = str(label)
    return rows
