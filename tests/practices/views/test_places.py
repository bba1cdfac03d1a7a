"""Cities and service areas."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.models import ServiceArea
from tests.factories import make_city, make_practice, make_terms

pytestmark = pytest.mark.django_db


def html_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_cities_stand_under_their_country_with_their_practices_counted(client):
    make_practice(lead_city="ghent", other_cities=["utrecht"])
    make_practice(lead_city="utrecht")
    make_city("brussels")

    html = html_of(client, "/nl/cities/")

    assert html.index(">België</h2>") < html.index(">Nederland</h2>")
    assert "2 of them" in html_of(client, "/en/cities/")
    assert "nothing reported yet" in html_of(client, "/en/cities/")


def test_a_city_page_groups_its_practices_and_names_what_nobody_reported(client):
    make_practice(title="Beds for all", service_areas=["shelter", "healthcare"], lead_city="utrecht")
    make_practice(title="A joint clinic", service_areas=["healthcare"], lead_city="ghent", other_cities=["utrecht"])

    html = html_of(client, "/en/cities/utrecht/")

    assert "Beds for all" in html
    assert "A joint clinic" in html
    assert "Nothing reported yet in 11 areas" in html
    assert "This does not mean that the city does nothing." in html


def test_a_city_without_a_practice_has_its_page(client):
    make_terms()
    make_city("athens")

    html = html_of(client, "/el/cities/athens/")

    assert "Αθήνα" in html


@pytest.mark.parametrize("address", ["/en/cities/nowhere/", "/en/areas/nothing/"])
def test_unknown_places_and_areas_are_not_found(client, address):
    assert client.get(address).status_code == 404


def test_an_area_page_says_what_it_is_and_leads_into_the_catalogue(client):
    make_practice(title="Beds for all", service_areas=["shelter"])
    make_practice(title="School places", service_areas=["education"])

    html = html_of(client, "/en/areas/shelter/")

    assert ServiceArea.objects.get(slug="shelter").definition_en in html
    assert "Beds for all" in html
    assert "School places" not in html
    assert 'href="/en/practices/?area=shelter"' in html


def test_an_area_without_practices_says_so(client):
    make_terms()

    assert "Nothing reported yet" in html_of(client, "/en/areas/shelter/")


@pytest.mark.parametrize("address", ["/en/cities/", "/en/cities/ghent/", "/en/areas/shelter/"])
def test_thirty_practices_need_no_more_queries_than_one(client, address):
    def queries():
        html_of(client, address)
        with CaptureQueriesContext(connection) as captured:
            html_of(client, address)
        return len(captured)

    make_practice(lead_city="ghent")
    with_one = queries()
    for number in range(30):
        make_practice(lead_city="ghent", title=f"Beds {number}")

    assert queries() == with_one
