"""What is wrong with a document, and at which place."""

import pytest

from practices.content import FIELDS, empty_document
from practices.document import complete
from practices.validation import ESSENTIAL, REQUIRED, problems
from practices.vocabularies import Vocabularies
from tests.factories import make_document

pytestmark = pytest.mark.django_db


def paths(document, **options):
    return {problem.path for problem in problems(complete(document), vocabularies=Vocabularies(), **options)}


def test_complete_document_has_no_problem():
    assert paths(make_document()) == set()


def test_empty_document_misses_what_is_asked():
    document = empty_document(language="nl")

    assert paths(document) == {"title.nl", "summary.nl", "lead_city", "service_areas"}
    assert paths(document, required=ESSENTIAL) == {"title.nl", "summary.nl", "lead_city"}
    assert paths(document, required=()) == set()


def test_what_is_asked_is_what_the_fields_say():
    assert {field.name for field in FIELDS if field.required} == REQUIRED
    assert ESSENTIAL < REQUIRED


@pytest.mark.parametrize(
    ("overrides", "path"),
    [
        ({"original_language": "xx", "title": {}, "summary": {}}, "original_language"),
        ({"provenance": {"en": "machine"}}, "provenance.en"),
        ({"provenance": {"en": "original", "nl": "original"}}, "provenance.nl"),
        ({"provenance": {"xx": "human"}}, "provenance.xx"),
        ({"title": "x" * 201}, "title.en"),
        ({"title": {"en": "A", "xx": "B"}}, "title.xx"),
        ({"summary": "a\x00b"}, "summary.en"),
        ({"contact": 5}, "contact"),
        ({"lead_city": "atlantis"}, "lead_city"),
        ({"lead_city": ["ghent"]}, "lead_city"),
        ({"other_cities": ["ghent"]}, "other_cities"),
        ({"service_areas": "shelter"}, "service_areas"),
        ({"service_areas": ["shelter", "shelter"]}, "service_areas"),
        ({"target_groups": ["nobody"]}, "target_groups"),
        ({"start_year": 1899}, "start_year"),
        ({"start_year": True}, "start_year"),
        ({"start_year": "2019"}, "start_year"),
        ({"start_year": 2019, "end_year": 2018}, "end_year"),
        ({"firewall": "perhaps"}, "firewall"),
        ({"city_withheld": "yes"}, "city_withheld"),
        ({"partners": [{"role": "runs it"}]}, "partners.0.name"),
        ({"partners": ["Red Cross"]}, "partners.0"),
        ({"partners": [{"name": "Red Cross"}] * 61}, "partners"),
        ({"milestones": [{"year": 19, "text": {"en": "Opened"}}]}, "milestones.0.year"),
        ({"milestones": [{"year": 2019, "text": {"xx": "Opened"}}]}, "milestones.0.text.xx"),
        ({"sources": [{"citation": "C", "url": "javascript:alert(1)"}]}, "sources.0.url"),
    ],
)
def test_problem_names_its_place(overrides, path):
    assert path in paths(make_document(**overrides))


def test_text_that_is_too_long_says_how_much_fits():
    document = complete(make_document(title="x" * 201))

    (problem,) = problems(document, vocabularies=Vocabularies())
    assert "201" in str(problem.message)
    assert "200" in str(problem.message)


@pytest.mark.parametrize("value", [["title"], ["contact"], ["nonsense"], "funding", ["funding", 3]])
def test_what_cannot_be_reserved_is_told(value):
    assert paths(make_document(peers_only=value)) == {"peers_only"}


@pytest.mark.parametrize("value", [["title"], ["nonsense"], "funding", [3]])
def test_what_cannot_be_unknown_is_told(value):
    assert paths(make_document(unknown=value)) == {"unknown"}


@pytest.mark.parametrize("character", ["\x00", "\ud800"])
def test_character_that_no_database_stores_is_a_problem(character):
    assert paths(make_document(title={"en": f"Night{character}shelter"})) == {"title.en"}
    assert paths(make_document(partners=[{"name": f"Red{character}Cross"}])) == {"partners.0.name"}
