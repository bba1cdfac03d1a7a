"""The analyser: what makes two words the same, in seven languages."""

import pytest

from practices.search.analyse import (
    LONGEST_TOKEN,
    STEMMERS,
    fold,
    sort_key,
    tokens_in_every_language,
    tokens_of,
    words,
    written_words,
)
from practices.search.documents import analyse


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("el", "Στέγη", "ΣΤΕΓΗ"),
        ("el", "Δήμος", "δημος"),
        ("el", "μετανάστες", "ΜΕΤΑΝΑΣΤΩΝ"),
        ("fr", "hébergement", "HEBERGEMENT"),
        ("es", "regularización", "regularizacion"),
        ("de", "Unterkünfte", "unterkunfte"),
        ("de", "Straße", "STRASSE"),
        ("it", "città", "citta"),
        ("nl", "gemeenten", "gemeente"),
        ("en", "shelters", "Shelter"),
    ],
)
def test_forms_of_a_word_share_a_token(language, one, other):
    assert set(tokens_of(one, language)) & set(tokens_of(other, language))


def test_every_interface_language_has_a_stemmer(settings):
    assert set(STEMMERS) == set(settings.LANGUAGE_CODES)


def test_composed_and_decomposed_letters_are_one():
    assert analyse("cafe\u0301", "fr") == analyse("café", "fr")


def test_invisible_marks_do_not_part_a_word():
    assert [match[0] for match in words("Unter\u00adkunft \u200fshelter\u200f")] == [
        "Unter\u00adkunft",
        "shelter\u200f",
    ]
    assert analyse("Unter\u00adkunft", "de") == analyse("Unterkunft", "de")


def test_article_before_an_apostrophe_is_no_word():
    assert [match[0] for match in words("L'accueil d’asile, dell'opera")] == ["accueil", "asile", "dell", "opera"]


def test_tokens_hold_letters_and_digits_only():
    text = "½ 3,5 a_b \x00 \ud800 \ufdfa “x” O'Neil -- [el] £5 ²"

    assert all(token.isalnum() and len(token) <= LONGEST_TOKEN for token in analyse(text, "en").split())


def test_word_of_ten_thousand_letters_is_cut():
    assert [len(token) for token in tokens_of("x" * 10_000, "en")] == [LONGEST_TOKEN]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A.M.E. aide", ["A.M.E.", "aide"]),
        ("z.B. U.S.A", ["z.B.", "U.S.A"]),
        ("plan A. Bonjour", ["plan", "A", "Bonjour"]),
    ],
)
def test_acronym_with_dots_is_one_word(text, expected):
    assert [match[0] for match in words(text)] == expected


def test_acronym_with_dots_is_the_one_without():
    assert tokens_of("A.M.E.", "fr") == tokens_of("AME", "fr")


def test_word_that_the_stemmer_empties_keeps_a_token():
    assert tokens_of("ΑΕΙ", "el") == ("αει",)


def test_first_tokens_stand_in_order_before_the_others():
    assert analyse("à l'école été", "fr").split()[:3] == [tokens_of(word, "fr")[0] for word in ("à", "école", "été")]


def test_named_concept_is_a_token_whatever_it_is_called():
    assert "·nightshelter" in analyse("Three night shelters open in winter.", "en").split()
    assert "·nightshelter" in analyse("In de nachtopvang zijn bedden vrij.", "nl").split()
    assert "·nightshelter" not in analyse("Shelter by day, open at night.", "en").split()


def test_query_word_stands_for_its_stems_in_all_languages():
    found = tokens_in_every_language("gemeenten")

    assert {token for language in STEMMERS for token in tokens_of("gemeenten", language)} == found
    assert len(found) > 1


def test_fold_takes_letters_apart_that_unicode_does_not():
    assert [fold(word) for word in ("Łódź", "Ærø", "œuvre", "ΟΔΟΣ")] == ["lodz", "aero", "oeuvre", "οδοσ"]


def test_written_words_keep_accents_and_lose_capitals():
    assert written_words("Στέγη για ΌΛΟΥΣ, στέγη!") == {"στέγη", "για", "όλους"}


def test_sort_key_passes_over_case_accents_and_quotation_marks():
    titles = ["“Zebra”", "Écluse", "apple", "Ärzte"]

    assert sorted(titles, key=sort_key) == ["apple", "Ärzte", "Écluse", "“Zebra”"]
