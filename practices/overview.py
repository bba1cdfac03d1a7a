"""The whole registry in a few numbers, as one reader may know it."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q

from cities.models import City
from practices.choices import Firewall
from practices.models import Practice, ServiceArea, Source
from practices.querysets import visible_levels
from practices.search import facet_index


@dataclass(frozen=True)
class AreaCount:
    area: ServiceArea
    count: int


@dataclass(frozen=True)
class Overview:
    practices: int
    with_evidence: int
    with_firewall: int
    areas: list[AreaCount]
    # Cities with at least one practice; withheld ones count for those who may know them.
    cities: list[tuple[City, int]]

    @property
    def city_count(self) -> int:
        return len(self.cities)

    @property
    def country_count(self) -> int:
        return len({str(city.country) for city, _count in self.cities})


@dataclass(frozen=True)
class Counts:
    """What is counted over all practices of a circle of readers; areas and cities by their keys."""

    totals: dict[str, int]
    by_area: dict[int, int]
    by_city: dict[int, int]


def overview_for(user) -> Overview:
    """Two queries, and more once per circle of readers after each change of the registry: counting reads every row."""
    memo, levels = facet_index.current().memo, visible_levels(user)
    counts: Counts | None = memo.get(("overview", *levels))
    if counts is None:
        counts = _counts_for(user)
        # A membership may have begun or ended meanwhile: then they are the numbers of another circle.
        if visible_levels(user) == levels:
            memo["overview", *levels] = counts
    return Overview(
        areas=[AreaCount(area, counts.by_area.get(area.pk, 0)) for area in ServiceArea.objects.current()],
        cities=[(city, counts.by_city[city.pk]) for city in City.objects.filter(pk__in=counts.by_city)],
        **counts.totals,
    )


def _counts_for(user) -> Counts:
    practices = Practice.objects.visible_to(user).order_by()
    names_evidence = Q(*[(f"evidence_{code}__gt", "") for code in settings.LANGUAGE_CODES], _connector=Q.OR)
    totals = practices.aggregate(
        practices=Count("pk"),
        with_evidence=Count("pk", filter=names_evidence),
        with_firewall=Count("pk", filter=Q(firewall=Firewall.YES)),
    )
    by_area = dict(practices.values_list("service_areas").annotate(Count("pk")))
    return Counts(totals, by_area, practices.located_for(user).count_by_city())


@dataclass(frozen=True)
class SourceDocument:
    """A document that records rest on, and how many of them do."""

    citation: str
    url: str
    count: int


def source_documents(user) -> list[SourceDocument]:
    """The distinct documents behind the practices that this reader sees, most used first."""
    sources = Source.objects.filter(practice__in=Practice.objects.visible_to(user))
    used: dict[str, tuple[str, str, set[int]]] = {}
    for document, citation, url, practice in sources.values_list("document", "citation", "url", "practice"):
        _citation, _url, practices = used.setdefault(document or citation, (citation, url, set()))
        practices.add(practice)
    documents = [SourceDocument(citation, url, len(practices)) for citation, url, practices in used.values()]
    return sorted(documents, key=lambda document: (-document.count, document.citation))
