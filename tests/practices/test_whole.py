"""Comparisons of whole documents: nothing that differs is left out, in no language and no entry."""

import pytest

from practices.content import FIELDS, Kind, empty_document
from practices.presentation.whole import (
    ADDED,
    REMOVED,
    SAME,
    Names,
    Piece,
    changed_fields,
    frame_changes,
    mark_changes,
    sections,
)
from tests.factories import make_city, make_terms

pytestmark = pytest.mark.django_db


def compared(old, new):
    """By field: label, language and pieces of each change."""
    names = Names([old, new])
    shown = sections(new, names=names, language="en")
    fields = mark_changes(shown, name="round", old=old, new=new, names=names)
    assert changed_fields(shown, old=old, new=new) == fields
    return {
        entry.field.name: [(change.label, change.language, change.pieces) for change in entry.changes["round"]]
        for entry in fields
    }


def document(**values):
    return empty_document(language="en") | {"provenance": {"en": "original"}} | values


def test_every_field_that_differs_is_named_in_every_language_that_differs():
    make_terms()
    make_city("ghent")
    make_city("utrecht")
    texts = {"en": "One", "el": "Δύο", "nl": "Drie"}
    values = {
        Kind.YEAR: 2019, Kind.FLAG: True, Kind.CITY: "ghent", Kind.CITIES: ["utrecht"], Kind.TERMS: ["shelter"],
        Kind.LINE: "A line", Kind.TEXT: "A text",
    }  # fmt: skip
    filled = {}
    for field in FIELDS:
        if field.translatable:
            filled[field.name] = texts
        elif field.kind is Kind.ROWS:
            filled[field.name] = [{c.name: texts if c.translatable else "2020" for c in field.columns}]
        elif field.kind is Kind.CODE:
            filled[field.name] = next(code for code in field.choices.values if code != field.default)
        else:
            filled[field.name] = values[field.kind]

    found = compared(document(), document(**filled))

    assert set(found) == {field.name for field in FIELDS}
    for field in FIELDS:
        languages = [language for _label, language, _pieces in found[field.name]]
        if field.translatable:
            assert languages == ["el", "nl", "en"] or sorted(languages) == ["el", "en", "nl"]
        if field.kind is Kind.ROWS:
            assert len(found[field.name]) == sum(3 if column.translatable else 1 for column in field.columns)


def test_a_language_that_went_shows_though_nobody_reads_it():
    found = compared(document(summary={"en": "Beds", "fr": "Des lits"}), document(summary={"en": "Beds"}))

    assert found == {"summary": [("", "fr", [Piece(REMOVED, "Des lits")])]}


def test_entries_are_compared_word_by_word_each_part_in_its_language():
    before = [
        {"year": 2019, "text": {"en": "The council decides", "nl": "De raad beslist"}},
        {"year": 2020, "text": {"en": "Ten beds"}},
        {"year": 2021, "text": {"en": "It goes"}},
    ]
    after = [
        {"year": 2022, "text": {"en": "Something else altogether came first"}},
        {"year": 2019, "text": {"en": "The council decides", "nl": "De gemeenteraad beslist"}},
        {"year": 2020, "text": {"en": "Twelve beds"}},
    ]

    changes = compared(document(milestones=before), document(milestones=after))["milestones"]

    assert ("Entry 1: Year", None, [Piece(ADDED, "2022")]) in changes
    assert ("Entry 2: What happened", "nl",
            [Piece(SAME, "De "), Piece(REMOVED, "raad"), Piece(ADDED, "gemeenteraad"), Piece(SAME, " beslist")]
    ) in changes  # fmt: skip
    assert ("Entry 3: What happened", "en",
            [Piece(REMOVED, "Ten"), Piece(ADDED, "Twelve"), Piece(SAME, " beds")]
    ) in changes  # fmt: skip
    assert ("Entry 3: What happened", "en", [Piece(REMOVED, "It goes")]) in changes
    # What stayed as it was is not told as changed.
    assert not any("The council" in piece.text for _label, _language, pieces in changes for piece in pieces)


def test_an_address_changed_in_a_source_shows_the_address_alone():
    source = {"citation": "Annual report of the city", "url": "https://city.example/report-2023"}
    found = compared(
        document(sources=[source]), document(sources=[source | {"url": "https://city.example/report-2024"}])
    )

    ((label, language, pieces),) = found["sources"]
    assert (label, language) == ("Entry 1: Web address", None)
    assert [piece.text for piece in pieces if piece.kind != SAME] == ["2023", "2024"]


def test_provenance_and_the_language_of_the_original_are_compared_beside_the_fields():
    old = document(provenance={"en": "original", "fr": "machine"})
    new = document(original_language="nl", provenance={"nl": "original", "fr": "human"})

    labels = [change.label for change in frame_changes(old, new)]

    assert labels == ["Language of the original", "Text in English", "Text in French", "Text in Dutch"]
    assert frame_changes(old, old) == []
