"""The document: what completes it, how two differ, what of it is for peers."""

import pytest
from django.conf import settings
from django.utils.translation import override

from practices.content import FIELDS, FRAME, RESERVABLE, Section, fields_of
from practices.document import complete, diff, joined, label_of, unknown_after, without_peer_fields
from practices.models import ServiceArea
from practices.vocabularies import Vocabularies
from tests.factories import make_city, make_document, make_terms

pytestmark = pytest.mark.django_db


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


# --- What is not known ------------------------------------------------------------------------------------------------


def test_a_field_with_a_text_is_never_unknown():
    document = complete(make_document(funding="The city", unknown=["transfer", "funding", "funding", "transfer"]))

    assert document["unknown"] == ["transfer"]


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
