"""The document: what completes it, what is wrong with it, how two differ."""

import pytest
from django.conf import settings
from django.utils.translation import override

from practices.content import FIELDS, FRAME, RESERVABLE, Section, empty_document, fields_of
from practices.document import (
    ESSENTIAL,
    REQUIRED,
    complete,
    diff,
    joined,
    label_of,
    problems,
    unknown_after,
    without_peer_fields,
)
from practices.models import ServiceArea
from practices.vocabularies import Vocabularies
from tests.factories import make_city, make_document, make_terms

pytestmark = pytest.mark.django_db


def paths(document, **options):
    return {problem.path for problem in problems(complete(document), vocabularies=Vocabularies(), **options)}


def test_complete_document_has_no_problem():
    assert paths(make_document()) == set()


def test_completing_adds_every_field_and_trims():
    document = complete({"original_language": "nl", "title": {"nl": "  Nachtbus ", "en": " "}})

    assert set(document) == {*FRAME, *(field.name for field in FIELDS)}
    assert document["title"] == {"nl": "Nachtbus"}


def test_completing_drops_empty_rows_only():
    partners = complete(make_document(partners=[{"name": " ", "role": ""}, {"name": "Red Cross"}]))["partners"]

    assert partners == [{"name": "Red Cross"}]


def test_completing_twice_changes_nothing():
    once = complete(make_document(partners=[{"name": " Red Cross "}], start_year=2019))

    assert complete(once) == once


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


def test_documents_that_say_the_same_do_not_differ():
    document = make_document()

    assert diff(document, complete(document)) == []


def test_difference_is_told_by_field_and_language():
    old = make_document(title={"en": "Night bus", "nl": "Nachtbus"}, start_year=2019)
    new = {**old, "title": {"en": "Night train", "nl": "Nachtbus", "de": "Nachtzug"}, "start_year": None}

    changes = [(change.field.name, change.language, change.old, change.new) for change in diff(old, new)]

    assert changes == [
        ("title", "en", "Night bus", "Night train"),
        ("title", "de", "", "Nachtzug"),
        ("start_year", None, 2019, None),
    ]


def test_peers_fields_are_split_off():
    document = make_document(contact="shelter@city.example")

    open_part, peer_part = without_peer_fields(document)

    assert peer_part == {"contact": "shelter@city.example", "discreet_details": "", "peers_only": []}
    assert not set(open_part) & set(peer_part)
    assert joined(open_part, peer_part) == document


# --- What a city keeps for peers --------------------------------------------------------------------------------------


def reserved_document():
    return complete(
        make_document(
            title={"en": "Night bus"},
            funding={"en": "The mayor's purse", "nl": "Het potje"},
            evidence={"en": "Nine of ten"},
            partners=[{"name": "Quiet Friends"}],
            provenance={"en": "original", "nl": "human"},
            unknown=["challenges", "transfer"],
            peers_only=["partners", "funding", "challenges"],
        )
    )


def test_reserved_fields_leave_nothing_in_the_open_part():
    open_part, peer_part = without_peer_fields(reserved_document())

    assert (open_part["funding"], open_part["partners"]) == ({}, [])
    assert open_part["evidence"] == {"en": "Nine of ten"}
    # Neither that the city does not know, nor that somebody writes Dutch.
    assert open_part["unknown"] == ["transfer"]
    assert open_part["provenance"] == {"en": "original"}
    assert "peers_only" not in open_part
    assert peer_part["funding"] == {"en": "The mayor's purse", "nl": "Het potje"}
    assert peer_part["unknown"] == ["challenges"]
    assert peer_part["provenance"] == {"nl": "human"}


def test_the_two_parts_make_the_document_again():
    document = reserved_document()

    assert complete(joined(*without_peer_fields(document))) == document


def test_names_of_reserved_fields_are_put_in_the_order_of_the_form():
    named = {"partners", "funding", "challenges"}

    assert reserved_document()["peers_only"] == [field.name for field in RESERVABLE if field.name in named]


@pytest.mark.parametrize("value", [["title"], ["contact"], ["nonsense"], "funding", ["funding", 3]])
def test_what_cannot_be_reserved_is_told(value):
    assert paths(make_document(peers_only=value)) == {"peers_only"}


# --- What is not known ------------------------------------------------------------------------------------------------


def test_a_field_with_a_text_is_never_unknown():
    document = complete(make_document(funding="The city", unknown=["transfer", "funding", "funding", "transfer"]))

    assert document["unknown"] == ["transfer"]


@pytest.mark.parametrize("value", [["title"], ["nonsense"], "funding", [3]])
def test_what_cannot_be_unknown_is_told(value):
    assert paths(make_document(unknown=value)) == {"unknown"}


def test_answer_that_is_not_known_is_a_difference_at_its_field():
    old = complete(make_document(evidence="Nine of ten"))
    new = complete({**old, "evidence": {}, "unknown": ["evidence"]})

    changes = [(change.field.name, change.language, change.old, str(change.new)) for change in diff(old, new)]

    assert changes == [("evidence", "en", "Nine of ten", ""), ("evidence", None, "", "Not measured")]


def test_a_page_of_the_form_answers_for_its_own_fields_only():
    document = complete(make_document(unknown=["funding", "transfer", "legal_basis"]))

    after = unknown_after(document, asked=fields_of(Section.RESULTS), answered=["evidence", "legal_basis", "nonsense"])

    assert set(after) == {"legal_basis", "evidence"}


def test_label_of_a_path_is_its_fields_label():
    assert str(label_of("title.nl")) == "Title"
    assert str(label_of("unheard_of")) == "unheard_of"


@pytest.mark.parametrize("character", ["\x00", "\ud800"])
def test_character_that_no_database_stores_is_a_problem(character):
    assert paths(make_document(title={"en": f"Night{character}shelter"})) == {"title.en"}
    assert paths(make_document(partners=[{"name": f"Red{character}Cross"}])) == {"partners.0.name"}


def test_vocabularies_are_read_with_two_queries_and_in_their_order(django_assert_num_queries):
    make_terms()
    make_city("utrecht")
    make_city("ghent")

    with django_assert_num_queries(2):
        known = Vocabularies()

    assert list(known.cities) == ["ghent", "utrecht"]
    areas = ServiceArea.objects.all()
    assert list(known.terms["service_areas"].items()) == [(area.slug, area.pk) for area in areas]
    assert known.labels["service_areas"] == {area.slug: str(area) for area in areas}
    assert set(known.terms) == {"service_areas", "target_groups", "approaches"}


def test_a_term_is_called_as_the_reader_calls_it():
    make_terms()
    ServiceArea.objects.filter(slug="shelter").update(label_de="Unterkunft", label_el="")
    ServiceArea.objects.filter(slug="education").update(**{f"label_{code}": "" for code in settings.LANGUAGE_CODES})

    for language in ("de", "el", "en"):
        with override(language):
            labels = Vocabularies().labels["service_areas"]
            assert labels == {area.slug: str(area) for area in ServiceArea.objects.all()}
    assert labels["education"] == "education"
