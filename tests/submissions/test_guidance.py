"""What helps to answer: nothing is forgotten, and nothing in it could be taken for real."""

import re

import pytest
from django.utils import translation

from practices.content import FIELDS, Kind
from submissions.guidance import EXAMPLES, PURPOSES

ASKED = [field for field in FIELDS if field.section]
# Long texts that are answered in a line: a mailbox, and what each city alone can know.
WITHOUT_EXAMPLE = {"contact", "discreet_details"}


def test_every_question_says_what_its_answer_is_good_for():
    assert {field.name for field in ASKED} == set(PURPOSES)
    assert all(str(purpose).endswith(".") for purpose in PURPOSES.values())


def test_every_long_question_has_an_example():
    assert {field.name for field in ASKED if field.kind is Kind.TEXT} - WITHOUT_EXAMPLE == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_good_examples_fit_and_tell_more_than_poor_ones(name):
    field = next(field for field in ASKED if field.name == name)
    example = EXAMPLES[name]

    assert len(str(example.poor)) < len(str(example.good)) <= (field.asked_length or field.max_length)
    assert len({str(example.good), str(example.poor), str(example.why_good), str(example.why_poor)}) == 4


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_addressed_to_nobody(name):
    with translation.override("en"):
        text = f"{EXAMPLES[name].good} {EXAMPLES[name].poor}"

    # Two capitalised words in a row inside a sentence would be a name.
    assert not re.search(r"(?<![.:;] )(?<!^)\b[A-Z][a-z]+ [A-Z][a-z]+", text)
    assert "@" not in text
    assert "http" not in text
