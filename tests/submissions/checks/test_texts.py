"""Checks of how a text is written: length, sentences, acronyms."""

import pytest

from practices.content import empty_document
from submissions.checks.acronyms import unexplained_acronyms
from submissions.checks.lengths import unusual_lengths
from submissions.checks.observations import EXPLANATIONS, Check
from submissions.checks.plain_language import AVERAGE, LONG, long_sentences, sentences_of


def document(language="en", **texts):
    """A document with these texts; a plain string is in its language."""
    made = empty_document(language=language)
    for name, value in texts.items():
        made[name] = {language: value} if isinstance(value, str) else value
    return made


def paths(observations):
    return [observation.path for observation in observations]


def test_every_check_explains_itself():
    assert set(EXPLANATIONS) == set(Check)
    assert all(str(text) for text in EXPLANATIONS.values())


def test_texts_of_a_few_words_and_endless_ones_are_told_and_missing_ones_are_not():
    found = unusual_lengths(
        document(title="Beds", summary="s" * 300, description="d" * 5000, evidence="Good."), language="en"
    )

    assert paths(found) == ["title.en", "description.en", "evidence.en"]


def test_translation_that_cannot_say_what_the_original_says_is_told():
    texts = {"en": "e" * 200, "de": "d" * 230, "fr": "f" * 60, "nl": "n" * 400, "es": ""}

    found = list(unusual_lengths(document(summary=texts), language="en"))

    assert paths(found) == ["summary.fr", "summary.nl"]
    assert "30 percent" in found[0].message
    # Of a few words the share says nothing.
    assert not list(unusual_lengths(document(title={"en": "A shelter for the night", "de": "Bett"}), language="en"))


@pytest.mark.parametrize("language", list(LONG))
def test_long_sentence_is_told_once_per_text_in_each_language(language):
    word = {"el": "λέξη"}.get(language, "word")
    fine = " ".join([word.capitalize()] + [word] * (AVERAGE[language] - 2)) + ". "
    long = " ".join([word.capitalize()] + [word] * LONG[language]) + ". "

    assert list(long_sentences(document(language, summary=fine * 6), language=language)) == []
    (observation,) = long_sentences(document(language, summary=fine + long + long), language=language)
    assert (observation.path, observation.language) == (f"summary.{language}", language)
    assert observation.message.startswith("2 long sentences; the longest has")
    (average,) = long_sentences(
        document(language, summary=f"{fine[:-2]} {word} {word} {word}. " * 5), language=language
    )
    assert "on average" in average.message


def test_abbreviations_lists_and_greek_question_marks_end_sentences_where_a_reader_does():
    assert len(sentences_of("Art. 5 and e.g. this, i.e. one. Two!", "en")) == 2
    assert len(sentences_of("First entry\nSecond entry\n", "en")) == 2
    assert len(sentences_of("Ποιος μένει; Κανείς. Και μετά;", "el")) == 3
    assert len(sentences_of("One; two.", "en")) == 1
    # With as many steps as characters it is done at once; with their square, in minutes.
    assert len(sentences_of("One" + "." * 100_000, "en")) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The CAW (centre for general welfare work) opens."),
        ("en", "The Office for Welcome and Housing is new. OWH staff help."),
        ("nl", "Het openbaar centrum voor maatschappelijk welzijn (OCMW) betaalt. Het OCMW beslist."),
        ("de", "Nach dem Sozialgesetzbuch (SGB) und nach SGB XII besteht Anspruch."),
        ("fr", "L’Office français de l’immigration et de l’intégration (OFII) aide; l’OFII paie."),
        ("es", "El CAP (centro de atención primaria) atiende."),
        ("it", "Il codice STP – straniero temporaneamente presente – basta."),
        ("el", "Ο αριθμός μητρώου κοινωνικής ασφάλισης (ΑΜΚΑ) δεν ζητείται."),
        # Known everywhere, numerals, headings, and what is no acronym.
        ("en", "The EU, the UN and NGOs, under Article XII, in Room B2 of C-MISE/EUROCITIES."),
        ("en", "WHO MAY COME AND WHAT IT COSTS HERE AND NOW"),
    ],
)
def test_explained_known_and_apparent_acronyms_are_left_alone(language, text):
    assert list(unexplained_acronyms(document(language, description=text), language=language)) == []


@pytest.mark.parametrize(
    ("language", "text", "acronym"),
    [
        ("en", "The CAW opens. CAWs are many.", "CAW"),
        ("nl", "Het OCMW betaalt (sinds 2010).", "OCMW"),
        ("de", "Die AWO berät vor Ort.", "AWO"),
        ("fr", "L’OFII paie, d’ailleurs.", "OFII"),
        ("nl", "Vraag het (bij het OCMW).", "OCMW"),
        ("es", "Acuda al CAP más cercano.", "CAP"),
        ("it", "Basta il codice STP.", "STP"),
        ("el", "Δεν ζητείται ΑΜΚΑ.", "ΑΜΚΑ"),
        # Two words somewhere begin with these letters; that explains nothing.
        ("en", "Clients wait. Every Good Person may go to the GP.", "GP"),
    ],
)
def test_acronym_whose_words_stand_nowhere_is_told_once(language, text, acronym):
    (observation,) = unexplained_acronyms(document(language, description=text, summary=text), language=language)

    assert f"“{acronym}”" in observation.message
    assert observation.path == f"summary.{language}"


def test_acronym_explained_in_one_language_is_told_for_the_other():
    texts = {"nl": "Het openbaar centrum voor maatschappelijk welzijn (OCMW) betaalt.", "en": "The OCMW pays."}

    (observation,) = unexplained_acronyms(document("nl", description=texts), language="nl")

    assert observation.path == "description.en"
    assert observation.message.endswith("in: English.")
