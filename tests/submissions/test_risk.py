"""What is warned of, for whom, and that no text keeps the search busy."""

import time

import pytest

from benchmarks.risk.__main__ import measure, sentences
from practices.choices import Visibility
from submissions.checks import Code, FileFacts, Place, warnings_of

GHENT = Place(("Ghent", "Gent", "Gand", "Gante", "Γάνδη", "ghent"), "BE")
ATHENS = Place(("Athens", "Athen", "Athene", "Athènes", "Atenas", "Atene", "Αθήνα", "athens"), "GR")
FRANKFURT = Place(("Frankfurt am Main", "Francfort-sur-le-Main", "Φρανκφούρτη", "frankfurt"), "DE")
EVERYTHING = (
    "Ask Ms Placeholder, jane.sample@city.example, 020 7946 0123, 12 Example Street, from 20:00. Two women came."
)


def codes(document, **more):
    return [warning.code for warning in warnings_of({"original_language": "en", **document}, **more)]


@pytest.mark.parametrize(
    ("wanted", "fewest", "least", "most"),
    [("tuning", 140, 0.97, 1), ("heldout", 140, 0.97, 1), ("fresh", 220, 0.98, 1)],
)
def test_judged_sentences_are_found_and_harmless_ones_left_alone(wanted, fewest, least, most):
    """The bounds are what the measured quality may not fall below; docs/checks.md has the figures."""

    def find(sentence):
        language = sentence["language"]
        document = {"original_language": language, "description": {language: sentence["text"]}, "city_withheld": True}
        return warnings_of(document, cities=[GHENT])

    judged = sentences(wanted)
    counts, errors = measure(judged, find)

    met, missed, false = (sum(n for key, n in counts.items() if key[0] == w) for w in ("met", "missed", "false"))
    assert len(judged) >= fewest
    assert met / (met + missed) > least, errors
    assert false <= most, errors


def test_warning_says_where_what_and_why():
    (warning,) = warnings_of({"original_language": "en", "summary": {"en": "Ask Ms Placeholder at the desk."}})

    assert (warning.path, warning.code) == ("summary.en", Code.NAME)
    assert "Ask Ms Placeholder at the desk."[warning.start : warning.end] == "Ms Placeholder"
    assert warning.excerpt == "Ask Ms Placeholder at the desk."
    assert str(warning.message)
    assert str(warning.explanation)


def test_public_text_is_searched_for_everything():
    found = codes({"description": {"en": EVERYTHING}})

    assert set(found) == {Code.NAME, Code.EMAIL, Code.PHONE, Code.ADDRESS, Code.HOURS, Code.SMALL_NUMBER}


@pytest.mark.parametrize(
    "document",
    [
        {"discreet_details": EVERYTHING},
        {"description": {"en": EVERYTHING}, "visibility": Visibility.PEERS},
        {"description": {"en": EVERYTHING}, "peers_only": ["description"]},
    ],
)
def test_text_for_peers_may_hold_what_helps_them(document):
    assert set(codes(document)) == {Code.NAME, Code.EMAIL, Code.SMALL_NUMBER}


def test_contact_is_for_offices():
    assert codes({"contact": "Housing desk, housing@city.example, +32 9 266 12 34, Example Street 12"}) == []
    assert codes({"contact": "Jane Placeholder, jane.placeholder@city.example"}) == [Code.NAME, Code.EMAIL]


def test_authors_and_pages_of_a_source_are_no_risk():
    source = {"citation": "Jane Placeholder and John Sample: Two women in the city. Example Street 12, 2019."}

    assert codes({"sources": [source]}) == []


def test_city_is_looked_for_where_it_is_withheld():
    texts = {"description": {"en": "In Ghent, nobody asks."}}

    assert codes(texts, cities=[GHENT]) == []
    assert codes({**texts, "city_withheld": True, "visibility": Visibility.PEERS}, cities=[GHENT]) == []
    assert codes({**texts, "city_withheld": True}, cities=[GHENT]) == [Code.CITY]


@pytest.mark.parametrize(
    ("place", "text", "words"),
    [
        (GHENT, "Het Gentse stadsbestuur betaalt.", "Gentse"),
        (GHENT, "Der Genter Rat zahlt.", "Genter"),
        (GHENT, "GHENT pays.", "GHENT"),
        (GHENT, "L’accueil de Gand est ouvert.", "Gand"),
        (ATHENS, "Ο Δήμος της Αθήνας πληρώνει.", "Αθήνας"),
        (ATHENS, "Ο Δήμος Αθηναίων πληρώνει.", "Αθηναίων"),
        (ATHENS, "ΔΗΜΟΣ ΑΘΗΝΑΙΩΝ", "ΑΘΗΝΑΙΩΝ"),
        (ATHENS, "Die Athener Verwaltung zahlt.", "Athener"),
        (FRANKFURT, "Die Frankfurter Sprechstunde ist offen.", "Frankfurter"),
        (FRANKFURT, "In Frankfurt\u00a0am Main ist sie offen.", "Frankfurt\u00a0am Main"),
    ],
)
def test_city_is_known_in_any_language_and_case(place, text, words):
    document = {"original_language": "en", "description": {"el": text}, "city_withheld": True}

    assert words in {text[warning.start : warning.end] for warning in warnings_of(document, cities=[place])}


