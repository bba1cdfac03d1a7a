"""Files of a filtered list: complete, in any spreadsheet harmless, and readable by programs."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.exports.spreadsheet import defused
from practices.services import publish
from tests.factories import make_document, make_practice

pytestmark = pytest.mark.django_db


def content_of(response):
    return b"".join(response.streaming_content).decode("utf-8")


def table_of(response):
    return list(csv.DictReader(io.StringIO(content_of(response).removeprefix("\ufeff"))))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(client, start):
    make_practice(summary=f"x{start}1", title="Beds", description=f"{start}HYPERLINK(1)")
    make_practice(partners=[{"name": f"{start}SUM(A1)"}])

    for row in table_of(client.get("/en/practices/export.csv")):
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), name


def test_a_cell_that_is_no_formula_stays_as_it_is():
    assert defused("5 beds = 5 people") == "5 beds = 5 people"
    assert defused("=1+1") == "'=1+1"


def test_the_table_opens_as_unicode_and_keeps_line_breaks_and_quotes(client):
    make_practice(title='Στέγη, "ανοιχτή"', description="One\nTwo")

    content = content_of(client.get("/en/practices/export.csv"))
    row = table_of(client.get("/en/practices/export.csv"))[0]

    assert content.startswith("\ufeffreference,")
    assert row["title"] == 'Στέγη, "ανοιχτή"'
    assert row["description"] == "One\nTwo"


def test_an_export_holds_what_the_list_finds_on_all_its_pages(client):
    for number in range(23):
        make_practice(title=f"Clinic {number}", service_areas=["healthcare"])
    make_practice(title="School", service_areas=["education"])

    rows = table_of(client.get("/en/practices/export.csv?area=healthcare&page=2"))
    records = content_of(client.get("/en/practices/export.jsonl?area=healthcare")).splitlines()

    assert len(rows) == len(records) == 23
    assert "School" not in {row["title"] for row in rows}


def test_the_table_says_in_which_language_each_text_is(client):
    publish(
        make_document(
            original_language="nl",
            title={"nl": "Bedden", "de": "Betten"},
            summary={"nl": "Samenvatting", "de": "Zusammenfassung"},
            description={"nl": "Beschrijving"},
            provenance={"nl": "original", "de": "machine"},
        ),
        by=None,
    )

    row = table_of(client.get("/de/practices/export.csv"))[0]

    assert (row["title"], row["language"], row["provenance"]) == ("Betten", "de", "machine")
    assert (row["description"], row["in_other_languages"]) == ("Beschrijving", "description=nl")


def test_a_line_of_json_is_the_document_with_every_language(client):
    practice = make_practice(title={"en": "Beds", "el": "Κρεβάτια"}, start_year=2004, partners=[{"name": "A partner"}])

    record = json.loads(content_of(client.get("/fr/practices/export.jsonl")))

    assert record["reference"] == practice.reference
    assert record["url"] == f"http://testserver/id/{practice.reference}"
    assert record["title"] == {"en": "Beds", "el": "Κρεβάτια"}
    assert (record["lead_city"], record["country"], record["start_year"]) == ("ghent", "BE", 2004)
    assert record["partners"] == [{"name": "A partner"}]
    assert record["published_at"] == practice.published_at.isoformat(timespec="seconds")


@pytest.mark.parametrize("name", ["export.pdf", "export.", "export.csv.exe", "export.CSV"])
def test_an_unknown_format_is_not_there(client, name):
    assert client.get(f"/en/practices/{name}").status_code == 404


def test_the_file_has_a_name_and_a_type(client):
    response = client.get("/nl/practices/export.csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    assert response["Content-Disposition"].endswith('-nl.csv"')


def test_thirty_rows_need_no_more_queries_than_three(client):
    def queries():
        client.get("/en/practices/")
        with CaptureQueriesContext(connection) as captured:
            lines = content_of(client.get("/en/practices/export.jsonl")).splitlines()
        return len(lines), len(captured)

    def publish_some(count):
        for _ in range(count):
            make_practice(other_cities=["utrecht"], sources=[{"citation": "A report"}])

    publish_some(3)
    few = queries()
    publish_some(27)
    many = queries()

    assert (few[0], many[0]) == (3, 30)
    assert few[1] == many[1]
