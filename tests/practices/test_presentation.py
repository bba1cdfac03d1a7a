"""The comparison that moderators read, word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practices.presentation.whole import ADDED, REMOVED, SAME, Piece, text_pieces


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "New text", [Piece(ADDED, "New text")]),
        ("Old text", "", [Piece(REMOVED, "Old text")]),
        ("Ten beds.", "Twelve beds.", [Piece(REMOVED, "Ten"), Piece(ADDED, "Twelve"), Piece(SAME, " beds.")]),
        ("A bed", "A bed, warm", [Piece(SAME, "A bed"), Piece(ADDED, ", warm")]),
        (
            "for two weeks only",
            "for ten months only",
            [Piece(SAME, "for "), Piece(REMOVED, "two weeks"), Piece(ADDED, "ten months"), Piece(SAME, " only")],
        ),
        ("Στέγη για όλους", "Στέγη για λίγους", [
            Piece(SAME, "Στέγη για "), Piece(REMOVED, "όλους"), Piece(ADDED, "λίγους"),
        ]),
    ],
)  # fmt: skip
def test_words_that_stayed_went_and_came(old, new, expected):
    assert text_pieces(old, new) == expected


@given(st.text(alphabet="ab .\n", max_size=60), st.text(alphabet="ab .\n", max_size=60))
def test_both_texts_can_be_read_off_a_comparison(old, new):
    found = text_pieces(old, new)

    assert "".join(piece.text for piece in found if piece.kind != ADDED) == old
    assert "".join(piece.text for piece in found if piece.kind != REMOVED) == new


def test_in_long_texts_the_changed_words_of_a_changed_sentence_are_marked():
    sentences = [f"Sentence number {number} says something of its own." for number in range(150)]
    changed = [*sentences[:70], "Sentence number 70 says nothing of its own.", *sentences[71:]]

    found = text_pieces(" ".join(sentences), " ".join(changed))

    assert [piece for piece in found if piece.kind != SAME] == [Piece(REMOVED, "something"), Piece(ADDED, "nothing")]


def test_long_texts_that_share_only_words_are_not_compared_for_minutes():
    old = " ".join(f"word{number % 97}" for number in range(1000))
    new = " ".join(f"word{number % 89} other" for number in range(1000))

    assert text_pieces(old, new) == [Piece(REMOVED, old), Piece(ADDED, new)]
