"""Every count equals what plain SQL finds, for any selection and any reader."""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cities.models import City, Typology
from practices.choices import Visibility
from practices.facets import LABELS, known_values
from practices.filters import PracticeFilterSet
from practices.models import Practice
from practices.search import facet_index, index
from practices.services import withdraw
from tests.factories import make_member, make_moderator, make_practice
from tests.practices.asking import ask

VALUES = {
    "area": ["shelter", "education", "healthcare"],
    "group": ["women", "irregular_migrants"],
    "approach": ["firewall", "outreach"],
    "country": ["BE", "NL", "GR"],
    "city": ["ghent", "utrecht", "athens"],
    "language": ["en", "nl", "el"],
    "status": ["running", "ended", "unknown"],
    "firewall": ["yes", "unknown"],
    "evidence": ["described", "evaluated"],
    "depth": ["tangible", "unknown"],
    "typology": ["frontline"],
}
YEARS = st.none() | st.integers(1998, 2024)
SELECTIONS = st.fixed_dictionaries(
    {},
    optional={name: st.lists(st.sampled_from(values), unique=True, max_size=2) for name, values in VALUES.items()},
).flatmap(
    lambda chosen: st.tuples(YEARS, YEARS).map(
        lambda years: chosen | dict(zip(("year_from", "year_to"), years, strict=True))
    )
)


@pytest.fixture
def readers(db):
    """Practices that differ in everything, and one reader of each circle."""
    circles = [Visibility.PUBLIC, Visibility.PUBLIC, Visibility.PEERS, Visibility.PUBLIC, Visibility.MODERATORS]
    for place in range(20):
        languages = [["en"], ["en", "nl"], ["en", "el", "nl"]][place % 3]
        practice = make_practice(
            title={code: f"Practice {place} {code}" for code in languages},
            provenance={code: "original" if code == "en" else "human" for code in languages},
            visibility=circles[place % 5],
            city_withheld=place % 7 == 0,
            lead_city=["ghent", "utrecht", "athens"][place % 3],
            other_cities=[["utrecht"], [], ["ghent"], []][place % 4] if place % 3 == 2 else [],
            service_areas=[["shelter"], ["education", "shelter"], ["healthcare"]][place % 3],
            target_groups=[[], ["women"], ["women", "irregular_migrants"]][place * 2 % 3],
            approaches=[["firewall"], ["outreach"]][place % 2],
            start_year=[None, 2000, 2010, 2020][place % 4],
            end_year=[None, None, 2012, 2022][place % 4],
            operation_status=["running", "ended", "unknown"][place % 3],
            firewall=["yes", "unknown"][place % 2],
            evidence_level=["described", "evaluated"][place // 2 % 2],
            depth=["tangible", "unknown"][place // 3 % 2],
        )
        if place == 11:
            withdraw(practice, by=None, reason="It ended.")
    athens = City.objects.get(slug="athens")
    athens.typologies.add(Typology.objects.get(slug="frontline"))
    index.update_for(athens)
    return [AnonymousUser(), make_member().user, make_moderator()]


def by_sql(parameters, user):
    """The practices of a selection, found by the database alone."""
    known = known_values(facet_index.current())
    data = QueryDict(urlencode(parameters, doseq=True))
    trusted = not isinstance(user, AnonymousUser)
    filters = PracticeFilterSet(data, Practice.objects.visible_to(user), known=known, trusted=trusted)
    return set(filters.qs.values_list("number", flat=True))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=SELECTIONS, circle=st.integers(0, 2), data=st.data())
def test_counts_equal_sql(readers, chosen, circle, data):
    user = readers[circle]
    parameters = {name: value for name, value in chosen.items() if value is not None}

    answer = ask(user=user, **parameters)

    if "year_from" in answer.errors:
        parameters = {name: value for name, value in parameters.items() if not name.startswith("year")}
    assert {hit.practice.number for hit in answer.page(1, 50)} == by_sql(parameters, user)
    assert answer.count == len(by_sql(parameters, user))
    # One facet a time, or a few selections would ask thousands of questions.
    name = data.draw(st.sampled_from(sorted(LABELS)))
    (facet,) = [facet for facet in answer.facets if facet.name == name]
    shown = {option.value: option.count for option in facet.options}
    expected = {value: len(by_sql({**parameters, name: [value]}, user)) for value in VALUES[name]}
    selected = set(parameters.get(name, ()))
    assert shown == {value: count for value, count in expected.items() if count or value in selected}


@pytest.mark.django_db
def test_options_stand_by_count_then_by_name_with_their_share():
    make_practice(service_areas=["shelter", "education"])
    make_practice(service_areas=["shelter", "healthcare"])
    make_practice(service_areas=["shelter"])

    (facet,) = [facet for facet in ask().facets if facet.name == "area"]

    assert [(str(option.label), option.count, option.share) for option in facet.options] == [
        ("Shelter and housing", 3, 100),
        ("Education", 1, 34),
        ("Health care", 1, 34),
    ]


@pytest.mark.django_db
def test_facets_come_in_the_order_of_the_page():
    assert [facet.name for facet in ask().facets] == [
        "area", "group", "approach", "country", "city", "language", "status", "firewall", "evidence", "depth",
        "typology",
    ]  # fmt: skip
