"""The front page and what the registry says about itself."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from practices.search import facet_index
from tests.factories import make_city, make_member, make_practice, make_terms, make_user

pytestmark = pytest.mark.django_db

PAGES = ["", "about/", "about/data/", "about/accessibility/", "about/privacy/"]


def html_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", settings.LANGUAGE_CODES)
def test_each_page_opens_in_each_language_without_a_cookie(client, page, language):
    make_terms()

    response = client.get(f"/{language}/{page}")

    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()
    assert not response.cookies


def test_the_front_page_counts_what_is_there(client):
    make_practice(lead_city="ghent", service_areas=["shelter"], evidence="It helped.", firewall="yes")
    make_practice(lead_city="utrecht", service_areas=["shelter", "education"], other_cities=["ghent"])
    make_practice(visibility="peers", service_areas=["shelter"], lead_city="milan")

    html = html_of(client, "/en/")

    assert re.search(r"practices; 2 municipalities in 2 countries</dt><dd>2</dd>", html)
    assert re.search(r"of them names evidence of a result</dt><dd>1</dd>", html)
    assert re.search(r"Shelter and housing</span></span><span class=\"c-tile__c\"><b>2</b>", html)
    assert 'aria-label="Ghent: 2"' in html
    assert "Milan" not in html


def test_peers_see_on_the_front_page_what_they_may_read(client):
    make_practice(title="Quiet beds", visibility="peers", lead_city="milan")
    client.force_login(make_member().user)

    assert "Quiet beds" in html_of(client, "/en/")


@pytest.mark.parametrize("page", ["", "about/data/"])
def test_a_membership_that_begins_while_somebody_is_counted_for_tells_the_public_nothing(client, page):
    make_practice(lead_city="ghent")
    make_practice(visibility="peers", lead_city="milan")
    officer = make_user()
    client.force_login(officer)
    before = html_of(Client(), f"/en/{page}")
    # The next reader counts anew.
    facet_index.current().memo.clear()
    asked = []

    def verified_meanwhile(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if "cities_membership" in sql and not asked:
            asked.append(sql)
            make_member(officer)
        return answer

    with connection.execute_wrapper(verified_meanwhile):
        html_of(client, f"/en/{page}")

    assert asked
    assert html_of(Client(), f"/en/{page}") == before


def test_the_map_has_a_table_with_the_same_numbers(client):
    make_practice(lead_city="ghent")

    html = html_of(client, "/en/")

    assert '<th scope="row"><a href="/en/cities/ghent/">Ghent</a></th><td>Belgium</td><td class="c-num">1</td>' in html


def test_an_empty_registry_has_a_front_page(client):
    assert "<dd>0</dd>" in html_of(client, "/en/")


def test_the_working_group_is_named(client):
    make_city("athens", cmise_role="member")
    make_city("utrecht", cmise_role="chair")

    html = html_of(client, "/de/")

    assert "Athen" in html
    assert "Utrecht is in the chair." in html_of(client, "/en/")


def test_the_front_page_costs_the_same_with_thirty_practices(client):
    def queries():
        html_of(client, "/en/")
        with CaptureQueriesContext(connection) as captured:
            html_of(client, "/en/")
        return len(captured)

    for number in range(3):
        make_practice(title=f"Beds {number}")
    few = queries()
    for number in range(27):
        make_practice(title=f"Clinic {number}")

    assert queries() == few <= 15


def test_about_the_data_lists_each_document_once(client):
    source = {"citation": "A report on cities, 2020", "document": "A report", "url": "https://report.example/"}
    make_practice(sources=[source])
    make_practice(sources=[source, {"citation": "Another report"}])
    make_practice(visibility="peers", sources=[{"citation": "A confidential memo"}])

    html = html_of(client, "/en/about/data/")

    assert html.count('<cite lang="" dir="auto">A report on cities, 2020</cite>') == 1
    assert "Another report" in html
    assert "A confidential memo" not in html
    assert "GeoNames" in html
    assert "Creative Commons Attribution 4.0" in html
    assert "Natural Earth" in html
