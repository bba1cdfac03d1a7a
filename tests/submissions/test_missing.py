"""What is missing is named, and what is answered with "not known" is not."""

import pytest

from practices.content import FIELDS_BY_NAME, Section, empty_document
from submissions.missing import missing_in

ASKED = [field for section in Section for field in section.fields]


def names(content, language="en"):
    return [missing.field.name for missing in missing_in(content, ASKED, language=language)]


def test_an_empty_document_misses_what_is_needed_first():
    found = names(empty_document(language="en"))

    assert set(found[:4]) == {"title", "summary", "lead_city", "service_areas"}
    assert "legal_basis" in found
    # No other city, not ended, nothing withheld: these are answers.
    assert not {"other_cities", "end_year", "visibility", "city_withheld", "discreet_details"} & set(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("legal_basis", {"en": "A decision of 2019"}),
        ("firewall", "no"),
        ("start_year", 2019),
        ("target_groups", ["women"]),
        ("sources", [{"citation": "Report"}]),
        ("contact", "Housing office"),
    ],
)
def test_what_is_answered_is_not_missing(name, value):
    content = empty_document(language="en")

    assert name in names(content)
    assert name not in names({**content, name: value})


def test_an_answer_in_another_language_is_still_missing_here():
    content = {**empty_document(language="nl"), "legal_basis": {"en": "A decision"}}

    assert "legal_basis" in names(content, "nl")
    assert "legal_basis" not in names(content, "en")


def test_white_space_is_no_answer():
    assert "legal_basis" in names({**empty_document(language="en"), "legal_basis": {"en": " \n "}})


def test_not_known_is_an_answer():
    content = empty_document(language="en")
    unknowable = [field.name for field in FIELDS_BY_NAME.values() if field.may_be_unknown]

    assert set(unknowable) <= set(names(content))
    assert not set(unknowable) & set(names({**content, "unknown": unknowable}))


def test_a_document_that_is_nonsense_is_not_refused():
    """A draft may hold anything; what is missing in it is told all the same."""
    assert "start_year" not in names({**empty_document(language="en"), "start_year": "22abc", "sources": "x"})
