"""The shipped concepts: whoever adds one learns here what is wrong with it."""

import json

import pytest

from practices.models import SearchPosting
from practices.search.analyse import token_lists
from practices.search.concepts import FILE, token_of

RECORDS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
IDS = {record["id"] for record in RECORDS}


def test_there_are_at_least_150_and_each_id_stands_once():
    assert len(RECORDS) == len(IDS) >= 150


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_concept_has_a_name_with_words_in_every_language(record, settings):
    assert set(record["names"]) == set(settings.LANGUAGE_CODES)
    for language, names in record["names"].items():
        assert names
        assert all(token_lists(name, language) for name in names)


def test_broader_concepts_exist_and_lead_in_no_circle():
    broader = {record["id"]: record["broader"] for record in RECORDS}

    assert {other for above in broader.values() for other in above} <= IDS
    for concept in IDS:
        above = set(broader[concept])
        for _step in IDS:
            above |= {other for one in above for other in broader[one]}
        assert concept not in above


def test_ids_have_room_in_the_index():
    longest = SearchPosting._meta.get_field("token").max_length

    assert max(len(token_of(concept)) for concept in IDS) <= longest


def test_tokens_of_two_concepts_differ():
    # An id's underscores are not in its token.
    assert len({concept.replace("_", "") for concept in IDS}) == len(IDS)
