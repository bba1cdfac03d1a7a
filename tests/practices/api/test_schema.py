"""The OpenAPI schema: complete, true, and silent about what is private."""

import re

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import CHECKS, load_all_checks

from cmise.api import urlpatterns
from cmise.wsgi import application
from practices.content import FIELDS, PEER_FIELDS
from practices.services import publish, withdraw
from tests.factories import make_document, make_moderator, make_practice

load_all_checks()
PROMISES = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "unsupported_method",
    ]
)
# Names that no answer to the public and no description may hold.
PRIVATE_NAMES = [field.name for field in PEER_FIELDS] + [
    "peer_note", "created_by", "verified_by", "membership", "mail_domains", "email", "search_documents", "publication",
]  # fmt: skip


@pytest.fixture
def schema(client, db):
    return client.get("/api/v1/schema/").json()


@pytest.fixture
def registry(db):
    """A practice with everything in it, one of a withheld city, and one that was withdrawn."""
    practice = make_practice(
        slug="night-shelter",
        title={"en": "Night shelter", "nl": "Nachtopvang"},
        provenance={"en": "original", "nl": "machine"},
        description="Every evening.",
        other_cities=["utrecht"],
        milestones=[{"year": 2015, "text": {"en": "It opened"}}],
        partners=[{"name": "Red Cross", "role": "runs it"}],
        sources=[{"citation": "Council", "url": "https://city.example/", "locator": "p. 2", "document": "Decision"}],
        start_year=2015,
        end_year=2020,
        contact="mail@city.example",
    )
    publish(make_document(title={"en": "Night shelters", "nl": "Nachtopvang"}), by=None, practice=practice)
    make_practice(slug="withheld", city_withheld=True, milestones=[{"year": 2015, "text": {"en": "It opened"}}])
    withdraw(make_practice(slug="withdrawn"), by=make_moderator(), reason="Asked for.")


@pytest.fixture
def in_process(db):
    """Requests that go to the application itself, inside the test's transaction: they do not close its connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_address_is_described_with_its_answers(schema):
    described = {path.removeprefix("/api/v1/") for path in schema["paths"]}
    routes = {re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)) for pattern in urlpatterns}

    assert schema["openapi"].startswith("3.")
    assert described == routes - {"schema/", "docs/"}
    for path, operations in schema["paths"].items():
        assert set(operations) == {"get"}
        answers = operations["get"]["responses"]
        assert {"200", "400", "429"} <= set(answers)
        assert ("404" in answers) == ("{slug}" in path)
        for status, answer in answers.items():
            assert list(answer["content"]) == ["application/json" if status == "200" else "application/problem+json"]
    assert "410" in schema["paths"]["/api/v1/practices/{slug}/"]["get"]["responses"]


@pytest.mark.parametrize("name", PRIVATE_NAMES)
def test_no_private_name_is_described(client, schema, name):
    texts = [str(schema)]
    for address in ("practices/", "practices/night-shelter/", "cities/", "schema/"):
        response = client.options(f"/api/v1/{address}")
        texts.append(f"{response.headers}{response.content.decode()}")

    assert not [text for text in texts if re.search(rf"\b{name}\b", text)]


def test_every_public_field_is_described(schema):
    described = schema["components"]["schemas"]["Practice"]["properties"]

    assert {field.name for field in FIELDS if field not in PEER_FIELDS} <= set(described)


@pytest.mark.parametrize(
    ("address", "component", "rows"),
    [
        ("practices/", "PracticeList", None),
        ("practices/", "PracticeCard", "results"),
        ("practices/night-shelter/", "Practice", None),
        ("practices/night-shelter/", "MilestonesRow", "milestones"),
        ("practices/night-shelter/versions/", "VersionList", None),
        ("practices/night-shelter/versions/", "VersionLine", "results"),
        ("practices/night-shelter/versions/1/", "Version", None),
        ("cities/", "CityList", None),
        ("cities/", "CityCard", "results"),
        ("cities/ghent/", "City", None),
        ("vocabularies/", "Vocabularies", None),
        ("vocabularies/", "Term", "areas"),
        ("vocabularies/", "Code", "depths"),
        ("suggest/?q=nigh", "Suggestions", None),
        ("suggest/?q=nigh", "Suggestion", "practices"),
    ],
)
def test_answers_hold_exactly_what_is_described(ask, schema, registry, address, component, rows):
    publish_milestones = {"year": 2015, "text": {"en": "It opened"}}
    answer = ask(address)
    described = schema["components"]["schemas"][component]["properties"]

    found = (answer[rows] or [publish_milestones])[0] if rows else answer

    assert set(found) == set(described)


real_addresses = {
    "/api/v1/practices/{slug}/": [{"slug": slug} for slug in ("night-shelter", "withheld", "withdrawn", "absent")],
    "/api/v1/practices/{slug}/versions/": [{"slug": slug} for slug in ("night-shelter", "withdrawn", "absent")],
    "/api/v1/practices/{slug}/versions/{number}/": [
        {"slug": slug, "number": number} for slug in ("night-shelter", "withheld", "withdrawn") for number in (1, 2)
    ],
    "/api/v1/cities/{slug}/": [{"slug": "ghent"}, {"slug": "absent"}],
    "/api/v1/practices/": [{}],
    "/api/v1/cities/": [{}],
    "/api/v1/vocabularies/": [{}],
    "/api/v1/suggest/": [{}],
}


@pytest.mark.parametrize("path", real_addresses)
@pytest.mark.parametrize("query", [{}, {"lang": "el"}, {"lang": "xx"}, {"q": "shelter", "page_size": 1}])
def test_real_answers_are_as_described(registry, in_process, path, query):
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)

    for parameters in real_addresses[path]:
        case = schema[path]["GET"].Case(path_parameters=parameters, query=query)
        case.call_and_validate(checks=PROMISES)


@pytest.mark.parametrize("path", real_addresses)
def test_made_up_questions_are_answered_as_described(registry, in_process, path):
    operation = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)[path]["GET"]

    @given(case=operation.as_strategy())
    @hypothesis_settings(
        max_examples=40,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        case.call_and_validate(checks=PROMISES)

    ask()