@pytest.mark.parametrize("text", ["Agenten und Argentinien", "the agent urgently went", "gent le men", "elegante"])
def test_other_words_are_not_the_city(text):
    assert codes({"description": {"en": text}, "city_withheld": True}, cities=[GHENT]) == []


def test_city_is_looked_for_in_sources_partners_and_files():
    document = {
        "original_language": "nl",
        "city_withheld": True,
        "partners": [{"name": "Samenlevingsopbouw Gent"}],
        "milestones": [{"year": 2019, "text": {"nl": "Gent beslist."}}],
        "sources": [{"citation": "Verslag", "url": "https://stad.gent/verslag"}, {"citation": "Stad Gent, 2019"}],
    }
    files = [FileFacts("7", {"name": "plan_ghent_2020.pdf", "credit": "Stad Gent", "alternative_text": ""})]

    found = {warning.path for warning in warnings_of(document, cities=[GHENT], files=files)}

    assert found == {
        "partners.0.name",
        "milestones.0.text.nl",
        "sources.0.url",
        "sources.1.citation",
        "files.7.name",
        "files.7.credit",
    }


def test_file_for_peers_may_name_the_city():
    files = [FileFacts("7", {"name": "plan_ghent.pdf"}, for_peers=True)]

    assert codes({"city_withheld": True}, cities=[GHENT], files=files) == []


def test_same_words_in_one_text_warn_once():
    assert codes({"description": {"en": "Ask Ms Placeholder. Only ms  Placeholder knows. Ask Ms Placeholder."}}) == [
        Code.NAME
    ]


def test_words_of_a_small_number_are_its_sentence():
    """ "Two women" may be harmless in one sentence and not in the next."""
    one = warnings_of({"original_language": "en", "summary": {"en": "Two women work here. It is open."}})
    other = warnings_of({"original_language": "en", "summary": {"en": "Two women fled. It is open."}})

    assert one[0].words == "two women work here"
    assert one[0].words != other[0].words


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"original_language": None, "description": None},
        {"original_language": 7, "description": {"en": 7, "xx": EVERYTHING}, "sources": "text", "partners": [7, None]},
        {"description": EVERYTHING, "lead_city": ["ghent"], "peers_only": "description", "city_withheld": "yes"},
        {"sources": [{"citation": {"en": 1}, "url": 3}], "contact": ["a"], "milestones": [{"text": "Ms Placeholder"}]},
    ],
)
def test_half_finished_document_is_no_error(document):
    warnings_of(document, cities=[GHENT])


HOSTILE = [
    "a", "A", "Aa ", "Aa-", "A-", "1", "1 ", "9 ", "9-", "9:00-", "1.000.", "+", "(", "-", " ", "\n", "@", "a@", "a.a",
    "@a.",
    "a(at)a", "Mr ", "Mr. A. ", "Frau Dr. ", "κ. Α. ", "Jan van de ", "Contact: ", "Contact: Aa van van ", "12 Aa Aa ",
    "Rue de la ", "via A de la A ", "Straße ", "Xstraße ", "a-laan", "two ", "2 young young ", "Two Two ", "from 9 ",
    "Tuesday 9-9-", "Ghent", "Ghen", "α", "Αα ", "́", "ﬃ", "İ",
]  # fmt: skip


def test_no_text_keeps_the_search_busy():
    """Processor time grows with the length of a text, not with its square: ten times as long, at most thirty times as
    much. What a person would write is the ruler for what counts as too small to measure. A busy machine may make one
    measurement slow, not five in a row; a pattern that walks a text again and again is slow each time."""

    def cost(text):
        document = {"original_language": "de", "description": {"de": text}, "city_withheld": True}
        began = time.process_time()
        warnings_of(document, cities=[GHENT])
        return time.process_time() - began

    def is_busy(piece):
        short, long = (piece * (length // len(piece)) for length in (1_000, 10_000))
        small, large = cost(short), cost(long)
        return large > 3 * ruler and large > 30 * small

    cost(EVERYTHING)
    ruler = max(cost(EVERYTHING * 100), 0.001)

    assert [piece for piece in HOSTILE if all(is_busy(piece) for _ in range(5))] == []


def test_a_text_that_was_searched_before_is_searched_anew_for_other_readers_and_cities():
    text = {"summary": {"en": "Ask Ms Placeholder in Ghent, Examplestraat 12."}}

    def codes_of(**more):
        return set(codes({**text, **more}, cities=[GHENT]))

    for _turn in range(2):
        assert codes_of() == {"name", "address"}
        assert codes_of(visibility="peers") == {"name"}
        assert codes_of(city_withheld=True) == {"name", "address", "city"}
